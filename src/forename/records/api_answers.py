"""What the API answers: records, lists, changes, files, refusals; each as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from forename.accounts.access import Actor
from forename.audit.models import Event
from forename.audit.recording import state_of
from forename.records.files import files_of
from forename.records.forms import whole_number
from forename.records.kinds import Kind
from forename.records.models import ImportBatch, Job, StoredFile
from forename.records.seeing import seen_values
from forename.records.views import may_open_file


class Row(BaseModel):
    """A record in a list: its id, version, page and the list's cells."""

    id: UUID
    version: int
    address: str
    cells: dict[str, Any]


class Rows(BaseModel):
    """A page of a list; ``more`` where there are more rows than ``count``, as far as it counted.

    ``count=all`` in the address counts them all.
    """

    count: int
    more: bool
    page: int
    pages: int
    rows: list[Row]


class KeptFile(BaseModel):
    """A file as it was kept: the digest of its bytes, how many, its name as sent."""

    id: UUID
    sha256: str
    size_bytes: int
    media_type: str
    name: str


class One(BaseModel):
    """A record: every field that the caller may see, and its files that the caller may open."""

    kind: str
    id: UUID
    version: int
    address: str
    values: dict[str, Any]
    files: list[KeptFile]


class Change(BaseModel):
    """An event of a record's history."""

    version: int
    at: datetime
    by: str | None
    action: str
    reason: str
    changes: dict[str, Any]


class View(BaseModel):
    """A list's address that a person keeps under a name."""

    name: str
    query: str


class Batch(BaseModel):
    """A staged table: what it would make, and the located problems that stand in the way."""

    id: UUID
    version: int
    name: str
    rows: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    taken_at: datetime | None
    records: list[UUID]


class Work(BaseModel):
    """A background job: how far it is, and what came of it."""

    id: UUID
    kind: str
    title: str
    state: str
    done: int
    total: int
    error: str
    result: dict[str, Any]


class Problem(BaseModel):
    """What was wrong: by field, '' for the whole."""

    errors: dict[str, list[str]]


class Stale(BaseModel):
    """Somebody changed the record meanwhile: its version now, and the fields compared."""

    version: int
    differences: list[dict[str, Any]]


class Refusal(BaseModel):
    """Why a request was not answered."""

    detail: str


# What any address may answer besides what it is for.
REFUSALS: dict[int, Any] = {400: Refusal, 401: Refusal, 403: Refusal, 404: Refusal, 422: Problem}


def one_of(kind: Kind, actor: Actor, record: Any) -> One:
    """Return a record as the API answers it."""
    readable = readable_of(kind, actor)
    values = {k: v for k, v in state_of(record).items() if k in readable}
    files = [f for f in files_of(record) if may_open_file(f, actor)]
    return One(
        kind=kind.url_name,
        id=record.pk,
        version=record.version,
        address=kind.address(record),
        values=seen_values(actor, kind, values),
        files=[kept_file(f) for f in files],
    )


def readable_of(kind: Kind, actor: Actor) -> set[str]:
    """Return the columns of a kind whose values the actor may see."""
    names = actor.fields_of(kind.model)
    return {f.attname for f in kind.model._meta.concrete_fields if f.name in names}


def kept_file(file: StoredFile) -> KeptFile:
    """Return a kept file as the API answers it."""
    return KeptFile(
        id=file.pk,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        media_type=file.media_type,
        name=file.name,
    )


def change_of(event: Event, changes: dict[str, Any]) -> Change:
    """Return an event with those of its changes that the caller may see."""
    return Change(
        version=event.record_version,
        at=event.at,
        by=event.by.name if event.by is not None else None,
        action=event.action,
        reason=event.reason,
        changes=changes,
    )


def batch_of(batch: ImportBatch) -> Batch:
    """Return a staged table as the API answers it."""
    return Batch(
        id=batch.pk,
        version=batch.version,
        name=batch.file.name,
        rows=batch.rows,
        problems=batch.problems,
        taken_at=batch.taken_at,
        records=batch.records,
    )


def work_of(job: Job) -> Work:
    """Return a job as the API answers it."""
    names = ("kind", "title", "state", "done", "total", "error", "result")
    return Work(id=job.pk, **{name: getattr(job, name) for name in names})


def with_version(response: HttpResponse, version: int) -> HttpResponse:
    """Write a record's version into the header that a later change sends back in If-Match."""
    response.headers["ETag"] = f'"{version}"'
    return response


def seen_in(request: HttpRequest) -> int | None:
    """Return the version that the header If-Match names, None without one; 0 for nonsense."""
    given = request.headers.get("If-Match")
    if given is None:
        return None
    return whole_number(given.strip().removeprefix("W/").strip('"')) or 0
