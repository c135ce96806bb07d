from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.command import THREE_FILES, files, run

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


def _command(*arguments: object, **environment: str) -> subprocess.Popen[bytes]:
    """Start ``forename`` as a process of its own, its output in pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "forename", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("command", [("identify",), ("identify", "--json"), ("check",)])
def test_reader_that_leaves__ends_quietly_with_a_code_of_its_own(command):
    """Exit code 1 would say that findings block."""
    with _command(*command, *files()) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == errors.ExitCode.READER_LEFT


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", [("identify",), ("identify", "--json"), ("check",)])
def test_full_disk__is_said_without_a_traceback(command):
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "forename", *command, *map(str, files())],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert result.returncode == errors.ExitCode.UNUSABLE
    assert result.stderr.startswith("forename: the output has no room")


@pytest.mark.parametrize("command", [("identify", "--json"), ("check",)])
def test_locale_without_arabic__output_is_utf8_all_the_same(tmp_path, command):
    text = THREE_FILES["--postmortem"].read_text(encoding="utf-8")
    remains = tmp_path / "remains.txt"
    remains.write_text(text.replace("EX3", "عظم 💀"), encoding="utf-8")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with _command(*command, *files(postmortem=remains), **plain) as process:
        output, error = process.communicate()
    assert error == b""
    assert "عظم 💀" in output.decode("utf-8")


def test_interrupt__within_compiled_code_is_an_interrupt():
    """Compiled code wraps Ctrl-C in a SystemError, which is no defect."""

    def stopped() -> None:
        raise SystemError("returned a result with an exception set") from KeyboardInterrupt()

    main.app.command("stopped")(stopped)
    try:
        result = run("stopped")
    finally:
        main.app.registered_commands.pop()
    assert result.exit_code == 130
    assert result.stderr == ""


def test_kernels__that_can_be_neither_kept_nor_read_are_compiled_anew(tmp_path):
    """A laptop's owner installs, a colleague without a home runs; or the disk was full."""
    module = tmp_path / "kernel.py"
    module.write_text(
        "from forename.compiled import compiled\n"
        "@compiled\n"
        "def double(x):\n"
        "    return 2 * x\n"
        "print(double(21))\n"
    )
    kept = tmp_path / "kept"

    def run_it(folder: Path) -> str:
        return subprocess.run(
            [sys.executable, str(module)],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "NUMBA_CACHE_DIR": str(folder)},
        ).stdout

    (tmp_path / "file").write_text("no folder")
    assert run_it(tmp_path / "file") == "42\n"
    assert run_it(kept) == "42\n"
    kernels = list(kept.rglob("*.nb?"))
    assert {path.suffix for path in kernels} == {".nbi", ".nbc"}
    for path in kernels:
        path.write_bytes(path.read_bytes()[:40])
    assert run_it(kept) == "42\n"


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
