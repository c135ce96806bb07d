"""Drawings of numbers: the LR of every marker, the way to a posterior, the posterior matrix."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forename.formats.report_drawing import (
    ACCENT,
    AGAINST,
    INK,
    PAPER,
    QUIET,
    RULE,
    Box,
    Disc,
    Drawing,
    Label,
    Line,
    Mark,
    Shape,
)
from forename.formats.report_numbers import odds_text, short_percent, signed

_LINE = 16.0
_PLOT = 250.0
_NAMES = 92.0
_VALUES = 62.0
_CELL = 40.0


@dataclass(frozen=True, slots=True)
class BarWords:
    """Words inside a drawing of bars."""

    against: str
    favour: str
    total: str
    impossible: str


def draw_marker_bars(
    per_marker: Mapping[str, float], extra: Mapping[str, float], total: float, words: BarWords
) -> Drawing:
    """Return one horizontal bar per marker: log10 LR, against to the left, for to the right.

    ``extra`` are further terms of the sum, such as the sex evidence. A marker whose data are
    impossible under the first hypothesis (log10 LR of minus infinity) has a bar with an arrow.
    """
    entries = [*per_marker.items(), *extra.items()]
    finite = [value for _, value in entries if math.isfinite(value)]
    low = min([-0.5, *finite])
    high = max([0.5, *finite])
    if len(finite) < len(entries):
        low = min(low, -2.0)
    scale = _PLOT / (high - low)
    zero = _NAMES - low * scale
    top = 28.0
    bottom = top + len(entries) * _LINE
    marks: list[Mark] = [
        Label(zero - 6, 14, f"← {words.against}", 10, "end", QUIET),
        Label(zero + 6, 14, f"{words.favour} →", 10, "start", QUIET),
    ]
    if zero - _NAMES < 70:
        marks[0] = Label(_NAMES - 86, 14, f"← {words.against}", 10, "start", QUIET)
    for tick in _ticks(low, high):
        x = zero + tick * scale
        marks.append(Line(x, top - 6, x, bottom + 2, RULE if tick else INK, 1))
        marks.append(
            Label(x, bottom + 14, signed(tick, 0 if tick == int(tick) else 1), 10, colour=QUIET)
        )
    for place, (name, value) in enumerate(entries):
        y = top + place * _LINE
        marks.append(Label(_NAMES - 8, y + 9, _short(name, 12), 11, "end"))
        if value == -math.inf:
            marks.append(Box(_NAMES + 8, y + 1, zero - _NAMES - 8, 9, PAPER, AGAINST))
            tip = ((_NAMES, y + 5.5), (_NAMES + 9, y - 1), (_NAMES + 9, y + 12))
            marks.append(Shape(tip, AGAINST, AGAINST))
            shown = words.impossible
        else:
            size = abs(value) * scale
            if value >= 0:
                marks.append(Box(zero, y + 1, max(size, 0.8), 9, ACCENT, ACCENT, 1))
            else:
                marks.append(Box(zero - size, y + 1, max(size, 0.8), 9, PAPER, AGAINST, 1.4))
            shown = signed(value, 2)
        marks.append(Label(_NAMES + _PLOT + _VALUES - 4, y + 9, shown, 11, "end"))
    y = bottom + 34
    right = _NAMES + _PLOT + _VALUES
    marks.append(Line(0, y - 14, right, y - 14, INK, 1))
    marks.append(Label(_NAMES - 8, y, words.total, 11, "end", bold=True))
    marks.append(Label(right - 4, y, signed(total, 2), 12, "end", bold=True))
    return Drawing(right, y + 8, tuple(_by_kind(marks)))


def _by_kind(marks: Sequence[Mark]) -> list[Mark]:
    """Return marks that do not cover each other sorted by kind, which makes them quicker to set."""
    order = (Line, Box, Shape, Disc, Label)
    return sorted(marks, key=lambda m: (order.index(type(m)), m.fill if isinstance(m, Box) else ""))


def _ticks(low: float, high: float) -> list[float]:
    for step in (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0):
        if (high - low) / step <= 7:
            break
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


@dataclass(frozen=True, slots=True)
class Step:
    """One step on the way from prior to posterior, in log10 odds; ``start`` to ``end``.

    ``whole`` says that it stands on the zero line, a state and not a change; ``bound`` that it is
    at least that large, where a posterior is too near to 1 for its odds to be told.
    """

    name: str
    start: float
    end: float
    whole: bool
    bound: bool = False


def draw_steps(steps: Sequence[Step]) -> Drawing:
    """Return the way from prior to posterior as bars on a scale of log10 odds."""
    names = 130.0
    low = min(-1.0, *(min(step.start, step.end) for step in steps))
    high = max(1.0, *(max(step.start, step.end) for step in steps))
    scale = 200.0 / (high - low)
    zero = names - low * scale
    marks: list[Mark] = []
    height = 22.0
    bottom = 8 + len(steps) * height
    for tick in _ticks(low, high):
        x = zero + tick * scale
        marks.append(Line(x, 2, x, bottom, RULE if tick else INK, 1))
        marks.append(Label(x, bottom + 12, signed(tick, 0), 10, colour=QUIET))
    for place, step in enumerate(steps):
        y = 8 + place * height
        left, right = sorted((zero + step.start * scale, zero + step.end * scale))
        gain = step.end >= step.start
        fill = INK if step.whole else ACCENT if gain else PAPER
        colour = INK if step.whole else ACCENT if gain else AGAINST
        marks.append(Label(names - 8, y + 10, step.name, 11, "end", bold=step.whole))
        marks.append(Box(left, y + 1, max(right - left, 0.8), 11, fill, colour, 1.2))
        shown = ("> " if step.bound else "") + odds_text(step.end - step.start)
        marks.append(Label(names + 266, y + 10, shown, 11, "end", bold=step.whole))
        if place + 1 < len(steps):
            x = zero + step.end * scale
            marks.append(Line(x, y + 12, x, y + height + 1, QUIET, 1, dashed=True))
    return Drawing(names + 270, bottom + 20, tuple(marks))


@dataclass(frozen=True, slots=True)
class Cell:
    """One pairing of the matrix: posterior in [0, 1] and log10 LR where it was computed."""

    row: str
    column: str
    posterior: float
    log10_lr: float | None


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the matrix that fits on a sheet; ``brackets`` are sets of rows and of columns."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    brackets: tuple[tuple[frozenset[str], frozenset[str]], ...]


def draw_matrix(panel: Panel, names: Mapping[str, str]) -> Drawing:
    """Return a panel: remains as rows, missing persons as columns.

    The darker a cell the higher its posterior; the larger its disc the higher its log10 LR; a
    ring without filling marks a posterior below 1 %. Brackets enclose symmetric matches.
    ``names`` gives a row or column another name than its id.
    """
    longest = max((len(names.get(row, row)) for row in panel.rows), default=0)
    left = max(60.0, min(longest, 18) * 6.6 + 14)
    heads = max(len(names.get(column, column)) for column in panel.columns)
    top = 22 + min(heads, 18) * 5.0
    marks: list[Mark] = []
    width = left + len(panel.columns) * _CELL
    height = top + len(panel.rows) * _CELL
    for place, column in enumerate(panel.columns):
        x = left + (place + 0.5) * _CELL
        shown = _short(names.get(column, column))
        marks.append(Label(x - 4, top - 6, shown, 11, "start", turned=True))
        marks.append(Line(x, top, x, height, RULE, 0.8))
    for place, row in enumerate(panel.rows):
        y = top + (place + 0.5) * _CELL
        marks.append(Line(left, y - 4, width, y - 4, RULE, 0.8))
        marks.append(Label(left - 8, y, _short(names.get(row, row)), 11, "end"))
    for rows, columns in panel.brackets:
        ys = [i for i, row in enumerate(panel.rows) if row in rows]
        xs = [i for i, column in enumerate(panel.columns) if column in columns]
        if ys and xs:
            x, y = left + min(xs) * _CELL + 2, top + min(ys) * _CELL + 2
            across = (max(xs) - min(xs) + 1) * _CELL - 4
            down = (max(ys) - min(ys) + 1) * _CELL - 4
            marks.append(Box(x, y, across, down, "", INK, 1.4, 6, dashed=True))
    row_at = {row: i for i, row in enumerate(panel.rows)}
    column_at = {column: i for i, column in enumerate(panel.columns)}
    for cell in panel.cells:
        x = left + (column_at[cell.column] + 0.5) * _CELL
        y = top + (row_at[cell.row] + 0.5) * _CELL
        marks.extend(_cell(cell, x, y))
    overhang = min(heads, 18) * 4.2
    return Drawing(width + overhang + 6, height + 6, tuple(marks))


def _cell(cell: Cell, x: float, y: float) -> list[Mark]:
    strength = 0.0 if cell.log10_lr is None else max(0.0, min(12.0, cell.log10_lr))
    radius = 4 + strength * 0.58
    fill = shade(cell.posterior)
    marks: list[Mark] = []
    if cell.log10_lr is None:
        marks.append(Box(x - 7, y - 11, 14, 14, fill, ACCENT, 1))
    else:
        marks.append(Disc(x, y - 4, radius, fill, ACCENT, 1))
    if cell.posterior < 0.99995:
        marks.append(Label(x, y + 15, short_percent(cell.posterior), 9, colour=INK))
    return marks


def shade(posterior: float) -> str:
    """Return the colour of a posterior: white at 0, deepening to the accent at 1."""
    share = 0.0 if posterior < 0.01 else 0.15 + 0.85 * min(1.0, posterior)
    ends = [(255, 255, 255), (0x1F, 0x4E, 0x6B)]
    mixed = [round(a + (b - a) * share) for a, b in zip(*ends, strict=True)]
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _short(text: str, letters: int = 18) -> str:
    return text if len(text) <= letters else text[: letters - 1] + "…"


def matrix_panels(
    cells: Sequence[Cell],
    symmetric: Sequence[tuple[frozenset[str], frozenset[str]]],
    *,
    none: str = "*",
    rows_at_most: int = 12,
    columns_at_most: int = 12,
) -> tuple[Panel, ...]:
    """Return the matrix in panels, keeping together what competes.

    Rows and columns that are joined by a cell belong to one part; parts are set one after the
    other until a panel is full, contested parts first. ``none`` is the column "none of the
    registered missing": it joins nothing and comes last. A part too large for one panel is cut
    into several.
    """
    root: dict[tuple[str, str], tuple[str, str]] = {}

    def find(node: tuple[str, str]) -> tuple[str, str]:
        root.setdefault(node, node)
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for cell in cells:
        find(("row", cell.row))
        if cell.column != none:
            root[find(("column", cell.column))] = find(("row", cell.row))
    for rows, columns in symmetric:
        nodes = [("row", i) for i in sorted(rows)] + [("column", i) for i in sorted(columns)]
        known = [node for node in nodes if node in root]
        for node in known[1:]:
            root[find(node)] = find(known[0])
    parts: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        parts.setdefault(find(("row", cell.row)), []).append(cell)
    panels: list[Panel] = []
    gathered: list[Cell] = []
    size = [0, 0]
    contested = sorted(parts.values(), key=lambda part: len(part) == 1)
    for part in contested:
        rows_of = {cell.row for cell in part}
        columns_of = {cell.column for cell in part if cell.column != none}
        if gathered and (
            size[0] + len(rows_of) > rows_at_most or size[1] + len(columns_of) > columns_at_most
        ):
            panels.extend(_cut(gathered, symmetric, none, rows_at_most, columns_at_most))
            gathered, size = [], [0, 0]
        gathered.extend(part)
        size = [size[0] + len(rows_of), size[1] + len(columns_of)]
    if gathered:
        panels.extend(_cut(gathered, symmetric, none, rows_at_most, columns_at_most))
    return tuple(panels)


def _cut(
    cells: Sequence[Cell],
    symmetric: Sequence[tuple[frozenset[str], frozenset[str]]],
    none: str,
    rows_at_most: int,
    columns_at_most: int,
) -> list[Panel]:
    rows = list(dict.fromkeys(cell.row for cell in cells))
    columns = list(dict.fromkeys(cell.column for cell in cells if cell.column != none))
    unnamed = any(cell.column == none for cell in cells)
    panels = []
    for top in range(0, len(rows), rows_at_most):
        some_rows = rows[top : top + rows_at_most]
        for left in range(0, max(1, len(columns)), columns_at_most):
            some = columns[left : left + columns_at_most]
            if unnamed and left + columns_at_most >= len(columns):
                some = [*some, none]
            kept = tuple(c for c in cells if c.row in some_rows and c.column in some)
            if kept:
                panels.append(Panel(tuple(some_rows), tuple(some), kept, tuple(symmetric)))
    return panels
