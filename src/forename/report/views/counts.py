"""Counts, and every source's figure over time against the operation's own."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.records.kinds import Column, Filter, Kind, Step, choice_filter
from forename.records.listing import MOST_COUNTED, by_keys
from forename.records.said_dates import date_cell
from forename.records.views import page
from forename.report.actions.counts import correct_count, record_count
from forename.report.count_chart import Dated, panels
from forename.report.count_rules import Counted
from forename.report.forms.counts import CountCorrectionForm, CountForm
from forename.report.models import Claim, Count, Counting, CountUnit, Incident
from forename.report.queries import claims_by_keys, shown_claims, source_name

MOST_DRAWN = 240
MOST_OFFERED = 20


def keeper_of(count: Any) -> Any:
    """Return whose count it is: the source of its claim, or the operation."""
    return source_name(count.claim.asserted_by) if count.claim else _("the operation itself")


def _count_context(actor: Actor, count: Any) -> dict[str, Any]:
    claims = Claim.objects.visible_to(actor).filter(pk=count.claim_id)
    near = claims.select_related("operation", "asserted_by", "report__operation")
    return {"shown": next(iter(shown_claims(actor, near)), None)}


OWN = [("own", _("the operation's own")), ("claims", _("of claims"))]
COUNTS = Kind(
    Count,
    "counts",
    _("count"),
    _("counts"),
    empty=_("Counts are recorded here, or taken from a claim on its page."),
    worded={"as_of_first": None, "as_of_last": None},
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("number", _("number"), "figures", "low", ltr=True),
        Column("unit", _("unit"), "unit"),
        Column("scope", _("what it covers"), "scope"),
        Column("so_far", _("“so far”"), lambda c: _("so far") if c.so_far else "", "so_far"),
        Column("counting", _("counting"), "counting"),
        Column("as_of", _("as of"), date_cell("as_of"), "as_of_first"),
        Column("keeper", _("whose count"), keeper_of),
        Column("claim", _("claim"), "claim"),
        Column("incident", _("incident"), "incident", exported_only=True),
        Column("low", _("at least"), "low", exported_only=True),
        Column("high", _("at most"), "high", exported_only=True),
        Column("definition", _("how it was counted"), "definition", exported_only=True),
    ),
    facts=(
        Column("number", _("number"), "figures", "low", ltr=True),
        Column("unit", _("unit"), "unit"),
        Column("scope", _("what it covers"), "scope"),
        Column("so_far", _("“so far”"), lambda c: _("so far") if c.so_far else "", "so_far"),
        Column("counting", _("counting"), "counting"),
        Column("as_of", _("as of"), date_cell("as_of"), "as_of"),
        Column("keeper", _("whose count"), keeper_of),
        Column("claim", _("claim"), "claim"),
        Column("incident", _("incident"), "incident"),
        Column("definition", _("how it was counted"), "definition"),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    filters=(
        choice_filter(Count, "unit"),
        Filter(
            "own",
            _("whose count"),
            lambda _actor: OWN,
            lambda rows, value: rows.filter(claim__isnull=value == "own"),
        ),
    ),
    order=("-as_of_first", "-created_at"),
    rows=lambda rows: rows.select_related(
        "operation", "created_by", "claim__operation", "claim__asserted_by", "incident__operation"
    ),
    template="report/count.html",
    context=_count_context,
    imported_by="record",
    steps=(
        Step("record", _("Record a count"), record_count, CountForm, creates=True),
        Step("correct", _("Correct"), correct_count, CountCorrectionForm),
    ),
)


@page(Count.readable_by)
def count_chart(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Draw the counts over time, a panel a unit, with a table of the same figures."""
    incidents = list(Incident.objects.visible_to(actor).order_by("code")[:200])
    chosen = next((i for i in incidents if i.code == request.GET.get("incident")), None)
    rows = COUNTS.visible(actor)
    if chosen is not None:
        rows = rows.filter(incident=chosen)
    shown, left, more = _drawn(rows)
    numbers: Counter[str] = Counter()  # marks of claims are numbered, own counts are a line
    table = []
    for each in shown:
        numbers[each.unit] += each.claim_id is not None
        table.append(
            {
                "label": str(numbers[each.unit]) if each.claim_id else each.code,
                "count": each,
                "number": each.figures,
                "keeper": keeper_of(each),
            }
        )
    mirrored = (get_language() or "en").startswith("ar")
    drawn = panels(
        [d for row in table if (d := dated(row["count"], row["label"])) is not None],
        list(CountUnit.values),
        mirrored,
    )
    context = {
        "kind": COUNTS,
        "incidents": incidents,
        "chosen": chosen,
        "panels": [
            {
                "drawn": panel,
                "label": CountUnit(panel.unit).label,
                "rows": [row for row in table if row["count"].unit == panel.unit],
            }
            for panel in drawn
        ],
        "undated": [row for row in table if dated(row["count"], row["label"]) is None],
        "left": left,
        "more": more,
        "uncounted": _uncounted(actor) if actor.may(INQUIRY) else [],
    }
    return render(request, "report/count_chart.html", context)


def _drawn(rows: QuerySet[Count]) -> tuple[list[Count], int, bool]:
    """Return the counts to draw, the first of every unit; how many are left; whether it is more.

    The units share what a chart can show, so that none crowds out another. Keys are read first,
    along an index; joins are made for the rows that are drawn alone.
    """
    rows = rows.order_by("as_of_first", "code")
    by_unit = [
        list(rows.filter(unit=unit).values_list("pk", flat=True)[:MOST_DRAWN])
        for unit in sorted(CountUnit.values)
    ]
    share = MOST_DRAWN // max(1, sum(map(bool, by_unit)))
    keys = [key for found in by_unit for key in found[:share]]
    count = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return (
        by_keys(COUNTS.rows(Count.objects.all()), keys),
        min(count, MOST_COUNTED) - len(keys),
        count > MOST_COUNTED,
    )


def dated(count: Count, label: str) -> Dated | None:
    """Return a count as the chart takes it, under a label of the table; None without a day."""
    first, last = count.as_of_first or count.as_of_last, count.as_of_last or count.as_of_first
    if first is None or last is None:
        return None
    counted = Counted(
        count.unit,
        count.scope,
        count.low,
        count.high,
        added=count.counting == Counting.ADDED,
        so_far=count.so_far,
    )
    keeper = "" if count.claim_id else f"{count.scope} — {count.definition}"
    return Dated(label, counted, first, last, keeper)


def _uncounted(actor: Actor) -> list[Any]:
    """Return claims with a number, of which no count is recorded yet."""
    counts = Count._base_manager.filter(claim=OuterRef("pk"))
    claims = (
        Claim.objects.visible_to(actor)
        .filter(Q(low__isnull=False) | Q(high__isnull=False), asked="how_many")
        .filter(~Exists(counts))
        .order_by("-created_at")
    )
    keys = list(claims.values_list("pk", flat=True)[:MOST_OFFERED])  # along an index, then in full
    return shown_claims(actor, claims_by_keys(keys))


chart_url = path("counts/chart/", count_chart, name="report-counts-chart")
