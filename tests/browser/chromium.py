"""Where Chromium is, or how to get it: `python -m tests.browser.chromium` says which."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_GET_IT = """\
The browser tests need Chromium and found none; they are left out.
  Debian:     sudo apt-get install chromium
  elsewhere:  .venv/bin/python -m playwright install --with-deps chromium
A Chromium in another place: FORENAME_CHROMIUM=/path/to/chromium make test-browser"""


def find_chromium() -> str:
    """Return the path of Chromium: the one named, installed, or kept by Playwright; else ''."""
    named = os.environ.get("FORENAME_CHROMIUM")
    if named:
        return named
    installed = next(filter(None, map(shutil.which, NAMES)), "")
    if installed:
        return installed
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        kept = play.chromium.executable_path
    return kept if Path(kept).exists() else ""


if __name__ == "__main__":
    found = find_chromium()
    sys.stdout.write(f"{found or HOW_TO_GET_IT}\n")
    sys.exit(0 if found else 1)
