"""A chart of counts over time: one panel a unit, drawn as coordinates for SVG. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor, log10

from forename.report.count_rules import Counted, in_figures, running

WIDTH, HEIGHT = 760, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 24, 20, 34
OPEN_PX = 26  # how far the arm of an open end reaches
MARK_PX = 9  # half the side of a mark's place
SIDE_PX = 2.0 * MARK_PX  # marks nearer than this are moved apart


@dataclass(frozen=True)
class Dated:
    """A count with the days it can be of, the number under which a table explains it, its keeper.

    ``keeper`` is '' for a claim; for the operation's own counts it names what is counted and how.
    """

    label: str
    count: Counted
    first: date
    last: date
    keeper: str = ""


@dataclass(frozen=True)
class Mark:
    """One claim's figure: its middle, the bar of its range, its stretch of days, as SVG numbers."""

    label: str
    day_x: str  # where its day is; ``x`` lies beside it where another mark was there
    x: str
    y: str
    top: str
    bottom: str
    start: str
    end: str
    label_y: str
    shape: str  # exact, so_far or added
    open_up: bool
    open_down: bool
    words: str


@dataclass(frozen=True)
class Line:
    """The operation's own count with one definition: a path, and a dot for each count."""

    keeper: str
    path: str
    dots: tuple[tuple[str, str, str, str], ...]  # x, y, where the number stands, number


@dataclass(frozen=True)
class Tick:
    """A line of the grid and its label."""

    at: str
    label: str


@dataclass(frozen=True)
class Panel:
    """Everything of one unit."""

    unit: str
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    days: tuple[Tick, ...]
    numbers: tuple[Tick, ...]
    first: date
    last: date
    axis: str
    numbers_x: str
    numbers_anchor: str
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    left: int = LEFT
    right: int = WIDTH - RIGHT


@dataclass(frozen=True)
class _Scale:
    first: date
    days: int
    most: int
    mirrored: bool

    def x(self, day: date) -> float:
        share = (day - self.first).days / self.days
        inside = WIDTH - LEFT - RIGHT
        return WIDTH - LEFT - share * inside if self.mirrored else LEFT + share * inside

    def y(self, number: float) -> float:
        return HEIGHT - BOTTOM - number / self.most * (HEIGHT - BOTTOM - TOP)


def panels(counts: Iterable[Dated], units: Sequence[str], mirrored: bool = False) -> list[Panel]:
    """Return a panel for every unit of which there are counts, all over the same days.

    ``mirrored`` lets time run from right to left.
    """
    dated = list(counts)
    if not dated:
        return []
    first, last = min(c.first for c in dated), max(c.last for c in dated)
    found = []
    for unit in units:
        here = [c for c in dated if c.count.unit == unit]
        if here:
            found.append(_panel(unit, here, first, last, mirrored))
    return found


def _panel(unit: str, counts: list[Dated], first: date, last: date, mirrored: bool) -> Panel:
    standing = _standing([c for c in counts if c.keeper])
    numbers = [n for c in counts for n in (c.count.low, c.count.high) if n is not None]
    numbers += [n for _, steps in standing for _, low, high in steps for n in (low, high)]
    step = _step(max([*numbers, 1]))
    most = step * (max([*numbers, 1]) // step + 1)
    edge = max(1, (last - first).days // 40)
    start = _shifted(first, -edge)
    scale = _Scale(start, max(1, (_shifted(last, edge) - start).days), most, mirrored)
    marks = _marks([c for c in counts if not c.keeper], scale)
    return Panel(
        unit,
        tuple(marks),
        tuple(_line(keeper, steps, scale, last, marks) for keeper, steps in standing),
        tuple(Tick(_text(scale.x(day)), label) for day, label in _day_ticks(first, last)),
        tuple(Tick(_text(scale.y(n)), str(n)) for n in range(0, most + 1, step)),
        first,
        last,
        _text(WIDTH - LEFT if mirrored else LEFT),
        _text(WIDTH - LEFT + 8 if mirrored else LEFT - 8),
        "start" if mirrored else "end",
        left=RIGHT if mirrored else LEFT,
        right=WIDTH - LEFT if mirrored else WIDTH - RIGHT,
    )


def _marks(counts: list[Dated], scale: _Scale) -> list[Mark]:
    """Return a mark for every claim; those that would cover each other move apart sideways."""
    taken = _Taken()
    made = []
    for dated in sorted(counts, key=lambda c: (c.first, c.last, c.label)):
        low, high = dated.count.low, dated.count.high
        ends = [n for n in (low, high) if n is not None]
        middle = dated.first + (dated.last - dated.first) / 2
        x, y = scale.x(middle), scale.y(sum(ends) / len(ends))
        day_x, x = x, _beside(x, y, taken, scale)
        taken.add(x, y)
        top = scale.y(high) if high is not None else max(TOP, y - OPEN_PX)
        bottom = scale.y(low) if low is not None else min(HEIGHT - BOTTOM, y + OPEN_PX)
        shape = "added" if dated.count.added else "so_far" if dated.count.so_far else "exact"
        made.append(
            Mark(
                dated.label, _text(day_x), _text(x), _text(y), _text(top), _text(bottom),
                _text(scale.x(dated.first)), _text(scale.x(dated.last)), _text(y + 4),
                shape, high is None, low is None, in_figures(low, high),
            )
        )  # fmt: skip
    return made


class _Taken:
    """Where marks stand, by squares of a mark's size: what covers a place lies in nine of them."""

    def __init__(self) -> None:
        self._squares: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def add(self, x: float, y: float) -> None:
        """Note a mark."""
        self._squares.setdefault((int(x // SIDE_PX), int(y // SIDE_PX)), []).append((x, y))

    def covers(self, x: float, y: float) -> bool:
        """Tell whether a mark at this place would cover another."""
        column, row = int(x // SIDE_PX), int(y // SIDE_PX)
        return any(
            abs(x - a) < SIDE_PX and abs(y - b) < SIDE_PX
            for beside in (column - 1, column, column + 1)
            for below in (row - 1, row, row + 1)
            for a, b in self._squares.get((beside, below), ())
        )


def _beside(x: float, y: float, taken: _Taken, scale: _Scale) -> float:
    """Return the place nearest to x, in the same height, that no other mark covers."""
    least, most = (RIGHT, WIDTH - LEFT) if scale.mirrored else (LEFT, WIDTH - RIGHT)
    for step in range(WIDTH // MARK_PX):
        for moved in (x + SIDE_PX * step, x - SIDE_PX * step):
            if least <= moved <= most and not taken.covers(moved, y):
                return moved
    return x


def _standing(counts: list[Dated]) -> list[tuple[str, list[tuple[date, int, int]]]]:
    """Return, for each definition of the operation's own counts, what stood from which day."""
    found = []
    for keeper in sorted({c.keeper for c in counts}):
        mine = sorted((c for c in counts if c.keeper == keeper), key=lambda c: (c.last, c.label))
        steps = []
        for dated, total in zip(mine, running([c.count for c in mine]), strict=True):
            if total is None:
                continue
            ends = [n for n in (total.low, total.high) if n is not None]
            steps.append((dated.last, min(ends), max(ends)))
        if steps:
            found.append((keeper, steps))
    return found


def _line(
    keeper: str,
    steps: list[tuple[date, int, int]],
    scale: _Scale,
    until: date,
    marks: Sequence[Mark],
) -> Line:
    path, dots = [], []
    for place, (day, low, high) in enumerate(steps):
        x, y = scale.x(day), scale.y((low + high) / 2)
        path.append(f"H{_text(x)} V{_text(y)}" if place else f"M{_text(x)} {_text(y)}")
        above = any(
            abs(float(m.x) - x) < 3 * MARK_PX and -4 * MARK_PX < float(m.y) - y <= MARK_PX
            for m in marks
        )
        number_y = y + 3 * MARK_PX if above else y - MARK_PX
        dots.append((_text(x), _text(y), _text(number_y), in_figures(low, high)))
    path.append(f"H{_text(scale.x(until))}")
    return Line(keeper, " ".join(path), tuple(dots))


def _step(most: int) -> int:
    """Return a round distance of grid lines: at most six of them."""
    rough = max(1.0, most / 5)
    power = 10 ** floor(log10(rough))
    return int(next(power * n for n in (1, 2, 5, 10) if power * n >= rough))


def _day_ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Return round days between two days with labels: years, months or days."""
    days = (last - first).days
    if days > 800:
        every = max(1, (last.year - first.year) // 8)
        years = range(first.year, last.year + 1, every)
        marks = [(date(year, 1, 1), str(year)) for year in years]
    elif days > 50:
        months = (last.year - first.year) * 12 + last.month - first.month
        every = max(1, -(-months // 8))
        marks = []
        for month in range(0, months + 1, every):
            year, number = divmod(first.year * 12 + first.month - 1 + month, 12)
            marks.append((date(year, number + 1, 1), f"{year:04d}-{number + 1:02d}"))
    else:
        every = max(1, -(-days // 6))
        marks = [
            (day, day.isoformat())
            for day in (first + timedelta(days=n) for n in range(0, days + 1, every))
        ]
    inside = [(day, label) for day, label in marks if first <= day <= last]
    return inside or [(first, first.isoformat())]


def _shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def _text(number: float) -> str:
    return f"{number:.1f}"
