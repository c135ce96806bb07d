"""The JSON API of every kind: what its pages can do, by the same actions and the same rules."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from ninja import Router
from pydantic import BaseModel, Field

from forename.accounts.access import Actor
from forename.audit.queries import history_of
from forename.audit.recording import StaleEdit, record_viewing
from forename.records.api_answers import (
    REFUSALS,
    Batch,
    Change,
    One,
    Problem,
    Row,
    Rows,
    Stale,
    View,
    Work,
    batch_of,
    change_of,
    one_of,
    readable_of,
    with_version,
    work_of,
)
from forename.records.api_steps import (
    KEY_HEADER,
    Answer,
    answered,
    described,
    once,
    refused_fields,
    step_route,
)
from forename.records.import_views import TableForm, staged
from forename.records.imports import stage_table
from forename.records.kinds import Kind
from forename.records.listing import read_list
from forename.records.models import ImportBatch, Job
from forename.records.seeing import seen_changes
from forename.records.tokens import api_actor
from forename.records.views import (
    View as PageView,
)
from forename.records.views import (
    export_answer,
    keep_view,
    saved_views,
    visible_record,
)
from forename.records.works import take_over_or_ask

FILE = {"schema": {"type": "string", "format": "binary"}}
SENT = {"description": "The file.", "content": {"application/octet-stream": FILE}}
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"table": FILE["schema"]},
                    "required": ["table"],
                }
            }
        },
    },
    "parameters": [KEY_HEADER],
}


class Seen(BaseModel):
    """Which version was seen."""

    seen_version: int = Field(ge=1, le=2**31 - 1)


def new_router(tag: str) -> Router:
    """Return a router none of whose answers is kept on the way, and all of them say SIMULATED."""
    router = Router(tags=[tag])
    router.add_decorator(never_cache, mode="view")
    router.add_decorator(_marked, mode="view")
    return router


def _marked(view: Any) -> Any:
    """Let the answers about a simulated operation say so in the header X-Simulated."""

    @functools.wraps(view)
    def marked(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        answer: HttpResponse = view(request, *args, **parts)
        if getattr(request, "simulated", False):
            answer.headers["X-Simulated"] = "true"
        return answer

    return marked


def kind_router(kind: Kind) -> Router:
    """Return the routes of a kind: list, one, history, exports, views, imports, each step."""
    router = new_router(kind.url_name)
    name = kind.url_name.replace("-", "_")
    stem = f"/o/{{slug:operation}}/{kind.room}/{kind.path}"
    _read_routes(router, kind, name, stem)
    _view_routes(router, kind, name, stem)
    if kind.import_step() is not None:
        _import_routes(router, kind, name, stem)
    for step in kind.steps:
        where = f"{stem}/{step.name}/" if step.creates else f"{stem}/{{uuid:pk}}/{step.name}/"
        router.post(
            where,
            response={200: One, 201: One, 409: Stale, **REFUSALS},
            operation_id=f"{name}_{step.name}".replace("-", "_"),
            summary=str(step.name),
            openapi_extra=described(kind, step),
        )(_typed(step_route(kind, step), () if step.creates else ("pk",)))
    return router


def add_file_page(router: Router, path: str, view: PageView, name: str, *parts: str) -> None:
    """Let the API send what a page of `forename.records.views.page` sends that answers a file.

    ``parts`` are the parts of the address beside the operation: ``pk``, ``other``, ``form``.
    """
    page: Any = view

    def send(request: HttpRequest, operation: str, **found: Any) -> HttpResponse:
        actor = api_actor(request, operation)
        if not actor.may(page.allowed):
            raise Http404
        answer: HttpResponse = page.function(request, actor, **found)
        return answer

    (method,) = page.methods
    router.add_api_operation(
        path,
        [method],
        _typed(send, parts),
        operation_id=name.replace("-", "_"),
        summary=page.__doc__,
        response=REFUSALS,
        openapi_extra={"responses": {200: SENT}},
    )


def reader(request: HttpRequest, operation: str, kind: Kind) -> Actor:
    """Return who calls, when they may read records of a kind; else raise Http404."""
    actor = api_actor(request, operation)
    if not actor.may(kind.model.readable_by):
        raise Http404
    return actor


def _read_routes(router: Router, kind: Kind, name: str, stem: str) -> None:
    def rows(
        request: HttpRequest, operation: str, q: str = "", order: str = "", page: int = 1
    ) -> Any:
        actor = reader(request, operation, kind)
        asked = {k: v for k, v in request.GET.items() if isinstance(v, str)}
        listed = read_list(kind, actor, {**asked, "q": q, "order": order, "page": str(page)})
        made = [
            Row(id=r.pk, version=r.version, address=kind.address(r), cells=_cells(cells))
            for r, cells in listed.table()
        ]
        return Rows(
            count=listed.count,
            more=listed.more,
            page=listed.page,
            pages=listed.pages,
            rows=made,
        )

    def one(request: HttpRequest, operation: str, pk: UUID, response: HttpResponse) -> Any:
        actor = reader(request, operation, kind)
        record = visible_record(kind, actor, pk)
        if kind.viewings:
            record_viewing(record, by=actor)
        with_version(response, record.version)
        return one_of(kind, actor, record)

    def history(request: HttpRequest, operation: str, pk: UUID) -> Any:
        actor = reader(request, operation, kind)
        record = visible_record(kind, actor, pk)
        readable = readable_of(kind, actor)
        events = list(history_of(record))
        seen = seen_changes(events, kind, actor)
        return [
            change_of(event, {k: v for k, v in seen[event.pk].items() if k in readable})
            for event in events
        ]

    def export(request: HttpRequest, operation: str, form: str) -> Any:
        answer = export_answer(request, kind, reader(request, operation, kind), form)
        if isinstance(answer, Job):
            return answered(202, work_of(answer).model_dump(mode="json"))
        return answer

    router.get(stem + "/", response={200: Rows, **REFUSALS}, operation_id=f"{name}_list",
               openapi_extra={"parameters": _filters(kind)})(rows)  # fmt: skip
    router.get(stem + "/{uuid:pk}/", response={200: One, **REFUSALS}, operation_id=f"{name}_page")(
        one
    )
    router.get(
        stem + "/{uuid:pk}/history/",
        response={200: list[Change], **REFUSALS},
        operation_id=f"{name}_history",
    )(history)
    router.get(
        stem + "/export/{slug:form}/",
        response={202: Work, **REFUSALS},
        operation_id=f"{name}_export",
        description="The whole list as csv, xlsx or geojson; 202 with a job where it is large.",
        openapi_extra={
            "parameters": _filters(kind),
            "responses": {
                200: {"description": "OK", "content": {"application/octet-stream": FILE}}
            },
        },
    )(export)


def _view_routes(router: Router, kind: Kind, name: str, stem: str) -> None:
    def views(request: HttpRequest, operation: str) -> Any:
        actor = reader(request, operation, kind)
        return [View(name=v.name, query=v.query) for v in saved_views(kind, actor)]

    def keep(request: HttpRequest, operation: str, body: View) -> Any:
        actor = reader(request, operation, kind)
        if not body.name.strip("\0 "):
            return answered(422, {"errors": {"name": ["Give the view a name."]}})
        kept = keep_view(kind, actor, body.name.strip(), body.query)
        return View(name=kept.name, query=kept.query)

    def drop(request: HttpRequest, operation: str, name: str) -> Any:
        mine = saved_views(kind, reader(request, operation, kind))
        mine.filter(name=name.replace("\0", "")).delete()
        return answered(200, {"views": mine.count()})

    stem += "/views/"
    router.get(stem, response={200: list[View], **REFUSALS}, operation_id=f"{name}_views_list")(
        views
    )
    router.post(stem, response={200: View, **REFUSALS}, operation_id=f"{name}_views")(keep)
    router.delete(
        stem, response={200: dict[str, int], **REFUSALS}, operation_id=f"{name}_views_drop"
    )(drop)


def _import_routes(router: Router, kind: Kind, name: str, stem: str) -> None:
    def importer(request: HttpRequest, operation: str) -> Actor:
        actor = api_actor(request, operation)
        step = kind.import_step()
        if step is None or not actor.may(step.run.allowed):
            raise Http404
        return actor

    def stage(request: HttpRequest, operation: str) -> Any:
        actor = importer(request, operation)
        return once(
            request, actor, lambda: staging(request, lambda t: stage_table.prepare(actor, kind, t))
        )

    def preview(request: HttpRequest, operation: str, pk: UUID) -> Any:
        return batch_of(staged(importer(request, operation), kind, pk))

    def take(request: HttpRequest, operation: str, pk: UUID, body: Seen) -> Any:
        actor = importer(request, operation)
        batch = staged(actor, kind, pk)
        return once(
            request,
            actor,
            lambda: taking(lambda: take_over_or_ask.prepare(actor, kind, batch, body.seen_version)),
        )

    stem += "/import/"
    answers = {200: Batch, 202: Work, 409: Problem, **REFUSALS}
    router.post(
        stem, response={201: Batch, **REFUSALS}, operation_id=f"{name}_import", openapi_extra=UPLOAD
    )(stage)
    router.get(
        stem + "{uuid:pk}/", response={200: Batch, **REFUSALS}, operation_id=f"{name}_import_staged"
    )(preview)
    router.post(
        stem + "{uuid:pk}/",
        response=answers,
        operation_id=f"{name}_import_preview",
        openapi_extra={"parameters": [KEY_HEADER]},
    )(take)


def staging(request: HttpRequest, prepare: Callable[[Any], Callable[[], ImportBatch]]) -> Answer:
    """Stage the table that was sent: ``prepare(upload)`` returns what writes the batch."""
    form = TableForm(request.POST, request.FILES)
    if not form.is_valid():
        return lambda: (422, refused_fields(form))

    def prepared() -> Answer:
        write = prepare(form.cleaned_data["table"])
        return lambda: (201, batch_of(write()))

    return _or_refused("table", prepared)


def taking(prepare: Callable[[], Callable[[], ImportBatch | Job]]) -> Answer:
    """Take a staged table over: ``prepare()`` returns what writes, and gives the batch or a job."""

    def prepared() -> Answer:
        write = prepare()

        def answer() -> tuple[int, BaseModel]:
            taken = write()
            return (202, work_of(taken)) if isinstance(taken, Job) else (200, batch_of(taken))

        return answer

    return _or_refused("", prepared)


def _or_refused(field: str, prepare: Callable[[], Answer]) -> Answer:
    """Return what was prepared; refusals, then and later, are answers too."""

    def refused(refusal: ValidationError) -> tuple[int, BaseModel]:
        return 422, Problem(errors={field: refusal.messages})

    try:
        write = prepare()
    except ValidationError as refusal:
        said = refused(refusal)
        return lambda: said

    def answer() -> tuple[int, BaseModel]:
        try:
            return write()
        except ValidationError as refusal:
            return refused(refusal)
        except StaleEdit:
            return 409, Problem(errors={"seen_version": ["The table was taken over meanwhile."]})

    return answer


def _typed(function: Any, parts: tuple[str, ...]) -> Any:
    """Return a route's function with the signature that the description of the API reads."""
    types = {"pk": UUID, "other": UUID, "form": str}

    def route(request: HttpRequest, operation: str, **found: Any) -> Any:
        return function(request, operation, **found)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    named = [("request", HttpRequest), ("operation", str), *((p, types[p]) for p in parts)]
    signed: Any = route
    signed.__signature__ = inspect.Signature(
        [inspect.Parameter(n, kind, annotation=t) for n, t in named]
    )
    return route


def _filters(kind: Kind) -> list[dict[str, Any]]:
    """Return the filters of a list as the description of the API names them."""
    return [
        {
            "name": each.name,
            "in": "query",
            "required": False,
            "schema": {"type": "string"},
            "description": "A choice of the list's page; what is no choice is left out.",
        }
        for each in kind.filters
    ]


def _cells(cells: list[tuple[Any, Any]]) -> dict[str, Any]:
    plain = (int, float, bool, type(None))
    return {c.name: v if isinstance(v, plain) else str(v) for c, v in cells}
