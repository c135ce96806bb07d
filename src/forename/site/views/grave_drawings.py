"""The drawings of a grave: its sequence diagram and its plan, on pages and as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from forename.accounts.access import Actor
from forename.accounts.rules import MEMBERS
from forename.records.views import page
from forename.site import sequence as order
from forename.site.grave_queries import contexts_of, relations_of, sequence_of
from forename.site.models import Context, ContextKind, ContextRelation, Grave
from forename.site.plan import Outlined, Plan, lay_out_plan
from forename.site.plan_drawing import PlanWords, draw_plan
from forename.site.sequence import Relation
from forename.site.sequence_drawing import Labelled, draw_sequence

_SENTENCES = {
    Relation.ABOVE: gettext_lazy("%(first)s lies above %(second)s"),
    Relation.CUTS: gettext_lazy("%(first)s cuts %(second)s"),
    Relation.FILLS: gettext_lazy("%(first)s fills %(second)s"),
    Relation.SAME: gettext_lazy("%(first)s is the same as %(second)s"),
}


def relation_in_words(relation: ContextRelation) -> SafeString:
    """Return a relation as a sentence with its codes isolated."""
    ends = {
        name: format_html('<bdi class="code" dir="ltr">{}</bdi>', _called(context))
        for name, context in (("first", relation.first), ("second", relation.second))
    }
    sentence = conditional_escape(_SENTENCES[Relation(relation.relation)])
    return mark_safe(sentence % ends)  # noqa: S308 - both parts are escaped


@dataclass(frozen=True)
class InWords:
    """A contradiction as a page tells it: contexts, the short circle, how many relations more."""

    contexts: tuple[Context, ...]
    circle: tuple[tuple[ContextRelation, SafeString], ...]
    more: int


def contradictions_in_words(
    found: order.Sequence, contexts: Iterable[Context], relations: Iterable[ContextRelation]
) -> list[InWords]:
    """Return the contradictions of a grave with the records that they are made of."""
    by_code = {context.code: context for context in contexts}
    by_key = {str(relation.pk): relation for relation in relations}
    return [
        InWords(
            tuple(by_code[code] for code in each.contexts),
            tuple((by_key[s.key], relation_in_words(by_key[s.key])) for s in each.circle),
            len(each.records) - len(each.circle),
        )
        for each in found.contradictions
    ]


def sequence_svg(
    grave: Grave, contexts: Sequence[Context], found: order.Sequence, *, linked: bool
) -> SafeString:
    """Return the drawn sequence of a grave."""
    kinds = {value: str(label) for value, label in ContextKind.choices}
    address = _addresses("site-contexts-page", grave)
    labelled = {
        c.code: Labelled(
            c.number or c.code, kinds[c.kind], address(c) if linked else "",
            c.kind == ContextKind.CUT,
        )
        for c in contexts
    }  # fmt: skip
    title = _("Sequence of the contexts of %(grave)s, latest on top") % {
        "grave": _isolated(grave.code)
    }
    if grave.operation.simulated:
        title = f"{title} · {_simulated()}"
    return mark_safe(draw_sequence(found, labelled, title))  # noqa: S308 - escaped when drawn


def sequence_list(found: order.Sequence, contexts: Iterable[Context]) -> list[dict[str, Any]]:
    """Return the diagram as a list: each group by row, with the groups right below it."""
    by_code = {context.code: context for context in contexts}
    shown = [[by_code[code] for code in group] for group in found.groups]
    below: list[list[Context]] = [[] for _ in shown]
    for one, other in found.lines:
        below[one].append(shown[other][0])
    by_row = sorted(range(len(shown)), key=lambda group: (found.rows[group], group))
    return [
        {"row": found.rows[group] + 1, "same": shown[group], "below": below[group]}
        for group in by_row
    ]


def plan_of(
    grave: Grave, contexts: Iterable[Context], chosen: Context | None = None
) -> Plan | None:
    """Return the plan of the contexts with an outline, None where there is none."""
    address = _addresses("site-contexts-page", grave)
    return lay_out_plan(
        [
            Outlined(
                c.code, c.number or c.code, c.kind, tuple((x, y) for x, y in c.outline), c.top_m,
                c.bottom_m, address(c), c == chosen,
            )
            for c in contexts
        ]
    )  # fmt: skip


def plan_svg(grave: Grave, plan: Plan, *, linked: bool) -> SafeString:
    """Return the drawn plan of a grave."""
    shallow, deep = plan.depths or (0.0, 0.0)
    title = _("Plan of %(grave)s at site %(site)s") % {
        "grave": _isolated(f"{grave.code} {grave.name}".strip()),
        "site": _isolated(grave.site.code),
    }
    lines = [
        title,
        _("1:%(scale)s when printed on A4 at 100 %%; check the bar with a ruler.")
        % {"scale": plan.scale},
        _("Grid: local metres. Drawn on %(day)s.") % {"day": date_format(timezone.localdate())},
    ]
    if grave.operation.simulated:
        lines.append(_simulated())
    said = PlanWords(
        title, [_isolated(line) for line in lines], pgettext("north", "N"),
        _("North was not measured"), _length(plan.bar_m),
        _length(shallow), _length(deep), _("No depths are recorded"), _("depth below datum"),
        {value: str(label) for value, label in ContextKind.choices},
    )  # fmt: skip
    drawn = draw_plan(plan, said, grave.grid_bearing_deg, linked=linked)
    return mark_safe(drawn)  # noqa: S308 - escaped when drawn


@page(MEMBERS)
def sequence_view(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Show the whole sequence diagram of a grave, with the same as a list."""
    grave = _grave(actor, pk)
    contexts = contexts_of(grave)
    relations = relations_of(grave, contexts)
    found = sequence_of(contexts, relations)
    context = {
        "grave": grave,
        "diagram": sequence_svg(grave, contexts, found, linked=True) if contexts else "",
        "listed": sequence_list(found, contexts),
        "contradictions": contradictions_in_words(found, contexts, relations),
    }
    return render(request, "site/sequence.html", context)


@page(MEMBERS)
def sequence_file_view(_request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send the sequence diagram of a grave as a file."""
    grave = _grave(actor, pk)
    contexts = contexts_of(grave)
    if not contexts:
        raise Http404
    found = sequence_of(contexts, relations_of(grave, contexts))
    return _file(grave, "sequence", sequence_svg(grave, contexts, found, linked=False))


@page(MEMBERS)
def plan_view(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Show the plan of a grave as it is printed."""
    grave = _grave(actor, pk)
    contexts = contexts_of(grave)
    plan = plan_of(grave, contexts)
    context = {
        "grave": grave,
        "plan": plan,
        "drawing": plan_svg(grave, plan, linked=True) if plan else "",
        "without": [c for c in contexts if not c.outline],
    }
    return render(request, "site/plan.html", context)


@page(MEMBERS)
def plan_file_view(_request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send the plan of a grave as a file."""
    grave = _grave(actor, pk)
    plan = plan_of(grave, contexts_of(grave))
    if plan is None:
        raise Http404
    return _file(grave, "plan", plan_svg(grave, plan, linked=False))


def _grave(actor: Actor, pk: UUID) -> Grave:
    rows = Grave.objects.visible_to(actor).select_related("operation", "site__operation")
    found: Grave | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _file(grave: Grave, what: str, drawn: str) -> HttpResponse:
    marked = "SIMULATED-" if grave.operation.simulated else ""
    name = f"{marked}{grave.operation.slug}-{grave.code}-{what}-{timezone.localdate():%Y-%m-%d}.svg"
    answer = HttpResponse(drawn, content_type="image/svg+xml")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _addresses(name: str, grave: Grave) -> Any:
    """Return a function from a record to its page, quicker than asking the resolver each time."""
    one = UUID(int=0)
    stem = reverse(name, args=[grave.operation.slug, one])
    return lambda record: stem.replace(str(one), str(record.pk))


def _called(context: Context) -> str:
    return f"{context.code} [{context.number}]" if context.number else context.code


def _isolated(text: str) -> str:
    """Return text that keeps its direction in a drawing, where there are no elements for that."""
    return f"\u2068{text}\u2069"


def _length(metres: float) -> str:
    places = 2 if round(metres, 1) != round(metres, 2) else 1
    return _isolated(_("%(number)s m") % {"number": number_format(metres, decimal_pos=places)})


def _simulated() -> str:
    return _("SIMULATED — invented people and data")
