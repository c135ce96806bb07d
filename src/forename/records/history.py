"""Events in words: which field, from what, to what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.audit.models import Event
from forename.audit.recording import StaleEdit
from forename.records.kinds import Kind, registered
from forename.records.said_dates import date_in_words
from forename.records.seeing import seen_changes, seen_values

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


def history_in_words(events: Sequence[Event], kind: Kind, actor: Actor) -> list[EventInWords]:
    """Return the events of a record, with their changes of fields that the actor may see."""
    seen = seen_changes(events, kind, actor)
    return [
        EventInWords(
            event,
            _label_of_event(event, kind),
            tuple(
                ChangeInWords(_label(kind, name), _value(kind, name, old), _value(kind, name, new))
                for name, (old, new) in seen[event.pk].items()
                if _told(kind, name) and _readable(kind, name, actor)
            ),
        )
        for event in events
    ]


def _label_of_event(event: Event, kind: Kind) -> Any:
    # A step of one kind may write a record of another: adding a position to a site.
    steps = (step for each in (kind, *registered()) for step in each.steps)
    return kind.events.get(event.action) or next(
        (s.label for s in steps if s.run.name == event.action), event.action
    )


def differences_in_words(stale: StaleEdit, kind: Kind, actor: Actor) -> list[dict[str, Any]]:
    """Return the fields of a refused edit: as seen, as meant, as they stand.

    Those that differ come first.
    """
    shown = []
    for d in stale.differences:
        if not (_told(kind, d.field) and _readable(kind, d.field, actor)):
            continue
        three = (
            seen_values(actor, kind, {d.field: value})[d.field]
            for value in (d.seen, d.meant, d.now)
        )
        seen, meant, now = (_value(kind, d.field, value) for value in three)
        label = _label(kind, d.field)
        differs = d.meant != d.now
        shown.append({"label": label, "seen": seen, "meant": meant, "now": now, "differs": differs})
    return sorted(shown, key=lambda each: not each["differs"])


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
    if field is None:
        return value
    if value in (None, "", [], {}):
        return None
    words = kind.worded.get(field.name)
    if words is not None:
        return words(value)
    if field.choices:
        return dict(field.flatchoices).get(value, value)
    if field.is_relation:
        related = field.related_model._base_manager.filter(pk=value).first()
        return related if related is not None else value
    return _plain(field, value)


def _plain(field: Any, value: Any) -> Any:
    """Return a stored value as pages write it: times and days in words, yes or no."""
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(value) if isinstance(value, str) else value
        return localize(localtime(moment)) if moment is not None else value
    if isinstance(field, models.DateField):
        day = parse_date(value) if isinstance(value, str) else value
        return localize(day) if day is not None else value
    if isinstance(value, dict) and "edtf" in value:
        return date_in_words(value)
    return value


def _told(kind: Kind, attname: str) -> bool:
    """Tell whether a change of a field says something that no other field says."""
    return attname not in _UNTOLD and kind.worded.get(attname, str) is not None


def _readable(kind: Kind, attname: str, actor: Actor) -> bool:
    field = _field(kind, attname)
    return field is None or field.name in actor.fields_of(kind.model)
