from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forename.genetics.panel import build_panel
from forename.genetics.problem import Settings
from forename.genetics.profiles import Sex
from forename.genetics.ranking import Candidate, rank_matches
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import FamilyPlan, SimulationSettings


@pytest.mark.parametrize("shape", ["one child", "children"])
def test_rank_matches__either_parent_can_be_missing_under_theta(shape):
    """An untyped couple's sexes are unknown: a woman and a man fit the children equally well."""
    settings = Settings(theta=0.02)
    made = simulate(
        SimulationSettings(
            families=0,
            plan=(FamilyPlan(shape, present=True),),
            unrelated=0,
            degraded_fraction=0,
            extra_samples=0,
            analysis=settings,
        ),
        np.random.default_rng(3),
    )
    (family,) = made.problem.families
    (remains,) = made.problem.remains
    typed = [profile for own in family.profiles.values() for profile in own]
    markers = build_panel(made.problem.frequencies, [remains, *typed], settings).markers
    totals = {
        sex: rank_matches(
            [Candidate("A", (replace(remains, sex=sex),), sex)], [family], markers, settings
        ).totals()[0, 0]
        for sex in Sex
    }
    assert totals[Sex.FEMALE] == pytest.approx(totals[Sex.MALE], abs=1e-9)
    assert totals[Sex.UNKNOWN] == pytest.approx(totals[Sex.MALE], abs=1e-9)
    assert totals[Sex.MALE] > 2
