"""Outlines of contexts in the local metres of a grave: read, checked, measured.

An outline is written one corner a line, ``x y`` in metres: x along the grid's first axis, y along
the second, a quarter turn to the left of it. Semicolons may stand for new lines.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forename.notation.numbers import western_digits
from forename.notation.positions import geod

Point = tuple[float, float]
Outline = tuple[Point, ...]

MOST_CORNERS = 1_000
FARTHEST_M = 1_000.0  # a grave whose grid reaches farther has its origin in the wrong place
_MICRON = 1e-6
_COMMA_IN_NUMBER = re.compile(r"(?<=\d)[,٫](?=\d)")
_NUMBER = re.compile(r"[-+]?\d{1,9}(?:\.\d*)?")


def read_outline(text: str) -> Outline:
    """Return the corners that a text gives, () for an empty one; raise ValidationError."""
    # An export of ours puts a quote before a cell that could be a formula: '-0.5 1.
    plain = western_digits(text.lstrip("'")).replace("−", "-").replace("،", ",")
    lines = [line.strip() for line in re.split(r"[\n;؛]", plain)]
    written = [(number, line) for number, line in enumerate(lines, 1) if line]
    if len(written) > MOST_CORNERS + 1:
        raise ValidationError(
            _(
                "An outline has at most %(most)s corners, this one has %(count)s. Leave out "
                "corners that lie on straight sides."
            )
            % {"most": MOST_CORNERS, "count": len(written)}
        )
    return checked_outline([_corner(number, line) for number, line in written])


def write_outline(outline: Sequence[Sequence[float]] | None) -> str:
    """Return an outline as it is typed, one corner a line."""
    return "\n".join(f"{x:.10g} {y:.10g}" for x, y in outline or ())


def checked_outline(corners: Sequence[Point]) -> Outline:
    """Return corners without repeated ones; raise ValidationError where they bound no area."""
    ring: list[Point] = []
    for number, (x, y) in enumerate(corners, 1):
        if not (math.isfinite(x) and math.isfinite(y)) or max(abs(x), abs(y)) > FARTHEST_M:
            raise ValidationError(
                _(
                    "Corner %(number)s lies more than %(most)s m from the origin of the grid. "
                    "Write local metres, not map coordinates."
                )
                % {"number": number, "most": int(FARTHEST_M)}
            )
        if not ring or not _same(ring[-1], (x, y)):
            ring.append((x, y))
    if len(ring) > 1 and _same(ring[0], ring[-1]):
        ring.pop()
    if not ring:
        return ()
    if len(ring) > MOST_CORNERS:
        raise ValidationError(
            _("An outline has at most %(most)s corners, this one has %(count)s.")
            % {"most": MOST_CORNERS, "count": len(ring)}
        )
    if len(ring) < 3:
        raise ValidationError(
            _("An outline needs three corners or more; %(count)s differ here.")
            % {"count": len(ring)}
        )
    crossing = crossing_sides(ring)
    if crossing is not None:
        one, other = crossing
        raise ValidationError(
            _(
                "The outline crosses itself: the side after corner %(one)s meets the side after "
                "corner %(other)s. Write the corners in the order in which one walks around."
            )
            % {"one": one + 1, "other": other + 1}
        )
    if area_m2(ring) < _MICRON:
        raise ValidationError(_("The corners lie on one line; an outline bounds an area."))
    return tuple(ring)


def on_the_globe(
    outline: Sequence[Sequence[float]], origin: Point, grid_bearing_deg: float
) -> dict[str, Any]:
    """Return an outline as a GeoJSON polygon; ``origin`` is the grid's latitude and longitude."""
    latitude, longitude = origin
    ring = []
    for x, y in [*outline, outline[0]]:
        bearing = grid_bearing_deg + math.degrees(math.atan2(x, y))
        lon, lat, _back = geod().fwd(longitude, latitude, bearing, math.hypot(x, y))
        ring.append([round(lon, 9), round(lat, 9)])
    return {"type": "Polygon", "coordinates": [ring]}


def area_m2(ring: Sequence[Sequence[float]]) -> float:
    """Return the area inside an outline in square metres."""
    return abs(_twice_signed_area(ring)) / 2


def crossing_sides(ring: Sequence[Point]) -> tuple[int, int] | None:
    """Return two sides of a ring that meet where they should not, None where there are none.

    A side is named by its first corner, from 0. Sides are swept in the order of x, so that
    only those that overlap in x are compared.
    """
    count = len(ring)
    sides = [(ring[i], ring[(i + 1) % count]) for i in range(count)]
    spans = [(min(a[0], b[0]), max(a[0], b[0])) for a, b in sides]
    heights = [(min(a[1], b[1]), max(a[1], b[1])) for a, b in sides]
    open_sides: list[int] = []
    for i in sorted(range(count), key=lambda i: spans[i]):
        open_sides = [j for j in open_sides if spans[j][1] >= spans[i][0]]
        for j in open_sides:
            if heights[j][1] < heights[i][0] or heights[i][1] < heights[j][0]:
                continue
            first, second = min(i, j), max(i, j)
            if count > 3 and second - first in (1, count - 1):
                middle = second if second - first == 1 else first
                if _doubles_back(ring[middle - 1], ring[middle], ring[(middle + 1) % count]):
                    return first, second
            elif count > 3 and _meet(*sides[first], *sides[second]):
                return first, second
        open_sides.append(i)
    return None


def label_point(ring: Sequence[Sequence[float]]) -> Point:
    """Return a point inside an outline for its label: its centre of area where that is inside,
    else the middle of the longest stretch inside at the height of the centre.
    """
    centre = _centre(ring)
    crossings = sorted(_crossings(ring, centre[1]))
    stretches = list(zip(crossings[::2], crossings[1::2], strict=False))
    if not stretches or any(left < centre[0] < right for left, right in stretches):
        return centre
    left, right = max(stretches, key=lambda stretch: stretch[1] - stretch[0])
    return (left + right) / 2, centre[1]


def encloses(ring: Sequence[Sequence[float]], point: Point) -> bool:
    """Tell whether a point lies inside an outline."""
    return sum(x > point[0] for x in _crossings(ring, point[1])) % 2 == 1


def _corner(number: int, line: str) -> Point:
    spaced = re.search(r"\s", line) is not None
    parts = re.split(r"[\s,]+", _COMMA_IN_NUMBER.sub(".", line)) if spaced else line.split(",")
    numbers = [part for part in parts if part]
    if len(numbers) != 2 or not all(map(_NUMBER.fullmatch, numbers)):
        raise ValidationError(
            _("Line %(number)s, “%(line)s”, is not two numbers in metres such as 1.25 0.80.")
            % {"number": number, "line": line[:40]}
        )
    return float(numbers[0]), float(numbers[1])


def _same(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) < _MICRON and abs(one[1] - other[1]) < _MICRON


def _turn(a: Point, b: Point, c: Point) -> float:
    """Return twice the area of a triangle, positive where it turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Point, b: Point, c: Point) -> bool:
    """Tell whether c, on the line through a and b, lies between them."""
    return min(a[0], b[0]) <= c[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= c[1] <= max(a[1], b[1])


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    one, two, three, four = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if one * two < 0 and three * four < 0:
        return True
    return (
        (one == 0 and _between(a, b, c))
        or (two == 0 and _between(a, b, d))
        or (three == 0 and _between(c, d, a))
        or (four == 0 and _between(c, d, b))
    )


def _doubles_back(before: Point, corner: Point, after: Point) -> bool:
    """Tell whether a side runs back over the side before it."""
    ahead = (corner[0] - before[0]) * (after[0] - corner[0])
    ahead += (corner[1] - before[1]) * (after[1] - corner[1])
    return _turn(before, corner, after) == 0 and ahead < 0


def _twice_signed_area(ring: Sequence[Sequence[float]]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)


def _centre(ring: Sequence[Sequence[float]]) -> Point:
    x0, y0 = ring[0]
    moved = [(x - x0, y - y0) for x, y in ring]  # near the origin, so that digits are not lost
    twice = _twice_signed_area(moved)
    x = y = 0.0
    for a, b in zip(moved, [*moved[1:], moved[0]], strict=True):
        part = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * part
        y += (a[1] + b[1]) * part
    return x0 + x / (3 * twice), y0 + y / (3 * twice)


def _crossings(ring: Sequence[Sequence[float]], y: float) -> list[float]:
    """Return where a horizontal line crosses the sides of an outline."""
    found = []
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (a[1] <= y) != (b[1] <= y):
            found.append(a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1]))
    return found
