"""What the special pages of the report room do, in the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from pydantic import BaseModel

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.audit.recording import record_viewing
from forename.records.api import (
    FILE,
    SENT,
    UPLOAD,
    Seen,
    add_file_page,
    new_router,
    staging,
    taking,
)
from forename.records.api_answers import REFUSALS, Batch, Problem, Work, batch_of, work_of
from forename.records.api_steps import KEY_HEADER, answered, once
from forename.records.models import Job
from forename.records.tokens import api_actor
from forename.records.views import visible_record
from forename.report.actions.lists import stage_list
from forename.report.list_queries import proposals
from forename.report.list_rules import Entry
from forename.report.marking import propose
from forename.report.models import VictimEntry
from forename.report.queries import place_names
from forename.report.views.list_pages import (
    compared_with,
    comparison_sent,
    staged_list,
)
from forename.report.views.lists import LISTS
from forename.report.views.media import MEDIA, PICTURE, blurred, original, picture
from forename.report.views.reports import REPORTS
from forename.report.works import take_list_over_or_ask

ENTRIES_AT_ONCE = 5  # each is compared with every list
LINES_AT_ONCE = 200  # of two editions


class Proposed(BaseModel):
    """A place in a report's text that may belong to a claim, and the rule that found it."""

    kind: str
    rule: str
    start: int
    end: int
    words: str
    meaning: str


class ComparedLine(BaseModel):
    """A line of two editions: added, gone, changed, moved or same; by entry and field."""

    state: str
    before: UUID | None
    after: UUID | None
    changes: dict[str, list[str]]


class ComparedLists(BaseModel):
    """A page of two editions line by line; ``count`` is the number of all their lines."""

    earlier: UUID
    later: UUID
    count: int
    page: int
    pages: int
    lines: list[ComparedLine]


class MayBeSame(BaseModel):
    """Two entries that may mean one person; a proposal, never a merger."""

    one: UUID
    other: UUID
    likeness: float
    agrees: list[str]
    differs: list[str]
    view: UUID | None


router = new_router("report")
_LIST = "/o/{slug:operation}/report/lists/{uuid:pk}"
_MEDIA = "/o/{slug:operation}/report/media/{uuid:pk}"


@router.get(
    "/o/{slug:operation}/report/reports/{uuid:pk}/marking/",
    response={200: list[Proposed], **REFUSALS},
    operation_id="report_reports_marking",
)
def marking(request: HttpRequest, operation: str, pk: UUID) -> Any:
    """Propose what in a report's words may belong to a claim."""
    report = visible_record(REPORTS, actor := _inquirer(request, operation), pk)
    found = propose(report.text, place_names(actor.operation))
    return [Proposed(**{n: getattr(p, n) for n in Proposed.model_fields}) for p in found]


@router.post(
    _LIST + "/lines/",
    response={201: Batch, **REFUSALS},
    operation_id="report_lists_lines",
    openapi_extra=UPLOAD,
)
def stage_lines(request: HttpRequest, operation: str, pk: UUID) -> Any:
    """Read the file of a list; nothing becomes a record yet."""
    actor = _inquirer(request, operation)
    victim_list = visible_record(LISTS, actor, pk)
    return once(
        request,
        actor,
        lambda: staging(
            request,
            lambda t: stage_list.prepare(
                actor, victim_list, t, request.POST.get("sheet", "")[:100]
            ),
        ),
    )


@router.get(
    _LIST + "/lines/{uuid:other}/",
    response={200: Batch, **REFUSALS},
    operation_id="report_lists_lines_staged",
)
def staged_lines(request: HttpRequest, operation: str, pk: UUID, other: UUID) -> Any:
    """Show what a staged file would make."""
    actor = _inquirer(request, operation)
    return batch_of(staged_list(actor, visible_record(LISTS, actor, pk), other))


@router.post(
    _LIST + "/lines/{uuid:other}/",
    response={200: Batch, 202: Work, 409: Problem, **REFUSALS},
    operation_id="report_lists_lines_preview",
    openapi_extra={"parameters": [KEY_HEADER]},
)
def take_lines(request: HttpRequest, operation: str, pk: UUID, other: UUID, body: Seen) -> Any:
    """Take a staged file over as the entries of its list."""
    actor = _inquirer(request, operation)
    victim_list = visible_record(LISTS, actor, pk)
    batch = staged_list(actor, victim_list, other)

    def prepare() -> Any:
        write = take_list_over_or_ask.prepare(actor, victim_list, batch, body.seen_version)

        def take() -> Any:
            taken = write()
            return taken if isinstance(taken, Job) else staged_list(actor, victim_list, other)

        return take

    return once(request, actor, lambda: taking(prepare))


@router.get(
    _LIST + "/compare/",
    response={200: ComparedLists, 202: Work, **REFUSALS},
    operation_id="report_lists_compare",
)
def compare(request: HttpRequest, operation: str, pk: UUID, page: int = 1) -> Any:
    """Compare a list with the edition before, or the list whose code ``with`` names, in pages."""
    actor = _reader(request, operation)
    later = visible_record(LISTS, actor, pk)
    earlier, found = compared_with(request, actor, later)
    if earlier is None or found is None:
        raise Http404
    if isinstance(found, Job):
        return answered(202, work_of(found).model_dump(mode="json"))
    count = sum(found.tally().values())
    pages = max(1, -(-count // LINES_AT_ONCE))
    page = min(max(1, page), pages)
    return ComparedLists(
        earlier=earlier.pk,
        later=later.pk,
        count=count,
        page=page,
        pages=pages,
        lines=[
            ComparedLine(
                state=line.state,
                before=_key(line.before),
                after=_key(line.after),
                changes={c.field: [c.before, c.after] for c in line.changes},
            )
            for line in found.lines(most=LINES_AT_ONCE, start=(page - 1) * LINES_AT_ONCE)
        ],
    )


@router.get(
    _LIST + "/same-people/",
    response={200: list[MayBeSame], **REFUSALS},
    operation_id="report_lists_same",
)
def same_people(request: HttpRequest, operation: str, pk: UUID, page: int = 1) -> Any:
    """Propose, for four entries of a list at a time, entries of others that may mean one person."""
    actor = _reader(request, operation)
    victim_list = visible_record(LISTS, actor, pk)
    rows = VictimEntry.objects.visible_to(actor).filter(victim_list=victim_list).order_by("line")
    start = (min(max(1, page), 10**6) - 1) * ENTRIES_AT_ONCE
    return [
        MayBeSame(
            one=each.one.pk,
            other=each.other.pk,
            likeness=each.grounds.likeness,
            agrees=list(each.grounds.agrees),
            differs=list(each.grounds.differs),
            view=each.view.pk if each.view is not None else None,
        )
        for each in proposals(actor, victim_list, list(rows[start : start + ENTRIES_AT_ONCE]))
    ]


@router.post(
    _MEDIA + "/look/",
    response=REFUSALS,
    operation_id="report_media_look",
    openapi_extra={
        "responses": {200: {"description": "OK", "content": {"image/jpeg": FILE}}},
    },
)
def look(request: HttpRequest, operation: str, pk: UUID) -> HttpResponse:
    """Send the clear copy of a picture of perpetrators, and note the viewing."""
    actor = _inquirer(request, operation)
    item = visible_record(MEDIA, actor, pk)
    if not item.copy:
        raise Http404
    record_viewing(item, by=actor, part=PICTURE)
    return picture(item.copy)


add_file_page(router, _MEDIA + "/blurred/", blurred, "report-media-blurred", "pk")
add_file_page(router, _MEDIA + "/original/", original, "report-media-original", "pk")


@router.get(
    _LIST + "/compare/{slug:form}/",
    response={202: Work, **REFUSALS},
    operation_id="report_lists_compare_export",
    openapi_extra={"responses": {200: SENT}},
)
def compare_file(request: HttpRequest, operation: str, pk: UUID, form: str) -> Any:
    """Send the comparison of two editions as CSV or XLSX; 202 with a job while it is made."""
    answer = comparison_sent(request, _reader(request, operation), pk, form)
    if isinstance(answer, Job):
        return answered(202, work_of(answer).model_dump(mode="json"))
    return answer


def _inquirer(request: HttpRequest, operation: str) -> Actor:
    actor = api_actor(request, operation)
    if not actor.may(INQUIRY):
        raise Http404
    return actor


def _reader(request: HttpRequest, operation: str) -> Actor:
    actor = api_actor(request, operation)
    if not actor.may(LISTS.model.readable_by):
        raise Http404
    return actor


def _key(entry: Entry | None) -> UUID | None:
    return None if entry is None else UUID(str(entry.key))
