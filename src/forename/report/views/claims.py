"""Claims, their sources, grades and relations."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.records.forms import ReasonForm
from forename.records.kinds import Column, Filter, Kind, Step, choice_filter
from forename.records.said_dates import date_cell
from forename.records.withdrawing import WITHDRAWN, stands
from forename.report.actions import (
    correct_claim,
    correct_source,
    grade_claim,
    mark_claim,
    record_source,
    relate_claims,
    withdraw_relation,
)
from forename.report.forms.claims import (
    ClaimCorrectionForm,
    ClaimForm,
    GradeForm,
    RelationForm,
    SourceCorrectionForm,
    SourceForm,
)
from forename.report.models import Bearing, Claim, ClaimRelation, Count, Grade, Source
from forename.report.queries import hands_of, shown_claims, source_name
from forename.report.rules import may_grade


def _with_grade(rows: QuerySet[Any]) -> QuerySet[Any]:
    grades = Grade._base_manager.filter(
        claim=OuterRef("pk"), claim_version=OuterRef("version")
    ).order_by("-created_at", "-pk")
    both = Concat("reliability", "credibility", output_field=CharField())
    near = rows.select_related("operation", "report__operation", "asserted_by__operation")
    graded: QuerySet[Any] = near.annotate(
        latest_grade=Subquery(grades.annotate(both=both).values("both")[:1])
    )
    return graded


def _graded(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    grades = Grade._base_manager.filter(claim=OuterRef("pk"), claim_version=OuterRef("version"))
    return rows.filter(Exists(grades)) if value == "yes" else rows.filter(~Exists(grades))


def _amount(claim: Any) -> str:
    """Return a claim's number or range as text, without a unit where none was said."""
    ends = [f"{n:g}" for n in (claim.low, claim.high) if n is not None]
    if not ends:
        return ""
    if claim.high is None:
        number = f"≥ {ends[0]}"
    elif claim.low is None:
        number = f"≤ {ends[0]}"
    else:
        number = ends[0] if claim.low == claim.high else "–".join(ends)
    return f"{number} {claim.unit}".strip()


def _claim_context(actor: Actor, claim: Any) -> dict[str, Any]:
    (shown,) = shown_claims(actor, [claim])
    relations = ClaimRelation.objects.visible_to(actor).select_related(
        "operation", "claim__operation", "other__operation"
    )
    bearings = Bearing.objects.visible_to(actor).filter(claim=claim, withdrawn_at__isnull=True)
    user = actor.user.pk if actor.user is not None else None
    return {
        "shown": shown,
        "grades": Grade.objects.visible_to(actor)
        .filter(claim=claim)
        .select_related("operation", "created_by")
        .order_by("-created_at"),
        "to_others": relations.filter(claim=claim).order_by("created_at"),
        "from_others": relations.filter(other=claim).order_by("created_at"),
        "bearings": bearings.select_related("operation", "question__operation"),
        "may_grade": may_grade(user, hands_of(claim)),
        "counts": Count.objects.visible_to(actor)
        .filter(claim=claim)
        .select_related("operation")
        .order_by("created_at"),
        "may_count": actor.may(INQUIRY) and (claim.low is not None or claim.high is not None),
    }


CLAIMS = Kind(
    Claim,
    "claims",
    _("claim"),
    _("claims"),
    empty=_("Claims are made by marking text on the page of a report."),
    worded={"chain": None},  # names of the same sources stand in cited_as
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("asked", _("about"), "asked"),
        Column("words", _("words"), lambda c: c.words[:160]),
        Column("amount", _("number"), _amount, "low"),
        Column("cited_as", _("who says it, and whom they cite"), lambda c: c.cited_as),
        Column("grade", _("grade"), lambda c: c.latest_grade or ""),
        Column("report", _("report"), "report"),
        Column("subject", _("subject"), "subject", exported_only=True),
        Column("value", _("what is claimed"), "value", exported_only=True),
        Column("low", _("number, or at least"), "low", exported_only=True),
        Column("high", _("at most"), "high", exported_only=True),
        Column("unit", _("unit"), "unit", exported_only=True),
        Column("place", _("place, in the words"), "place", exported_only=True),
        Column("observed", _("happened or observed"), date_cell("observed"), "observed",
               exported_only=True),
        Column("said", _("said"), date_cell("said"), "said", exported_only=True),
        Column("published", _("published"), date_cell("published"), "published",
               exported_only=True),
        Column("recorded", _("recorded"), "created_at", exported_only=True),
    ),
    facts=(
        Column("asked", _("about"), "asked"),
        Column("subject", _("subject"), "subject"),
        Column("value", _("what is claimed"), "value"),
        Column("amount", _("number"), _amount, "low"),
        Column("place", _("place, in the words"), "place"),
        Column("observed", _("happened or observed"), date_cell("observed"), "observed"),
        Column("said", _("said"), date_cell("said"), "said"),
        Column("published", _("published"), date_cell("published"), "published"),
        Column("report", _("report"), "report"),
        Column("recorded_by", _("recorded by"), "created_by"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    filters=(
        choice_filter(Claim, "asked"),
        Filter("graded", _("graded"), lambda _a: [("yes", _("yes")), ("no", _("no"))], _graded),
    ),
    rows=_with_grade,
    template="report/claim.html",
    context=_claim_context,
    steps=(
        Step(
            "mark", _("Mark a claim"), mark_claim, ClaimForm, creates=True,
            template="report/mark.html",
        ),
        Step(
            "grade", _("Grade"), grade_claim, GradeForm,
            when=lambda actor, claim: may_grade(
                actor.user.pk if actor.user is not None else None, hands_of(claim)
            ),
            template="report/grade.html",
        ),
        Step("relate", _("Relate to another claim"), relate_claims, RelationForm),
        Step("correct", _("Correct"), correct_claim, ClaimCorrectionForm),
    ),
)  # fmt: skip
SOURCES = Kind(
    Source,
    "sources",
    _("source"),
    _("sources"),
    empty=_("Sources are recorded here, or while a claim is marked that names them."),
    columns=(
        Column("name", _("name"), source_name, "name"),
        Column("kind", _("what it is"), "kind"),
        Column("within", _("speaks for, or is cited by"), "within"),
        Column("same_as", _("is the same as"), "same_as"),
        Column("name_en", _("name as recorded"), "name", exported_only=True),
        Column("name_ar", _("name in Arabic"), "name_ar", exported_only=True),
    ),
    facts=(
        Column("name", _("name"), "name"),
        Column("name_ar", _("name in Arabic"), "name_ar"),
        Column("kind", _("what it is"), "kind"),
        Column("within", _("speaks for, or is cited by"), "within"),
        Column("same_as", _("is the same as"), "same_as"),
        Column(
            "confidential",
            _("named to the inquiry only"),
            lambda s: _("yes") if s.confidential else _("no"),
        ),
        Column("description", _("what is known about it"), "description"),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    filters=(choice_filter(Source, "kind"),),
    order=("name",),
    rows=lambda rows: rows.select_related("operation", "within__operation", "same_as__operation"),
    imported_by="record",
    steps=(
        Step("record", _("Record a source"), record_source, SourceForm, creates=True),
        Step("correct", _("Correct"), correct_source, SourceCorrectionForm),
    ),
)
GRADES = Kind(
    Grade,
    "grades",
    _("grade"),
    _("grades"),
    empty=_("Grades are given on the page of a claim, by somebody other than who entered it."),
    columns=(
        Column("claim", _("claim"), "claim"),
        Column("reliability", _("source"), "reliability"),
        Column("credibility", _("information"), "credibility"),
        Column("rationale", _("why"), "rationale"),
        Column("by", _("graded by"), "created_by"),
        Column("version", _("version of the claim"), "claim_version"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    filters=(choice_filter(Grade, "reliability"), choice_filter(Grade, "credibility")),
    rows=lambda rows: rows.select_related("operation", "claim__operation", "created_by"),
    in_menu=False,
)
RELATIONS = Kind(
    ClaimRelation,
    "relations",
    _("relation of claims"),
    _("relations of claims"),
    empty=_(
        "How claims support, contradict or supersede each other is recorded on the page of a claim."
    ),
    columns=(
        Column("claim", _("claim"), "claim"),
        Column("relation", _("relation"), "relation"),
        Column("other", _("the other claim"), "other"),
        Column("reason", _("why"), "reason"),
        WITHDRAWN,
    ),
    filters=(choice_filter(ClaimRelation, "relation"),),
    rows=lambda rows: rows.select_related("operation", "claim__operation", "other__operation"),
    in_menu=False,
    steps=(Step("withdraw", _("Withdraw"), withdraw_relation, ReasonForm, when=stands),),
)
