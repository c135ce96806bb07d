"""The operation's figures: counts in which nobody is named, and no small number stands.

They rest on what every member may read, so that they are the same for each of their readers. No
total is given and no record is counted in two tables: a number that is withheld is not a
difference of two that are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count as Number
from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.accounts.models import Operation
from forename.accounts.rules import FIGURE_READERS, INQUIRY, MEMBERS
from forename.records.exports import EXPORT_TYPES, csv_lines, xlsx_bytes
from forename.records.kinds import Column
from forename.records.said_dates import date_cell
from forename.records.views import page
from forename.report.count_chart import Dated, panels
from forename.report.count_rules import in_figures
from forename.report.models import Channel, Count, Counting, CountUnit, Report
from forename.report.queries import source_name
from forename.report.sources import BODIES
from forename.report.views.counts import dated
from forename.site.models import Site
from forename.site.rules import PROTECTED_READERS, Rung

LEAST_SHOWN = 5  # a smaller number is withheld
MOST_LINES = 400  # of counts
as_of = date_cell("as_of")  # in words


@dataclass(frozen=True)
class Line:
    """A figure: of what, the number or range (None twice: withheld), and what it rests on."""

    about: str  # sites, reports or counts
    of: str
    part: str
    at_least: int | None
    at_most: int | None
    as_of: str = ""
    scope: str = ""
    definition: str = ""
    label: str = ""  # under which the chart shows it

    @property
    def number(self) -> str:
        """Return the number or range in signs, '' for one that is withheld."""
        withheld = self.at_least is None and self.at_most is None
        return "" if withheld else in_figures(self.at_least, self.at_most)


COLUMNS = [
    Column("about", _("figure"), "about"),
    Column("of", _("of"), "of"),
    Column("part", _("part"), "part"),
    Column("number", _("number"), "number"),
    Column("as_of", _("as of"), "as_of"),
    Column("scope", _("what it covers"), "scope"),
    Column("definition", _("how it was counted"), "definition"),
]


def reads_as_a_member(operation: Operation) -> Actor:
    """Return an actor who may read what every member may, and nothing besides."""
    return Actor(None, operation, MEMBERS - INQUIRY - PROTECTED_READERS)


def sites_by_status(operation: Operation) -> Iterator[Line]:
    """Yield the number of sites on each rung of the ladder, in its order."""
    rows = Site.objects.visible_to(reads_as_a_member(operation)).order_by()
    found = dict(rows.values_list("status").annotate(number=Number("*")))
    today = timezone.localdate().isoformat()
    for rung in Rung:
        if rung.value in found:
            yield _line("sites", rung.label, "", found[rung.value], today)


def reports_by_month(operation: Operation) -> Iterator[Line]:
    """Yield the number of reports of each month by each channel that was ever used."""
    rows = Report.objects.visible_to(reads_as_a_member(operation)).order_by()
    found: Counter[tuple[str, str]] = Counter()
    # An index holds the reports by receipt: from month to month, passing over those without any.
    ahead = rows
    while first := ahead.aggregate(first=Min("received_at"))["first"]:
        begins = timezone.localtime(first).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        ends = (begins + timedelta(days=31)).replace(day=1)
        here = rows.filter(received_at__gte=first, received_at__lt=ends)
        for channel, number in here.values_list("channel").annotate(number=Number("*")):
            found[f"{begins:%Y-%m}", channel] = number
        ahead = rows.filter(received_at__gte=ends)
    used = {channel for _month, channel in found}
    channels = [channel for channel in Channel if channel in used]
    today = timezone.localdate().isoformat()
    for month in sorted({month for month, _channel in found}, reverse=True):
        for channel in channels:
            yield _line("reports", month, str(channel.label), found[month, channel], today)


def counts_of(operation: Operation) -> list[tuple[Line, Dated | None]]:
    """Return the counts, each with its place in the chart, in the order of units and days.

    A count with a small number is withheld with its words. Claims stand for their sources: a body
    by its name, a person by what they are.
    """
    rows = Count.objects.visible_to(reads_as_a_member(operation))
    rows = rows.order_by("unit", "as_of_first", "code")
    # An index has them in this order; what is shown beside is read for those that are listed.
    keys = list(rows.values_list("pk", flat=True)[:MOST_LINES])
    listed = Count.objects.filter(pk__in=keys).select_related("claim__asserted_by")
    made: list[tuple[Line, Dated | None]] = []
    numbers: Counter[str] = Counter()
    for count in listed.order_by("unit", "as_of_first", "code"):
        keeper = _keeper(count)
        unit = str(count.get_unit_display())
        if any(0 < end < LEAST_SHOWN for end in (count.low, count.high) if end is not None):
            made.append((Line("counts", unit, keeper, None, None, as_of(count)), None))
            continue
        numbers[count.unit] += count.claim_id is not None
        label = str(numbers[count.unit]) if count.claim_id else ""
        line = Line(
            "counts", unit, keeper, count.low, count.high, as_of(count), count.scope,
            count.definition, label,
        )  # fmt: skip
        # What is added to a count that is withheld would be a wrong sum, or give it away.
        drawn = count.claim_id is not None or count.counting == Counting.CUMULATIVE
        made.append((line, dated(count, label) if drawn else None))
    return made


def _keeper(count: Any) -> str:
    if count.claim is None:
        return str(_("the operation itself"))
    source = count.claim.asserted_by
    return str(source_name(source) if source.kind in BODIES else source.get_kind_display())


def _line(about: str, of: Any, part: str, number: int, as_of: str) -> Line:
    shown = number if number >= LEAST_SHOWN else None
    return Line(about, str(of), part, shown, shown, as_of)


def lines_of(operation: Operation) -> list[Line]:
    """Return every figure of an operation."""
    counts = [line for line, _drawn in counts_of(operation)]
    return [*sites_by_status(operation), *reports_by_month(operation), *counts]


def as_data(line: Line) -> dict[str, Any]:
    """Return a figure as the API sends it."""
    return {k: v for k, v in asdict(line).items() if k != "label"}


@page(FIGURE_READERS)
def figures_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the operation's figures: counts with their chart, sites by status, reports by month."""
    counts = counts_of(actor.operation)
    mirrored = (get_language() or "en").startswith("ar")
    drawn = panels([d for _, d in counts if d is not None], list(CountUnit.values), mirrored)
    months: dict[str, list[Line]] = {}
    for line in reports_by_month(actor.operation):
        months.setdefault(line.of, []).append(line)
    by_unit: dict[str, list[Line]] = {}
    for line, _drawn in counts:
        by_unit.setdefault(line.of, []).append(line)
    charts = {panel.unit: panel for panel in drawn}
    units = [(unit, str(unit.label)) for unit in CountUnit]
    context = {
        "least_shown": LEAST_SHOWN,
        "sites": list(sites_by_status(actor.operation)),
        "channels": [line.part for line in next(iter(months.values()), [])],
        "months": list(months.items()),
        "units": [(u, name, charts.get(u), by_unit[name]) for u, name in units if name in by_unit],
    }
    return render(request, "web/figures.html", context)


@page(FIGURE_READERS)
def figures_export(_request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """Send the figures as a table: csv or xlsx."""
    if form not in ("csv", "xlsx"):
        raise Http404
    small = str(_("fewer than %(limit)s") % {"limit": LEAST_SHOWN})
    about = {"sites": _("sites"), "reports": _("reports"), "counts": _("counts")}
    rows = [
        [about[line.about], line.of, line.part, _plain(line, small), line.as_of, line.scope,
         line.definition]
        for line in lines_of(actor.operation)
    ]  # fmt: skip
    marked = "SIMULATED-" if actor.operation.simulated else ""
    if form == "csv":
        data = "".join(csv_lines(COLUMNS, rows, actor.operation)).encode()
    else:
        data = xlsx_bytes("figures", COLUMNS, rows, actor.operation)
    answer = HttpResponse(data, content_type=EXPORT_TYPES[form])
    name = f"{marked}{actor.operation.slug}-figures-{timezone.localdate():%Y-%m-%d}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _plain(line: Line, small: str) -> int | str:
    if line.at_least is not None and line.at_least == line.at_most:
        return line.at_least
    return line.number or small


urlpatterns = [
    path("", figures_page, name="figures"),
    path("export/<slug:form>/", figures_export, name="figures-export"),
]
