"""The command ``forename``: what it can do, and nothing else.

Each command is a module; everything heavy is imported when a command runs, so that help is quick.
"""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from forename import __version__
from forename.cli import (
    answer,
    check,
    evaluate,
    identify,
    joint,
    likelihood,
    power,
    search,
    simulate,
    store,
    web,
)
from forename.cli.errors import Commands
from forename.cli.options import command_of

app = typer.Typer(
    cls=Commands,
    name="forename",
    help="Names for the dead of mass graves: what DNA can say about who they are.",
    epilog="Exit codes: 0 result, 1 findings that block, 2 unusable input, 3 an error in Forename.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"forename {__version__}")
        raise typer.Exit


@app.callback()
def _forename(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_say_version, is_eager=True),
    ] = False,
) -> None:
    # The docstring would replace the help of the app.
    del version


app.command("identify")(command_of(identify.identify))
app.command("check")(command_of(check.check))
app.command("likelihood")(likelihood.likelihood)
app.command("joint")(joint.joint)
app.command("simulate")(simulate.simulate)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(store.app, name="store")
app.command("search")(search.search)
app.command("power")(power.power)
app.command("answer")(answer.answer)
app.command("setup")(web.setup)
app.command("serve")(web.serve)
app.command("demonstrate")(web.demonstrate)


def main() -> None:
    """Run the command that this process was started for.

    Python's search for cycles of objects is off: nearly all objects live to the end of the command
    or are freed at once when no longer used, and going through them again and again costs a tenth
    of the time and finds nothing.
    """
    gc.disable()
    app(prog_name="forename")
