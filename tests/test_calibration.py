"""Simulation against computation: averages of LRs, and a small calibration campaign.

If LR = P(data | related) / P(data | unrelated), then the mean of LR over unrelated remains is
exactly 1, for every family, marker and mutation model: sum over g of P(g) * P(g | family) / P(g).
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import numpy as np
import pytest
from scripts.calibration_campaign import (
    false_names_chance,
    reliability,
    run_campaign,
    unrelated_mean,
    unrelated_tail,
)

from forename.genetics.family_shapes import SHAPES
from forename.genetics.likelihood import Hypothesis, log10_lr
from forename.genetics.panel import build_panel
from forename.genetics.pedigrees import Person
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Call, Profile
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import FamilyPlan, SimulationSettings

MUTATION = Settings(mutation="equal:0.01", mutation_female="equal:0.002")
ALL_SHAPES = tuple(FamilyPlan(shape, present=True) for shape in SHAPES)


def _lr_of_first_missing(family: Family, remains: Profile, markers):
    """Return the LR per marker that the remains are the family's first missing person."""
    missing = family.missing[0]
    related = Hypothesis(family.pedigree, {**family.profiles, missing: (remains,)})
    apart = Hypothesis(
        family.pedigree.with_persons([Person("stranger")]),
        {**family.profiles, "stranger": (remains,)},
    )
    return 10.0 ** log10_lr(related, apart, markers)


@pytest.mark.parametrize("shape", SHAPES)
def test_unrelated_lr__averages_one_over_all_genotypes(shape):
    made = simulate(
        SimulationSettings(
            families=0,
            plan=(FamilyPlan(shape, present=True),),
            unrelated=0,
            markers=("D3S1358", "TH01"),
            analysis=MUTATION,
        ),
        np.random.default_rng(11),
    )
    (family,) = made.problem.families
    typed = [profile for profiles in family.profiles.values() for profile in profiles]
    markers = build_panel(made.problem.frequencies, typed, MUTATION).markers
    for place, marker in enumerate(markers):
        total = probability = 0.0
        for a, b in combinations_with_replacement(range(len(marker.alleles)), 2):
            call = Call((marker.alleles[a], marker.alleles[b]))
            chance = float(marker.frequencies[a] * marker.frequencies[b]) * (1 if a == b else 2)
            remains = Profile("remains", {marker.name: call})
            total += chance * float(_lr_of_first_missing(family, remains, markers)[place])
            probability += chance
        assert probability == pytest.approx(1.0, abs=1e-12)
        assert total == pytest.approx(1.0, abs=1e-9)


def test_unrelated_lr__averages_one_over_simulated_strangers():
    made = simulate(
        SimulationSettings(
            families=0,
            plan=tuple(FamilyPlan(plan.shape, present=False) for plan in ALL_SHAPES),
            unrelated=60,
            extra_samples=0,
            degraded_fraction=0,
            analysis=MUTATION,
        ),
        np.random.default_rng(12),
    )
    problem = made.problem
    profiles = [p for family in problem.families for ps in family.profiles.values() for p in ps]
    markers = build_panel(problem.frequencies, [*profiles, *problem.remains], MUTATION).markers
    ratios = np.array(
        [
            [_lr_of_first_missing(family, remains, markers) for remains in problem.remains]
            for family in problem.families
        ]
    )
    # Remains are independent of each other; of one set of remains, families and markers are not
    # all: the mean of each set of remains is one observation.
    means = ratios.mean(axis=(0, 2))
    deviation = means.std(ddof=1) / np.sqrt(len(means))
    assert abs(means.mean() - 1) <= 4 * deviation
    assert deviation < 0.05
    # Markov's bound for the whole profile: LR >= t for at most 1/t of the unrelated.
    whole = ratios.prod(axis=2).ravel()
    for threshold in (10, 100, 1000):
        assert (whole >= threshold).mean() <= 1 / threshold


@pytest.fixture(scope="module")
def campaign():
    """Eight graves; docs/methods/calibration-results.md has two hundred."""
    return list(run_campaign(8, seed=5))


def test_posteriors__are_true_as_often_as_they_say(campaign):
    rows = reliability(campaign)
    assert sum(row.statements for row, _ in rows) > 100
    assert any(0.05 <= row.low < 0.95 for row, _ in rows)
    assert max(abs(z) for _, z in rows) < 4


def test_proposals__are_wrong_no_more_often_than_their_posteriors_allow(campaign):
    evaluations = [result.evaluation for result in campaign]
    assert sum(e.proposals for e in evaluations) > 20
    false = sum(e.false_names for e in evaluations)
    expected = sum(e.expected_false_names for e in evaluations)
    assert false_names_chance(false, expected) > 0.001


def test_unrelated_pairs__average_one_and_keep_markovs_bound(campaign):
    mean, error = unrelated_mean(campaign)
    assert abs(mean - 1) <= 4 * error
    assert error < 0.1
    for row in unrelated_tail(campaign):
        assert row.reached <= row.bound


def test_false_names_chance__by_hand():
    assert false_names_chance(0, 0.5) == pytest.approx(1.0)
    assert false_names_chance(1, 0.5) == pytest.approx(1 - np.exp(-0.5))
