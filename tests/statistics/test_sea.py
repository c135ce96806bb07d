"""Likely placements in the sea of all others, against the sum over everything."""

from __future__ import annotations

import numpy as np
import pytest

from forename.statistics.assignment import AssignmentProblem, solve
from forename.statistics.placements import list_placements
from forename.statistics.priors import Prior, PriorKind
from forename.statistics.sampling import draw
from forename.statistics.sea import Sea, best_assignment, judge

_FLAT = Prior(PriorKind.FLAT)


def _weights(seed: int, rows: int, columns: int, sea: float) -> np.ndarray:
    """Return log weights of a country in small: true pairs, rivals, and many light pairings."""
    rng = np.random.default_rng(seed)
    weights = np.log(sea) + 1.5 * rng.standard_normal((rows, columns))
    for i in range(min(rows, columns)):
        if rng.random() < 0.7:
            weights[i, i] = rng.uniform(-1, 9)
        if rng.random() < 0.3:
            weights[i, rng.integers(columns)] = rng.uniform(-3, 3)
    weights[rng.random(weights.shape) < 0.1] = -np.inf
    return weights


def _sea(weights: np.ndarray, most: float) -> Sea:
    rows = len(weights)
    light = np.where(weights < np.log(most), np.exp(weights), 0.0)
    heavy = np.where(weights < np.log(most), -np.inf, weights)

    def weighed(values: np.ndarray) -> np.ndarray:
        return np.concatenate([light @ values[rows:], light.T @ values[:rows]])

    return Sea(list_placements(AssignmentProblem(heavy, prior=_FLAT)), weighed, most)


@pytest.mark.parametrize("seed", range(24))
def test_bounds_hold_the_sum_over_everything(seed: int) -> None:
    weights = _weights(seed, 11, 12, sea=[0.002, 0.01, 0.03][seed % 3])
    truth = solve(AssignmentProblem(weights, prior=_FLAT), budget=2.0**40).posteriors
    sea = _sea(weights, most=0.02)
    judged = judge(sea)
    listed = sea.placements
    own = np.zeros(len(listed), bool)
    own[np.concatenate([np.zeros(0, int), *judged.parts])] = True
    exact = truth[listed.rows, listed.columns]
    assert (judged.low[own] <= exact[own] + 1e-12).all()
    assert (exact[own] <= judged.high[own] + 1e-12).all()
    for i in range(11):
        linked = exact[own & (listed.rows == i)].sum()
        elsewhere = truth[i, :-1].sum() - linked
        assert elsewhere <= judged.elsewhere_high[i] + 1e-12
        assert judged.unused_low[i] <= 1 - linked + 1e-12
        assert 1 - linked <= judged.unused_high[i] + 1e-12


@pytest.mark.parametrize("seed", range(6))
def test_bounds_close_in_where_parts_are_far_apart(seed: int) -> None:
    weights = _weights(seed, 12, 12, sea=1e-4)
    judged = judge(_sea(weights, most=1e-3))
    assert (judged.high - judged.low).max() < 0.05
    assert (judged.low <= judged.through).all()
    assert (judged.through <= judged.high).all()


@pytest.mark.parametrize("seed", range(12))
def test_the_best_assignment_is_that_of_everything(seed: int) -> None:
    weights = _weights(seed, 10, 11, sea=0.01)
    sea = _sea(weights, most=0.5)
    best = best_assignment(sea, judge(sea))
    whole = solve(AssignmentProblem(weights, prior=_FLAT), k_best=1, budget=2.0**40).best[0]
    assert best.log_weight <= whole.log_weight + 1e-9
    assert whole.log_weight <= best.log_weight + best.gap + 1e-9
    if best.gap == 0:
        columns = [-1] * 10
        for e in best.placements.tolist():
            for i, j in sea.placements.pairs_of(e):
                columns[i] = j
        assert tuple(columns) == whole.columns


@pytest.mark.parametrize("seed", range(4))
def test_chains_agree_with_the_exact_sum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = rng.normal(0.0, 1.5, (6, 7))
    weights[0, 0] = weights[1, 1] = 5.0
    weights[0, 1] = weights[1, 0] = 5.5
    placements = list_placements(AssignmentProblem(weights, prior=_FLAT))
    truth = solve(AssignmentProblem(weights, prior=_FLAT)).posteriors
    found = draw(placements, np.arange(placements.n_vertices), seed)
    assert found is not None
    exact = truth[placements.rows, placements.columns]
    assert (np.abs(found.through - exact) <= found.through_bound).all()
    assert found.through_bound.max() < 0.1
    assert (np.abs(found.unused[:6] - truth[:, -1]) <= found.unused_bound[:6]).all()


def test_chains_that_cannot_meet_say_nothing() -> None:
    # Two ways to place everybody, with nothing but far less likely ones between them.
    weights = np.full((3, 3), -np.inf)
    for i in range(3):
        weights[i, i] = weights[i, (i + 1) % 3] = 60.0
    placements = list_placements(AssignmentProblem(weights, prior=_FLAT))
    assert draw(placements, np.arange(6), 1) is None
