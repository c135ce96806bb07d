"""Proof of the likelihood: enumeration, invariances, closed forms, reference values, limits."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.genetics.enumeration import enumerated_log_likelihood
from tests.genetics.genotype_elimination import genotype_log_likelihood
from tests.genetics.random_pedigrees import (
    KINDS,
    Case,
    drop_genes,
    random_case,
    random_marker,
    random_pedigree,
    random_profiles,
)

from forename.exceptions import (
    BudgetExceededError,
    InvalidPedigreeError,
    InvalidProfileError,
    InvalidSettingError,
)
from forename.genetics.likelihood import Hypothesis, Theta, log10_lr, log_likelihoods
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Settings
from forename.genetics.profiles import Call, Profile, Sex

M, F = Sex.MALE, Sex.FEMALE
SEEDS = st.integers(0, 2**32 - 1)
EXAMPLES, BATCH = 64, 20  # times 8 kinds: 10,240 random pedigrees with three markers each


def _log(case: Case) -> np.ndarray:
    return log_likelihoods(
        Hypothesis(case.pedigree, case.profiles),
        case.markers,
        rates=ErrorRates(case.drop_out, case.drop_in),
        theta=Theta(case.theta, case.scope),
    )


def _same(one: np.ndarray, other: np.ndarray, tolerance: float = 1e-10) -> bool:
    """Equal within the tolerance, -inf only with -inf."""
    finite = np.isfinite(other)
    return bool(
        np.array_equal(np.isfinite(one), finite)
        and np.all(np.isneginf(other[~finite]))
        and np.all(np.abs(one[finite] - other[finite]) <= tolerance)
    )


# Slow enumeration ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_log_likelihoods__agree_with_enumeration_on_random_pedigrees(kind: str) -> None:
    compared = possible = 0

    @settings(max_examples=EXAMPLES)
    @given(SEEDS)
    def compare(seed: int) -> None:
        nonlocal compared, possible
        for n in range(BATCH):
            case = random_case(np.random.default_rng([seed, n, KINDS.index(kind)]), kind)
            expected = np.array(
                [
                    enumerated_log_likelihood(
                        case.pedigree,
                        case.profiles,
                        marker,
                        theta=case.theta,
                        scope=case.scope,
                        drop_out=case.drop_out,
                        drop_in=case.drop_in,
                    )
                    for marker in case.markers
                ]
            )
            assert _same(_log(case), expected), (case, _log(case), expected)
            compared += 1
            possible += int(np.isfinite(expected).sum())

    compare()
    assert compared >= EXAMPLES * BATCH
    assert possible > 2 * compared  # of three markers each


# A second algorithm, for what cannot be enumerated ------------------------------------------


@pytest.mark.parametrize(
    ("size", "alleles", "founder_rate", "typed_rate"),
    [
        ((8, 16), 4, 0.2, 0.5),  # many loops
        ((8, 14), 4, 0.3, 0.2),  # few typed
        ((4, 7), 14, 0.45, 0.4),  # many alleles
        ((20, 60), 3, 0.35, 0.5),  # many persons
    ],
)
def test_log_likelihoods__agree_with_elimination_of_genotypes(
    size: tuple[int, int], alleles: int, founder_rate: float, typed_rate: float
) -> None:
    for seed in range(60):
        rng = np.random.default_rng([seed, *size])
        linked, noisy = rng.random() < 0.3, rng.random() < 0.5
        pedigree = random_pedigree(
            rng, int(rng.integers(*size)), inbred=rng.random() < 0.3, founder_rate=founder_rate
        )
        drop_out, drop_in = (0.1, float(rng.choice([0.0, 0.05]))) if noisy else (0.0, 0.0)
        markers = tuple(
            random_marker(
                rng,
                f"M{m}",
                mutates=rng.random() < 0.6,
                linked=linked,
                silent=noisy and m == 1,
                size=int(rng.integers(2, alleles + 1)),
            )
            for m in range(3)
        )
        profiles = random_profiles(
            rng,
            pedigree,
            markers,
            noisy=noisy,
            drop_out=drop_out,
            drop_in=drop_in,
            typed_rate=typed_rate,
            most_states=10.0 ** rng.integers(2, 12),
        )
        case = Case(pedigree, profiles, markers, drop_out=drop_out, drop_in=drop_in)
        expected = np.array(
            [
                genotype_log_likelihood(
                    pedigree, profiles, marker, drop_out=drop_out, drop_in=drop_in
                )
                for marker in markers
            ]
        )
        assert _same(_log(case), expected, 1e-10 * len(pedigree)), (seed, _log(case), expected)


# Invariances --------------------------------------------------------------------------------


def _cases(test: Any) -> Any:
    """Run a test on random cases of every kind."""
    return settings(max_examples=60)(given(SEEDS)(test))


@_cases
def test_log_likelihoods__do_not_depend_on_names_and_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, "all")
    names = {i: f"N{n}" for i, n in zip(case.pedigree.order, rng.permutation(99), strict=False)}
    persons = [
        replace(
            p,
            id=names[i],
            father=names.get(p.father or ""),
            mother=names.get(p.mother or ""),
            twin_of=names.get(p.twin_of or ""),
        )
        for i, p in case.pedigree.persons.items()
    ]
    renamed = replace(
        case,
        pedigree=Pedigree([persons[n] for n in rng.permutation(len(persons))]),
        profiles={names[i]: p[::-1] for i, p in reversed(list(case.profiles.items()))},
    )
    assert _same(_log(renamed), _log(case), 1e-12)


@_cases
def test_log_likelihoods__do_not_depend_on_the_order_of_alleles_and_markers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, "all")
    markers = []
    for marker in case.markers:
        new = rng.permutation(len(marker.alleles))
        grid = np.ix_(new, new)
        markers.append(
            replace(
                marker,
                alleles=tuple(marker.alleles[a] for a in new),
                frequencies=marker.frequencies[new],
                mutation_male=None if marker.mutation_male is None else marker.mutation_male[grid],
                mutation_female=None
                if marker.mutation_female is None
                else marker.mutation_female[grid],
            )
        )
    shuffled = replace(case, markers=tuple(markers[::-1]))
    assert _same(_log(shuffled)[::-1], _log(case), 1e-12)


@_cases
def test_log_likelihoods__of_markers_together_are_those_of_each_alone(seed: int) -> None:
    case = random_case(np.random.default_rng(seed), "all", n_markers=6)
    alone = [_log(replace(case, markers=(marker,)))[0] for marker in case.markers]
    assert _same(_log(case), np.array(alone), 1e-12)


@_cases
def test_log_likelihoods__of_separate_parts_add_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = replace(random_case(rng, "all"), scope="component")
    total = np.zeros(len(case.markers))
    for part in case.pedigree.components():
        inside = replace(
            case,
            pedigree=Pedigree([case.pedigree[i] for i in part]),
            profiles={i: p for i, p in case.profiles.items() if i in part},
        )
        total += _log(inside)
    assert _same(_log(case), total, 1e-12)


@_cases
def test_log_likelihoods__untyped_children_and_strangers_change_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # A child of two families would join their urns: one urn for the whole hypothesis.
    case = replace(random_case(rng, "all"), scope="hypothesis")
    men = [i for i in case.pedigree.order if case.pedigree[i].sex == M]
    women = [i for i in case.pedigree.order if case.pedigree[i].sex == F]
    extra = [Person("stranger", sex=F), Person("strange man", sex=M)]
    father, mother = str(rng.choice([*men, "strange man"])), str(rng.choice([*women, "stranger"]))
    extra += [Person("child", father, mother, M), Person("grandchild", "child", "stranger", F)]
    more = replace(case, pedigree=case.pedigree.with_persons(extra))
    assert _same(_log(more), _log(case), 1e-12)


@_cases
def test_log_likelihoods__untyped_ancestors_change_nothing_without_mutation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, "observation")
    markers = tuple(replace(m, mutation_male=None, mutation_female=None) for m in case.markers)
    case = replace(case, markers=markers)
    founder = str(rng.choice(case.pedigree.founders()))
    persons = {**case.pedigree.persons, "old man": Person("old man", sex=M)}
    persons["old woman"] = Person("old woman", sex=F)
    persons[founder] = replace(persons[founder], father="old man", mother="old woman")
    more = replace(case, pedigree=Pedigree(list(persons.values())))
    assert _same(_log(more), _log(case), 1e-12)


@_cases
def test_log_likelihoods__without_data_are_exactly_zero(seed: int) -> None:
    case = random_case(np.random.default_rng(seed), "all")
    other = Profile("of another kit", {"Z": Call(("1", "2"))})
    for profiles in ({}, dict.fromkeys(case.pedigree.order, (other,))):
        np.testing.assert_array_equal(_log(replace(case, profiles=profiles)), 0.0)


@_cases
def test_log_likelihoods__all_genotypes_of_one_person_sum_to_the_rest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(rng, str(rng.choice(["plain", "mutation", "x-linked", "theta", "twins"])))
    person = str(rng.choice(case.pedigree.order))
    rest = {i: p for i, p in case.profiles.items() if i != person}
    for marker in case.markers:
        one_copy = marker.chromosome == Chromosome.X and case.pedigree[person].sex == M
        total = 0.0
        for a, first in enumerate(marker.alleles):
            for second in (first,) if one_copy else marker.alleles[a:]:
                typed = (Profile("s", {marker.name: Call((first, second))}),)
                profiles = {**rest, person: typed}
                total += np.exp(_log(replace(case, profiles=profiles, markers=(marker,)))[0])
        below = np.exp(_log(replace(case, profiles=rest, markers=(marker,)))[0])
        assert total == pytest.approx(below, rel=1e-10)


@_cases
def test_log10_lr__of_one_more_person_is_that_of_two_likelihoods(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = replace(random_case(rng, "all"), theta=0.0)
    assume(case.profiles)
    person = str(rng.choice(sorted(case.profiles)))
    rest = replace(case, profiles={i: p for i, p in case.profiles.items() if i != person})
    found = log10_lr(
        Hypothesis(case.pedigree, case.profiles),
        Hypothesis(Pedigree(list(case.pedigree.persons.values())), rest.profiles),
        case.markers,
        rates=ErrorRates(case.drop_out, case.drop_in),
    )
    with np.errstate(invalid="ignore"):
        expected = (_log(case) - _log(rest)) / np.log(10)
    np.testing.assert_allclose(found, expected, atol=1e-10)


@_cases
def test_log_likelihoods__under_reversible_mutation_parent_and_child_swap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(4)) * 0.9 + 0.025
    matrix = 0.9 * np.eye(4) + 0.1 * p  # proportional: reversible
    marker = Marker("M", tuple("ABCD"), p, mutation_male=matrix, mutation_female=matrix)
    one, two = ((Profile("s", {"M": Call(tuple(rng.choice(list("ABCD"), 2)))}),) for _ in range(2))
    pedigree = Pedigree([Person("Dad", sex=M), Person("Mum"), Person("Kid", "Dad", "Mum", M)])
    there = log_likelihoods(Hypothesis(pedigree, {"Dad": one, "Kid": two}), [marker])
    back = log_likelihoods(Hypothesis(pedigree, {"Dad": two, "Kid": one}), [marker])
    assert _same(there, back, 1e-12)


# Closed forms -------------------------------------------------------------------------------

P = np.array([0.1, 0.2, 0.7])
PLAIN = Marker("M", ("A", "B", "C"), P)
COUPLE = [Person("Dad", sex=M), Person("Mum", sex=F)]
OTHERS = [Person("Eve", sex=F), Person("Ann", "Dad", "Mum", F), Person("Bob", "Dad", "Mum", M)]
OTHERS += [Person("Uma", sex=F), Person("Ugo", sex=M)]
RELATIONS = {
    "parent": ([*COUPLE, Person("x", "Dad", "Mum")], "Dad"),
    "sibling": ([*COUPLE, Person("x", "Dad", "Mum"), Person("y", "Dad", "Mum")], "y"),
    "half sibling": (
        [*COUPLE, OTHERS[0], Person("x", "Dad", "Mum"), Person("y", "Dad", "Eve")],
        "y",
    ),
    "grandparent": ([*COUPLE, OTHERS[2], OTHERS[3], Person("x", "Bob", "Uma")], "Dad"),
    "cousin": (
        [*COUPLE, *OTHERS[1:], Person("x", "Bob", "Uma"), Person("y", "Ugo", "Ann")],
        "y",
    ),
}


def _typed(**genotypes: str) -> dict[str, tuple[Profile, ...]]:
    return {i: (Profile(i, {"M": Call(tuple(g))}),) for i, g in genotypes.items()}


def _lr_of_relation(relation: str, one: str, two: str, marker: Marker = PLAIN) -> float:
    persons, other = RELATIONS[relation]
    related = Hypothesis(Pedigree(persons), _typed(x=one, **{other: two}))
    apart = Hypothesis(Pedigree([Person("x"), Person(other)]), _typed(x=one, **{other: two}))
    return float(10 ** log10_lr(related, apart, [marker])[0])


@pytest.mark.parametrize(
    ("one", "two", "parent", "sibling", "half", "cousin"),
    [
        ("AA", "AA", 10, 30.25, 5.5, 3.25),
        ("AB", "AB", 3.75, 8.375, 2.375, 1.6875),
        ("AA", "AB", 5, 2.75, 3, 2),
        ("AB", "AC", 2.5, 1.5, 1.75, 1.375),
        ("AA", "BB", 0, 0.25, 0.5, 0.75),
    ],
)
def test_log10_lr__closed_forms_of_relatives(
    one: str, two: str, parent: float, sibling: float, half: float, cousin: float
) -> None:
    expected = {
        "parent": parent,
        "sibling": sibling,
        "half sibling": half,
        "grandparent": half,
        "cousin": cousin,
    }
    for relation, value in expected.items():
        assert _lr_of_relation(relation, one, two) == pytest.approx(value, rel=1e-12), relation
        assert _lr_of_relation(relation, two, one) == pytest.approx(value, rel=1e-12), relation


def test_log10_lr__sisters_at_an_x_linked_marker() -> None:
    # The father's X is shared by both, the mother's by half: by hand, with q = 2 p_A p_B,
    # P(AB, AB) = p_A (p_B/2 + p_B^2/2) + p_B (p_A/2 + p_A^2/2), over q^2.
    marker = replace(PLAIN, chromosome=Chromosome.X)
    sisters = [*COUPLE, Person("x", "Dad", "Mum", F), Person("y", "Dad", "Mum", F)]
    typed = _typed(x="AB", y="AB")
    apart = Hypothesis(Pedigree([Person("x", sex=F), Person("y", sex=F)]), typed)
    lr = 10 ** log10_lr(Hypothesis(Pedigree(sisters), typed), apart, [marker])[0]
    assert lr == pytest.approx(14.375, rel=1e-12)
    by_hand = (0.1 * (0.1 + 0.02) + 0.2 * (0.05 + 0.005)) / (2 * 0.1 * 0.2) ** 2
    assert lr == pytest.approx(by_hand, rel=1e-12)


def test_log10_lr__father_and_daughter_at_an_x_linked_marker() -> None:
    # The daughter's paternal allele is certain: P(AB | father A) = p_B against 2 p_A p_B.
    marker = replace(PLAIN, chromosome=Chromosome.X)
    typed = _typed(Dad="A", x="AB")
    related = Hypothesis(Pedigree([*COUPLE, Person("x", "Dad", "Mum", F)]), typed)
    apart = Hypothesis(Pedigree([Person("Dad", sex=M), Person("x", sex=F)]), typed)
    lr = 10 ** log10_lr(related, apart, [marker])[0]
    assert lr == pytest.approx(1 / (2 * 0.1), rel=1e-12)
    # To a son he passes no X.
    typed = _typed(Dad="A", x="A")
    related = Hypothesis(Pedigree([*COUPLE, Person("x", "Dad", "Mum", M)]), typed)
    apart = Hypothesis(Pedigree([Person("Dad", sex=M), Person("x", sex=M)]), typed)
    assert log10_lr(related, apart, [marker])[0] == pytest.approx(0, abs=1e-12)


def test_log10_lr__siblings_under_theta() -> None:
    # By hand, p = .1, theta = .02: with 2, 3 or 4 founder alleles drawn, weights 1/4, 1/2, 1/4.
    p, theta = 0.1, 0.02
    two = p * (theta + (1 - theta) * p)
    three = two * (2 * theta + (1 - theta) * p) / (1 + theta)
    four = three * (3 * theta + (1 - theta) * p) / (1 + 2 * theta)
    persons, _ = RELATIONS["sibling"]
    typed = _typed(x="AA", y="AA")
    related = Hypothesis(Pedigree(persons), typed)
    apart = Hypothesis(Pedigree([Person("x"), Person("y")]), typed)
    joint = np.exp(log_likelihoods(related, [PLAIN], theta=Theta(theta))[0])
    assert joint == pytest.approx(two / 4 + three / 2 + four / 4, rel=1e-12)
    assert joint == pytest.approx(0.00380887, rel=1e-5)
    lr = 10 ** log10_lr(related, apart, [PLAIN], theta=Theta(theta))[0]
    assert lr == pytest.approx(15.7040, rel=1e-5)


def test_log10_lr__paternity_under_theta() -> None:
    # Homozygous man, mother without the allele: (1 + 3 theta) / (2 theta + (1 - theta) p).
    p, theta = 0.05, 0.02
    marker = Marker("M", ("A", "B"), np.array([p, 1 - p]))
    typed = _typed(Man="AA", Mum="BB", Kid="AB")
    trio = [Person("Man", sex=M), COUPLE[1]]
    father = Hypothesis(Pedigree([*trio, Person("Kid", "Man", "Mum")]), typed)
    stranger = Hypothesis(Pedigree([*trio, COUPLE[0], Person("Kid", "Dad", "Mum")]), typed)
    lr = 10 ** log10_lr(father, stranger, [marker], theta=Theta(theta))[0]
    assert lr == pytest.approx((1 + 3 * theta) / (2 * theta + (1 - theta) * p), rel=1e-12)
    assert lr == pytest.approx(11.91, abs=0.005)


def test_log10_lr__paternity_that_needs_a_mutation() -> None:
    # Equal mutation, rate .007, 8 alleles: m = .001 to each other allele; the child BC of a man
    # who has neither: m (p_B + p_C) / (2 p_B p_C).
    b, c, m = 0.212, 0.292, 0.001
    p = np.array([0.1, 0.1, b, c, *[(1 - 0.2 - b - c) / 4] * 4])
    matrix = np.full((8, 8), m)
    np.fill_diagonal(matrix, 1 - 7 * m)
    marker = Marker("M", tuple("ADBCEFGH"), p, mutation_male=matrix, mutation_female=matrix)
    # The untyped mother's gamete is p M; the published .00407 leaves her mutations out.
    q = p @ matrix
    lr = _lr_of_relation("parent", "BC", "AD", marker)
    assert lr == pytest.approx(m * (q[2] + q[3]) / (2 * b * c), rel=1e-12)
    lr = _lr_of_relation("parent", "BC", "AD", replace(marker, mutation_female=None))
    assert lr == pytest.approx(m * (b + c) / (2 * b * c), rel=1e-12)
    assert lr == pytest.approx(0.00407, abs=5e-6)


def test_log_likelihoods__inbred_founder_by_hand() -> None:
    for f in (0.0, 0.25, 1.0):
        pedigree = Pedigree([Person("x", inbreeding=f)])
        hom = log_likelihoods(Hypothesis(pedigree, _typed(x="AA")), [PLAIN])[0]
        het = log_likelihoods(Hypothesis(pedigree, _typed(x="AB")), [PLAIN])[0]
        assert np.exp(hom) == pytest.approx(f * 0.1 + (1 - f) * 0.01)
        assert np.exp(het) == pytest.approx((1 - f) * 2 * 0.1 * 0.2)


def test_log_likelihoods__child_of_first_cousins_is_inbred_by_a_sixteenth() -> None:
    persons, _ = RELATIONS["cousin"]
    persons = [replace(p, sex={"x": M, "y": F}.get(p.id, p.sex)) for p in persons]
    child = Pedigree([*persons, Person("child", "x", "y")])
    value = log_likelihoods(Hypothesis(child, _typed(child="AA")), [PLAIN])[0]
    assert np.exp(value) == pytest.approx(0.1 / 16 + 0.01 * 15 / 16, rel=1e-12)


@pytest.mark.parametrize("links", [("Ann", None), ("Ann", "Bea"), (None, "Ann"), ("Cleo", "Cleo")])
def test_log_likelihoods__identical_twins_are_one_person(links: tuple[str | None, ...]) -> None:
    named = {"Ann": None, "Bea": "Ann", "Cleo": "Ann"}
    if links == ("Ann", "Bea"):  # each names the other
        named = {"Ann": "Bea", "Bea": "Ann"}
    elif links == ("Cleo", "Cleo"):  # all name the last
        named = {"Ann": "Cleo", "Bea": "Cleo", "Cleo": None}
    one = Pedigree([*COUPLE, Person("Ann", "Dad", "Mum")])
    expected = log_likelihoods(Hypothesis(one, _typed(Ann="AB", Dad="AC")), [PLAIN])
    twins = [Person(i, "Dad", "Mum", twin_of=other) for i, other in named.items()]
    for members in (twins, twins[::-1]):
        pedigree = Pedigree([*COUPLE, *members])
        typed = _typed(Dad="AC", **dict.fromkeys(named, "AB"))
        assert _same(log_likelihoods(Hypothesis(pedigree, typed), [PLAIN]), expected, 1e-12)
        typed["Bea"] = _typed(Bea="BB")["Bea"]
        assert log_likelihoods(Hypothesis(pedigree, typed), [PLAIN])[0] == -np.inf


def test_log10_lr__impossible_data_are_named_by_infinities() -> None:
    parent, _ = RELATIONS["parent"]
    typed = _typed(Dad="AA", x="BB")
    related = Hypothesis(Pedigree(parent), typed)
    apart = Hypothesis(Pedigree([Person("Dad"), Person("x")]), typed)
    assert log10_lr(related, apart, [PLAIN])[0] == -np.inf
    assert log10_lr(apart, related, [PLAIN])[0] == np.inf
    assert np.isnan(log10_lr(related, related, [PLAIN])[0])


def test_log10_lr__is_exactly_zero_where_nothing_was_seen() -> None:
    parent, _ = RELATIONS["parent"]
    related = Hypothesis(Pedigree(parent), _typed(x="AB"))
    apart = Hypothesis(Pedigree([Person("Dad"), Person("x")]), _typed(x="AB"))
    other = replace(PLAIN, name="never typed")
    assert log10_lr(related, apart, [other])[0] == 0.0


# Loops through a parent who is typed with doubt: a table meets that parent's states twice ----


def test_log_likelihoods__line_back_to_a_parent_of_several_possible_genotypes() -> None:
    # Mother A/A or A/silent; her son's child with her has a child with the untyped father.
    p = np.array([0.5, 0.3, 0.2])
    marker = Marker("M", ("A", "S", "B"), p, silent_allele="S")
    persons = [
        *COUPLE,
        Person("son", "Dad", "Mum", M),
        Person("daughter", "son", "Mum", F),
        Person("x", "Dad", "daughter"),
    ]
    value = log_likelihoods(Hypothesis(Pedigree(persons), _typed(Mum="BB", x="BA")), [marker])[0]
    assert np.exp(value) == pytest.approx(0.0415, rel=1e-12)  # 64 paths by hand and machine


# Reference values of other programs ---------------------------------------------------------


def _oracle_marker(entry: dict[str, Any]) -> Marker:
    mutation = entry.get("mutation") or {}
    male, female = (
        np.array(mutation[sex]["matrix"]) if mutation.get(sex) else None
        for sex in ("male", "female")
    )
    p = np.array(entry["freqs"])
    return Marker(
        entry["name"],
        tuple(entry["alleles"]),
        p / p.sum(),
        Chromosome(entry["chrom"]),
        male,
        female,
        entry.get("silent_allele"),
    )


def _oracle_call(genotype: list[str | None]) -> Call:
    known = tuple(a for a in genotype if a is not None)
    return Call(known, partial=len(known) < len(genotype))


def test_log_likelihoods__agree_with_other_programs(shared: Path) -> None:
    text = (shared / "oracle" / "likelihood_cases_a.json").read_text(encoding="utf-8")
    cases = json.loads(text)["cases"]
    assert len(cases) == 165
    for case in cases:
        markers = [_oracle_marker(entry) for entry in case["markers"]]
        theta = Theta(case["theta"], case.get("theta_scope", "component"))
        for name, entry in case["hypotheses"].items():
            inbreeding = entry.get("founder_inbreeding") or {}
            pedigree = Pedigree(
                [
                    Person(
                        m["id"],
                        m["father"],
                        m["mother"],
                        Sex(m["sex"]),
                        inbreeding=inbreeding.get(m["id"], 0.0),
                    )
                    for m in entry["members"]
                ]
            )
            profiles = {
                i: (Profile(i, {m: _oracle_call(g) for m, g in own.items()}),)
                for i, own in entry["genotypes"].items()
            }
            found = log_likelihoods(Hypothesis(pedigree, profiles), markers, theta=theta)
            expected = entry["expected"]["loglik_per_marker"]
            values = np.array([float(expected[m.name]) for m in markers])
            assert _same(found, values, 1e-10), (case["id"], case["kind"], name)


# Large and awkward --------------------------------------------------------------------------


def test_log_likelihoods__of_many_separate_persons_do_not_underflow() -> None:
    marker = Marker("M", ("A", "B"), np.array([1e-3, 1 - 1e-3]))
    persons = [Person(f"P{n}") for n in range(300)]
    profiles = {p.id: _typed(x="AA")["x"] for p in persons}
    value = log_likelihoods(Hypothesis(Pedigree(persons), profiles), [marker])[0]
    assert value == pytest.approx(600 * np.log(1e-3), rel=1e-12)


def test_log_likelihoods__of_a_large_family_that_needs_many_mutations_do_not_underflow() -> None:
    # Forty grandchildren, each with an allele of its own by mutation from either side.
    rate = 1e-12
    matrix = np.array([[1 - rate, rate], [rate, 1 - rate]])
    marker = Marker(
        "M", ("A", "B"), np.array([0.5, 0.5]), mutation_male=matrix, mutation_female=matrix
    )
    persons, profiles = list(COUPLE), _typed(Dad="AA", Mum="AA")
    for n in range(40):
        persons.append(Person(f"K{n}", "Dad", "Mum"))
        profiles[f"K{n}"] = _typed(x="BB")["x"]
    value = log_likelihoods(Hypothesis(Pedigree(persons), profiles), [marker])[0]
    assert value == pytest.approx(4 * np.log(0.5) + 80 * np.log(rate), rel=1e-12)


@pytest.mark.parametrize("children", [12, 40])
def test_log_likelihoods__of_many_typed_siblings(children: int) -> None:
    rng = np.random.default_rng(children)
    marker = random_marker(rng, "M", mutates=True, linked=False, silent=False, size=4)
    pedigree = Pedigree([*COUPLE, *(Person(f"K{n}", "Dad", "Mum") for n in range(children))])
    true = drop_genes(rng, pedigree, marker)
    profiles = {
        i: (Profile(i, {"M": Call(tuple(marker.alleles[a] for a in true[i]))}),)
        for i in pedigree.order
        if i not in ("Dad", "Mum")
    }
    found = log_likelihoods(Hypothesis(pedigree, profiles), [marker])
    expected = genotype_log_likelihood(pedigree, profiles, marker)
    assert _same(found, np.array([expected]), 1e-10)


def test_log_likelihoods__of_a_line_of_brother_sister_marriages() -> None:
    # Ten generations: inbreeding of sib mating follows F' = (1 + 2 F + F'') / 4.
    persons = [Person("b0", sex=M), Person("s0", sex=F)]
    for n in range(1, 11):
        persons += [
            Person(f"b{n}", f"b{n - 1}", f"s{n - 1}", M),
            Person(f"s{n}", f"b{n - 1}", f"s{n - 1}", F),
        ]
    value = log_likelihoods(Hypothesis(Pedigree(persons), _typed(b10="AA")), [PLAIN])[0]
    f = [0.0, 0.0]
    for _ in range(9):
        f.append((1 + 2 * f[-1] + f[-2]) / 4)
    assert np.exp(value) == pytest.approx(f[-1] * 0.1 + (1 - f[-1]) * 0.01, rel=1e-12)


def _line(generations: int) -> Pedigree:
    """A line of sons, each with a mother of his own."""
    persons = [Person("0", sex=M)]
    for n in range(1, generations + 1):
        persons += [Person(f"w{n}", sex=F), Person(str(n), str(n - 1), f"w{n}", M)]
    return Pedigree(persons)


@pytest.mark.parametrize("generations", [2, 5, 25])
def test_log_likelihoods__of_a_distant_ancestor(generations: int) -> None:
    # An ancestor g generations away shares an allele with probability k1 = 2^(1 - g), and the LR
    # of AA, AA is 1 - k1 + k1 / p.
    typed = _typed(**{"0": "AA", str(generations): "AA"})
    value = log_likelihoods(Hypothesis(_line(generations), typed), [PLAIN])[0]
    lr = 1 + (1 / 0.1 - 1) * 2.0 ** (1 - generations)
    assert np.exp(value) == pytest.approx(0.01**2 * lr, rel=1e-10)


def test_log_likelihoods__untyped_descendants_cost_nothing() -> None:
    value = log_likelihoods(Hypothesis(_line(300), _typed(**{"0": "AB"})), [PLAIN])[0]
    assert np.exp(value) == pytest.approx(0.04, rel=1e-12)


def _unmergeable(k: int) -> Marker:
    # Every allele mutates to every other in its own way, in fathers only: nothing can be merged.
    rng = np.random.default_rng(1)
    matrix = 0.9 * np.eye(k) + 0.1 * rng.dirichlet(np.ones(k), k)
    return Marker("M", tuple(map(str, range(k))), np.full(k, 1 / k), mutation_male=matrix)


def test_log_likelihoods__of_a_long_line_with_mutation() -> None:
    # What a father passes on comes from his father or, unchanged, from his mother: half q, half p.
    marker, generations = _unmergeable(20), 80
    p, matrix = marker.frequencies, marker.mutation_male
    assert matrix is not None
    typed = {i: (Profile(i, {"M": Call(("3", "4"))}),) for i in ("0", str(generations))}
    value = log_likelihoods(Hypothesis(_line(generations), typed), [marker])[0]
    passed = (matrix[3] + matrix[4]) / 2
    for _ in range(generations - 1):
        passed = (passed + p) / 2 @ matrix
    expected = 2 * p[3] * p[4] * (passed[3] * p[4] + passed[4] * p[3])
    assert value == pytest.approx(np.log(expected), rel=1e-12)


def test_log_likelihoods__too_wide_for_memory_is_a_named_error() -> None:
    persons = [Person("b0", sex=M), Person("s0", sex=F)]
    for n in range(1, 31):  # brothers marry sisters: four ways up a generation, none to cut
        persons += [
            Person(f"b{n}", f"b{n - 1}", f"s{n - 1}", M),
            Person(f"s{n}", f"b{n - 1}", f"s{n - 1}", F),
        ]
    typed = {i: (Profile(i, {"M": Call(("3", "4"))}),) for i in ("b0", "s30")}
    with pytest.raises(BudgetExceededError, match=r"marker M: .*memory"):
        log_likelihoods(Hypothesis(Pedigree(persons), typed), [_unmergeable(20)])


def test_log_likelihoods__over_budget_is_an_error_that_names_the_marker() -> None:
    persons = [*COUPLE, *OTHERS, Person("x", "Bob", "Uma"), Person("y", "Ugo", "Ann")]
    hypothesis = Hypothesis(Pedigree(persons), _typed(x="AB", y="AB"))
    with pytest.raises(BudgetExceededError, match=r"marker M: .*budget is 10") as caught:
        log_likelihoods(hypothesis, [replace(PLAIN, name="N"), PLAIN], budget=10.0)
    assert caught.value.cost > caught.value.budget == 10.0
    assert "set theta to 0. In Python, a larger `budget`" in caught.value.advice
    assert np.isfinite(log_likelihoods(hypothesis, [PLAIN], budget=caught.value.cost))[0]


def test_log_likelihoods__unknown_allele_is_refused_by_name() -> None:
    hypothesis = Hypothesis(Pedigree([Person("x")]), _typed(x="AZ"))
    with pytest.raises(InvalidProfileError, match=r"x: marker M has no .*allele Z"):
        log_likelihoods(hypothesis, [PLAIN])


def test_log_likelihoods__x_linked_marker_needs_known_sexes() -> None:
    marker = replace(PLAIN, chromosome=Chromosome.X)
    hypothesis = Hypothesis(Pedigree([*COUPLE, Person("x", "Dad", "Mum")]), _typed(x="AB"))
    with pytest.raises(InvalidPedigreeError, match="sex of x must be known"):
        log_likelihoods(hypothesis, [marker])


def test_hypothesis__typed_person_outside_the_pedigree_is_refused_by_name() -> None:
    with pytest.raises(InvalidPedigreeError, match="typed person y"):
        Hypothesis(Pedigree([Person("x")]), _typed(y="AB"))


@pytest.mark.parametrize("value", [1e-300, 1e-13, -0.01, 0.6, float("nan")])
def test_theta__out_of_range_is_refused(value: float) -> None:
    """The urn's products underflow with a theta that differs from 0 by less than rounding."""
    with pytest.raises(InvalidSettingError, match="theta must be 0 or lie in"):
        Theta(value)
    with pytest.raises(InvalidSettingError, match="theta must be 0 or lie in"):
        Settings(theta=value)
