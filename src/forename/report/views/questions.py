"""Questions: what is established, and the claims for and against, origin by origin."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.records.forms import ReasonForm
from forename.records.kinds import Column, Kind, Step, choice_filter
from forename.records.listing import by_keys
from forename.records.said_dates import date_cell
from forename.records.withdrawing import WITHDRAWN, stands
from forename.report.actions import (
    ask_question,
    correct_question,
    establish,
    place_claim,
    withdraw_bearing,
)
from forename.report.forms.claims import (
    EstablishmentForm,
    PlaceClaimForm,
    QuestionCorrectionForm,
    QuestionForm,
)
from forename.report.models import Bearing, Claim, Establishment, Question, Stance
from forename.report.queries import by_origin, claims_on, independent

MOST_OFFERED = 20


def _question_context(actor: Actor, question: Any) -> dict[str, Any]:
    shown = claims_on(actor, question)
    sides = []
    for stance in Stance:
        here = [each for each in shown if each.stance == stance]
        sides.append(
            {
                "stance": stance,
                "label": stance.label,
                "claims": len(here),
                "groups": by_origin(here),
                "independent": independent(here),
            }
        )
    established = list(
        Establishment.objects.visible_to(actor)
        .filter(question=question)
        .select_related("operation", "created_by")
        .order_by("-created_at", "-pk")
    )
    return {
        "sides": sides,
        "established": established[0] if established else None,
        "earlier": established[1:],
        "independent": independent(shown),
        "claims_count": len(shown),
        "unplaced": _unplaced(actor, question, {each.claim.pk for each in shown}),
    }


def _unplaced(actor: Actor, question: Any, placed: set[Any]) -> list[Claim]:
    """Return the latest claims of a question's kind that are not placed on it."""
    if not actor.may(INQUIRY):
        return []
    latest = Claim.objects.visible_to(actor).filter(asked=question.kind).order_by("-created_at")
    keys = latest.values_list("pk", flat=True)[: MOST_OFFERED + len(placed)]
    in_full = Claim.objects.select_related("operation")
    return by_keys(in_full, [key for key in keys if key not in placed][:MOST_OFFERED])


QUESTIONS = Kind(
    Question,
    "questions",
    _("question"),
    _("questions"),
    empty=_("Questions are asked here, or on the page of a claim that bears on them."),
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("text", _("question"), "text"),
        Column("kind", _("kind"), "kind"),
        Column("answer_tested", _("answer under test"), "answer_tested"),
        Column("scope", _("what it covers"), "scope", exported_only=True),
        Column("recorded", _("recorded"), "created_at"),
    ),
    filters=(choice_filter(Question, "kind"),),
    rows=lambda rows: rows.select_related("operation"),
    template="report/question.html",
    context=_question_context,
    steps=(
        Step("ask", _("Ask a question"), ask_question, QuestionForm, creates=True),
        Step(
            "place", _("Place a claim"), place_claim, PlaceClaimForm,
            prefilled=("claim",), template="report/place.html",
        ),
        Step("establish", _("Record what is established"), establish, EstablishmentForm),
        Step("correct", _("Correct"), correct_question, QuestionCorrectionForm),
    ),
)  # fmt: skip
BEARINGS = Kind(
    Bearing,
    "bearings",
    _("claim on a question"),
    _("claims on questions"),
    empty=_("Claims are placed on a question on the page of the question."),
    columns=(
        Column("question", _("question"), "question"),
        Column("claim", _("claim"), "claim"),
        Column("stance", _("stance"), "stance"),
        Column("reason", _("why"), "reason"),
        WITHDRAWN,
    ),
    filters=(choice_filter(Bearing, "stance"),),
    rows=lambda rows: rows.select_related("operation", "question__operation", "claim__operation"),
    in_menu=False,
    steps=(
        Step("withdraw", _("Take from the question"), withdraw_bearing, ReasonForm, when=stands),
    ),
)
ESTABLISHMENTS = Kind(
    Establishment,
    "established",
    _("established answer"),
    _("established answers"),
    empty=_("What the operation has established is recorded on the page of a question."),
    columns=(
        Column("question", _("question"), "question"),
        Column("value", _("what is established"), "value"),
        Column("as_of", _("as of"), date_cell("as_of"), "as_of"),
        Column("definition", _("how it was established, and what it means"), "definition"),
        Column("by", _("recorded by"), "created_by"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    rows=lambda rows: rows.select_related("operation", "question__operation", "created_by"),
    in_menu=False,
)
