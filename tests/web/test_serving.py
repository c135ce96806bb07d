"""The server starts where nothing is unsafe or left over, else it says what to do."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Asks for the refusals as `forename serve` does, and does not serve where there are none.
ASKING = """
from forename.web.server import prepare_django, refusals
prepare_django()
print("; ".join(refusals({!r})))
"""


def _run(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("FORENAME_")}
    return subprocess.run(
        [sys.executable, *words],
        env={**plain, "PYTHONPATH": str(ROOT / "src"), "FORENAME_HOME": str(home), **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def _refusals(home: Path, address: str = "127.0.0.1", **environment: str) -> str:
    asked = _run(home, "-c", ASKING.format(address), **environment)
    assert asked.returncode == 0, asked.stderr
    return asked.stdout.strip()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that `forename setup` has made."""
    made = tmp_path_factory.mktemp("forename") / "home"
    done = _run(made, "-m", "forename", "setup")
    assert done.returncode == 0, done.stderr
    return made


def test_serve__before_setup_says_what_to_run(tmp_path: Path) -> None:
    done = _run(tmp_path / "none", "-m", "forename", "serve", "--port", "1")
    assert done.returncode == 2
    assert "Run: forename setup" in done.stderr
    assert "Traceback" not in done.stderr
    assert "http://" not in done.stderr  # nothing is served


def test_refusals__of_a_home_that_was_set_up_are_none(home: Path) -> None:
    assert _refusals(home) == ""
    assert _refusals(home, "0.0.0.0", FORENAME_HTTPS="1", FORENAME_HOSTS="a.example") == ""


@pytest.mark.parametrize(
    ("address", "environment", "said"),
    [
        ("0.0.0.0", {}, "without encryption"),
        ("::", {}, "without encryption"),
        ("127.0.0.1", {"FORENAME_HOSTS": "a.example,*"}, "every name"),
        ("127.0.0.1", {"FORENAME_DATABASE": "postgresql://127.0.0.1:1/none"}, "cannot be opened"),
    ],
)
def test_refusals__name_the_unsafe_setting(
    address: str, environment: dict[str, str], said: str, home: Path
) -> None:
    assert said in _refusals(home, address, **environment)


def _style_changed(home: Path) -> Callable[[], None]:
    noted = home / "static/collected"
    before = noted.read_text()
    noted.write_text("another version")
    return lambda: (noted.write_text(before), None)[1]


def _style_missing(home: Path) -> Callable[[], None]:
    noted = home / "static/collected"
    before = noted.read_text()
    noted.unlink()
    return lambda: (noted.write_text(before), None)[1]


def _open_to_others(home: Path) -> Callable[[], None]:
    home.chmod(0o755)
    return lambda: home.chmod(0o700)


def _short_key(home: Path) -> Callable[[], None]:
    key = home / "secret-key"
    before = key.read_text()
    key.write_text("short")
    return lambda: (key.write_text(before), None)[1]


def _in_database(change: str, back: str) -> Callable[[Path], Callable[[], None]]:
    def execute(home: Path, words: str) -> None:
        with sqlite3.connect(home / "forename.sqlite3") as database:
            database.execute(words)

    def changed(home: Path) -> Callable[[], None]:
        execute(home, change)
        return lambda: execute(home, back)

    return changed


LAST = "(app, name, applied) VALUES ('records', '0002_search_index', '2026-01-01')"
LATER = "(app, name, applied) VALUES ('site', '9999_later', '2026-01-01')"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_style_changed, "not those of this version. Run: forename setup"),
        (_style_missing, "not those of this version. Run: forename setup"),
        (_open_to_others, "chmod 700"),
        (_short_key, "shorter than 50"),
        (
            _in_database(
                "DELETE FROM django_migrations WHERE app = 'records' AND name LIKE '0002%'",
                f"INSERT INTO django_migrations {LAST}",
            ),
            "lacks 1 migrations. Make a backup",
        ),
        (
            _in_database(
                f"INSERT INTO django_migrations {LATER}",
                "DELETE FROM django_migrations WHERE name = '9999_later'",
            ),
            "A later version has changed this database",
        ),
    ],
)
def test_refusals__name_what_is_left_over(
    change: Callable[[Path], Callable[[], None]], said: str, home: Path
) -> None:
    back = change(home)
    try:
        assert said in _refusals(home)
    finally:
        back()


def test_setup__again_makes_an_old_home_servable(home: Path) -> None:
    _style_changed(home)
    _open_to_others(home)
    assert _run(home, "-m", "forename", "setup").returncode == 0
    assert _refusals(home) == ""
