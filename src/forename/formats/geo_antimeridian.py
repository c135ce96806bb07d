"""Outlines across the antimeridian: cut at it as RFC 7946 asks, and joined again.

Elsewhere an outline is one ring whose longitudes jump from 180 to -180; a map program would draw
that around the whole globe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from forename.notation.positions import beside

Ring = list[list[float]]
Corner = tuple[Decimal, Decimal]  # longitude, latitude


def whole(ring: Sequence[Sequence[float]], beside_of: float | None = None) -> Ring:
    """Return a ring without jumps: its longitudes may be beyond 180 or -180.

    They are counted from ``beside_of``, else from the first corner.
    """
    last = ring[0][0] if beside_of is None else beside_of
    made: Ring = []
    for longitude, latitude, *_ in ring:
        last = beside(longitude, last)
        made.append([last, latitude])
    return made


def unwrapped(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a geometry whose outlines do not jump, as map scripts and SVG draw them."""
    if geometry["type"] != "Polygon":
        return dict(geometry)
    outer, *holes = geometry["coordinates"]
    first = outer[0][0]
    return {**geometry, "coordinates": [whole(outer), *(whole(hole, first) for hole in holes)]}


def cut(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a geometry with an outline across the antimeridian cut there, into parts."""
    if geometry["type"] != "Polygon":
        return dict(geometry)
    rings = unwrapped(geometry)["coordinates"]
    if all(abs(point[0]) <= 180 for point in rings[0]):
        return dict(geometry)
    parts = []
    for turn in (-360.0, 0.0, 360.0):  # a part for every turn of the globe that it reaches
        clipped = [_clipped(ring, turn - 180, turn + 180) for ring in rings]
        if clipped[0]:
            inside = [ring for ring in clipped if ring]
            parts.append([[[x - turn, y] for x, y in ring] for ring in inside])
    return {"type": "MultiPolygon", "coordinates": parts}


def _clipped(ring: Ring, west: float, east: float) -> Ring:
    """Return the part of a closed ring between two meridians, closed; [] for none."""
    corners = ring[:-1]
    for meridian, side in ((west, 1.0), (east, -1.0)):
        kept: Ring = []
        for before, corner in zip([*corners[-1:], *corners], corners, strict=False):
            inside = [(each[0] - meridian) * side >= 0 for each in (before, corner)]
            if inside[0] != inside[1] and meridian not in (before[0], corner[0]):
                part = (meridian - before[0]) / (corner[0] - before[0])
                kept.append([meridian, before[1] + part * (corner[1] - before[1])])
            if inside[1]:
                kept.append(corner)
        corners = [each for i, each in enumerate(kept) if each != kept[i - 1]]
    if len({tuple(each) for each in corners}) < 3 or len({each[0] for each in corners}) < 2:
        return []
    return [*corners, corners[0]]


def joined(one: Sequence[Corner], other: Sequence[Corner]) -> tuple[Corner, ...] | None:
    """Return two outlines (not closed) that were cut at the antimeridian as one, else None.

    They share one side, at 180 of one and -180 of the other; corners that only the cut had made
    are left out.
    """
    for first, second in ((one, other), (other, one)):
        ends = _side(first, Decimal(180)), _side(second, Decimal(-180))
        if ends[0] is None or ends[1] is None:
            continue
        left = [*first[ends[0] :], *first[: ends[0]]]
        right = [(x + 360, y) for x, y in (*second[ends[1] :], *second[: ends[1]])]
        if (left[0], left[-1]) != (right[-1], right[0]):
            continue
        ring = [*left, *right[1:-1]]
        made_by_cut = {left[0], left[-1]}
        following = [*ring[1:], ring[0]]
        kept = [
            each
            for before, each, after in zip([ring[-1], *ring], ring, following, strict=False)
            if each not in made_by_cut or _turns(before, each, after)
        ]
        return tuple((x - 360 if x > 180 else x, y) for x, y in kept)
    return None


def _side(ring: Sequence[Corner], meridian: Decimal) -> int | None:
    """Return where the one side on a meridian ends, None where there is none, or several."""
    found = [i for i, each in enumerate(ring) if each[0] == ring[i - 1][0] == meridian]
    return found[0] if len(found) == 1 else None


def _turns(before: Corner, corner: Corner, after: Corner) -> bool:
    """Tell whether an outline turns at a corner, by more than a centimetre or so."""
    (x0, y0), (x1, y1), (x2, y2) = before, corner, after
    across, up = x2 - x0, y2 - y0
    turn = (x1 - x0) * up - (y1 - y0) * across
    return abs(turn) > Decimal("1e-7") * (abs(across) + abs(up))
