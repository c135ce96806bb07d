"""Exact answers for one connected component: sums, marginals, maxima, best assignments."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np

from forename.exceptions import BudgetExceededError
from forename.statistics.frontier import Plan, plan_component
from forename.statistics.matching import tight_potentials
from forename.statistics.placements import Array, IntArray, Placements, split_components
from forename.statistics.recursion import (
    best_backward,
    best_forward,
    best_through,
    sum_backward,
    sum_forward,
)

# Sums scaled to less than this may have lost terms that matter.
_LEAST_SUM = 1e-200


@dataclass(frozen=True, slots=True, eq=False)
class ComponentSum:
    """Sum over all assignments of one component, with its marginal probabilities.

    ``log_counts`` (n_counts,) are log sums by number of pairings (one entry where it does not
    matter). ``through`` (E,) are probabilities of the placements, ``unused`` (V,) of the
    vertices being in none, both in the plan's order.
    """

    log_counts: Array
    through: Array
    unused: Array


def log_sums(plan: Plan, log_weights: Array, n_counts: int = 1) -> Array:
    """Return the log sum of all assignments (n_counts,), by number of pairings."""
    scaling = _Scaling.of(plan, log_weights)
    before = _forward(plan, scaling, n_counts)
    with np.errstate(divide="ignore"):
        sums: Array = np.log(before[:, -1]) + scaling.log_unit
    return sums


def component_marginals(plan: Plan, log_weights: Array, log_final: Array) -> ComponentSum:
    """Return the sum and all marginal probabilities.

    ``log_weights`` (E,) are in the plan's order. ``log_final`` (n_counts,) is the weight of
    everything outside the component for each number of pairings inside; one entry when the
    number does not matter.
    """
    n_counts = len(log_final)
    scaling = _Scaling.of(plan, log_weights)
    before = _forward(plan, scaling, n_counts)
    with np.errstate(divide="ignore"):
        log_counts = np.log(before[:, -1]) + scaling.log_unit
    log_joint = log_counts + log_final
    top = log_joint.max()
    total = math.fsum(np.exp(log_joint - top))
    final = np.exp(log_final + scaling.log_unit - top)
    through, resting, unused_bits = sum_backward(
        plan.steps,
        _counts(plan, n_counts),
        scaling.weight,
        scaling.stay,
        scaling.idle,
        before,
        final,
    )
    unused = np.zeros(len(plan.vertices))
    starts = plan.steps.step_start
    for t in range(plan.n_steps):
        first, last = starts[t], starts[t + 1]
        for position, vertex in plan.leaving[t]:
            unused[vertex] = unused_bits[plan.steps.bit_start[t] + position]
        for vertex in plan.passing[t]:
            elsewhere = through[first:last][~plan.members[vertex, first:last]]
            unused[vertex] = resting[t] + elsewhere.sum()
    return ComponentSum(log_counts, through / total, unused / total)


@dataclass(frozen=True, slots=True, eq=False)
class _Scaling:
    """Weights divided by potentials so that none exceeds 1.

    Every vertex has a potential u >= 0 with sum(u over a placement) >= its log weight. A weight
    becomes exp(log weight - sum u), a vertex left unused exp(-u); the sum shrinks by exp(-sum u).
    """

    weight: Array
    stay: Array
    idle: Array
    log_unit: float

    @classmethod
    def of(cls, plan: Plan, log_weights: Array) -> _Scaling:
        potential = potentials(plan, log_weights)
        excess = log_weights - potential @ plan.members
        stay = np.ones(plan.n_steps)
        idle = np.ones(len(plan.steps.new_bit))
        starts = plan.steps.step_start
        for t in range(plan.n_steps):
            passing = list(plan.passing[t])
            if passing:
                step = slice(starts[t], starts[t + 1])
                rest = potential[passing]
                excess[step] -= rest @ ~plan.members[passing, step]
                stay[t] = np.exp(-rest.sum())
            for position, vertex in plan.leaving[t]:
                idle[plan.steps.bit_start[t] + position] = np.exp(-potential[vertex])
        return cls(np.exp(excess), stay, idle, float(potential.sum()))


def potentials(plan: Plan, log_weights: Array) -> Array:
    """Return feasible potentials (V,) whose sum is low; the lowest where all families miss one.

    Any feasible values are right; low ones keep the sum far from underflow.
    """
    placements = plan.placements
    row = np.searchsorted(plan.vertices, placements.rows)
    family = np.searchsorted(plan.vertices, placements.family)
    n_rows = int((plan.vertices < placements.n_rows).sum())
    shape = (n_rows, len(plan.vertices) - n_rows)
    if shape[1] == 1:
        return _with_families(plan, log_weights, np.zeros(n_rows))
    # A placement of several rows lends each of them an even part of its weight.
    shares = (log_weights / placements.sizes)[placements.owner]
    weights = np.full(shape, -np.inf)
    np.maximum.at(weights, (row, family[placements.owner] - n_rows), shares)
    prices, _ = tight_potentials(weights)
    if (placements.sizes == 1).all():
        return _with_families(plan, log_weights, prices)
    candidates = [_with_families(plan, log_weights, some) for some in (prices, 0 * prices)]
    return min(candidates, key=lambda one: float(one.sum()))


def _with_families(plan: Plan, log_weights: Array, prices: Array) -> Array:
    """Return the rows' potentials and the least that then suffice for the families."""
    n_rows = len(prices)
    left = log_weights - prices @ plan.members[:n_rows]
    potential = np.concatenate([prices, np.zeros(len(plan.vertices) - n_rows)])
    np.maximum.at(potential, np.searchsorted(plan.vertices, plan.placements.family), left)
    return potential


def _counts(plan: Plan, n_counts: int) -> IntArray:
    return plan.placements.sizes if n_counts > 1 else np.zeros(len(plan.placements), np.int64)


def _forward(plan: Plan, scaling: _Scaling, n_counts: int) -> Array:
    before: Array = sum_forward(
        plan.steps,
        _counts(plan, n_counts),
        scaling.weight,
        scaling.stay,
        scaling.idle,
        n_counts,
    )
    if not before[:, -1].max() > _LEAST_SUM:
        raise BudgetExceededError(
            f"joint sum over {len(plan.vertices)} linked rows and families",
            scaling.log_unit,
            -math.log(_LEAST_SUM),
            "natural log units between weights",
            "Check the weights of families with several missing persons.",
        )
    return before


def best_marginals(plan: Plan, log_weights: Array) -> tuple[float, Array, Array]:
    """Return the best log weight, the best through each placement, and leaving each vertex out.

    Shapes (), (E,), (V,), in the plan's order.
    """
    starts = plan.steps.step_start
    before = best_forward(plan.steps, log_weights)
    after = best_backward(plan.steps, _counts(plan, 1), log_weights, 1)[0]
    through, resting, unused_bits = best_through(plan.steps, log_weights, before, after)
    unused = np.full(len(plan.vertices), -np.inf)
    for t in range(plan.n_steps):
        first, last = starts[t], starts[t + 1]
        for position, vertex in plan.leaving[t]:
            unused[vertex] = unused_bits[plan.steps.bit_start[t] + position]
        for vertex in plan.passing[t]:
            elsewhere = through[first:last][~plan.members[vertex, first:last]]
            unused[vertex] = max(float(resting[t]), float(elsewhere.max(initial=-np.inf)))
    return float(after[0]), through, unused


def best_value(placements: Placements, budget: float) -> float:
    """Return the largest log weight of any assignment. Raises BudgetExceededError."""
    total = 0.0
    for piece in split_components(placements):
        plan = plan_component(placements.select(piece), budget)
        if plan is None:
            raise BudgetExceededError(
                f"best assignment of {len(piece)} linked placements",
                math.inf,
                budget,
                "choices",
                "Settle undisputed pairings first. In Python, a larger `budget` can be given.",
            )
        weights = plan.placements.log_weights
        total += float(best_backward(plan.steps, _counts(plan, 1), weights, 1)[0, 0])
    return total


def best_of_component(
    plan: Plan, log_weights: Array, n_counts: int, k_best: int
) -> list[list[tuple[float, tuple[int, ...]]]]:
    """Return the k best assignments for each number of pairings (one list if n_counts is 1).

    Each is (log weight, placements in the plan's order), best first. The search is best first
    with the exact value of the best completion, so it only walks along answers it returns.
    """
    counts = _counts(plan, n_counts)
    after = best_backward(plan.steps, counts, log_weights, n_counts)
    return [_search(plan, log_weights, counts, after, count, k_best) for count in range(n_counts)]


def _search(
    plan: Plan, log_weights: Array, counts: IntArray, after: Array, count: int, k_best: int
) -> list[tuple[float, tuple[int, ...]]]:
    steps = plan.steps
    found: list[tuple[float, tuple[int, ...]]] = []
    if after[count, 0] == -np.inf:
        return found
    # Entries: (-best total, placements so far, step, state, pairings left, weight so far).
    queue: list[tuple[float, tuple[int, ...], int, int, int, float]] = [
        (-float(after[count, 0]), (), 0, 0, count, 0.0)
    ]
    while queue and len(found) < k_best:
        bound, chosen, t, state, left, weight = heapq.heappop(queue)
        if t == plan.n_steps:
            found.append((-bound, chosen))
            continue
        bits = steps.new_bit[steps.bit_start[t] : steps.bit_start[t + 1]]
        target = sum(int(bit) for p, bit in enumerate(bits) if (state >> p) & 1)
        there = steps.state_start[t + 1]
        rest = float(after[left, there + target])
        if rest > -np.inf:
            heapq.heappush(queue, (-(weight + rest), chosen, t + 1, target, left, weight))
        step = np.arange(steps.step_start[t], steps.step_start[t + 1])
        free = step[((steps.taken[step] & state) == 0) & (counts[step] <= left)]
        reached = target | steps.given[free]
        totals = weight + log_weights[free] + after[left - counts[free], there + reached]
        # Only the k best choices of a step can matter.
        for i in np.argsort(-totals, kind="stable")[:k_best]:
            if totals[i] == -np.inf:
                break
            e = int(free[i])
            heapq.heappush(
                queue,
                (
                    -float(totals[i]),
                    (*chosen, e),
                    t + 1,
                    int(reached[i]),
                    left - int(counts[e]),
                    weight + float(log_weights[e]),
                ),
            )
    return found
