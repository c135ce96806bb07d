"""Reads of sites: where they are, how far they have come, what they wait for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from forename.accounts.access import Actor
from forename.notation.folding import search_key, search_words
from forename.site import gazetteer
from forename.site.models import Condition, Confirmation, Site, SiteStep
from forename.site.places import Anchor, LatLon
from forename.site.rules import (
    BEFORE_DIGGING,
    CONFIRMERS,
    ConditionKind,
    Facts,
    Need,
    Rung,
    confirmers,
    stands,
)

MOST_ANCHORS = 20
OF_AREA = 100


def area_of(operation: Any) -> LatLon | None:
    """Return the middle of an operation's latest accepted positions, None where there are none."""
    latest = (
        Site.objects.filter(operation=operation, accepted_position__isnull=False)
        .order_by("-created_at")
        .values_list("accepted_position__latitude", "accepted_position__longitude")
    )[:OF_AREA]
    places = list(latest)
    if not places:
        return None
    latitudes, longitudes = zip(*places, strict=True)
    return sum(latitudes) / len(places), sum(longitudes) / len(places)


def find_anchors(by: Actor, name: str) -> Sequence[Anchor]:
    """Return the places that a name can mean: sites with an accepted position, then villages."""
    asked = search_key([name])
    rows = Site.objects.visible_to(by).filter(accepted_position__isnull=False)
    for spellings in search_words(name):
        any_of_them = Q()
        for spelling in spellings:
            any_of_them |= Q(search_key__contains=spelling)
        rows = rows.filter(any_of_them)
    found = []
    for site in rows.select_related("accepted_position")[:MOST_ANCHORS]:
        names = (site.code, site.name, site.name_ar, *site.other_names.splitlines())
        if asked and asked in {search_key([each]) for each in names}:
            place = site.accepted_position
            found.append(Anchor(site.title(), place.latitude, place.longitude, site.code))
    return [*found, *gazetteer.find(name)]


def steps_of(site: Site) -> list[SiteStep]:
    """Return a site's steps in the order in which they were recorded."""
    return list(
        SiteStep.objects.filter(site=site).select_related("created_by").order_by("created_at", "pk")
    )


def last_assessment(site: Site) -> SiteStep | None:
    """Return the assessment that confirmations are about now."""
    found: SiteStep | None = (
        SiteStep.objects.filter(site=site, to_rung=Rung.ASSESSED)
        .select_related("created_by")
        .order_by("-created_at")
        .first()
    )
    return found


def confirmations_of(assessment: SiteStep | None) -> list[Confirmation]:
    """Return the confirmations of an assessment that were not withdrawn, earliest first."""
    if assessment is None:
        return []
    return list(
        Confirmation.objects.filter(assessment=assessment, withdrawn_at__isnull=True)
        .select_related("created_by", "operation")
        .order_by("created_at")
    )


def facts_of(site: Site, today: date | None = None) -> Facts:
    """Return what is known about a site when it is to move."""
    day = today or timezone.localdate()
    people = [c.created_by_id for c in confirmations_of(last_assessment(site))]
    standing = {
        ConditionKind(c.kind) for c in Condition.objects.filter(site=site) if stands(c, day)
    }
    return Facts(
        site.accepted_position_id is not None,
        confirmers(people, site.created_by_id),
        frozenset(standing),
    )


def waiting_for_confirmation(actor: Actor) -> QuerySet[Any]:
    """Return the sites whose assessment this actor can still confirm."""
    if actor.user is None or not actor.may(CONFIRMERS):
        return Site.objects.none()
    confirmed = Confirmation.objects.filter(
        created_by=actor.user, withdrawn_at__isnull=True, assessment=OuterRef("last_assessment")
    )
    latest = SiteStep.objects.filter(site=OuterRef("pk"), to_rung=Rung.ASSESSED)
    waiting: QuerySet[Any] = (
        Site.objects.visible_to(actor)
        .filter(status=Rung.ASSESSED)
        .exclude(created_by=actor.user)
        .annotate(last_assessment=Subquery(latest.order_by("-created_at").values("pk")[:1]))
        .exclude(Exists(confirmed))
    )
    return waiting


def missing_while_digging(site: Site, facts: Facts) -> tuple[ConditionKind, ...]:
    """Return the conditions of digging that do not hold at a site where people dig."""
    if site.status != Rung.EXCAVATING:
        return ()
    return tuple(kind for kind in BEFORE_DIGGING if kind not in facts.standing)


@dataclass(frozen=True)
class Met:
    """A requirement of a rung: whether it is met, by whom, until when."""

    need: Need | ConditionKind
    met: bool
    record: Any = None  # the condition, confirmation or position that meets it
    lapsed: Any = None  # the latest condition that no longer does


def checklist(site: Site, needs: Sequence[Need | ConditionKind], today: date) -> list[Met]:
    """Return each requirement with what meets it, in the order given."""
    confirming = [
        c
        for c in confirmations_of(last_assessment(site))
        if c.created_by_id and c.created_by_id != site.created_by_id
    ]
    by_kind: dict[str, list[Condition]] = {}
    for condition in Condition.objects.filter(site=site).select_related(
        "created_by", "operation"
    ).order_by("-created_at"):  # fmt: skip
        by_kind.setdefault(condition.kind, []).append(condition)
    made = []
    for need in needs:
        if isinstance(need, ConditionKind):
            recorded = by_kind.get(need, [])
            standing = next((c for c in recorded if stands(c, today)), None)
            lapsed = recorded[0] if recorded and standing is None else None
            made.append(Met(need, standing is not None, standing, lapsed))
        elif need is Need.POSITION:
            made.append(Met(need, site.accepted_position_id is not None, site.accepted_position))
        else:
            place = 0 if need is Need.FIRST else 1
            found = confirming[place] if len(confirming) > place else None
            made.append(Met(need, found is not None, found))
    return made
