"""The sequence of contexts against cases by hand and against trying every path."""

from __future__ import annotations

import random
import time
from itertools import pairwise, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.site.sequence import Relation, Said, Wording, later_first, sequence
from forename.site.sequence_drawing import Labelled, draw_sequence
from forename.site.sequence_layout import lay_out

A, C, F, S = Relation.ABOVE, Relation.CUTS, Relation.FILLS, Relation.SAME


def said(*relations: tuple[str, Relation, str]) -> list[Said]:
    return [Said(f"r{i}", *relation) for i, relation in enumerate(relations, 1)]


def test_sequence__a_line_that_follows_from_others_is_left_out() -> None:
    found = sequence(["1", "2", "3"], said(("1", A, "2"), ("2", F, "3"), ("1", A, "3")))
    assert found.groups == (("1",), ("2",), ("3",))
    assert found.lines == ((0, 1), (1, 2))
    assert found.rows == (0, 1, 2)
    assert found.contradictions == ()


def test_sequence__the_same_contexts_are_one() -> None:
    found = sequence(["9"], said(("1", C, "2"), ("2", S, "3"), ("3", A, "4")))
    assert found.groups == (("1",), ("2", "3"), ("4",), ("9",))
    assert found.lines == ((0, 1), (1, 2))
    assert found.rows == (0, 1, 2, 0)


def test_sequence__a_contradiction_names_its_records_and_spares_the_rest() -> None:
    found = sequence([], said(("1", A, "2"), ("2", A, "3"), ("3", C, "2"), ("3", A, "4")))
    (only,) = found.contradictions
    assert only.contexts == ("2", "3")
    assert [each.key for each in only.records] == ["r2", "r3"]
    assert found.lines == ((0, 1), (2, 3))


def test_sequence__same_as_what_it_lies_above_is_a_contradiction() -> None:
    (only,) = sequence([], said(("1", A, "2"), ("1", S, "2"))).contradictions
    assert only.contexts == ("1", "2")
    assert {each.key for each in only.records} == {"r1", "r2"}
    (alone,) = sequence([], said(("1", A, "1"))).contradictions
    assert alone.contexts == ("1",)


def test_sequence__nothing_gives_nothing_and_a_long_chain_is_no_trouble() -> None:
    assert sequence([], []).groups == ()
    chain = said(*((f"{i:04}", A, f"{i + 1:04}") for i in range(400)))
    assert max(sequence([], chain).rows) == 400


NODES = "abcde"
RELATIONS = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from([A, C, F, S]), st.sampled_from(NODES)),
    max_size=9,
)


def _paths(pairs: set[tuple[int, int]], count: int) -> set[tuple[int, int]]:
    """Return every (start, end) that some order of the nodes between them joins."""
    joined = set()
    for start, end in product(range(count), repeat=2):
        for size in range(count):
            for between in permutations(range(count), size):
                path = (start, *between, end)
                if all(step in pairs for step in pairwise(path)):
                    joined.add((start, end))
    return joined


@given(RELATIONS)
def test_sequence__agrees_with_trying_every_path(
    relations: list[tuple[str, Relation, str]],
) -> None:
    found = sequence(NODES, said(*relations))
    place = {name: i for i, group in enumerate(found.groups) for name in group}
    assert sorted(place) == list(NODES)
    count = len(found.groups)
    pairs = {(place[a], place[b]) for a, r, b in relations if r is not S}
    joined = _paths(pairs, count)
    in_circles = {name for name in NODES if (place[name], place[name]) in joined}
    assert {n for each in found.contradictions for n in each.contexts} == in_circles
    lines = set(found.lines)
    if not in_circles:
        assert _paths(lines, count) == joined  # nothing lost
        for line in lines:
            assert line not in _paths(lines - {line}, count)  # nothing too many
    for first, second in lines:
        assert (first, second) in pairs
        assert found.rows[first] < found.rows[second]


def test_sequence__names_a_short_circle_among_many_records() -> None:
    relations = said(
        ("1", A, "2"), ("2", A, "3"), ("3", A, "1"), ("3", C, "4"), ("4", S, "5"), ("5", F, "3")
    )
    (only,) = sequence([], relations).contradictions
    assert only.contexts == ("1", "2", "3", "4", "5")
    assert len(only.records) == 6
    # Three records either way round; what is the same is one of the steps.
    assert [each.key for each in only.circle] in (["r1", "r2", "r3"], ["r4", "r5", "r6"])


@given(RELATIONS)
def test_sequence__every_circle_leads_back_to_its_start(
    relations: list[tuple[str, Relation, str]],
) -> None:
    for each in sequence(NODES, said(*relations)).contradictions:
        assert set(each.circle) <= set(each.records)
        places = {each.circle[0].first}
        for step in each.circle:
            ends = {step.second} if step.first in places else set()
            if step.relation is S and step.second in places:
                ends.add(step.first)
            assert ends
            places = ends
        assert each.circle[0].first in places
        assert any(step.relation is not S for step in each.circle)


def test_later_first__turns_what_is_said_from_below() -> None:
    assert later_first(1, Wording.ABOVE, 2) == (1, A, 2)
    assert later_first(1, Wording.BELOW, 2) == (2, A, 1)
    assert later_first(1, Wording.CUT_BY, 2) == (2, C, 1)
    assert later_first(1, Wording.FILLED_BY, 2) == (2, F, 1)
    assert later_first(1, Wording.SAME, 2) == (1, S, 2)


@given(RELATIONS)
def test_layout__boxes_stand_apart_and_the_later_one_is_higher(
    relations: list[tuple[str, Relation, str]],
) -> None:
    found = sequence(NODES, said(*relations))
    layout = lay_out(found)
    assert [box.group for box in layout.boxes] == list(range(len(found.groups)))
    for i, box in enumerate(layout.boxes):
        assert box.x >= 0
        assert box.x + box.width <= layout.width
        assert box.y + box.height <= layout.height
        for other in layout.boxes[i + 1 :]:
            assert (
                box.x + box.width <= other.x + 1e-6
                or other.x + other.width <= box.x + 1e-6
                or box.y + box.height <= other.y + 1e-6
                or other.y + other.height <= box.y + 1e-6
            )
    for later, earlier in found.lines:
        above, below = layout.boxes[later], layout.boxes[earlier]
        assert above.y + above.height < below.y
        reached = [line[-1] for line in layout.lines[earlier]]
        assert any(
            x == pytest.approx(below.middle) and y == pytest.approx(below.y) for x, y in reached
        )


def _touching(count: int, side: int = 40) -> list[Said]:
    """Return relations of contexts laid one after another on a field, each on what it touches."""
    chance = random.Random(3)
    top: dict[tuple[int, int], str] = {}
    pairs: set[tuple[str, str]] = set()
    for name in (f"K-{i:05d}" for i in range(count)):
        wide, high = chance.randint(1, 6), chance.randint(1, 6)
        x, y = chance.randrange(side - wide), chance.randrange(side - high)
        for place in product(range(x, x + wide), range(y, y + high)):
            if place in top:
                pairs.add((name, top[place]))
            top[place] = name
    return said(*((later, A, earlier) for later, earlier in sorted(pairs)))


def test_drawing__two_thousand_contexts_cost_little() -> None:
    relations = _touching(2000)
    started = time.process_time()
    found = sequence([], relations)
    names = [name for group in found.groups for name in group]
    drawn = draw_sequence(found, {name: Labelled(name, "layer", "/x/") for name in names}, "")
    spent = time.process_time() - started
    assert drawn.count("<rect") == len(names) == 2000
    assert spent < 1.5  # 0.2 s where nothing else runs


def test_drawing__says_codes_escaped_and_opens_pages() -> None:
    found = sequence([], said(("1", C, "2"), ("2", A, "1"), ("2", S, "3")))
    shown = {n: Labelled(f"<{n}>", "layer", f"/{n}/", n == "1") for n in ("1", "2", "3")}
    drawn = draw_sequence(found, shown, "Invented & drawn")
    assert "&lt;1&gt;" in drawn
    assert "= &lt;3&gt;" in drawn
    assert "Invented &amp; drawn" in drawn
    assert drawn.count('stroke-dasharray="7 4"') == 2  # both lines of the contradiction
    for name in shown:
        assert f'href="/{name}/"' in drawn
    assert "style=" not in drawn
