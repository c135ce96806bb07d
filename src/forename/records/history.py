"""Events in words: which field, from what, to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forename.accounts.access import Actor
from forename.audit.models import Event
from forename.audit.recording import StaleEdit
from forename.records.kinds import Kind, registered

_UNTOLD = {"id", "version", "operation_id", "created_at", "created_by_id"}


@dataclass(frozen=True)
class ChangeInWords:
    """One field's change: its label, before, after."""

    label: Any
    before: Any
    after: Any


@dataclass(frozen=True)
class EventInWords:
    """An event as a history shows it."""

    event: Event
    label: Any
    changes: tuple[ChangeInWords, ...]


def changes_in_words(event: Event, kind: Kind, actor: Actor) -> EventInWords:
    """Return an event's changes of fields that the actor may see."""
    # A step of one kind may write a record of another: adding a position to a site.
    steps = (step for each in (kind, *registered()) for step in each.steps)
    label = kind.events.get(event.action) or next(
        (s.label for s in steps if s.run.name == event.action), event.action
    )
    changes = tuple(
        ChangeInWords(_label(kind, name), _value(kind, name, old), _value(kind, name, new))
        for name, (old, new) in event.changes.items()
        if name not in _UNTOLD and _readable(kind, name, actor)
    )
    return EventInWords(event, label, changes)


def differences_in_words(stale: StaleEdit, kind: Kind, actor: Actor) -> list[dict[str, Any]]:
    """Return the fields of a refused edit: as seen, as meant, as they stand."""
    return [
        {
            "label": _label(kind, d.field),
            "seen": _value(kind, d.field, d.seen),
            "meant": _value(kind, d.field, d.meant),
            "now": _value(kind, d.field, d.now),
            "differs": d.meant != d.now,
        }
        for d in stale.differences
        if _readable(kind, d.field, actor)
    ]


def _field(kind: Kind, attname: str) -> Any:
    for field in kind.model._meta.concrete_fields:
        if attname in (field.attname, field.name):
            return field
    return None


def _label(kind: Kind, attname: str) -> Any:
    field = _field(kind, attname)
    return field.verbose_name if field is not None else attname


def _value(kind: Kind, attname: str, value: Any) -> Any:
    field = _field(kind, attname)
    if field is None or value is None:
        return value
    if field.choices:
        return dict(field.flatchoices).get(value, value)
    if field.is_relation:
        related = field.related_model._base_manager.filter(pk=value).first()
        return related if related is not None else value
    return value


def _readable(kind: Kind, attname: str, actor: Actor) -> bool:
    field = _field(kind, attname)
    return field is None or field.name in actor.fields_of(kind.model)
