"""The server killed with signal 9 during writes and uploads: what it acknowledged is there.

A kill proves nothing about power cuts (the page cache survives it).
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

SET_UP = """
import os
from pathlib import Path

import pytest
from forename.web.server import set_up
set_up(Path(os.environ["FORENAME_HOME"]))
from forename.accounts.access import actor_in, system_actor
from forename.accounts.actions import give_role, open_operation
from forename.accounts.models import User
from forename.accounts.rules import Role
user = User.objects.create_user("killed@own.example", name="Invented")
operation = open_operation(
    system_actor(None), slug="own", name="Invented", simulated=True, public_form=True
)
give_role(system_actor(operation), user, Role.COORDINATOR)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""
SERVE = "from forename.cli.main import main; main()"
RECORD = "/o/own/report/reports/record/"
FIELDS = {"channel": "interview", "language": "en"}
FILE = "attachments"
KILLS = 2
WRITERS = 3


# The kill tears connections in the middle of an answer: their sockets are left to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_server_killed__keeps_every_acknowledged_report_whole(tmp_path: Path) -> None:
    home = tmp_path / "home"
    environment = {k: v for k, v in os.environ.items() if k != "FORENAME_DATABASE"}
    environment |= {"FORENAME_HOME": str(home), "DJANGO_SETTINGS_MODULE": "forename.web.settings"}
    made = subprocess.run(
        [sys.executable, "-c", SET_UP], env=environment, capture_output=True, check=True
    )
    session = made.stdout.decode().split()[-1]
    acknowledged: dict[str, str] = {}  # words of a report → digest of its file
    for _ in range(KILLS):
        _write_until_killed(environment, session, acknowledged)
    _check(home, acknowledged)
    assert len(acknowledged) >= KILLS


def _write_until_killed(
    environment: dict[str, str], session: str, acknowledged: dict[str, str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--port", str(port)],
        env=environment,
        start_new_session=True,
    )
    before = len(acknowledged)
    stop = threading.Event()
    writers = [
        threading.Thread(target=_write, args=(port, session, acknowledged, stop))
        for _ in range(WRITERS)
    ]
    try:
        for writer in writers:
            writer.start()
        until = time.monotonic() + 60
        while len(acknowledged) < before + 10:
            assert time.monotonic() < until, "the server acknowledged too little in a minute"
            time.sleep(0.01)
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # its own group: server and worker
        server.wait()
        stop.set()
        for writer in writers:
            writer.join()


def _write(port: int, session: str, acknowledged: dict[str, str], stop: threading.Event) -> None:
    """Send reports with a file each until the server is gone; note those that were answered."""
    token = ""
    while not stop.is_set():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            cookies = f"session={session}; csrf={token}"
            if not token:
                connection.request("GET", RECORD, headers={"Cookie": cookies})
                answer = connection.getresponse()
                answer.read()
                found = re.search(r"csrf=(\w+)", answer.headers.get("Set-Cookie", ""))
                token = found[1] if found else ""
                continue
            words = f"invented report {uuid.uuid4()}"
            content = os.urandom(3000)
            body, kind = _form(words, content, token)
            connection.request("POST", RECORD, body, {"Cookie": cookies, "Content-Type": kind})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 302, answer.status
            acknowledged[words] = hashlib.sha256(content).hexdigest()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()


def _form(words: str, content: bytes, token: str) -> tuple[bytes, str]:
    fields = {"text": words, "csrfmiddlewaretoken": token, **FIELDS}
    edge = uuid.uuid4().hex
    lines = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'
        for k, v in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="{FILE}"; filename="a.bin"\r\n\r\n'
    body = ("".join(lines) + head).encode() + content + f"\r\n--{edge}--\r\n".encode()
    return body, f"multipart/form-data; boundary={edge}"


def _check(home: Path, acknowledged: dict[str, str]) -> None:
    with contextlib.closing(sqlite3.connect(home / "forename.sqlite3")) as database:
        _check_rows(database, home, acknowledged)


def _check_rows(database: sqlite3.Connection, home: Path, acknowledged: dict[str, str]) -> None:
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept = dict(database.execute("SELECT text, id FROM report_report"))
    assert set(acknowledged) <= set(kept), "an acknowledged report is lost"
    files = list(database.execute("SELECT record_id, sha256 FROM records_storedfile"))
    of_report = {(record, sha256) for record, sha256 in files}
    for words, sha256 in acknowledged.items():
        assert (kept[words], sha256) in of_report, "a report without its file"
    assert {record for record, _ in files} == set(kept.values()), "half a report"
    for _, sha256 in files:
        content = (home / "files" / sha256[:2] / sha256[2:4] / sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256
    for name in ("report_report", "records_storedfile"):
        kind = name.replace("_", ".")
        (events,) = database.execute(
            "SELECT count(*) FROM audit_event WHERE record_type = ? AND record_version = 1", [kind]
        ).fetchone()
        (rows,) = database.execute(f"SELECT count(*) FROM {name}").fetchone()
        assert events == rows, name
