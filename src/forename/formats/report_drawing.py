"""Drawings of a few simple shapes, as SVG for a page and as data for the PDF.

Units are CSS pixels; x runs right and y down. Colours come from one palette
that stays readable in black and white: what is filled and what is only outlined differ as well.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TypeAlias

INK = "#23262b"
QUIET = "#55585e"
RULE = "#c9c4b8"
PAPER = "#ffffff"
ACCENT = "#1f4e6b"
AGAINST = "#8a4b0f"

_SMALLEST = 0.85  # a drawing shrinks to this before it scrolls


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line; ``dashed`` for a link that is no descent."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: str = INK
    width: float = 1.2
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with optional round corners; an empty ``fill`` leaves it open."""

    x: float
    y: float
    width: float
    height: float
    fill: str = ""
    colour: str = ""
    line: float = 1.2
    radius: float = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle."""

    x: float
    y: float
    radius: float
    fill: str = ""
    colour: str = ""
    line: float = 1.2


@dataclass(frozen=True, slots=True)
class Shape:
    """A closed polygon."""

    points: tuple[tuple[float, float], ...]
    fill: str = ""
    colour: str = ""
    line: float = 1.2


@dataclass(frozen=True, slots=True)
class Label:
    """Text on its baseline; ``anchor`` is ``start`` (left), ``middle`` or ``end``.

    A ``turned`` label rises away from its anchor, as over a narrow column.
    """

    x: float
    y: float
    text: str
    size: float = 11
    anchor: str = "middle"
    colour: str = INK
    bold: bool = False
    turned: bool = False


Mark: TypeAlias = Line | Box | Disc | Shape | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """Marks on a sheet of ``width`` by ``height``, in the order in which they are painted."""

    width: float
    height: float
    marks: tuple[Mark, ...]

    def as_data(self) -> object:
        """Return width, height and marks as lists; the first item of a mark names its kind.

        Lines, and plain boxes, of one look that follow each other are one mark of many parts.
        """
        marks: list[list[object]] = []
        for mark in self.marks:
            parts, look = _mark_data(mark)
            last = marks[-1] if marks else None
            joins = look[0] in ("lines", "boxes")
            if joins and last is not None and [last[0], *last[2:]] == look:
                known = last[1]
                assert isinstance(known, list)
                known.append(parts)
            else:
                marks.append([look[0], [parts] if joins else parts, *look[1:]])
        return {"width": self.width, "height": self.height, "marks": marks}


def mirrored(drawing: Drawing) -> Drawing:
    """Return the drawing as it is read from right to left; its texts stay as they are.

    Not for drawings with an axis of numbers: a number line runs from left to right everywhere.
    """
    width = drawing.width
    anchors = {"start": "end", "end": "start"}

    def turned(mark: Mark) -> Mark:
        match mark:
            case Line():
                return replace(mark, x1=width - mark.x1, x2=width - mark.x2)
            case Box():
                return replace(mark, x=width - mark.x - mark.width)
            case Disc():
                return replace(mark, x=width - mark.x)
            case Shape():
                return replace(mark, points=tuple((width - x, y) for x, y in mark.points))
            case Label():
                anchor = anchors.get(mark.anchor, mark.anchor)
                return replace(mark, x=width - mark.x, anchor=anchor)

    return Drawing(width, drawing.height, tuple(turned(mark) for mark in drawing.marks))


def svg(drawing: Drawing, name: str, title: str) -> str:
    """Return the drawing as one SVG element; ``name`` is its id, ``title`` its description."""
    width, height = _number(drawing.width), _number(drawing.height)
    smallest = _number(drawing.width * _SMALLEST)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{escape(name)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="min-inline-size:{smallest}px">'
    )
    parts = [opening, f'<title id="{escape(name)}">{escape(title)}</title>']
    parts.extend(_mark_svg(mark) for mark in drawing.marks)
    parts.append("</svg>")
    return "".join(parts)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _paint(fill: str, colour: str, line: float, *, dashed: bool = False) -> str:
    paint = f'fill="{fill or "none"}"'
    if colour:
        paint += f' stroke="{colour}" stroke-width="{_number(line)}"'
    return paint + (' stroke-dasharray="4 3"' if dashed else "")


def _mark_svg(mark: Mark) -> str:
    n = _number
    match mark:
        case Line():
            dash = ' stroke-dasharray="4 3"' if mark.dashed else ""
            return (
                f'<line x1="{n(mark.x1)}" y1="{n(mark.y1)}" x2="{n(mark.x2)}" y2="{n(mark.y2)}" '
                f'stroke="{mark.colour}" stroke-width="{n(mark.width)}"{dash}/>'
            )
        case Box():
            radius = f' rx="{n(mark.radius)}"' if mark.radius else ""
            paint = _paint(mark.fill, mark.colour, mark.line, dashed=mark.dashed)
            return (
                f'<rect x="{n(mark.x)}" y="{n(mark.y)}" width="{n(mark.width)}" '
                f'height="{n(mark.height)}"{radius} {paint}/>'
            )
        case Disc():
            paint = _paint(mark.fill, mark.colour, mark.line)
            return f'<circle cx="{n(mark.x)}" cy="{n(mark.y)}" r="{n(mark.radius)}" {paint}/>'
        case Shape():
            points = " ".join(f"{n(x)},{n(y)}" for x, y in mark.points)
            return f'<polygon points="{points}" {_paint(mark.fill, mark.colour, mark.line)}/>'
        case Label():
            anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
            bold = ' font-weight="700"' if mark.bold else ""
            angle = 50 if mark.anchor == "end" else -50
            turn = f' transform="rotate({angle} {n(mark.x)} {n(mark.y)})"' if mark.turned else ""
            return (
                f'<text x="{n(mark.x)}" y="{n(mark.y)}" font-size="{n(mark.size)}" '
                f'fill="{mark.colour}"{anchor}{bold}{turn}>{escape(mark.text)}</text>'
            )


def _mark_data(mark: Mark) -> tuple[list[object], list[object]]:
    """Return where a mark stands, and its kind with its look."""
    r = _rounded
    match mark:
        case Line():
            ends: list[object] = [r(mark.x1), r(mark.y1), r(mark.x2), r(mark.y2)]
            return ends, ["lines", mark.colour, mark.width, mark.dashed]
        case Box():
            place: list[object] = [r(mark.x), r(mark.y), r(mark.width), r(mark.height)]
            if mark.radius or mark.dashed:
                look = [mark.fill, mark.colour, mark.line, mark.radius, mark.dashed]
                return place, ["box", *look]
            return place, ["boxes", mark.fill, mark.colour, mark.line]
        case Disc():
            centre: list[object] = [r(mark.x), r(mark.y), r(mark.radius)]
            return centre, ["disc", mark.fill, mark.colour, mark.line]
        case Shape():
            points: list[object] = [[r(x), r(y)] for x, y in mark.points]
            return points, ["shape", mark.fill, mark.colour, mark.line]
        case Label():
            look = [mark.size, mark.anchor, mark.colour, mark.bold, mark.turned]
            return [r(mark.x), r(mark.y), mark.text], ["label", *look]


def _rounded(value: float) -> float:
    return round(value, 1)
