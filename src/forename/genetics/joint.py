"""From pairwise LRs and family tables to one joint answer over all families and remains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from forename.genetics.encoding import IntArray
from forename.genetics.findings import Finding, Severity
from forename.genetics.likelihood import Hypothesis, Theta
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Person
from forename.genetics.placements import placement_log_likelihoods, unrelated_log_likelihoods
from forename.genetics.problem import Evidence, Family, Settings
from forename.genetics.profiles import Profile, Sex
from forename.genetics.ranking import Candidate, Place, Ranking, unsexed_relatives
from forename.genetics.sentences import say
from forename.statistics.assignment import AssignmentProblem, FamilyWeights
from forename.statistics.priors import Prior, parse_prior

LN10 = float(np.log(10.0))

# A family with several missing persons lists all ways to fill its places with these remains:
_CONSIDERED_LOG10_LR = -4.0  # pairwise, or once a likely other place is filled
_LIKELY_LOG10_LR = 2.0
_MOST_PLACEMENTS = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class JointQuestion:
    """The joint question in numbers, and how its columns and tables map to families.

    ``pair_log10`` (candidates, places) is DNA, sex and other evidence of each pairing alone.
    ``table_places`` gives, for each table of ``problem``, its places' column numbers.
    """

    ranking: Ranking
    problem: AssignmentProblem
    pair_log10: Array
    sex_log10: Array
    findings: tuple[Finding, ...]

    @property
    def column(self) -> dict[str, int]:
        """Return the column number of each missing person's label."""
        return {place.label: at for at, place in enumerate(self.ranking.places)}


def sex_log10_lr(remains: Sex, missing: Sex, error: float) -> float:
    """Return log10 of P(sexes | same person) / P(sexes | unrelated), each sex half of a population.

    0 when either is unknown: unknown sex can be anyone.
    """
    if Sex.UNKNOWN in (remains, missing):
        return 0.0
    ratio = (1.0 - error) / 0.5 if remains == missing else error / 0.5
    return float(np.log10(ratio)) if ratio > 0 else -np.inf


def sex_evidence(ranking: Ranking, settings: Settings) -> Array:
    """Return the sex evidence of all pairings, log10, shape (candidates, places)."""
    shape = (len(ranking.candidates), len(ranking.places))
    return np.array(
        [
            [sex_log10_lr(c.sex, place.sex, settings.sex_error) for place in ranking.places]
            for c in ranking.candidates
        ],
        np.float64,
    ).reshape(shape)


def pose_joint_question(
    ranking: Ranking, evidence: Sequence[Evidence], settings: Settings
) -> JointQuestion:
    """Gather pair weights and tables of families with several missing persons."""
    sex = sex_evidence(ranking, settings)
    other = _other_evidence(ranking, evidence)
    findings: list[Finding] = []
    pair_log10 = ranking.totals() + sex + other
    tables: list[FamilyWeights] = []
    weights = pair_log10 * LN10
    for family, columns in _several_missing(ranking.places):
        table, remarks = _family_table(ranking, family, columns, sex + other, settings)
        tables.append(table)
        findings += remarks
        weights[:, list(columns)] = -np.inf
    return JointQuestion(
        ranking,
        AssignmentProblem(
            weights,
            tuple(tables),
            stated_prior(settings),
            tuple(c.stratum for c in ranking.candidates),
            tuple(place.family.strata.get(place.member, "") for place in ranking.places),
        ),
        pair_log10,
        sex,
        tuple(findings),
    )


def stated_prior(settings: Settings) -> Prior | None:
    """Return the prior that the settings state, None for the default."""
    return parse_prior(settings.prior) if settings.prior else None


def _several_missing(places: Sequence[Place]) -> Iterator[tuple[Family, tuple[int, ...]]]:
    columns: dict[str, list[int]] = {}
    for at, place in enumerate(places):
        columns.setdefault(place.family.id, []).append(at)
    for own in columns.values():
        if len(own) > 1:
            yield places[own[0]].family, tuple(own)


def _other_evidence(ranking: Ranking, evidence: Sequence[Evidence]) -> Array:
    """Return the other evidence of all pairings; `check_evidence` tells what fits none of them."""
    weights = np.zeros((len(ranking.candidates), len(ranking.places)))
    rows = {s: r for r, c in enumerate(ranking.candidates) for s in c.samples}
    columns = {place.label: at for at, place in enumerate(ranking.places)}
    for item in evidence:
        if item.remains in rows and item.missing_person in columns:
            weights[rows[item.remains], columns[item.missing_person]] += item.log10_weight
    return weights


def family_hypothesis(family: Family) -> Hypothesis:
    """Return the family with all its missing persons untyped."""
    return Hypothesis(family.pedigree, family.profiles)


def _family_table(
    ranking: Ranking,
    family: Family,
    columns: tuple[int, ...],
    added_log10: Array,
    settings: Settings,
) -> tuple[FamilyWeights, list[Finding]]:
    """List the placements of a family and weigh each one by the family's joint likelihood."""
    rates = ErrorRates(settings.drop_out, settings.drop_in)
    considered, findings = _considered(ranking, family, columns, added_log10, settings, rates)
    placements = _placements(considered)
    logs = placement_log_weights(ranking, family, columns, placements, settings, rates)
    for j, column in enumerate(columns):
        filled = placements[:, j] >= 0
        logs[filled] += added_log10[placements[filled, j], column] * LN10
    return FamilyWeights(columns, placements, logs), findings


def placement_log_weights(
    ranking: Ranking,
    family: Family,
    columns: tuple[int, ...],
    placements: IntArray,
    settings: Settings,
    rates: ErrorRates,
    without_references: bool = False,
) -> Array:
    """Return natural log of P(family, placed remains) / P(family, the same remains unrelated).

    ``placements`` (n, columns) are candidates of the ranking, -1 for nobody, one line all -1. Of
    the ranking only candidates, places and markers are read.
    """
    hypothesis = family_hypothesis(family)
    if without_references:
        hypothesis = Hypothesis(family.pedigree, {})
    members = [ranking.places[c].member for c in columns]
    markers, profiles = _comparable(ranking, family, columns)
    used = np.unique(placements[placements >= 0])
    profiles = [profiles[c] for c in used]
    placements = np.where(placements < 0, -1, np.searchsorted(used, placements))
    theta = Theta(settings.theta, settings.theta_scope)
    logs = placement_log_likelihoods(
        hypothesis, members, profiles, placements, markers, rates=rates, theta=theta
    )
    nobody = np.flatnonzero((placements < 0).all(axis=1))
    base = logs[:, nobody[0]]
    # A marker at which the family itself is impossible says nothing about the remains.
    sound = np.isfinite(base)
    if theta.value > 0:
        # One urn holds the alleles of the family and of remains outside it, as in the ranking.
        strangers = [f"{member} unrelated" for member in members]
        extra = [
            Person(stranger, sex=ranking.places[c].sex)
            for stranger, c in zip(strangers, columns, strict=True)
        ]
        apart = placement_log_likelihoods(
            Hypothesis(hypothesis.pedigree.with_persons(extra), hypothesis.profiles),
            strangers,
            profiles,
            placements,
            markers,
            rates=rates,
            theta=theta,
        )
        with np.errstate(invalid="ignore"):
            total = (logs - apart)[sound].sum(axis=0)
    else:
        total = logs[sound].sum(axis=0) - base[sound].sum()
        male = ranking.places[columns[0]].sex == Sex.MALE
        alone = unrelated_log_likelihoods(profiles, markers, male=male, rates=rates)
        for j in range(len(columns)):
            filled = placements[:, j] >= 0
            total[filled] -= alone[sound][:, placements[filled, j]].sum(axis=0)
    result: Array = np.where(np.isnan(total), -np.inf, total)
    return result


def _comparable(
    ranking: Ranking, family: Family, columns: tuple[int, ...]
) -> tuple[tuple[Marker, ...], list[tuple[Profile, ...]]]:
    """Return the markers and calls that the joint likelihood of a family can use.

    X-linked markers need all members' sexes, one sex of the missing persons, and count only for
    remains of that sex.
    """
    linked = {m.name for m in ranking.markers if m.chromosome == Chromosome.X}
    sexes = {ranking.places[c].sex for c in columns}
    sex = next(iter(sexes)) if len(sexes) == 1 else Sex.UNKNOWN
    if sex == Sex.UNKNOWN or unsexed_relatives(family):
        markers = tuple(m for m in ranking.markers if m.name not in linked)
        return markers, [c.profiles for c in ranking.candidates]
    profiles = [
        c.profiles
        if c.sex == sex or not linked
        else tuple(
            replace(p, calls={n: call for n, call in p.calls.items() if n not in linked})
            for p in c.profiles
        )
        for c in ranking.candidates
    ]
    return ranking.markers, profiles


def _considered(
    ranking: Ranking,
    family: Family,
    columns: tuple[int, ...],
    added_log10: Array,
    settings: Settings,
    rates: ErrorRates,
) -> tuple[list[list[int]], list[Finding]]:
    """Choose the remains that may fill each place: everyone when that is affordable.

    Otherwise those whose LR reaches 1e-4, alone or after a likely pairing elsewhere in the family.
    """
    alone = ranking.totals()[:, list(columns)] + added_log10[:, list(columns)]
    possible = [
        [r for r in range(len(ranking.candidates)) if np.isfinite(alone[r, j])]
        for j in range(len(columns))
    ]
    if _count_bound(possible) <= _MOST_PLACEMENTS // 10:
        return possible, []
    best = alone.copy()
    likely = np.argwhere(alone >= _LIKELY_LOG10_LR)
    for row, j in likely[np.argsort(-alone[tuple(likely.T)])][:20]:
        others = [
            (r, q)
            for q in range(len(columns))
            if q != j
            for r in possible[q]
            if r != row and best[r, q] < _CONSIDERED_LOG10_LR
        ]
        if not others:
            continue
        placements = np.full((len(others) + 2, len(columns)), -1)
        placements[1, j] = row
        for t, (r, q) in enumerate(others):
            placements[t + 2, j] = row
            placements[t + 2, q] = r
        logs = placement_log_weights(ranking, family, columns, placements, settings, rates)
        for t, (r, q) in enumerate(others):
            given = (logs[t + 2] - logs[1]) / LN10
            best[r, q] = max(best[r, q], given if np.isfinite(given) else -np.inf)
    level = _CONSIDERED_LOG10_LR
    while True:
        chosen = [[r for r in possible[j] if best[r, j] >= level] for j in range(len(columns))]
        if _count_bound(chosen) <= _MOST_PLACEMENTS:
            break
        level += 1.0
    left_out = sum(len(a) - len(b) for a, b in zip(possible, chosen, strict=True))
    if not left_out:
        return chosen, []
    return chosen, [
        Finding(
            "joint_answer_limited",
            Severity.INFO if level <= _CONSIDERED_LOG10_LR else Severity.WARNING,
            (family.id,),
            say(
                "The joint answer of family {family} leaves out pairings whose LR, alone or beside "
                "a likely pairing in this family, is below {level}: {count} of them.",
                family=family.id,
                count=left_out,
                level=f"1e{level:.0f}",
            ),
            say("Their posterior is at most about their LR times the prior odds."),
        )
    ]


def _count_bound(options: Sequence[Sequence[int]]) -> float:
    total = 1.0
    for own in options:
        total *= len(own) + 1
    return total


def _placements(options: Sequence[Sequence[int]]) -> IntArray:
    rows = [
        choice
        for choice in product(*([-1, *own] for own in options))
        if len({r for r in choice if r >= 0}) == sum(r >= 0 for r in choice)
    ]
    return np.array(rows, np.int64).reshape(len(rows), len(options))


def lr0(
    question: JointQuestion,
    family: Family,
    columns: tuple[int, ...],
    rows: tuple[int, ...],
    settings: Settings,
) -> float:
    """Return log10 LR of a family's best placement with the references' genotypes removed.

    The diagnostic LR0 of Vigeland and Egeland (2021): how much the remains' likeness to each
    other contributes; 0 when only one place is filled.
    """
    placements = np.array([[-1] * len(columns), list(rows)], np.int64)
    rates = ErrorRates(settings.drop_out, settings.drop_in)
    logs = placement_log_weights(
        question.ranking, family, columns, placements, settings, rates, without_references=True
    )
    return float(logs[1] / LN10)


def shifted(question: JointQuestion, deltas: Mapping[tuple[int, int], float]) -> AssignmentProblem:
    """Return the problem with some pairings' natural log weights changed by ``deltas``."""
    weights = question.problem.pair_log_weights.copy()
    for (row, column), delta in deltas.items():
        weights[row, column] += delta
    tables = []
    for table in question.problem.tables:
        logs = table.log_weights.copy()
        for j, column in enumerate(table.columns):
            for (row, other), delta in deltas.items():
                if other == column:
                    logs[table.placements[:, j] == row] += delta
        tables.append(replace(table, log_weights=logs))
    return replace(question.problem, pair_log_weights=weights, tables=tuple(tables))


def candidate_rows(candidates: Sequence[Candidate]) -> dict[str, int]:
    """Return the row number of each candidate's label."""
    return {c.label: r for r, c in enumerate(candidates)}
