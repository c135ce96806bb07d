from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.genetics.random_pedigrees import random_case

from forename.genetics.likelihood import Hypothesis, Theta, log10_lr, log_likelihoods
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.panel import build_panel
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.ranking import Candidate, Place, pair_log10_lr, rank_matches
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


def _explicit(
    family: Family, member: str, candidate: Candidate, markers: tuple[Marker, ...], rates, theta
) -> np.ndarray:
    """Two hypotheses written out: the remains are the member, or a person outside the family."""
    sex = family.pedigree[member].sex
    inside = Hypothesis(family.pedigree, {**family.profiles, member: candidate.profiles})
    apart = Hypothesis(
        family.pedigree.with_persons([Person("stranger", sex=sex)]),
        {**family.profiles, "stranger": candidate.profiles},
    )
    return log10_lr(inside, apart, markers, rates=rates, theta=theta)


@pytest.mark.parametrize("theta", [0.0, 0.03])
@pytest.mark.parametrize("kind", ["plain", "mutation", "observation", "x-linked", "twins"])
def test_rank_matches__is_the_ratio_of_two_hypotheses_written_out(kind: str, theta: float) -> None:
    compared = 0
    for seed in range(40):
        rng = np.random.default_rng([seed, len(kind)])
        case = random_case(rng, kind)
        pedigree = case.pedigree
        # The remains: one of the family, and somebody typed the same way from another draw.
        other = random_case(rng, kind)
        member = str(rng.choice(pedigree.order))
        samples = [case.profiles.get(member, ()), *other.profiles.values()]
        candidates = [
            Candidate(f"V{n}", own, pedigree[member].sex) for n, own in enumerate(samples) if own
        ]
        profiles = {i: own for i, own in case.profiles.items() if i != member}
        family = Family("F", pedigree, (member,), profiles)
        settings = Settings(theta=theta, drop_out=case.drop_out, drop_in=case.drop_in)
        markers = case.markers
        known = [
            c
            for c in candidates
            if all(
                a in m.alleles and a != m.silent_allele
                for m in markers
                for p in c.profiles
                if m.name in p.calls
                for a in p.calls[m.name].alleles
            )
        ]
        if kind == "x-linked":  # calls of the other sex do not fit
            known = [c for c in known if c.label == "V0" and member in case.profiles]
        if not known:
            continue
        found = rank_matches(known, [family], markers, settings)
        rates = ErrorRates(case.drop_out, case.drop_in)
        alone = log_likelihoods(Hypothesis(pedigree, profiles), markers, rates=rates)
        for row, candidate in enumerate(known):
            expected = _explicit(family, member, candidate, markers, rates, Theta(theta))
            # Remains without a call, and families that are impossible by themselves, say nothing.
            typed = [any(m.name in p.calls for p in candidate.profiles) for m in markers]
            expected = np.where(np.isfinite(alone) & typed, expected, 0.0)
            np.testing.assert_allclose(
                found.log10_lr[row, 0], expected, atol=1e-9, err_msg=f"{kind} {seed}"
            )
            compared += int(np.isfinite(expected).sum())
    assert compared > 40


def _person(sample: str, **calls: str) -> Profile:
    return Profile(sample, {name: Call(tuple(alleles)) for name, alleles in calls.items()})


_P = np.array([0.1, 0.2, 0.7])
_MARKERS = (
    Marker("M", ("A", "B", "C"), _P),
    Marker("N", ("A", "B", "C"), _P),
    Marker("X", ("A", "B", "C"), _P, Chromosome.X),
)


def _child_of(mother: Profile, sex: Sex) -> Family:
    persons = [
        Person("Dad", sex=Sex.MALE),
        Person("Mum", sex=Sex.FEMALE),
        Person("x", "Dad", "Mum", sex),
    ]
    return Family("F", Pedigree(persons), ("x",), {"Mum": (mother,)})


def test_rank_matches__markers_that_one_side_lacks_are_exactly_zero() -> None:
    family = _child_of(_person("mother", M="AB"), Sex.FEMALE)
    remains = Candidate("V", (_person("v", M="AA", N="AA"),), Sex.FEMALE)
    ranking = rank_matches([remains], [family], _MARKERS[:2], Settings())
    # Child of AB, seen AA: (p/2) / p^2 = 5.
    np.testing.assert_allclose(ranking.log10_lr[0, 0], [np.log10(5), 0.0], atol=1e-12)
    assert ranking.log10_lr[0, 0, 1] == 0.0
    assert ranking.compared[0].tolist() == [True, True]
    nothing = Candidate("W", (_person("w", N="AA"),), Sex.FEMALE)
    ranking = rank_matches([nothing], [family], _MARKERS[:2], Settings())
    np.testing.assert_array_equal(ranking.log10_lr[0, 0], [0.0, 0.0])


def test_rank_matches__x_linked_by_hand_and_only_between_fitting_sexes() -> None:
    mother = _person("mother", X="AB")
    son = Candidate("S", (_person("s", X="A"),), Sex.MALE)
    daughter = Candidate("D", (_person("d", X="AC"),), Sex.FEMALE)
    # A son of AB seen A: (1/2) / p_A; a daughter seen AC: (p_C / 2) / (2 p_A p_C).
    for sex, expected in (
        (Sex.MALE, [np.log10(0.5 / 0.1), 0.0]),
        (Sex.FEMALE, [0.0, np.log10(0.5 / 0.2)]),
        (Sex.UNKNOWN, [np.log10(0.5 / 0.1), np.log10(0.5 / 0.2)]),
    ):
        family = _child_of(mother, sex)
        ranking = rank_matches([son, daughter], [family], _MARKERS[2:], Settings())
        np.testing.assert_allclose(ranking.log10_lr[:, 0, 0], expected, atol=1e-12)
        assert ranking.compared.all()


def test_rank_matches__theta_moves_an_lr_that_is_one_without_it() -> None:
    # Parent and child share a heterozygote's allele of frequency 1/4: the LR is exactly 1.
    marker = Marker("M", ("A", "B", "C"), np.array([0.25, 0.25, 0.5]))
    family = _child_of(_person("mother", M="AB"), Sex.FEMALE)
    remains = Candidate("V", (_person("v", M="AC"),), Sex.FEMALE)
    plain = rank_matches([remains], [family], [marker], Settings())
    assert plain.log10_lr[0, 0, 0] == pytest.approx(0, abs=1e-12)
    under = rank_matches([remains], [family], [marker], Settings(theta=0.03))
    expected = _explicit(family, "x", remains, (marker,), ErrorRates(), Theta(0.03))
    np.testing.assert_allclose(under.log10_lr[0, 0], expected, atol=1e-12)
    assert expected[0] < -0.005


def test_rank_matches__of_a_typed_identical_twin_is_one_over_the_frequency() -> None:
    persons = [
        Person("Dad", sex=Sex.MALE),
        Person("Mum", sex=Sex.FEMALE),
        Person("s", "Dad", "Mum", Sex.FEMALE),
        Person("x", "Dad", "Mum", Sex.FEMALE, twin_of="s"),
    ]
    family = Family("F", Pedigree(persons), ("x",), {"s": (_person("s", M="AB"),)})
    same = Candidate("V", (_person("v", M="AB"),), Sex.FEMALE)
    other = Candidate("W", (_person("w", M="AA"),), Sex.FEMALE)
    ranking = rank_matches([same, other], [family], _MARKERS[:1], Settings())
    assert ranking.log10_lr[0, 0, 0] == pytest.approx(-np.log10(2 * 0.1 * 0.2), abs=1e-12)
    assert ranking.log10_lr[1, 0, 0] == -np.inf


def test_pair_log10_lr__of_one_missing_person_of_several_by_hand() -> None:
    persons = [
        Person("Dad", sex=Sex.MALE),
        Person("Mum", sex=Sex.FEMALE),
        Person("x", "Dad", "Mum", Sex.MALE),
        Person("y", "Dad", "Mum", Sex.FEMALE),
    ]
    family = Family(
        "F", Pedigree(persons), ("x", "y"), {"Mum": (_person("mother", M="AB", X="AB"),)}
    )
    remains = Candidate("V", (_person("v", M="AA", X="AC"),), Sex.FEMALE)
    # AA of a child of AB: 1/2 p_A / p_A^2; a daughter of AB seen AC: (p_C / 2) / (2 p_A p_C). A
    # woman's X says nothing about a missing man.
    for member, expected in (("x", [5.0, 1.0]), ("y", [5.0, 2.5])):
        lrs = pair_log10_lr(remains, Place(family, member), [_MARKERS[0], _MARKERS[2]], Settings())
        np.testing.assert_allclose(lrs, np.log10(expected), atol=1e-12)
