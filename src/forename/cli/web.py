"""The commands of the web application: setup, serve, demonstrate."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import Annotated

import typer

Home = Annotated[
    Path | None,
    typer.Option(help="Folder of the database, files and secret key (FORENAME_HOME)."),
]


def setup(
    home: Home = None,
    admin: Annotated[
        str, typer.Option(help="E-mail address of a person who may open operations.")
    ] = "",
) -> None:
    """Make the folder of the web application, or bring its database up to date."""
    from forename.web.server import set_up

    folder = home_folder(home)
    set_up(folder)
    if admin:
        from forename.web.opening import let_open

        path = let_open(admin)
        if path:
            typer.echo("Works once, for three days, after the address of the server:")
            typer.echo(f"  {path}")
        else:
            typer.echo(f"{admin} may open operations, and signs in as before.")
    typer.echo(f"Ready in {folder}. Next: forename serve")


def serve(
    home: Home = None,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8000,
) -> None:
    """Run the web application and its background worker until Ctrl-C."""
    gc.enable()  # short commands run without it; a server that lives for weeks needs it
    os.environ["FORENAME_HOME"] = str(home_folder(home))
    from forename.web import server

    server.serve(address, port)


def demonstrate(
    results: Annotated[Path, typer.Argument(help="Folder that `forename identify --out` wrote.")],
    home: Home = None,
) -> None:
    """Make an invented operation with an answer in it, and print a login for each role."""
    from forename.web.server import set_up

    folder = home_folder(home)
    set_up(folder)
    from forename.web.demonstration import make_demonstration

    typer.echo("SIMULATED: invented people and data. One login for each role:")
    for email, password in make_demonstration(results).items():
        typer.echo(f"  {email:46} {password}")


def home_folder(home: Path | None) -> Path:
    """Return the folder given, else FORENAME_HOME, else ``forename-data`` here."""
    return (home or Path(os.environ.get("FORENAME_HOME", "forename-data"))).absolute()
