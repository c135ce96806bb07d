"""Small identification cases, every assignment weighed: the comparison with other programs.

Everything is listed: pairwise LRs, then all one-to-one assignments whose pairwise LRs are all
positive, under a flat prior. Only remains and missing persons of equal stated sex are paired.
These are the conventions of the R package ``dvir`` (Vigeland and Egeland 2021); an analysis of a
real case is `forename.genetics.analysis.analyse`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from forename.exceptions import BudgetExceededError
from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Array, Marker
from forename.genetics.placements import placement_log_likelihoods, unrelated_log_likelihoods
from forename.genetics.problem import Family
from forename.genetics.profiles import Profile, Sex
from forename.statistics.assignment import (
    AssignmentProblem,
    FamilyWeights,
    pairwise_glr,
    solve,
)
from forename.statistics.priors import Prior, PriorKind

IntArray = npt.NDArray[np.int64]

_FLAT = Prior(PriorKind.FLAT)
_MOST_PLACEMENTS = 5_000_000
_EXACT_COUNT = 1e12  # a count is summed in logarithms, whose rounding shows beyond this


class IdentificationQuestion(Protocol):
    """Remains with a stated sex, and families; ``missing`` are all missing members, in order."""

    @property
    def missing(self) -> tuple[str, ...]: ...  # noqa: D102

    @property
    def markers(self) -> tuple[Marker, ...]: ...  # noqa: D102

    @property
    def remains(self) -> tuple[Profile, ...]: ...  # noqa: D102

    @property
    def families(self) -> tuple[Family, ...]: ...  # noqa: D102

    @property
    def other_families(self) -> Mapping[str, Hypothesis]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class WeighedAssignment:
    """One complete assignment: the column of every remains (-1 for none), natural log-likelihood
    of all data, and posterior under a flat prior.
    """  # fmt: skip

    columns: tuple[int, ...]
    log_likelihood: float
    posterior: float


@dataclass(frozen=True, slots=True, eq=False)
class JointTables:
    """The answer for n remains and m missing persons, natural logarithms.

    ``log_lr`` (n, m) compares "these remains are this missing person" with "unrelated", all other
    missing persons untyped; NaN where the sexes differ or the family's own data are impossible.
    ``exclusions`` (n, m) counts the markers that are impossible without mutation, -1 where the
    sexes differ. ``posteriors`` (n, m + 1) ends with the column "none of them"; ``error_bound``
    bounds their absolute error, 0 for an exact sum. ``log_glr`` (n, m) is NaN where it is not
    defined. ``n_assignments`` is a float, rounded, beyond 10^12 and None where it was not summed.
    When the families' own data are impossible, posteriors are NaN and ``best`` is empty.
    """

    log_likelihood_of_remains: Mapping[str, float]
    log_likelihood_of_families: Mapping[str, float]
    log_lr: Array
    exclusions: IntArray
    n_assignments: int | float | None
    best: tuple[WeighedAssignment, ...]
    posteriors: Array
    error_bound: float
    log_glr: Array


def weigh_assignments(question: IdentificationQuestion, n_best: int = 20) -> JointTables:
    """Return pairwise and joint answers to a small case.

    Raises `BudgetExceededError` when a family alone has more than 5 million placements or the
    joint sum costs too much.
    """
    alone = log_likelihood_alone(question.remains, question.markers)
    column = {missing: at for at, missing in enumerate(question.missing)}
    shape = (len(question.remains), len(column))
    log_lr, exclusions = np.full(shape, np.nan), np.full(shape, -1, np.int64)
    of_families: dict[str, float] = {}
    tables = []
    for family in question.families:
        view = _FamilyView(family, question.remains, question.markers, alone)
        columns = [column[missing] for missing in family.missing]
        log_lr[:, columns], of_families[family.id] = view.pairwise()
        exclusions[:, columns] = view.exclusions()
        tables.append(view.table(tuple(columns), log_lr[:, columns]))
    for name, hypothesis in question.other_families.items():
        of_families[name] = float(log_likelihoods(hypothesis, question.markers).sum())
    of_remains = {p.sample: float(x) for p, x in zip(question.remains, alone, strict=True)}
    nobody = math.fsum(alone) + sum(of_families.values())
    known = of_remains, of_families, log_lr, exclusions
    if not math.isfinite(nobody):
        undefined = np.full((shape[0], shape[1] + 1), np.nan)
        return JointTables(*known, _count(shape, tables), (), undefined, 0.0, undefined[:, :-1])
    problem = AssignmentProblem(np.full(shape, -np.inf), tuple(tables), _FLAT)
    solution = solve(problem, n_best)
    best = tuple(
        WeighedAssignment(a.columns, nobody + a.log_weight, a.posterior) for a in solution.best
    )
    bound = float(solution.error_bounds.max(initial=0.0))
    count = _count(shape, tables)
    glr = pairwise_glr(problem)
    posteriors = np.clip(solution.posteriors, 0.0, 1.0)  # a sum may pass 1 by its rounding
    return JointTables(*known, count, best, posteriors, bound, glr)


def log_likelihood_alone(remains: Sequence[Profile], markers: Sequence[Marker]) -> Array:
    """Return log P(profile) of remains related to nobody, shape (n,)."""
    result = np.zeros(len(remains))
    for male in (True, False):
        rows = [i for i, p in enumerate(remains) if (p.sex is Sex.MALE) == male]
        own = [(remains[i],) for i in rows]
        result[rows] = unrelated_log_likelihoods(own, markers, male=male).sum(axis=0)
    return result


@dataclass(frozen=True, slots=True)
class _FamilyView:
    """One family and the remains that may fill its places."""

    family: Family
    remains: Sequence[Profile]
    markers: Sequence[Marker]
    alone: Array

    def pairings(self) -> list[tuple[int, int]]:
        """Return (row, place) of equal sex, by place."""
        sexes = [self.family.pedigree[missing].sex for missing in self.family.missing]
        return [
            (row, place)
            for place, sex in enumerate(sexes)
            for row, profile in enumerate(self.remains)
            if profile.sex is sex
        ]

    def pairwise(self) -> tuple[Array, float]:
        """Return log LRs (rows, places) and the log-likelihood of the family by itself."""
        log_lr = np.full((len(self.remains), len(self.family.missing)), np.nan)
        logs = self.log_likelihoods(self.singles(), self.markers).sum(axis=0)
        if np.isfinite(logs[0]):
            for (row, place), value in zip(self.pairings(), logs[1:], strict=True):
                log_lr[row, place] = value - logs[0] - self.alone[row]
        return log_lr, float(logs[0])

    def exclusions(self) -> IntArray:
        """Return the number of impossible markers of each pairing (rows, places)."""
        counts = np.full((len(self.remains), len(self.family.missing)), -1, np.int64)
        plain = [replace(m, mutation_male=None, mutation_female=None) for m in self.markers]
        logs = self.log_likelihoods(self.singles(), plain)
        for (row, place), own in zip(self.pairings(), logs[:, 1:].T, strict=True):
            counts[row, place] = np.isneginf(own).sum()
        return counts

    def table(self, columns: tuple[int, ...], log_lr: Array) -> FamilyWeights:
        """Return the joint weight of every placement whose pairwise LRs are all positive."""
        options = [np.flatnonzero(own > -np.inf).tolist() for own in log_lr.T]
        placements = _one_to_one(options, self.family.id)
        logs = self.log_likelihoods(placements, self.markers).sum(axis=0)
        if not np.isfinite(logs[0]):
            return FamilyWeights(columns, placements, np.zeros(1))
        alone = np.append(self.alone, 0.0)  # the last, -1, is nobody
        weights = logs - logs[0] - alone[placements].sum(axis=1)
        return FamilyWeights(columns, placements, weights)

    def singles(self) -> IntArray:
        """Return the placements of nobody and of each pairing by itself."""
        pairings = self.pairings()
        placements = np.full((len(pairings) + 1, len(self.family.missing)), -1, np.int64)
        for line, (row, place) in enumerate(pairings, start=1):
            placements[line, place] = row
        return placements

    def log_likelihoods(self, placements: IntArray, markers: Sequence[Marker]) -> Array:
        """Return the family's log-likelihood per marker and placement."""
        # Remains that are never placed here may be of a sex that X-linked calls contradict.
        used = np.unique(placements[placements >= 0])
        numbers = np.where(placements >= 0, np.searchsorted(used, placements), -1)
        return placement_log_likelihoods(
            Hypothesis(self.family.pedigree, self.family.profiles),
            self.family.missing,
            [(self.remains[row],) for row in used],
            numbers,
            markers,
        )


def _one_to_one(options: Sequence[Sequence[int]], family: str) -> IntArray:
    """List every way to fill places from their options, nobody (-1) included, no row twice."""
    placements = np.empty((1, 0), np.int64)
    for own in options:
        choices = np.array([-1, *own], np.int64)
        if len(placements) * len(choices) > _MOST_PLACEMENTS:
            raise BudgetExceededError(
                f"family {family}",
                math.prod(float(len(o) + 1) for o in options),
                _MOST_PLACEMENTS,
                "placements",
                "Settle undisputed pairings first, or use forename identify, which weighs only "
                "the remains that matter.",
            )
        last = np.tile(choices, len(placements))[:, None]
        before = np.repeat(placements, len(choices), axis=0)
        free = ~((before == last) & (last >= 0)).any(axis=1)
        placements = np.hstack([before, last])[free]
    return placements


def _count(shape: tuple[int, int], tables: Sequence[FamilyWeights]) -> int | float | None:
    """Return the number of assignments: their sum when each weighs 1."""
    even = [replace(table, log_weights=np.zeros(len(table.log_weights))) for table in tables]
    problem = AssignmentProblem(np.full(shape, -np.inf), tuple(even), _FLAT)
    try:
        solution = solve(problem, k_best=0)
    except BudgetExceededError:
        return None
    if not solution.exact:
        return None
    total = math.exp(solution.log_evidence)
    return round(total) if total < _EXACT_COUNT else total
