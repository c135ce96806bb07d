"""Marking claims, grading them by somebody else, relating them; sources."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.audit.models import Record
from forename.audit.recording import create, revise, stale_edit
from forename.records.actions import action
from forename.records.codes import next_code
from forename.records.withdrawing import withdraw
from forename.report.actions.reports import one_line_end
from forename.report.models import Claim, ClaimRelation, Grade, Relation, Report, Source
from forename.report.queries import hands_of
from forename.report.rules import may_grade, places_of
from forename.report.sources import source_named, sources_named

R = TypeVar("R", bound=Record)


def as_seen(record: R, seen_version: int) -> R:
    """Return a record as it stands, held until the action ends; StaleEdit where it has changed."""
    current: R = type(record)._base_manager.select_for_update().get(pk=record.pk)
    if current.version != seen_version:
        raise stale_edit(current, {}, seen_version)
    return current


@action(INQUIRY)
def record_source(by: Actor, **values: Any) -> Source:
    """Record a source."""
    return create(Source(operation=by.operation, **values), by=by, action=record_source.name)


@action(INQUIRY)
def correct_source(
    by: Actor, source: Source, seen_version: int, *, reason: str, **values: Any
) -> Source:
    """Correct what is known about a source; claims that rest on a witness close with it.

    Raises ValidationError where a source would be the same as itself, directly or by a ring.
    """
    other = values.get("same_as")
    while other is not None:
        if other.pk == source.pk:
            text = _("These sources are said to be the same already, the other way round.")
            raise ValidationError({"same_as": text})
        other = other.same_as
    revised = revise(
        source, values, by=by, action=correct_source.name, seen_version=seen_version, reason=reason
    )
    if revised.protected:
        for claim in Claim._base_manager.filter(operation=by.operation, confidential=False):
            if str(source.pk) in claim.chain or claim.asserted_by_id == source.pk:
                revise(
                    claim,
                    {"confidential": True},
                    by=by,
                    action=correct_source.name,
                    seen_version=claim.version,
                    reason=reason,
                )
    return revised


@action(INQUIRY)
def mark_claim(
    by: Actor,
    *,
    report: Report,
    words: str = "",
    start: int | None = None,
    end: int | None = None,
    asserted_by: str,
    chain: str = "",
    **values: Any,
) -> Claim:
    """Record what words of a report claim, with who says it and whom they cite.

    The words are found at ``start`` to ``end``, or wherever they stand once. Raises
    ValidationError where they do not stand in the report, or stand there several times.
    """
    start, end = find_words(report.text, words, start, end)
    closed = report.confidential
    first = source_named(by, asserted_by, action=mark_claim.name, confidential=closed)
    cited = sources_named(by, chain, first=first, action=mark_claim.name, confidential=closed)
    claim = Claim(
        operation=by.operation,
        code=next_code(by.operation, "C"),
        report=report,
        start=start,
        end=end,
        words=report.text[start:end],
        asserted_by=first,
        chain=[str(source.pk) for source in cited],
        cited_as=_cited_as([first, *cited]),
        confidential=_rests_on_witness(report, [first, *cited]),
        **values,
    )
    return create(claim, by=by, action=mark_claim.name)


@action(INQUIRY)
def correct_claim(
    by: Actor,
    claim: Claim,
    seen_version: int,
    *,
    reason: str,
    asserted_by: str,
    chain: str = "",
    **values: Any,
) -> Claim:
    """Correct what was recorded about a claim; the marked words stay."""
    closed = claim.report.confidential
    first = source_named(by, asserted_by, action=correct_claim.name, confidential=closed)
    cited = sources_named(by, chain, first=first, action=correct_claim.name, confidential=closed)
    changes = {
        **values,
        "asserted_by": first,
        "chain": [str(source.pk) for source in cited],
        "cited_as": _cited_as([first, *cited]),
        "confidential": _rests_on_witness(claim.report, [first, *cited]),
    }
    return revise(
        claim, changes, by=by, action=correct_claim.name, seen_version=seen_version, reason=reason
    )


@action(INQUIRY)
def grade_claim(
    by: Actor,
    claim: Claim,
    seen_version: int,
    *,
    reliability: str,
    credibility: str,
    rationale: str,
) -> Grade:
    """Grade source and information of a claim as it was seen.

    Raises ValidationError for whoever entered or corrected the claim or its report.
    """
    claim = as_seen(claim, seen_version)
    if not may_grade(by.user.pk if by.user is not None else None, hands_of(claim)):
        text = _("You entered or corrected this claim or its report; somebody else grades it.")
        raise ValidationError(text)
    grade = Grade(
        operation=by.operation,
        claim=claim,
        claim_version=claim.version,
        reliability=reliability,
        credibility=credibility,
        rationale=rationale,
    )
    return create(grade, by=by, action=grade_claim.name)


@action(INQUIRY)
def relate_claims(
    by: Actor, claim: Claim, seen_version: int, *, relation: str, other: Claim, reason: str
) -> ClaimRelation:
    """State that a claim supports, contradicts or supersedes another."""
    claim = as_seen(claim, seen_version)
    if other.pk == claim.pk:
        raise ValidationError({"other": _("A claim has no relation to itself.")})
    if relation == Relation.SUPERSEDES and _supersedes(other, claim):
        text = _("That claim supersedes this one already, directly or through others.")
        raise ValidationError({"other": text})
    made = ClaimRelation(
        operation=by.operation, claim=claim, relation=relation, other=other, reason=reason
    )
    try:
        with transaction.atomic():
            return create(made, by=by, action=relate_claims.name)
    except IntegrityError as error:
        raise ValidationError({"other": _("This is stated already.")}) from error


@action(INQUIRY)
def withdraw_relation(
    by: Actor, relation: ClaimRelation, seen_version: int, *, reason: str
) -> ClaimRelation:
    """Withdraw a relation from now on; it stays in the history."""
    return withdraw(
        relation,
        by=by,
        action=withdraw_relation.name,
        seen_version=seen_version,
        reason=reason,
    )


def find_words(text: str, words: str, start: int | None, end: int | None) -> tuple[int, int]:
    """Return where marked words begin and end in a report's text; ValidationError where unclear."""
    words = one_line_end(words).strip()
    if start is not None and end is not None and 0 <= start < end <= len(text):
        marked = text[start:end]
        if not words or marked.strip() == words:
            lead = len(marked) - len(marked.lstrip())
            trail = len(marked) - len(marked.rstrip())
            if start + lead < end - trail:
                return start + lead, end - trail
    places = places_of(words, text)
    if not places:
        message = _("These words do not stand in the report. Copy them from it, sign for sign.")
        raise ValidationError({"words": message})
    if len(places) > 1:
        message = _(
            "These words stand in the report %(times)s times. Take more of the words around them."
        ) % {"times": len(places)}
        raise ValidationError({"words": message})
    return places[0], places[0] + len(words)


def _supersedes(first: Claim, last: Claim) -> bool:
    """Tell whether a claim supersedes another through any steps: in a ring none would count."""
    stated = ClaimRelation._base_manager.filter(
        operation=first.operation, relation=Relation.SUPERSEDES, withdrawn_at__isnull=True
    )
    reached = coming = {first.pk}
    while coming:
        found = stated.filter(claim__in=coming).values_list("other_id", flat=True)
        coming = set(found) - reached
        reached = reached | coming
    return last.pk in reached


def _rests_on_witness(report: Report, sources: list[Source]) -> bool:
    return report.confidential or any(source.protected for source in sources)


def _cited_as(sources: list[Source]) -> str:
    return " ← ".join(source.name for source in sources)
