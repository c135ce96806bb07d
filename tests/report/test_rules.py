"""Origins, strength, who may grade: expected values by hand, and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.report.rules import (
    Origin,
    OriginRange,
    SourceFacts,
    Stretch,
    may_grade,
    one_and_the_same,
    origin_of,
    origin_range,
    places_of,
    strength,
    stretches,
)

FACTS = {
    "post": SourceFacts(),
    "line": SourceFacts(),
    "agency": SourceFacts(),
    "commander": SourceFacts(),
    "the commander": SourceFacts(same_as="commander"),
    "one of post": SourceFacts(unnamed=True, within="post"),
    "another of post": SourceFacts(unnamed=True, within="post"),
    "one of line": SourceFacts(unnamed=True, within="line"),
}


def test_origin_of__two_outlets_quoting_one_commander_are_one_origin() -> None:
    first = origin_of(["post", "agency", "commander"], FACTS)
    second = origin_of(["line", "the commander"], FACTS)
    assert first == second == Origin("commander")


def test_origin_of__unnamed_sources_of_one_outlet_are_one_origin() -> None:
    first = origin_of(["post", "one of post"], FACTS)
    second = origin_of(["post", "another of post"], FACTS)
    assert first == second == Origin("post", unnamed=True)
    assert origin_of(["line", "one of line"], FACTS) == Origin("line", unnamed=True)
    assert origin_of(["line", "post", "one of post"], FACTS) == first


def test_origin_of__an_outlets_own_word_is_not_that_of_its_unnamed_source() -> None:
    assert origin_of(["post"], FACTS) != origin_of(["post", "one of post"], FACTS)


def test_origin_of__unnamed_alone_goes_back_to_who_is_known_to_cite_it() -> None:
    assert origin_of(["one of post"], FACTS) == Origin("post", unnamed=True)
    assert origin_of(["x"], {"x": SourceFacts(unnamed=True)}) == Origin("x", unnamed=True)


def test_origin_of__empty_path_is_refused() -> None:
    with pytest.raises(ValueError, match="at least the source"):
        origin_of([], FACTS)


def test_one_and_the_same__a_ring_names_one_of_it_from_everywhere() -> None:
    ring = {
        "a": SourceFacts(same_as="b"),
        "b": SourceFacts(same_as="c"),
        "c": SourceFacts(same_as="b"),
    }
    assert {one_and_the_same(source, ring) for source in ring} == {"b"}


def test_origin_range__somebody_unnamed_may_be_one_of_the_others() -> None:
    named, other = Origin("commander"), Origin("agency")
    unnamed, unnamed_too = Origin("post", True), Origin("line", True)
    assert origin_range([]) == OriginRange(0, 0)
    assert origin_range([named, named]) == OriginRange(1, 1)
    assert origin_range([named, other, unnamed]) == OriginRange(2, 3)
    assert origin_range([unnamed, unnamed_too]) == OriginRange(1, 2)


@given(st.lists(st.sampled_from(sorted(FACTS)), min_size=1, max_size=6))
def test_origin_range__repeating_a_claim_adds_no_origin(path: list[str]) -> None:
    origin = origin_of(path, FACTS)
    assert origin_range([origin] * 5).most == 1


def test_strength__order_of_grades() -> None:
    order = [("A", "1"), ("C", "1"), ("A", "2"), ("A", "3"), ("F", "6"), ("", ""), ("A", "4")]
    assert sorted(order, key=lambda grade: strength(*grade)) == order


people = st.integers(0, 5)


@given(people, st.sets(people))
def test_may_grade__never_anybody_whose_words_are_in_it(grader: int, hands: set[int]) -> None:
    assert may_grade(grader, hands) is (grader not in hands)


def test_may_grade__nobody_is_no_grader() -> None:
    assert not may_grade(None, {1})
    assert not may_grade(None, set())


marks = st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)).map(sorted).map(tuple))


@given(st.integers(0, 30), marks)
def test_stretches__put_the_text_together_again(length: int, given_marks: list) -> None:
    pieces = stretches(length, given_marks)
    assert "".join("x" * (p.end - p.start) for p in pieces) == "x" * length
    for index, (start, end) in enumerate(given_marks):
        covered = sum(p.end - p.start for p in pieces if index in p.marks)
        assert covered == max(0, min(end, length) - max(start, 0))


def test_stretches__overlapping_marks() -> None:
    assert stretches(10, [(2, 6), (4, 8)]) == [
        Stretch(0, 2, ()),
        Stretch(2, 4, (0,)),
        Stretch(4, 6, (0, 1)),
        Stretch(6, 8, (1,)),
        Stretch(8, 10, ()),
    ]


def test_places_of__every_place_also_overlapping() -> None:
    assert places_of("aa", "aaa b aa") == (0, 1, 6)
    assert places_of("", "abc") == ()
    assert places_of("جثة", "لا شيء") == ()
