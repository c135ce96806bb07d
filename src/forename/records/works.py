"""What jobs do: large exports and large imports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.audit.models import Record
from forename.audit.recording import StaleEdit
from forename.records.actions import Prepared
from forename.records.exports import exported
from forename.records.files import write_blob
from forename.records.imports import take_over
from forename.records.jobs import IMPORTED_AT_ONCE, ask_for, counted, work
from forename.records.kinds import Kind, kind_of
from forename.records.listing import all_rows
from forename.records.models import ImportBatch, Job


@work("export")
def export_rows(job: Job, actor: Actor) -> dict[str, Any]:
    """Write an export's file; return its digest, size and name, and for which roles it is."""
    kind = kind_of_job(job, actor)
    total, rows = all_rows(kind, actor, job.asked["query"])
    listed = counted(job, rows, total)
    sha256, size = write_blob(exported(kind, actor, listed, job.asked["form"]))
    roles = sorted(map(str, actor.roles))
    return {"sha256": sha256, "size_bytes": size, "name": job.asked["name"], "roles": roles}


@work("import")
def take_over_table(job: Job, actor: Actor) -> dict[str, Any]:
    """Make the records of a staged table; taken over already, there is nothing left to do."""
    kind = kind_of_job(job, actor)
    return take_batch(
        job, kind.model, lambda batch, seen, rows: take_over(actor, kind, batch, seen, rows)
    )


def take_batch(
    job: Job, model: type[Record], take: Callable[[ImportBatch, int, Iterator[Any]], object]
) -> dict[str, Any]:
    """Take the staged table of a job over by ``take(batch, seen_version, rows)``, once.

    Raises ValidationError where there is no such table, or somebody has taken it over meanwhile.
    """
    batch = ImportBatch.objects.filter(
        pk=job.asked["batch"], operation=job.operation, kind=model.type_name()
    ).first()
    if batch is None:
        raise ValidationError(_("The staged table is not there."))
    if batch.taken_at is None:
        rows = counted(job, batch.rows, len(batch.rows))
        try:
            take(batch, job.asked["seen_version"], rows)
        except StaleEdit as stale:
            raise ValidationError(_("Somebody has taken this file over meanwhile.")) from stale
    return {"records": len(batch.rows)}


@Prepared
def take_over_or_ask(
    by: Actor, kind: Kind, batch: ImportBatch, seen_version: int
) -> Callable[[], ImportBatch | Job]:
    """Take a staged table over, or ask for the job that does where it is large."""
    if needs_job(batch):
        return lambda: ask_to_take(by, "import", batch, seen_version)
    return take_over.prepare(by, kind, batch, seen_version)


def needs_job(batch: ImportBatch) -> bool:
    """Tell whether a job takes a staged table over."""
    return len(batch.rows) > IMPORTED_AT_ONCE and batch.taken_at is None and not batch.problems


def ask_to_take(by: Actor, what: str, batch: ImportBatch, seen_version: int) -> Job:
    """Ask for the job that takes a staged table over."""
    asked = {"kind": batch.kind, "batch": str(batch.pk), "seen_version": seen_version}
    return ask_for(by, what, batch.file.name, asked)


def kind_of_job(job: Job, actor: Actor) -> Kind:
    """Return the kind a job is about; raise ValidationError where the person may not read it."""
    kind = kind_of(job.asked["kind"])
    if kind is None or not actor.may(kind.model.readable_by):
        raise ValidationError(_("The records of this job are not open to you any more."))
    return kind
