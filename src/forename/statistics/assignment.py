"""The joint answer: posteriors over all assignments of remains to missing persons.

    list placements -> split into components -> sum or enclose each -> combine -> best answers

Components are summed exactly where that fits the budget, otherwise their probabilities are
enclosed between proven bounds, otherwise a named error says so. The method and its proofs are in
``docs/methods/joint-answer.md``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from forename.exceptions import BudgetExceededError, InvalidSettingError
from forename.statistics.best import Part, Ranking, merge, rank_part
from forename.statistics.components import component_marginals, log_sums
from forename.statistics.frontier import plan_component
from forename.statistics.intervals import Enclosure, enclose
from forename.statistics.placements import (
    Array,
    AssignmentProblem,
    FamilyWeights,
    Placements,
    list_placements,
    split_components,
)
from forename.statistics.priors import Prior
from forename.statistics.ratios import generalised_ratios

__all__ = [
    "DEFAULT_BUDGET",
    "DEFAULT_TOLERANCE",
    "AssignmentProblem",
    "AssignmentSolution",
    "Component",
    "FamilyWeights",
    "RankedAssignment",
    "pairwise_glr",
    "solve",
]

# Choices weighed (states times placements): about a second, and 300 MB at the widest.
DEFAULT_BUDGET = 2.0**29
DEFAULT_TOLERANCE = 1e-3
# Expanding one vertex of the interval recursion costs about as much as this many choices.
_CHOICES_PER_VERTEX = 2.0**8


@dataclass(frozen=True, slots=True)
class RankedAssignment:
    """One complete answer.

    ``columns`` (n,) gives every row its column, -1 for none. ``log_weight`` is natural and
    includes the prior; ``posterior`` is its probability, exact up to the solution's
    ``log_evidence_bound``.
    """

    columns: tuple[int, ...]
    log_weight: float
    posterior: float


@dataclass(frozen=True, slots=True)
class Component:
    """A set of rows and columns that must be judged together, and how it was computed.

    ``exact`` says that it was summed; otherwise ``cost`` counts expanded vertices and
    ``worst_bound`` is the largest error bound of a posterior.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    n_placements: int
    exact: bool
    cost: float
    worst_bound: float


@dataclass(frozen=True, slots=True, eq=False)
class AssignmentSolution:
    """The joint answer to an `AssignmentProblem` with n rows and m columns.

    ``posteriors`` (n, m + 1) are probabilities that row i is column j, the last column that it is
    none of them; rows sum to 1. ``error_bounds`` (n, m + 1) are proven bounds of their absolute
    errors, 0 where the sum is exact. ``log_evidence`` is the natural log of the sum of all
    weights, prior included, within ``log_evidence_bound``. ``best`` are the best assignments,
    best first: the requested number of them, or all that exist, or in components that were not
    summed as many as are proven to be the best. ``table_posteriors`` and ``table_error_bounds``
    give the probability of every line of every table, in their order (0 for the line of the empty
    placement). ``match_counts`` (k,) is the probability of every number of pairings, for priors
    that depend on it. ``prior`` is the prior in force.
    """

    posteriors: Array
    error_bounds: Array
    log_evidence: float
    log_evidence_bound: float
    best: tuple[RankedAssignment, ...]
    table_posteriors: tuple[Array, ...]
    table_error_bounds: tuple[Array, ...]
    match_counts: Array | None
    components: tuple[Component, ...]
    prior: Prior

    @property
    def exact(self) -> bool:
        """Whether every component was summed."""
        return all(component.exact for component in self.components)


def solve(
    problem: AssignmentProblem,
    k_best: int = 10,
    budget: float = DEFAULT_BUDGET,
    tolerance: float = DEFAULT_TOLERANCE,
) -> AssignmentSolution:
    """Return the joint posterior of all rows and columns and the k best assignments.

    ``budget`` counts choices (states times placements) over the whole problem; ``tolerance`` is
    the largest acceptable error bound of a posterior. Raises BudgetExceededError when neither an
    exact sum nor bounds within the tolerance fit the budget, and InvalidSettingError when the
    prior does not suit the problem or leaves no assignment possible.
    """
    placements, log_counts = _weigh(problem)
    parts = _plan(placements, log_counts, budget)
    answer = _Answer.empty(problem)
    if log_counts is None:
        log_evidence, bound = _solve_separately(answer, parts, budget, tolerance)
        match_counts = None
    else:
        log_evidence, match_counts = _solve_by_count(answer, parts, log_counts, budget)
        bound = 0.0
    return AssignmentSolution(
        answer.posteriors,
        answer.error_bounds,
        log_evidence,
        bound,
        _best(problem, placements, parts, log_counts, log_evidence, k_best),
        answer.table_posteriors,
        answer.table_error_bounds,
        match_counts,
        tuple(answer.components),
        problem.stated_prior,
    )


def pairwise_glr(
    problem: AssignmentProblem,
    pairs: Iterable[tuple[int, int]] | None = None,
    budget: float = DEFAULT_BUDGET,
) -> Array:
    """Return the generalised likelihood ratio of pairings (n, m), natural logarithm.

    It is the largest likelihood of all assignments with the pairing over the largest without it;
    the prior plays no part. ``pairs`` are the (row, column) wanted, None for all. NaN where a
    pairing was not wanted or no assignment has it. Raises BudgetExceededError.
    """
    return generalised_ratios(problem, budget, pairs)


def _weigh(problem: AssignmentProblem) -> tuple[Placements, Array | None]:
    """Return placements with the prior's odds, and what is left of it by number of pairings.

    The urn's weights fall steeply with the number of pairings. Their mean slope goes into the
    placements, so that what is left stays near 1.
    """
    placements = list_placements(problem)
    prior = problem.prior_weights()
    log_weights = placements.log_weights + placements.added_over_pairs(prior.log_odds)
    if prior.log_counts is None:
        return placements.weighted(log_weights), None
    finite = np.flatnonzero(np.isfinite(prior.log_counts))
    first, last = finite[0], finite[-1]
    slope = (prior.log_counts[last] - prior.log_counts[first]) / max(last - first, 1)
    log_counts = prior.log_counts - slope * np.arange(len(prior.log_counts))
    return placements.weighted(log_weights + slope * placements.sizes), log_counts


def _plan(placements: Placements, log_counts: Array | None, budget: float) -> list[Part]:
    """Split into components and plan each, the cheapest first, as far as the budget goes."""
    parts: list[Part] = []
    for numbers in split_components(placements):
        inside = placements.select(numbers)
        planes = 1 if log_counts is None else _most_pairs(inside) + 1
        parts.append(Part(numbers, inside, plan_component(inside, budget / planes), planes))
    costs = np.array([part.cost for part in parts])
    order = np.argsort(costs, kind="stable")
    fits = np.empty(len(parts), bool)
    fits[order] = np.cumsum(costs[order]) <= budget
    return [
        part if fit else Part(part.numbers, part.placements, None, part.n_counts)
        for part, fit in zip(parts, fits, strict=True)
    ]


def _most_pairs(placements: Placements) -> int:
    return min(len(np.unique(placements.rows)), len(np.unique(placements.columns)))


def _too_wide(part: Part, budget: float, advice: str) -> BudgetExceededError:
    n_rows, n_columns = len(np.unique(part.placements.rows)), _n_columns(part.placements)
    return BudgetExceededError(
        f"joint posterior of {n_rows} linked sets of remains and {n_columns} missing persons",
        2.0 ** min(n_rows, n_columns) * len(part.placements) * part.n_counts,
        budget,
        "choices",
        advice,
    )


def _n_columns(placements: Placements) -> int:
    return len(np.unique(placements.columns))


def _solve_separately(
    answer: _Answer, parts: list[Part], budget: float, tolerance: float
) -> tuple[float, float]:
    """Fill in components that do not depend on each other; return log evidence and its bound."""
    log_evidence, log_bound = 0.0, 0.0
    for part in parts:
        if part.plan is not None:
            log_evidence += answer.record_sum(part, np.zeros(1))
            continue
        inside = part.placements
        tables = np.unique(inside.family[inside.source >= 0])
        vertices = np.concatenate([np.unique(inside.rows), tables])
        found = enclose(inside, vertices, tolerance, int(budget / _CHOICES_PER_VERTEX))
        if found is None:
            raise _too_wide(
                part,
                budget,
                f"Bounds within {tolerance:g} were not reached either. State a prior that "
                "expects fewer matches (missing-total:N with a larger N), or settle undisputed "
                "pairings first. In Python, a larger `budget` or `tolerance` can be given.",
            )
        answer.record_enclosure(part, found)
        log_evidence += found.log_sum
        log_bound += found.log_sum_bound
    return log_evidence, log_bound


def _solve_by_count(
    answer: _Answer, parts: list[Part], log_counts: Array, budget: float
) -> tuple[float, Array]:
    """Fill in components that share a prior on the total number of pairings.

    Sums by number of pairings combine by convolution: a component is weighted by everything that
    the others can do for each number of pairings inside it. Returns the log evidence and the
    probability of every total.
    """
    sums: list[Array] = []
    for part in parts:
        if part.plan is None:
            raise _too_wide(
                part,
                budget,
                "The prior victims:N needs the exact sum. State missing-total:N instead, or "
                "settle undisputed pairings first. In Python, a larger `budget` can be given.",
            )
        weights = part.plan.placements.log_weights
        sums.append(log_sums(part.plan, weights, part.n_counts))
    before = [np.zeros(1)]
    for log_sum in sums:
        before.append(_convolved(before[-1], log_sum))
    joint = before[-1] + log_counts[: len(before[-1])]
    log_evidence = float(np.logaddexp.reduce(joint))
    if math.isinf(log_evidence):
        raise InvalidSettingError(
            "the prior demands more matches than the remains and families allow: under it every "
            "assignment is impossible. State a larger number of victims."
        )
    after = np.zeros(1)
    found: list[tuple[Part, Array]] = []
    for index in range(len(parts) - 1, -1, -1):
        elsewhere = _convolved(before[index], after)
        inside = range(len(sums[index]))
        outside = [
            float(np.logaddexp.reduce(elsewhere + log_counts[k:][: len(elsewhere)])) for k in inside
        ]
        found.append((parts[index], np.array(outside)))
        after = _convolved(sums[index], after)
    for part, final in reversed(found):
        answer.record_sum(part, final)
    return log_evidence, np.exp(joint - log_evidence)


def _convolved(a: Array, b: Array) -> Array:
    """Return the log coefficients of the product of two polynomials given by theirs."""
    product = np.full(len(a) + len(b) - 1, -np.inf)
    for i, value in enumerate(a):
        product[i : i + len(b)] = np.logaddexp(product[i : i + len(b)], value + b)
    return product


def _best(
    problem: AssignmentProblem,
    placements: Placements,
    parts: list[Part],
    log_counts: Array | None,
    log_evidence: float,
    k_best: int,
) -> tuple[RankedAssignment, ...]:
    """Combine the best assignments of all components; keep those proven to be the best."""
    if k_best < 1:
        return ()
    rankings: list[Ranking] = []
    slack = math.inf
    for part in parts:
        ranking, lowest = rank_part(part, k_best)
        rankings.append(ranking)
        slack = min(slack, ranking[0][0][0] - lowest if part.plan is None else math.inf)
    left = np.zeros(1) if log_counts is None else log_counts
    ranked = [
        (weight + float(left[count]), chosen)
        for count, some in enumerate(merge(rankings, k_best))
        for weight, chosen in some
        if left[count] > -np.inf
    ]
    ranked.sort(key=lambda one: (-one[0], one[1]))
    best: list[RankedAssignment] = []
    for weight, chosen in ranked[:k_best]:
        if weight < ranked[0][0] - slack:
            break
        columns = [-1] * problem.n_rows
        for e in chosen:
            for i, j in placements.pairs_of(e):
                columns[i] = j
        best.append(RankedAssignment(tuple(columns), weight, math.exp(weight - log_evidence)))
    return tuple(best)


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    """The arrays of an answer while components are being filled in."""

    posteriors: Array
    error_bounds: Array
    table_posteriors: tuple[Array, ...]
    table_error_bounds: tuple[Array, ...]
    components: list[Component]

    @classmethod
    def empty(cls, problem: AssignmentProblem) -> _Answer:
        """Return the answer while nothing is linked: every row is none of the columns."""
        posteriors = np.zeros((problem.n_rows, problem.n_columns + 1))
        posteriors[:, -1] = 1.0
        tables = [np.zeros(len(table.log_weights)) for table in problem.tables]
        return cls(
            posteriors,
            np.zeros_like(posteriors),
            tuple(tables),
            tuple(np.zeros_like(table) for table in tables),
            [],
        )

    def record_sum(self, part: Part, log_final: Array) -> float:
        """Fill in one component summed exactly; return its log sum (of no pairings' plane)."""
        plan = part.plan
        assert plan is not None
        found = component_marginals(plan, plan.placements.log_weights, log_final)
        inside = plan.placements
        np.add.at(self.posteriors, (inside.rows, inside.columns), found.through[inside.owner])
        is_row = plan.vertices < inside.n_rows
        self.posteriors[plan.vertices[is_row], -1] = found.unused[is_row]
        for e in np.flatnonzero(inside.source >= 0):
            self.table_posteriors[inside.source[e]][inside.source_index[e]] = found.through[e]
        self._record(part.placements, True, plan.cost, 0.0)
        return float(found.log_counts[0])

    def record_enclosure(self, part: Part, found: Enclosure) -> None:
        """Fill in one component whose probabilities are enclosed."""
        inside = part.placements
        by_row = found.vertex < inside.n_rows
        sizes = inside.sizes[found.placement]
        # Every (vertex, placement) entry spread over the placement's pairs.
        entry = np.repeat(np.arange(len(sizes)), sizes)
        offset = np.arange(len(entry)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        place = inside.start[found.placement[entry]] + offset
        own = inside.rows[place] == found.vertex[entry]
        target = inside.rows[place][own], inside.columns[place][own]
        np.add.at(self.posteriors, target, found.through[entry][own])
        np.add.at(self.error_bounds, target, found.through_bound[entry][own])
        # No error of a probability exceeds its distance from 0 or 1.
        farthest = np.maximum(self.posteriors, 1 - self.posteriors)
        np.minimum(self.error_bounds, farthest, out=self.error_bounds)
        for index in np.flatnonzero(~by_row):
            e = found.placement[index]
            source, line = inside.source[e], inside.source_index[e]
            self.table_posteriors[source][line] = found.through[index]
            self.table_error_bounds[source][line] = found.through_bound[index]
        is_row = found.unused_vertex < inside.n_rows
        self.posteriors[found.unused_vertex[is_row], -1] = found.unused[is_row]
        self.error_bounds[found.unused_vertex[is_row], -1] = found.unused_bound[is_row]
        self._record(inside, False, float(found.expanded), found.worst_bound)

    def _record(self, inside: Placements, exact: bool, cost: float, worst: float) -> None:
        rows = tuple(np.unique(inside.rows).tolist())
        columns = tuple(np.unique(inside.columns).tolist())
        self.components.append(Component(rows, columns, len(inside), exact, cost, worst))
