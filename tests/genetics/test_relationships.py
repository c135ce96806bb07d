"""Pairwise relationships: closed forms, descent in known pedigrees, simulated relatives."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from forename.genetics.comparison import compare_observations
from forename.genetics.kinship import family_from_relatives
from forename.genetics.markers import Marker
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Relative, Settings
from forename.genetics.profiles import Call, Profile
from forename.genetics.relationships import (
    ALTERNATIVES,
    FIRST_COUSINS,
    FLOOR,
    FULL_SIBLINGS,
    PARENT_CHILD,
    SAME_PERSON,
    SECOND_DEGREE,
    UNRELATED,
    Descent,
    relationships_of,
)

ABC = Marker("M1", ("A", "B", "C"), np.array([0.1, 0.2, 0.7]))
CLOSED_FORMS = {
    ("A,A", "A,A"): (10, 30.25, 5.5, 3.25),
    ("A,B", "A,B"): (3.75, 8.375, 2.375, 1.6875),
    ("A,A", "A,B"): (5, 2.75, 3, 2),
    ("A,B", "A,C"): (2.5, 1.5, 1.75, 1.375),
    ("A,A", "B,B"): (0, 0.25, 0.5, 0.75),
}


def comparison_of(*alleles: str, marker: Marker = ABC, settings: Settings | None = None):
    profiles = [
        Profile(f"s{n}", {marker.name: Call(tuple(a.split(",")))} if a else {})
        for n, a in enumerate(alleles)
    ]
    return compare_observations(profiles, [marker], settings or Settings())


@pytest.mark.parametrize(("genotypes", "expected"), CLOSED_FORMS.items())
def test_log10_tables__closed_forms(genotypes, expected):
    comparison = comparison_of(*genotypes)
    (marker,) = comparison.markers
    i, j = marker.codes
    relationships = (PARENT_CHILD, FULL_SIBLINGS, SECOND_DEGREE, FIRST_COUSINS)
    for sharing, value in zip(relationships, expected, strict=True):
        (found,) = relationships_of(comparison).log10_tables(sharing)
        assert 10 ** found[i, j] == pytest.approx((1 - FLOOR) * value + FLOOR, rel=1e-12)
        assert found[i, j] == found[j, i]


def test_log10_tables__unrelated_and_missing_are_one():
    comparison = comparison_of("A,A", "B,C", "")
    relationships = relationships_of(comparison)
    assert np.allclose(relationships.log10_tables(UNRELATED), 0, atol=1e-15)
    for sharing in ALTERNATIVES:
        (table,) = relationships.log10_tables(sharing)
        assert not table[0].any()
        assert not table[:, 0].any()


@pytest.mark.parametrize("drop_out", [0.0, 0.3])
def test_log10_tables__average_over_unrelated_persons_is_one(drop_out):
    everything = ["A", "B", "C", "A,B", "A,C", "B,C"]
    settings = Settings(drop_out=drop_out)
    comparison = comparison_of(*everything, settings=settings)
    (marker,) = comparison.markers
    probability = marker.probability[marker.codes]
    for sharing in ALTERNATIVES:
        (log10_table,) = relationships_of(comparison).log10_tables(sharing)
        table = 10 ** log10_table[np.ix_(marker.codes, marker.codes)]
        blank = 1 - probability.sum()
        if drop_out == 0:
            assert np.allclose(table @ probability, 1, rtol=1e-12)
        else:
            assert blank > 0
            # With both persons' blanks the average is 1; without them it stays near 1.
            assert np.all(np.abs(table @ probability - 1) < 0.5)


def descent_of(*rows: tuple[str, str]):
    family, _ = family_from_relatives(
        "F1", [Relative("F1", word, Profile(name, {})) for word, name in rows]
    )
    return Descent(family.pedigree)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("father", "mother", UNRELATED),
        ("father", "brother", PARENT_CHILD),
        ("brother", "sister", FULL_SIBLINGS),
        ("paternal uncle", "father", FULL_SIBLINGS),
        ("paternal uncle", "brother", SECOND_DEGREE),
        ("maternal half brother", "brother", SECOND_DEGREE),
        ("maternal half brother", "mother", PARENT_CHILD),
        ("paternal grandfather", "brother", SECOND_DEGREE),
        ("niece", "brother", SECOND_DEGREE),
        ("son", "niece", FIRST_COUSINS),
        ("paternal cousin", "sister", FIRST_COUSINS),
        ("wife", "son", PARENT_CHILD),
        ("wife", "brother", UNRELATED),
        ("identical twin", "son", PARENT_CHILD),
        ("identical twin", "brother", FULL_SIBLINGS),
    ],
)
def test_descent__sharing_of_stated_relatives(a, b, expected):
    descent = descent_of((a, "R1"), (b, "R2"))
    assert descent.sharing("R1", "R2") == expected
    assert descent.sharing("R2", "R1") == expected


def test_descent__twin_shares_everything_with_the_missing_person():
    assert descent_of(("identical twin", "R1")).sharing("R1", "F1") == SAME_PERSON


def test_descent__twins_that_name_each_other():
    pedigree = Pedigree(
        [
            Person("f"),
            Person("m"),
            Person("a", "f", "m", twin_of="b"),
            Person("b", "f", "m", twin_of="a"),
            Person("w"),
            Person("c", "a", "w"),
        ]
    )
    descent = Descent(pedigree)
    assert descent.sharing("a", "b") == SAME_PERSON
    assert descent.kinship("b", "c") == 1 / 4


def test_descent__double_first_cousins_share_two_alleles_at_one_in_sixteen():
    persons = [Person(x) for x in "abcd"]
    persons += [Person("e", "a", "b"), Person("f", "a", "b")]
    persons += [Person("g", "c", "d"), Person("h", "c", "d")]
    persons += [Person("i", "e", "g"), Person("j", "f", "h")]
    sharing = Descent(Pedigree(persons)).sharing("i", "j")
    assert (sharing.k0, sharing.k1, sharing.k2) == pytest.approx((9 / 16, 6 / 16, 1 / 16))


def test_descent__child_of_siblings_and_inbred_founder():
    persons = [Person("a", inbreeding=0.25), Person("b")]
    persons += [Person("c", "a", "b"), Person("d", "a", "b"), Person("e", "c", "d")]
    descent = Descent(Pedigree(persons))
    assert descent.kinship("a", "a") == 0.625
    assert descent.kinship("c", "d") == pytest.approx((0.625 + 0.5) / 4)
    assert descent.kinship("e", "e") == pytest.approx((1 + (0.625 + 0.5) / 4) / 2)


def test_descent__order_of_persons_is_irrelevant():
    rows = [("uncle", "R1"), ("niece", "R2"), ("identical twin", "R3"), ("son", "R4")]
    expected = None
    for order in itertools.permutations(rows):
        descent = descent_of(*order)
        names = ("R1", "R2", "R3", "R4", "F1")
        found = [descent.sharing(a, b) for a, b in itertools.combinations(names, 2)]
        expected = expected or found
        assert found == expected


def invented_markers(rng: np.random.Generator, count: int = 20) -> list[Marker]:
    labels = tuple(str(n) for n in range(8, 18))
    return [Marker(f"M{n}", labels, rng.dirichlet(np.full(10, 2.0))) for n in range(count)]


def drop_genes(rng: np.random.Generator, pedigree: Pedigree, markers: list[Marker]):
    """Return one profile per person, alleles drawn for founders and transmitted at random."""
    calls: dict[str, dict[str, Call]] = {i: {} for i in pedigree.order}
    for marker in markers:
        genotype: dict[str, tuple[str, str]] = {}
        for i in pedigree.order:
            person = pedigree[i]
            if person.father is None:
                a, b = rng.choice(marker.alleles, 2, p=marker.frequencies)
            else:
                a, b = (genotype[p][rng.integers(2)] for p in (person.father, person.mother))
            genotype[i] = (str(a), str(b))
            calls[i][marker.name] = Call(genotype[i])
    return {i: Profile(i, c) for i, c in calls.items()}


def test_pairs__simulated_relatives_are_told_apart():
    rng = np.random.default_rng(20)
    markers = invented_markers(rng)
    family, _ = family_from_relatives(
        "F1",
        [
            Relative("F1", word, Profile(name, {}))
            for word, name in (("father", "R1"), ("brother", "R2"), ("sister", "R3"))
        ],
    )
    pairs = {("R1", "R2"): PARENT_CHILD, ("R2", "R3"): FULL_SIBLINGS}
    false_alarms = wins = total = 0
    for _ in range(60):
        typed = drop_genes(rng, family.pedigree, markers)
        comparison = compare_observations(
            [typed[r] for r in ("R1", "R2", "R3")], markers, Settings()
        )
        for (a, b), truth in pairs.items():
            left, right = (np.array([int(x[1]) - 1]) for x in (a, b))
            relationships = relationships_of(comparison)
            values = {s.name: relationships.pairs(left, right, s)[0] for s in ALTERNATIVES}
            own = relationships.stated(left, right, [truth])[0]
            assert own == pytest.approx(values[truth.name])
            total += 1
            wins += own > 3
            false_alarms += max(values.values()) - own > 3
    assert wins > 0.8 * total
    # P(alternative beats the truth 1,000-fold) <= 1/1000 for each of five alternatives.
    assert false_alarms <= 3
