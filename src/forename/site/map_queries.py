"""Reads of the map: where sites are shown, which of them are asked for, what is said of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, CharField, Count, F, Max, Min, QuerySet
from django.db.models.functions import Cast

from forename.accounts.access import Actor
from forename.site.map_points import Box, Cluster, Spot, degrees_across
from forename.site.models import PositionClaim, Site
from forename.site.places import metres_between

SPOT_PX = 16.0  # far below what parts two symbols
EDGES = {
    "west": Min("shown_longitude"),
    "south": Min("shown_latitude"),
    "east": Max("shown_longitude"),
    "north": Max("shown_latitude"),
}


def placed(rows: QuerySet[Any], box: Box | None = None) -> QuerySet[Any]:
    """Return those of the sites that have a place on maps, in a box where one is given."""
    rows = rows.order_by()
    if box is None:
        return rows.filter(shown_latitude__isnull=False)
    return rows.filter(
        shown_latitude__range=(box.south, box.north), shown_longitude__range=(box.west, box.east)
    )


def around(rows: QuerySet[Any]) -> tuple[int, Box | None]:
    """Return how many of the sites have a place on maps, and the box around these."""
    found = placed(rows).aggregate(count=Count("pk"), **EDGES)
    count = found.pop("count")
    return count, Box(**found) if count else None


def spots(rows: QuerySet[Any], zoom: float, box: Box | None = None) -> list[Spot]:
    """Return the places of sites at a zoom, those within a few pixels of each other as one.

    The database puts them together: a room may have more sites than a page has time to read.
    """
    degrees = degrees_across(SPOT_PX, zoom)
    found = (
        placed(rows, box)
        .annotate(
            # Degrees are shifted to be above zero, where all databases cut or round alike.
            row=Cast((F("shown_latitude") + 90) / degrees, BigIntegerField()),
            column=Cast((F("shown_longitude") + 180) / degrees, BigIntegerField()),
        )
        .values("row", "column")
        .annotate(count=Count("pk"), key=Min(Cast("pk", CharField())), **EDGES)
        .order_by("row", "column")  # in one order, so that the same sites make the same clusters
    )
    return [
        Spot(each["count"], Box(*(each[edge] for edge in EDGES)), UUID(each["key"]))
        for each in found
    ]


def members(rows: QuerySet[Any], cluster: Cluster, most: int) -> list[Any]:
    """Return the sites in a cluster's box, the first so many of them."""
    return list(placed(rows, cluster.box).order_by("pk")[:most])


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
    rows = PositionClaim.objects.visible_to(actor).filter(
        site__in=[s.pk for s in listed], withdrawn_at__isnull=True
    )
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
    return Box(west, south, east, north) if west <= east and south <= north else None


def asked_zoom(asked: Mapping[str, str]) -> float:
    """Return the zoom that an address asks for, from 0 (the world) to 20."""
    try:
        zoom = float(asked.get("zoom", "0"))
    except ValueError:
        return 0.0
    return min(20.0, max(0.0, zoom))  # in this order NaN gives 0
