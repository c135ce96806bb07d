"""What may be said about claims without a database: origins, order of strength, who may grade."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class SourceFacts(Generic[K]):
    """What the rules look at in a source: is it unnamed, who cites it, what it turned out to be."""

    unnamed: bool = False
    within: K | None = None
    same_as: K | None = None


@dataclass(frozen=True)
class Origin(Generic[K]):
    """Where a claim goes back to: a source, or somebody unnamed whom ``source`` cites."""

    source: K
    unnamed: bool = False


@dataclass(frozen=True)
class OriginRange:
    """How many independent origins claims go back to, at least and at most.

    Somebody unnamed may be anybody, also one of those named: only the upper figure counts them.
    """

    least: int
    most: int


def one_and_the_same(source: K, facts: Mapping[K, SourceFacts[K]]) -> K:
    """Return what a source turned out to be, through every step; a ring ends the walk."""
    seen = {source}
    while True:
        following = facts[source].same_as if source in facts else None
        if following is None:
            return source
        if following in seen:
            return min(_ring(following, facts), key=str)
        seen.add(following)
        source = following


def _ring(source: K, facts: Mapping[K, SourceFacts[K]]) -> set[K]:
    ring = {source}
    following = facts[source].same_as
    while following is not None and following != source:
        ring.add(following)
        following = facts[following].same_as
    return ring


def origin_of(path: Sequence[K], facts: Mapping[K, SourceFacts[K]]) -> Origin[K]:
    """Return the origin of a claim from its path: who says it, whom they cite, whom those cite.

    The last source is the origin. An unnamed one is known only through whoever cites it, so that
    all unnamed sources of one outlet are one origin. Raises ValueError for an empty path.
    """
    if not path:
        raise ValueError("A claim has at least the source that says it.")
    same = [one_and_the_same(source, facts) for source in path]
    place = len(same) - 1
    last = same[place]
    known = facts.get(last, SourceFacts())
    if not known.unnamed:
        return Origin(last)
    while place >= 0 and facts.get(same[place], SourceFacts()).unnamed:
        place -= 1
    if place >= 0:
        return Origin(same[place], unnamed=True)
    if known.within is not None:
        return Origin(one_and_the_same(known.within, facts), unnamed=True)
    return Origin(last, unnamed=True)


def origin_range(origins: Collection[Origin[K]]) -> OriginRange:
    """Return between how many and how many independent origins there are."""
    distinct = set(origins)
    named = sum(not origin.unnamed for origin in distinct)
    return OriginRange(named or min(1, len(distinct)), len(distinct))


# The grades that judge come first; F and 6 mean that nobody could judge, not that it is false.
_RELIABILITY = {"A": 0, "B": 1, "C": 2, "F": 3, "D": 4, "E": 5}
_CREDIBILITY = {"1": 0, "2": 1, "3": 2, "6": 3, "4": 4, "5": 5}
UNGRADED = (3, 3, 1)


def strength(reliability: str, credibility: str) -> tuple[int, int, int]:
    """Return an order of grades, strongest first: the information's grade, then the source's.

    "Cannot be judged" (F, 6) and no grade at all stand in the middle: between fair and doubtful.
    """
    if not reliability or not credibility:
        return UNGRADED
    return (_CREDIBILITY[credibility], _RELIABILITY[reliability], 0)


def may_grade(grader: object, hands: Collection[object]) -> bool:
    """Tell whether a person may grade a claim: a known person none of whose words are in it.

    ``hands`` are the people who entered or corrected the claim or its report.
    """
    return grader is not None and grader not in hands


@dataclass(frozen=True)
class Stretch:
    """A piece of a text between marks: from, to, and the marks that cover it."""

    start: int
    end: int
    marks: tuple[int, ...]


def stretches(length: int, marks: Sequence[tuple[int, int]]) -> list[Stretch]:
    """Cut a text into pieces that are covered by the same marks; marks are named by their index.

    Marks that lie outside of the text are cut to it.
    """
    cuts = {0, length}
    for start, end in marks:
        cuts |= {min(max(start, 0), length), min(max(end, 0), length)}
    edges = sorted(cuts)
    coming = sorted(range(len(marks)), key=lambda i: marks[i][0], reverse=True)
    open_now: list[int] = []
    pieces = []
    for start, end in pairwise(edges):
        while coming and marks[coming[-1]][0] <= start:
            open_now.append(coming.pop())
        open_now = [i for i in open_now if marks[i][1] >= end]
        pieces.append(Stretch(start, end, tuple(sorted(open_now))))
    return pieces


def places_of(words: str, text: str) -> tuple[int, ...]:
    """Return every place at which words begin in a text; none for empty words."""
    places = []
    place = text.find(words) if words else -1
    while place >= 0:
        places.append(place)
        place = text.find(words, place + 1)
    return tuple(places)
