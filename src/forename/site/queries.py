"""Reads of sites: where they are, how far they have come, what they wait for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.utils import timezone
from django.utils.translation import get_language

from forename.accounts.access import Actor
from forename.notation.folding import search_key
from forename.records.listing import with_words
from forename.site import gazetteer
from forename.site.models import (
    Condition,
    Confirmation,
    NamedPlace,
    PositionClaim,
    Sensitivity,
    Site,
    SiteStep,
)
from forename.site.places import Anchor, LatLon, ReadPlace, UnreadPlace, metres_between, read_place
from forename.site.rules import (
    BEFORE_DIGGING,
    CONFIRMERS,
    REQUIRED,
    ConditionKind,
    Facts,
    Need,
    Rung,
    confirmers,
    stands,
)

MOST_ANCHORS = 20
ONE_PLACE_M = 1000  # two records of one name so near are one place, recorded twice
FAR_M = 200_000
SITE_PREFIX = "S-"
SAME_PLACE_M = 5000  # a village is as wide, and points of it differ by as much
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


def find_anchors(by: Actor, name: str, *, open_only: bool = False) -> Sequence[Anchor]:
    """Return the places that a name can mean: sites with an accepted position, then villages.

    ``open_only`` leaves out protected sites: a position of another site would tell where they are.

    Of the shipped places those are left out that lie beside a place of the name which the
    operation added itself: its own point holds.
    """
    asked = search_key([name])
    rows: QuerySet[Any] = Site.objects.visible_to(by).filter(accepted_position__isnull=False)
    if open_only:
        rows = rows.exclude(sensitivity=Sensitivity.PROTECTED)
    rows = with_words(rows, name)
    found = []
    for site in rows.select_related("accepted_position")[:MOST_ANCHORS]:
        names = (site.code, site.name, site.name_ar, *site.other_names.splitlines())
        if asked and asked in {search_key([each]) for each in names}:
            place = site.accepted_position
            found.append(Anchor(site.title(), place.latitude, place.longitude, site.code))
    own = [
        Anchor(place.title(), place.latitude, place.longitude, place.parts())
        for place in _own_places(by, name)
    ]
    shipped = [
        each
        for each in gazetteer.find(name, arabic=in_arabic())
        if all(_apart_m(each, o) > SAME_PLACE_M for o in own)
    ]
    return [*found, *own, *shipped]


def own_places(by: Actor, query: str) -> QuerySet[Any]:
    """Return the places that the operation added and that hold every word of a query.

    They stand in the order of their names in the reader's language; in Arabic, those without an
    Arabic name come last.
    """
    rows: QuerySet[Any] = NamedPlace.objects.visible_to(by).select_related("operation")
    rows = with_words(rows, query)
    if not in_arabic():
        return rows.order_by("name", "pk")
    unnamed = Case(When(name_ar="", then=1), default=0)
    return rows.order_by(unnamed, "name_ar", "name", "pk")


def in_arabic() -> bool:
    """Tell whether the reader's language is Arabic."""
    return (get_language() or "").startswith("ar")


def _own_places(by: Actor, name: str) -> list[NamedPlace]:
    mark = gazetteer.spelling_mark(name)
    if not mark or len(name) > gazetteer.LONGEST_NAME:
        return []
    rows = NamedPlace.objects.visible_to(by).filter(search_key__contains=mark)
    return list(rows.order_by("governorate", "name", "pk")[:MOST_ANCHORS])


def _apart_m(one: Anchor, other: Anchor) -> float:
    return metres_between(one.at, other.at)


def candidates(by: Actor, words: str) -> list[tuple[str, str]]:
    """Return the places that words may start from where there are several: coordinates, name."""
    try:
        read_place(words, lambda name: find_anchors(by, name), area_of(by.operation))
    except UnreadPlace as unread:
        return [
            (f"{a.latitude:.5f}, {a.longitude:.5f}", f"{a.name} ({a.about})" if a.about else a.name)
            for a in unread.anchors
        ]
    return []


def place_named_there(by: Actor, name: str, at: LatLon) -> NamedPlace | None:
    """Return the place of this name that the operation has added within 1 km, None for none."""
    return next(
        (
            p
            for p in _own_places(by, name)
            if metres_between((p.latitude, p.longitude), at) < ONE_PLACE_M
        ),
        None,
    )


def site_of_code(by: Actor, code: str) -> Site | None:
    """Return the site of a code among those that the actor may see, None for none."""
    if not code.startswith(SITE_PREFIX):
        return None
    found: Site | None = Site.objects.visible_to(by).filter(code=code.upper()).first()
    return found


def same_position(
    by: Actor, site: Site, words: str, uncertainty_m: float | None
) -> PositionClaim | None:
    """Return the claim about a site that says what these words say, None for none."""
    open_only = site.sensitivity != Sensitivity.PROTECTED
    place = read_place(
        words, lambda name: find_anchors(by, name, open_only=open_only), area_of(by.operation)
    )
    radius = max(place.uncertainty_m, uncertainty_m or 0.0)
    rows = PositionClaim.objects.filter(site=site)
    for claim in rows.order_by("created_at"):
        apart = metres_between((claim.latitude, claim.longitude), (place.latitude, place.longitude))
        # Exports round degrees to a decimetre and uncertainties to a decimetre.
        if apart <= 0.3 and abs(claim.uncertainty_m - radius) <= max(0.3, 0.001 * radius):
            return claim  # type: ignore[no-any-return]
    return None


def perhaps_swapped(by: Actor, place: ReadPlace) -> bool:
    """Tell whether a place is far from the operation's others, and near with its two swapped."""
    at = (place.latitude, place.longitude)
    if abs(place.longitude) > 90:
        return False
    area = area_of(by.operation)
    if area is not None:
        far = metres_between(at, area)
        return far > FAR_M and 2 * metres_between(at[::-1], area) < far
    return not gazetteer.in_reach(*at) and gazetteer.in_reach(*at[::-1])


def names_of_places(operation: Any) -> list[str]:
    """Return the names of places that a text may hold: the operation's own, and the shipped."""
    rows = NamedPlace.objects.filter(operation=operation)
    own = [name for place in rows for name in place.names()]
    return list(dict.fromkeys([*own, *gazetteer.names()]))


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


def lacking(rows: QuerySet[Any], kinds: Collection[ConditionKind]) -> QuerySet[Any]:
    """Return the sites that need one of these conditions now or for their next rung and lack it.

    An authority is needed from the secured site on, the others from the authorised one.
    """
    today = timezone.localdate()
    standing = Condition.objects.filter(
        Q(until__isnull=True) | Q(until__gte=today),
        site=OuterRef("pk"),
        withdrawn_at__isnull=True,
        given_on__lte=today,
    )
    asked = Q(pk__in=[])
    # All that are needed at a height are looked up at once: each look-up costs as much as many.
    authority = [kind for kind in kinds if kind in REQUIRED[Rung.AUTHORISED]]
    for rungs, needed in (
        ((Rung.AUTHORISED, Rung.EXCAVATING), list(kinds)),
        ((Rung.SECURED,), authority),
    ):
        if needed:
            of_site = standing.filter(kind__in=needed).order_by().values("site")
            number = of_site.annotate(number=Count("kind", distinct=True)).values("number")
            stand = Coalesce(Subquery(number), 0)
            asked |= Q(LessThan(stand, len(needed)), status__in=rungs)
    return rows.filter(asked)


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
