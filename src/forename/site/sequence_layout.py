"""Where the boxes and lines of a sequence diagram stand: layers, few crossings, short lines.

Latest on top. A line that passes a row goes round its boxes through a place kept free; lines to
one box that pass the same row share that place.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from forename.site import sequence as order

BOX_WIDTH = 112.0
LINE_HEIGHT = 17.0
BOX_MARGIN = 20.0  # height of a box beside its lines of text
ROW_GAP = 34.0
COLUMN_GAP = 18.0
PASSING_WIDTH = 8.0  # of a place kept free for lines
MARGIN = 26.0  # lines of a contradiction pass outside the boxes
WIDEST = 1100.0  # of the block of contexts without a relation
SWEEPS = 3

Line = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Box:
    """A group's box: its upper corner, width and height, in CSS pixels."""

    group: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Return x of the middle."""
        return self.x + self.width / 2


@dataclass(frozen=True)
class Layout:
    """Boxes by group, lines as corners by the group they lead to, and the size of the whole."""

    boxes: tuple[Box, ...]
    lines: Mapping[int, Sequence[Line]]
    width: float
    height: float


class _Part:
    """Connected groups: their nodes by row, first as many as groups, then places lines pass.

    ``above`` and ``below`` hold the nodes that lines lead to from each node, ``end`` the group
    at the lower end of the line that passes a node, the group itself for a group.
    """

    def __init__(self, found: order.Sequence, groups: Sequence[int]) -> None:
        self.groups = groups
        local = {group: node for node, group in enumerate(groups)}
        lines = [(local[a], local[b]) for a, b in found.lines if a in local]
        self.row = _drawn_rows([found.rows[group] for group in groups], lines)
        self.end = list(range(len(groups)))
        self.heights = [box_height(len(found.groups[group])) for group in groups]
        self.above: list[list[int]] = [[] for _ in groups]
        self.below: list[list[int]] = [[] for _ in groups]
        passing: dict[tuple[int, int], int] = {}
        for first, last in lines:
            node = first
            for row in range(self.row[first] + 1, self.row[last]):
                known = passing.get((last, row))
                following = passing[last, row] = (
                    self._passing(row, last) if known is None else known
                )
                self._join(node, following)
                node = following
                if known is not None:
                    break
            else:
                self._join(node, last)
        self.rows: list[list[int]] = [[] for _ in range(max(self.row) + 1)]
        for node, row in enumerate(self.row):
            self.rows[row].append(node)
        self.place = [0] * len(self.row)
        for nodes in self.rows:
            for place, node in enumerate(nodes):
                self.place[node] = place

    def _passing(self, row: int, end: int) -> int:
        self.row.append(row)
        self.end.append(end)
        self.above.append([])
        self.below.append([])
        return len(self.row) - 1

    def _join(self, one: int, other: int) -> None:
        self.below[one].append(other)
        self.above[other].append(one)

    def width(self, node: int) -> float:
        """Return the width that a node needs."""
        return BOX_WIDTH if node < len(self.groups) else PASSING_WIDTH


def box_height(members: int) -> float:
    """Return the height of a box with so many contexts that are the same."""
    return BOX_MARGIN + LINE_HEIGHT * members


def lay_out(found: order.Sequence) -> Layout:
    """Return the layout of a sequence: connected parts side by side, then what has no relation."""
    parts, alone = _connected(found)
    boxes: list[Box] = []
    lines: dict[int, list[Line]] = {}
    left, bottom = MARGIN, 0.0
    for groups in parts:
        part = _Part(found, groups)
        _reorder(part)
        middles = _middles(part)
        tops = _tops(part)
        for node, group in enumerate(groups):
            x = left + middles[node] - BOX_WIDTH / 2
            boxes.append(Box(group, x, tops[part.row[node]][0], BOX_WIDTH, part.heights[node]))
        for node, line in _lines(part, [left + middle for middle in middles], tops):
            lines.setdefault(groups[part.end[node]], []).append(line)
        left += max(middle + part.width(n) / 2 for n, middle in enumerate(middles))
        left += 2 * COLUMN_GAP
        bottom = max(bottom, sum(tops[-1]))
    block = _block(found, alone, bottom + (ROW_GAP if parts else MARGIN))
    boxes += block
    width = max([MARGIN, left - 2 * COLUMN_GAP, *(b.x + b.width for b in block)]) + MARGIN
    height = max([bottom, *(b.y + b.height for b in block)]) + MARGIN
    return Layout(tuple(sorted(boxes, key=lambda b: b.group)), lines, width, height)


def _connected(found: order.Sequence) -> tuple[list[list[int]], list[int]]:
    """Return the groups that lines connect, largest set first, and those without any line."""
    near: dict[int, set[int]] = defaultdict(set)
    for one, other in (*found.lines, *found.disputed):
        near[one].add(other)
        near[other].add(one)
    parts = []
    seen: set[int] = set()
    for start in range(len(found.groups)):
        if start in near and start not in seen:
            part = {start}
            waiting = [start]
            while waiting:
                new = near[waiting.pop()] - part
                part |= new
                waiting.extend(new)
            seen |= part
            parts.append(sorted(part))
    alone = [group for group in range(len(found.groups)) if group not in near]
    return sorted(parts, key=lambda part: (-len(part), part)), alone


def _block(found: order.Sequence, alone: Iterable[int], top: float) -> list[Box]:
    """Return boxes without lines, side by side as on a page."""
    boxes: list[Box] = []
    x, y, tallest = MARGIN, top, 0.0
    for group in alone:
        height = box_height(len(found.groups[group]))
        if x + BOX_WIDTH > WIDEST:
            x, y, tallest = MARGIN, y + tallest + COLUMN_GAP, 0.0
        boxes.append(Box(group, x, y, BOX_WIDTH, height))
        x += BOX_WIDTH + COLUMN_GAP
        tallest = max(tallest, height)
    return boxes


def _drawn_rows(rows: list[int], lines: Sequence[tuple[int, int]]) -> list[int]:
    """Return each node's row: one with more lines below than above comes down as far as it can."""
    rows = list(rows)
    below: list[list[int]] = [[] for _ in rows]
    above = [0] * len(rows)
    for first, last in lines:
        below[first].append(last)
        above[last] += 1
    for node in sorted(range(len(rows)), key=lambda node: -rows[node]):
        if len(below[node]) > above[node]:
            rows[node] = min(rows[end] for end in below[node]) - 1
    top = min(rows)
    return [row - top for row in rows]


def _reorder(part: _Part) -> None:
    """Order each row by the mean place of its neighbours in the next row: fewer crossings."""
    place = part.place
    for sweep in range(SWEEPS):
        near = part.below if sweep % 2 else part.above
        for row in reversed(part.rows) if sweep % 2 else part.rows:
            mean = {}
            for node in row:
                others = near[node]
                mean[node] = (
                    sum([place[n] for n in others]) / len(others) if others else place[node]
                )
            row.sort(key=mean.__getitem__)
            for i, node in enumerate(row):
                place[node] = i


def _middles(part: _Part) -> list[float]:
    """Return x of the middle of each node: near its neighbours, in order, apart; from 0 on."""
    x = [0.0] * len(part.row)
    offsets = [_offsets(part, row) for row in part.rows]
    for sweep in range(SWEEPS + 1):
        near = part.below if sweep % 2 else part.above
        numbers = range(len(part.rows))
        for number in reversed(numbers) if sweep % 2 else numbers:
            row = part.rows[number]
            wanted = []
            for node in row:
                others = near[node]
                wanted.append(sum([x[n] for n in others]) / len(others) if others else x[node])
            for node, value in zip(row, _apart(wanted, offsets[number]), strict=True):
                x[node] = value
    left = min(value - part.width(node) / 2 for node, value in enumerate(x))
    return [value - left for value in x]


def _offsets(part: _Part, row: Sequence[int]) -> list[float]:
    """Return how far to the right of the first each node of a row stands at least."""
    offsets = [0.0]
    for one, other in itertools.pairwise(row):
        offsets.append(offsets[-1] + (part.width(one) + part.width(other)) / 2 + COLUMN_GAP)
    return offsets


def _apart(wanted: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """Return places nearest to those wanted (least squares) that keep the order and the gaps.

    Subtracting the offsets leaves an isotonic regression, solved by pooling neighbours.
    """
    pools: list[tuple[float, int]] = []  # sum and number of what moves together
    for want, offset in zip(wanted, offsets, strict=True):
        total, count = want - offset, 1
        while pools and pools[-1][0] * count > total * pools[-1][1]:
            before, others = pools.pop()
            total, count = total + before, count + others
        pools.append((total, count))
    moved = [total / count for total, count in pools for _ in range(count)]
    return [shift + offset for shift, offset in zip(moved, offsets, strict=True)]


def _tops(part: _Part) -> list[tuple[float, float]]:
    """Return for each row its top and its height."""
    made = []
    top = MARGIN
    for row in part.rows:
        heights = [part.heights[node] for node in row if node < len(part.groups)]
        made.append((top, max(heights, default=box_height(1))))
        top += made[-1][1] + ROW_GAP
    return made


def _lines(
    part: _Part, middles: Sequence[float], tops: Sequence[tuple[float, float]]
) -> Iterator[tuple[int, Line]]:
    """Yield a node and the line that leads on from it to the next row, for every such line."""
    for node, ends in enumerate(part.below):
        top, height = tops[part.row[node]]
        start = top + part.heights[node] if node < len(part.groups) else top
        for end in ends:
            next_top = tops[part.row[end]][0]
            bend, next_bend = top + height + ROW_GAP / 5, next_top - ROW_GAP / 5
            x, next_x = middles[node], middles[end]
            yield end, ((x, start), (x, bend), (next_x, next_bend), (next_x, next_top))
