"""The sequence diagram as SVG: contexts that open their pages, disputed lines dashed and marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from forename.site.sequence import Sequence
from forename.site.sequence_layout import LINE_HEIGHT, Box, Layout, Line, lay_out
from forename.site.svg import ACCENT, INK, MARK, PAPER, QUIET, drawing, element
from forename.site.svg import words as text

BOW = 30.0  # how far the line of a contradiction leaves a row of boxes
CODE_FONT = "ui-monospace, DejaVu Sans Mono, Consolas, monospace"


@dataclass(frozen=True)
class Labelled:
    """How a context is shown: a short label, its type in words, its page ('' for no link)."""

    label: str
    kind: str
    address: str = ""
    is_cut: bool = False


def draw_sequence(found: Sequence, contexts: Mapping[str, Labelled], title: str) -> str:
    """Return the diagram of a sequence whose contexts are all among ``contexts``."""
    layout = lay_out(found)
    disputed = {name for each in found.contradictions for name in each.contexts}
    lines = element(
        "g", *(element("path", d=_path(pieces)) for _, pieces in sorted(layout.lines.items())),
        fill="none", stroke=ACCENT, stroke_width=1.5, stroke_linejoin="round",
    )  # fmt: skip
    crossed = "".join(_disputed(layout, one, other) for one, other in found.disputed)
    frames, labels, kinds = [], [], []
    for box in layout.boxes:
        group = found.groups[box.group]
        shown = [contexts[name] for name in group]
        frames.append(_frame(box, shown[0], group[0] in disputed))
        labels += [_label(box, i, name, contexts[name]) for i, name in enumerate(group)]
        kinds.append(_words(box.middle, box.y + box.height - 8, shown[0].kind))
    return drawing(
        layout.width, layout.height,
        element("title", text(title)),
        lines,
        element("g", *frames, fill=PAPER, stroke=INK, stroke_width=1.2),
        crossed,
        element("g", *labels, fill=INK, font_size=14, font_weight=700, font_family=CODE_FONT,
                text_anchor="middle"),
        element("g", *kinds, fill=QUIET, font_size=12, text_anchor="middle",
                unicode_bidi="plaintext"),
        role="group", direction="ltr",
    )  # fmt: skip


def _frame(box: Box, first: Labelled, wrong: bool) -> str:
    return element(
        "rect", x=box.x, y=box.y, width=box.width, height=box.height, rx=3,
        stroke=MARK if wrong else None, stroke_width=2.5 if wrong else None,
        stroke_dasharray="6 3" if first.is_cut else None,
    )  # fmt: skip


def _label(box: Box, place: int, name: str, shown: Labelled) -> str:
    """Return the label of one context in a box, the second and further ones after “=”."""
    label = shown.label if place == 0 else f"= {shown.label}"
    line = _words(box.middle, box.y + LINE_HEIGHT * (place + 1) - 1, label)
    if not shown.address:
        return line
    described = element("title", text(f"{name} · {shown.kind}"))
    return element("a", described, line, href=shown.address)


def _words(x: float, y: float, shown: str) -> str:
    return element("text", text(shown), x=x, y=y)


def _path(lines: Iterable[Line]) -> str:
    """Return lines as one path."""
    return "".join(
        "M" + "L".join([f"{x:.1f} {y:.1f}" for x, y in line]) for line in dict.fromkeys(lines)
    )


def _disputed(layout: Layout, one: int, other: int) -> str:
    """Return the line of a relation that is part of a contradiction: dashed, with its direction."""
    start, end = layout.boxes[one], layout.boxes[other]
    if one == other:
        x, y = start.x + start.width, start.y + start.height / 2
        path = f"M{x:.6g} {y - 8:.6g}c16 -10 16 26 0 16"
    elif start.y == end.y:
        # Below the boxes one way and above them the other, so that both are seen.
        edge, away = (start.y + start.height, BOW) if start.x < end.x else (start.y, -BOW)
        other_edge = end.y + end.height if start.x < end.x else end.y
        path = f"M{start.middle:.6g} {edge:.6g}C{start.middle:.6g} {edge + away:.6g} "
        path += f"{end.middle:.6g} {other_edge + away:.6g} {end.middle:.6g} {other_edge:.6g}"
    else:
        # Leaning to the right of its way, so that two relations against each other stay apart.
        down = start.y < end.y
        x1, y1 = start.middle, start.y + (start.height if down else 0)
        x2, y2 = end.middle, end.y + (0 if down else end.height)
        bend_x, bend_y = (x1 + x2) / 2 - (y2 - y1) / 3, (y1 + y2) / 2 + (x2 - x1) / 3
        path = f"M{x1:.6g} {y1:.6g}Q{bend_x:.6g} {bend_y:.6g} {x2:.6g} {y2:.6g}"
    return element(
        "path", d=path, fill="none", stroke=MARK, stroke_width=2, stroke_dasharray="7 4",
        stroke_opacity=0.75,
    )  # fmt: skip
