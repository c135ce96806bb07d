"""Alternatives to a stated pedigree: which there are, and that each changes what it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from forename.genetics.family_comparison import tolerant_markers
from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.other_pedigrees import Claim, OtherPedigree, connecting_part, other_pedigrees
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Profile, Sex

from .random_pedigrees import random_marker, random_pedigree, random_profiles

PARENTS = [Person("FA", sex=Sex.MALE), Person("MO", sex=Sex.FEMALE)]
COUPLE = ("FA", "MO")


def alternatives(
    persons: Sequence[Person], typed: Sequence[str], missing: Sequence[str] = ()
) -> list[OtherPedigree]:
    pedigree = connecting_part(Pedigree(persons), typed)
    profiles = {member: (Profile(f"sample of {member}", {}),) for member in typed}
    return list(other_pedigrees(pedigree, profiles, missing))


def claims(found: Sequence[OtherPedigree]) -> set[tuple[str, ...]]:
    return {(other.claim.name, *other.members) for other in found}


def only(found: Sequence[OtherPedigree], claim: Claim, *members: str) -> Hypothesis:
    (other,) = (o for o in found if (o.claim, o.members) == (claim, members))
    return other.hypothesis


def parents_of(hypothesis: Hypothesis, member: str) -> tuple[str | None, str | None]:
    person = hypothesis.pedigree[member]
    return person.father, person.mother


# --- who connects typed members


def test_connecting_part__leaves_out_who_connects_nobody():
    pedigree = Pedigree(
        [
            Person("GF"),
            Person("GM"),
            Person("FA", "GF", "GM"),
            Person("MO"),
            Person("MP", "FA", "MO"),
            Person("S1", "FA", "MO"),
            Person("S2", "FA", "MO"),
        ]
    )
    siblings = connecting_part(pedigree, ["S1", "S2"])
    assert set(siblings.order) == {"FA", "MO", "S1", "S2"}
    assert siblings.is_founder("FA")
    with_grandfather = connecting_part(pedigree, ["GF", "S1", "S2"])
    assert set(with_grandfather.order) == {"GF", "GM", "FA", "MO", "S1", "S2"}
    assert set(connecting_part(pedigree, ["S1"]).order) == {"S1"}


@pytest.mark.parametrize("seed", range(60))
def test_connecting_part__has_the_likelihood_of_the_whole(seed):
    rng = np.random.default_rng(seed)
    pedigree = random_pedigree(
        rng, int(rng.integers(3, 9)), inbred=seed % 3 == 1, twins=seed % 3 == 2, unsexed=True
    )
    plain = [
        random_marker(rng, f"M{m}", mutates=False, linked=False, silent=False) for m in range(2)
    ]
    markers = tolerant_markers(plain)
    profiles = random_profiles(rng, pedigree, markers)
    whole = log_likelihoods(Hypothesis(pedigree, profiles), markers)
    part = connecting_part(pedigree, list(profiles))
    assert log_likelihoods(Hypothesis(part, profiles), markers) == pytest.approx(whole, abs=1e-12)


# --- which alternatives there are


def test_other_pedigrees__of_three_siblings():
    siblings = [Person(f"S{n}", *COUPLE) for n in (1, 2, 3)]
    found = alternatives([*PARENTS, *siblings, Person("MP", *COUPLE)], ["S1", "S2", "S3"], ["MP"])
    expected = {(claim, s) for s in ("S1", "S2", "S3") for claim in ("OTHER_PARENT", "STRANGER")}
    expected |= {("IN_PLACE", s, p) for s in ("S1", "S2", "S3") for p in COUPLE}
    assert claims(found) == expected
    assert len(found) == len(expected)
    half = only(found, Claim.OTHER_PARENT, "S2")
    assert parents_of(half, "S2")[0] != "FA"
    assert parents_of(half, "S2")[1] == "MO"
    assert parents_of(half, "S1") == parents_of(half, "S3") == COUPLE


def test_other_pedigrees__of_mother_and_two_children():
    children = [Person("S1", *COUPLE, sex=Sex.MALE), Person("S2", *COUPLE, sex=Sex.FEMALE)]
    found = alternatives([*PARENTS, *children], ["MO", "S1", "S2"])
    expected = {("STRANGER", m) for m in ("MO", "S1", "S2")}
    for child in ("S1", "S2"):
        expected |= {(c, child) for c in ("OTHER_FATHER", "OTHER_MOTHER", "GRANDCHILD")}
    expected |= {("COMMON_OTHER_MOTHER", "S1", "S2"), ("EXCHANGED", "MO", "S2")}
    expected |= {("IN_PLACE", "S1", "FA")}
    assert claims(found) == expected
    grandchild = only(found, Claim.GRANDCHILD, "S1")
    father, mother = parents_of(grandchild, "S1")
    assert father in grandchild.pedigree.founders()
    assert parents_of(grandchild, str(mother)) == COUPLE
    exchanged = only(found, Claim.EXCHANGED, "MO", "S2")
    assert exchanged.profiles["MO"][0].sample == "sample of S2"
    assert exchanged.profiles["S2"][0].sample == "sample of MO"
    both = only(found, Claim.COMMON_OTHER_MOTHER, "S1", "S2")
    assert parents_of(both, "S1") == parents_of(both, "S2")
    assert parents_of(both, "S1")[1] != "MO"
    assert "MO" in both.pedigree


def test_other_pedigrees__links_of_untyped_members_are_questioned():
    persons = [Person("GF"), Person("GM"), Person("FA", "GF", "GM"), Person("MO")]
    persons += [Person("S1", "FA", "MO"), Person("S2", "FA", "MO")]
    found = alternatives(persons, ["GF", "S1", "S2"])
    assert {("OTHER_FATHER", "FA"), ("OTHER_PARENTS", "FA")} <= claims(found)
    cut = only(found, Claim.OTHER_PARENTS, "FA")
    assert cut.pedigree.is_founder("FA")
    assert len(cut.pedigree.components()) == 2


def test_other_pedigrees__half_siblings_can_be_full_siblings():
    persons = [*PARENTS, Person("WI", sex=Sex.FEMALE), Person("S1", *COUPLE)]
    persons += [Person("H1", "FA", "WI"), Person("H2", "FA", "WI")]
    found = alternatives(persons, ["MO", "S1", "H1", "H2"])
    full = only(found, Claim.SAME_MOTHER, "S1", "H1", "H2")
    assert {parents_of(full, child) for child in ("S1", "H1", "H2")} == {COUPLE}
    assert not any(claim == "SAME_FATHER" for claim, *_ in claims(found))


def test_other_pedigrees__nobody_becomes_their_own_ancestor():
    persons = [Person("M"), Person("Y"), Person("D", "Y", "M"), Person("W")]
    persons += [Person("X", "W", "D"), Person("Z", "X", "M")]
    found = alternatives(persons, ["M", "D", "Z"])
    assert not any(claim == "SAME_FATHER" for claim, *_ in claims(found))


@pytest.mark.parametrize(
    ("amelogenin", "allowed"), [(("X", "Y"), False), (("X",), True), ((), True)]
)
def test_other_pedigrees__exchanges_respect_the_sex_of_the_samples(amelogenin, allowed):
    daughter = Person("S1", *COUPLE, sex=Sex.FEMALE)
    pedigree = Pedigree([*PARENTS, daughter])
    profiles = {
        "MO": (Profile("a", {}, amelogenin=("X",)),),
        "S1": (Profile("b", {}, amelogenin=amelogenin),),
    }
    found = claims(list(other_pedigrees(pedigree, profiles, ())))
    assert (("EXCHANGED", "MO", "S1") in found) is allowed


def test_other_pedigrees__nobody_takes_the_place_of_the_missing():
    persons = [*PARENTS, Person("MP", *COUPLE), Person("SP"), Person("C1", "MP", "SP")]
    found = alternatives(persons, ["FA", "MO", "C1"], ["MP"])
    assert not any(members[-1] == "MP" for claim, *members in claims(found) if claim == "IN_PLACE")


@pytest.mark.parametrize("seed", range(200))
def test_other_pedigrees__of_any_pedigree_are_valid_and_hold_every_sample(seed):
    rng = np.random.default_rng(seed)
    pedigree = random_pedigree(
        rng, int(rng.integers(3, 10)), inbred=seed % 2 == 0, twins=seed % 3 == 0, unsexed=True
    )
    typed = [i for i in pedigree.order if rng.random() < 0.6]
    profiles = {member: (Profile(member, {}),) for member in typed}
    for other in other_pedigrees(connecting_part(pedigree, typed), profiles, ()):
        held = [p.sample for own in other.hypothesis.profiles.values() for p in own]
        assert sorted(held) == sorted(typed)
        assert set(other.members) <= set(pedigree.order)
