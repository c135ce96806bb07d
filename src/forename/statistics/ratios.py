"""The generalised likelihood ratio of a pairing: the best likelihood with it over without it.

Families that miss one person each are solved as a matching problem, in polynomial time. Where a
family misses several, the recursion over states finds the maxima; in components too wide for
that, only gainful placements (see `forename.statistics.best`) and the pairing itself can matter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from forename.exceptions import BudgetExceededError
from forename.statistics.best import gains
from forename.statistics.components import best_marginals, best_value
from forename.statistics.frontier import plan_component
from forename.statistics.matching import forced_losses
from forename.statistics.placements import (
    Array,
    AssignmentProblem,
    IntArray,
    Placements,
    list_placements,
    split_components,
)

_PLAN_COST = 2.0**22
_MATCHING_SIZE = 4000


def generalised_ratios(
    problem: AssignmentProblem,
    budget: float,
    pairs: Iterable[tuple[int, int]] | None = None,
) -> Array:
    """Return the generalised likelihood ratio of pairings (n, m), natural logarithm.

    It is the largest likelihood of all assignments with the pairing over the largest without it;
    the prior plays no part. ``pairs`` are the (row, column) wanted, None for all. NaN where a
    pairing was not wanted or no assignment has it. Raises BudgetExceededError.
    """
    n, m = problem.n_rows, problem.n_columns
    wanted = np.full((n, m), pairs is None)
    for i, j in pairs or ():
        wanted[i, j] = True
    placements = list_placements(problem)
    glr = np.full((n, m), np.nan)
    for numbers in split_components(placements):
        part = placements.select(numbers)
        own = np.zeros((n, m), bool)
        own[part.rows, part.columns] = True
        own &= wanted
        if not own.any():
            continue
        if (part.source < 0).all():
            found = _ratios(problem, part.rows, part.columns, *_of_matching(part))
        else:
            plan = plan_component(part, min(budget, _PLAN_COST))
            if plan is None:
                glr[own] = _Wide(part, budget).ratios(np.argwhere(own))
                continue
            top, through, unused = best_marginals(plan, plan.placements.log_weights)
            inside = plan.placements
            left_out = np.zeros(n)
            is_row = plan.vertices < n
            left_out[plan.vertices[is_row]] = unused[is_row] - top
            found = _ratios(
                problem, inside.rows, inside.columns, through[inside.owner] - top, left_out
            )
        glr[own] = found[own]
    return glr


def _ratios(
    problem: AssignmentProblem, rows: IntArray, columns: IntArray, through: Array, left_out: Array
) -> Array:
    """Return log ratios from the best log likelihoods with each pair, and with each row left out.

    The best without a pair is the best in which its row is elsewhere or left out.
    """
    best = np.full((problem.n_rows, problem.n_columns + 1), -np.inf)
    np.maximum.at(best, (rows, columns), through)
    best[:, -1] = left_out
    ordered = np.sort(best, axis=1)
    others = np.where(best == ordered[:, -1:], ordered[:, -2:-1], ordered[:, -1:])
    with np.errstate(invalid="ignore"):
        ratio: Array = (best - others)[:, :-1]
    return ratio


def _of_matching(part: Placements) -> tuple[Array, Array]:
    """Return the best with each pair (E,) and with each row left out (n,), against the best."""
    rows, row = np.unique(part.rows, return_inverse=True)
    columns, column = np.unique(part.columns, return_inverse=True)
    if len(rows) + len(columns) > _MATCHING_SIZE:
        raise BudgetExceededError(
            _ratios_of(part),
            float(len(rows) + len(columns)),
            _MATCHING_SIZE,
            "records",
            "Settle undisputed pairings first.",
        )
    weights = np.full((len(rows), len(columns)), -np.inf)
    weights[row, column] = part.log_weights
    loss, left_out = forced_losses(weights)
    unused = np.zeros(part.n_rows)
    unused[rows] = -left_out
    return -loss[row, column], unused


def _ratios_of(part: Placements) -> str:
    return f"generalised likelihood ratios of {len(part)} linked placements"


class _Wide:
    """A component with families that miss several, too wide to be searched as it stands.

    The best assignment uses gainful placements only. With a pairing forced it uses one placement
    with that pairing and gainful ones elsewhere; without it, gainful ones that lack it.
    """

    def __init__(self, part: Placements, budget: float) -> None:
        self.part = part
        self.budget = budget
        self.gainful = part.select(np.flatnonzero(gains(part) > 0))
        self.pieces = [self.gainful.select(p) for p in split_components(self.gainful)]
        self.home: dict[int, int] = {}
        self.tops: list[float] = []
        self.unused = np.zeros(part.n_vertices)
        for index, piece in enumerate(self.pieces):
            plan = plan_component(piece, budget)
            if plan is None:
                raise BudgetExceededError(
                    _ratios_of(piece),
                    math.inf,
                    budget,
                    "choices",
                    "Settle undisputed pairings first. In Python, a larger `budget` can be given.",
                )
            top, _, unused = best_marginals(plan, plan.placements.log_weights)
            self.tops.append(top)
            self.unused[plan.vertices] = unused - top
            self.home.update((int(vertex), index) for vertex in plan.vertices)
        self.solved: dict[tuple[int, frozenset[int]], float] = {}

    def ratios(self, pairs: IntArray) -> list[float]:
        """Return the log ratio of each (row, column)."""
        return [self._with(int(i), int(j)) - self._without(int(i), int(j)) for i, j in pairs]

    def _with(self, row: int, column: int) -> float:
        """Return the best log likelihood with a pairing, against the best of all."""
        part = self.part
        has = np.unique(part.owner[(part.rows == row) & (part.columns == column)])
        vertices = [[int(part.family[e]), *(i for i, _ in part.pairs_of(int(e)))] for e in has]
        # Taking out several vertices costs at least what the dearest of them costs.
        limits = [
            float(part.log_weights[e]) + float(self.unused[gone].min())
            for e, gone in zip(has, vertices, strict=True)
        ]
        best = -math.inf
        for index in np.argsort(-np.array(limits), kind="stable"):
            if limits[index] <= best:
                break
            pieces: dict[int, set[int]] = {}
            for vertex in vertices[index]:
                if vertex in self.home:
                    pieces.setdefault(self.home[vertex], set()).add(vertex)
            lost = sum(self._taken_out(piece, frozenset(gone)) for piece, gone in pieces.items())
            best = max(best, float(part.log_weights[has[index]]) + lost)
        return best

    def _taken_out(self, index: int, gone: frozenset[int]) -> float:
        """Return the best of one piece without some vertices, against its best."""
        if len(gone) == 1:
            return float(self.unused[next(iter(gone))])
        if (index, gone) not in self.solved:
            piece = self.pieces[index]
            hit = np.isin(piece.family, list(gone))
            hit[piece.owner[np.isin(piece.rows, list(gone))]] = True
            left = best_value(piece.select(np.flatnonzero(~hit)), self.budget)
            self.solved[index, gone] = left - self.tops[index]
        return self.solved[index, gone]

    def _without(self, row: int, column: int) -> float:
        """Return the best log likelihood without a pairing, against the best of all."""
        if row not in self.home:
            return 0.0
        piece = self.pieces[self.home[row]]
        hit = np.zeros(len(piece), bool)
        hit[piece.owner[(piece.rows == row) & (piece.columns == column)]] = True
        if not hit.any():
            return 0.0
        left = best_value(piece.select(np.flatnonzero(~hit)), self.budget)
        return left - self.tops[self.home[row]]
