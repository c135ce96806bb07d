from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.genetics.enumeration import JointStates
from tests.genetics.random_pedigrees import (
    random_case,
    random_pedigree,
    random_profiles,
)

from forename.exceptions import BudgetExceededError, InvalidPedigreeError
from forename.genetics.conditional import genotype_tables
from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.merging import jump_of
from forename.genetics.mutation import mutation_matrix, parse_mutation
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Call, Profile, Sex

M, F = Sex.MALE, Sex.FEMALE
P = np.array([0.1, 0.2, 0.7])
MARKER = Marker("M", ("A", "B", "C"), P)
LINKED = replace(MARKER, chromosome=Chromosome.X)
COUPLE = [Person("Dad", sex=M), Person("Mum", sex=F)]
A, B, C = range(3)


def _typed(**genotypes: str) -> dict[str, tuple[Profile, ...]]:
    return {i: (Profile(i, {"M": Call(tuple(g))}),) for i, g in genotypes.items()}


def _table(persons: list[Person], target: str, marker: Marker = MARKER, **typed: str) -> np.ndarray:
    hypothesis = Hypothesis(Pedigree(persons), _typed(**typed))
    return genotype_tables(hypothesis, target, [marker])[0][0]


@pytest.mark.parametrize("kind", ["mutation", "observation", "x-linked", "inbred", "twins"])
def test_genotype_tables__agree_with_enumeration(kind: str) -> None:
    compared = 0

    @settings(max_examples=30)
    @given(st.integers(0, 2**32 - 1))
    def compare(seed: int) -> None:
        nonlocal compared
        for n in range(10):
            rng = np.random.default_rng([seed, n])
            case = random_case(rng, kind, n_markers=2)
            target = str(rng.choice(case.pedigree.order))
            profiles = {i: p for i, p in case.profiles.items() if i != target}
            tables, logs = genotype_tables(
                Hypothesis(case.pedigree, profiles),
                target,
                case.markers,
                rates=ErrorRates(case.drop_out, case.drop_in),
            )
            for marker, table, log in zip(case.markers, tables, logs, strict=True):
                states = JointStates(
                    case.pedigree, profiles, marker, drop_out=case.drop_out, drop_in=case.drop_in
                )
                expected = states.table(target)
                if table.ndim == 1:
                    assert marker.chromosome == Chromosome.X
                    assert case.pedigree[target].sex == M
                    expected = np.diagonal(expected)
                if states.likelihood == 0:
                    assert log == -np.inf
                    assert not table.any()
                    continue
                assert log == pytest.approx(np.log(states.likelihood), abs=1e-10)
                np.testing.assert_allclose(table, expected / states.likelihood, atol=1e-12)
                assert table.sum() == pytest.approx(1, abs=1e-12)
                compared += 1

    compare()
    assert compared > 300


@pytest.mark.parametrize("seed", range(12))
def test_genotype_tables__are_likelihoods_of_each_genotype_typed_in_turn(seed: int) -> None:
    # Larger families and 15 alleles with microvariants under a stepwise model.
    rng = np.random.default_rng(seed)
    alleles = ("9", "9.3", *map(str, range(10, 20)), "20.2", "21", "22")
    p = rng.dirichlet(np.full(15, 2.0))
    model = parse_mutation("stepwise:rate=0.003,rate2=1e-4,range=0.1")
    matrix = mutation_matrix(model, alleles, p)
    linked = seed % 3 == 2
    marker = Marker(
        "M", alleles, p, Chromosome.X if linked else Chromosome.AUTOSOMAL, matrix, matrix
    )
    pedigree = random_pedigree(rng, 9, inbred=seed % 4 == 1, founder_rate=0.35)
    profiles = random_profiles(rng, pedigree, (marker,), typed_rate=0.5, most_states=1e9)
    target = str(rng.choice(pedigree.order))
    profiles.pop(target, None)
    hypothesis = Hypothesis(pedigree, profiles)
    (table,), (log,) = genotype_tables(hypothesis, target, [marker])
    assert log == pytest.approx(log_likelihoods(hypothesis, [marker])[0], abs=1e-10)
    for a, first in enumerate(alleles):
        for b, second in enumerate(alleles[: a + 1]):
            if table.ndim == 1 and a != b:
                continue
            call = (Profile("x", {"M": Call((first, second))}),)
            typed = Hypothesis(pedigree, {**profiles, target: call})
            expected = np.exp(log_likelihoods(typed, [marker])[0] - log)
            found = table[a] if table.ndim == 1 else table[a, b] + (a != b) * table[b, a]
            assert found == pytest.approx(expected, rel=1e-9, abs=1e-300)


ALLELES = tuple(map(str, range(8, 20)))
STEPWISE = "stepwise:rate=0.003,rate2=1e-4,range=0.1"


def _marker(fathers: str, mothers: str, p: np.ndarray, silent: str | None = None) -> Marker:
    matrices = [
        mutation_matrix(parse_mutation(text), ALLELES, p, silent_allele=silent)
        for text in (fathers, mothers)
    ]
    return Marker("M", ALLELES, p, Chromosome.AUTOSOMAL, *matrices, silent)


def _three_generations(p: np.ndarray, seed: int) -> dict[str, tuple[Profile, ...]]:
    rng = np.random.default_rng(seed)
    calls = {i: rng.choice(ALLELES[:5], 2) for i in ("aunt", "uncle", "sister", "child")}
    return {i: (Profile(i, {"M": Call(tuple(map(str, c)))}),) for i, c in calls.items()}


FAMILY = Pedigree(
    [
        Person("grandpa", sex=M),
        Person("grandma", sex=F),
        Person("dad", "grandpa", "grandma", M),
        Person("aunt", "grandpa", "grandma", F),
        Person("uncle", "grandpa", "grandma", M),
        Person("mum", sex=F),
        Person("x", "dad", "mum", M),
        Person("sister", "dad", "mum", F),
        Person("wife", sex=F),
        Person("child", "x", "wife", F),
    ]
)


@pytest.mark.parametrize(
    ("fathers", "mothers", "silent"),
    [
        ("none", "none", None),
        ("none", "none", "19"),
        ("equal:0.002", "equal:0.0005", None),
        ("equal:0.002", "none", "19"),
        ("equal:0.002", "proportional:0.001", None),
        ("proportional:0.002", "proportional:0.001", None),
    ],
)
@pytest.mark.parametrize("target", ["x", "dad", "mum", "grandma", "child"])
def test_genotype_tables__tell_merged_alleles_apart(
    fathers: str, mothers: str, silent: str | None, target: str
) -> None:
    # One cell changed by a rounding too large to overlook: nothing is merged, the numbers agree.
    p = np.random.default_rng(3).dirichlet(np.full(len(ALLELES), 2.0))
    profiles = {i: s for i, s in _three_generations(p, 5).items() if i != target}
    marker = _marker(fathers, mothers, p, silent)
    changed = np.eye(len(ALLELES)) if marker.mutation_male is None else marker.mutation_male.copy()
    changed[0, 1] = changed[0, 1] * (1 + 1e-12) + 1e-300
    whole = replace(marker, mutation_male=changed)
    assert not jump_of(whole).merges
    assert jump_of(marker).merges
    hypothesis = Hypothesis(FAMILY, profiles)
    (found,), (log,) = genotype_tables(hypothesis, target, [marker])
    (expected,), (expected_log,) = genotype_tables(hypothesis, target, [whole])
    assert log == pytest.approx(expected_log, abs=1e-11)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-250)


def test_genotype_tables__three_generations_of_55_alleles_are_cheap() -> None:
    # Twelve steps of 55 x 55 and a sum of eight products; both alleles as variables cost 55^3.
    alleles = tuple(map(str, range(5, 60)))
    p = np.full(55, 1 / 55)
    matrix = mutation_matrix(parse_mutation(STEPWISE), alleles, p)
    marker = Marker("M", alleles, p, mutation_male=matrix, mutation_female=matrix)
    hypothesis = Hypothesis(FAMILY, _three_generations(p, 5))
    (table,), (log,) = genotype_tables(hypothesis, "x", [marker], budget=100_000.0)
    assert table.sum() == pytest.approx(1, abs=1e-12)
    assert log == pytest.approx(log_likelihoods(hypothesis, [marker])[0], abs=1e-11)


def test_genotype_tables__of_parents_who_are_half_siblings() -> None:
    # Both alleles may be copies of one of the grandfather's: by descent alike with 1/8.
    persons = [
        Person("grandpa", sex=M),
        Person("g1", sex=F),
        Person("g2", sex=F),
        Person("dad", "grandpa", "g1", M),
        Person("mum", "grandpa", "g2", F),
        Person("x", "dad", "mum"),
    ]
    expected = 0.875 * np.outer(P, P) + 0.125 * np.diag(P)
    np.testing.assert_allclose(_table(persons, "x"), expected, rtol=1e-13)


def test_genotype_tables__without_relatives_are_the_population() -> None:
    np.testing.assert_allclose(_table([Person("x")], "x"), np.outer(P, P), rtol=1e-14)
    np.testing.assert_allclose(_table([*COUPLE], "Dad", Mum="AB"), np.outer(P, P), rtol=1e-14)
    np.testing.assert_allclose(_table([*COUPLE], "Dad", LINKED), P, rtol=1e-14)


def test_genotype_tables__child_of_one_typed_parent() -> None:
    family = [*COUPLE, Person("x", "Dad", "Mum", F)]
    expected = np.outer([0.5, 0.5, 0], P)  # rows are the paternal allele
    np.testing.assert_allclose(_table(family, "x", Dad="AB"), expected, atol=1e-15)
    np.testing.assert_allclose(_table(family, "x", Mum="AB"), expected.T, atol=1e-15)
    son = [*COUPLE, Person("x", "Dad", "Mum", M)]
    np.testing.assert_allclose(_table(son, "x", LINKED, Mum="AB"), [0.5, 0.5, 0], atol=1e-15)
    np.testing.assert_allclose(_table(son, "x", LINKED, Dad="A"), P, atol=1e-15)


def test_genotype_tables__parent_of_one_typed_child() -> None:
    # Posterior of the father given a child AA: he holds an A; P(a, b | child) = p_a p_b
    # (1[a=A] + 1[b=A]) / (2 p_A).
    table = _table([*COUPLE, Person("Kid", "Dad", "Mum")], "Dad", Kid="AA")
    is_a = np.array([1.0, 0, 0])
    expected = np.outer(P, P) * (is_a[:, None] + is_a[None, :]) / (2 * P[A])
    np.testing.assert_allclose(table, expected, atol=1e-15)


def test_genotype_tables__inbred_targets() -> None:
    founder = _table([Person("x", inbreeding=0.3)], "x")
    np.testing.assert_allclose(founder, 0.7 * np.outer(P, P) + 0.3 * np.diag(P), rtol=1e-14)
    siblings = [*COUPLE, Person("s", "Dad", "Mum", M), Person("t", "Dad", "Mum", F)]
    child = _table([*siblings, Person("x", "s", "t")], "x")
    np.testing.assert_allclose(child, 0.75 * np.outer(P, P) + 0.25 * np.diag(P), rtol=1e-13)


def test_genotype_tables__of_an_impossible_family_are_zero() -> None:
    persons = [*COUPLE, Person("s", "Dad", "Mum"), Person("x", "Dad", "Mum")]
    hypothesis = Hypothesis(Pedigree(persons), _typed(Dad="AA", s="BB"))
    (table,), (log,) = genotype_tables(hypothesis, "x", [MARKER])
    assert log == -np.inf
    assert not table.any()


def test_genotype_tables__of_an_identical_twin_are_what_the_twin_shows() -> None:
    twins = [*COUPLE, Person("s", "Dad", "Mum"), Person("x", "Dad", "Mum", twin_of="s")]
    table = _table(twins, "x", Dad="AB", s="AC")
    expected = np.zeros((3, 3))
    expected[A, C] = 1  # the father gave A, for he has no C
    np.testing.assert_allclose(table, expected, atol=1e-15)
    hypothesis = Hypothesis(Pedigree(twins), _typed(Dad="AB", s="AC"))
    _, logs = genotype_tables(hypothesis, "x", [MARKER])
    np.testing.assert_allclose(logs, log_likelihoods(hypothesis, [MARKER]), rtol=1e-12)
    assert not _table(twins, "x", Dad="AA", s="BB").any()


def test_genotype_tables__marker_with_one_allele() -> None:
    marker = Marker("M", ("A",), np.array([1.0]))
    table = _table([*COUPLE, Person("x", "Dad", "Mum", M)], "x", marker, Dad="AA")
    np.testing.assert_array_equal(table, [[1.0]])


def test_genotype_tables__typed_target_is_refused_by_name() -> None:
    with pytest.raises(InvalidPedigreeError, match="person Dad is typed"):
        _table([*COUPLE], "Dad", Dad="AB")


def test_genotype_tables__over_budget_is_a_named_error() -> None:
    persons = [*COUPLE, *(Person(f"s{n}", "Dad", "Mum") for n in range(4))]
    hypothesis = Hypothesis(Pedigree(persons), _typed(s0="AB", s1="BC", s2="AC"))
    with pytest.raises(BudgetExceededError, match="marker M"):
        genotype_tables(hypothesis, "s3", [MARKER], budget=50.0)
