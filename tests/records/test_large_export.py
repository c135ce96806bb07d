"""A large export while others write: on SQLite who still reads could not write its progress."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from tests.installation import Run

ROWS = 2_600


def test_large_export__is_made_while_others_write(in_installation: Run) -> None:
    in_installation(_export_while_another_writes)


def _export_while_another_writes() -> None:
    from forename.accounts.access import actor_in, system_actor
    from forename.accounts.actions import give_role, open_operation
    from forename.accounts.models import User
    from forename.accounts.rules import Role
    from forename.audit.gathering import gathering
    from forename.records import works
    from forename.records.jobs import ask_for, run_job
    from forename.records.models import Job
    from forename.report.actions.reports import record_report
    from forename.report.views.reports import REPORTS

    user = User(email="export@own.example", name="Invented")
    user.save()
    operation = open_operation(system_actor(None), slug="own", name="Invented", simulated=True)
    give_role(system_actor(operation), user, Role.COORDINATOR)
    actor = actor_in(user, operation)

    def record(words: str) -> None:
        record_report(actor, channel="phone", language="en", text=words)

    with gathering() as gathered:
        for number in range(ROWS):
            record(f"Invented {number}")
    gathered.write()
    counted = works.counted

    def written_beside(*told: Any) -> Iterator[Any]:
        for number, row in enumerate(counted(*told), start=1):
            if number % 600 == 0:
                other = threading.Thread(target=record, args=(f"Meanwhile, invented {number}.",))
                other.start()
                other.join()
            yield row

    works.counted = written_beside
    asked = {"kind": REPORTS.model.type_name(), "form": "csv", "query": {}, "name": "invented.csv"}
    run_job.call(str(ask_for(actor, "export", "invented.csv", asked).pk))
    job = Job.objects.get()
    assert (job.state, job.done, job.total, job.error) == ("done", ROWS, ROWS, "")
