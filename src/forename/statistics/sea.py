"""One joint answer over so many rows and families that only likely placements can be listed.

Likely placements link rows and families into parts. Every other placement, the *sea*, is unlikely;
what it can do to a vertex is one number, its tail, known between bounds. A part is then summed by
itself, each of its vertices either used in it or left to the sea. Method and proof:
``docs/methods/joint-answer-at-scale.md``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from forename.statistics.best import Part, rank_part
from forename.statistics.components import component_marginals, potentials
from forename.statistics.frontier import Plan, plan_component
from forename.statistics.intervals import enclose
from forename.statistics.placements import Array, BoolArray, IntArray, Placements, split_components
from forename.statistics.sampling import draw

_PASSES = (4, 24)  # over the sea, at least and at most
_NARROW = 1e-3  # what the passes are to leave of the first bounds, for most vertices
LINK = 1e-4  # posterior from which on a placement links, as far as messages tell
_LINK_HIGHER = 2.0  # times as much where a part would be too wide for its exact sum,
_LINK_MOST = 0.3  # up to this
_HEAVY = 0.02  # what a placement of weight 10 counts, and each further power of ten
_ROUNDS = 15  # of messages
_LIGHT = 1e-3  # weights too light to stand in anybody's way
_BUDGET = 2.0**21  # choices of the exact sum of one part
_LARGE = 1500  # placements, more than any part has that can be summed
_EXPANDED = 200_000  # vertices of the recursion for bounds of one part
_TOLERANCE = 1e-3
_ROUNDING = 1e-9

# Sums over the sea's placements without a list: (V, k) values of vertices to (V, k) sums of
# weight times the value of the placement's other vertex.
Weighed = Callable[[Array], Array]


@dataclass(frozen=True, slots=True, eq=False)
class Sea:
    """Everything that is possible: a list of placements, and sums over those that are in none.

    ``placements`` are listed, odds of the prior included (natural log weights). ``weighed`` sums
    over all others, each of which joins one row with one family and weighs at most ``most``.

    In families of several columns ``given`` sums over rows that are not listed beside a listed
    placement: rows and placements take the part of vertices, ``given_base`` (n,) are the
    placements' numbers, and values are those of the rows, then of ``given_base``.
    """

    placements: Placements
    weighed: Weighed
    most: float
    given: Weighed | None = None
    given_base: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Posterior probabilities of all listed placements and all vertices, within bounds.

    ``through`` (E,) of linked placements, 0 for those in the sea; ``low``, ``high`` enclose it.
    ``unused`` (V,) is for a vertex in no linked placement, ``elsewhere`` (V,) for it in the sea,
    with what it is at most. ``part`` (V,) numbers the parts, -1 for a vertex without any.
    ``drawn`` (V,) tells whose bounds are errors of sampling, ``open`` (V,) about whom nothing can
    be said: their bounds are 0 and 1.
    """

    through: Array
    low: Array
    high: Array
    unused: Array
    unused_low: Array
    unused_high: Array
    elsewhere: Array
    elsewhere_high: Array
    part: IntArray
    parts: tuple[IntArray, ...]
    drawn: BoolArray
    open: BoolArray
    tail_low: Array
    tail_high: Array


def judge(sea: Sea, link: float = LINK, seed: int = 1) -> Judged:
    """Return the joint posterior of everything, each part by itself in the sea of the others."""
    listed = sea.placements
    smaller = _Smaller.of(listed)
    parts = _parts_of(listed, link, smaller)
    solver = _Solver(listed, parts, seed)
    grown = _Grown.of(sea, solver, smaller)
    loose = np.ones(len(listed), np.bool_)
    loose[solver.numbers] = False
    loose[grown.numbers] = False
    beside = _Beside.of(listed.select(np.flatnonzero(loose)), solver.part)
    size = np.bincount(solver.part[solver.part >= 0], minlength=1)
    own_size = np.where(solver.part >= 0, size[solver.part], 0)
    widest = max(1, int(size.max(initial=1)))
    ones = np.ones((listed.n_vertices, 1))
    bare = np.ones((len(solver.placements), 1))
    trivial = (sea.weighed(ones) + beside.weighed(ones) + grown.onto_rows(bare, len(ones)))[:, 0]
    # Before the first pass: anything between unused for certain and used for certain.
    low, high = np.zeros(listed.n_vertices), np.ones(listed.n_vertices)
    bare_low, bare_high = np.zeros(len(bare)), np.ones(len(bare))
    for passed in range(_passes(trivial) - 1, -1, -1):
        free = np.stack([low, high], axis=1)
        tails = sea.weighed(free) + beside.weighed(free)
        tails += grown.onto_rows(np.stack([bare_low, bare_high], axis=1), len(free))
        growth = np.log1p(grown.of_placements(free))
        below, above = beside.unknown(free, passed)
        unlisted = sea.most * (own_size + passed * widest)
        tail_low = np.maximum(0.0, tails[:, 0] - below - unlisted)
        tail_high = np.minimum(trivial, tails[:, 1] + above + unlisted)
        found = solver.judge(tail_low, tail_high, growth)
        low, high = found.free_low, found.free_high
        bare_low, bare_high = found.low / np.exp(growth[:, 1]), found.high / np.exp(growth[:, 0])
    return _spread(listed, parts, solver, found, tail_low, tail_high)


def _passes(most: Array) -> int:
    """Return how many passes it takes: each narrows a tail t by about t / (1 + t)."""
    typical = float(np.quantile(most, 0.9))
    few, many = _PASSES
    rate = max(typical / (1 + typical), 1e-9)
    return int(min(many, max(few, np.ceil(np.log(_NARROW) / np.log(rate)))))


@dataclass(frozen=True, slots=True, eq=False)
class _Linked:
    """One part: its placements' numbers in the list, and its plan unless too wide."""

    numbers: IntArray
    plan: Plan | None


def _parts_of(listed: Placements, link: float, smaller: _Smaller) -> list[_Linked]:
    """Return the parts that placements of a probability from ``link`` on make.

    Where a part is too wide for its exact sum, less likely placements are left to the sea, which
    widens bounds. What is listed within a part belongs to it, as far as it can be afforded.
    """
    # What would weigh much if others did not stand in its way is linked as well: left to the sea
    # it would widen bounds without need.
    heavy = _HEAVY * smaller.gain / np.log(10.0)
    likely = np.maximum(_likely(listed), heavy)
    waiting = [(np.flatnonzero(likely >= link), link)]
    parts: list[_Linked] = []
    while waiting:
        chosen, level = waiting.pop()
        for own in split_components(listed.select(chosen)):
            numbers = chosen[own]
            plan = _affordable(listed, numbers)
            if plan is None and level < _LINK_MOST:
                higher = level * _LINK_HIGHER
                waiting.append((numbers[likely[numbers] >= higher], higher))
            else:
                parts.append(_Linked(numbers, plan))
    parts.sort(key=lambda part: int(part.numbers[0]))
    part_of = np.full(listed.n_vertices, -1, np.int64)
    for n, part in enumerate(parts):
        inside = listed.select(part.numbers)
        part_of[inside.rows] = part_of[inside.family] = n
    home = part_of[listed.family]
    away = np.zeros(len(listed), np.int64)
    np.add.at(away, listed.owner, part_of[listed.rows] != home[listed.owner])
    within = np.flatnonzero((home >= 0) & (away == 0))
    within = within[np.argsort(home[within], kind="stable")]
    bounds = np.searchsorted(home[within], np.arange(len(parts) + 1))
    for n, part in enumerate(parts):
        every = np.sort(within[bounds[n] : bounds[n + 1]])
        if len(every) > len(part.numbers):
            plan = _affordable(listed, every)
            if plan is not None:
                parts[n] = _Linked(every, plan)
    return parts


def _affordable(listed: Placements, numbers: IntArray) -> Plan | None:
    if len(numbers) > _LARGE:
        return None
    return plan_component(listed.select(numbers), _BUDGET)


def _likely(listed: Placements) -> Array:
    """Return about how probable each placement is, by messages along the list alone.

    Exact on trees without a sea. It only decides what is judged together, never a number told.
    """
    likely = np.zeros(len(listed))
    chosen = np.flatnonzero(listed.log_weights >= np.log(_LIGHT))
    placements = listed.select(chosen)
    entry_owner = np.concatenate([placements.owner, np.arange(len(placements))])
    vertex = np.concatenate([placements.rows, placements.family])
    weight = np.exp(np.minimum(placements.log_weights, 600.0))
    count = placements.n_vertices
    message = np.ones(len(vertex))  # P(vertex free without this placement)
    for _ in range(_ROUNDS):
        product = np.ones(len(placements))
        np.multiply.at(product, entry_owner, message)
        # Of one placement at one vertex: its weight times the messages of its other vertices.
        brought = weight[entry_owner] * product[entry_owner] / message
        total = np.bincount(vertex, brought, count)
        fresh = 1 / (1 + np.maximum(total[vertex] - brought, 0.0))
        # Halfway between: undamped, messages swing from too high to too low and back.
        message = np.maximum(np.sqrt(message * fresh), 1e-150)
    product = np.ones(len(placements))
    np.multiply.at(product, entry_owner, message)
    odds = weight * product
    likely[chosen] = odds / (1 + odds)
    return likely


@dataclass(frozen=True, slots=True, eq=False)
class _Beside:
    """Listed placements that link nothing: a part of the sea that is known one by one.

    They are kept as seen from each of their vertices: entries of ``vertex``, what they weigh, and
    their other vertices. Groups are entries of one vertex towards one part; ``group_home`` tells
    that it is the vertex's own part, ``group_only`` that no other entry joins the two parts.
    """

    vertex: IntArray
    others: IntArray
    other_start: IntArray
    weight: Array
    vertex_start: IntArray
    group_start: IntArray
    group_home: BoolArray
    group_only: BoolArray

    @classmethod
    def of(cls, placements: Placements, part: IntArray) -> _Beside:
        """Return placements as seen from each of their vertices."""
        weight = np.exp(np.minimum(placements.log_weights, 600.0))
        owner = np.concatenate([placements.owner, np.arange(len(placements))])
        member = np.concatenate([placements.rows, placements.family])
        order = np.argsort(owner, kind="stable")
        start = np.searchsorted(owner[order], np.arange(len(placements) + 1))
        sizes = np.diff(start)
        # Every vertex of a placement of n sees the n - 1 others.
        place = np.arange(len(order)) - np.repeat(start[:-1], sizes)
        count = np.repeat(sizes, sizes) - 1
        entry = np.repeat(np.arange(len(order)), count)
        step = np.arange(len(entry)) - np.repeat(np.cumsum(count) - count, count)
        step += step >= place[entry]
        others = member[order][start[owner[order][entry]] + step]
        vertex, entry_start = member[order], np.concatenate([[0], np.cumsum(count)])
        # A vertex without a part is one by itself.
        home = np.where(part < 0, np.arange(len(part)) + part.max(initial=0) + 1, part)
        first = others[entry_start[:-1]] if len(vertex) else vertex
        sort = np.lexsort((home[first], vertex))
        vertex, first, count = vertex[sort], first[sort], count[sort]
        begins = np.cumsum(count) - count
        spans = np.repeat(entry_start[:-1][sort] - begins, count) + np.arange(count.sum())
        new = np.ones(len(vertex), np.bool_)
        new[1:] = (np.diff(vertex) != 0) | (np.diff(home[first]) != 0)
        group = np.flatnonzero(new)
        low = np.minimum(home[vertex], home[first])
        high = np.maximum(home[vertex], home[first])
        _, inverse, seen = np.unique(
            low * (home.max(initial=0) + 1) + high, return_inverse=True, return_counts=True
        )
        return cls(
            vertex,
            others[spans],
            np.concatenate([[0], np.cumsum(count)]),
            weight[owner[order]][sort],
            np.flatnonzero(np.diff(vertex, prepend=-1)),
            group,
            (home[vertex] == home[first])[group],
            (seen[inverse] == 2)[group],  # seen once from either side
        )

    def weighed(self, values: Array) -> Array:
        """Return for each vertex the sum of weight times the values of the others, (V, k)."""
        result: Array = np.zeros_like(values)
        if len(self.vertex):
            sums = np.add.reduceat(self._brought(values), self.vertex_start, axis=0)
            result[self.vertex[self.vertex_start]] = sums
        return result

    def _brought(self, values: Array) -> Array:
        product = np.multiply.reduceat(values[self.others], self.other_start[:-1], axis=0)
        return np.asarray(product * self.weight[:, None])

    def unknown(self, free: Array, passed: int) -> tuple[Array, Array]:
        """Return how far tails may lie below and above, (V,), where parts have been passed.

        Of a part that was passed it is not known what of it is left, used or free: it brings
        nothing, or all its weight, in place of what was counted with the bounds ``free`` (V, 2).
        A vertex's own part counts as passed, besides ``passed`` others; of these, the last is the
        one that led here, so what alone joins it with this part is gone.
        """
        below, above = np.zeros((2, len(free)))
        if not len(self.vertex):
            return below, above
        brought = self._brought(free)
        lost = np.add.reduceat(brought[:, 0], self.group_start)
        gained = np.add.reduceat(self.weight - brought[:, 1], self.group_start)
        # Groups of one vertex follow each other.
        first = np.searchsorted(self.group_start, self.vertex_start)
        home, away = self.group_home, ~self.group_home
        below_here = np.add.reduceat(lost * home, first)
        above_here = np.add.reduceat(gained * home, first)
        if passed:
            below_here += passed * np.maximum.reduceat(lost * away, first)
            above_here += np.maximum.reduceat(gained * (away & ~self.group_only), first)
            above_here += (passed - 1) * np.maximum.reduceat(gained * away, first)
        at = self.vertex[self.vertex_start]
        below[at], above[at] = below_here, above_here
        return below, above


@dataclass(frozen=True, slots=True, eq=False)
class _Grown:
    """Placements that add one unlikely row to a linked placement of the same family.

    Used, the linked one may take in the row: its weight grows by what the rows are free to bring,
    and a row's tail by how probable it is that the placement is used as it stands. ``numbers`` are
    places in the list, ``base`` in the linked placements.
    """

    numbers: IntArray
    base: IntArray
    row: IntArray
    weight: Array
    count: int
    given: Weighed | None
    given_base: IntArray
    rows: int

    @classmethod
    def of(cls, sea: Sea, solver: _Solver, smaller: _Smaller) -> _Grown:
        """Return the unlinked placements whose best part is linked, and what is not listed."""
        listed = sea.placements
        place = np.full(len(listed) + 1, -1, np.int64)
        place[solver.numbers] = np.arange(len(solver.numbers))
        part = smaller.best
        chosen = np.flatnonzero((place[:-1] < 0) & (part >= 0) & (place[part] >= 0))
        return cls(
            chosen,
            place[part[chosen]],
            smaller.added[chosen],
            np.exp(np.minimum(smaller.gain[chosen], 600.0)),
            len(solver.numbers),
            sea.given,
            place[sea.given_base],  # -1 where the placement is not linked
            listed.n_rows,
        )

    def onto_rows(self, used: Array, vertices: int) -> Array:
        """Return what each vertex's tail gets from probabilities of linked placements, (E, k)."""
        result = np.zeros((vertices, used.shape[1]))
        np.add.at(result, self.row, used[self.base] * self.weight[:, None])
        if self.given is not None:
            linked = (self.given_base >= 0)[:, None]
            values = np.zeros((self.rows + len(self.given_base), used.shape[1]))
            values[self.rows :] = np.where(linked, used[self.given_base], 0.0)
            result[: self.rows] += self.given(values)[: self.rows]
        return result

    def of_placements(self, free: Array) -> Array:
        """Return what each linked placement may grow by, given how free vertices are, (V, k)."""
        result = np.zeros((self.count, free.shape[1]))
        np.add.at(result, self.base, free[self.row] * self.weight[:, None])
        if self.given is not None:
            linked = self.given_base >= 0
            values = np.zeros((self.rows + len(self.given_base), free.shape[1]))
            values[: self.rows] = free[: self.rows]
            brought = self.given(values)[self.rows :]
            np.add.at(result, self.given_base[linked], brought[linked])
        return result


@dataclass(frozen=True, slots=True, eq=False)
class _Smaller:
    """For each placement the heaviest listed one with a pair less, and what that pair adds.

    ``best`` (E,) numbers placements, -1 where none with a pair less is listed: placements of one
    pair, for instance. ``added`` (E,) is the row of the pair, -1 likewise, ``gain`` (E,) by how
    much the log weight exceeds the part's, or the own one.
    """

    best: IntArray
    added: IntArray
    gain: Array

    @classmethod
    def of(cls, placements: Placements) -> _Smaller:
        """Return the best parts of all placements."""
        best, added = np.full((2, len(placements)), -1, np.int64)
        sizes, gain = placements.sizes, placements.log_weights.copy()
        width = int(placements.columns.max(initial=0)) + 1
        keys = placements.rows * width + placements.columns
        # Only pairs that some placement holds beside others can be a part of it.
        known = np.unique(keys[(sizes > 1)[placements.owner]])
        pairs = np.searchsorted(known, keys)
        is_known = np.isin(keys, known)
        for size in range(2, int(sizes.max(initial=0)) + 1):
            large, small = np.flatnonzero(sizes == size), np.flatnonzero(sizes == size - 1)
            small = small[is_known[placements.start[small]]]
            whole = placements.start[large][:, None] + np.arange(size)
            whole = np.take_along_axis(whole, np.argsort(pairs[whole], axis=1), axis=1)
            parts = np.sort(pairs[placements.start[small][:, None] + np.arange(size - 1)], axis=1)
            most = np.full(len(large), -np.inf)
            for left_out in range(size):
                rest = np.delete(pairs[whole], left_out, axis=1)
                place = _places(parts, rest)
                found = np.where(place >= 0, small[place] if len(small) else -1, -1)
                weight = np.where(found >= 0, placements.log_weights[found], -np.inf)
                better = weight > most
                most[better] = weight[better]
                best[large[better]] = found[better]
                added[large[better]] = placements.rows[whole[better, left_out]]
        listed = best >= 0
        gain[listed] -= placements.log_weights[best[listed]]
        return cls(best, added, gain)


def _places(rows: IntArray, wanted: IntArray) -> IntArray:
    """Return where each wanted row stands among different rows, -1 where it does not."""
    _, name = np.unique(np.concatenate([rows, wanted]), axis=0, return_inverse=True)
    name = name.ravel()
    place = np.full(len(name), -1, np.int64)
    place[name[: len(rows)]] = np.arange(len(rows))
    found: IntArray = place[name[len(rows) :]]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What one pass finds; shapes as in `Judged`, over linked placements.

    ``free_low`` and ``free_high`` (V,) bound the probability of being used nowhere at all.
    """

    through: Array
    low: Array
    high: Array
    unused: Array
    unused_low: Array
    unused_high: Array
    free_low: Array
    free_high: Array
    drawn: BoolArray
    open: BoolArray


class _Solver:
    """The parts with their plans, which every pass uses again. ``part`` (V,) numbers them."""

    def __init__(self, listed: Placements, parts: list[_Linked], seed: int) -> None:
        numbers = [part.numbers for part in parts]
        self.numbers = np.concatenate([np.zeros(0, np.int64), *numbers])
        self.placements = listed.select(self.numbers)
        self.seed = seed
        start = np.concatenate([[0], np.cumsum([len(own) for own in numbers])]).astype(np.int64)
        own = np.repeat(np.arange(len(parts)), np.diff(start))
        self.part = np.full(listed.n_vertices, -1, np.int64)
        self.part[self.placements.family] = own
        self.part[self.placements.rows] = own[self.placements.owner]
        single = [
            len(each) == 1 and self.placements.sizes[at] == 1
            for each, at in zip(numbers, start.tolist(), strict=False)
        ]
        self.lone = np.array([at for at, one in zip(start, single, strict=False) if one], np.int64)
        self.wide = [
            (np.arange(start[n], start[n + 1]), part.plan)
            for n, part in enumerate(parts)
            if not single[n]
        ]

    def judge(self, tail_low: Array, tail_high: Array, growth: Array) -> _Found:
        """Return probabilities with each vertex's tail anywhere between its bounds.

        ``growth`` (E, 2) bounds what is added to the log weight of each placement.
        """
        placements = self.placements
        count = placements.n_vertices
        through, low, high = np.zeros((3, len(placements)))
        unused, unused_low, unused_high = np.ones((3, count))
        drawn, is_open = np.zeros((2, count), np.bool_)
        found = _Found(
            through,
            low,
            high,
            unused,
            unused_low,
            unused_high,
            1 / (1 + tail_high),
            1 / (1 + tail_low),
            drawn,
            is_open,
        )
        self._judge_lone(found, tail_low, tail_high, growth)
        middle = 0.5 * (np.log1p(tail_low) + np.log1p(tail_high))
        slack = np.log1p(tail_high) - np.log1p(tail_low)
        shift = middle[placements.family].copy()
        np.add.at(shift, placements.owner, middle[placements.rows])
        weights = placements.log_weights - shift + growth.mean(axis=1)
        open_growth = growth[:, 1] - growth[:, 0]
        for own, plan in self.wide:
            if plan is not None and (placements.sizes[own] == 1).all() and not growth[own].any():
                self._judge_pairs(found, own, plan, weights, tail_low, tail_high)
                continue
            self._judge_wide(found, own, plan, weights, slack, open_growth[own])
            part = np.unique(np.concatenate([placements.family[own], placements.select(own).rows]))
            found.free_low[part] = found.unused_low[part] / (1 + tail_high[part])
            found.free_high[part] = found.unused_high[part] / (1 + tail_low[part])
        return found

    def _judge_pairs(
        self,
        found: _Found,
        own: IntArray,
        plan: Plan,
        weights: Array,
        tail_low: Array,
        tail_high: Array,
    ) -> None:
        """A part of pairings: each free() falls with tails of its own side, rises with the others'.

        So bounds are reached where all rows' tails are lowest and all families' highest, and the
        other way round; of pairings through the ratio P(pairing) / free(vertex) likewise.
        """
        inside = self.placements.select(own)
        row, family = np.searchsorted(plan.vertices, (inside.rows, inside.family))
        low, high = tail_low[plan.vertices], tail_high[plan.vertices]
        is_row = plan.vertices < inside.n_rows
        middle = component_marginals(plan, weights[own][plan.selection], np.zeros(1))
        found.through[own[plan.selection]] = middle.through
        found.unused[plan.vertices] = middle.unused
        free, ratio = [], []
        for rows_low in (True, False):
            tail = np.where(is_row == rows_low, low, high)
            log_weights = inside.log_weights - np.log1p(tail[row]) - np.log1p(tail[family])
            at = component_marginals(plan, log_weights[plan.selection], np.zeros(1))
            free.append(at.unused / (1 + tail))
            through = np.empty(len(own))
            through[plan.selection] = at.through
            ratio.append((through / free[-1][row], through / free[-1][family]))
        found.free_high[plan.vertices] = np.where(is_row, *free)
        found.free_low[plan.vertices] = np.where(is_row, *free[::-1])
        found.low[own], found.high[own] = 0.0, 1.0
        # A row's ratios are least where rows' tails are lowest; a family's are then greatest.
        for end, least, most in (
            (row, ratio[0][0], ratio[1][0]),
            (family, ratio[1][1], ratio[0][1]),
        ):
            count = len(plan.vertices)
            below = np.bincount(end, least, count)[end] - least
            above = np.bincount(end, most, count)[end] - most
            found.low[own] = np.maximum(found.low[own], least / (1 + high[end] + least + above))
            found.high[own] = np.minimum(
                found.high[own], most / (1 + low[end] + most + np.maximum(below, 0.0))
            )
            at = plan.vertices[np.unique(end)]
            sums = np.bincount(end, least, count), np.bincount(end, most, count)
            own_low, own_high = (each[np.unique(end)] for each in sums)
            found.unused_low[at] = (1 + tail_low[at]) / (1 + tail_low[at] + own_high)
            found.unused_high[at] = (1 + tail_high[at]) / (1 + tail_high[at] + own_low)

    def _judge_lone(self, found: _Found, tail_low: Array, tail_high: Array, growth: Array) -> None:
        """A pairing that links nothing else: w / ((1 + t)(1 + t') + w), rising with no tail."""
        lone, placements = self.lone, self.placements
        row = placements.rows[placements.start[:-1][lone]]
        family = placements.family[lone]
        log_weight = placements.log_weights[lone]
        for tail, more, through, unused in (
            (tail_low, growth[lone, 1], found.high, found.unused_low),
            (tail_high, growth[lone, 0], found.low, found.unused_high),
        ):
            log_odds = log_weight + more - np.log1p(tail[row]) - np.log1p(tail[family])
            through[lone] = _logistic(log_odds)
            unused[row] = unused[family] = _logistic(-log_odds)
        # free(row) = (1 + t') / ((1 + t)(1 + t') + w): least where t and w are high and t' is low.
        for one, other in ((row, family), (family, row)):
            for tail, tails, more, free in (
                (tail_high, tail_low, growth[lone, 1], found.free_low),
                (tail_low, tail_high, growth[lone, 0], found.free_high),
            ):
                log_rest = np.log1p(tail[one]) + np.log1p(tails[other])
                free[one] = _logistic(log_rest - log_weight - more) / (1 + tail[one])
        rest = sum(np.log1p(tail[v]) for tail in (tail_low, tail_high) for v in (row, family))
        log_odds = log_weight + growth[lone].mean(axis=1) - 0.5 * rest
        found.through[lone] = _logistic(log_odds)
        found.unused[row] = found.unused[family] = _logistic(-log_odds)

    def _judge_wide(
        self,
        found: _Found,
        own: IntArray,
        plan: Plan | None,
        weights: Array,
        slack: Array,
        open_growth: Array,
    ) -> None:
        inside = self.placements.select(own).weighted(weights[own])
        vertices = np.unique(np.concatenate([inside.rows, inside.family]))
        # Every weight is known up to the slack of what it uses or leaves; so are all odds.
        width = float(slack[vertices].sum() + open_growth.sum())
        if plan is not None:
            marginals = component_marginals(plan, inside.log_weights[plan.selection], np.zeros(1))
            through = np.empty(len(own))
            through[plan.selection] = marginals.through
            unused = marginals.unused
            assert (plan.vertices == vertices).all()
            through_bound, unused_bound = np.zeros(len(own)), np.zeros(len(vertices))
        else:
            enclosed = _enclosed(inside, vertices)
            if enclosed is None:
                drawn = draw(inside, vertices, self.seed + int(own[0]))
                if drawn is None:
                    found.open[vertices] = True
                    found.through[own] = found.low[own] = 0.0
                    found.high[own] = 1.0
                    found.unused[vertices], found.unused_low[vertices] = 0.5, 0.0
                    return
                found.drawn[vertices] = True
                enclosed = drawn.through, drawn.through_bound, drawn.unused, drawn.unused_bound
            through, through_bound, unused, unused_bound = enclosed
        found.through[own], found.unused[vertices] = through, unused
        through_high = _shifted(through + through_bound, width)
        unused_high = _shifted(unused + unused_bound, width)
        # And no probability moves by more than all those together whose factor is not known.
        for _ in range(2):
            moved = float(
                _moved(unused_high, slack[vertices]).sum() + _moved(through_high, open_growth).sum()
            )
            through_high = np.minimum(through_high, through + through_bound + moved)
            unused_high = np.minimum(unused_high, unused + unused_bound + moved)
        low = _shifted(through - through_bound, -width)
        found.low[own] = np.maximum(low, through - through_bound - moved)
        found.high[own] = through_high
        low = _shifted(unused - unused_bound, -width)
        found.unused_low[vertices] = np.maximum(low, unused - unused_bound - moved)
        found.unused_high[vertices] = unused_high


def _moved(most: Array, slack: Array) -> Array:
    """Return how far any event's probability moves at most by a factor on one event's weight.

    The factor is at most exp(``slack``), the event's probability at most ``most``: q becomes
    cq / (1 - q + cq), and no other event moves further.
    """
    factor = np.exp(np.minimum(slack, 600.0))
    q = np.minimum(most, 1 / (1 + np.sqrt(factor)))
    moved: Array = factor * q / (1 - q + factor * q) - q
    return moved


def _enclosed(inside: Placements, vertices: IntArray) -> tuple[Array, Array, Array, Array] | None:
    """Return probabilities of placements and of unused vertices, each with its proven bound."""
    found = enclose(inside, vertices, _TOLERANCE, _EXPANDED)
    if found is None:
        return None
    through, bound = np.zeros(len(inside)), np.ones(len(inside))
    for e, value, width in zip(found.placement, found.through, found.through_bound, strict=True):
        if width < bound[e]:  # seen from several vertices: the narrowest holds too
            through[e], bound[e] = value, width
    assert (found.unused_vertex == vertices).all()
    return through, bound, found.unused, found.unused_bound


def _logistic(log_odds: Array) -> Array:
    with np.errstate(over="ignore"):
        value: Array = 1 / (1 + np.exp(-log_odds))
    return value


def _shifted(probability: Array, log_factor: float) -> Array:
    """Return probabilities whose odds are multiplied by a factor."""
    p = np.clip(probability, 0.0, 1.0)
    factor = float(np.exp(log_factor))
    shifted: Array = p * factor / (p * factor + (1 - p))
    return shifted


def _spread(
    listed: Placements,
    parts: list[_Linked],
    solver: _Solver,
    found: _Found,
    tail_low: Array,
    tail_high: Array,
) -> Judged:
    through, low, high = (np.zeros(len(listed)) for _ in range(3))
    linked = np.concatenate([np.zeros(0, np.int64), *(part.numbers for part in parts)])
    through[linked], low[linked], high[linked] = found.through, found.low, found.high
    tail = np.exp(0.5 * (np.log1p(tail_low) + np.log1p(tail_high))) - 1
    return Judged(
        through,
        low,
        high,
        found.unused,
        found.unused_low,
        found.unused_high,
        found.unused * tail / (1 + tail),
        found.unused_high * tail_high / (1 + tail_high),
        solver.part,
        tuple(part.numbers for part in parts),
        found.drawn,
        found.open,
        tail_low,
        tail_high,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The best assignment of all: its placements, and by how much another may weigh more at most.

    ``gap`` is a natural log weight; 0 is a proof.
    """

    placements: IntArray
    log_weight: float
    gap: float


def best_assignment(sea: Sea, judged: Judged) -> Best:
    """Return the best of all assignments, put together from those of the parts.

    Prices of vertices that no placement of a part exceeds prove it (weak duality): an unlisted
    placement weighs less than nothing placed, and what a listed one beside the parts weighs above
    the prices of its vertices is added to the gap. A part without prices leaves the gap infinite.
    """
    listed = sea.placements
    chosen: list[int] = []
    total, gap = 0.0, 0.0
    price = np.zeros(listed.n_vertices)
    for own in judged.parts:
        inside = listed.select(own)
        if len(own) == 1:
            weight = max(0.0, float(inside.log_weights[0]))
            price[inside.family] = weight
            chosen += own.tolist() if weight > 0 else []
            total += weight
            continue
        plan = plan_component(inside, _BUDGET)
        (ranked, *_), lowest = rank_part(Part(own, inside, plan), 1)
        weight, names = ranked[0]
        total += weight
        chosen += names
        if plan is None:
            gap += float("inf") if lowest > -np.inf else 0.0
            continue
        own_price = potentials(plan, plan.placements.log_weights)
        price[plan.vertices] = own_price
        gap += max(0.0, float(own_price.sum()) - weight)
    beside = np.ones(len(listed), np.bool_)
    if judged.parts:
        beside[np.concatenate(judged.parts)] = False
    over = listed.log_weights - price[listed.family]
    np.subtract.at(over, listed.owner, price[listed.rows])
    gap += float(np.maximum(over[beside], 0.0).sum())
    return Best(np.array(sorted(chosen), np.int64), total, gap if gap > _ROUNDING else 0.0)
