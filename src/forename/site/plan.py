"""The plan of a grave in its local coordinates, laid out in millimetres on A4 at a true scale."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forename.site.outlines import Point, encloses, label_point

# A4 has 178 mm between its margins; a browser shrinks a page that is wider than that with padding,
# and the scale would no longer be true.
WIDTH_MM = 172.0
FRAME_HIGH_MM = 196.0  # of the drawn ground: title, scale and legend stay on the sheet
EDGE_MM = 9.0  # around the drawn ground, for the figures of the grid
AROUND_MM = 7.0  # ground left free around the outlines
GRID_MM = 14.0  # lines of the grid are at least so far apart
LEAST_M = 1.0  # a plan shows at least so much ground
FIRST_SCALES = (20, 50, 100)
MOST_TRIED = 12  # corners of an outline near which its label may stand
LABEL_MM = 3.2  # height of a label
SQUARE_MM = 10.0  # labels are compared within squares of the sheet
LETTER_MM = 1.9  # width of a letter of a label

Span = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Outlined:
    """A context to draw: its label, type, corners in local metres, depths, page."""

    code: str
    label: str
    kind: str
    corners: tuple[Point, ...]
    top_m: float | None = None
    bottom_m: float | None = None
    address: str = ""
    chosen: bool = False

    @property
    def depth_m(self) -> float | None:
        """Return the depth that orders and shades it: its top, else its bottom."""
        return self.top_m if self.top_m is not None else self.bottom_m


@dataclass(frozen=True)
class Label:
    """Where a label stands, in millimetres, and the point inside its outline that it names."""

    x: float
    y: float
    inside: Point
    moved: bool


@dataclass(frozen=True)
class Shape:
    """An outline on paper: corners in millimetres, and its lightness from 0 dark to 1 light."""

    of: Outlined
    corners: tuple[Point, ...]
    lightness: float | None
    label: Label


@dataclass(frozen=True)
class Plan:
    """A plan on paper. Lengths are millimetres, y runs down; ``scale`` is 50 for 1:50.

    ``across`` and ``up`` are the lines of the grid: where they stand and their local metres.
    ``depths`` are the least and greatest depth drawn, None where none is recorded.
    """

    scale: int
    left: float
    top: float
    width: float
    height: float
    shapes: tuple[Shape, ...]
    across: tuple[tuple[float, float], ...]
    up: tuple[tuple[float, float], ...]
    bar_m: float
    depths: tuple[float, float] | None

    @property
    def bar_mm(self) -> float:
        """Return the length of the scale bar on paper."""
        return self.bar_m * 1000 / self.scale


def lay_out_plan(outlined: Sequence[Outlined]) -> Plan | None:
    """Return the plan of outlines, drawn from the deepest to the shallowest; None for none."""
    drawn = [each for each in outlined if each.corners]
    if not drawn:
        return None
    xs = [x for each in drawn for x, _ in each.corners]
    ys = [y for each in drawn for _, y in each.corners]
    wide = max(LEAST_M, max(xs) - min(xs))
    high = max(LEAST_M, max(ys) - min(ys))
    scale = _scale(wide, high)
    mm_per_m = 1000 / scale
    width, height = wide * mm_per_m + 2 * AROUND_MM, high * mm_per_m + 2 * AROUND_MM
    left, top = (WIDTH_MM - width) / 2, EDGE_MM
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2

    def placed(point: Point) -> Point:
        return (
            left + width / 2 + (point[0] - middle[0]) * mm_per_m,
            top + height / 2 - (point[1] - middle[1]) * mm_per_m,
        )

    step = next(s for s in _round_lengths() if s * mm_per_m >= GRID_MM)
    depths = [each.depth_m for each in drawn if each.depth_m is not None]
    span = (min(depths), max(depths)) if depths else None
    # Deepest first; what has no depth is only a line and hides nothing.
    order = sorted(drawn, key=lambda e: (e.depth_m is None, -(e.depth_m or 0), e.code))
    wanted = [
        (e, placed(label_point(e.corners)), [placed(corner) for corner in e.corners])
        for e in reversed(order)
    ]
    labels = _labels(wanted, (left, top, left + width, top + height))
    shapes = tuple(
        Shape(e, tuple(map(placed, e.corners)), _lightness(e.depth_m, span), labels[e.code])
        for e in order
    )
    return Plan(
        scale, left, top, width, height, shapes,
        tuple((placed((m, 0))[0], m) for m in _steps(middle[0], width / mm_per_m, step)),
        tuple((placed((0, m))[1], m) for m in _steps(middle[1], height / mm_per_m, step)),
        next(s for s in _round_lengths() if s * mm_per_m >= 30),
        span,
    )  # fmt: skip


def _scale(wide_m: float, high_m: float) -> int:
    """Return the first of 1:20, 1:50, 1:100, 1:200, 1:500 … at which the ground fits."""
    scale = FIRST_SCALES[0]
    steps = _round_lengths(1)
    while (
        wide_m * 1000 / scale > WIDTH_MM - 2 * (AROUND_MM + EDGE_MM)
        or high_m * 1000 / scale > FRAME_HIGH_MM - 2 * AROUND_MM
    ):
        scale = next(s for s in map(round, steps) if s > scale)
    return scale


def _round_lengths(power: int = -2) -> Iterator[float]:
    """Yield 1, 2 and 5 times the powers of ten from 0.01 on."""
    while True:
        yield from (step * 10.0**power for step in (1, 2, 5))
        power += 1


def _steps(middle_m: float, length_m: float, step_m: float) -> Iterator[float]:
    first = math.ceil((middle_m - length_m / 2) / step_m - 1e-9)
    last = math.floor((middle_m + length_m / 2) / step_m + 1e-9)
    yield from (round(number * step_m, 6) for number in range(first, last + 1))


def _lightness(depth: float | None, span: tuple[float, float] | None) -> float | None:
    if depth is None or span is None:
        return None
    least, most = span
    return 1.0 if most == least else 1 - (depth - least) / (most - least)


def _labels(
    wanted: Sequence[tuple[Outlined, Point, Sequence[Point]]], frame: Span
) -> dict[str, Label]:
    """Return where each label stands: on its outline, else at the nearest free place around.

    The shallowest are placed first. Where nothing near is free, a label stays on its outline.
    """
    taken: dict[tuple[int, int], list[Span]] = defaultdict(list)  # by squares of the sheet
    made = {}
    for each, inside, corners in wanted:
        wide = max(2, len(each.label)) * LETTER_MM
        found = None
        for x, y, moved in _places(inside, corners, wide):
            box = (x - wide / 2, y - LABEL_MM / 2, x + wide / 2, y + LABEL_MM / 2)
            near = [other for square in _squares(box) for other in taken[square]]
            if _inside(box, frame) and not any(_overlap(box, other) for other in near):
                found = Label(x, y, inside, moved)
                for square in _squares(box):
                    taken[square].append(box)
                break
        made[each.code] = found or Label(*inside, inside, moved=False)
    return made


def _places(
    point: Point, corners: Sequence[Point], wide: float
) -> Iterator[tuple[float, float, bool]]:
    """Yield a point, places within the outline near its corners, then places farther and farther
    away, which need a line to the point.
    """
    yield *point, False
    for corner in corners[:MOST_TRIED]:
        x, y = ((7 * c + 2 * p) / 9 for c, p in zip(corner, point, strict=True))
        if encloses(corners, (x, y)):
            yield x, y, False
    for ring in range(1, 7):
        for turn in (90, 270, 0, 180, 45, 135, 225, 315):
            angle = math.radians(turn)
            x = point[0] + math.cos(angle) * ring * (LABEL_MM + wide / 4)
            yield x, point[1] - math.sin(angle) * ring * (LABEL_MM + 0.6), True


def _squares(box: Span) -> Iterator[tuple[int, int]]:
    for column in range(int(box[0] // SQUARE_MM), int(box[2] // SQUARE_MM) + 1):
        for row in range(int(box[1] // SQUARE_MM), int(box[3] // SQUARE_MM) + 1):
            yield column, row


def _inside(box: Span, frame: Span) -> bool:
    return box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
