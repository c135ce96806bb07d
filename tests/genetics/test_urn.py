from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.exceptions import BudgetExceededError, InvalidSettingError
from forename.genetics.likelihood import Hypothesis, Theta, log_likelihoods
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Call, Profile, Sex

P = np.array([0.1, 0.2, 0.7])
MARKER = Marker("M", ("A", "B", "C"), P)
LINKED = Marker("M", ("A", "B", "C"), P, Chromosome.X)


def _profile(*seen: str) -> tuple[Profile, ...]:
    return (Profile("s", {"M": Call(seen)}),)


def _unrelated(genotypes: Sequence[str], theta: float, scope: str = "hypothesis") -> float:
    """Likelihood of persons of these genotypes, unrelated by the pedigree; "A" is a man's X."""
    marker = LINKED if any(len(g) == 1 for g in genotypes) else MARKER
    persons = [
        Person(f"P{n}", sex=Sex.MALE if len(g) == 1 else Sex.FEMALE)
        for n, g in enumerate(genotypes)
    ]
    profiles = {f"P{n}": _profile(*g) for n, g in enumerate(genotypes)}
    hypothesis = Hypothesis(Pedigree(persons), profiles)
    return float(np.exp(log_likelihoods(hypothesis, [marker], theta=Theta(theta, scope))[0]))


def _sequential(alleles: Sequence[str], theta: float) -> float:
    """The urn formula, draw by draw, as forensic textbooks write it."""
    value = 1.0
    for j, allele in enumerate(alleles):
        before = alleles[:j].count(allele)
        p = P["ABC".index(allele)]
        value *= (before * theta + (1 - theta) * p) / (1 + (j - 1) * theta)
    return value


@given(
    genotypes=st.lists(
        st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC")), min_size=1, max_size=5
    ),
    theta=st.sampled_from([0.001, 0.01, 0.03, 0.2, 0.5]),
)
def test_urn__typed_persons_are_draws_one_after_another(
    genotypes: list[tuple[str, str]], theta: float
) -> None:
    orders = np.prod([1 if a == b else 2 for a, b in genotypes])
    expected = orders * _sequential([a for g in genotypes for a in g], theta)
    texts = ["".join(g) for g in genotypes]
    assert _unrelated(texts, theta) == pytest.approx(expected, rel=1e-12)
    assert _unrelated(texts[::-1], theta) == pytest.approx(expected, rel=1e-12)


@given(
    genotypes=st.lists(st.sampled_from(["A", "B", "C", "AA", "AB", "BC"]), min_size=2, max_size=5),
    theta=st.sampled_from([0.01, 0.3]),
)
def test_urn__a_mans_x_is_one_draw(genotypes: list[str], theta: float) -> None:
    genotypes = ["A", *genotypes]
    orders = np.prod([2 if len(set(g)) == 2 else 1 for g in genotypes])
    expected = orders * _sequential(list("".join(genotypes)), theta)
    assert _unrelated(genotypes, theta) == pytest.approx(expected, rel=1e-12)


def test_urn__match_probabilities_of_balding_and_nichols() -> None:
    theta, p, q = 0.03, 0.1, 0.2
    below = (1 + theta) * (1 + 2 * theta)
    same = _unrelated(["AA", "AA"], theta) / _unrelated(["AA"], theta)
    expected = (2 * theta + (1 - theta) * p) * (3 * theta + (1 - theta) * p) / below
    assert same == pytest.approx(expected, rel=1e-12)
    same = _unrelated(["AB", "AB"], theta) / _unrelated(["AB"], theta)
    expected = 2 * (theta + (1 - theta) * p) * (theta + (1 - theta) * q) / below
    assert same == pytest.approx(expected, rel=1e-12)


def test_urn__one_homozygote_has_the_inbred_frequency() -> None:
    # GENis: AA, p = .2, theta = .01 -> p^2 + p (1 - p) theta = .0416.
    assert _unrelated(["BB"], 0.01) == pytest.approx(0.0416, rel=1e-12)


@pytest.mark.parametrize("theta", [0.01, 0.5])
def test_urn__all_genotypes_of_three_persons_sum_to_one(theta: float) -> None:
    kinds = ["AA", "AB", "AC", "BB", "BC", "CC"]
    total = sum(_unrelated(genotypes, theta) for genotypes in product(kinds, repeat=3))
    assert total == pytest.approx(1, rel=1e-12)


def test_urn__approaches_independence_as_theta_falls() -> None:
    plain = _unrelated(["AB", "AA", "BC"], 0.0)
    near = _unrelated(["AB", "AA", "BC"], 1e-9)
    assert near == pytest.approx(plain, rel=1e-6)
    assert near != plain


def test_urn__scope_component_restarts_for_every_family() -> None:
    apart = _unrelated(["AA", "AA"], 0.03, "component")
    assert apart == pytest.approx(_unrelated(["AA"], 0.03) ** 2, rel=1e-12)
    assert _unrelated(["AA", "AA"], 0.03) > 1.5 * apart


def test_urn__untyped_persons_draw_without_trace() -> None:
    persons = [Person("P0"), Person("P1"), Person("Dad", sex=Sex.MALE), Person("Mum")]
    persons.append(Person("Kid", "Dad", "Mum"))
    profiles = {"P0": _profile("A", "A"), "P1": _profile("A", "B")}
    log = log_likelihoods(Hypothesis(Pedigree(persons), profiles), [MARKER], theta=Theta(0.03))[0]
    assert np.exp(log) == pytest.approx(_unrelated(["AA", "AB"], 0.03), rel=1e-12)


def test_urn__too_many_untyped_founders_are_a_named_error() -> None:
    persons, profiles = [], {}
    for n in range(14):
        persons += [
            Person(f"F{n}", sex=Sex.MALE),
            Person(f"M{n}"),
            Person(f"K{n}", f"F{n}", f"M{n}"),
        ]
        profiles[f"K{n}"] = _profile("A", "B")
    hypothesis = Hypothesis(Pedigree(persons), profiles)
    with pytest.raises(BudgetExceededError, match=r"marker M.*theta"):
        log_likelihoods(hypothesis, [MARKER], theta=Theta(0.03))
    apart = log_likelihoods(hypothesis, [MARKER], theta=Theta(0.03, "component"))[0]
    assert np.exp(apart / 14) == pytest.approx(_unrelated(["AB"], 0.03), rel=1e-12)


@pytest.mark.parametrize(("value", "scope"), [(-0.01, "hypothesis"), (0.6, "component"), (0, "x")])
def test_theta__outside_its_range_is_refused(value: float, scope: str) -> None:
    with pytest.raises(InvalidSettingError):
        Theta(value, scope)
