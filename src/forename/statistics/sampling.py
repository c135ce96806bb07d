"""A component too wide for sums and bounds: assignments drawn by a Markov chain, with its error.

Metropolis (1953) over the assignments of a component: a placement drawn at random is put in, taken
out, or put in the place of the one that bars it, and two pairings may change partners. Chains that
begin far apart are compared (Gelman and Rubin 1992); where they disagree nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forename.compiled import compiled
from forename.statistics.placements import Array, IntArray, Placements

CHAINS = 8
MOST_R_HAT = 1.01
ERRORS = 4.0  # standard errors that a bound of a drawn probability stands for
_PARTS = 32  # of a chain, whose means tell its error
_SWEEPS = 2_000  # of the first attempt; each next one is four times as long
_ATTEMPTS = 4
_AIM = 0.02  # bounds above it are worth another attempt
_UNSEEN = 3.0  # events never seen in n independent draws have probability below 3 / n (95 %)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Probabilities of a component's placements (E,) and of its vertices being unused (V,).

    Bounds are `ERRORS` standard errors between chains, not proven. ``r_hat`` is the largest of
    all, ``steps`` the steps of one chain.
    """

    through: Array
    through_bound: Array
    unused: Array
    unused_bound: Array
    r_hat: float
    steps: int


@compiled
def _run(
    starts: IntArray,
    members: IntArray,
    log_weights: Array,
    partner: IntArray,
    holder: IntArray,
    numbers: Array,
    counted: IntArray,
    unused: IntArray,
) -> None:
    """Move through assignments, one random triple of ``numbers`` (steps, 3) after the other.

    ``members[starts[e]:starts[e + 1]]`` are the vertices of placement e, ``holder`` (V,) the
    placement that uses each, -1 for none. ``partner`` (V, V) is the pairing of two vertices, -1 for
    none. ``counted`` (E,) and ``unused`` (V,) count the steps.
    """
    total = len(log_weights)
    entered = np.zeros(total, np.int64)  # when each placement in use came in
    left = np.zeros(len(holder), np.int64)  # when each unused vertex became free
    for step in range(len(numbers)):
        e = int(numbers[step, 0] * total)
        first, last = starts[e], starts[e + 1]
        level = np.log(numbers[step, 1])
        bars, count, inside = -1, 0, False
        for x in range(first, last):
            other = holder[members[x]]
            if other == e:
                inside = True
            elif other >= 0 and other != bars:
                bars = other
                count += 1
        out, second_out, second_in = -1, -1, -1
        into = -1
        if inside:
            if level < -log_weights[e]:
                out = e
        elif count == 0:
            if level < log_weights[e]:
                into = e
        elif count == 1:
            if level < log_weights[e] - log_weights[bars]:
                out, into = bars, e
        elif count == 2 and last - first == 2:
            # Two pairings change partners: (a, x) and (b, y) become (a, y) and (b, x).
            a, y = members[first], members[first + 1]
            f, g = holder[a], holder[y]
            if starts[f + 1] - starts[f] == 2 and starts[g + 1] - starts[g] == 2:
                x, b = members[starts[f] + 1], members[starts[g]]
                other = partner[b, x]
                if other >= 0 and level < (
                    log_weights[e] + log_weights[other] - log_weights[f] - log_weights[g]
                ):
                    out, second_out, into, second_in = f, g, e, other
        for gone in (out, second_out):
            if gone >= 0:
                counted[gone] += step - entered[gone]
                for x in range(starts[gone], starts[gone + 1]):
                    holder[members[x]] = -1
                    left[members[x]] = step
        for new in (into, second_in):
            if new >= 0:
                entered[new] = step
                for x in range(starts[new], starts[new + 1]):
                    unused[members[x]] += step - left[members[x]]
                    holder[members[x]] = new
    for v in range(len(holder)):
        if holder[v] < 0:
            unused[v] += len(numbers) - left[v]
    for e in range(total):
        if holder[members[starts[e]]] == e:
            counted[e] += len(numbers) - entered[e]


def draw(placements: Placements, vertices: IntArray, seed: int) -> Drawn | None:
    """Return what chains agree on, None where they do not; ``vertices`` are the component's.

    The same seed gives the same digits.
    """
    rows = np.searchsorted(vertices, placements.rows)
    families = np.searchsorted(vertices, placements.family)
    sizes = placements.sizes + 1
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    members = np.empty(starts[-1], np.int64)
    entry = np.arange(len(rows)) + placements.owner
    members[entry] = rows
    members[starts[1:] - 1] = families
    partner = np.full((len(vertices), len(vertices)), -1, np.int64)
    pairs = np.flatnonzero(placements.sizes == 1)
    partner[members[starts[pairs]], families[pairs]] = pairs
    rng = np.random.default_rng(seed)
    sweeps = _SWEEPS
    for _ in range(_ATTEMPTS):
        steps = sweeps * len(placements) // _PARTS + 1
        counted = np.zeros((CHAINS, _PARTS, len(placements)), np.int64)
        unused = np.zeros((CHAINS, _PARTS, len(vertices)), np.int64)
        for chain in range(CHAINS):
            holder = _beginning(starts, members, placements.log_weights, chain, rng)
            for part in range(-_PARTS // 2, _PARTS):
                own = max(part, 0)
                if part <= 0:  # what was counted on the way in does not count
                    counted[chain, 0] = unused[chain, 0] = 0
                _run(
                    starts,
                    members,
                    placements.log_weights,
                    partner,
                    holder,
                    rng.random((steps, 3)),
                    counted[chain, own],
                    unused[chain, own],
                )
        through, through_bound, worst = _judged(counted / steps)
        free, free_bound, worst_free = _judged(unused / steps)
        r_hat = max(worst, worst_free)
        drawn = Drawn(through, through_bound, free, free_bound, r_hat, steps * _PARTS)
        if r_hat <= MOST_R_HAT and max(through_bound.max(), free_bound.max()) <= _AIM:
            break
        sweeps *= 4
    return drawn if drawn.r_hat <= MOST_R_HAT else None


def _beginning(
    starts: IntArray, members: IntArray, log_weights: Array, chain: int, rng: np.random.Generator
) -> IntArray:
    """Return where a chain begins: empty, greedy, and between them at random."""
    holder = np.full(int(members.max()) + 1, -1, np.int64)
    if chain == 0:
        return holder
    noise = 0.0 if chain == 1 else 3.0 * chain
    for e in np.argsort(-(log_weights + noise * rng.standard_normal(len(log_weights)))).tolist():
        own = members[starts[e] : starts[e + 1]]
        if (holder[own] < 0).all():
            holder[own] = e
    return holder


def _judged(means: Array) -> tuple[Array, Array, float]:
    """Return mean, bound and the largest R-hat of values (chains, parts, n)."""
    chains, parts, _ = means.shape
    of_chain = means.mean(axis=1)
    mean: Array = of_chain.mean(axis=0)
    between = of_chain.var(axis=0, ddof=1)
    # Parts of a chain depend on each other, so the error is at least that between chains.
    error = np.sqrt(np.maximum(between, means.var(axis=1, ddof=1).mean(axis=0) / parts) / chains)
    within = (of_chain * (1 - of_chain)).mean(axis=0)  # the variance of "used or not" in a chain
    with np.errstate(divide="ignore", invalid="ignore"):
        r_hat = np.sqrt(1 + between / within)
    r_hat = np.where(between == 0, 1.0, r_hat)
    bound = ERRORS * error + _UNSEEN / (chains * parts)
    return mean, np.minimum(bound, 1.0), float(r_hat.max(initial=1.0))
