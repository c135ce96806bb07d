"""The joint answer: exact posteriors over all assignments of remains to missing persons.

    list placements -> split into components -> sum each -> combine -> posteriors, best answers

See ``docs/methods/joint-answer.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forename.exceptions import BudgetExceededError, InvalidSettingError
from forename.statistics.components import ComponentSum, component_marginals, sum_component
from forename.statistics.frontier import Plan, plan_component
from forename.statistics.placements import (
    Array,
    AssignmentProblem,
    FamilyWeights,
    Placements,
    list_placements,
    split_components,
)

__all__ = ["AssignmentProblem", "AssignmentSolution", "FamilyWeights", "solve"]

DEFAULT_BUDGET = 2.0**30


@dataclass(frozen=True, slots=True, eq=False)
class AssignmentSolution:
    posteriors: Array
    error_bounds: Array
    log_evidence: float
    table_posteriors: tuple[Array, ...]


def solve(problem: AssignmentProblem, budget: float = DEFAULT_BUDGET) -> AssignmentSolution:
    placements = list_placements(problem)
    prior = problem.prior_weights()
    log_weights = placements.log_weights + placements.added_over_pairs(prior.log_odds)
    log_rest = None
    if prior.log_counts is not None:
        finite = np.flatnonzero(np.isfinite(prior.log_counts))
        slope = 0.0
        if len(finite) > 1:
            ends = prior.log_counts[finite[[0, -1]]]
            slope = float((ends[1] - ends[0]) / (finite[-1] - finite[0]))
        log_rest = prior.log_counts - slope * np.arange(len(prior.log_counts))
        log_weights = log_weights + slope * placements.sizes
    placements = placements.weighted(log_weights)
    n, m = problem.n_rows, problem.n_columns
    parts = split_components(placements)
    plans: list[Plan] = []
    for part in parts:
        plan = plan_component(placements.select(part), budget)
        if plan is None:
            raise BudgetExceededError("joint", np.inf, budget, "choices", "x")
        plans.append(plan)
    sums: list[ComponentSum] = []
    if log_rest is None:
        sums = [component_marginals(p, p.placements.log_weights, np.zeros(1)) for p in plans]
        log_evidence = float(sum(s.log_counts[0] for s in sums))
    else:
        polys = []
        for p in plans:
            rows = int((p.vertices < n).sum())
            cols = len(np.unique(p.placements.columns))
            polys.append(sum_component(p, p.placements.log_weights, min(rows, cols) + 1).log_counts)
        total = np.zeros(1)
        prefix = [total]
        for poly in polys:
            prefix.append(_convolve(prefix[-1], poly))
        suffix = [np.zeros(1)]
        for poly in polys[::-1]:
            suffix.append(_convolve(suffix[-1], poly))
        suffix = suffix[::-1]
        joint = prefix[-1] + log_rest[: len(prefix[-1])]
        log_evidence = float(np.logaddexp.reduce(joint))
        for c, p in enumerate(plans):
            rest = _convolve(prefix[c], suffix[c + 1])
            final = np.array(
                [
                    np.logaddexp.reduce(rest + log_rest[k : k + len(rest)])
                    for k in range(len(polys[c]))
                ]
            )
            sums.append(component_marginals(p, p.placements.log_weights, final))
    posteriors = np.zeros((n, m + 1))
    posteriors[:, m] = 1.0
    tables = tuple(np.zeros(len(t.log_weights)) for t in problem.tables)
    for part, p, s in zip(parts, plans, sums, strict=True):
        assert s.through is not None and s.unused is not None
        np.add.at(
            posteriors, (p.placements.rows, p.placements.columns), s.through[p.placements.owner]
        )
        is_row = p.vertices < n
        posteriors[p.vertices[is_row], m] = s.unused[is_row]
        for e in range(len(p.placements)):
            if p.placements.source[e] >= 0:
                tables[p.placements.source[e]][p.placements.source_index[e]] = s.through[e]
    return AssignmentSolution(posteriors, np.zeros_like(posteriors), log_evidence, tables)


def _convolve(a: Array, b: Array) -> Array:
    out = np.full(len(a) + len(b) - 1, -np.inf)
    for i, value in enumerate(a):
        if value > -np.inf:
            out[i : i + len(b)] = np.logaddexp(out[i : i + len(b)], value + b)
    return out
