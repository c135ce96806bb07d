"""The main job: everything that DNA can say about who the dead are.

    build_panel → check_problem → group_samples → rank_matches → pose_joint_question → solve
    → propose_identifications → sensitivity

Pure: the command line and the web call this and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from types import MappingProxyType

import numpy as np

from forename.exceptions import BudgetExceededError
from forename.genetics.checks import check_problem
from forename.genetics.conditional import genotype_tables
from forename.genetics.findings import Finding
from forename.genetics.identity import (
    compare_all,
    group_samples,
    group_sex,
    merged_profiles,
)
from forename.genetics.identity_checks import linked_families
from forename.genetics.joint import (
    JointQuestion,
    family_hypothesis,
    pose_joint_question,
    sex_evidence,
)
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.panel import Panel, build_panel
from forename.genetics.problem import Problem, Settings
from forename.genetics.profiles import Profile
from forename.genetics.proposals import (
    Answer,
    advise,
    list_exclusions,
    list_pairs,
    near_misses,
    propose_identifications,
    symmetric_matches,
)
from forename.genetics.ranking import (
    Candidate,
    Ranking,
    rank_matches,
    unsexed_families,
    usable_family,
    usable_profile,
)
from forename.genetics.results import (
    Analysis,
    Assignment,
    Posterior,
    Provenance,
    SamePersonGroup,
)
from forename.genetics.sensitivity import sensitivity_table
from forename.genetics.sentences import say
from forename.statistics.assignment import AssignmentSolution, pairwise_glr, solve
from forename.version import __version__

Progress = Callable[[str, float], None]

_LN10 = float(np.log(10.0))
_LEAST_POSTERIOR = 1e-9  # smaller posteriors are not listed
_WORTH_A_GLR = 0.01
_NEAR = 2  # exclusions a near miss may have


def analyse(problem: Problem, progress: Progress | None = None) -> Analysis:
    """Return the whole answer to a problem.

    ``progress`` is told the stage and its finished share in [0, 1]. Findings never stop the
    computation here; callers look for blocking ones. Raises `BudgetExceededError` where an exact
    answer would cost too much, `InvalidSettingError` for settings that contradict the data.
    """
    tell = progress or _silent
    settings = problem.settings
    tell("checks", 0.0)
    panel = build_panel(problem.frequencies, _all_profiles(problem), settings)
    markers = panel.markers
    findings = list(problem.findings) + list(panel.findings)
    findings += check_problem(problem, panel)

    tell("parts", 0.0)
    remains = tuple(usable_profile(p, markers, settings) for p in problem.remains)
    families = tuple(usable_family(f, markers, settings) for f in problem.families)
    same_person = compare_all(remains, markers, settings)
    groups = group_samples(remains, same_person, settings, markers)

    tell("ranking", 0.0)
    by_sample, candidates = _candidates(groups, remains)
    singles = rank_matches(
        by_sample, families, markers, settings, lambda share: tell("ranking", 0.8 * share)
    )
    merged = [c for c in candidates if len(c.profiles) > 1]
    extra = rank_matches(
        merged, families, markers, settings, lambda share: tell("ranking", 0.8 + 0.2 * share)
    )
    ranking = _group_ranking(candidates, singles, extra)

    tell("joint", 0.0)
    question = pose_joint_question(ranking, problem.evidence, settings)
    findings += question.findings
    findings += unsexed_families(ranking)
    solution = solve(question.problem, settings.best_assignments)
    answer = Answer(
        solution.posteriors,
        solution.table_posteriors,
        _log10_glr(question, solution),
        _linked_places(problem, panel, ranking),
    )

    tell("proposals", 0.0)
    proposals = propose_identifications(question, answer, settings)
    symmetric = symmetric_matches(question, answer, settings)
    return Analysis(
        problem=problem,
        groups=groups,
        same_person_pairs=tuple(
            p for p in same_person if p.log10_lr >= settings.same_person_log10_lr
        ),
        pairs=list_pairs(singles, sex_evidence(singles, settings), settings.report_log10_lr),
        group_pairs=list_pairs(ranking, question.sex_log10, settings.report_log10_lr),
        posteriors=_list_posteriors(question, solution),
        assignments=_list_assignments(question, solution),
        proposals=proposals,
        symmetric=symmetric,
        near_misses=near_misses(question, answer, proposals, _supports(ranking, settings)),
        exclusions=list_exclusions(question, settings),
        sensitivity=sensitivity_table(question, solution, problem, proposals),
        advice=advise(question, answer, settings, proposals, symmetric),
        findings=_sorted(findings),
        provenance=_provenance(problem, panel, question),
    )


def _silent(stage: str, share: float) -> None:  # noqa: ARG001  a progress that nobody watches
    return None


def _all_profiles(problem: Problem) -> list[Profile]:
    return [
        *problem.remains,
        *(p for f in problem.families for own in f.profiles.values() for p in own),
        *problem.elimination,
    ]


def _candidates(
    groups: Sequence[SamePersonGroup], remains: Sequence[Profile]
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Return every sample by itself, and every group with its samples as replicates."""
    singles: dict[str, Candidate] = {}
    for profile in remains:
        if profile.sample not in singles:
            singles[profile.sample] = Candidate(
                profile.sample, (profile,), profile.sex, profile.stratum
            )
    merged = []
    for group in groups:
        profiles = merged_profiles(group, remains)
        if len(profiles) == 1:
            merged.append(singles[profiles[0].sample])
            continue
        strata = {p.stratum for p in profiles if p.stratum}
        merged.append(
            Candidate(
                group.label,
                profiles,
                group_sex(group, remains),
                strata.pop() if len(strata) == 1 else "",
            )
        )
    return tuple(singles.values()), tuple(merged)


def _group_ranking(candidates: Sequence[Candidate], singles: Ranking, merged: Ranking) -> Ranking:
    """Put the rows of merged groups among those of single samples, without computing twice."""
    sources = {
        c.label: (ranking, row)
        for ranking in (singles, merged)
        for row, c in enumerate(ranking.candidates)
    }
    rows = [sources[c.label] for c in candidates]

    def stack(name: str, empty: np.ndarray) -> np.ndarray:
        return np.stack([getattr(r, name)[row] for r, row in rows]) if rows else empty[:0]

    return Ranking(
        tuple(candidates),
        singles.places,
        singles.markers,
        stack("log10_lr", singles.log10_lr),
        stack("excluded", singles.excluded),
        stack("compared", singles.compared),
    )


def _log10_glr(question: JointQuestion, solution: AssignmentSolution) -> Array:
    """Return the generalised LRs of the pairings that may be proposed, NaN for the others."""
    wanted = [(int(r), int(c)) for r, c in np.argwhere(solution.posteriors[:, :-1] > _WORTH_A_GLR)]
    try:
        return pairwise_glr(question.problem, wanted) / _LN10
    except BudgetExceededError:
        # A diagnostic only: the posteriors do not rest on it, and None says that it is not known.
        return np.full(question.pair_log10.shape, np.nan)


def _linked_places(
    problem: Problem, panel: Panel, ranking: Ranking
) -> Mapping[str, tuple[str, ...]]:
    """Return, for each missing person, those of families that share a relative with theirs."""
    root = {family.id: family.id for family in problem.families}

    def find(i: str) -> str:
        while root[i] != i:
            i = root[i]
        return i

    for shared in linked_families(problem, panel.markers):
        root[find(shared.family_a)] = find(shared.family_b)
    linked: dict[str, tuple[str, ...]] = {}
    for place in ranking.places:
        others = tuple(
            other.label
            for other in ranking.places
            if other.family.id != place.family.id and find(other.family.id) == find(place.family.id)
        )
        if others:
            linked[place.label] = others
    return MappingProxyType(linked)


def _list_posteriors(
    question: JointQuestion, solution: AssignmentSolution
) -> tuple[Posterior, ...]:
    labels = [place.label for place in question.ranking.places] + ["*"]
    found = []
    for row, candidate in enumerate(question.ranking.candidates):
        for column in np.argsort(-solution.posteriors[row], kind="stable"):
            value = min(float(solution.posteriors[row, column]), 1.0)  # rounding
            if value < _LEAST_POSTERIOR:
                break
            found.append(
                Posterior(
                    candidate.label,
                    candidate.samples,
                    labels[column],
                    value,
                    float(solution.error_bounds[row, column]),
                )
            )
    return tuple(found)


def _list_assignments(
    question: JointQuestion, solution: AssignmentSolution
) -> tuple[Assignment, ...]:
    labels = [place.label for place in question.ranking.places]
    return tuple(
        Assignment(
            {
                candidate.label: labels[column] if column >= 0 else "*"
                for candidate, column in zip(question.ranking.candidates, best.columns, strict=True)
            },
            best.log_weight / _LN10,
            best.posterior,
        )
        for best in solution.best
    )


def _supports(ranking: Ranking, settings: Settings) -> Mapping[tuple[int, str], frozenset[str]]:
    """Return which alleles each family can give without mutation, where a near miss may ask."""
    counts = ranking.excluded.sum(axis=2)
    wanted = np.argwhere((counts >= 1) & (counts <= _NEAR))
    rates = ErrorRates(settings.drop_out, settings.drop_in)
    supports: dict[tuple[int, str], frozenset[str]] = {}
    for row, column in wanted:
        for at in np.flatnonzero(ranking.excluded[row, column]):
            marker = ranking.markers[at]
            key = (int(column), marker.name)
            if key in supports or marker.chromosome == Chromosome.X:
                continue
            place = ranking.places[column]
            plain: Marker = replace(marker, mutation_male=None, mutation_female=None)
            (table,), _ = genotype_tables(
                family_hypothesis(place.family), place.member, [plain], rates=rates
            )
            given = (table.sum(axis=0) > 0) | (table.sum(axis=1) > 0)
            # Alleles that any stranger could bring say nothing: keep what relatives restrict.
            paternal, maternal = table.sum(axis=1) > 0, table.sum(axis=0) > 0
            if paternal.all() != maternal.all():
                given = maternal if paternal.all() else paternal
            supports[key] = frozenset(
                label for label, flag in zip(marker.alleles, given, strict=True) if flag
            )
    return supports


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    order = {"blocking": 0, "warning": 1, "info": 2}
    return tuple(sorted(findings, key=lambda f: (order[f.severity.value], f.code, f.records)))


def _provenance(problem: Problem, panel: Panel, question: JointQuestion) -> Provenance:
    return Provenance(
        version=__version__,
        settings={f.name: str(getattr(problem.settings, f.name)) for f in fields(Settings)},
        prior=question.problem.stated_prior.text,
        markers=tuple(m.name for m in panel.markers),
        digests=dict(problem.digests),
        frequencies=", ".join(sorted({loc.file for loc in problem.frequencies.locations.values()})),
        method={
            "likelihood": say(
                "exact elimination of gametes, {page}", page="docs/methods/likelihood.md"
            ),
            "joint answer": say(
                "exact sum over assignments, {page}", page="docs/methods/joint-answer.md"
            ),
            "same person": say(
                "log10 LR at least {level:g}, no mismatch, {page}",
                level=problem.settings.same_person_log10_lr,
                page="docs/methods/same-person.md",
            ),
        },
    )
