"""Incidents: for each aspect, what claims say, side by side."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.records.forms import ReasonForm
from forename.records.kinds import Column, Kind, Step, choice_filter
from forename.records.said_dates import date_cell
from forename.records.withdrawing import WITHDRAWN, stands
from forename.report.actions.incidents import (
    add_alternative,
    allege_actor,
    correct_incident,
    record_incident,
    withdraw_actor,
    withdraw_alternative,
)
from forename.report.forms.incidents import (
    AllegedActorForm,
    AlternativeForm,
    IncidentCorrectionForm,
    IncidentForm,
)
from forename.report.models import (
    AllegedActor,
    Aspect,
    Count,
    Incident,
    IncidentClaim,
    MediaItem,
    Membership,
    VictimList,
)
from forename.report.queries import shown_claims


def _incident_context(actor: Actor, incident: Any) -> dict[str, Any]:
    rows = list(
        IncidentClaim.objects.visible_to(actor)
        .filter(incident=incident)
        .select_related("operation", "claim__operation", "claim__asserted_by", "claim__report")
        .order_by("created_at", "pk")
    )
    shown = {each.claim.pk: each for each in shown_claims(actor, {row.claim for row in rows})}
    aspects = []
    for aspect in Aspect:
        here = [(row, shown[row.claim_id]) for row in rows if row.aspect == aspect]
        standing = [(row, each) for row, each in here if row.withdrawn_at is None]
        standing.sort(key=lambda pair: pair[1].strength)
        withdrawn = [row for row, _each in here if row.withdrawn_at is not None]
        if here:
            aspects.append({"aspect": aspect, "standing": standing, "withdrawn": withdrawn})
    memberships = Membership.objects.visible_to(actor).filter(
        incident=incident, withdrawn_at__isnull=True
    )
    may_inquire = actor.may(INQUIRY)
    actors = AllegedActor.objects.visible_to(actor).filter(incident=incident)
    media = MediaItem.objects.visible_to(actor).filter(incident=incident)
    return {
        "aspects": aspects,
        "lists": VictimList.objects.visible_to(actor)
        .filter(incident=incident)
        .select_related("operation")
        .order_by("created_at"),
        "counts": Count.objects.visible_to(actor).filter(incident=incident).count(),
        "memberships": memberships.count(),
        "may_inquire": may_inquire,
        "actors": actors.select_related("operation", "claim__operation").order_by("created_at"),
        "media": media.select_related("operation").order_by("created_at")[:50],
    }


INCIDENTS = Kind(
    Incident,
    "incidents",
    _("incident"),
    _("incidents"),
    empty=_(
        "Incidents are recorded here; alternatives of time and place are added on their "
        "pages."
    ),
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("title", _("title"), "title"),
        Column("description", _("what is meant by it"), "description"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    facts=(
        Column("title", _("title"), "title"),
        Column("description", _("what is meant by it"), "description"),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    rows=lambda rows: rows.select_related("operation", "created_by"),
    template="report/incident.html",
    context=_incident_context,
    imported_by="record",
    steps=(
        Step("record", _("Record an incident"), record_incident, IncidentForm, creates=True),
        Step(
            "alternative", _("Add what a claim says"), add_alternative, AlternativeForm,
            prefilled=("claim", "aspect"),
        ),
        Step("actor", _("Add an alleged actor"), allege_actor, AllegedActorForm),
        Step("correct", _("Correct"), correct_incident, IncidentCorrectionForm),
    ),
)  # fmt: skip
ALTERNATIVES = Kind(
    IncidentClaim,
    "alternatives",
    _("alternative"),
    _("alternatives"),
    empty=_("Alternatives of time and place are added on the page of an incident."),
    columns=(
        Column("answer", _("what it says, in short"), "answer"),
        Column("aspect", _("what it speaks of"), "aspect"),
        Column("when", _("time"), date_cell("when"), "when"),
        Column("incident", _("incident"), "incident"),
        Column("claim", _("claim"), "claim"),
        Column("reason", _("why it belongs here"), "reason"),
        WITHDRAWN,
    ),
    filters=(choice_filter(IncidentClaim, "aspect"),),
    rows=lambda rows: rows.select_related("operation", "incident__operation", "claim__operation"),
    in_menu=False,
    steps=(
        Step(
            "withdraw", _("Take from the incident"), withdraw_alternative, ReasonForm, when=stands
        ),
    ),
)
ACTORS = Kind(
    AllegedActor,
    "actors",
    _("alleged actor"),
    _("alleged actors"),
    empty=_("Alleged actors are added on the page of an incident."),
    columns=(
        Column("name", _("name"), "name"),
        Column("part", _("what they are alleged to have done"), "part"),
        Column("incident", _("incident"), "incident"),
        Column("claim", _("claim"), "claim"),
        Column("reason", _("note"), "reason"),
        WITHDRAWN,
    ),
    rows=lambda rows: rows.select_related("operation", "incident__operation", "claim__operation"),
    in_menu=False,
    steps=(Step("withdraw", _("Withdraw"), withdraw_actor, ReasonForm, when=stands),),
)
