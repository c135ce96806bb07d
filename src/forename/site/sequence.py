"""The order in which contexts of a grave came about: a sequence diagram's nodes, lines and faults.

A relation says that one context is later than another (above, cuts, fills) or is the same as
another. From any set of them come groups of contexts that are the same, the lines that are left
when those that follow from others are left out (transitive reduction), and the contradictions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Relation(StrEnum):
    """How a context lies to another one; all but the last say that it is the later one."""

    ABOVE = "above"
    CUTS = "cuts"
    FILLS = "fills"
    SAME = "same-as"


@dataclass(frozen=True)
class Said:
    """A recorded relation: ``key`` names the record, ``first`` lies so to ``second``."""

    key: str
    first: str
    relation: Relation
    second: str


@dataclass(frozen=True)
class Contradiction:
    """Contexts that would each be later than themselves, and the records that say so."""

    contexts: tuple[str, ...]
    records: tuple[Said, ...]


@dataclass(frozen=True)
class Sequence:
    """Groups of same contexts, lines (later, earlier) between groups by place, contradictions.

    ``rows`` holds for each group its row from the top, 0 for the latest. Groups that are part of
    a contradiction, and whatever relates to them, keep only the lines outside the contradiction.
    """

    groups: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[int, int], ...]
    rows: tuple[int, ...]
    contradictions: tuple[Contradiction, ...]


def sequence(contexts: Iterable[str], relations: Iterable[Said]) -> Sequence:
    """Return the sequence of contexts; those that only a relation names are added."""
    relations = sorted(relations, key=lambda said: (said.first, said.second, said.key))
    named = {name for said in relations for name in (said.first, said.second)}
    group_of = _groups(sorted({*contexts, *named}), relations)
    names = sorted({tuple(group) for group in group_of.values()})
    place = {name: i for i, group in enumerate(names) for name in group}
    later: dict[int, set[int]] = {i: set() for i in range(len(names))}
    for said in relations:
        if said.relation is not Relation.SAME:
            later[place[said.first]].add(place[said.second])
    parts = _circles(later)
    contradictions = tuple(_contradiction(part, names, place, relations) for part in parts)
    part_of = {node: i for i, part in enumerate(parts) for node in part}
    kept = {
        node: {
            below
            for below in belows
            if below != node and (node not in part_of or part_of.get(below) != part_of[node])
        }
        for node, belows in later.items()
    }
    lines = _reduced(kept)
    return Sequence(tuple(names), lines, _rows(len(names), lines), contradictions)


def _groups(contexts: list[str], relations: Iterable[Said]) -> Mapping[str, list[str]]:
    """Return for each context the sorted contexts that are the same as it, itself included."""
    group_of = {name: [name] for name in contexts}
    for said in relations:
        first, second = group_of[said.first], group_of[said.second]
        if said.relation is Relation.SAME and first is not second:
            both = sorted([*first, *second])
            group_of.update(dict.fromkeys(both, both))
    return group_of


def _below(later: Mapping[int, set[int]], start: int) -> set[int]:
    """Return everything that lines lead to from a node; the node itself only by a circle."""
    seen: set[int] = set()
    waiting = list(later[start])
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting.extend(later[node])
    return seen


def _circles(later: Mapping[int, set[int]]) -> list[list[int]]:
    """Return the largest sets of nodes that each lie below one another."""
    below = {node: _below(later, node) for node in later}
    parts: dict[tuple[int, ...], None] = {}
    for node in later:
        if node in below[node]:
            parts[tuple(sorted(n for n in below[node] if node in below[n]))] = None
    return [list(part) for part in parts]


def _contradiction(
    part: list[int],
    names: list[tuple[str, ...]],
    place: Mapping[str, int],
    relations: Iterable[Said],
) -> Contradiction:
    inside = set(part)
    said_so = tuple(
        said
        for said in relations
        if place[said.first] in inside
        and place[said.second] in inside
        and (said.relation is not Relation.SAME or said.first != said.second)
    )
    return Contradiction(tuple(name for node in part for name in names[node]), said_so)


def _reduced(later: Mapping[int, set[int]]) -> tuple[tuple[int, int], ...]:
    """Return the lines that do not follow from others; ``later`` has no circle."""
    below = {node: _below(later, node) for node in later}
    return tuple(
        (node, end)
        for node in sorted(later)
        for end in sorted(later[node])
        if not any(end in below[other] for other in later[node] if other != end)
    )


def _rows(count: int, lines: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """Return each node's row: one more than the lowest of those above it."""
    lines = list(lines)
    rows = [0] * count
    above = [0] * count
    belows: list[list[int]] = [[] for _ in range(count)]
    for first, second in lines:
        belows[first].append(second)
        above[second] += 1
    waiting = [node for node in range(count) if not above[node]]
    while waiting:
        node = waiting.pop()
        for end in belows[node]:
            rows[end] = max(rows[end], rows[node] + 1)
            above[end] -= 1
            if not above[end]:
                waiting.append(end)
    return tuple(rows)
