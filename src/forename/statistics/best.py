"""The best single assignments of each component, and of all together.

In components that are summed exactly the search is exhaustive. In wider ones only *gainful*
placements are searched: the gain of a placement is its log weight minus that of its best listed
part (the empty one included). An assignment that uses a placement of gain g weighs at most g more
than the best assignment of all, because the placement can be replaced by that part; so a list
over all placements of gain above a level is proven down to the best weight plus that level.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from forename.statistics.components import best_of_component
from forename.statistics.frontier import Plan, plan_component
from forename.statistics.placements import Array, IntArray, Placements, split_components

# Levels of gain, from the best assignment alone downwards.
_LEVELS = tuple(-0.5 * math.log(10) * step for step in range(25))
_LEVEL_COST = 2.0**22

# Assignments of a component by number of pairings: (log weight, placements), best first.
Ranking = list[list[tuple[float, tuple[int, ...]]]]

_NOTHING_PROVEN: tuple[Ranking, float] = ([[(0.0, ())]], math.inf)


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One component: its placements' numbers in the problem, and its plan unless too wide.

    ``n_counts`` is how many numbers of pairings are told apart: 1 when the prior does not care.
    """

    numbers: IntArray
    placements: Placements
    plan: Plan | None
    n_counts: int = 1

    @property
    def cost(self) -> float:
        """Choices weighed in the exact sum, infinite without a plan."""
        return math.inf if self.plan is None else self.plan.cost * self.n_counts


def rank_part(part: Part, k_best: int) -> tuple[Ranking, float]:
    """Return the best assignments of one component and the log weight down to which it is proven.

    Placements are numbered as in the problem. A component that was planned is proven wholly
    (``-inf``).
    """
    if part.plan is not None:
        return _ranked(part.plan, part.numbers, part.n_counts, k_best), -math.inf
    gain = gains(part.placements)
    known: dict[bytes, Ranking] = {}  # pieces that a lower level leaves as they were
    found: tuple[Ranking, float] | None = None
    for level in _LEVELS:
        kept = np.flatnonzero(gain > level)
        rankings: list[Ranking] = []
        for piece in split_components(part.placements.select(kept)):
            numbers = kept[piece]
            name = numbers.tobytes()
            if name not in known:
                plan = plan_component(part.placements.select(numbers), _LEVEL_COST)
                if plan is None:
                    return found or _NOTHING_PROVEN
                known[name] = _ranked(plan, part.numbers[numbers], 1, k_best)
            rankings.append(known[name])
        merged = merge(rankings, k_best)
        found = merged, merged[0][0][0] + level
        if len(merged[0]) >= k_best and merged[0][-1][0] >= found[1]:
            break
    return found or _NOTHING_PROVEN


def _ranked(plan: Plan, numbers: IntArray, n_counts: int, k_best: int) -> Ranking:
    found = best_of_component(plan, plan.placements.log_weights, n_counts, k_best)
    names = numbers[plan.selection]
    return [
        [(weight, tuple(sorted(int(names[e]) for e in chosen))) for weight, chosen in ranked]
        for ranked in found
    ]


def merge(rankings: Iterable[Ranking], k_best: int) -> Ranking:
    """Combine the best assignments of independent components, by total number of pairings."""
    total: Ranking = [[(0.0, ())]]
    for ranking in rankings:
        combined: Ranking = [[] for _ in range(len(total) + len(ranking) - 1)]
        for k, some in enumerate(total):
            for extra, others in enumerate(ranking):
                combined[k + extra] += [
                    (a + b, x + y)
                    for i, (a, x) in enumerate(some)
                    for b, y in others[: k_best // (i + 1)]
                ]
        total = [sorted(some, key=lambda one: (-one[0], one[1]))[:k_best] for some in combined]
    return total


def gains(placements: Placements) -> Array:
    """Return each placement's log weight minus that of its best listed proper part."""
    gain = placements.log_weights.copy()
    large = np.flatnonzero(placements.sizes > 1)
    if not len(large):
        return gain
    families = set(placements.family[large].tolist())
    listed: dict[tuple[int, frozenset[tuple[int, int]]], float] = {}
    for e in range(len(placements)):
        if int(placements.family[e]) in families:
            pairs = frozenset(placements.pairs_of(e))
            listed[int(placements.family[e]), pairs] = float(placements.log_weights[e])
    best: dict[tuple[int, frozenset[tuple[int, int]]], float] = {}

    def best_within(family: int, pairs: frozenset[tuple[int, int]]) -> float:
        """Return the best log weight listed for these pairs or fewer."""
        if not pairs:
            return 0.0
        if (family, pairs) not in best:
            whole = listed.get((family, pairs), -math.inf)
            best[family, pairs] = max(whole, best_of_parts(family, pairs))
        return best[family, pairs]

    def best_of_parts(family: int, pairs: frozenset[tuple[int, int]]) -> float:
        return max(best_within(family, pairs - {pair}) for pair in pairs)

    for e in large.tolist():
        pairs = frozenset(placements.pairs_of(e))
        gain[e] -= best_of_parts(int(placements.family[e]), pairs)
    return gain
