from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.genetics.random_pedigrees import random_pedigree

from forename.exceptions import InvalidPedigreeError
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Sex

M, F, U = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN
PARENTS = (Person("Dad", sex=M), Person("Mum", sex=F))

INVALID = {
    "empty id": ([Person("")], "empty id"),
    "listed twice": ([Person("Anna"), Person("Anna")], "Anna is listed twice"),
    "only a father": ([*PARENTS, Person("Kid", "Dad")], "Kid has only one parent"),
    "only a mother": ([*PARENTS, Person("Kid", None, "Mum")], "Kid has only one parent"),
    "unknown father": ([PARENTS[1], Person("Kid", "Dad", "Mum")], "father Dad of person Kid"),
    "unknown mother": ([PARENTS[0], Person("Kid", "Dad", "Mum")], "mother Mum of person Kid"),
    "female father": (
        [Person("Dad", sex=F), PARENTS[1], Person("Kid", "Dad", "Mum")],
        "father Dad of person Kid has sex F",
    ),
    "male mother": (
        [PARENTS[0], Person("Mum", sex=M), Person("Kid", "Dad", "Mum")],
        "mother Mum of person Kid has sex M",
    ),
    "one parent twice": (
        [Person("Dad"), Person("Kid", "Dad", "Dad")],
        "Kid has the same father and mother",
    ),
    "own parent": ([PARENTS[1], Person("Kid", "Kid", "Mum")], "Kid is their own ancestor"),
    "own grandparent": (
        [*PARENTS, Person("A", "B", "Mum", M), Person("B", "A", "Mum", M)],
        "is their own ancestor",
    ),
    "inbreeding above 1": ([Person("Old", inbreeding=1.2)], "Old: inbreeding"),
    "inbreeding below 0": ([Person("Old", inbreeding=-0.1)], "Old: inbreeding"),
    "inbreeding not a number": ([Person("Old", inbreeding=float("nan"))], "Old: inbreeding"),
    "inbreeding of a child": (
        [*PARENTS, Person("Kid", "Dad", "Mum", inbreeding=0.1)],
        "Kid is no founder",
    ),
    "twin of nobody": ([*PARENTS, Person("Kid", "Dad", "Mum", twin_of="Tim")], "twin Tim"),
    "twin of oneself": ([*PARENTS, Person("Kid", "Dad", "Mum", twin_of="Kid")], "twin Kid"),
    "twins without parents": (
        [Person("Ann"), Person("Bea", twin_of="Ann")],
        "twins Bea and Ann must have the same two parents",
    ),
    "twins of different parents": (
        [
            *PARENTS,
            Person("Eve", sex=F),
            Person("Ann", "Dad", "Mum"),
            Person("Bea", "Dad", "Eve", twin_of="Ann"),
        ],
        "twins Bea and Ann must have the same two parents",
    ),
    "twins of different sexes": (
        [*PARENTS, Person("Ann", "Dad", "Mum", F), Person("Ben", "Dad", "Mum", M, "Ann")],
        "twins Ben and Ann have different sexes",
    ),
    "chain of twins": (
        [
            *PARENTS,
            Person("Ann", "Dad", "Mum"),
            Person("Bea", "Dad", "Mum", twin_of="Ann"),
            Person("Cleo", "Dad", "Mum", twin_of="Bea"),
        ],
        "Cleo must name the first twin Ann, not Bea",
    ),
    "father and mother": (
        [*PARENTS, Person("X"), Person("Kid", "X", "Mum"), Person("Tot", "Dad", "X")],
        "X stands as a father and X as a mother",
    ),
    "twins as a couple": (
        [
            *PARENTS,
            Person("X", "Dad", "Mum"),
            Person("Y", "Dad", "Mum", twin_of="X"),
            Person("Kid", "Y", "X"),
        ],
        "Y stands as a father and X as a mother: identical twins",
    ),
}


@pytest.mark.parametrize("name", INVALID)
def test_pedigree__invalid_is_refused_and_the_person_named(name: str) -> None:
    persons, message = INVALID[name]
    for members in (persons, persons[::-1]):
        with pytest.raises(InvalidPedigreeError, match=re.escape(message)):
            Pedigree(members)


def test_pedigree__order_puts_parents_first_whatever_the_listing() -> None:
    persons = [
        Person("Kid", "Dad", "Mum"),
        *PARENTS,
        Person("Old Man", sex=M),
        Person("Old Woman", sex=F),
    ]
    persons[1] = Person("Dad", "Old Man", "Old Woman", M)
    order = Pedigree(persons).order
    assert order.index("Old Man") < order.index("Dad") < order.index("Kid")
    assert order.index("Mum") < order.index("Kid")
    assert sorted(order) == sorted(p.id for p in persons)


def test_pedigree__a_chain_of_2000_generations_does_not_overflow() -> None:
    persons = [Person("0", sex=M)]
    for n in range(1, 2000):
        persons += [Person(f"w{n}", sex=F), Person(str(n), str(n - 1), f"w{n}", M)]
    pedigree = Pedigree(persons[::-1])
    assert len(pedigree.components()) == 1
    assert pedigree.order.index("0") < pedigree.order.index("1999")


def test_pedigree__founders_children_and_parts() -> None:
    pedigree = Pedigree([*PARENTS, Person("Kid", "Dad", "Mum"), Person("Stranger")])
    assert set(pedigree.founders()) == {"Dad", "Mum", "Stranger"}
    assert pedigree.children("Dad") == ("Kid",) == pedigree.children("Mum")
    assert pedigree.children("Kid") == ()
    assert {frozenset(part) for part in pedigree.components()} == {
        frozenset({"Dad", "Mum", "Kid"}),
        frozenset({"Stranger"}),
    }
    assert "Kid" in pedigree
    assert "Nobody" not in pedigree
    assert len(pedigree.with_persons([Person("Other")])) == 5
    assert len(pedigree) == 4


@given(st.integers(0, 2**32 - 1))
def test_pedigree__random_valid_ones_keep_their_members_and_order(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pedigree = random_pedigree(rng, int(rng.integers(1, 15)), twins=True, unsexed=True)
    place = {i: n for n, i in enumerate(pedigree.order)}
    assert len(place) == len(pedigree)
    for i, person in pedigree.persons.items():
        for parent in (person.father, person.mother):
            if parent is not None:
                assert place[parent] < place[i]
                assert i in pedigree.children(parent)
    parts = pedigree.components()
    assert sorted(i for part in parts for i in part) == sorted(pedigree.order)
    assert Pedigree([pedigree[i] for i in reversed(pedigree.order)]).persons == pedigree.persons
