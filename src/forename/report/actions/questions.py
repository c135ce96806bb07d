"""Asking questions, saying which claims bear on them, establishing answers."""

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
from forename.report.models import Bearing, Claim, Establishment, Question


@action(INQUIRY)
def ask_question(by: Actor, **values: Any) -> Question:
    """Record a question and what it covers."""
    question = Question(operation=by.operation, code=next_code(by.operation, "Q"), **values)
    return create(question, by=by, action=ask_question.name)


@action(INQUIRY)
def correct_question(
    by: Actor, question: Question, seen_version: int, *, reason: str, **values: Any
) -> Question:
    """Correct a question, its scope or the answer under test."""
    return revise(
        question,
        values,
        by=by,
        action=correct_question.name,
        seen_version=seen_version,
        reason=reason,
    )


@action(INQUIRY)
def place_claim(
    by: Actor, question: Question, seen_version: int, *, claim: Claim, stance: str, reason: str = ""
) -> Bearing:
    """State that a claim bears on a question, and whether it speaks for the answer under test.

    A claim that stands on the question already changes its stance.
    """
    question = as_seen(question, seen_version)
    standing = Bearing._base_manager.filter(
        question=question, claim=claim, withdrawn_at__isnull=True
    ).first()
    if standing is not None:
        changed: Bearing = revise(
            standing,
            {"stance": stance, "reason": reason},
            by=by,
            action=place_claim.name,
            seen_version=standing.version,
            reason=reason,
        )
        return changed
    made = Bearing(
        operation=by.operation, question=question, claim=claim, stance=stance, reason=reason
    )
    try:
        with transaction.atomic():
            return create(made, by=by, action=place_claim.name)
    except IntegrityError as error:
        text = _("Somebody placed this claim meanwhile; look at the question again.")
        raise ValidationError({"claim": text}) from error


@action(INQUIRY)
def withdraw_bearing(by: Actor, bearing: Bearing, seen_version: int, *, reason: str) -> Bearing:
    """Take a claim from a question from now on; it stays in the history."""
    return withdraw(
        bearing,
        by=by,
        action=withdraw_bearing.name,
        seen_version=seen_version,
        reason=reason,
    )


@action(INQUIRY)
def establish(
    by: Actor, question: Question, seen_version: int, *, value: str, definition: str, as_of: Any
) -> Establishment:
    """Record what the operation itself has established on a question, and how."""
    question = as_seen(question, seen_version)
    made = Establishment(
        operation=by.operation, question=question, value=value, definition=definition, as_of=as_of
    )
    return create(made, by=by, action=establish.name)
