"""Background jobs: seen by whoever asked, taken up again after their worker was killed."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.installation import wait_until
from tests.web_fixtures import Operations

from forename.accounts.access import actor_in
from forename.accounts.actions import end_role, give_role
from forename.accounts.models import Grant
from forename.accounts.rules import Role
from forename.records import jobs, views
from forename.records.jobs import MOST_TRIES, ask_for, run_job
from forename.records.models import Job
from forename.records.tokens import make_token
from forename.report.actions import record_report

EXPORT = "/o/own/people/roles/export/csv/"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take five rows for a large export: the operation has twelve roles held."""
    monkeypatch.setattr(views, "AT_ONCE", 5)
    monkeypatch.setattr(jobs, "AT_ONCE", 5)


def _export(operations: Operations) -> Job:
    from django.urls import reverse

    address = reverse("accounts-roles-export", args=["own", "csv"])
    answer = operations.browser("coordinator").get(address)
    assert answer.status_code == 302
    job = Job.objects.get()
    assert answer["Location"] == f"/o/own/jobs/{job.pk}/"
    return job


@pytest.mark.usefixtures("small")
def test_large_export__is_made_in_the_background(operations: Operations) -> None:
    job = _export(operations)
    page = f"/o/own/jobs/{job.pk}/"
    browser = operations.browser("coordinator")
    assert "Waiting" in browser.get(page).content.decode()
    assert browser.get(page + "file/").status_code == 404
    run_job.call(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 12, 12)
    assert "Done" in browser.get(page).content.decode()
    answer = browser.get(page + "file/")
    text = b"".join(answer.streaming_content).decode()
    assert len(text.strip().splitlines()) == 13
    assert "SIMULATED-own-roles" in answer["Content-Disposition"]
    assert browser.get("/o/own/jobs/").status_code == 200


@pytest.mark.usefixtures("small")
def test_job__is_of_whoever_asked(operations: Operations) -> None:
    job = _export(operations)
    run_job.call(str(job.pk))
    for who in (("administrator", "own"), ("coordinator", "other")):
        for rest in ("", "file/"):
            answer = operations.browser(*who).get(f"/o/own/jobs/{job.pk}/{rest}")
            assert answer.status_code == 404, (who, rest)


@pytest.mark.usefixtures("small")
def test_job__uses_the_roles_held_when_it_runs(operations: Operations) -> None:
    job = _export(operations)
    grant = Grant.objects.get(user=operations.people["own", "coordinator"])
    end_role(operations.actor("administrator"), grant, 1, reason="left")
    run_job.call(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    assert "not open to you" in job.error


@pytest.mark.usefixtures("small")
def test_job__file_is_for_whoever_has_the_roles_it_was_made_for(operations: Operations) -> None:
    person = operations.people["own", "coordinator"]
    custodian = give_role(operations.actor("administrator"), person, Role.CUSTODIAN)
    job = _export(operations)
    run_job.call(str(job.pk))
    address = f"/o/own/jobs/{job.pk}/file/"
    file = operations.browser("coordinator").get(address)
    assert b"coordinator" in b"".join(file.streaming_content)
    _token, secret = make_token(actor_in(person, operations.own), name="x", roles=[Role.CUSTODIAN])
    by_token = Client(headers={"Authorization": f"Bearer {secret}"})
    assert by_token.get(f"/api{address}").status_code == 404
    end_role(operations.actor("administrator"), custodian, 1, reason="left")
    assert operations.browser("coordinator").get(address).status_code == 404


@pytest.mark.usefixtures("small")
def test_job__asked_for_by_a_token_has_no_other_roles(operations: Operations) -> None:
    person = operations.people["own", "investigator"]
    give_role(operations.actor("administrator"), person, Role.CUSTODIAN)
    by = actor_in(person, operations.own)
    for number in range(8):
        record_report(by, channel="phone", language="en", text=f"open {number}")
    record_report(by, channel="interview", language="en", text="a canary of a witness")
    _token, secret = make_token(by, name="invented", roles=[Role.CUSTODIAN])
    by_token = Client(headers={"Authorization": f"Bearer {secret}"})
    asked = by_token.get("/api/o/own/report/reports/export/csv/")
    assert asked.status_code == 202
    run_job.call(asked.json()["id"])
    file = by_token.get(f"/api/o/own/jobs/{asked.json()['id']}/file/")
    text = b"".join(file.streaming_content).decode()
    assert "open 7" in text
    assert "canary" not in text


@pytest.mark.usefixtures("small")
def test_job__asked_for_twice_is_one_until_it_ends(operations: Operations) -> None:
    job = _export(operations)
    browser = operations.browser("coordinator")
    assert browser.get(EXPORT)["Location"] == f"/o/own/jobs/{job.pk}/"
    assert browser.head(EXPORT)["Location"] == f"/o/own/jobs/{job.pk}/"
    assert browser.get(f"{EXPORT}?q=none").status_code == 200  # nothing to export: at once
    other = operations.browser("administrator").get(EXPORT)["Location"]
    assert other != f"/o/own/jobs/{job.pk}/"
    run_job.call(str(job.pk))
    assert browser.get(EXPORT)["Location"] not in (f"/o/own/jobs/{job.pk}/", other)
    assert Job.objects.count() == 3


def test_job__that_fails_says_so_without_the_inside(operations: Operations) -> None:
    job = ask_for(operations.actor("coordinator"), "nothing of this kind", "invented", {})
    with pytest.raises(KeyError):
        run_job.call(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"
    page = operations.browser("coordinator").get(f"/o/own/jobs/{job.pk}/").content.decode()
    assert "nothing was stored" in page
    assert "Traceback" not in page


def test_job__begun_too_often_is_given_up(operations: Operations) -> None:
    job = ask_for(operations.actor("coordinator"), "export", "invented", {})
    Job.objects.filter(pk=job.pk).update(tries=MOST_TRIES)
    run_job.call(str(job.pk))
    job.refresh_from_db()
    assert job.state == "failed"


SCRIPT = """
import os, sys
from pathlib import Path
home = Path(os.environ["FORENAME_HOME"])
from forename.web.server import set_up
set_up(home)
from forename.accounts.access import actor_in, system_actor
from forename.accounts.actions import give_role, open_operation
from forename.accounts.models import User
from forename.accounts.rules import Role
from forename.records.jobs import ask_for
user = User.objects.create_user("killed@own.example", name="Invented")
operation = open_operation(system_actor(None), slug="own", name="Invented")
give_role(system_actor(operation), user, Role.COORDINATOR)
job = ask_for(actor_in(user, operation), "slow", "slow work", {})
print(job.pk)
"""
SLOW = """
import time
from forename.web.server import prepare_django
prepare_django()
import forename.records.jobs as jobs
@jobs.work("slow")
def slow(job, actor):
    for _ in jobs.counted(job, range(1000), 1000):
        time.sleep(0.0005 if job.tries > 1 else 0.004)
    return {"tries": job.tries}
from forename.web.worker import main
main()
"""


def test_killed_worker__its_job_is_taken_up_again(tmp_path: Path) -> None:
    """A worker is killed with signal 9 in the middle; the next one ends the job."""
    environment = {k: v for k, v in os.environ.items() if k != "FORENAME_DATABASE"}
    environment |= {
        "FORENAME_HOME": str(tmp_path / "home"),
        "DJANGO_SETTINGS_MODULE": "forename.web.settings",
    }

    def run(code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    pk = run(SCRIPT)
    seen = _reader(tmp_path / "home" / "forename.sqlite3", pk)
    worker = subprocess.Popen([sys.executable, "-c", SLOW], env=environment)
    try:
        wait_until(lambda: 0 < seen("done") < 1000 and seen("state") == "running")
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert seen("state") == "running"
    worker = subprocess.Popen([sys.executable, "-c", SLOW], env=environment)
    try:
        wait_until(lambda: seen("state") == "done")
    finally:
        worker.terminate()
        worker.wait()
    assert seen("tries") == 2
    assert seen("done") == 1000


def _reader(database: Path, pk: str) -> Any:
    def read(column: str) -> Any:
        with contextlib.closing(sqlite3.connect(database, timeout=30)) as connection:
            found = connection.execute(
                f"SELECT {column} FROM records_job WHERE id = ?", [pk.replace("-", "")]
            )
            return found.fetchone()[0]

    return read
