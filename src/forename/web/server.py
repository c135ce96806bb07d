"""Running the application: set-up of its folder, refusals to start, the server and its worker."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from forename.exceptions import ForenameError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class UnsafeSettingsError(ForenameError):
    """The server must not start as it is set; the message says what to do."""


def prepare_django() -> None:
    """Load Django with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forename.web.settings")
    import django

    django.setup()


def set_up(home: Path) -> None:
    """Make the folder, its secret key, the database's tables and static files; safe to repeat."""
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    key = home / "secret-key"
    if not key.is_file():
        handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(50))
    os.environ["FORENAME_HOME"] = str(home)
    prepare_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def refusals(address: str) -> list[str]:
    """Return why the server may not start now: each says what to do. Empty when it may."""
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    found = []
    if settings.SECRET_KEY.startswith("unset-"):
        found.append(f"There is no secret key in {settings.HOME}. Run: forename setup")
    elif len(settings.SECRET_KEY) < 50:
        found.append(
            "The secret key is shorter than 50 characters. Delete it and run: forename setup"
        )
    if settings.DEBUG:
        found.append("DEBUG is on: pages would show the inside of the program. Switch it off.")
    if "*" in settings.ALLOWED_HOSTS:
        found.append("FORENAME_HOSTS allows every name (*). Give the names of this server.")
    if address not in LOOPBACK and not settings.HTTPS:
        found.append(
            f"{address} is reachable from other machines without encryption. Put a proxy with TLS "
            "in front and set FORENAME_HTTPS=1, or serve on 127.0.0.1."
        )
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        found.append(
            f"The database lacks {len(pending)} migrations. Make a backup, then run: forename setup"
        )
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        found.append("Styles and scripts are not collected. Run: forename setup")
    return found + _unsafe_database(connection)


def _unsafe_database(connection: Any) -> list[str]:
    """Return what makes the database forget what it acknowledged."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            wanted = (("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "1"))
            found = []
            for name, value in wanted:
                cursor.execute(f"PRAGMA {name}")
                if str(cursor.fetchone()[0]).lower() != value:
                    found.append(f"SQLite has {name} not at {value}; the disk may not allow it.")
            return found
        found = []
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] == "off":
                found.append(f"PostgreSQL runs with {name}=off: set it on and restart it.")
        return found


def serve(address: str, port: int, threads: int = 8) -> None:
    """Serve until interrupted, with a worker for jobs beside; raise UnsafeSettingsError."""
    prepare_django()
    found = refusals(address)
    if found:
        raise UnsafeSettingsError("\n".join(found))
    from granian import Granian
    from granian.constants import Interfaces

    from forename.web.worker import KeptWorker

    worker = KeptWorker()
    try:
        Granian(
            "forename.web.wsgi:application",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=threads,
            log_access=False,
        ).serve()
    finally:
        worker.stop()
