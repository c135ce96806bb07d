"""Special pages of victim lists: taking lines over, comparing editions, one person twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _now

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY, MEMBERS
from forename.audit.recording import StaleEdit
from forename.records.forms import whole_number
from forename.records.models import ImportBatch, Job
from forename.records.views import blob_answer, page, visible_record
from forename.report.actions.lists import KEEPERS, stage_list
from forename.report.comparison_files import (
    COMPARED_LABELS,
    COMPARISON_TYPES,
    STATES,
    changes_in_words,
    comparison_file,
    comparison_name,
)
from forename.report.comparisons import file_job, is_large
from forename.report.forms.lists import ListFileForm
from forename.report.list_queries import proposals
from forename.report.list_rules import Compared
from forename.report.models import VictimEntry, VictimList
from forename.report.views.lists import LISTS, PART_LABELS
from forename.report.works import Editions, editions_of, take_list_over_or_ask

SHOWN_ROWS = 200
SHOWN_LINES = 500
ENTRIES_A_PAGE = 4
FIELD_LABELS = {**COMPARED_LABELS, **PART_LABELS}


@page(INQUIRY, methods=("GET", "POST"))
def stage(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Take the file of a list and read it."""
    victim_list = visible_record(LISTS, actor, pk)
    sent = request.method == "POST"
    form = ListFileForm(request.POST, request.FILES) if sent else ListFileForm()
    if sent and form.is_valid():
        try:
            batch = stage_list(
                actor, victim_list, form.cleaned_data["table"], form.cleaned_data["sheet"]
            )
        except ValidationError as refusal:
            form.add_error("table", refusal)
        else:
            return HttpResponseRedirect(_preview_address(actor, batch))
    context = {"kind": LISTS, "record": victim_list, "form": form}
    status = 422 if form.errors else 200
    return render(request, "report/list_import.html", context, status=status)


def _preview_address(actor: Actor, batch: Any) -> str:
    parts = [actor.operation.slug, batch.file.record_id, batch.pk]
    return reverse("report-lists-lines-preview", args=parts)


@page(INQUIRY, methods=("GET", "POST"))
def preview(request: HttpRequest, actor: Actor, pk: UUID, other: UUID) -> HttpResponse:
    """Show what a staged file would make, with its problems; take it over."""
    victim_list = visible_record(LISTS, actor, pk)
    batch = staged_list(actor, victim_list, other)
    refusals: list[str] = []
    if request.method == "POST":
        seen = whole_number(request.POST.get("seen_version", "")) or 0
        try:
            taken = take_list_over_or_ask(actor, victim_list, batch, seen)
            if isinstance(taken, Job):
                return HttpResponseRedirect(
                    reverse("jobs-page", args=[actor.operation.slug, taken.pk])
                )
            return HttpResponseRedirect(LISTS.address(victim_list))
        except ValidationError as refusal:
            refusals = refusal.messages
        except StaleEdit:
            refusals = [_now("Somebody has taken this file over meanwhile.")]
    columns = _columns_of(batch)
    context = {
        "kind": LISTS,
        "record": victim_list,
        "batch": batch,
        "columns": [(FIELD_LABELS.get(kind, name), not kind) for kind, name in columns],
        "rows": [
            (row["line"], [_cell(row, kind, name) for kind, name in columns], _parts_of(row))
            for row in batch.rows[:SHOWN_ROWS]
        ],
        "left": max(0, len(batch.rows) - SHOWN_ROWS),
        "refusals": refusals,
    }
    status = 422 if refusals else 200
    return render(request, "report/list_preview.html", context, status=status)


def staged_list(actor: Actor, victim_list: VictimList, pk: UUID) -> ImportBatch:
    """Return a staged file of a list, else raise Http404."""
    batch: ImportBatch | None = ImportBatch.objects.filter(
        pk=pk,
        operation=actor.operation,
        kind=VictimEntry.type_name(),
        file__record_id=victim_list.pk,
    ).first()
    if batch is None:
        raise Http404
    return batch


def _columns_of(batch: Any) -> list[tuple[str, str]]:
    """Return what stands in a staged file: known columns by meaning, others by header."""
    values = {name for row in batch.rows for name in row["values"]}
    others = dict.fromkeys(header for row in batch.rows for header in row["others"])
    known = [name for name in FIELD_LABELS if name in values]
    return [(name, name) for name in known] + [("", header) for header in others]


def _cell(row: dict[str, Any], kind: str, name: str) -> str:
    found: str = (row["values"] if kind else row["others"]).get(name, "")
    return found


def _parts_of(row: dict[str, Any]) -> list[tuple[Any, str]]:
    return [(label, " / ".join(row["parts"][part])) for part, label in PART_LABELS.items()
            if row["parts"].get(part)]  # fmt: skip


@page(MEMBERS)
def compare(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Compare a list with another edition, as written."""
    later = visible_record(LISTS, actor, pk)
    earlier, choices = _other_list(request, actor, later)
    state = request.GET.get("state", "")
    tally: Mapping[str, int] = {}
    shown: list[Compared] = []
    if earlier is not None:
        found = editions_of(actor, later, earlier)
        if isinstance(found, Job):
            return HttpResponseRedirect(_job_address(actor, found))
        tally = found.tally()
        shown = list(found.lines(state, SHOWN_LINES))
    answering = sum(n for k, n in tally.items() if k == state or (not state and k != "same"))
    context = {
        "kind": LISTS,
        "record": later,
        "earlier": earlier,
        "choices": choices,
        "tally": [(k, label, tally.get(k, 0)) for k, label in STATES.items()],
        "state": state if state in STATES else "",
        "lines": [(each, STATES[each.state], changes_in_words(each)) for each in shown],
        "left": max(0, answering - SHOWN_LINES),
    }
    return render(request, "report/list_compare.html", context)


@page(MEMBERS)
def compare_export(request: HttpRequest, actor: Actor, pk: UUID, form: str) -> HttpResponse:
    """Send the comparison of two editions as CSV or XLSX; that of large ones a job writes."""
    answer = comparison_sent(request, actor, pk, form)
    if isinstance(answer, Job):
        return HttpResponseRedirect(_job_address(actor, answer))
    return answer


def comparison_sent(request: HttpRequest, actor: Actor, pk: UUID, form: str) -> HttpResponse | Job:
    """Return the comparison as a file, or the job that is writing the file of large editions."""
    later = visible_record(LISTS, actor, pk)
    earlier, _choices = _other_list(request, actor, later)
    if form not in COMPARISON_TYPES or earlier is None:
        raise Http404
    name = comparison_name(later, earlier, form)
    if is_large(later, earlier):
        job = file_job(actor, later, earlier, form)
        if job.state != Job.State.DONE:
            return job
        return blob_answer(job.result["sha256"], COMPARISON_TYPES[form], name)
    lines = editions_of(actor, later, earlier)
    assert not isinstance(lines, Job)  # small ones are compared at once
    chunks = comparison_file(actor, lines.lines(), form)
    answer: Any = StreamingHttpResponse(chunks, content_type=COMPARISON_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer  # type: ignore[no-any-return]


def compared_with(
    request: HttpRequest, actor: Actor, later: VictimList
) -> tuple[VictimList | None, Editions | Job | None]:
    """Return the edition that an address compares a list with, None without; and both compared.

    The job that compares them stands in its place while they are large and not compared yet.
    """
    earlier, _choices = _other_list(request, actor, later)
    if earlier is None:
        return None, None
    return earlier, editions_of(actor, later, earlier)


def _job_address(actor: Actor, job: Job) -> str:
    return reverse("jobs-page", args=[actor.operation.slug, job.pk])


def _other_list(request: HttpRequest, actor: Actor, later: Any) -> tuple[Any, list[Any]]:
    """Return the edition to compare with, and those that could be."""
    lists = VictimList.objects.visible_to(actor).select_related("operation")
    choices = list(lists.exclude(pk=later.pk).order_by("code")[:300])
    asked = request.GET.get("with", "")
    for each in choices:
        if each.code == asked or (not asked and each.pk == later.edition_of_id):
            return each, choices
    return None, choices


@page(MEMBERS)
def same_people(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Propose entries of other lists that may mean a person of this one; nothing is merged."""
    victim_list = visible_record(LISTS, actor, pk)
    rows = (
        VictimEntry.objects.visible_to(actor)
        .filter(victim_list=victim_list)
        .select_related("operation", "victim_list__operation")
        .order_by("line")
    )
    shown: Any = Paginator(rows, ENTRIES_A_PAGE).get_page(request.GET.get("page"))
    found = proposals(actor, victim_list, list(shown))
    context = {
        "kind": LISTS,
        "record": victim_list,
        "page": shown,
        "proposals": [
            (each, _particulars(each.grounds.agrees), _particulars(each.grounds.differs),
             round(each.grounds.likeness * 100))
            for each in found
        ],
        "may_judge": actor.may(KEEPERS),
    }  # fmt: skip
    return render(request, "report/list_same.html", context)


def _particulars(names: tuple[str, ...]) -> list[Any]:
    return [FIELD_LABELS[name] for name in names]


list_urls = [
    path("lists/<uuid:pk>/lines/", stage, name="report-lists-lines"),
    path("lists/<uuid:pk>/lines/<uuid:other>/", preview, name="report-lists-lines-preview"),
    path("lists/<uuid:pk>/compare/", compare, name="report-lists-compare"),
    path(
        "lists/<uuid:pk>/compare/<slug:form>/", compare_export, name="report-lists-compare-export"
    ),
    path("lists/<uuid:pk>/same-people/", same_people, name="report-lists-same"),
]
