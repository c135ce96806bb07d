"""An installation beside the tests' own: its folder, its empty database, processes that use it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[[Callable[[], None]], None]
LONGEST_SECONDS = 150


@pytest.fixture
def empty_database() -> Iterator[str]:
    """FORENAME_DATABASE of an empty database, of the sort that the tests run on."""
    server = os.environ.get("FORENAME_DATABASE", "")
    if not server.startswith("postgres"):
        yield ""  # the file in the installation's folder
        return
    import psycopg

    name = f"empty_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        stem, mark, options = server.partition("?")
        yield f"{stem.rsplit('/', 1)[0]}/{name}{mark}{options}"
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def in_installation(tmp_path: Path, empty_database: str) -> Run:
    """Run a function of a module in a process of its own, Django and the tables being there."""
    environment = {
        **os.environ,
        "FORENAME_HOME": str(tmp_path / "home"),
        "FORENAME_DATABASE": empty_database,
        "DJANGO_SETTINGS_MODULE": "forename.web.settings",
    }

    def run(function: Callable[[], None]) -> None:
        name = function.__name__
        code = (
            "from tests.installation import prepare; prepare(); "
            f"from {function.__module__} import {name}; {name}(); print('to the end')"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code], env=environment, cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        ) as process:  # fmt: skip
            try:
                said, _ = process.communicate(timeout=LONGEST_SECONDS)
            finally:  # with every process that it left behind
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        assert said.endswith("to the end\n"), said[-4000:]

    return run


def prepare() -> None:
    """Make the tables, and the scripts and styles of the pages."""
    from forename.web.server import collect_static, prepare_django

    Path(os.environ["FORENAME_HOME"]).mkdir(parents=True)
    prepare_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    collect_static()


def fork(act: Callable[[], int]) -> int:
    """Let a new process, with a connection of its own, act and end with the code returned."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        code = act()
    except BaseException:  # noqa: BLE001  nobody else would tell
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def ended(pid: int) -> int:
    """Wait for a process; return its exit code, negative where a signal ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait until something holds, for a minute at most."""
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until, "took longer than a minute"
        time.sleep(0.02)
