"""Running the application: set-up of its folder, refusals to start, the server and its worker."""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
import sys
from pathlib import Path
from typing import Any

from forename.exceptions import ForenameError

COLLECTED = "collected"  # the file that notes which styles and scripts were collected
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
    collect_static()


def collect_static() -> None:
    """Put styles and scripts where the server sends them from, and note which these are."""
    from django.conf import settings
    from django.core.management import call_command

    noted = Path(settings.STATIC_ROOT) / COLLECTED
    noted.unlink(missing_ok=True)  # an end in the middle is noticed
    call_command("collectstatic", interactive=False, verbosity=0)
    noted.write_text(_digest_of_static())


def _digest_of_static() -> str:
    """Return a digest of the styles and scripts of this version, with their names."""
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    found = sorted(
        ((name, storage) for finder in get_finders() for name, storage in finder.list([])),
        key=lambda each: each[0],
    )
    for name, storage in found:
        with storage.open(name) as file:
            digest.update(f"{name} {hashlib.sha256(file.read()).hexdigest()}\n".encode())
    return digest.hexdigest()


def refusals(address: str) -> list[str]:
    """Return why the server may not start now: each says what to do. Empty when it may."""
    from django.conf import settings
    from django.db import OperationalError, connection

    if settings.SECRET_KEY.startswith("unset-"):
        return [f"There is no secret key in {settings.HOME}. Run: forename setup"]
    found = [*_unsafe_settings(address), *_stale_static()]
    try:
        found += [*_pending_migrations(connection), *_unsafe_database(connection)]
    except OperationalError as error:
        said = " ".join(str(error).split())
        found.append(f"The database cannot be opened: {said}. See that it runs and is allowed.")
    return found


def _unsafe_settings(address: str) -> list[str]:
    """Return what in the settings would let others in."""
    from django.conf import settings

    found = []
    if len(settings.SECRET_KEY) < 50:
        found.append(
            "The secret key is shorter than 50 characters. Delete it and run: forename setup"
        )
    if settings.HOME.stat().st_mode & stat.S_IRWXO:
        found.append(
            f"Other users of this machine can open {settings.HOME}. Run: chmod 700 {settings.HOME}"
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
    return found


def _stale_static() -> list[str]:
    """Return that the collected styles and scripts are not those of the program, where so."""
    from django.conf import settings

    noted = Path(settings.STATIC_ROOT) / COLLECTED
    if noted.is_file() and noted.read_text() == _digest_of_static():
        return []
    return ["Styles and scripts are not those of this version. Run: forename setup"]


def _pending_migrations(connection: Any) -> list[str]:
    """Return that the database lacks migrations, or has those of a later version, where so."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations
    apps = {app for app, _name in known}
    unknown = [each for each in executor.loader.applied_migrations if each not in known]
    found = []
    if any(app in apps for app, _name in unknown):
        found.append(
            "A later version has changed this database. Install that version, or restore the "
            "backup from before it."
        )
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        found.append(
            f"The database lacks {len(pending)} migrations. Make a backup, then run: forename setup"
        )
    return found


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

    sys.stderr.write(f"Forename on http://{address}:{port}/\n")
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
