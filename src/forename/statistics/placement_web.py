"""A component's placements as flat arrays, with what to expect where nobody looks closer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.statistics.placements import Array, IntArray, Placements

_SWEEPS = 20
_LARGEST_LOG_WEIGHT = 600.0


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


@compiled
def _sums_to_end(values: Array, start: IntArray) -> Array:
    sums = values.copy()
    for v in range(len(start) - 1):
        for place in range(start[v + 1] - 2, start[v] - 1, -1):
            sums[place] += sums[place + 1]
    return sums


@compiled
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
