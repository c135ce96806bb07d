"""Run ``forename`` as a user does, and look at everything it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from forename.cli.main import app

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FORMATS = EXAMPLES / "formats"
THREE_FILES = {
    "--postmortem": FORMATS / "familias-remains.txt",
    "--antemortem": FORMATS / "familias-relatives.txt",
    "--frequencies": FORMATS / "frequencies-matrix.txt",
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def run_json(*arguments: object) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def files(**changed: object) -> list[object]:
    """Return the three example files as options, some of them changed."""
    chosen = {**THREE_FILES, **{f"--{name}": value for name, value in changed.items()}}
    return [part for item in chosen.items() for part in item]


def assert_refused(result: Result, *words: str) -> None:
    """Exit code 2, one message that holds the words, no traceback, nothing on stdout."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in result.stderr
