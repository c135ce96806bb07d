"""The JSON API of every kind: what its pages can do, by the same actions and the same rules."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.datastructures import MultiValueDict
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field, create_model

from forename.accounts.access import Actor
from forename.audit.models import Event
from forename.audit.queries import history_of
from forename.audit.recording import StaleEdit, record_viewing, state_of
from forename.records.history import differences_in_words
from forename.records.kinds import Kind, Step
from forename.records.listing import read_list
from forename.records.models import Submission
from forename.records.tokens import api_actor
from forename.records.views import bound_form, run_step, visible_record

# In this order: the first class that a form's field is an instance of decides.
_TYPES: tuple[tuple[type[forms.Field], Any], ...] = (
    (forms.MultipleChoiceField, list[str]),
    (forms.ModelMultipleChoiceField, list[UUID]),
    (forms.ModelChoiceField, UUID),
    (forms.DateTimeField, datetime),
    (forms.DateField, date),
    (forms.FloatField, float),
    (forms.IntegerField, int),
    (forms.BooleanField, bool),
    (forms.JSONField, Any),
)


class Row(BaseModel):
    """A record in a list: its id, version, page and the list's cells."""

    id: UUID
    version: int
    address: str
    cells: dict[str, Any]


class Rows(BaseModel):
    """A page of a list."""

    count: int
    page: int
    pages: int
    rows: list[Row]


class One(BaseModel):
    """A record: every field that the caller may see."""

    id: UUID
    version: int
    address: str
    values: dict[str, Any]


class Change(BaseModel):
    """An event of a record's history."""

    version: int
    at: datetime
    by: str | None
    action: str
    reason: str
    changes: dict[str, Any]


class Problem(BaseModel):
    """What was wrong: by field, '' for the whole."""

    errors: dict[str, list[str]]


class Stale(BaseModel):
    """Somebody changed the record meanwhile: its version now, and the fields compared."""

    version: int
    differences: list[dict[str, Any]]


def kind_router(kind: Kind) -> Router:
    """Return the routes of a kind: list, one, history, and each step."""
    router = Router(tags=[kind.url_name])
    name = kind.url_name.replace("-", "_")

    def rows(
        request: HttpRequest, operation: str, q: str = "", order: str = "", page: int = 1
    ) -> Any:
        actor = _reader(request, operation, kind)
        asked = {k: v for k, v in request.GET.items() if isinstance(v, str)}
        listed = read_list(kind, actor, {**asked, "q": q, "order": order, "page": str(page)})
        made = [
            Row(id=r.pk, version=r.version, address=kind.address(r), cells=_cells(cells))
            for r, cells in listed.table()
        ]
        return Rows(count=listed.count, page=listed.page, pages=listed.pages, rows=made)

    def one(request: HttpRequest, operation: str, pk: UUID) -> Any:
        actor = _reader(request, operation, kind)
        record = visible_record(kind, actor, pk)
        if kind.viewings:
            record_viewing(record, by=actor)
        return _one(kind, actor, record)

    def history(request: HttpRequest, operation: str, pk: UUID) -> Any:
        actor = _reader(request, operation, kind)
        record = visible_record(kind, actor, pk)
        readable = _readable(kind, actor)
        return [_change(event, readable) for event in history_of(record)]

    stem = f"/o/{{slug:operation}}/{kind.room}/{kind.path}"
    router.get(stem + "/", response=Rows, operation_id=f"{name}_list")(rows)
    router.get(stem + "/{uuid:pk}/", response=One, operation_id=f"{name}_one")(one)
    router.get(stem + "/{uuid:pk}/history/", response=list[Change], operation_id=f"{name}_history")(
        history
    )
    for step in kind.steps:
        where = f"{stem}/{step.name}/" if step.creates else f"{stem}/{{uuid:pk}}/{step.name}/"
        router.post(
            where,
            response={200: One, 201: One, 409: Stale, 422: Problem},
            operation_id=f"{name}_{step.name}".replace("-", "_"),
            summary=str(step.name),
        )(_step_route(kind, step))
    return router


def _step_route(kind: Kind, step: Step) -> Callable[..., Any]:
    body_type = _body_of(kind, step)

    def act(request: HttpRequest, operation: str, body: Any, pk: UUID | None = None) -> Any:
        actor = api_actor(request, operation)
        if not actor.may(step.run.allowed):
            raise Http404
        record = None if pk is None else visible_record(kind, actor, pk)
        values = body.model_dump(mode="json", exclude_none=True)
        seen = str(values.pop("seen_version", ""))
        key = request.headers.get("Idempotency-Key", "")[:200]
        return once(request, actor, key, lambda: _act(kind, step, actor, record, values, seen))

    if step.creates:

        def create_route(request: HttpRequest, operation: str, body: Any) -> Any:
            return act(request, operation, body)

        create_route.__annotations__["body"] = body_type
        return create_route

    def revise_route(request: HttpRequest, operation: str, pk: UUID, body: Any) -> Any:
        return act(request, operation, body, pk)

    revise_route.__annotations__["body"] = body_type
    return revise_route


def _act(
    kind: Kind, step: Step, actor: Actor, record: Any, values: dict[str, Any], seen: str
) -> tuple[int, Any]:
    sent: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in values.items():
        sent.setlist(name, value if isinstance(value, list) else [_as_sent(value)])
    form = bound_form(step, actor, record, sent, MultiValueDict())
    try:
        result = run_step(step, actor, record, form, seen)
    except StaleEdit as stale:
        differences = differences_in_words(stale, kind, actor)
        plain = json.loads(json.dumps(differences, default=str))
        return 409, Stale(version=stale.record.version, differences=plain)
    if result is None:
        errors = {("" if f == "__all__" else f): list(e) for f, e in form.errors.items()}
        return 422, Problem(errors=errors)
    shown = record if record is not None and not isinstance(result, kind.model) else result
    if isinstance(shown, kind.model):
        shown = kind.visible(actor).filter(pk=shown.pk).first() or shown
    return (201 if step.creates else 200), _one(kind, actor, shown)


def once(
    request: HttpRequest, actor: Actor, key: str, answer: Callable[[], tuple[int, Any]]
) -> HttpResponse:
    """Answer a request; the same idempotency key gets the same answer, and acts once.

    A key that comes back with another request is refused (422).
    """
    if not key:
        status, value = answer()
        return JsonResponse(value.model_dump(mode="json"), status=status)
    digest = hashlib.sha256(request.path.encode() + b"\0" + request.body).hexdigest()
    mine = Submission.objects.filter(operation=actor.operation, user=actor.user, key=key)
    try:
        with transaction.atomic():
            known = mine.first()
            if known is None:
                status, value = answer()
                known = Submission.objects.create(
                    operation=actor.operation,
                    user=actor.user,
                    key=key,
                    request_digest=digest,
                    status=status,
                    answer=value.model_dump(mode="json"),
                )
    except IntegrityError:  # the same key arrived at the same time: its answer holds
        known = mine.get()
    if known.request_digest != digest:
        text = "This Idempotency-Key was used for another request; take a new one."
        return JsonResponse({"errors": {"": [text]}}, status=422)
    return JsonResponse(known.answer, status=known.status)


def _body_of(kind: Kind, step: Step) -> type[BaseModel]:
    """Return the type of a step's JSON body: the form's fields, and the version that was seen."""
    fields: dict[str, Any] = {}
    if not step.creates:
        fields["seen_version"] = (int, Field(ge=1, le=2**31 - 1))
    for name, field in step.form.base_fields.items():
        if isinstance(field, forms.FileField):
            continue
        made: Any = next((t for form_type, t in _TYPES if isinstance(field, form_type)), str)
        required = field.required and not isinstance(field, forms.BooleanField)
        fields[name] = (made, ...) if required else (made | None, None)
    name = f"{kind.url_name}-{step.name}".title().replace("-", "").replace("_", "")
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


def _reader(request: HttpRequest, operation: str, kind: Kind) -> Actor:
    actor = api_actor(request, operation)
    if not actor.may(kind.model.readable_by):
        raise Http404
    return actor


def _readable(kind: Kind, actor: Actor) -> set[str]:
    names = actor.fields_of(kind.model)
    return {f.attname for f in kind.model._meta.concrete_fields if f.name in names}


def _one(kind: Kind, actor: Actor, record: Any) -> One:
    readable = _readable(kind, actor)
    values = {k: v for k, v in state_of(record).items() if k in readable}
    same = isinstance(record, kind.model)
    return One(
        id=record.pk,
        version=record.version,
        address=kind.address(record) if same else "",
        values=values if same else {},
    )


def _change(event: Event, readable: set[str]) -> Change:
    return Change(
        version=event.record_version,
        at=event.at,
        by=event.by.name if event.by is not None else None,
        action=event.action,
        reason=event.reason,
        changes={k: v for k, v in event.changes.items() if k in readable},
    )


def _cells(cells: list[tuple[Any, Any]]) -> dict[str, Any]:
    plain = (int, float, bool, type(None))
    return {c.name: v if isinstance(v, plain) else str(v) for c, v in cells}


def _as_sent(value: Any) -> Any:
    """Return a JSON value as a form would have sent it."""
    return json.dumps(value) if isinstance(value, dict) else value
