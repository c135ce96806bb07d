"""What an actor sees of the records that a record points to: a hidden one looks like none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Field, Q

from forename.accounts.access import Actor
from forename.audit.models import Event, Record
from forename.records.kinds import Column, Kind

CHUNK = 500  # rows of an export that are looked up together


def seen_keys(actor: Actor, model: type[Record], keys: Iterable[Any]) -> set[str]:
    """Return those of some records' keys, as text, whose records the actor may see."""
    wanted = {str(key) for key in keys}
    if not wanted or not actor.may(model.readable_by):
        return set()
    if model.hidden_from(actor) == Q(pk__in=[]):
        return wanted
    found = model.objects.visible_to(actor).filter(pk__in=wanted)
    return {str(key) for key in found.values_list("pk", flat=True)}


def seen_rows(
    actor: Actor, columns: Sequence[Column], rows: Iterable[Any]
) -> Iterator[tuple[Any, list[Any]]]:
    """Yield rows with the values of their cells; a cell that is a hidden record is None."""
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _seen_chunk(actor, columns, chunk)
            chunk = []
    yield from _seen_chunk(actor, columns, chunk)


def seen_values(actor: Actor, kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's columns with None in place of the keys of hidden records."""
    made = dict(values)
    for name, model in pointers(kind).items():
        if made.get(name) is not None and not seen_keys(actor, model, [made[name]]):
            made[name] = None
    return made


def seen_changes(
    events: Sequence[Event], kind: Kind, actor: Actor
) -> dict[int, dict[str, list[Any]]]:
    """Return the changes of each event with None in place of the keys of hidden records.

    A change from one hidden record to another, or from or to none, is left out.
    """
    made = {event.pk: dict(event.changes) for event in events}
    for name, model in pointers(kind).items():
        pairs = [(pk, changes[name]) for pk, changes in made.items() if name in changes]
        seen = seen_keys(actor, model, [key for _, pair in pairs for key in pair if key])
        for pk, pair in pairs:
            shown = [key if str(key) in seen else None for key in pair]
            if any(shown):
                made[pk][name] = shown
            else:
                del made[pk][name]
    return made


def pointers(kind: Kind) -> dict[str, type[Record]]:
    """Return the columns of a kind that hold keys of records, with the model they point to."""
    fields: list[Field[Any, Any]] = list(kind.model._meta.concrete_fields)
    return {
        f.attname: f.related_model
        for f in fields
        if isinstance(f.related_model, type) and issubclass(f.related_model, Record)
    }


def _seen_chunk(
    actor: Actor, columns: Sequence[Column], rows: Sequence[Any]
) -> Iterator[tuple[Any, list[Any]]]:
    table = [[column.cell(row) for column in columns] for row in rows]
    keys: dict[type[Record], set[Any]] = {}
    for cells in table:
        for value in cells:
            if isinstance(value, Record):
                keys.setdefault(type(value), set()).add(value.pk)
    seen = {model: seen_keys(actor, model, wanted) for model, wanted in keys.items()}
    for row, cells in zip(rows, table, strict=True):
        yield row, [None if _is_hidden(value, seen) else value for value in cells]


def _is_hidden(value: Any, seen: Mapping[type[Record], set[str]]) -> bool:
    return isinstance(value, Record) and str(value.pk) not in seen[type(value)]
