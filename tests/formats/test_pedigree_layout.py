"""Pedigree drawings: everyone stands somewhere, nobody on top of another, couples side by side."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from tests.formats.invented_analysis import FAMILIES, person

from forename.formats.pedigree_layout import generations, lay_out, spread
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Sex


def pedigree(text: str) -> Pedigree:
    return Pedigree([person(line.strip()) for line in text.split(";")])


def random_pedigree(seed: int, size: int) -> Pedigree:
    """Return a pedigree with remarriages, loops and partners of different generations."""
    rng = random.Random(seed)
    persons = [Person("P0", sex=Sex.MALE), Person("P1", sex=Sex.FEMALE)]
    while len(persons) < size:
        name, sex = f"P{len(persons)}", rng.choice([Sex.MALE, Sex.FEMALE])
        fathers = [i.id for i in persons if i.sex is Sex.MALE]
        mothers = [i.id for i in persons if i.sex is Sex.FEMALE]
        if rng.random() < 0.3:
            persons.append(Person(name, sex=sex))
        else:
            persons.append(Person(name, rng.choice(fathers), rng.choice(mothers), sex))
    return Pedigree(persons)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_lay_out__known_shapes(family):
    check(family.pedigree)


def check(tree: Pedigree) -> None:
    layout = lay_out(tree)
    assert {place.person for place in layout.places} == set(tree.persons)
    rows: dict[int, list[float]] = {}
    for place in layout.places:
        rows.setdefault(place.row, []).append(place.x)
        assert -1e-9 <= place.x <= layout.width + 1e-9
        assert 0 <= place.row < layout.rows
    for xs in rows.values():
        assert all(b - a > 1 - 1e-6 for a, b in pairwise(xs))
    drawn = set()
    for couple in layout.couples:
        father, mother = layout.places[couple.father], layout.places[couple.mother]
        assert father.row == mother.row
        assert abs(couple.father - couple.mother) == 1
        for child in couple.children:
            place = layout.places[child]
            member = tree[place.person]
            assert (member.father, member.mother) == (father.person, mother.person)
            assert place.row > father.row
            drawn.add(member.id)
    assert drawn == {i for i in tree.order if not tree.is_founder(i)}
    copies = len(layout.places) - len(tree)
    assert len(layout.links) == copies


@pytest.mark.parametrize("seed", range(60))
def test_lay_out__random_pedigrees(seed):
    check(random_pedigree(seed, 4 + seed % 22))


def test_lay_out__marriage_of_cousins_needs_no_second_symbol():
    layout = lay_out(FAMILIES[3].pedigree)
    assert layout.links == ()


def test_lay_out__grandparents_on_both_sides_meet_between_the_parents():
    layout = lay_out(FAMILIES[0].pedigree)
    assert layout.links == ()
    x = {place.person: place.x for place in layout.places}
    assert x["PGF"] < x["MGF"]
    assert x["UN"] < x["FA"] < x["MO"] < x["AU"]


def test_lay_out__third_partner_needs_a_linked_second_symbol():
    layout = lay_out(FAMILIES[4].pedigree)
    doubled = [layout.places[one].person for one, _ in layout.links]
    assert doubled == ["A"]


def test_lay_out__a_person_alone():
    layout = lay_out(pedigree("A M"))
    assert [(place.person, place.row, place.x) for place in layout.places] == [("A", 0, 0.0)]


def test_lay_out__same_pedigree_same_drawing():
    assert lay_out(random_pedigree(5, 20)) == lay_out(random_pedigree(5, 20))


def test_generations__partners_share_a_row_and_uncle_marries_niece():
    tree = pedigree("A M; B F; C M A B; D M A B; E F; N F C E; K M D N; X F; Y M K X")
    row = generations(tree)
    assert row["A"] == row["B"] == row["C"] - 1
    assert row["C"] == row["E"]
    assert row["D"] == row["N"] == row["C"] + 1  # the uncle comes down to his niece's row
    assert row["K"] == row["X"] == row["Y"] - 1


def test_generations__ancestors_of_one_side_come_down_to_their_child():
    tree = pedigree("A M; B F; C M A B; D F; E M C D; F M; G F; H F F G; K M E H")
    row = generations(tree)
    assert row["H"] == row["E"]
    assert row["F"] == row["H"] - 1


@pytest.mark.parametrize(
    ("goals", "expected"),
    [
        ([0, 5, 9], [0, 5, 9]),
        ([0, 0], [-0.5, 0.5]),
        ([3, 0, 0], [0, 1, 2]),
    ],
)
def test_spread__keeps_the_gap_and_the_mean(goals, expected):
    assert spread(goals, [1.0] * len(goals)) == pytest.approx(expected)


def test_spread__is_nearest_by_slow_search():
    goals, weights = [2.0, 1.0, 1.5], [1.0, 2.0, 0.5]
    found = spread(goals, weights)
    grid = [i / 20 for i in range(-40, 100)]

    def loss(xs):
        return sum(w * (x - g) ** 2 for x, g, w in zip(xs, goals, weights, strict=True))

    best = min(
        ((a, b, c) for a in grid for b in grid if b - a >= 1 for c in grid if c - b >= 1), key=loss
    )
    assert loss(found) <= loss(best) + 1e-9
    assert found == pytest.approx(best, abs=0.06)
