"""The files of the room's records: for whoever may see the record they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from forename.accounts.access import Actor
from forename.accounts.rules import MEMBERS
from forename.audit.models import Record
from forename.records.models import StoredFile
from forename.records.views import file_answer, owner_visible, page


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


@page(MEMBERS)
def document_view(_request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send a file of a site's record to whoever may see that record."""
    stored = StoredFile.objects.filter(
        operation=actor.operation,
        record_type__startswith="site.",
        restricted_viewing=False,
        pk=pk,
    ).first()
    if stored is None or not owner_visible(stored, actor):
        raise Http404
    return file_answer(stored)
