"""Many records made as one: prepared without holding the database, written at once or not at all.

Inside `gathering`, `create` keeps what it would write. `Gathered.write` then writes
everything in one short transaction, in which others wait; what was kept and never written has
changed nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from forename.audit.models import Event, Versioned

BATCH = 500  # rows of one statement


@dataclass
class Gathered:
    """Records that wait to be written, by key in the order in which they were made, and events."""

    records: dict[Any, Versioned] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    numbers: dict[str, list[int]] = field(default_factory=dict)  # of codes taken, by prefix

    def write(self) -> None:
        """Write every record and every event; call inside the transaction that they belong to."""
        by_model: dict[type[Versioned], list[Any]] = {}
        for record in self.records.values():
            by_model.setdefault(type(record), []).append(record)
        with transaction.atomic():
            for model, records in by_model.items():
                model._base_manager.bulk_create(records, batch_size=BATCH)
            Event.objects.bulk_create(self.events, batch_size=BATCH)


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


def gathered_now() -> Gathered | None:
    """Return what gathers at present, None where records are written one by one."""
    return _now.get()
