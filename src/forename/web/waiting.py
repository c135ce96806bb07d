"""The first screen: figures with their definitions, and what waits for this person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, npgettext

from forename.accounts.access import Actor
from forename.accounts.models import Invitation, Operation
from forename.accounts.rules import FIGURE_READERS, GRANTERS, INQUIRY
from forename.report.actions import record_report
from forename.report.count_wording import unit_beside
from forename.report.models import Channel, Count, Counting, CountUnit, Progress, Report
from forename.report.queries import to_grade
from forename.site.actions import record_site
from forename.site.models import Site
from forename.site.queries import lacking, waiting_for_confirmation
from forename.site.rules import BEFORE_DIGGING, EXCAVATORS, MEETERS, Rung
from forename.web.figures import LEAST_SHOWN, as_of, reads_as_a_member

MOST_CHOICES = 3  # more of them, and none is looked at
DIGGING_AHEAD = (Rung.SECURED, Rung.AUTHORISED, Rung.EXCAVATING)
MOST_COUNTED = 1000  # what waits is counted no further: nobody does more in a day


@dataclass(frozen=True)
class Figure:
    """A number of the first screen, with its unit and definition."""

    value: int
    unit: Any
    definition: Any


@dataclass(frozen=True)
class Choice:
    """Something that waits for this person, and where to do it."""

    text: Any
    address: str
    count: int | None = None


def figures(actor: Actor) -> list[Figure]:
    """Return at most three figures over what this actor may see."""
    made: list[Figure] = []
    if actor.may(Report.readable_by):
        count = Report.objects.visible_to(actor).count()
        made.append(
            Figure(
                count,
                npgettext("figure", "report", "reports", count),
                _("Reports received, as they came."),
            )
        )
    if actor.may(Site.readable_by):
        count = Site.objects.visible_to(actor).count()
        made.append(
            Figure(
                count,
                npgettext("figure", "site", "sites", count),
                _("Places recorded as possible graves."),
            )
        )
    if actor.may(FIGURE_READERS):
        made += own_counts(actor.operation)
    return made[:3]


def own_counts(operation: Operation) -> list[Figure]:
    """Return the operation's own latest exact count of each unit, none that is withheld."""
    rows = Count.objects.visible_to(reads_as_a_member(operation)).filter(
        claim__isnull=True, counting=Counting.CUMULATIVE, low__gte=LEAST_SHOWN, low=F("high")
    )
    rows = rows.order_by(F("as_of_first").desc(nulls_last=True), "-created_at")
    latest = {unit: count for unit in CountUnit if (count := rows.filter(unit=unit).first())}
    return [
        Figure(
            latest[unit].low or 0,
            unit_beside(unit, latest[unit].low or 0),
            _("%(scope)s, as of %(day)s. %(definition)s")
            % {
                "scope": latest[unit].scope,
                "day": as_of(latest[unit]) or "—",
                "definition": latest[unit].definition,
            },
        )
        for unit in CountUnit
        if unit in latest
    ]


def waiting_for(actor: Actor) -> list[Choice]:
    """Return at most three things that wait for this actor, most urgent first."""
    slug = actor.operation.slug
    choices: list[Choice] = []
    if actor.may(INQUIRY):
        unread = Report.objects.visible_to(actor).filter(
            progress=Progress.RECEIVED, channel=Channel.PUBLIC_FORM
        )
        count = unread[:MOST_COUNTED].count()
        if count:
            address = reverse("report-reports-list", args=[slug])
            query = f"?channel={Channel.PUBLIC_FORM}&progress={Progress.RECEIVED}"
            text = ngettext("report of the public to read", "reports of the public to read", count)
            choices.append(Choice(text, address + query, count))
        count = to_grade(actor)[:MOST_COUNTED].count()
        if count:
            address = reverse("report-claims-list", args=[slug]) + "?graded=no"
            text = ngettext("claim of others to grade", "claims of others to grade", count)
            choices.append(Choice(text, address, count))
    count = waiting_for_confirmation(actor)[:MOST_COUNTED].count()
    if count:
        address = reverse("site-sites-list", args=[slug]) + f"?status={Rung.ASSESSED}"
        text = ngettext("assessed site to confirm", "assessed sites to confirm", count)
        choices.append(Choice(text, address, count))
    choices += _at_the_graves(actor)
    if actor.may(GRANTERS):
        open_now = Invitation.objects.visible_to(actor).filter(
            accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=timezone.now()
        )
        count = open_now.count()
        if count:
            address = reverse("accounts-invitations-list", args=[slug])
            text = ngettext("invitation not accepted yet", "invitations not accepted yet", count)
            choices.append(Choice(text, address, count))
    return choices[:MOST_CHOICES]


def _at_the_graves(actor: Actor) -> list[Choice]:
    """Return the sites that need what this actor can give: a condition of digging, a record."""
    if not actor.may(Site.readable_by):
        return []
    seen = Site.objects.visible_to(actor)
    address = reverse("site-sites-list", args=[actor.operation.slug])
    choices = []
    kinds = [kind for kind in BEFORE_DIGGING if actor.may(MEETERS[kind])]
    latest = seen.filter(status__in=DIGGING_AHEAD).order_by("-created_at").values("pk")
    needing = lacking(seen.filter(pk__in=latest[:MOST_COUNTED]), kinds)
    count = needing.count() if kinds else 0
    if count:
        asked: str = kinds[0] if len(kinds) == 1 else "any"
        text = ngettext("site lacks: %(condition)s", "sites lack: %(condition)s", count) % {
            "condition": kinds[0].label if len(kinds) == 1 else _("a condition of digging")
        }
        choices.append(Choice(text, f"{address}?lacks={asked}", count))
    if actor.may(EXCAVATORS):
        count = seen.filter(status=Rung.EXCAVATING)[:MOST_COUNTED].count()
        if count:
            text = ngettext("site where people dig", "sites where people dig", count)
            choices.append(Choice(text, f"{address}?status={Rung.EXCAVATING}", count))
    return choices


def first_steps(actor: Actor) -> list[Choice]:
    """Return the next step of an operation in which nothing is recorded, else nothing."""
    slug = actor.operation.slug
    if not is_empty(actor.operation):
        return []
    steps = []
    if actor.may(GRANTERS):
        steps.append(
            Choice(_("Invite the people of this operation"), reverse("invite", args=[slug]))
        )
    if actor.may(record_report.allowed):
        steps.append(
            Choice(_("Record the first report"), reverse("report-reports-record", args=[slug]))
        )
    if actor.may(record_site.allowed):
        steps.append(Choice(_("Record the first site"), reverse("site-sites-record", args=[slug])))
    return steps[:MOST_CHOICES]


def is_empty(operation: Operation) -> bool:
    """Tell whether an operation has neither a report nor a site."""
    kinds: tuple[Any, ...] = (Report, Site)
    return not any(kind.objects.filter(operation=operation).exists() for kind in kinds)
