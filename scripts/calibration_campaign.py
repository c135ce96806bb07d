"""Analyse many simulated graves and hold the answers against the truth.

    .venv/bin/python scripts/calibration_campaign.py [--graves 200] [--seed 1] [--write]

``--write`` renews ``docs/methods/calibration-results.md``.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from forename.genetics.analysis import analyse
from forename.genetics.evaluation import (
    Evaluation,
    GroupOutcome,
    Outcome,
    answer_of,
    evaluate,
    is_true,
)
from forename.genetics.invented_frequencies import MARKER_SHAPES
from forename.genetics.problem import Settings
from forename.genetics.results import Analysis
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import SimulationSettings
from forename.genetics.truth import NOBODY, Truth
from forename.statistics.calibration import Reliability, reliability_table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "methods" / "calibration-results.md"

# Close and distant kin; enough of the latter that many posteriors are neither 0 nor 1.
SHAPES = (
    "parents",
    "mother",
    "mother and sibling",
    "one sibling",
    "siblings",
    "one child",
    "children and spouse",
    "grandparents",
    "uncle and aunt",
    "half siblings",
    "sister and nieces",
    "cousin marriage",
    "two brothers missing",
)
# A panel of ten markers leaves doubt, the whole panel little: both are wanted.
FEW_MARKERS = (
    "D3S1358",
    "D5S818",
    "D7S820",
    "D8S1179",
    "D13S317",
    "D18S51",
    "D21S11",
    "FGA",
    "TH01",
    "VWA",
)
PRIOR = "odds:0.5"
MUTATION = "equal:0.002"
PROPOSAL_POSTERIOR = 0.95
DROP_OUT = 0.1
WRONG_FRACTION = 0.2
CLASSES = (0.0, 0.0001, 0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999, 0.9999, 1.0)


@dataclass(frozen=True, slots=True)
class GraveResult:
    """One grave: its evaluation, and the LRs of pairs that are unrelated in truth.

    ``of_whole_groups``, shape (statements,), tells which stated posteriors are about a group that
    is a whole person. ``wrong_names`` are the posteriors of wrong proposals.
    ``unrelated_log10_lr`` has shape (pairs,), ``unrelated_per_marker`` (pairs * markers,).
    """

    evaluation: Evaluation
    of_whole_groups: npt.NDArray[np.bool_]
    wrong_names: tuple[float, ...]
    unrelated_log10_lr: npt.NDArray[np.float64]
    unrelated_per_marker: npt.NDArray[np.float64]


def campaign_settings(number: int, wrong_fraction: float = 0.0) -> SimulationSettings:
    """Return the settings of the grave with this number.

    Odd ones have the small panel; of every four, two have drop-out of single alleles.
    """
    analysis = Settings(
        mutation=MUTATION,
        prior=PRIOR,
        proposal_posterior=PROPOSAL_POSTERIOR,
        report_log10_lr=-1000.0,
        same_person_log10_lr=4.0,
        minimum_markers=4,
    )
    return SimulationSettings(
        graves=1,
        families=10,
        shapes=SHAPES,
        prior=PRIOR,
        persons=10,
        extra_samples=3,
        degraded_fraction=0.5,
        marker_loss=0.6,
        allele_drop_out=DROP_OUT if number % 4 >= 2 else 0.0,
        wrong_fraction=wrong_fraction,
        staff=0,
        markers=FEW_MARKERS if number % 2 else (),
        analysis=analysis,
    )


def run_campaign(graves: int, seed: int, wrong_fraction: float = 0.0) -> Iterator[GraveResult]:
    """Simulate and analyse the graves one after the other; the same seed gives the same results.

    In a family with probability ``wrong_fraction`` a relative is not what they are said to be.
    """
    for number, child in enumerate(np.random.SeedSequence(seed).spawn(graves)):
        made = simulate(campaign_settings(number, wrong_fraction), np.random.default_rng(child))
        analysis = analyse(made.problem)
        answer = answer_of(analysis)
        evaluation = evaluate(answer, made.truth)
        whole = {g for g, outcome in evaluation.groups if outcome is GroupOutcome.RIGHT}
        yield GraveResult(
            evaluation,
            np.array([p.samples in whole for p in answer.posteriors], dtype=np.bool_),
            tuple(p.posterior for p in answer.proposals if not is_true(p, made.truth)),
            *_unrelated(analysis, made.truth),
        )


def _unrelated(
    analysis: Analysis, truth: Truth
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the LRs of group pairs in which the remains belong to nobody of that family."""
    families = {
        family.id: {truth.missing[family.label(member)] for member in family.missing}
        for family in analysis.problem.families
    }
    whole = []
    per_marker: list[float] = []
    for pair in analysis.group_pairs:
        owners = {truth.samples.get(sample, NOBODY) for sample in pair.samples}
        if not owners & families[pair.family]:
            whole.append(pair.log10_lr)
            per_marker.extend(pair.per_marker.values())
    return np.array(whole), np.array(per_marker)


def reliability(results: Sequence[GraveResult]) -> tuple[tuple[Reliability, float], ...]:
    """Return the reliability table of statements about whole persons, each row with its z.

    z is (true - expected) in standard deviations: the larger of the deviation that calibrated,
    independent statements have and the one that the graves show. Graves are independent;
    statements of one grave are not.
    """
    statements = [
        (r.evaluation.stated[r.of_whole_groups], r.evaluation.happened[r.of_whole_groups])
        for r in results
    ]
    table = reliability_table(
        np.concatenate([stated for stated, _ in statements]),
        np.concatenate([happened for _, happened in statements]),
        CLASSES,
    )
    squares = dict.fromkeys((row.low for row in table), 0.0)
    for stated, happened in statements:
        for row in reliability_table(stated, happened, CLASSES):
            squares[row.low] += (row.true - row.expected) ** 2
    return tuple(
        (row, _z(row.true - row.expected, max(row.deviation, squares[row.low] ** 0.5)))
        for row in table
    )


def overstated_parts(results: Sequence[GraveResult]) -> tuple[int, int]:
    """Return how many statements of at least 0.99 are about parts of persons, and how many true."""
    sure = [~r.of_whole_groups & (r.evaluation.stated >= 0.99) for r in results]
    true = sum(
        int(r.evaluation.happened[mask].sum()) for r, mask in zip(results, sure, strict=True)
    )
    return sum(int(mask.sum()) for mask in sure), true


def _z(difference: float, deviation: float) -> float:
    """Return a difference in standard deviations; 0 where nothing could differ."""
    return difference / deviation if deviation > 0 else 0.0


@dataclass(frozen=True, slots=True)
class UnrelatedRow:
    """Of unrelated pairs, those with LR at least ``threshold``, against Markov's bound 1/t."""

    threshold: float
    pairs: int
    reached: int

    @property
    def bound(self) -> float:
        """The most that may be expected: pairs / threshold."""
        return self.pairs / self.threshold


def unrelated_tail(results: Sequence[GraveResult]) -> tuple[UnrelatedRow, ...]:
    """Return how many unrelated pairs reach LR 10, 100, 1,000 and 10,000."""
    every = np.concatenate([result.unrelated_log10_lr for result in results])
    return tuple(
        UnrelatedRow(10.0**power, len(every), int((every >= power).sum())) for power in range(1, 5)
    )


def unrelated_mean(results: Sequence[GraveResult]) -> tuple[float, float]:
    """Return the mean LR per marker over unrelated pairs, and its standard error over graves."""
    sums = np.array([(10.0**r.unrelated_per_marker - 1).sum() for r in results])
    count = sum(len(r.unrelated_per_marker) for r in results)
    return 1 + float(sums.sum()) / count, float(np.sqrt(np.square(sums).sum())) / count


PAGE_TEXT = """\
# Calibration: results

{graves} simulated graves, seed {seed}: 10 dead, 13 samples and 10 families each. Every second grave
has {few} markers instead of {all}, so that much stays in doubt; in half of the graves the alleles
of degraded samples drop out with probability {drop_out}, as their profiles state. Prior `{prior}`,
mutation `{mutation}`. Who lies in the graves was drawn from that same prior (`simulation.md`), so
that posteriors must be calibrated. Renew this page:

    .venv/bin/python scripts/calibration_campaign.py --write

## Posteriors are calibrated

Every stated posterior above 10⁻⁹, of a name or of "none of the missing", about groups of samples
that are a whole person. z is (true − expected) in standard deviations, graves being independent and
statements of one grave not; |z| above 3 would be a fault.

| posterior | statements | true | expected | stated mean | true part | z |
| --- | --- | --- | --- | --- | --- | --- |
{reliability}

{incomplete} groups are only part of a person: samples too poor to be joined. The joint answer takes
the parts for two people and can overstate "none of the missing" for the second one; of
{sure_parts} statements of at least 0.99 about such parts {true_parts} are true.

## Wrong names

Proposals from posterior {least} on: {proposals}, of which {false} are wrong; their posteriors
announce {expected:.2f}. If the posteriors hold, {false} or more wrong names happen with probability
{chance:.2f}. Wrong ones were stated at: {wrong_names}.

| outcome of a missing person | persons |
| --- | --- |
{outcomes}

Of {groups} groups of samples, {group_outcomes}.

## Unrelated remains

Mean LR of one marker over unrelated pairs: {mean:.4f}, standard error {error:.4f} (exactly 1 in
theory; `tests/test_calibration.py` sums it exactly). The mean of the whole profile's LR is 1 as
well, but rests on pairs too rare to be sampled; its tail is bounded by 1/t:

| LR at least | unrelated pairs | reached | bound |
| --- | --- | --- | --- |
{tail}

## When kinship is misstated

Above, everything that the program assumes is true. In {wrong_graves} further graves a relative is
not what they are said to be, in a family with probability {wrong_fraction}: another father,
adopted, or a swapped sample.

- Proposals: {wrong_proposals}, of which {wrong_false} are wrong; {wrong_expected:.2f} announced.
- Missing persons who lie in the graves and are not named: {wrong_missed}.
- Misstatements: {misstated}, of which {noticed} have a record that some finding names.

No posterior accounts for a misstated pedigree: a swapped sample leads to the other family's dead.
The checks of relatives come first.

## Limits

The frequencies and the mutation model are the true ones throughout, and so is the prior. Real cases
break them; the sensitivity table shows by how much that matters.
"""


def report(results: Sequence[GraveResult], wrong: Sequence[GraveResult], seed: int) -> str:
    """Return the page of results, in Markdown; ``wrong`` are graves with misstated kinship."""
    misled = [result.evaluation for result in wrong]
    evaluations = [result.evaluation for result in results]
    false = sum(e.false_names for e in evaluations)
    expected = sum(e.expected_false_names for e in evaluations)
    mean, error = unrelated_mean(results)
    sure_parts, true_parts = overstated_parts(results)
    return PAGE_TEXT.format(
        graves=len(results),
        seed=seed,
        few=len(FEW_MARKERS),
        all=len(MARKER_SHAPES),
        drop_out=DROP_OUT,
        wrong_graves=len(wrong),
        wrong_fraction=WRONG_FRACTION,
        wrong_proposals=sum(e.proposals for e in misled),
        wrong_false=sum(e.false_names for e in misled),
        wrong_expected=sum(e.expected_false_names for e in misled),
        wrong_missed=sum(e.count(Outcome.MISSED) for e in misled),
        noticed=sum(e.wrong_relationships_noticed for e in misled),
        misstated=sum(e.wrong_relationships for e in misled),
        prior=PRIOR,
        mutation=MUTATION,
        reliability="\n".join(_reliability_line(*row) for row in reliability(results)),
        least=PROPOSAL_POSTERIOR,
        proposals=sum(e.proposals for e in evaluations),
        false=false,
        incomplete=sum(e.group_count(GroupOutcome.INCOMPLETE) for e in evaluations),
        sure_parts=sure_parts,
        true_parts=true_parts,
        wrong_names=", ".join(f"{p:.6f}" for r in results for p in r.wrong_names) or "none",
        expected=expected,
        chance=false_names_chance(false, expected),
        outcomes="\n".join(
            f"| {o.value} | {sum(e.count(o) for e in evaluations)} |" for o in Outcome
        ),
        groups=sum(len(e.groups) for e in evaluations),
        group_outcomes=", ".join(
            f"{sum(e.group_count(o) for e in evaluations)} are {o.value}" for o in GroupOutcome
        ),
        mean=mean,
        error=error,
        tail="\n".join(
            f"| {row.threshold:,.0f} | {row.pairs} | {row.reached} | {row.bound:.1f} |"
            for row in unrelated_tail(results)
        ),
    )


def _reliability_line(row: Reliability, z: float) -> str:
    return (
        f"| {row.low:g} to {row.high:g} | {row.statements} | {row.true} | {row.expected:.2f} | "
        f"{row.expected / row.statements:.4f} | {row.true / row.statements:.4f} | {z:+.2f} |"
    )


def false_names_chance(false: int, expected: float) -> float:
    """Return P(at least ``false`` wrong names) when ``expected`` are announced: Poisson's law.

    The number is a sum of rare independent events (Le Cam 1960, Pacific J. Math. 10, 1181-1197).
    """
    fewer, term = 0.0, math.exp(-expected)
    for k in range(false):
        fewer += term
        term *= expected / (k + 1)
    return 1.0 - fewer


def main() -> None:
    """Run the campaign and print, or write, its page."""
    parser = argparse.ArgumentParser(description="Calibration campaign")
    parser.add_argument("--graves", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    results = _watched(run_campaign(options.graves, options.seed), options.graves)
    fewer = options.graves // 2
    wrong = _watched(run_campaign(fewer, options.seed + 1, WRONG_FRACTION), fewer)
    page = report(results, wrong, options.seed)
    if options.write:
        PAGE.write_text(page, encoding="utf-8", newline="\n")
    sys.stdout.write(page)


def _watched(results: Iterator[GraveResult], total: int) -> list[GraveResult]:
    done = []
    for result in results:
        done.append(result)
        sys.stderr.write(f"\r{len(done)} of {total} graves")
        sys.stderr.flush()
    sys.stderr.write("\n")
    return done


if __name__ == "__main__":
    main()
