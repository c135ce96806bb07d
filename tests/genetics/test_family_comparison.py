"""Whole families against other pedigrees: hand algebra, slow enumeration, simulated families."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from forename.exceptions import BudgetExceededError
from forename.genetics.family_comparison import (
    FamilyComparison,
    compare_family,
    explicable_markers,
    tolerant_markers,
)
from forename.genetics.markers import Marker
from forename.genetics.other_pedigrees import Claim
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.relationships import FLOOR

from .enumeration import enumerated_log_likelihood
from .test_relationships import drop_genes, invented_markers

FREQUENCIES = {"A": 0.1, "B": 0.2, "C": 0.3, "D": 0.4}
ABCD = Marker("M1", tuple(FREQUENCIES), np.array(list(FREQUENCIES.values())))
PARENTS = [Person("FA", sex=Sex.MALE), Person("MO", sex=Sex.FEMALE)]
MISSING = Person("MP", "FA", "MO")


def family_of(*persons: Person, **genotypes: str) -> Family:
    """A family with one marker; members with a genotype are typed."""
    profiles = {
        member: (Profile(member, {"M1": Call(tuple(text))}),) for member, text in genotypes.items()
    }
    return Family("F1", Pedigree([*PARENTS, MISSING, *persons]), ("MP",), profiles)


def lr_against(comparison: FamilyComparison, claim: Claim, *members: str) -> float:
    """The LR of what is stated against one alternative."""
    (value,) = (
        value
        for other, value in zip(comparison.others, comparison.log10_lr, strict=True)
        if (other.claim, other.members) == (claim, members)
    )
    return 10**value


def handed_down(parent: str, allele: str) -> float:
    """P(a parent hands an allele down): drawn from the population with probability FLOOR."""
    return (1 - FLOOR) * parent.count(allele) / 2 + FLOOR * FREQUENCIES[allele]


@pytest.mark.parametrize(("child", "possible"), [("AB", True), ("AD", False), ("CD", False)])
def test_compare_family__parents_and_child_by_hand(child, possible):
    father, mother = "AC", "BC"
    family = family_of(Person("S1", "FA", "MO"), FA=father, MO=mother, S1=child)
    comparison = compare_family(family, tolerant_markers([ABCD]), Settings())
    a, b = child
    p = FREQUENCIES

    def probability(of_father, of_mother):
        return of_father[a] * of_mother[b] + of_father[b] * of_mother[a]

    from_father = {x: handed_down(father, x) for x in p}
    from_mother = {x: handed_down(mother, x) for x in p}
    stated = probability(from_father, from_mother)
    # Another father hands down an allele of the population, whatever mutates.
    assert lr_against(comparison, Claim.OTHER_FATHER, "S1") == pytest.approx(
        stated / probability(p, from_mother), rel=1e-9
    )
    assert lr_against(comparison, Claim.OTHER_MOTHER, "S1") == pytest.approx(
        stated / probability(from_father, p), rel=1e-9
    )
    assert lr_against(comparison, Claim.STRANGER, "S1") == pytest.approx(
        stated / (2 * p[a] * p[b]), rel=1e-9
    )
    assert (lr_against(comparison, Claim.STRANGER, "S1") > 1) is possible
    assert comparison.log10_lr == pytest.approx(sorted(comparison.log10_lr), abs=1e-6)
    assert comparison.markers == 1


def test_compare_family__grandchild_by_hand():
    # The unknown mother of S1 is a daughter of AA and CC: she is A,C but for drawn alleles.
    family = family_of(
        Person("S1", "FA", "MO"), Person("S2", "FA", "MO"), FA="AA", MO="CC", S1="AB", S2="AC"
    )
    comparison = compare_family(family, tolerant_markers([ABCD]), Settings())
    from_father = {x: handed_down("AA", x) for x in FREQUENCIES}
    from_mother = {x: handed_down("CC", x) for x in FREQUENCIES}
    stated = from_father["A"] * from_mother["B"] + from_father["B"] * from_mother["A"]
    of_daughter = {
        x: (1 - FLOOR) * (from_father[x] + from_mother[x]) / 2 + FLOOR * FREQUENCIES[x]
        for x in FREQUENCIES
    }
    grandchild = of_daughter["A"] * FREQUENCIES["B"] + of_daughter["B"] * FREQUENCIES["A"]
    assert lr_against(comparison, Claim.GRANDCHILD, "S1") == pytest.approx(
        stated / grandchild, rel=1e-9
    )


def test_compare_family__three_siblings_by_enumeration():
    markers = tolerant_markers([ABCD])
    siblings = [Person(f"S{n}", "FA", "MO") for n in (1, 2, 3)]
    family = family_of(*siblings, S1="AB", S2="AC", S3="BD")
    comparison = compare_family(family, markers, Settings())
    half = Pedigree([*PARENTS, Person("XX"), *siblings[:2], Person("S3", "XX", "MO")])
    in_place = {**family.profiles, "MO": family.profiles["S3"]}
    del in_place["S3"]
    stated = enumerated_log_likelihood(family.pedigree, family.profiles, markers[0])
    for claim, members, pedigree, profiles in (
        (Claim.OTHER_PARENT, ("S3",), half, family.profiles),
        (Claim.IN_PLACE, ("S3", "MO"), family.pedigree, in_place),
    ):
        other = enumerated_log_likelihood(pedigree, profiles, markers[0])
        assert lr_against(comparison, claim, *members) == pytest.approx(
            math.exp(stated - other), rel=1e-9
        )


def test_compare_family__children_together_show_the_untyped_fathers_alleles():
    # Four children show four alleles that are not the mother's: no one father has them.
    children = [Person(f"S{n}", "FA", "MO") for n in (1, 2, 3, 4)]
    mother = {"MO": "AA"}
    two = family_of(*children, **mother, S1="AB", S2="AC", S3="AB", S4="AC")
    three = family_of(*children, **mother, S1="AB", S2="AC", S3="AB", S4="AD")
    markers = tolerant_markers([ABCD])
    for family, stated_is_better in ((two, True), (three, False)):
        comparison = compare_family(family, markers, Settings())
        assert (lr_against(comparison, Claim.OTHER_FATHER, "S4") > 1) is stated_is_better


def test_compare_family__without_data_nothing_is_said():
    siblings = [Person(f"S{n}", "FA", "MO") for n in (1, 2, 3)]
    family = family_of(*siblings, S1="AB", S2="AC", S3="BD")
    blank = replace(family, profiles={m: (Profile(m, {}),) for m in family.profiles})
    comparison = compare_family(blank, tolerant_markers([ABCD]), Settings())
    assert comparison.log10_lr == pytest.approx([0.0] * len(comparison.others), abs=1e-12)


def test_compare_family__order_of_persons_is_irrelevant():
    siblings = [Person(f"S{n}", "FA", "MO") for n in (1, 2, 3)]
    family = family_of(*siblings, S1="AB", S2="AC", S3="BD", MO="AD")
    turned = Family(
        "F1",
        Pedigree([family.pedigree[i] for i in reversed(family.pedigree.order)]),
        ("MP",),
        dict(reversed(family.profiles.items())),
    )
    markers = tolerant_markers([ABCD])
    one, other = (compare_family(f, markers, Settings()) for f in (family, turned))
    assert one.log10_lr == pytest.approx(other.log10_lr, abs=1e-9)


def test_compare_family__twins_who_differ_leave_the_marker_out():
    twins = [Person("S1", "FA", "MO"), Person("S2", "FA", "MO", twin_of="S1")]
    family = family_of(*twins, Person("S3", "FA", "MO"), S1="AB", S2="CD", S3="AC")
    comparison = compare_family(family, tolerant_markers([ABCD]), Settings())
    assert comparison.markers == 0
    assert set(comparison.log10_lr) == {0.0}


def test_compare_family__drop_out_excuses_a_lost_allele():
    family = family_of(Person("S1", "FA", "MO"), FA="AA", MO="BC", S1="BB")
    markers = tolerant_markers([ABCD])
    strict = compare_family(family, markers, Settings())
    lenient = compare_family(family, markers, Settings(drop_out=0.1))
    against = (Claim.OTHER_FATHER, "S1")
    assert lr_against(strict, *against) < 0.01
    assert lr_against(lenient, *against) > 10 * lr_against(strict, *against)


def test_compare_family__too_complex_is_a_named_error():
    rng = np.random.default_rng(3)
    (marker,) = invented_markers(rng, 1)
    generations = [[Person(f"0.{n}") for n in range(14)]]
    for depth in range(1, 4):
        before = [person.id for person in generations[-1]]
        fathers, mothers = before[::2], before[1::2]
        generations.append(
            [
                Person(f"{depth}.{n}", fathers[n % 7], mothers[(n * depth + n // 7) % 7])
                for n in range(14)
            ]
        )
    pedigree = Pedigree([person for generation in generations for person in generation])
    youngest = [person.id for person in generations[-1]]
    typed = drop_genes(rng, pedigree, [marker])
    family = Family("F1", pedigree, ("0.0",), {i: (typed[i],) for i in youngest})
    with pytest.raises(BudgetExceededError):
        compare_family(family, tolerant_markers([marker]), Settings())


def test_tolerant_markers__keep_the_frequencies_and_allow_everything():
    (marker,) = tolerant_markers([ABCD])
    for matrix in (marker.mutation_male, marker.mutation_female):
        assert np.allclose(ABCD.frequencies @ matrix, ABCD.frequencies, rtol=1e-15)
        assert np.allclose(matrix.sum(axis=1), 1, rtol=1e-15)
        assert (matrix > 0).all()
        assert matrix[0, 1] == pytest.approx(FLOOR * 0.2)


def test_explicable_markers__three_alleles_and_contradicting_replicates_are_left_out():
    family = family_of(Person("S1", "FA", "MO"), S1="ABC")
    assert explicable_markers(family, [ABCD], Settings()) == ()
    assert explicable_markers(family, [ABCD], Settings(drop_in=0.01)) == (ABCD,)
    twice = {"S1": tuple(Profile("S1", {"M1": Call(tuple(text))}) for text in ("AB", "AC"))}
    assert explicable_markers(replace(family, profiles=twice), [ABCD], Settings()) == ()
    sound = family_of(Person("S1", "FA", "MO"), S1="AB")
    assert explicable_markers(sound, [ABCD], Settings()) == (ABCD,)
    assert explicable_markers(sound, [ABCD], Settings(), {"M1"}) == ()


def test_compare_family__finds_the_half_sibling_that_no_pair_shows():
    rng = np.random.default_rng(4)
    markers = invented_markers(rng, 23)
    people = [*PARENTS, Person("XX", sex=Sex.MALE), MISSING]
    people += [Person(f"S{n}", "FA", "MO") for n in (1, 2, 3)] + [Person("S4", "XX", "MO")]
    stated = Pedigree([replace(p, father="FA") if p.id == "S4" else p for p in people])
    found = doubted = 0
    for _ in range(20):
        typed = drop_genes(rng, Pedigree(people), markers)
        profiles = {i: (typed[i],) for i in ("MO", "S1", "S2", "S3", "S4")}
        family = Family("F1", stated, ("MP",), profiles)
        comparison = compare_family(family, tolerant_markers(markers), Settings())
        best = comparison.others[0]
        doubted += comparison.log10_lr[0] < -3
        found += (best.claim, best.members) == (Claim.OTHER_FATHER, ("S4",))
    assert doubted >= 18
    assert found >= 18
