"""Incidents, the alternatives that claims give, alleged actors."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.audit.recording import create, revise
from forename.records.actions import action
from forename.records.codes import next_code
from forename.records.withdrawing import withdraw
from forename.report.actions.claims import as_seen
from forename.report.models import AllegedActor, Claim, Incident, IncidentClaim


@action(INQUIRY)
def record_incident(by: Actor, **values: Any) -> Incident:
    """Record that something happened."""
    incident = Incident(operation=by.operation, code=next_code(by.operation, "I"), **values)
    return create(incident, by=by, action=record_incident.name)


@action(INQUIRY)
def correct_incident(
    by: Actor, incident: Incident, seen_version: int, *, reason: str, **values: Any
) -> Incident:
    """Correct an incident's title or description."""
    return revise(
        incident,
        values,
        by=by,
        action=correct_incident.name,
        seen_version=seen_version,
        reason=reason,
    )


@action(INQUIRY)
def add_alternative(
    by: Actor, incident: Incident, seen_version: int, *, claim: Claim, aspect: str, **values: Any
) -> IncidentClaim:
    """Put a claim under an aspect of an incident, beside those that stand there."""
    made = IncidentClaim(
        operation=by.operation,
        incident=as_seen(incident, seen_version),
        claim=claim,
        aspect=aspect,
        **values,
    )
    try:
        with transaction.atomic():
            return create(made, by=by, action=add_alternative.name)
    except IntegrityError as error:
        text = _("This claim stands under this aspect already.")
        raise ValidationError({"claim": text}) from error


@action(INQUIRY)
def withdraw_alternative(
    by: Actor, alternative: IncidentClaim, seen_version: int, *, reason: str
) -> IncidentClaim:
    """Take an alternative from an incident from now on; it stays in the history."""
    return withdraw(
        alternative,
        by=by,
        action=withdraw_alternative.name,
        seen_version=seen_version,
        reason=reason,
    )


@action(INQUIRY)
def allege_actor(
    by: Actor, incident: Incident, seen_version: int, *, claim: Claim, **values: Any
) -> AllegedActor:
    """Record whom a claim alleges to have taken part; open to the inquiry only."""
    made = AllegedActor(
        operation=by.operation, incident=as_seen(incident, seen_version), claim=claim, **values
    )
    return create(made, by=by, action=allege_actor.name)


@action(INQUIRY)
def withdraw_actor(
    by: Actor, alleged: AllegedActor, seen_version: int, *, reason: str
) -> AllegedActor:
    """Withdraw an alleged actor from now on."""
    return withdraw(
        alleged, by=by, action=withdraw_actor.name, seen_version=seen_version, reason=reason
    )
