"""Many records made as one: prepared without holding the database, written at once or not at all.

Inside `gathering`, `create` keeps what it would write; leaving it turns that into statements.
`Gathered.write` then writes everything in one short transaction, in which others wait; what was
kept and never written has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import AutoField, Model

from forename.audit.models import Event, Versioned

MOST_VALUES = 30_000  # in one statement: SQLite takes 32,766, PostgreSQL 65,535


@dataclass
class Gathered:
    """Records that wait to be written, by key in the order in which they were made, and events."""

    records: dict[Any, Versioned] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    numbers: dict[str, list[int]] = field(default_factory=dict)  # of codes taken, by prefix
    statements: list[tuple[str, list[Any]]] = field(default_factory=list)
    followers: dict[Callable[[list[Any]], None], list[Any]] = field(default_factory=dict)

    def prepare(self) -> None:
        """Turn every record and every event into what the database is sent."""
        by_model: dict[type[Model], list[Any]] = {}
        for record in self.records.values():
            by_model.setdefault(type(record), []).append(record)
        by_model[Event] = self.events
        self.statements = [
            statement for model, rows in by_model.items() for statement in _insertions(model, rows)
        ]

    def write(self) -> None:
        """Write every record and every event; call inside the transaction that they belong to."""
        with transaction.atomic(), connection.cursor() as cursor:
            for statement, values in self.statements:
                cursor.execute(statement, values)
            for follow, keys in self.followers.items():
                follow(keys)


def _insertions(model: type[Model], rows: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    """Yield statements of many rows each: after every one SQLite writes its index of words out."""
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, AutoField)]
    names = ", ".join(connection.ops.quote_name(str(f.column)) for f in fields)
    signs = f"({', '.join(['%s'] * len(fields))})"
    at_once = MOST_VALUES // len(fields)
    for start in range(0, len(rows), at_once):
        part = rows[start : start + at_once]
        values = [
            f.get_db_prep_save(f.pre_save(row, add=True), connection=connection)
            for row in part
            for f in fields
        ]
        into = f"INSERT INTO {model._meta.db_table} ({names})"
        yield f"{into} VALUES {', '.join([signs] * len(part))}", values


_now: ContextVar[Gathered | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Iterator[Gathered]:
    """Keep what is created inside; nothing is written until `Gathered.write` is called."""
    gathered = Gathered()
    token = _now.set(gathered)
    try:
        yield gathered
    finally:
        _now.reset(token)
    gathered.prepare()


def once_written(follow: Callable[[list[Any]], None], key: Any) -> None:
    """Call a function with keys of records: now, or once for all when what is kept is written."""
    gathered = _now.get()
    if gathered is None:
        follow([key])
    else:
        gathered.followers.setdefault(follow, []).append(key)


def gathered_now() -> Gathered | None:
    """Return what gathers at present, None where records are written one by one."""
    return _now.get()
