"""Fifty people at work at the same time, against a server that really runs.

``python -m benchmarks.web_load [--database sqlite|postgresql] [--seconds 300] [--people 50]``

Every person is signed in with a session of their own, thinks a few seconds, and reads, searches,
records, uploads or corrects something; two more tell by the public form. At the end every write
that was acknowledged has to be in the database, with its event. Errors are answers from 500 on,
connections that break, "database is locked" in the server's words, and acknowledged writes that
are missing; a stale edit that is not refused with 409 is one too.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.web_server import DATABASES, SLUG, filled, prepared

ROOM = f"/o/{SLUG}/"
LISTS = ("report/reports/", "report/claims/", "report/counts/", "report/incidents/",
         "report/entries/", "site/sites/", "site/positions/", "site/log/")  # fmt: skip
WORDS = ("Hussein", "حسين", "Tell Ahmar", "pit", "00042", "commander", "zzyzx")
PUBLIC_TELLS = 25  # in all: the form takes thirty an hour from one address
PIECE = 20_000  # bytes of an uploaded file


@dataclass
class Work:
    """What people work on, and what came of it."""

    port: int
    keys: dict[str, list[str]]  # list → keys of records to open
    incidents: list[str]  # corrected by all
    codes: list[tuple[str, str]]  # reports to mark claims in: code, words
    think: float
    until: float
    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    written: list[tuple[str, str]] = field(default_factory=list)  # what, words of its own
    files: dict[str, str] = field(default_factory=dict)  # words of a report → digest of its file
    lock: threading.Lock = field(default_factory=threading.Lock)


class Person:
    """A person with a session, a connection and a habit of thinking between requests."""

    def __init__(self, work: Work, session: str, seed: int) -> None:
        self.work = work
        self.chance = random.Random(seed)  # noqa: S311 - habits, no secrets
        self.cookies = {"session": session} if session else {}
        self.connection = http.client.HTTPConnection("127.0.0.1", work.port, timeout=120)

    def ask(
        self, what: str, path: str, body: bytes | None = None, kind: str = ""
    ) -> tuple[int, str]:
        """Send a request; note how long it took and what it answered; return status and page."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        begun = time.perf_counter()
        try:
            self.connection.request("GET" if body is None else "POST", path, body, headers)
            answer = self.connection.getresponse()
            page = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            with self.work.lock:
                self.work.errors.append(f"{what}: {type(error).__name__}")
            return 0, ""
        found = re.search(r"\bcsrf=(\w+)", answer.headers.get("Set-Cookie", ""))
        if found:
            self.cookies["csrf"] = found[1]
        with self.work.lock:
            self.work.ms[what].append(1000 * (time.perf_counter() - begun))
            self.work.statuses[what, answer.status] += 1
            if answer.status >= 500:
                self.work.errors.append(f"{what}: {answer.status} {path}")
        return answer.status, page

    def send(
        self, what: str, path: str, fields: dict[str, str], file: bytes = b""
    ) -> tuple[int, str]:
        """Open a form and send it with its token; return status and page."""
        _, page = self.ask("form opened", path)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        hidden = {"csrfmiddlewaretoken": token[1] if token else ""}
        for name in ("seen_version", "key"):
            found = re.search(rf'name="{name}" value="([\w-]+)"', page)
            if found:
                hidden[name] = found[1]
        body, kind = _form(hidden | fields, file)
        return self.ask(what, path, body, kind)

    def acknowledged(self, what: str, words: str, status: int) -> None:
        """Keep what the server said is stored."""
        if status in (200, 302):
            with self.work.lock:
                self.work.written.append((what, words))

    def work_on(self) -> None:
        """Do one thing after the other until the time is over."""
        things = (
            (self.read_list, 24), (self.search, 14), (self.read_record, 26), (self.first_screen, 8),
            (self.api, 6), (self.report, 8), (self.mark_claim, 5), (self.log, 5), (self.correct, 3),
            (self.correct_late, 1),
        )  # fmt: skip
        while time.monotonic() < self.work.until:
            (thing,) = self.chance.choices([t for t, _ in things], [w for _, w in things])
            thing()
            time.sleep(min(self.chance.expovariate(1 / self.work.think), 20))
        self.connection.close()

    def read_list(self) -> None:
        """Read a page of a list."""
        page = self.chance.choice((1, 1, 1, 2, 3, 9))
        self.ask("list", f"{ROOM}{self.chance.choice(LISTS)}?page={page}")

    def search(self) -> None:
        """Search a list."""
        word = quote(self.chance.choice(WORDS))
        self.ask("search", f"{ROOM}{self.chance.choice(LISTS)}?q={word}")

    def read_record(self) -> None:
        """Open a record's page."""
        where = self.chance.choice(list(self.work.keys))
        self.ask("record", f"{ROOM}{where}{self.chance.choice(self.work.keys[where])}/")

    def first_screen(self) -> None:
        """Open the first screen."""
        self.ask("first screen", ROOM)

    def api(self) -> None:
        """Read a list by the API."""
        self.ask("API list", f"/api{ROOM}{self.chance.choice(LISTS)}")

    def report(self) -> None:
        """Record a report, every other time with a file."""
        words = f"Invented words {uuid.uuid4()}"
        file = self.chance.randbytes(PIECE) if self.chance.random() < 0.5 else b""
        fields = {"channel": "phone", "language": "en", "text": words}
        what = "report with file" if file else "report"
        status, _ = self.send(what, f"{ROOM}report/reports/record/", fields, file)
        self.acknowledged("report", words, status)
        if file and status == 302:
            with self.work.lock:
                self.work.files[words] = hashlib.sha256(file).hexdigest()

    def mark_claim(self) -> None:
        """Mark a claim in a report."""
        code, words = self.chance.choice(self.work.codes)
        value = f"invented {uuid.uuid4()}"
        fields = {"report": code, "words": words, "asked": "other", "value": value,
                  "asserted_by": "Invented outlet 0"}  # fmt: skip
        status, _ = self.send("claim", f"{ROOM}report/claims/mark/", fields)
        self.acknowledged("claim", value, status)

    def log(self) -> None:
        """Add a line to a site's log."""
        words = f"Nothing moved {uuid.uuid4()}"
        fields = {"kind": "guard", "happened": "2026-01-05T07:30", "words": words}
        site = self.chance.choice(self.work.keys["site/sites/"])
        status, _ = self.send("line of a log", f"{ROOM}site/sites/{site}/log/", fields)
        self.acknowledged("log", words, status)

    def correct(self) -> None:
        """Correct an incident that others correct as well; who comes too late is told so."""
        reason = f"Invented reason {uuid.uuid4()}"
        where = f"{ROOM}report/incidents/{self.chance.choice(self.work.incidents)}/correct/"
        fields = {"title": f"Invented title {reason[-8:]}", "reason": reason}
        status, _ = self.send("correction", where, fields)
        self.acknowledged("correction", reason, status)

    def correct_late(self) -> None:
        """Send a correction made from a version that is no longer the latest."""
        where = f"{ROOM}report/incidents/{self.work.incidents[0]}/correct/"
        self.send("correction", where, {"title": f"{uuid.uuid4()}", "reason": "Invented."})
        fields = {"title": "Too late", "reason": "Invented.", "seen_version": "1"}
        status, _ = self.send("stale correction", where, fields)
        if status not in (0, 409):
            with self.work.lock:
                self.work.errors.append(f"a stale correction was answered {status}")

    def tell(self, times: int, pause: float) -> None:
        """Tell by the public form, now and then."""
        for _ in range(times):
            if time.monotonic() >= self.work.until:
                break
            words = f"Invented, told in public {uuid.uuid4()}"
            fields = {"text": words, "contact_rule": "never"}
            status, _ = self.send("public form", f"/public/{SLUG}/", fields)
            self.acknowledged("report", words, status)
            time.sleep(pause)


def _form(fields: dict[str, str], file: bytes) -> tuple[bytes, str]:
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
        for k, v in fields.items()
    ]
    if file:
        head = 'Content-Disposition: form-data; name="attachments"; filename="invented.bin"'
        parts.append(f"--{edge}\r\n{head}\r\n\r\n".encode() + file + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"


def main(arguments: list[str]) -> int:
    """Run and print; return 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--home", type=Path, help="folder to keep between runs")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--think", type=float, default=5.0, help="seconds between requests, mean")
    chosen = parser.parse_args(arguments)
    home = chosen.home or Path("build") / f"bench-web-{chosen.database}-{chosen.records}"
    with prepared(chosen.database, home):
        filled(chosen.records)
        sessions = _sessions(chosen.people)
        machine = f"load {os.getloadavg()[0]:.1f} before"
        log = home / "server.log"
        with log.open("w") as words:
            work = _run(chosen, sessions, words)
        machine += f", {os.getloadavg()[0]:.1f} after, {os.cpu_count()} processors"
        missing = _missing(work)
        said = log.read_text()
    _report(work, chosen, machine)
    told = [line for line in said.splitlines() if "locked" in line or "Error" in line]
    for title, wrong in (("errors", work.errors), ("lost", missing), ("server says", told)):
        print(f"{title}: {len(wrong)}", *wrong[:10], sep="\n  ")
    return 1 if work.errors or missing or told else 0


def _run(chosen: Any, sessions: list[str], words: Any) -> Work:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [sys.executable, "-m", "forename", "serve", "--port", str(port)]
    server = subprocess.Popen(serve, stderr=words, stdout=words, start_new_session=True)
    try:
        _wait(port)
        work = _work(port, chosen.think, chosen.seconds)
        threads = [
            threading.Thread(target=Person(work, session, n).work_on)
            for n, session in enumerate(sessions)
        ]
        pause = chosen.seconds / PUBLIC_TELLS
        threads.append(threading.Thread(target=Person(work, "", 99).tell,
                                        args=(PUBLIC_TELLS, pause)))  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return work
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not start in two minutes; see server.log")


def _work(port: int, think: float, seconds: int) -> Work:
    from forename.report.models import Incident, Report
    from forename.web import urls as _urls  # noqa: F401 - kinds are known once these load

    keys = {}
    from forename.records.kinds import registered

    for kind in registered():
        where = f"{kind.room}/{kind.path}/"
        if where in LISTS:
            rows = kind.model._base_manager.filter(operation__slug=SLUG)
            keys[where] = [str(pk) for pk in rows.values_list("pk", flat=True)[:500]]
    incidents = Incident._base_manager.values_list("pk", flat=True)[:20]
    reports = Report._base_manager.exclude(text="").values_list("code", "text")[:200]
    codes = [(code, text[-30:].strip()) for code, text in reports]  # stands there once
    until = time.monotonic() + seconds
    return Work(port, keys, [str(pk) for pk in incidents], codes, think, until)


def _sessions(people: int) -> list[str]:
    """Return keys of sessions of as many people."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from forename.accounts.models import User

    made = []
    users = User.objects.filter(email__endswith="@measured.example").exclude(
        email="p1@measured.example"  # an examiner, who records nothing
    )
    users = list(users)
    for number in range(people):
        user: Any = users[number % len(users)]
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        made.append(str(session.session_key))
    return made


def _missing(work: Work) -> list[str]:
    """Return the acknowledged writes that are not stored whole, with their event."""
    from forename.audit.models import Event
    from forename.records.files import blob_path
    from forename.records.models import StoredFile
    from forename.report.models import Claim, Report
    from forename.site.models import SiteLogEntry

    models: dict[str, tuple[Any, str]] = {
        "report": (Report, "text"), "claim": (Claim, "value"), "log": (SiteLogEntry, "words"),
    }  # fmt: skip
    lost = []
    for what, words in work.written:
        if what == "correction":
            if not Event.objects.filter(action="report.correct_incident", reason=words).exists():
                lost.append(f"{what} {words}")
            continue
        model, name = models[what]
        row = model._base_manager.filter(**{name: words}).first()
        if (
            row is None
            or not Event.objects.filter(
                record_type=model.type_name(), record_id=row.pk, record_version=1
            ).exists()
        ):
            lost.append(f"{what} {words}")
        elif words in work.files:
            stored = StoredFile.objects.filter(record_id=row.pk).first()
            if stored is None or stored.sha256 != work.files[words]:
                lost.append(f"file of {words}")
            elif hashlib.sha256(blob_path(stored.sha256).read_bytes()).hexdigest() != stored.sha256:
                lost.append(f"bytes of {words}")
    return lost


def _report(work: Work, chosen: Any, machine: str) -> None:
    asked = sum(map(len, work.ms.values()))
    print(f"{chosen.database}, {chosen.people} people, {chosen.seconds} s: {asked} requests, "
          f"{len(work.written)} writes acknowledged; {machine}")  # fmt: skip
    print("| request | number | p50 ms | p95 ms | slowest ms | answers |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for what, ms in sorted(work.ms.items(), key=lambda each: -len(each[1])):
        at = statistics.quantiles(ms, n=100, method="inclusive") if len(ms) > 1 else ms * 99
        answers = ", ".join(
            f"{status}: {n}" for (w, status), n in sorted(work.statuses.items()) if w == what
        )
        print(f"| {what} | {len(ms)} | {at[49]:.0f} | {at[94]:.0f} | {max(ms):.0f} | {answers} |")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
