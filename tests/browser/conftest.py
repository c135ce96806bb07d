"""A real `forename serve` on a home of its own, and Chromium."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser.acting import People

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Chromium; skips where there is none, except in CI, where that is a failure."""
    found = os.environ.get("FORENAME_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if not found:
        words = "The browser tests need Chromium: apt-get install chromium (or FORENAME_CHROMIUM)."
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=["en", "ar"])
def people(request: Any, chromium: Any, tmp_path: Path) -> Iterator[People]:
    """A server that was just set up, and the browsers of the people who use it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path / "home"
    environment = {
        **os.environ,
        "FORENAME_HOME": str(home),
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONWARNINGS": "default",
    }
    environment.pop("FORENAME_DATABASE", None)
    command = [sys.executable, "-m", "forename"]
    said = subprocess.run(
        [*command, "setup", "--admin", "first@forename.example"],
        env=environment, capture_output=True, text=True, check=True, cwd=ROOT,
    ).stdout  # fmt: skip
    link = re.search(r"/start/\S+", said)
    assert link is not None, said
    log = (tmp_path / "server.log").open("w")
    server = subprocess.Popen(
        [*command, "serve", "--port", str(port)],
        env=environment, stdout=log, stderr=log, cwd=ROOT,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(f"{address}/account/login/", server, tmp_path / "server.log")
        people = People(chromium, address, request.param, link.group())
        yield people
        people.close()
    finally:
        server.terminate()
        server.wait(30)
        log.close()


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
