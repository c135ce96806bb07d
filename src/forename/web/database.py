"""The one setting of the database: a file (SQLite) or a PostgreSQL address."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database_settings(address: str, home: Path) -> dict[str, Any]:
    """Return Django's settings for ``FORENAME_DATABASE``: '' or a path, or ``postgresql://…``."""
    if address.startswith(("postgresql://", "postgres://")):
        return _postgresql(address)
    if "://" in address:
        raise ImproperlyConfigured(
            f"FORENAME_DATABASE is {address.split('://', 1)[0]}://…: give the path of an SQLite "
            "file, or postgresql://user:password@host:port/name."
        )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(Path(address) if address else home / "forename.sqlite3"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA cache_size=-65536;"
            ),
        },
    }


def _postgresql(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or (unquote(parts.hostname) if parts.hostname else "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
