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
from typing import NamedTuple

import numpy as np
from numba import njit

from forename.statistics.placements import Array, BoolArray, IntArray, Placements

_SWEEPS = 20
# Heaviest placements of a vertex that are looked at before it is judged worth pursuing.
_LOOKED_AT = 4
# Factors whose effect lies below the cut are not pursued; cuts are tried from coarse to fine.
_CUTS = tuple(10.0**-power for power in range(3, 13))
# Finer cuts stop once every bound is below _AIM, or after _EASY vertices if they are tolerable.
_AIM = 1e-6
_EASY = 30_000
_LARGEST_LOG_WEIGHT = 600.0
# Allowance for the rounding of long sums.
_ROUNDING = 1e-12


class Web(NamedTuple):
    """A component's vertices and placements as flat arrays.

    Entry c says that placement ``owner[c]`` uses vertex ``member[c]``; a placement's entries are
    ``entry_start[e]`` up to ``entry_start[e + 1]``, a vertex's are listed in
    ``meets[meet_start[v]:meet_start[v + 1]]``, heaviest placement first. ``rest`` is, in the
    order of ``meets``, the weight of a vertex's placements from there on, and ``expected_rest``
    what to expect of it; ``guess`` (entries,) is what to expect of a factor not pursued.
    """

    weight: Array
    entry_start: IntArray
    owner: IntArray
    member: IntArray
    meet_start: IntArray
    meets: IntArray
    rest: Array
    expected_rest: Array
    guess: Array


def build_web(placements: Placements) -> Web | None:
    """Lay out a component, or return None when its weights exceed what a float can hold."""
    if len(placements) and placements.log_weights.max() > _LARGEST_LOG_WEIGHT:
        return None
    n = len(placements)
    weight = np.exp(placements.log_weights)
    owner = np.concatenate([placements.owner, np.arange(n)])
    member = np.concatenate([placements.rows, placements.family])
    order = np.argsort(owner, kind="stable")  # rows of a placement first, its family last
    owner, member = owner[order].astype(np.int64), member[order].astype(np.int64)
    entry_start = np.concatenate([[0], np.cumsum(placements.sizes + 1)]).astype(np.int64)
    meets = np.lexsort((np.arange(len(owner)), -weight[owner], member)).astype(np.int64)
    meet_start = np.searchsorted(member[meets], np.arange(placements.n_vertices + 1))
    web = Web(
        weight,
        entry_start,
        owner,
        member,
        meet_start.astype(np.int64),
        meets,
        np.zeros(len(meets)),
        np.zeros(len(meets)),
        np.ones(len(owner)),
    )
    guess = _messages(web)
    # A placement's expected weight at one of its vertices takes the others' factors.
    factors = np.log(guess)
    others = np.bincount(owner, weights=factors, minlength=n)[owner] - factors
    expected = weight[owner] * np.exp(others)
    return web._replace(
        guess=guess,
        rest=_sums_to_end(weight[owner[meets]], web.meet_start),
        expected_rest=_sums_to_end(expected[meets], web.meet_start),
    )


@njit(cache=True, nogil=True)
def _sums_to_end(values: Array, start: IntArray) -> Array:
    sums = values.copy()
    for v in range(len(start) - 1):
        for place in range(start[v + 1] - 2, start[v] - 1, -1):
            sums[place] += sums[place + 1]
    return sums


@njit(cache=True, nogil=True)
def _messages(web: Web) -> Array:
    """Return for each entry the probability of its vertex being free but for this placement.

    Belief propagation: exact on trees. It only serves as point estimate where the recursion is
    cut off; the intervals do not rest on it.
    """
    message = np.ones(len(web.member))
    incoming = np.ones(len(web.member))
    for _ in range(_SWEEPS):
        for e in range(len(web.weight)):
            for c in range(web.entry_start[e], web.entry_start[e + 1]):
                product = web.weight[e]
                for d in range(web.entry_start[e], web.entry_start[e + 1]):
                    if d != c:
                        product *= message[d]
                incoming[c] = product
        change = 0.0
        for v in range(len(web.meet_start) - 1):
            entries = web.meets[web.meet_start[v] : web.meet_start[v + 1]]
            # Sums before and after each entry: taking it from the whole sum would cancel.
            above = np.zeros(len(entries) + 1)
            for i in range(len(entries) - 1, -1, -1):
                above[i] = above[i + 1] + incoming[entries[i]]
            below = 0.0
            for i in range(len(entries)):
                c = entries[i]
                new = 1.0 / (1.0 + below + above[i + 1])
                below += incoming[c]
                change = max(change, abs(new - message[c]))
                message[c] = 0.5 * (message[c] + new)
        if change < 1e-4:
            break
    return message


@njit(cache=True, nogil=True)
def _alive(web: Web, gone: BoolArray, entry: int) -> bool:
    e = web.owner[entry]
    for d in range(web.entry_start[e], web.entry_start[e + 1]):
        if d != entry and gone[web.member[d]]:
            return False
    return True


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _around(
    web: Web, gone: BoolArray, spent: IntArray, v: int, cut: float
) -> tuple[Array, Array, Array]:
    """Return (low, expected, high) of each placement's weight at v against v being unused."""
    entries = web.meets[web.meet_start[v] : web.meet_start[v + 1]]
    low, expected, high = np.zeros(len(entries)), np.zeros(len(entries)), np.zeros(len(entries))
    gone[v] = True
    known = 0.0
    for i in range(len(entries)):
        c = entries[i]
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
    return low, expected, high


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
    best: Enclosure | None = None
    expanded = 0
    for cut in _CUTS:
        spent = np.array([0, max_expanded - expanded], np.int64)
        found = _enclose_at(placements, web, vertices, cut, spent)
        expanded += int(spent[0])
        if best is None or found.worst_bound < best.worst_bound:
            best = found
        tolerable = best.worst_bound <= tolerance
        if best.worst_bound <= _AIM or expanded >= max_expanded or (tolerable and expanded > _EASY):
            break
    return best if best is not None and best.worst_bound <= tolerance else None


def _enclose_at(
    placements: Placements, web: Web, vertices: IntArray, cut: float, spent: IntArray
) -> Enclosure:
    gone = np.zeros(placements.n_vertices, bool)
    vertex, placement, through, through_bound = [], [], [], []
    unused, unused_bound = np.zeros(len(vertices)), np.zeros(len(vertices))
    for i, v in enumerate(vertices):
        low, expected, high = _around(web, gone, spent, int(v), cut)
        entries = web.meets[web.meet_start[v] : web.meet_start[v + 1]]
        value = expected / (1 + expected.sum())
        least = low / (1 + low + _sums_of_others(high))
        most = high / (1 + high + _sums_of_others(low))
        vertex.append(np.full(len(entries), v))
        placement.append(web.owner[entries])
        through.append(value)
        through_bound.append(np.maximum(most - value, value - least) + _ROUNDING * value)
        unused[i] = 1 / (1 + expected.sum())
        width = max(1 / (1 + low.sum()) - unused[i], unused[i] - 1 / (1 + high.sum()))
        unused_bound[i] = width + _ROUNDING * unused[i]
    log_sum, log_sum_bound = _log_sum(placements, web, cut, spent)
    return Enclosure(
        np.concatenate(vertex),
        np.concatenate(placement),
        np.concatenate(through),
        np.concatenate(through_bound),
        vertices,
        unused,
        unused_bound,
        log_sum,
        log_sum_bound,
        int(spent[0]),
    )


def _sums_of_others(values: Array) -> Array:
    """Return for each value the sum of all others, without subtracting."""
    below = np.concatenate([[0.0], np.cumsum(values)[:-1]])
    above = np.concatenate([np.cumsum(values[::-1])[::-1][1:], [0.0]])
    sums: Array = below + above
    return sums


def _log_sum(placements: Placements, web: Web, cut: float, spent: IntArray) -> tuple[float, float]:
    """Return the log of the sum and its bound: free() of the rows, each without those before."""
    gone = np.zeros(placements.n_vertices, bool)
    least, value, most = 0.0, 0.0, 0.0
    for row in np.unique(placements.rows):
        low, expected, high = _around(web, gone, spent, int(row), cut)
        least += float(np.log1p(low.sum()))
        value += float(np.log1p(expected.sum()))
        most += float(np.log1p(high.sum()))
        gone[row] = True
    return value, max(most - value, value - least)
