from __future__ import annotations

import subprocess
import sys

from tests.cli.command import run

import forename
from forename.cli import errors, main

COMMANDS = ("identify", "check", "likelihood", "joint", "simulate", "evaluate")


def test_help__names_every_command():
    for arguments in ((), ("--help",)):
        assert all(name in run(*arguments).output for name in COMMANDS)
    for name in COMMANDS:
        result = run(name, "--help")
        assert result.exit_code == 0
        assert "--json" in result.stdout


def test_version__is_printed():
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout == f"forename {forename.__version__}\n"


def test_help__loads_nothing_heavy():
    code = (
        "import sys\n"
        "from forename.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'numba', 'scipy', 'openpyxl', 'typst', 'jinja2'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_module__runs_as_the_command():
    result = subprocess.run(
        [sys.executable, "-m", "forename", "identify"], capture_output=True, text=True, check=False
    )
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("forename: files are missing")


def test_defect__has_an_exit_code_of_its_own():
    """Exit code 1 is for findings that block; Python's own for a crash must not pass for it."""

    def broken() -> None:
        raise RuntimeError("a defect")

    main.app.command("broken")(broken)
    try:
        result = run("broken")
    finally:
        main.app.registered_commands.pop()
    assert result.exit_code == errors.ExitCode.DEFECT
    assert "a defect" in result.stderr
    assert "Please report it" in result.stderr
