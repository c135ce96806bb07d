"""A real `forename serve` on a home of its own, and Chromium."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.browser.acting import People
from tests.browser.chromium import HOW_TO_GET_IT, find_chromium

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium; skips where there is none, except in CI, where that is a failure."""
    found = find_chromium()
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail(HOW_TO_GET_IT)
        pytest.skip(HOW_TO_GET_IT)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address of a server with an invented operation, and the addresses of its pages."""
    folder = tmp_path_factory.mktemp("installation")
    _run(folder, "forename", "setup")
    pages = json.loads(_run(folder, "tests.browser.invented"))
    with _served(folder) as address:
        yield address, pages


@pytest.fixture(params=["en", "ar"])
def people(
    request: Any, chromium: Any, installation: tuple[str, dict[str, Any]]
) -> Iterator[People]:
    """The people at the server, in one language."""
    people = People(chromium, installation[0], request.param)
    yield people
    people.close()


@pytest.fixture
def pages(installation: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Group → name → (role, address) of the pages of the invented operation."""
    return installation[1]


def _environment(folder: Path) -> dict[str, str]:
    environment = {
        **os.environ,
        "FORENAME_HOME": str(folder / "home"),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "PYTHONWARNINGS": "default",
    }
    environment.pop("FORENAME_DATABASE", None)
    return environment


def _run(folder: Path, *program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *program],
        env=_environment(folder), capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    with log.open("w") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "forename", "serve", "--port", str(port)],
            env=_environment(folder), stdout=said, stderr=said, cwd=ROOT,
        )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        try:
            _wait(f"{address}/account/login/", server, log)
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the server did not answer: {log.read_text()}")
