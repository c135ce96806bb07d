"""Proven intervals for components too wide to be summed: an exact recursion, cut off.

The probability that a vertex is left unused is exactly

    free(v in G) = 1 / (1 + sum over placements e at v of w_e * product over its other vertices x
                        of free(x in G without v and the x before it)).

Every factor lies in [1 / (1 + sum of the weights at x), 1]. The right-hand side falls with every
factor, so a recursion that stops anywhere with this interval still encloses the truth. It goes on
where an error would matter: an error in a factor counts as much as its placement is probable, so
unlikely placements, which are nearly all, are left early. See ``docs/methods/joint-answer.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.statistics.placement_web import Web, build_web
from forename.statistics.placements import Array, BoolArray, IntArray, Placements

# Heaviest placements of a vertex that are looked at before it is judged worth pursuing.
_LOOKED_AT = 4
# Factors whose effect lies below the cut are not pursued; cuts are tried from coarse to fine.
_CUTS = tuple(10.0**-power for power in range(3, 13))
# Finer cuts stop once every bound is below _AIM, or after _EASY vertices if they are tolerable.
_AIM = 1e-6
_EASY = 30_000
# Allowance for the rounding of long sums.
_ROUNDING = 1e-12


@compiled
def _alive(web: Web, gone: BoolArray, entry: int) -> bool:
    e = web.owner[entry]
    for d in range(web.entry_start[e], web.entry_start[e + 1]):
        if d != entry and gone[web.member[d]]:
            return False
    return True


@compiled
def _free(
    web: Web,
    gone: BoolArray,
    spent: IntArray,
    entry: int,
    gain: float,
    cut: float,
) -> tuple[float, float, float]:
    """Return (low, expected, high) of the probability that the entry's vertex is unused.

    ``gone`` marks the vertices taken out; ``gain`` bounds the effect of this factor's logarithm
    on the answer. ``spent`` holds the vertices expanded so far and their limit.
    """
    v = web.member[entry]
    first, last = web.meet_start[v], web.meet_start[v + 1]
    open_weight = 0.0
    place = first
    while place < last:
        if place - first == _LOOKED_AT:
            open_weight += web.rest[place]
            break
        if _alive(web, gone, web.meets[place]):
            open_weight += web.weight[web.owner[web.meets[place]]]
        place += 1
    if gain * np.log1p(open_weight) < cut or spent[0] >= spent[1]:
        floor = 1.0 / (1.0 + open_weight)
        return floor, max(floor, web.guess[entry]), 1.0
    spent[0] += 1
    gone[v] = True
    low, expected, high = 0.0, 0.0, 0.0
    for place in range(first, last):
        if gain * web.rest[place] < cut * (1.0 + low):
            expected += web.expected_rest[place]
            high += web.rest[place]
            break
        c = web.meets[place]
        if _alive(web, gone, c):
            w = web.weight[web.owner[c]]
            share = gain * min(1.0, w / (1.0 + low))
            a, b, d = 1.0, 1.0, 1.0
            e = web.owner[c]
            for x in range(web.entry_start[e], web.entry_start[e + 1]):
                if x != c:
                    f, g, h = _free(web, gone, spent, x, share, cut)
                    gone[web.member[x]] = True
                    a, b, d = a * f, b * g, d * h
            for x in range(web.entry_start[e], web.entry_start[e + 1]):
                if x != c:
                    gone[web.member[x]] = False
            low, expected, high = low + w * a, expected + w * b, high + w * d
    gone[v] = False
    return 1.0 / (1.0 + high), 1.0 / (1.0 + expected), 1.0 / (1.0 + low)


class _Around(NamedTuple):
    """The weight of each placement at some vertices, against the vertex being unused.

    The placements of the i-th vertex are ``low[start[i]:start[i + 1]]``, in the order of its
    ``meets``; likewise ``expected`` and ``high``. ``low_others`` and ``high_others`` are the sums
    of all other placements of the same vertex, made without subtracting.
    """

    start: IntArray
    low: Array
    expected: Array
    high: Array
    low_others: Array
    high_others: Array


def _around(web: Web, vertices: IntArray) -> _Around:
    """Return room for what is around the vertices."""
    start = np.zeros(len(vertices) + 1, np.int64)
    np.cumsum(np.diff(web.meet_start)[vertices], out=start[1:])
    return _Around(start, *np.zeros((5, start[-1])))


@compiled
def _look_around(
    web: Web,
    vertices: IntArray,
    taken: BoolArray,
    cut: float,
    spent: IntArray,
    found: _Around,
) -> None:
    """Write what is around each vertex once those before it that are ``taken`` are gone."""
    gone = np.zeros(len(web.meet_start) - 1, np.bool_)
    for i in range(len(vertices)):
        _look(web, gone, spent, vertices[i], cut, found, found.start[i])
        gone[vertices[i]] = taken[i]


@compiled
def _look(
    web: Web,
    gone: BoolArray,
    spent: IntArray,
    v: int,
    cut: float,
    found: _Around,
    at: int,
) -> None:
    first, last = web.meet_start[v], web.meet_start[v + 1]
    low, expected, high = found.low[at:], found.expected[at:], found.high[at:]
    gone[v] = True
    known = 0.0
    for i in range(last - first):
        c = web.meets[first + i]
        if not _alive(web, gone, c):
            continue
        w = web.weight[web.owner[c]]
        share = min(1.0, w / (1.0 + known))
        low[i], expected[i], high[i] = w, w, w
        e = web.owner[c]
        for x in range(web.entry_start[e], web.entry_start[e + 1]):
            if x != c:
                f, g, h = _free(web, gone, spent, x, share, cut)
                gone[web.member[x]] = True
                low[i], expected[i], high[i] = low[i] * f, expected[i] * g, high[i] * h
        for x in range(web.entry_start[e], web.entry_start[e + 1]):
            if x != c:
                gone[web.member[x]] = False
        known += low[i]
    gone[v] = False
    _add_others(low[: last - first], found.low_others[at:])
    _add_others(high[: last - first], found.high_others[at:])


@compiled
def _add_others(values: Array, others: Array) -> None:
    """Add the sum of all other values to each of ``others``, without subtracting."""
    below, above = 0.0, 0.0
    for i in range(len(values)):
        others[i] += below
        below += values[i]
    for i in range(len(values) - 1, -1, -1):
        others[i] += above
        above += values[i]


@dataclass(frozen=True, slots=True, eq=False)
class Enclosure:
    """Probabilities of one component with proven error bounds.

    Entries run over (vertex, placement) pairs: ``vertex`` and ``placement`` name them, and
    ``through`` is the probability of the placement as seen from that vertex. ``unused`` is for
    ``unused_vertex``. ``log_sum`` is the log of the component's sum. Every value is within its
    bound of the truth.
    """

    vertex: IntArray
    placement: IntArray
    through: Array
    through_bound: Array
    unused_vertex: IntArray
    unused: Array
    unused_bound: Array
    log_sum: float
    log_sum_bound: float
    expanded: int

    @property
    def worst_bound(self) -> float:
        """The largest bound of a probability."""
        return float(max(self.through_bound.max(initial=0.0), self.unused_bound.max(initial=0.0)))


def enclose(
    placements: Placements, vertices: IntArray, tolerance: float, max_expanded: int
) -> Enclosure | None:
    """Return enclosed marginals of a component as seen from ``vertices``.

    Cuts get finer until every bound is far below ``tolerance`` or the effort no longer pays.
    Returns None if the tolerance cannot be reached while expanding ``max_expanded`` vertices.
    """
    web = build_web(placements)
    if web is None:
        return None
    rows = np.unique(placements.rows)
    best: Enclosure | None = None
    expanded = 0
    for cut in _CUTS:
        spent = np.array([0, max_expanded - expanded], np.int64)
        found = _enclose_at(web, vertices, rows, cut, spent)
        expanded += int(spent[0])
        if best is None or found.worst_bound < best.worst_bound:
            best = found
        tolerable = best.worst_bound <= tolerance
        if best.worst_bound <= _AIM or expanded >= max_expanded or (tolerable and expanded > _EASY):
            break
    return best if best is not None and best.worst_bound <= tolerance else None


def _enclose_at(
    web: Web, vertices: IntArray, rows: IntArray, cut: float, spent: IntArray
) -> Enclosure:
    found = _around(web, vertices)
    _look_around(web, vertices, np.zeros(len(vertices), np.bool_), cut, spent, found)
    least_sum, expected_sum, most_sum = (
        1 + _sums_between(values, found.start) for values in (found.low, found.expected, found.high)
    )
    count = np.diff(found.start)
    value = found.expected / np.repeat(expected_sum, count)
    least = found.low / (1 + found.low + found.high_others)
    most = found.high / (1 + found.high + found.low_others)
    unused = 1 / expected_sum
    width = np.maximum(1 / least_sum - unused, unused - 1 / most_sum)
    entries = np.concatenate(
        [web.meets[web.meet_start[v] : web.meet_start[v + 1]] for v in vertices]
    )
    log_sum, log_sum_bound = _log_sum(web, rows, cut, spent)
    return Enclosure(
        np.repeat(vertices, count),
        web.owner[entries],
        value,
        np.maximum(most - value, value - least) + _ROUNDING * value,
        vertices,
        unused,
        width + _ROUNDING * unused,
        log_sum,
        log_sum_bound,
        int(spent[0]),
    )


def _sums_between(values: Array, start: IntArray) -> Array:
    """Return the sum of each stretch; numpy adds in pairs, which loses less than one by one."""
    return np.array([values[a:b].sum() for a, b in pairwise(start.tolist())])


def _log_sum(web: Web, rows: IntArray, cut: float, spent: IntArray) -> tuple[float, float]:
    """Return the log of the sum and its bound: free() of the rows, each without those before."""
    found = _around(web, rows)
    _look_around(web, rows, np.ones(len(rows), np.bool_), cut, spent, found)
    least, value, most = (
        float(np.cumsum(np.log1p(_sums_between(values, found.start)))[-1])
        for values in (found.low, found.expected, found.high)
    )
    return value, max(most - value, value - least)
