"""The worker killed with signal 9 in the middle of an import: nothing, then everything, once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.installation import Run, ended, fork, wait_until

ROWS = 30


def test_killed_import__is_made_whole_by_the_next_worker(in_installation: Run) -> None:
    in_installation(_kill_twice_then_end)


def _kill_twice_then_end() -> None:
    from forename.audit.models import Event
    from forename.records.codes import check_character
    from forename.records.models import ImportBatch, Job
    from forename.report.actions.reports import record_report
    from forename.report.models import Report

    actor, job = _ask_for_import()
    for number, stop_in in enumerate((_preparing, _writing), start=1):
        reached = Path(os.environ["FORENAME_HOME"]) / f"reached-{number}"
        worker = fork(lambda stop_in=stop_in, reached=reached: _work(stop_in, reached))  # type: ignore[misc]
        wait_until(reached.exists)
        if stop_in is _preparing:
            began = time.monotonic()
            record_report(actor, channel="phone", language="en", text="Meanwhile, invented.")
            assert time.monotonic() - began < 2, "another person had to wait"
        os.kill(worker, signal.SIGKILL)
        assert ended(worker) == -signal.SIGKILL
        job.refresh_from_db()
        assert (job.state, job.tries) == ("running", number)
        assert Report.objects.count() == 1
        assert not Event.objects.filter(channel="import").exists()
    worker = fork(lambda: _work(None, None))
    try:
        wait_until(lambda: Job.objects.get().state == "done")
    finally:
        os.kill(worker, signal.SIGTERM)
        ended(worker)
    batch = ImportBatch.objects.get()
    made = Report.objects.filter(pk__in=batch.records)
    assert (len(batch.records), made.count(), Report.objects.count()) == (ROWS, ROWS, ROWS + 1)
    assert sorted(r.text for r in made) == sorted(f"Invented {n}" for n in range(ROWS))
    assert len({r.code for r in Report.objects.all()}) == ROWS + 1
    assert all(r.code.endswith(check_character(r.code[:-2])) for r in made)
    events = Event.objects.filter(channel="import", record_type=Report.type_name())
    assert sorted(str(e.record_id) for e in events) == sorted(batch.records)
    assert Event.objects.filter(channel="import").count() == ROWS + 1, "the batch's own is one"


def _ask_for_import() -> tuple[Any, Any]:
    """Stage a table and ask for the job that takes it over; return who asked and the job."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from forename.accounts.access import actor_in, system_actor
    from forename.accounts.actions import give_role, open_operation
    from forename.accounts.models import User
    from forename.accounts.rules import Role
    from forename.records import works
    from forename.records.imports import stage_table
    from forename.records.models import Job
    from forename.report.views.reports import REPORTS

    user = User(email="killed@own.example", name="Invented")
    user.save()
    operation = open_operation(system_actor(None), slug="own", name="Invented", simulated=True)
    give_role(system_actor(operation), user, Role.COORDINATOR)
    actor = actor_in(user, operation)
    text = "channel,language,text\n" + "".join(f"phone,en,Invented {n}\n" for n in range(ROWS))
    batch = stage_table(actor, REPORTS, SimpleUploadedFile("invented.csv", text.encode()))
    works.IMPORTED_AT_ONCE = ROWS - 1
    job = works.take_over_or_ask(actor, REPORTS, batch, batch.version)
    assert isinstance(job, Job)
    return actor, job


def _work(stop_in: Callable[[Path], None] | None, reached: Path | None) -> int:
    """Be the worker; stop for good where told."""
    from forename.web.worker import main

    if stop_in is not None and reached is not None:
        stop_in(reached)
    main()
    return 0


def _preparing(reached: Path) -> None:
    """Stop when half of the rows are prepared."""
    from forename.records import works

    counted = works.counted

    def half(*told: Any) -> Iterator[Any]:
        for number, row in enumerate(counted(*told)):
            if number == ROWS // 2:
                _stop(reached)
            yield row

    works.counted = half


def _writing(reached: Path) -> None:
    """Stop when the records are written and their events are not."""
    from forename.audit.gathering import Gathered
    from forename.report.models import Report

    write = Gathered.write

    def stop(gathered: Gathered) -> None:
        gathered.statements.pop()  # that of the events, the last
        write(gathered)
        assert Report.objects.count() == ROWS + 1, "inside, they are there"
        _stop(reached)

    Gathered.write = stop  # type: ignore[method-assign]


def _stop(reached: Path) -> None:
    reached.touch()
    time.sleep(60)
