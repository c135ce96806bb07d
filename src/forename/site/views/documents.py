"""The files of the room's records: for whoever may see the record they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from forename.accounts.access import Actor
from forename.audit.models import Record
from forename.records.models import StoredFile


def documents_of(records: Iterable[Record]) -> dict[Any, list[StoredFile]]:
    """Return the files of several records, by the record's id."""
    ids = [record.pk for record in records]
    found: dict[Any, list[StoredFile]] = {}
    for file in StoredFile.objects.filter(
        record_type__startswith="site.", record_id__in=ids
    ).order_by("created_at"):
        found.setdefault(file.record_id, []).append(file)
    return found


def documents_context(_actor: Actor, record: Any) -> dict[str, Any]:
    """Return the files of one record for its page."""
    return {"documents": documents_of([record]).get(record.pk, [])}
