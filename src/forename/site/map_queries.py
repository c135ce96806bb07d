"""Reads of the map: where sites are shown, which of them are asked for, what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from forename.accounts.access import Actor
from forename.site.models import PositionClaim, Site
from forename.site.places import metres_between

Point = tuple[UUID, float, float]  # a site's key, latitude, longitude
Box = tuple[float, float, float, float]  # west, south, east, north


def shown_points(rows: QuerySet[Any], box: Box | None = None) -> list[Point]:
    """Return where sites are shown: at the accepted position, else at the latest that was given.

    Sites without any position have no place. ``rows`` are sites that the asker may see.
    """
    rows = rows.order_by()
    accepted = rows.filter(accepted_position__isnull=False)
    if box is not None:
        west, south, east, north = box
        accepted = accepted.filter(
            accepted_position__latitude__range=(south, north),
            accepted_position__longitude__range=(west, east),
        )
    names = ("pk", "accepted_position__latitude", "accepted_position__longitude")
    points: list[Point] = list(accepted.values_list(*names))
    said = PositionClaim.objects.filter(
        site__in=rows.filter(accepted_position__isnull=True).values("pk")
    ).order_by("created_at", "pk")
    latest: dict[UUID, Point] = {
        key: (key, latitude, longitude)
        for key, latitude, longitude in said.values_list("site_id", "latitude", "longitude")
    }
    points += [each for each in latest.values() if box is None or _within(each, box)]
    # In one order, so that the same sites make the same clusters.
    return sorted(points, key=lambda point: point[0].int)


def placed(rows: QuerySet[Any]) -> tuple[int, Box | None]:
    """Return how many sites have a position, and the box around where they may be shown.

    Counted by the database: a room may have more sites than a page has time to read.
    """
    rows = rows.order_by()
    accepted = rows.filter(accepted_position__isnull=False)
    said = PositionClaim.objects.filter(
        site__in=rows.filter(accepted_position__isnull=True).values("pk")
    )
    found = [
        accepted.aggregate(count=Count("pk"), **_edges("accepted_position__")),
        said.aggregate(count=Count("site", distinct=True), **_edges("")),
    ]
    found = [each for each in found if each["count"]]
    if not found:
        return 0, None
    west, south = (min(each[edge] for each in found) for edge in ("west", "south"))
    east, north = (max(each[edge] for each in found) for edge in ("east", "north"))
    return sum(each["count"] for each in found), (west, south, east, north)


def _edges(of: str) -> dict[str, Any]:
    latitude, longitude = f"{of}latitude", f"{of}longitude"
    return {
        "west": Min(longitude),
        "south": Min(latitude),
        "east": Max(longitude),
        "north": Max(latitude),
    }


def _within(point: Point, box: Box) -> bool:
    _, latitude, longitude = point
    west, south, east, north = box
    return south <= latitude <= north and west <= longitude <= east


@dataclass(frozen=True)
class ShownSite:
    """A site as the map shows it.

    ``claim`` is the accepted position, else the latest (None without any); ``others`` are the
    site's further positions, ``apart`` those of them whose circle does not reach the shown one:
    both cannot be right.
    """

    site: Site
    claim: PositionClaim | None
    others: tuple[PositionClaim, ...]
    apart: tuple[PositionClaim, ...]

    @property
    def accepted(self) -> bool:
        """Tell whether the position shown is the accepted one."""
        return self.claim is not None and self.claim.pk == self.site.accepted_position_id


def shown_sites(actor: Actor, sites: Iterable[Site]) -> list[ShownSite]:
    """Return sites with their positions, in the order given."""
    listed = list(sites)
    claims: dict[Any, list[PositionClaim]] = {}
    rows = PositionClaim.objects.visible_to(actor).filter(site__in=[s.pk for s in listed])
    for claim in rows.order_by("created_at", "pk"):
        claims.setdefault(claim.site_id, []).append(claim)
    return [_shown(site, claims.get(site.pk, [])) for site in listed]


def _shown(site: Site, claims: list[PositionClaim]) -> ShownSite:
    if not claims:
        return ShownSite(site, None, (), ())
    shown = next((c for c in claims if c.pk == site.accepted_position_id), claims[-1])
    others = tuple(c for c in claims if c.pk != shown.pk)
    at = (shown.latitude, shown.longitude)
    apart = tuple(
        c
        for c in others
        if metres_between(at, (c.latitude, c.longitude)) > shown.uncertainty_m + c.uncertainty_m
    )
    return ShownSite(site, shown, others, apart)


def asked_box(asked: Mapping[str, str]) -> Box | None:
    """Return the box that an address asks for as west,south,east,north, None for all."""
    parts = asked.get("within", "").split(",")
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        return None
    # A comparison with NaN is false, so that it is refused as well.
    return (west, south, east, north) if west <= east and south <= north else None


def asked_zoom(asked: Mapping[str, str]) -> float:
    """Return the zoom that an address asks for, from 0 (the world) to 20."""
    try:
        zoom = float(asked.get("zoom", "0"))
    except ValueError:
        return 0.0
    return min(20.0, max(0.0, zoom))  # in this order NaN gives 0
