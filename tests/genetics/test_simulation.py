from __future__ import annotations

from collections import Counter
from math import comb, factorial

import numpy as np
import pytest

from forename.exceptions import InvalidSettingError
from forename.genetics.family_shapes import SHAPES
from forename.genetics.problem import Settings
from forename.genetics.profiles import Sex
from forename.genetics.simulation import draw_match_count, simulate
from forename.genetics.simulation_settings import FamilyPlan, SimulationSettings
from forename.genetics.truth import NOBODY
from forename.statistics.priors import parse_prior


def _simulate(seed: int = 1, **changes: object):
    return simulate(SimulationSettings(**changes), np.random.default_rng(seed), seed)


def _shares(one, other) -> int:
    """Count the markers at which two profiles share no allele."""
    common = set(one.calls) & set(other.calls)
    return sum(not one.calls[m].distinct & other.calls[m].distinct for m in common)


def test_simulate__same_seed_gives_the_same_case_another_seed_another():
    first, again, other = _simulate(5), _simulate(5), _simulate(6)
    assert first.problem == again.problem
    assert first.truth == again.truth
    assert first.problem.remains != other.problem.remains


def test_simulate__says_that_it_is_simulated():
    made = _simulate()
    assert made.problem.simulated
    assert "SIMULATED" in made.problem.title
    assert made.truth.seed == 1


def test_simulate__truth_covers_every_sample_and_every_missing_person():
    made = _simulate(3, families=40, wrong_fraction=0.2)
    problem, truth = made.problem, made.truth
    assert set(truth.samples) == {profile.sample for profile in problem.remains}
    labels = [family.label(m) for family in problem.families for m in family.missing]
    assert list(truth.missing) == labels
    assert len(set(labels)) == len(labels)
    there = [person for person in truth.missing.values() if person != NOBODY]
    assert len(set(there)) == len(there)
    assert set(there) <= set(truth.persons())


@pytest.mark.parametrize("shape", SHAPES)
def test_simulate__every_shape_makes_a_family(shape):
    made = _simulate(plan=(FamilyPlan(shape, present=True),), families=0)
    (family,) = made.problem.families
    assert len(family.profiles) == len(SHAPES[shape].typed)
    assert all(made.truth.samples_of(family.label(m)) for m in family.missing)


def test_simulate__parents_and_child_are_compatible_without_mutation():
    made = simulate(
        SimulationSettings(
            families=0,
            plan=tuple(FamilyPlan("parents", present=True) for _ in range(10)),
            degraded_fraction=0,
            extra_samples=0,
            analysis=Settings(mutation="none"),
        ),
        np.random.default_rng(2),
    )
    remains = {profile.sample: profile for profile in made.problem.remains}
    for family in made.problem.families:
        (sample,) = made.truth.samples_of(family.id)
        for (parent,) in family.profiles.values():
            assert _shares(parent, remains[sample]) == 0


@pytest.mark.parametrize("deviation", ["false_paternity", "adopted"])
def test_simulate__misstated_father_shows_in_the_profiles_and_in_the_truth(deviation):
    made = _simulate(
        plan=(FamilyPlan("parents", present=True, deviation=deviation),),
        families=0,
        degraded_fraction=0,
    )
    (note,) = made.truth.wrong_relationships()
    assert note.kind == deviation
    assert "F001" in note.records
    remains = {profile.sample: profile for profile in made.problem.remains}
    child = remains[made.truth.samples_of("F001")[0]]
    (family,) = made.problem.families
    by_sex = {profiles[0].sex: profiles[0] for profiles in family.profiles.values()}
    assert _shares(by_sex[Sex.MALE], child) > 2
    assert (_shares(by_sex[Sex.FEMALE], child) > 2) == (deviation == "adopted")


def test_simulate__swapped_samples_fit_the_other_family():
    plan = FamilyPlan("father", present=True, deviation="swapped")
    made = _simulate(plan=(plan, plan), families=0, degraded_fraction=0)
    (note,) = made.truth.wrong_relationships()
    assert note.records == ("F001", "F002", "R0001", "R0002")
    remains = {profile.sample: profile for profile in made.problem.remains}
    first = made.problem.families[0].profiles["R0001"][0]
    assert _shares(first, remains[made.truth.samples_of("F002")[0]]) <= 1
    assert _shares(first, remains[made.truth.samples_of("F001")[0]]) > 2


def test_simulate__an_odd_number_of_swaps_is_refused():
    with pytest.raises(InvalidSettingError, match="even number"):
        _simulate(plan=(FamilyPlan(deviation="swapped"),), families=0)


@pytest.mark.parametrize("shape", ["mother", "children", "three generations"])
def test_simulate__planned_mutation_is_one_visible_step(shape):
    made = _simulate(
        plan=(FamilyPlan(shape, present=True, deviation="mutation"),),
        families=0,
        degraded_fraction=0,
        analysis=Settings(mutation="none"),
    )
    (note,) = made.truth.notes
    remains = {profile.sample: profile for profile in made.problem.remains}
    missing = remains[made.truth.samples_of("F001")[0]]
    (family,) = made.problem.families
    relative = family.profiles[note.records[1]][0]
    assert _shares(relative, missing) == 1
    marker = note.text.split(":")[0]
    assert not relative.calls[marker].distinct & missing.calls[marker].distinct


def test_simulate__mutation_is_refused_where_it_would_not_show():
    with pytest.raises(InvalidSettingError, match="typed parent or child"):
        _simulate(plan=(FamilyPlan("siblings", deviation="mutation"),), families=0)


def test_simulate__family_registered_apart_shares_its_relatives():
    plan = (FamilyPlan(present=True, deviation="registered_apart"),)
    made = _simulate(plan=plan, families=0, degraded_fraction=0)
    first, second = made.problem.families
    assert [profile.calls for (profile,) in first.profiles.values()] == [
        profile.calls for (profile,) in second.profiles.values()
    ]
    assert not set(first.profiles) & set(second.profiles)
    assert made.truth.missing["F001"] != made.truth.missing["F002"] != NOBODY


def test_simulate__contaminated_sample_shows_staff_and_is_nobody():
    made = _simulate(contaminated=2, extra_samples=10)
    staff = {profile.sample: profile for profile in made.problem.elimination}
    remains = {profile.sample: profile for profile in made.problem.remains}
    notes = [note for note in made.truth.notes if note.kind == "contamination"]
    assert len(notes) == 2
    for note in notes:
        sample, source = note.records
        assert remains[sample].calls == staff[source].calls
        assert made.truth.samples[sample] == NOBODY


def test_simulate__parts_of_a_person_agree_and_degradation_only_loses_markers():
    made = _simulate(4, extra_samples=20, degraded_fraction=0.6, marker_loss=0.9)
    remains = {profile.sample: profile for profile in made.problem.remains}
    several = [s for s in made.truth.persons().values() if len(s) > 1]
    assert len(several) > 5
    for samples in several:
        for other in samples[1:]:
            one, two = remains[samples[0]], remains[other]
            assert all(one.calls[m] == two.calls[m] for m in set(one.calls) & set(two.calls))
    counts = [len(profile.calls) for profile in made.problem.remains]
    assert min(counts) >= 6
    assert max(counts) == 23
    assert min(counts) < 15


def test_simulate__allele_drop_out_is_stated_and_leaves_single_peaks():
    made = _simulate(4, degraded_fraction=0.5, allele_drop_out=0.3, marker_loss=0.1)
    single = Counter()
    calls = Counter()
    for profile in made.problem.remains:
        assert profile.drop_out in (None, 0.3)
        calls[profile.drop_out] += len(profile.calls)
        single[profile.drop_out] += sum(len(c.distinct) == 1 for c in profile.calls.values())
    assert single[0.3] / calls[0.3] > single[None] / calls[None] + 0.2


def test_simulate__prior_fixes_the_number_of_the_dead():
    made = _simulate(prior="flat", persons=15, families=12, extra_samples=3)
    assert len(made.truth.persons()) == 15
    assert len(made.problem.remains) == 18


def test_simulate__stated_numbers_of_persons_and_remains_are_kept():
    made = _simulate(persons=40, remains=57)
    assert len(made.truth.persons()) == 40
    assert len(made.problem.remains) == 57


@pytest.mark.parametrize("numbers", [{"persons": 2}, {"persons": 60, "remains": 30}])
def test_simulate__numbers_that_cannot_be_met_are_refused(numbers):
    with pytest.raises(InvalidSettingError, match=r"more persons|too few"):
        _simulate(**numbers)


def _assert_counts_follow(prior: str, weights: list[float]) -> None:
    rng = np.random.default_rng(1)
    trials = 20_000
    counts = Counter(draw_match_count(4, 3, parse_prior(prior), rng) for _ in range(trials))
    for k, weight in enumerate(weights):
        p = weight / sum(weights)
        assert abs(counts[k] - trials * p) <= 5 * np.sqrt(trials * p * (1 - p))


@pytest.mark.parametrize(
    ("prior", "odds"), [("flat", 1.0), ("odds:0.5", 0.5), ("missing-total:11", 0.1)]
)
def test_draw_match_count__is_the_number_of_pairs_of_an_assignment(prior, odds):
    _assert_counts_follow(
        prior, [odds**k * comb(4, k) * comb(3, k) * factorial(k) for k in range(4)]
    )


def test_draw_match_count__of_an_urn_is_hypergeometric():
    # 4 of 9 victims are found, 3 of the 9 are registered as missing.
    _assert_counts_follow("victims:9", [comb(3, k) * comb(6, 4 - k) for k in range(4)])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"present_fraction": 1.5}, "present_fraction"),
        ({"graves": 0}, "graves"),
        ({"shapes": ("castle",)}, "castle"),
        ({"markers": ("D99",)}, "D99"),
        ({"contaminated": 1, "staff": 0}, "staff"),
        ({"prior": "odds:0", "persons": 9}, "positive"),
        ({"prior": "flat"}, "state persons"),
        ({"persons": 0}, "persons"),
        ({"remains": 0}, "remains"),
        ({"prior": "strata:G1=9", "persons": 9}, "strata"),
        ({"prior": "flat", "persons": 9, "plan": (FamilyPlan(present=True),)}, "drawn"),
        ({"families": -1}, "families"),
        ({"allele_drop_out": 1.0}, "allele_drop_out"),
    ],
)
def test_simulation_settings__out_of_range_is_refused(changes, said):
    with pytest.raises(InvalidSettingError, match=said):
        SimulationSettings(**changes)


@pytest.mark.parametrize("plan", [{"shape": "castle"}, {"deviation": "ghost"}])
def test_family_plan__unknown_words_are_refused(plan):
    with pytest.raises(InvalidSettingError, match="unknown"):
        FamilyPlan(**plan)
