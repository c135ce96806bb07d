"""Reads: the history of a record and who saw it."""

from __future__ import annotations

from django.db.models import QuerySet

from forename.audit.models import Event, Versioned, Viewing


def history_of(record: Versioned) -> QuerySet[Event]:
    """Return a record's events, newest first."""
    return (
        Event.objects.filter(record_type=record.type_name(), record_id=record.pk)
        .select_related("by")
        .order_by("-record_version")
    )


def viewings_of(record: Versioned) -> QuerySet[Viewing]:
    """Return who saw a record, latest first."""
    return (
        Viewing.objects.filter(record_type=record.type_name(), record_id=record.pk)
        .select_related("by")
        .order_by("-id")
    )
