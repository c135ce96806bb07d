"""How much the answer depends on what had to be assumed: prior, mutation rate, theta."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from forename.exceptions import BudgetExceededError, InvalidSettingError
from forename.genetics.joint import LN10, JointQuestion, candidate_rows, shifted
from forename.genetics.markers import Array
from forename.genetics.mutation import parse_mutation
from forename.genetics.panel import build_panel
from forename.genetics.problem import Problem, Settings
from forename.genetics.ranking import pair_log10_lr
from forename.genetics.results import Proposal, SensitivityRow
from forename.statistics.assignment import AssignmentProblem, AssignmentSolution, solve
from forename.statistics.priors import parse_prior

_MOST_PAIRS = 40
_DOUBTFUL = 0.5
_THETAS = (0.03,)
_RATE_FACTORS = (0.1, 10.0)
_PRIOR_FACTORS = (0.1, 10.0)


def sensitivity_table(
    question: JointQuestion,
    solution: AssignmentSolution,
    problem: Problem,
    proposals: Sequence[Proposal],
) -> tuple[SensitivityRow, ...]:
    """Return posteriors of the important pairings with one assumption changed at a time.

    The pairings are the proposals and those with a posterior of 0.5 or more, 40 at most. For a
    changed mutation rate or theta their LRs are computed anew and the joint answer is solved with
    them; the LRs of all other pairings stay as they are.
    """
    pairs = _pairs(question, solution, proposals)
    if not pairs:
        return ()
    rows = _rows("as stated", "", question, pairs, {}, solution.posteriors)
    for name, value, changed, deltas in _changes(question, problem, pairs):
        try:
            posteriors = solve(changed, 0).posteriors
        except (BudgetExceededError, InvalidSettingError):
            continue
        rows += _rows(name, value, question, pairs, deltas, posteriors)
    return tuple(rows)


def _rows(
    name: str,
    value: str,
    question: JointQuestion,
    pairs: Sequence[tuple[int, int]],
    deltas: Mapping[tuple[int, int], float],
    posteriors: Array,
) -> list[SensitivityRow]:
    dna = question.ranking.totals()
    return [
        SensitivityRow(
            question.ranking.candidates[row].label,
            question.ranking.places[column].label,
            name,
            value,
            float(dna[row, column] + deltas.get((row, column), 0.0) / LN10),
            float(posteriors[row, column]),
        )
        for row, column in pairs
    ]


def _pairs(
    question: JointQuestion, solution: AssignmentSolution, proposals: Sequence[Proposal]
) -> list[tuple[int, int]]:
    rows = candidate_rows(question.ranking.candidates)
    columns = question.column
    chosen = {(rows[p.group], columns[p.missing_person]) for p in proposals}
    chosen |= {(int(r), int(c)) for r, c in np.argwhere(solution.posteriors[:, :-1] >= _DOUBTFUL)}
    # The least certain come first: they are where an assumption can change the answer.
    return sorted(chosen, key=lambda pair: (solution.posteriors[pair], pair))[:_MOST_PAIRS]


def _changes(
    question: JointQuestion,
    problem: Problem,
    pairs: Sequence[tuple[int, int]],
) -> Iterator[tuple[str, str, AssignmentProblem, dict[tuple[int, int], float]]]:
    """Yield (name, value, changed joint problem, changed natural log weights)."""
    settings = problem.settings
    stated = question.problem.stated_prior
    for text in _other_priors(stated.text):
        yield "prior", text, replace(question.problem, prior=parse_prior(text)), {}
    for factor in _RATE_FACTORS:
        rate = _scaled_rate(settings.mutation, factor)
        if rate is None:
            continue
        female = _scaled_rate(settings.mutation_female, factor) if settings.mutation_female else ""
        changed = replace(settings, mutation=rate, mutation_female=female or "")
        deltas = _deltas(question, problem, changed, pairs)
        yield "mutation rate", rate, shifted(question, deltas), deltas
    for theta in _THETAS:
        if theta == settings.theta:
            continue
        deltas = _deltas(question, problem, replace(settings, theta=theta), pairs)
        yield "theta", f"{theta:g}", shifted(question, deltas), deltas


def _other_priors(stated: str) -> list[str]:
    kind, _, value = stated.partition(":")
    others = []
    if kind in ("missing-total", "odds"):
        for factor in _PRIOR_FACTORS:
            scaled = float(value) * factor
            text = f"{max(round(scaled), 2)}" if kind == "missing-total" else f"{scaled:g}"
            others.append(f"{kind}:{text}")
    if kind != "flat":
        others.append("flat")
    return others


def _scaled_rate(text: str, factor: float) -> str | None:
    model = parse_mutation(text)
    rate = getattr(model, "rate", 0.0)
    if not rate or rate * factor >= 0.5:
        return None
    return str(replace(model, rate=rate * factor))


def _deltas(
    question: JointQuestion, problem: Problem, settings: Settings, pairs: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], float]:
    """Return how much each pair's natural log LR moves under other settings."""
    ranking = question.ranking
    profiles = [p for c in ranking.candidates for p in c.profiles]
    profiles += [p for f in problem.families for own in f.profiles.values() for p in own]
    table = replace(problem.frequencies, mutation={})
    markers = build_panel(table, profiles, settings).markers
    wanted = [m.name for m in ranking.markers]
    markers = tuple(m for name in wanted for m in markers if m.name == name)
    deltas: dict[tuple[int, int], float] = {}
    for row, column in pairs:
        place = ranking.places[column]
        try:
            other = pair_log10_lr(ranking.candidates[row], place, markers, settings)
        except BudgetExceededError:
            continue
        before = float(ranking.log10_lr[row, column].sum())
        after = float(other.sum())
        if np.isfinite(before) and np.isfinite(after):
            deltas[row, column] = (after - before) * LN10
    return deltas
