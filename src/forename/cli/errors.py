"""What the user sees when a command cannot do its work: one message, and the exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
import traceback
from enum import IntEnum
from typing import Any

import typer
from typer.core import TyperGroup

from forename.cli.json_text import print_json
from forename.exceptions import ForenameError, UnusableInputError


class ExitCode(IntEnum):
    """How a command ended."""

    RESULT = 0
    BLOCKED = 1
    UNUSABLE = 2
    DEFECT = 3
    READER_LEFT = 141  # as a shell reports a program that SIGPIPE ended: ``forename … | head``


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Commands(TyperGroup):
    """All commands, with one place where their errors become messages and exit codes."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run with output that can hold every id, whatever the terminal or locale can show."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A file or pipe gets UTF-8; a terminal that lacks a letter gets its number.
                encoding = stream.encoding if stream.isatty() else "utf-8"
                stream.reconfigure(encoding=encoding, errors="backslashreplace")
        return super().main(*args, **extra)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Note whether JSON was asked for: an error in the arguments has to know it too."""
        ctx.obj, any_given = "--json" in args, bool(args)
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            if not any_given:  # no error: the help is shown
                raise
            _tell_usage(error, ctx)
            raise typer.Exit(ExitCode.UNUSABLE) from None

    def invoke(self, ctx: Any) -> Any:
        """Run the command; errors about the input end with exit code 2, defects with 3."""
        try:
            return super().invoke(ctx)
        except ForenameError as error:
            _tell(error_value(error), str(error), ctx.obj)
        except typer.TyperException as error:
            _tell_usage(error, ctx)
        except (typer.Exit, typer.Abort):
            raise
        except BrokenPipeError:
            _leave_quietly()
        except Exception as error:  # noqa: BLE001  Python's own exit code 1 means blocking findings
            if isinstance(error.__cause__, KeyboardInterrupt):  # Ctrl-C inside compiled code
                raise KeyboardInterrupt from None
            if isinstance(error, OSError) and error.errno in _NO_ROOM:
                typer.echo(f"forename: the output has no room ({error.strerror}).", err=True)
                raise typer.Exit(ExitCode.UNUSABLE) from None
            traceback.print_exc()
            typer.echo("This is an error in Forename itself. Please report it.", err=True)
            raise typer.Exit(ExitCode.DEFECT) from None
        raise typer.Exit(ExitCode.UNUSABLE)


def error_value(error: ForenameError) -> dict[str, Any]:
    """Return an error for JSON: where it is, what is wrong, what was expected; null if unknown."""
    if not isinstance(error, UnusableInputError):
        return _value(str(error), kind=type(error).__name__)
    return _value(
        error.problem,
        kind=type(error).__name__,
        file=error.file or None,
        line=error.line,
        column=error.column,
        field=error.field or None,
        expected=error.expected or None,
    )


def _leave_quietly() -> None:
    """End because nobody reads the output any more; raise `typer.Exit`."""
    # What Python still holds goes nowhere: its own flush at the end would fail aloud.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(ExitCode.READER_LEFT)


def _tell_usage(error: typer.TyperException, ctx: Any) -> None:
    text = error.format_message().rstrip(".") + "."
    command = " ".join(filter(None, ("forename", ctx.invoked_subcommand)))
    _tell(_value(text), f"{text} Try: {command} --help", ctx.obj)


def _value(problem: str, kind: str = "UsageError", **known: str | int | None) -> dict[str, Any]:
    place = dict.fromkeys(("file", "line", "column", "field", "expected"))
    return {"kind": kind, **place, **known, "problem": problem}


def _tell(value: dict[str, Any], text: str, as_json: bool) -> None:
    if as_json:
        print_json({"error": value})
    typer.echo(f"forename: {text}", err=True)
