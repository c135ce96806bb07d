"""Generalised likelihood ratios against enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forename.exceptions import BudgetExceededError
from forename.statistics import ratios
from forename.statistics.assignment import AssignmentProblem, FamilyWeights, pairwise_glr
from forename.statistics.components import best_marginals
from forename.statistics.frontier import plan_component
from forename.statistics.matching import forced_losses
from forename.statistics.placements import list_placements
from forename.statistics.priors import parse_prior

from .joint_enumeration import Array, enumerate_assignments, random_problem

seeds = st.integers(0, 2**32 - 1)


def enumerated_glr(problem: AssignmentProblem) -> Array:
    flat = AssignmentProblem(problem.pair_log_weights, problem.tables, parse_prior("flat"))
    listed = enumerate_assignments(flat)
    glr = np.full((problem.n_rows, problem.n_columns), np.nan)
    for i, j in np.ndindex(glr.shape):
        with_pair = [one.log_likelihood for one in listed if one.columns[i] == j]
        without = [one.log_likelihood for one in listed if one.columns[i] != j]
        if with_pair:
            glr[i, j] = max(with_pair) - max(without)
    return glr


@settings(max_examples=100)
@given(seeds)
def test_pairwise_glr__equals_enumeration(seed: int) -> None:
    problem = random_problem(seed, "missing-total:9")
    np.testing.assert_allclose(pairwise_glr(problem), enumerated_glr(problem), atol=1e-9)


@settings(max_examples=60)
@given(seeds)
def test_pairwise_glr__equals_enumeration_in_wide_components(seed: int) -> None:
    problem = random_problem(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ratios, "_PLAN_COST", 0.0)
        np.testing.assert_allclose(pairwise_glr(problem), enumerated_glr(problem), atol=1e-9)


def test_pairwise_glr__of_wanted_pairs_only() -> None:
    problem = AssignmentProblem(np.log([[20.0, 10.0], [15.0, 2.0]]))
    glr = pairwise_glr(problem, [(0, 1)])
    # Best with: 10 and 15; best without: 20 and 2, which the second row then gets.
    assert glr[0, 1] == pytest.approx(np.log(150 / 40))
    assert np.isnan(glr).sum() == 3


def test_pairwise_glr__brothers_that_cannot_be_told_apart() -> None:
    table = np.array([[0, 1], [1, 0], [0, -1], [1, -1], [-1, 0], [-1, 1]])
    weights = np.log([1e6, 1e6, 1e2, 1e2, 1e2, 1e2])
    problem = AssignmentProblem(np.full((2, 2), -np.inf), (FamilyWeights((0, 1), table, weights),))
    np.testing.assert_allclose(pairwise_glr(problem), 0, atol=1e-12)


def test_pairwise_glr__dense_grave_agrees_with_the_recursion_over_states() -> None:
    weights = np.random.default_rng(4).normal(-1, 3, (9, 11))
    plan = plan_component(list_placements(AssignmentProblem(weights)))
    assert plan is not None
    top, through, unused = best_marginals(plan, plan.placements.log_weights)
    loss, left_out = forced_losses(weights)
    np.testing.assert_allclose(
        loss[plan.placements.rows, plan.placements.columns], top - through, atol=1e-10
    )
    np.testing.assert_allclose(left_out, (top - unused)[plan.vertices < 9], atol=1e-10)


def test_pairwise_glr__refuses_beyond_its_budget() -> None:
    weights = np.full((30, 32), 1.0)
    weights[:, :2] = -np.inf
    table = FamilyWeights((0, 1), np.array([[i, -1] for i in range(30)]), np.ones(30))
    with pytest.raises(BudgetExceededError, match="generalised likelihood ratios"):
        pairwise_glr(AssignmentProblem(weights, (table,)), budget=2.0**16)
