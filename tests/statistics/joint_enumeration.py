"""Every assignment of a small problem, one by one, and random small problems."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forename.statistics.placements import AssignmentProblem, FamilyWeights
from forename.statistics.priors import Prior, parse_prior

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Listed:
    """One assignment: row -> column, log likelihood, and log weight with the prior."""

    columns: tuple[int, ...]
    log_likelihood: float
    log_weight: float


def enumerate_assignments(problem: AssignmentProblem) -> list[Listed]:
    """List all assignments of positive weight, the best first."""
    n = problem.n_rows
    prior = problem.prior_weights()
    choices: list[list[tuple[dict[int, int], float]]] = []
    in_tables = {column for table in problem.tables for column in table.columns}
    for table in problem.tables:
        lines = [({}, 0.0)]
        for placed, weight in zip(table.placements, table.log_weights, strict=True):
            where = {int(i): j for i, j in zip(placed, table.columns, strict=True) if i >= 0}
            if where and np.isfinite(weight):
                lines.append((where, float(weight)))
        choices.append(lines)
    for j in set(range(problem.n_columns)) - in_tables:
        pairs = [({i: j}, float(problem.pair_log_weights[i, j])) for i in range(n)]
        choices.append([({}, 0.0), *(one for one in pairs if np.isfinite(one[1]))])
    found = []
    for combination in itertools.product(*choices):
        rows = [i for where, _ in combination for i in where]
        if len(set(rows)) < len(rows):
            continue
        where = {i: j for some, _ in combination for i, j in some.items()}
        likelihood = sum(weight for _, weight in combination)
        weight = likelihood + sum(prior.log_odds[i, j] for i, j in where.items())
        if prior.log_counts is not None:
            weight += prior.log_counts[len(where)]
        if weight > -np.inf:
            columns = tuple(where.get(i, -1) for i in range(n))
            found.append(Listed(columns, likelihood, float(weight)))
    return sorted(found, key=lambda one: -one.log_weight)


def enumerated_posteriors(problem: AssignmentProblem) -> tuple[Array, float]:
    """Return posteriors (n, m + 1) and the log evidence by summing over all assignments."""
    listed = enumerate_assignments(problem)
    log_evidence = float(np.logaddexp.reduce([one.log_weight for one in listed]))
    posteriors = np.zeros((problem.n_rows, problem.n_columns + 1))
    for one in listed:
        for i, j in enumerate(one.columns):
            posteriors[i, j] += np.exp(one.log_weight - log_evidence)
    return posteriors, log_evidence


def random_problem(
    seed: int, prior: str = "", most: int = 5, spread: float = 8.0
) -> AssignmentProblem:
    """Return a small problem: pairs, some impossible, often a family with several missing."""
    rng = np.random.default_rng(seed)
    n, m = (int(size) for size in rng.integers(1, most + 1, 2))
    weights = rng.normal(0, spread, (n, m))
    weights[rng.random((n, m)) < 0.3] = -np.inf
    tables = []
    free = [int(j) for j in rng.permutation(m)]
    while len(free) >= 2 and rng.random() < 0.6:
        size = int(rng.integers(2, min(len(free), 3) + 1))
        columns, free = tuple(free[:size]), free[size:]
        weights[:, list(columns)] = -np.inf
        tables.append(random_table(rng, n, columns, spread))
    if prior.startswith("strata"):
        labels = ("a", "b", "")
        return AssignmentProblem(
            weights,
            tuple(tables),
            parse_prior(prior),
            tuple(labels[k] for k in rng.integers(0, 3, n)),
            tuple(labels[k] for k in rng.integers(0, 3, m)),
        )
    if prior == "victims":
        victims = max(n, m) + int(rng.integers(0, 6))
        return AssignmentProblem(weights, tuple(tables), parse_prior(f"victims:{victims}"))
    stated: Prior | None = parse_prior(prior) if prior else None
    return AssignmentProblem(weights, tuple(tables), stated)


def random_table(
    rng: np.random.Generator, n: int, columns: tuple[int, ...], spread: float
) -> FamilyWeights:
    """Return a table that lists most placements of n rows, parts of some of them left out."""
    placements = [
        placed
        for placed in itertools.product(range(-1, n), repeat=len(columns))
        if len({i for i in placed if i >= 0}) == sum(i >= 0 for i in placed)
        and (max(placed) < 0 or rng.random() < 0.7)
    ]
    weights = [0.0 if max(placed) < 0 else float(rng.normal(0, spread)) for placed in placements]
    shape = (len(placements), len(columns))
    return FamilyWeights(columns, np.array(placements).reshape(shape), np.array(weights))
