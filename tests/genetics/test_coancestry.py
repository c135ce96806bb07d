from __future__ import annotations

import numpy as np
import pytest

from forename.exceptions import BudgetExceededError
from forename.genetics.coancestry import (
    Comparison,
    coancestry_log10_lrs,
    refuse_beyond_budget,
)
from forename.genetics.likelihood import (
    DEFAULT_BUDGET,
    Hypothesis,
    Theta,
    log_likelihoods,
    predicted_costs,
)
from forename.genetics.markers import Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.placement_search import CandidateCalls
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.ranking import Candidate, rank_matches

P = np.array([0.1, 0.2, 0.7])
MARKERS = tuple(Marker(name, ("A", "B", "C"), P) for name in ("M", "N"))


def _profile(sample: str, **calls: str) -> Profile:
    return Profile(sample, {name: Call(tuple(alleles)) for name, alleles in calls.items()})


def _siblings(seen: str) -> Comparison:
    persons = [
        Person("Dad", sex=Sex.MALE),
        Person("Mum", sex=Sex.FEMALE),
        Person("x", "Dad", "Mum"),
        Person("y", "Dad", "Mum"),
    ]
    family = Hypothesis(Pedigree(persons), {"y": (_profile("y", M=seen),)})
    return Comparison("F", family, "x", MARKERS[:1])


@pytest.mark.parametrize("scope", ["hypothesis", "component"])
@pytest.mark.parametrize("theta", [0.02, 0.3])
def test_coancestry_log10_lrs__of_siblings_in_closed_form(theta: float, scope: str) -> None:
    p = P[0]
    third = (2 * theta + (1 - theta) * p) / (1 + theta)  # A after AA
    fourth = (3 * theta + (1 - theta) * p) / (1 + 2 * theta)
    alone = p * theta + (1 - theta) * p * p  # AA in an urn of its own
    stranger = third * fourth if scope == "hypothesis" else alone
    expected = (0.25 + 0.5 * third + 0.25 * third * fourth) / stranger
    calls = CandidateCalls.of(
        [(_profile("v", M="CC"),), (_profile("w", M="AA"),)], ErrorRates(0.0, 0.0)
    )
    lrs = coancestry_log10_lrs(
        _siblings("AA"), calls, np.array([1]), Theta(theta, scope), DEFAULT_BUDGET
    )
    assert lrs.shape == (1, 1)
    assert 10 ** lrs[0, 0] == pytest.approx(expected, rel=1e-12)


def test_coancestry_log10_lrs__of_data_that_neither_hypothesis_allows_are_zero() -> None:
    parents = [Person("Dad", sex=Sex.MALE), Person("Mum", sex=Sex.FEMALE)]
    pedigree = Pedigree([*parents, Person("x", "Dad", "Mum"), Person("y", "Dad", "Mum")])
    typed = {"Dad": (_profile("d", M="AA"),), "y": (_profile("y", M="BB"),)}
    comparison = Comparison("F", Hypothesis(pedigree, typed), "x", MARKERS[:1])
    calls = CandidateCalls.of([(_profile("v", M="AC"),)], ErrorRates(0.0, 0.0))
    lrs = coancestry_log10_lrs(comparison, calls, np.array([0]), Theta(0.02), DEFAULT_BUDGET)
    assert lrs[0, 0] == 0


def _wide_family(label: str, couples: int, **calls: str) -> Family:
    """One man's children with several women, all parents untyped, and the children's children."""
    persons = [Person("Dad", sex=Sex.MALE)]
    profiles = {}
    for n in range(couples):
        persons += [
            Person(f"W{n}", sex=Sex.FEMALE),
            Person(f"S{n}", "Dad", f"W{n}", Sex.MALE),
            Person(f"V{n}", sex=Sex.FEMALE),
            Person(f"G{n}", f"S{n}", f"V{n}"),
            Person(f"H{n}", f"S{n}", f"V{n}"),
        ]
        profiles[f"G{n}"] = (_profile(f"{label}-G{n}", **calls),)
        profiles[f"H{n}"] = (_profile(f"{label}-H{n}", **calls),)
    persons.append(Person("x", "Dad", "W0"))
    return Family(label, Pedigree(persons), ("x",), profiles)


def test_rank_matches__names_every_family_and_marker_beyond_the_budget() -> None:
    equal = np.full((3, 3), 0.001) + 0.997 * np.eye(3)
    markers = [Marker(m.name, m.alleles, P, mutation_male=equal) for m in MARKERS]
    families = [
        _wide_family("F1", 8, M="AB", N="BC"),
        _wide_family("F2", 1, M="AB", N="AB"),
        _wide_family("F3", 8, N="AB"),
    ]
    remains = [Candidate("V", (_profile("v", M="AC", N="AC"),))]
    steps: list[float] = []
    with pytest.raises(BudgetExceededError) as refused:
        rank_matches(remains, families, markers, Settings(theta=0.01), steps.append)
    assert refused.value.what == "family F1 at M, N; family F3 at N"
    assert refused.value.cost > refused.value.budget
    assert steps == []  # no likelihood was begun
    # What the advice names helps.
    assert "set theta to 0" in refused.value.advice
    ranking = rank_matches(remains, families, markers, Settings())
    assert np.isfinite(ranking.log10_lr).all()
    ranking = rank_matches(remains, families[1:2], markers, Settings(theta=0.01))
    assert np.isfinite(ranking.log10_lr).all()
    ranking = rank_matches(remains, families[1:], markers[:1], Settings(theta=0.01))
    assert np.isfinite(ranking.log10_lr).all()


def test_refuse_beyond_budget__draws_the_line_where_the_dearest_remains_are() -> None:
    comparison = _siblings("AB")
    every = CandidateCalls.of(
        [(_profile("v", M="AA"),), (_profile("w", M="CC"),)], ErrorRates(0.3, 0.05)
    )
    dearest = max(
        predicted_costs(
            Hypothesis(family.pedigree, {**family.profiles, person: remains}),
            MARKERS[:1],
            rates=every.rates,
            theta=Theta(0.01),
        )[0]
        for family, person in comparison.hypotheses()
        for remains in every.profiles
    )
    refuse_beyond_budget([comparison], every, Theta(0.01), dearest)
    with pytest.raises(BudgetExceededError, match="family F at M"):
        refuse_beyond_budget([comparison], every, Theta(0.01), 0.99 * dearest)


@pytest.mark.parametrize("theta", [0.0, 0.01])
def test_predicted_costs__are_the_least_budget_that_suffices(theta: float) -> None:
    family = _wide_family("F", 2, M="AB")
    hypothesis = Hypothesis(family.pedigree, family.profiles)
    cost = predicted_costs(hypothesis, MARKERS[:1], theta=Theta(theta))[0]
    log_likelihoods(hypothesis, MARKERS[:1], theta=Theta(theta), budget=cost)
    with pytest.raises(BudgetExceededError):
        log_likelihoods(hypothesis, MARKERS[:1], theta=Theta(theta), budget=0.99 * cost)


def test_log_likelihoods__many_inbred_founders_under_theta_are_within_the_budget_or_refused() -> (
    None
):
    def family(n: int) -> Hypothesis:
        persons = [Person(f"P{i}", inbreeding=0.3) for i in range(n)]
        return Hypothesis(Pedigree(persons), {p.id: (_profile(p.id, M="AA"),) for p in persons})

    theta, p, f = 0.05, P[0], 0.3
    # The number of draws of two persons is 2, 3 or 4: each once more is A.
    draws = np.cumprod([(j * theta + (1 - theta) * p) / (1 + (j - 1) * theta) for j in range(4)])
    expected = f * f * draws[1] + 2 * f * (1 - f) * draws[2] + (1 - f) ** 2 * draws[3]
    found = log_likelihoods(family(2), MARKERS[:1], theta=Theta(theta))[0]
    assert np.exp(found) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(BudgetExceededError, match="marker M"):
        log_likelihoods(family(40), MARKERS[:1], theta=Theta(theta))
