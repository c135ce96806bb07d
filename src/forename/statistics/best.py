"""The best single assignments, and the generalised likelihood ratio of every pairing.

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

from forename.exceptions import BudgetExceededError
from forename.statistics.components import best_marginals, best_of_component, best_value
from forename.statistics.frontier import Plan, plan_component
from forename.statistics.matching import forced_losses
from forename.statistics.placements import (
    Array,
    AssignmentProblem,
    IntArray,
    Placements,
    list_placements,
    split_components,
)

# Levels of gain, from the best assignment alone downwards.
_LEVELS = tuple(-0.5 * math.log(10) * step for step in range(25))
_LEVEL_COST = 2.0**22

# Assignments of a component by number of pairings: (log weight, placements), best first.
Ranking = list[list[tuple[float, tuple[int, ...]]]]


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
    found: tuple[Ranking, float] | None = None
    for level in _LEVELS:
        kept = np.flatnonzero(gain > level)
        rankings: list[Ranking] = []
        for piece in split_components(part.placements.select(kept)):
            numbers = kept[piece]
            plan = plan_component(part.placements.select(numbers), _LEVEL_COST)
            if plan is None:
                break
            rankings.append(_ranked(plan, part.numbers[numbers], 1, k_best))
        else:
            merged = merge(rankings, k_best)
            lowest = merged[0][0][0] + level
            found = merged, lowest
            if len(merged[0]) >= k_best and merged[0][-1][0] >= lowest:
                break
            continue
        break
    return found if found is not None else ([[(0.0, ())]], math.inf)


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


def pairwise_glr(problem: AssignmentProblem, budget: float) -> Array:
    """Return the generalised likelihood ratio of every pairing (n, m), natural logarithm.

    It is the largest likelihood of all assignments with the pairing over the largest without it;
    the prior plays no part. NaN where no assignment has the pairing. Raises BudgetExceededError.
    """
    placements = list_placements(problem)
    n, m = problem.n_rows, problem.n_columns
    # Best log likelihood with each pairing, relative to the best of all; last column: with none.
    best = np.full((n, m + 1), -np.inf)
    best[:, m] = 0.0
    for numbers in split_components(placements):
        part = placements.select(numbers)
        plan = None
        if (part.source >= 0).any():
            plan = plan_component(part, min(budget, _LEVEL_COST))
        if (part.source < 0).all():
            through, unused_rows = _best_of_pairs(part)
            top = 0.0
            best[list(unused_rows), m] = list(unused_rows.values())
        elif plan is not None:
            top, through, unused = best_marginals(plan, plan.placements.log_weights)
            rows = plan.vertices < n
            best[plan.vertices[rows], m] = unused[rows] - top
            part = plan.placements
        else:
            through, unused_rows = _best_in_wide(part, budget)
            top = 0.0
            best[list(unused_rows), m] = list(unused_rows.values())
        np.maximum.at(best, (part.rows, part.columns), through[part.owner] - top)
    others = np.full((n, m + 1), -np.inf)
    if m:
        ordered = np.sort(best, axis=1)
        others = np.where(best == ordered[:, -1:], ordered[:, -2:-1], ordered[:, -1:])
    glr: Array = best[:, :m] - others[:, :m]
    glr[np.isneginf(best[:, :m])] = np.nan
    return glr


def _best_of_pairs(part: Placements) -> tuple[Array, dict[int, float]]:
    """Return what `_best_in_wide` does, for families that miss one person each."""
    rows, row = np.unique(part.rows, return_inverse=True)
    columns, column = np.unique(part.columns, return_inverse=True)
    weights = np.full((len(rows), len(columns)), -np.inf)
    weights[row, column] = part.log_weights
    loss, left_out = forced_losses(weights)
    return -loss[row, column], dict(zip(rows.tolist(), (-left_out).tolist(), strict=True))


def _best_in_wide(part: Placements, budget: float) -> tuple[Array, dict[int, float]]:
    """Return the best log likelihood through each placement, and with each row unused.

    Relative to the best of all. Besides the placement itself only gainful ones can be needed.
    """
    gainful = np.flatnonzero(gains(part) > 0)
    pieces = split_components(part.select(gainful))
    solved: dict[tuple[int, frozenset[int]], float] = {}
    home: dict[int, int] = {}
    tops: list[float] = []
    unused: dict[int, float] = {}
    through = np.full(len(part), -np.inf)
    for index, piece in enumerate(pieces):
        plan = plan_component(part.select(gainful[piece]), budget)
        if plan is None:
            raise BudgetExceededError(
                f"generalised likelihood ratios of {len(piece)} linked pairings",
                math.inf,
                budget,
                "choices",
                "Raise the budget, or settle undisputed pairings first.",
            )
        top, inside, free = best_marginals(plan, plan.placements.log_weights)
        through[gainful[piece][plan.selection]] = inside - top
        tops.append(top)
        for x, vertex in enumerate(plan.vertices):
            home[int(vertex)] = index
            unused[int(vertex)] = float(free[x]) - top

    def without(index: int, gone: frozenset[int]) -> float:
        """Return the best of one piece without some vertices, relative to its best."""
        if len(gone) == 1:
            return unused[next(iter(gone))]
        if (index, gone) not in solved:
            numbers = gainful[pieces[index]]
            kept = part.select(numbers)
            hit = np.isin(kept.family, list(gone))
            hit[kept.owner[np.isin(kept.rows, list(gone))]] = True
            rest = part.select(numbers[~hit])
            solved[index, gone] = best_value(rest, budget) - tops[index]
        return solved[index, gone]

    for e in np.setdiff1d(np.arange(len(part)), gainful):
        touched: dict[int, set[int]] = {}
        for vertex in [int(part.family[e]), *(row for row, _ in part.pairs_of(int(e)))]:
            if vertex in home:
                touched.setdefault(home[vertex], set()).add(vertex)
        lost = sum(without(index, frozenset(gone)) for index, gone in touched.items())
        through[e] = part.log_weights[e] + lost
    rows = np.unique(part.rows).tolist()
    return through, {row: unused.get(row, 0.0) for row in rows}
