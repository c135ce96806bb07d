"""The kinds of the ladder: steps, confirmations, conditions; and the ladder as a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forename.accounts.access import Actor
from forename.accounts.rules import MEMBERS, Role
from forename.records.forms import ReasonForm
from forename.records.kinds import Column, Kind, Step, choice_filter, kind_of
from forename.records.withdrawing import WITHDRAWN
from forename.site.actions import withdraw_condition, withdraw_confirmation
from forename.site.models import Condition, Confirmation, Site, SiteStep
from forename.site.queries import Met, checklist
from forename.site.rules import (
    HEIGHT,
    MEETERS,
    MOVERS,
    REQUIRED,
    ConditionKind,
    Need,
    Rung,
    next_rungs,
    stands,
    who_meets,
)
from forename.site.views.documents import documents_context


@dataclass(frozen=True)
class OnTheLine:
    """A place on the drawn ladder: ``state`` is done, now or ahead."""

    label: str
    state: str
    who: Any = None
    day: Any = None
    overridden: tuple[Any, ...] = ()


def line_of(site: Site, steps: list[SiteStep]) -> list[OnTheLine]:
    """Return the ladder of a site as a line: one place for each height, the latest step on it."""
    now = HEIGHT[Rung(site.status)]
    places = []
    for height in range(max(HEIGHT.values()) + 1):
        rungs = [r for r in Rung if HEIGHT[r] == height]
        reached = [s for s in steps if s.to_rung in rungs]
        state = "done" if height < now else "now" if height == now else "ahead"
        if height == 0:
            days = reached[-1].happened_on if reached else timezone.localdate(site.created_at)
            who = reached[-1].created_by if reached else site.created_by
            places.append(OnTheLine(str(rungs[0].label), state, who, days))
        elif state == "ahead" or not reached:
            places.append(OnTheLine(_either(rungs), state))
        else:
            last = reached[-1]
            without = tuple(last.overridden_labels())
            places.append(OnTheLine(str(last), state, last.created_by, last.happened_on, without))
    return places


def _either(rungs: list[Rung]) -> str:
    if len(rungs) == 1:
        return str(rungs[0].label)
    return _now("%(one)s or %(other)s") % {"one": rungs[0].label, "other": rungs[1].label}


@dataclass(frozen=True)
class Item:
    """A line of the checklist: what is needed, whether it is met, who can meet it, where."""

    label: Any
    met: Met
    who: str
    address: str
    record_address: str


@dataclass(frozen=True)
class Ahead:
    """A rung that may be next, with its checklist."""

    rung: Rung
    items: tuple[Item, ...]
    who: str
    address: str

    @property
    def ready(self) -> bool:
        """Tell whether everything it requires is met."""
        return all(item.met.met for item in self.items)


def ahead_of(actor: Actor, site: Site) -> list[Ahead]:
    """Return the rungs that may follow, each with its checklist and who can do what."""
    made = []
    for rung in next_rungs(Rung(site.status)):
        met = checklist(site, REQUIRED.get(rung, ()), timezone.localdate())
        items = tuple(item_of(actor, site, each) for each in met)
        address = _step(site, "move", f"?to_rung={rung}") if actor.may(MOVERS[rung]) else ""
        made.append(Ahead(rung, items, _names(MOVERS[rung]), address))
    return made


def item_of(actor: Actor, site: Site, met: Met) -> Item:
    """Return a line of the checklist for what meets a requirement, or does not."""
    need = met.need
    address = ""
    if not met.met and actor.may(who_meets(need)):
        if isinstance(need, ConditionKind):
            address = _step(site, "condition", f"?kind={need}")
        elif need is Need.POSITION:
            address = _step(site, "accept-position")
        elif actor.user is not None and actor.user.pk != site.created_by_id:
            address = _step(site, "confirm")
    shown = met.record or met.lapsed
    kind = kind_of(shown) if shown is not None else None
    record_address = kind.address(shown) if kind is not None else ""
    return Item(need.label, met, _names(who_meets(need)), address, record_address)


def _names(roles: frozenset[Role]) -> str:
    return _now(", ").join(str(role.label) for role in Role if role in roles)


def _step(site: Site, name: str, query: str = "") -> str:
    return reverse(f"site-sites-{name}", args=[site.operation.slug, site.pk]) + query


def _state(condition: Any) -> Any:
    if condition.withdrawn_at is not None:
        return pgettext_lazy("state", "withdrawn")
    today = timezone.localdate()
    if stands(condition, today):
        return _("holds")
    return _("not yet") if condition.given_on > today else _("expired")


STEPS = Kind(
    SiteStep,
    "steps",
    _("step of a site"),
    _("steps of sites"),
    empty=_("A site moves along its ladder on its own page; every step is then listed here."),
    columns=(
        Column("to", _("to"), "to_rung"),
        Column("from", _("from"), "from_rung"),
        Column("site", _("site"), "site"),
        Column("day", _("day"), "happened_on"),
        Column("by", _("recorded by"), "created_by"),
        Column("why", _("why"), "why"),
        Column(
            "without",
            _("went on without"),
            lambda s: _now(", ").join(str(each) for each in s.overridden_labels()),
            "overridden",
        ),
        Column("override_reason", _("reason for going on without"), "override_reason"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    filters=(choice_filter(SiteStep, "to_rung"),),
    rows=lambda rows: rows.select_related("operation", "created_by", "site__operation"),
    template="site/with_documents.html",
    context=documents_context,
    files_for=MEMBERS,
    in_menu=False,
)
CONFIRMATIONS = Kind(
    Confirmation,
    "confirmations",
    _("confirmation"),
    _("confirmations"),
    empty=_("An assessed site is confirmed on its own page, by two different people."),
    columns=(
        Column("by", _("confirmed by"), "created_by"),
        Column("site", _("site"), "site"),
        Column("grounds", _("what it rests on"), "grounds"),
        Column("assessed", _("assessment of"), lambda c: c.assessment.happened_on, "assessment"),
        WITHDRAWN,
        Column("recorded", _("recorded"), "created_at"),
    ),
    rows=lambda rows: rows.select_related(
        "operation", "created_by", "site__operation", "assessment"
    ),
    steps=(
        Step(
            "withdraw",
            _("Withdraw"),
            withdraw_confirmation,
            ReasonForm,
            when=lambda actor, c: (
                c.withdrawn_at is None
                and actor.user is not None
                and c.created_by_id == actor.user.pk
            ),
        ),
    ),
    in_menu=False,
)
CONDITIONS = Kind(
    Condition,
    "conditions",
    _("condition of digging"),
    _("conditions of digging"),
    empty=_("Conditions of digging are recorded on the page of a site, under “Ladder”."),
    columns=(
        Column("kind", _("condition"), "kind"),
        Column("site", _("site"), "site"),
        Column("state", _("state"), _state),
        Column("statement", _("what was stated"), "statement"),
        Column("given_by", _("given by"), "given_by"),
        Column("given_on", _("holds from"), "given_on"),
        Column("until", _("holds until"), "until"),
        Column("document", _("number of the document"), "document", ltr=True),
        WITHDRAWN,
        Column("recorded_by", _("recorded by"), "created_by"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    filters=(choice_filter(Condition, "kind"),),
    rows=lambda rows: rows.select_related("operation", "created_by", "site__operation"),
    steps=(
        Step(
            "withdraw",
            _("It no longer holds"),
            withdraw_condition,
            ReasonForm,
            when=lambda actor, c: (
                c.withdrawn_at is None and actor.may(MEETERS[ConditionKind(c.kind)])
            ),
        ),
    ),
    template="site/with_documents.html",
    context=documents_context,
    files_for=MEMBERS,
    in_menu=False,
)
