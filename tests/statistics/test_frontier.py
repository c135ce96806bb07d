"""Plans: what they cost, and recursions that only plans of a special shape reach."""

from __future__ import annotations

import math

import numpy as np
import pytest

from forename.statistics.components import component_marginals, log_sums
from forename.statistics.frontier import MAX_WIDTH, Plan, plan_component
from forename.statistics.intervals import enclose
from forename.statistics.placements import AssignmentProblem, list_placements
from forename.statistics.priors import parse_prior

from .joint_enumeration import Array, enumerated_posteriors, random_problem


def plan_of(weights: Array) -> Plan:
    plan = plan_component(list_placements(AssignmentProblem(weights)))
    assert plan is not None
    return plan


@pytest.mark.parametrize("shape", [(3, 9), (9, 3), (5, 5)])
def test_plan_component__remembers_the_smaller_side(shape: tuple[int, int]) -> None:
    assert plan_of(np.zeros(shape)).steps.width.max() == min(shape)


def test_plan_component__follows_a_chain() -> None:
    # Row i fits columns i and i + 1: whatever its length, one or two vertices matter at a time.
    weights = np.full((60, 61), -np.inf)
    weights[range(60), range(60)] = weights[range(60), range(1, 61)] = 0.0
    plan = plan_of(weights)
    assert plan.steps.width.max() <= 2
    # Every row stays out, or takes its left or right column: transfer matrix of two states.
    free, taken = 1, 0  # ways that leave the next column free, or taken
    for _ in range(60):
        free, taken = 2 * free + taken, free + taken
    found = log_sums(plan, plan.placements.log_weights)[0]
    assert found == pytest.approx(math.log(free + taken), rel=1e-12)


def test_plan_component__gives_up_on_what_is_too_wide() -> None:
    weights = np.zeros((MAX_WIDTH + 2, MAX_WIDTH + 2))
    assert plan_component(list_placements(AssignmentProblem(weights))) is None
    assert plan_component(list_placements(AssignmentProblem(weights[:9, :9])), 100.0) is None


def test_plan_component__every_placement_is_decided_once() -> None:
    for seed in range(40):
        placements = list_placements(random_problem(seed))
        if len(placements):
            plan = plan_component(placements)
            assert plan is not None
            assert sorted(plan.selection) == list(range(len(placements)))


@pytest.mark.parametrize("n", [12, 13])
def test_component_marginals__many_blocks_of_states(n: int) -> None:
    # More states than fit one block; equal weights give every row the same share.
    plan = plan_of(np.zeros((n, n)))
    found = component_marginals(plan, plan.placements.log_weights, np.zeros(1))
    np.testing.assert_allclose(found.through, found.through[0], rtol=1e-12)
    by_count = log_sums(plan, plan.placements.log_weights, n + 1)
    expected = [math.comb(n, k) ** 2 * math.factorial(k) for k in range(n + 1)]
    np.testing.assert_allclose(by_count, np.log(np.array(expected, float)), rtol=1e-12)
    pairs = sum(k * count for k, count in enumerate(expected)) / sum(expected)
    assert found.through.sum() == pytest.approx(pairs, rel=1e-12)
    np.testing.assert_allclose(found.unused, 1 - pairs / n, rtol=1e-10)


@pytest.mark.parametrize("seed", range(30))
def test_enclose__reaches_the_truth_when_nothing_is_cut_off(seed: int) -> None:
    problem = random_problem(seed, "odds:0.3", most=4, spread=4.0)
    placements = list_placements(problem)
    if not len(placements):
        return
    log_odds = problem.prior_weights().log_odds
    placements = placements.weighted(placements.log_weights + placements.added_over_pairs(log_odds))
    rows = np.unique(placements.rows)
    found = enclose(placements, rows, 1e-5, 10**6)
    assert found is not None
    expected, log_evidence = enumerated_posteriors(problem)
    np.testing.assert_allclose(found.unused, expected[rows, -1], atol=found.worst_bound)
    assert abs(found.log_sum - log_evidence) <= found.log_sum_bound + 1e-9


def test_enclose__refuses_weights_beyond_floating_point() -> None:
    problem = AssignmentProblem(np.full((2, 2), 700.0), prior=parse_prior("flat"))
    assert enclose(list_placements(problem), np.array([0]), 1.0, 1000) is None
