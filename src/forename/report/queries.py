"""Reads of the report room: sources of claims, origins, strength, who has something to grade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from forename.accounts.access import Actor
from forename.audit.models import Event
from forename.records.listing import by_keys
from forename.records.seeing import seen_keys
from forename.report.models import (
    Bearing,
    Claim,
    ClaimRelation,
    Grade,
    Question,
    Relation,
    Report,
    Source,
    SourceKind,
)
from forename.report.rules import (
    Origin,
    OriginRange,
    SourceFacts,
    origin_of,
    origin_range,
    places_of,
    strength,
    stretches,
)

ENTRIES = (
    "report.record_report", "report.upload_report", "report.correct_report",
    "report.mark_claim", "report.correct_claim",
)  # fmt: skip


@dataclass
class ClaimShown:
    """A claim with what a page says beside it.

    ``path`` are who says it and whom they cite, in order; ``grade`` the latest grade of this
    version of the claim, ``older_grade`` the latest of an earlier version.
    """

    claim: Claim
    path: list[Source]
    origin: Origin[str]
    grade: Grade | None = None
    older_grade: Grade | None = None
    superseded_by: list[Claim] = field(default_factory=list)
    relations: list[ClaimRelation] = field(default_factory=list)
    stance: str = ""
    bearing: Bearing | None = None

    @property
    def strength(self) -> tuple[int, int, int]:
        """Return its place in an order of strength, strongest first; superseded claims last."""
        grade = self.grade
        first = strength(grade.reliability, grade.credibility) if grade else strength("", "")
        return (first[0] + 10 * bool(self.superseded_by), *first[1:])


@dataclass
class OriginGroup:
    """The claims that go back to one origin: they count once."""

    origin: Origin[str]
    source: Source
    claims: list[ClaimShown]

    @property
    def strength(self) -> tuple[int, int, int]:
        """Return the strength of its strongest claim."""
        return min(shown.strength for shown in self.claims)

    @property
    def key(self) -> str:
        """Return what names the group among others."""
        return f"{self.origin.source}-{'unnamed' if self.origin.unnamed else 'named'}"


def source_name(source: Source) -> str:
    """Return a source's name in the reader's language where there is one."""
    arabic = (get_language() or "").startswith("ar")
    return source.name_ar if arabic and source.name_ar else source.name


def source_line(source: Source) -> str:
    """Return a source as a form takes it."""
    return f"{source.name} ({source.get_kind_display()})"


def chain_lines(claim: Claim) -> str:
    """Return whom a claim cites, one a line, as a form takes it."""
    known = {str(s.pk): s for s in Source._base_manager.filter(pk__in=claim.chain)}
    return "\n".join(source_line(known[pk]) for pk in claim.chain if pk in known)


def shown_claims(actor: Actor, claims: Iterable[Claim]) -> list[ClaimShown]:
    """Return claims, which the actor sees, with path, origin, grades and what superseded them."""
    claims = list(claims)
    sources = _sources_of(claims)
    facts = {
        pk: SourceFacts(
            source.kind == SourceKind.UNNAMED,
            str(source.within_id) if source.within_id else None,
            str(source.same_as_id) if source.same_as_id else None,
        )
        for pk, source in sources.items()
    }
    grades: dict[Any, list[Grade]] = defaultdict(list)
    for grade in (
        Grade.objects.visible_to(actor)
        .filter(claim__in=claims)
        .select_related("created_by", "operation")
        .order_by("created_at", "pk")
    ):
        grades[grade.claim_id].append(grade)
    superseded: dict[Any, list[Claim]] = defaultdict(list)
    stated: dict[Any, list[ClaimRelation]] = defaultdict(list)
    for relation in (
        ClaimRelation.objects.visible_to(actor)
        .filter(Q(other__in=claims) | Q(claim__in=claims), withdrawn_at__isnull=True)
        .select_related("operation", "claim__operation", "other__operation")
        .order_by("created_at", "pk")
    ):
        stated[relation.claim_id].append(relation)
        if relation.relation == Relation.SUPERSEDES:
            superseded[relation.other_id].append(relation.claim)
    shown = []
    for claim in claims:
        path = [str(claim.asserted_by_id), *claim.chain]
        current = [g for g in grades[claim.pk] if g.claim_version == claim.version]
        older = [g for g in grades[claim.pk] if g.claim_version != claim.version]
        shown.append(
            ClaimShown(
                claim,
                [sources[pk] for pk in path if pk in sources],
                origin_of(path, facts),
                current[-1] if current else None,
                older[-1] if older else None,
                superseded[claim.pk],
                stated[claim.pk],
            )
        )
    return shown


def by_origin(shown: Sequence[ClaimShown]) -> list[OriginGroup]:
    """Return claims grouped by origin, the strongest group first, in it the strongest claim."""
    groups: dict[Origin[str], list[ClaimShown]] = defaultdict(list)
    for each in shown:
        groups[each.origin].append(each)
    origins = Source._base_manager.filter(pk__in={o.source for o in groups})
    sources = {str(s.pk): s for s in origins.select_related("operation")}
    made = [
        OriginGroup(
            origin,
            sources[origin.source],
            sorted(claims, key=lambda s: (s.strength, s.claim.created_at, str(s.claim.pk))),
        )
        for origin, claims in groups.items()
        if origin.source in sources
    ]
    return sorted(made, key=lambda g: (g.strength, source_name(g.source), g.key))


def claims_by_keys(keys: Iterable[Any]) -> list[Claim]:
    """Return claims, which the actor sees, with their reports and sources, in the order of keys."""
    return by_keys(
        Claim.objects.select_related("operation", "asserted_by", "report__operation"), keys
    )


def claims_on(actor: Actor, question: Question) -> list[ClaimShown]:
    """Return the claims that the actor sees on a question, each with its stance."""
    bearings = {
        bearing.claim_id: bearing
        for bearing in Bearing.objects.visible_to(actor)
        .filter(question=question, withdrawn_at__isnull=True)
        .select_related("operation")
    }
    seen = seen_keys(actor, Claim, bearings)
    claims = claims_by_keys(key for key in bearings if str(key) in seen)
    shown = shown_claims(actor, sorted(claims, key=lambda claim: (claim.created_at, claim.pk)))
    for each in shown:
        each.bearing = bearings[each.claim.pk]
        each.stance = each.bearing.stance
    return shown


def independent(shown: Iterable[ClaimShown]) -> OriginRange:
    """Return how many independent origins claims go back to; superseded ones do not count."""
    return origin_range([each.origin for each in shown if not each.superseded_by])


def place_in(report: Report, claim: Claim) -> tuple[int, int] | None:
    """Return where a claim's words stand in its report now; None where they no longer do.

    A corrected report can move them; they are then found again where they stand once.
    """
    if report.text[claim.start : claim.end] == claim.words:
        return claim.start, claim.end
    places = places_of(claim.words, report.text)
    return (places[0], places[0] + len(claim.words)) if len(places) == 1 else None


@dataclass(frozen=True)
class Piece:
    """A piece of a report's text and the claims marked in it; ``first`` where a mark begins."""

    text: str
    claims: tuple[Claim, ...]
    first: tuple[Claim, ...] = ()


def marked_text(report: Report, claims: Sequence[Claim]) -> tuple[list[Piece], list[Claim]]:
    """Return a report's text in pieces with the claims marked, and the claims no longer in it."""
    placed = [(claim, place_in(report, claim)) for claim in claims]
    inside = [(claim, place) for claim, place in placed if place is not None]
    pieces = []
    for stretch in stretches(len(report.text), [place for _, place in inside]):
        covering = tuple(inside[i][0] for i in stretch.marks)
        first = tuple(inside[i][0] for i in stretch.marks if inside[i][1][0] == stretch.start)
        pieces.append(Piece(report.text[stretch.start : stretch.end], covering, first))
    return pieces, [claim for claim, place in placed if place is None]


def place_names(operation: Any) -> list[str]:
    """Return the names of places that marking proposes: the gazetteer's, and those of claims."""
    source = getattr(settings, "PLACE_NAMES", "")
    names: list[str] = list(import_string(source)(operation)) if source else []
    said = Claim._base_manager.filter(operation=operation).exclude(place="")
    names += said.values_list("place", flat=True).distinct()[:500]
    return names


def hands_of(claim: Claim) -> set[Any]:
    """Return the keys of the people who entered or corrected a claim or its report."""
    both = Q(record_type=Claim.type_name(), record_id=claim.pk) | Q(
        record_type=Report.type_name(), record_id=claim.report_id
    )
    events = Event.objects.filter(both, action__in=ENTRIES, by__isnull=False)
    return set(events.values_list("by_id", flat=True))


def to_grade(actor: Actor) -> Any:
    """Return the claims that wait for a grade of their version and that this person may grade."""
    if actor.user is None:
        return Claim.objects.none()
    graded = Grade._base_manager.filter(claim=OuterRef("pk"), claim_version=OuterRef("version"))
    mine = Event.objects.filter(by=actor.user, action__in=ENTRIES)
    claim = mine.filter(record_type=Claim.type_name(), record_id=OuterRef("pk"))
    report = mine.filter(record_type=Report.type_name(), record_id=OuterRef("report_id"))
    return Claim.objects.visible_to(actor).filter(~Exists(graded), ~Exists(claim), ~Exists(report))


def _sources_of(claims: Sequence[Claim]) -> dict[str, Source]:
    """Return every source of some claims by its key, with those they turned out to be."""
    wanted = {pk for claim in claims for pk in (str(claim.asserted_by_id), *claim.chain)}
    found: dict[str, Source] = {}
    while wanted - found.keys():
        rows = Source._base_manager.filter(pk__in=wanted - found.keys()).select_related("operation")
        new = {str(source.pk): source for source in rows}
        if not new:
            break
        found.update(new)
        wanted = {
            str(pk) for s in new.values() for pk in (s.same_as_id, s.within_id) if pk is not None
        }
    return found
