"""Work in the background: asked for in a request, done by the worker, taken up after a crash.

A job may run more than once (its worker may die at any moment), so what a job does has to come to
the same whether it runs once or twice: a file is written whole, records in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import get_resolver
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django_tasks import task

from forename.accounts.access import Actor, actor_in
from forename.accounts.models import User
from forename.accounts.rules import Role
from forename.records.models import Job

AT_ONCE = 5000  # rows: more are exported as a job
IMPORTED_AT_ONCE = 1000  # rows: more are imported as a job
MOST_TRIES = 5  # a job that takes its worker down is given up at last
Work = Callable[[Job, Actor], dict[str, Any]]
_works: dict[str, Work] = {}


def work(kind: str) -> Callable[[Work], Work]:
    """Make a function ``f(job, actor)`` what jobs of this kind do; it returns the result."""

    def mark(function: Work) -> Work:
        _works[kind] = function
        return function

    return mark


@transaction.atomic
def ask_for(by: Actor, kind: str, title: str, asked: dict[str, Any]) -> Job:
    """Put a job into the queue for a person and return it, or theirs that does the same already.

    It has no more roles than they use now: a token may have fewer than its owner.
    """
    asked = as_asked(by, asked)
    language = get_language() or "en"
    User.objects.select_for_update().get(pk=by.user.pk)  # who asks twice at once takes turns
    unended = Job.objects.filter(
        operation=by.operation,
        user=by.user,
        kind=kind,
        language=language,
        state__in=(Job.State.WAITING, Job.State.RUNNING),
    )
    for same in unended.order_by("asked_at"):
        if same.asked == asked:
            return same
    job = Job.objects.create(
        operation=by.operation,
        user=by.user,
        kind=kind,
        title=title[:200],
        language=language,
        asked=asked,
    )
    run_job.enqueue(str(job.pk))
    return job


def as_asked(by: Actor, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what a job is asked for, with the roles in which a person asks."""
    return {**asked, "roles": sorted(map(str, by.roles))}


@task()
def run_job(job_id: str) -> None:
    """Do a job with those of its roles that its person still holds; say how it ended in the job."""
    get_resolver().url_patterns  # noqa: B018 - rooms make kinds and works known as addresses load
    job = Job.objects.select_related("operation", "user").filter(pk=job_id).first()
    if job is None or job.state in (Job.State.DONE, Job.State.FAILED):
        return
    job.tries += 1
    if job.tries > MOST_TRIES:
        with override(job.language):
            _end(job, Job.State.FAILED, error=_("It was begun several times and never ended."))
        return
    note(job, f"begun, try {job.tries}", state=Job.State.RUNNING, tries=job.tries, done=0)
    actor = _actor_of(job)
    with override(job.language):
        try:
            result = _works[job.kind](job, actor)
        except ValidationError as refusal:
            _end(job, Job.State.FAILED, error=" ".join(refusal.messages))
        except Exception as error:
            _end(job, Job.State.FAILED, error=_("The program failed; nothing was stored."))
            note(job, f"failed: {type(error).__name__}")
            raise
        else:
            _end(job, Job.State.DONE, result=result)


def _actor_of(job: Job) -> Actor:
    held = actor_in(job.user, job.operation, "job")
    asked = job.asked.get("roles")  # jobs of earlier versions name none
    return held if asked is None else replace(held, roles=held.roles & frozenset(map(Role, asked)))


def counted(job: Job, rows: Iterable[Any], total: int) -> Iterator[Any]:
    """Yield rows and write down how many were done, now and then."""
    note(job, f"{total} rows", total=total)
    for number, row in enumerate(rows, start=1):
        yield row
        if number % 500 == 0 or number == total:
            _set(job, done=number)


def note(job: Job, line: str, **values: Any) -> None:
    """Add a line to a job's log, and set fields."""
    log = f"{job.log}{timezone.now():%Y-%m-%d %H:%M:%S} {line}\n"
    _set(job, log=log[-10_000:], **values)


def take_up_again() -> int:
    """Put what was running when the worker ended into the queue again; return how many.

    Only for the one worker of an installation, before it begins.
    """
    from django_tasks_db.models import DBTaskResult

    return int(
        DBTaskResult.objects.filter(status="RUNNING").update(
            status="READY", started_at=None, worker_ids=[]
        )
    )


def _end(job: Job, state: Job.State, **values: Any) -> None:
    note(job, str(state.value), state=state, ended_at=timezone.now(), **values)


def _set(job: Job, **values: Any) -> None:
    for name, value in values.items():
        setattr(job, name, value)
    if "state" in values:
        values |= {"done": job.done, "total": job.total, "log": job.log}
    # Inside an action's transaction nobody else would see it, and a rollback would undo it.
    if not connection.in_atomic_block or "state" in values:
        Job.objects.filter(pk=job.pk).update(**values)
