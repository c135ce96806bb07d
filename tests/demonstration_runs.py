"""Run a command that ends in the running web application; ask for its first page, then stop it.

``python -m tests.demonstration_runs PORT COMMAND …``
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

MINUTES = 30  # the first run compiles


def main(port: str, command: list[str]) -> int:
    """Return 0 when the application answered with its page for signing in."""
    running = subprocess.Popen(command, start_new_session=True)
    try:
        until = time.monotonic() + MINUTES * 60
        while time.monotonic() < until and running.poll() is None:
            page = _first_page(f"http://127.0.0.1:{port}/")
            if page:
                return 0 if "/account/login/" in page else 1
            time.sleep(0.5)
        return 1
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(60)


def _first_page(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return str(answer.url)
    except (urllib.error.URLError, OSError):
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
