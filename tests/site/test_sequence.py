"""The sequence of contexts against cases by hand and against trying every path."""

from __future__ import annotations

from itertools import pairwise, permutations, product

from hypothesis import given
from hypothesis import strategies as st

from forename.site.sequence import Relation, Said, sequence

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
