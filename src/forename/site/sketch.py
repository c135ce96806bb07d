"""A sketch of positions in metres: what a page draws without a script or a base map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from forename.notation.positions import METRES_PER_DEGREE, beside

WIDTH = 640.0
HEIGHT = 420.0
MARGIN = 36.0
LEAST_M = 60.0  # a sketch shows at least so much ground, so that a point is not a blot


@dataclass(frozen=True)
class Drawn:
    """A position to draw: its geometry, its circle, whether it is the accepted one."""

    number: int
    label: str
    how: str
    geometry: dict[str, Any]
    latitude: float
    longitude: float
    uncertainty_m: float
    accepted: bool = False
    anchor: tuple[str, float, float] | None = None  # name, latitude, longitude


@dataclass(frozen=True)
class Mark:
    """What the sketch draws for a position, in its own units."""

    number: int
    label: str
    how: str
    accepted: bool
    x: float
    y: float
    radius: float
    path: str


@dataclass(frozen=True)
class Sketch:
    """A drawing with its scale: marks, anchors, and a bar of so many metres."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    anchors: tuple[tuple[str, float, float], ...]
    bar_px: float
    bar_m: float


def sketch(positions: Sequence[Drawn]) -> Sketch | None:
    """Return the sketch of positions, north up, None where there are none."""
    if not positions:
        return None
    points = [point for each in positions for point in _extent(each)]
    middle_lat = (min(p[1] for p in points) + max(p[1] for p in points)) / 2
    longitudes = [beside(p[0], points[0][0]) for p in points]
    middle_lon = (min(longitudes) + max(longitudes)) / 2
    east = METRES_PER_DEGREE * max(0.01, math.cos(math.radians(middle_lat)))

    def metres(point: Sequence[float]) -> tuple[float, float]:
        x = (beside(point[0], middle_lon) - middle_lon) * east
        return x, (point[1] - middle_lat) * METRES_PER_DEGREE

    wide = max(LEAST_M, 2 * max(abs(metres(p)[0]) for p in points))
    high = max(LEAST_M, 2 * max(abs(metres(p)[1]) for p in points))
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)

    def placed(point: Sequence[float]) -> tuple[float, float]:
        x, y = metres(point)
        return round(WIDTH / 2 + x * scale, 1), round(HEIGHT / 2 - y * scale, 1)

    marks = []
    anchors = {}
    for each in positions:
        x, y = placed((each.longitude, each.latitude))
        marks.append(
            Mark(
                each.number, each.label, each.how, each.accepted, x, y,
                round(each.uncertainty_m * scale, 1), _path(each.geometry, placed),
            )
        )  # fmt: skip
        if each.anchor is not None:
            name, latitude, longitude = each.anchor
            anchors[name] = (name, *placed((longitude, latitude)))
    bar = round_length(WIDTH / 4 / scale)
    return Sketch(WIDTH, HEIGHT, tuple(marks), tuple(anchors.values()), round(bar * scale, 1), bar)


def round_length(most_m: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above ``most_m``."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return next(power * step for step in (5, 2, 1) if power * step <= most_m * (1 + 1e-9))


def _extent(each: Drawn) -> Iterable[Sequence[float]]:
    if each.how == "point":
        north = each.uncertainty_m / METRES_PER_DEGREE
        across = north / max(0.01, math.cos(math.radians(each.latitude)))
        yield each.longitude - across, each.latitude - north
        yield each.longitude + across, each.latitude + north
    else:
        yield from each.geometry["coordinates"][0]
    if each.anchor is not None:
        yield each.anchor[2], each.anchor[1]


def _path(geometry: dict[str, Any], placed: Any) -> str:
    """Return the SVG path of a polygon with its holes, '' for a point."""
    if geometry["type"] != "Polygon":
        return ""
    rings = []
    for ring in geometry["coordinates"]:
        corners = " L".join(f"{x} {y}" for x, y in map(placed, ring))
        rings.append(f"M{corners}Z")
    return " ".join(rings)
