"""The two ways to write a record: create it, or revise it; each with its event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from forename.audit.gathering import gathered_now
from forename.audit.models import Event, Record, Versioned, Viewing

R = TypeVar("R", bound=Versioned)


class By(Protocol):
    """Who acts: a person or nobody (the public), on a channel."""

    @property
    def user(self) -> Any:
        """The user, None for the public."""

    @property
    def channel(self) -> str:
        """``page``, ``api``, ``import``, ``public``, ``command`` or ``job``."""


@dataclass(frozen=True)
class Difference:
    """One field of a refused edit: as it was seen, as it was meant, as it stands."""

    field: str
    seen: Any
    meant: Any
    now: Any


class StaleEdit(Exception):  # noqa: N818 - a state of affairs, not a fault
    """Somebody else changed the record after it was read; nothing was written."""

    def __init__(self, record: Versioned, differences: tuple[Difference, ...]) -> None:
        super().__init__(f"{record.type_name()} {record.pk} has changed since it was read")
        self.record = record
        self.differences = differences


def state_of(record: Versioned) -> dict[str, Any]:
    """Return a record's columns as JSON values, without derived ones; times in UTC."""
    fields = record._meta.concrete_fields
    state = {f.attname: f.value_from_object(record) for f in fields if f.name not in record.derived}
    # A time is the same instant however it was given: the database returns it in UTC.
    for name, value in state.items():
        if isinstance(value, datetime) and value.tzinfo is not None:
            state[name] = value.astimezone(UTC)
    result: dict[str, Any] = json.loads(json.dumps(state, cls=DjangoJSONEncoder))
    return result


def create(record: R, *, by: By, action: str, reason: str = "") -> R:
    """Write a new record and its first event, in one transaction; return it."""
    record.version = 1
    if isinstance(record, Record):
        record.created_by = by.user
    for name, value in record.prepare().items():
        setattr(record, name, value)
    state = state_of(record)
    changes = {name: [None, value] for name, value in state.items() if value not in (None, "")}
    event = _event(record, state, changes, by, action, reason)
    gathered = gathered_now()
    if gathered is not None:
        gathered.records[record.pk] = record
        gathered.events.append(event)
        return record
    with transaction.atomic():
        record.save(force_insert=True)
        event.save(force_insert=True)
    return record


def revise(
    record: R,
    changes: Mapping[str, Any],
    *,
    by: By,
    action: str,
    seen_version: int,
    reason: str = "",
) -> R:
    """Write a new version of a record and its event, in one transaction; return the new state.

    ``changes`` maps field names to values. Raises `StaleEdit` when the record is no longer at
    ``seen_version``. Changes that alter nothing write nothing.
    """
    model = type(record)
    with transaction.atomic():
        current = model._base_manager.get(pk=record.pk)
        if current.version != seen_version:
            raise stale_edit(current, changes, seen_version)
        before = state_of(current)
        for name, value in changes.items():
            setattr(current, name, value)
        prepared = current.prepare()
        for name, value in prepared.items():
            setattr(current, name, value)
        after = state_of(current)
        differences = {k: [before[k], v] for k, v in after.items() if v != before[k]}
        if not differences:
            return current
        current.version = seen_version + 1
        after["version"] = current.version
        # Columns that others derive are theirs to write: here they may have been read too early.
        left_out = current.derived - prepared.keys()
        fields = [f for f in model._meta.concrete_fields if not f.primary_key]
        names = [f.name for f in fields if f.name not in left_out]
        values = {name: getattr(current, name) for name in names}
        written = model._base_manager.filter(pk=record.pk, version=seen_version).update(**values)
        if written != 1:
            raise stale_edit(model._base_manager.get(pk=record.pk), changes, seen_version)
        _event(current, after, differences, by, action, reason).save(force_insert=True)
    return current


def stale_edit(current: Versioned, changes: Mapping[str, Any], seen_version: int) -> StaleEdit:
    """Return the refusal of an edit, field by field."""
    type_name = current.type_name()
    seen_event = Event.objects.filter(
        record_type=type_name, record_id=current.pk, record_version=seen_version
    ).first()
    seen = seen_event.state if seen_event is not None else {}
    now = state_of(current)
    for name, value in changes.items():
        setattr(current, name, value)
    meant = state_of(current)
    names = [current._meta.get_field(name).attname for name in changes]  # type: ignore[union-attr]
    differences = tuple(Difference(n, seen.get(n), meant.get(n), now.get(n)) for n in names)
    return StaleEdit(type(current)._base_manager.get(pk=current.pk), differences)


def record_viewing(record: Record, *, by: By, part: str = "") -> None:
    """Note that somebody looked at a sensitive record, or at a part of it."""
    Viewing.objects.create(
        operation_id=record.operation_id,
        by=by.user,
        record_type=record.type_name(),
        record_id=record.pk,
        part=part,
    )


def _event(
    record: Versioned,
    state: Mapping[str, Any],
    changes: Mapping[str, Any],
    by: By,
    action: str,
    reason: str,
) -> Event:
    return Event(
        operation_id=record.operation_of_event(),
        by=by.user,
        channel=by.channel,
        action=action,
        record_type=record.type_name(),
        record_id=record.pk,
        record_version=record.version,
        state=state,
        changes=changes,
        reason=reason,
    )
