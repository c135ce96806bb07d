"""The first screen: figures with their definitions, and what waits for this person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.accounts.models import Invitation
from forename.accounts.rules import GRANTERS, INQUIRY
from forename.report.models import Channel, Progress, Report
from forename.report.queries import to_grade
from forename.site.models import Site

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
    made = []
    if actor.may(Report.readable_by):
        count = Report.objects.visible_to(actor).count()
        made.append(Figure(count, _("reports"), _("Reports received, as they came.")))
    if actor.may(Site.readable_by):
        count = Site.objects.visible_to(actor).count()
        made.append(Figure(count, _("sites"), _("Places recorded as possible graves.")))
    return made[:3]


def waiting_for(actor: Actor) -> list[Choice]:
    """Return at most three things that wait for this actor, most urgent first."""
    slug = actor.operation.slug
    choices: list[Choice] = []
    if actor.may(INQUIRY):
        unread = Report.objects.visible_to(actor).filter(
            progress=Progress.RECEIVED, channel=Channel.PUBLIC_FORM
        )
        count = unread.count()
        if count:
            address = reverse("report-reports-list", args=[slug])
            query = f"?channel={Channel.PUBLIC_FORM}&progress={Progress.RECEIVED}"
            choices.append(Choice(_("reports of the public to read"), address + query, count))
        count = to_grade(actor)[:MOST_COUNTED].count()
        if count:
            address = reverse("report-claims-list", args=[slug]) + "?graded=no"
            choices.append(Choice(_("claims of others to grade"), address, count))
    if actor.may(GRANTERS):
        open_now = Invitation.objects.visible_to(actor).filter(
            accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=timezone.now()
        )
        count = open_now.count()
        if count:
            address = reverse("accounts-invitations-list", args=[slug])
            choices.append(Choice(_("invitations not accepted yet"), address, count))
    return choices[:3]


def first_steps(actor: Actor) -> list[Choice]:
    """Return the next step of an operation that has no records yet, else nothing."""
    slug = actor.operation.slug
    if Report.objects.filter(operation=actor.operation).exists():
        return []
    steps = []
    if actor.may(GRANTERS):
        steps.append(
            Choice(_("Invite the people of this operation"), reverse("invite", args=[slug]))
        )
    if actor.may(Report.readable_by):
        steps.append(
            Choice(_("Record the first report"), reverse("report-reports-record", args=[slug]))
        )
    return steps[:3]
