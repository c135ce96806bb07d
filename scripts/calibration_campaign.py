"""Analyse many simulated graves and hold the answers against the truth.

    .venv/bin/python scripts/calibration_campaign.py [--graves 200] [--seed 1] [--write]

``--write`` renews ``docs/methods/calibration-results.md``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from forename.genetics.analysis import analyse
from forename.genetics.evaluation import (
    NONE_OF_THE_MISSING,
    Evaluation,
    GroupOutcome,
    Outcome,
    answer_of,
    evaluate,
)
from forename.genetics.problem import Settings
from forename.genetics.results import Analysis
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import SimulationSettings
from forename.genetics.truth import NOBODY, Truth

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
PRIOR = "missing-total:11"


@dataclass(frozen=True, slots=True)
class GraveResult:
    """One grave: its evaluation, and the LRs of pairs that are unrelated in truth.

    ``unrelated_log10_lr`` has shape (pairs,), ``unrelated_per_marker`` (pairs * markers,).
    """

    evaluation: Evaluation
    unrelated_log10_lr: npt.NDArray[np.float64]
    unrelated_per_marker: npt.NDArray[np.float64]


def campaign_settings(number: int) -> SimulationSettings:
    """Return the settings of the grave with this number: odd ones have the small panel."""
    analysis = Settings(
        mutation="equal:0.002",
        prior=PRIOR,
        proposal_posterior=0.95,
        report_log10_lr=-1000.0,
        same_person_log10_lr=4.0,
        minimum_markers=4,
    )
    return SimulationSettings(
        graves=1,
        families=10,
        shapes=SHAPES,
        prior=PRIOR,
        dead=10,
        extra_samples=3,
        degraded_fraction=0.5,
        marker_loss=0.6,
        staff=0,
        markers=FEW_MARKERS if number % 2 else (),
        analysis=analysis,
    )


def run_campaign(graves: int, seed: int) -> Iterator[GraveResult]:
    """Simulate and analyse the graves one after the other; the same seed gives the same results."""
    for number, child in enumerate(np.random.SeedSequence(seed).spawn(graves)):
        made = simulate(campaign_settings(number), np.random.default_rng(child))
        analysis = analyse(made.problem)
        yield GraveResult(
            evaluate(answer_of(analysis), made.truth), *_unrelated(analysis, made.truth)
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


def main() -> None:
    """Run the campaign and print, or write, its page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--graves", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    results = []
    for result in run_campaign(options.graves, options.seed):
        results.append(result)
        sys.stderr.write(f"\r{len(results)} of {options.graves} graves")
        sys.stderr.flush()
    sys.stderr.write("\n")
    page = report(results, options.graves, options.seed)
    if options.write:
        PAGE.write_text(page, encoding="utf-8", newline="\n")
    sys.stdout.write(page)
