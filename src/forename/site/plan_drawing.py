"""The plan of a grave as SVG in millimetres: grid, scale bar, north, depth as lightness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forename.site.plan import EDGE_MM, LABEL_MM, WIDTH_MM, Plan, Shape
from forename.site.svg import ACCENT, INK, PAPER, QUIET, RULE, drawing, element, points
from forename.site.svg import text_at as text
from forename.site.svg import words as plain

FOOT_MM = 20.0  # scale, depths, north; the lines of text come below
TEXT_MM = 4.2
DARK, LIGHT = (104, 128, 143), (236, 241, 244)  # of the greatest and the least depth
DASHES = {"cut": "2.4 1.2", "surface": "0.6 1"}
WIDTHS = {"structure": 0.8}
BOUNDARIES = frozenset({"cut", "surface"})


@dataclass(frozen=True)
class PlanWords:
    """What a plan says: title, scale, unit of the bar, north, depths, marks of a sheet."""

    title: str
    lines: Sequence[str]  # under the drawing, from the top
    north: str
    north_unknown: str
    bar: str
    least_depth: str
    most_depth: str
    no_depth: str
    depth: str
    kinds: Mapping[str, str] = field(default_factory=dict)  # types of context by value


def draw_plan(plan: Plan, said: PlanWords, grid_bearing_deg: float | None, *, linked: bool) -> str:
    """Return the plan as SVG; ``linked`` where outlines lead to pages."""
    bottom = plan.top + plan.height
    return drawing(
        WIDTH_MM, bottom + EDGE_MM / 2 + FOOT_MM + TEXT_MM * len(said.lines),
        element("title", plain(said.title)),
        _grid(plan),
        element("g", *(_fill(each, linked) for each in plan.shapes
                       if each.of.kind not in BOUNDARIES)),
        element("g", *map(_line, plan.shapes), fill="none", stroke_linejoin="round",
                pointer_events="none"),
        element("g", *(_label(each, linked) for each in plan.shapes)),
        element("rect", x=plan.left, y=plan.top, width=plan.width, height=plan.height,
                fill="none", stroke=INK, stroke_width=0.3),
        element("g", _bar(plan, said), _north(said, grid_bearing_deg), _depths(plan, said),
                _kinds(plan, said),
                *(text(1, 16 + TEXT_MM * i, line, font_size=3.2, text_anchor="start", fill=QUIET)
                  for i, line in enumerate(said.lines)),
                transform=f"translate(1 {bottom + EDGE_MM / 2 + 4:.5g})"),
        unit="mm", role="group", direction="ltr",
    )  # fmt: skip


def _grid(plan: Plan) -> str:
    """Return the lines of the grid with their local metres at the edges."""
    parts = []
    right, bottom = plan.left + plan.width, plan.top + plan.height
    for x, metres in plan.across:
        parts.append(element("path", d=f"M{x:.5g} {plan.top:.5g}V{bottom:.5g}"))
        parts.append(_figure(x, plan.top - 1.5, metres, "middle"))
    for y, metres in plan.up:
        parts.append(element("path", d=f"M{plan.left:.5g} {y:.5g}H{right:.5g}"))
        parts.append(_figure(plan.left - 1.5, y + 1, metres, "end"))
    ground = element(
        "rect", x=plan.left, y=plan.top, width=plan.width, height=plan.height, fill=PAPER
    )
    return ground + element("g", *parts, stroke=RULE, stroke_width=0.15, fill="none")


def _figure(x: float, y: float, metres: float, anchor: str) -> str:
    return text(x, y, f"{metres:g}", font_size=2.8, text_anchor=anchor, fill=QUIET, stroke="none")


def _fill(shape: Shape, linked: bool) -> str:
    """Return the area of a context; cuts and surfaces are boundaries without a body of soil."""
    polygon = element(
        "polygon", points=points(shape.corners), fill=_colour(shape.lightness), fill_opacity=0.7
    )
    if not (linked and shape.of.address):
        return polygon
    # The label is the link that a keyboard and a screen reader meet.
    return element("a", polygon, href=shape.of.address, tabindex=-1, aria_hidden="true")


def _line(shape: Shape) -> str:
    of = shape.of
    return element(
        "polygon", points=points(shape.corners), stroke=ACCENT if of.chosen else INK,
        stroke_width=1.1 if of.chosen else WIDTHS.get(of.kind, 0.35),
        stroke_dasharray=DASHES.get(of.kind),
    )  # fmt: skip


def _label(shape: Shape, linked: bool) -> str:
    at = shape.label
    line = ""
    if at.moved:
        line = element(
            "path", d=f"M{at.inside[0]:.5g} {at.inside[1]:.5g}L{at.x:.5g} {at.y:.5g}",
            stroke=INK, stroke_width=0.2,
        )  # fmt: skip
        line += element("circle", cx=at.inside[0], cy=at.inside[1], r=0.5, fill=INK)
    label = text(
        at.x, at.y + LABEL_MM / 3, shape.of.label, font_size=LABEL_MM, font_weight=700,
        stroke=PAPER, stroke_width=0.7, paint_order="stroke", stroke_linejoin="round",
    )  # fmt: skip
    if linked and shape.of.address:
        label = element("a", label, href=shape.of.address)
    return line + label


def _colour(lightness: float | None) -> str:
    if lightness is None:
        return "none"
    mixed = (round(d + (x - d) * lightness) for d, x in zip(DARK, LIGHT, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def _bar(plan: Plan, said: PlanWords) -> str:
    """Return the scale bar, a fifth of it filled and open in turn."""
    part = plan.bar_mm / 5
    boxes = [
        element("rect", x=i * part, y=0, width=part, height=1.6, fill=(INK, PAPER)[i % 2],
                stroke=INK, stroke_width=0.25)
        for i in range(5)
    ]  # fmt: skip
    ends = [
        text(0, -1.2, "0", font_size=2.8, text_anchor="start"),
        text(plan.bar_mm, -1.2, said.bar, font_size=2.8, text_anchor="middle"),
        text(plan.bar_mm / 2, 6, f"1:{plan.scale}", font_size=3.6, font_weight=700),
    ]
    return element("g", *boxes, *ends)


def _north(said: PlanWords, grid_bearing_deg: float | None) -> str:
    """Return the arrow to true north: the page's up is the grid's y axis."""
    if grid_bearing_deg is None:
        return text(WIDTH_MM - 3, 4, said.north_unknown, font_size=3, text_anchor="end", fill=QUIET)
    arrow = element("path", d="M0 -7L2.6 5L0 3L-2.6 5Z", fill=ACCENT)
    return element(
        "g",
        element("g", arrow, text(0, -8, said.north, font_size=3.4, font_weight=700),
                transform=f"rotate({-grid_bearing_deg:.5g})"),
        transform=f"translate({WIDTH_MM - 14:.5g} 7)",
    )  # fmt: skip


def _depths(plan: Plan, said: PlanWords) -> str:
    """Return the legend of lightness."""
    if plan.depths is None:
        return text(WIDTH_MM / 2, 4, said.no_depth, font_size=3, fill=QUIET)
    steps = 5 if plan.depths[0] != plan.depths[1] else 1
    wide = 5.0
    left = WIDTH_MM / 2 - steps * wide / 2 + 14
    boxes = [
        element("rect", x=left + i * wide, y=0, width=wide, height=3.2, stroke=INK,
                stroke_width=0.2, fill=_colour(1 - i / 4 if steps > 1 else 1.0))
        for i in range(steps)
    ]  # fmt: skip
    middle = left + steps * wide / 2
    ends = [text(left - 1.5, 2.6, said.least_depth, font_size=2.8, text_anchor="end")]
    if steps > 1:
        end = left + steps * wide + 1.5
        ends.append(text(end, 2.6, said.most_depth, font_size=2.8, text_anchor="start"))
    return element("g", *boxes, *ends, text(middle, -1.2, said.depth, font_size=2.8, fill=QUIET))


def _kinds(plan: Plan, said: PlanWords) -> str:
    """Return the legend of lines: the types of context that are drawn otherwise, if any is."""
    present = {shape.of.kind for shape in plan.shapes}
    told = [kind for kind in (*DASHES, *WIDTHS) if kind in present]
    parts = []
    for place, kind in enumerate(told):
        x = WIDTH_MM / 2 - 22 + 26 * place
        parts.append(
            element("path", d=f"M{x:.5g} 9.5h7", stroke=INK, fill="none",
                    stroke_width=WIDTHS.get(kind, 0.35), stroke_dasharray=DASHES.get(kind))
        )  # fmt: skip
        label = text(x + 8.5, 10.4, said.kinds.get(kind, kind), font_size=2.8, text_anchor="start")
        parts.append(label)
    return "".join(parts)
