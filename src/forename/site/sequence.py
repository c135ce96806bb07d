"""The order in which contexts of a grave came about: a sequence diagram's nodes, lines and faults.

A relation says that one context is later than another (above, cuts, fills) or is the same as
another. From any set of them come groups of contexts that are the same, the lines that are left
when those that follow from others are left out (transitive reduction), and the contradictions.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from collections.abc import Sequence as ListLike
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

T = TypeVar("T")

MOST_STARTS = 50  # relations of a contradiction from which its shortest circle is looked for


class Relation(TextChoices):
    """How a context lies to another one; all but the last say that it is the later one."""

    ABOVE = "above", _("lies above")
    CUTS = "cuts", _("cuts")
    FILLS = "fills", _("fills")
    SAME = "same-as", _("is the same as")


class Wording(TextChoices):
    """A relation as people say it, from either end."""

    ABOVE = "above", _("lies above")
    BELOW = "below", _("lies below")
    CUTS = "cuts", _("cuts")
    CUT_BY = "cut-by", _("is cut by")
    FILLS = "fills", _("fills")
    FILLED_BY = "filled-by", _("is filled by")
    SAME = "same-as", _("is the same as")


_TURNED = {
    Wording.BELOW: Relation.ABOVE,
    Wording.CUT_BY: Relation.CUTS,
    Wording.FILLED_BY: Relation.FILLS,
}


def later_first(first: T, wording: Wording, second: T) -> tuple[T, Relation, T]:
    """Return what was said with the later one first: “1 lies below 2” as “2 lies above 1”."""
    if wording in _TURNED:
        return second, _TURNED[wording], first
    return first, Relation(wording.value), second


@dataclass(frozen=True)
class Said:
    """A recorded relation: ``key`` names the record, ``first`` lies so to ``second``."""

    key: str
    first: str
    relation: Relation
    second: str


@dataclass(frozen=True)
class Contradiction:
    """Contexts that would each be later than themselves, and the records that say so.

    ``circle`` is a short chain among the records that by itself leads back to where it starts.
    """

    contexts: tuple[str, ...]
    records: tuple[Said, ...]
    circle: tuple[Said, ...]


@dataclass(frozen=True)
class Sequence:
    """Groups of same contexts, lines (later, earlier) between groups by place, contradictions.

    ``rows`` holds for each group its row from the top, 0 for the latest. Groups that are part of
    a contradiction, and whatever relates to them, keep only the lines outside the contradiction;
    ``disputed`` are the lines inside.
    """

    groups: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[int, int], ...]
    rows: tuple[int, ...]
    contradictions: tuple[Contradiction, ...]
    disputed: tuple[tuple[int, int], ...] = ()


Later = Mapping[int, set[int]]  # group → the groups said to be earlier than it


def sequence(contexts: Iterable[str], relations: Iterable[Said]) -> Sequence:
    """Return the sequence of contexts; those that only a relation names are added."""
    relations = sorted(relations, key=lambda said: (said.first, said.second, said.key))
    named = {name for said in relations for name in (said.first, said.second)}
    groups = _groups({*contexts, *named}, relations)
    place = {name: i for i, group in enumerate(groups) for name in group}
    later: dict[int, set[int]] = {i: set() for i in range(len(groups))}
    for said in relations:
        if said.relation is not Relation.SAME:
            later[place[said.first]].add(place[said.second])
    parts = _circles(later)
    part_of = {node: i for i, part in enumerate(parts) for node in part}
    kept: dict[int, set[int]] = {}
    disputed: list[tuple[int, int]] = []
    for node, belows in later.items():
        inside = {end for end in belows if node in part_of and part_of.get(end) == part_of[node]}
        kept[node] = belows - inside
        disputed += [(node, end) for end in sorted(inside)]
    lines = _reduced(kept)
    return Sequence(
        groups,
        lines,
        _rows(len(groups), lines),
        _contradictions(parts, groups, place, relations),
        tuple(disputed),
    )


def _groups(names: Iterable[str], relations: Iterable[Said]) -> tuple[tuple[str, ...], ...]:
    """Return the sets of contexts that are the same, each sorted, in the order of their first."""
    same: dict[str, list[str]] = defaultdict(list)
    for said in relations:
        if said.relation is Relation.SAME:
            same[said.first].append(said.second)
            same[said.second].append(said.first)
    groups = []
    seen: set[str] = set()
    for name in sorted(names):
        if name not in seen:
            group = {name}
            waiting = [name]
            while waiting:
                new = [other for other in same[waiting.pop()] if other not in group]
                group.update(new)
                waiting.extend(new)
            seen |= group
            groups.append(tuple(sorted(group)))
    return tuple(groups)


def _circles(later: Later) -> list[list[int]]:
    """Return the largest sets of nodes that each lie below one another (Kosaraju's two walks)."""
    above: dict[int, set[int]] = {node: set() for node in later}
    for node, belows in later.items():
        for end in belows:
            above[end].add(node)
    seen: set[int] = set()
    parts = []
    for start in reversed(_left(later)):
        part = []
        waiting = [] if start in seen else [start]
        seen.add(start)
        while waiting:
            node = waiting.pop()
            part.append(node)
            new = above[node] - seen
            seen |= new
            waiting.extend(new)
        if len(part) > 1 or (part and start in later[start]):
            parts.append(sorted(part))
    return sorted(parts)


def _left(later: Later) -> list[int]:
    """Return the nodes in the order in which a walk down leaves them, everything below first."""
    order: list[int] = []
    seen: set[int] = set()
    for start in later:
        walk = [] if start in seen else [(start, iter(later[start]))]
        seen.add(start)
        while walk:
            node, ends = walk[-1]
            following = next((end for end in ends if end not in seen), None)
            if following is None:
                order.append(node)
                walk.pop()
            else:
                seen.add(following)
                walk.append((following, iter(later[following])))
    return order


def _contradictions(
    parts: ListLike[ListLike[int]],
    groups: ListLike[tuple[str, ...]],
    place: Mapping[str, int],
    relations: Iterable[Said],
) -> tuple[Contradiction, ...]:
    part_of = {node: i for i, part in enumerate(parts) for node in part}
    records: list[list[Said]] = [[] for _ in parts]
    for said in relations:
        part = part_of.get(place[said.first])
        trivial = said.relation is Relation.SAME and said.first == said.second
        if part is not None and part == part_of.get(place[said.second]) and not trivial:
            records[part].append(said)
    return tuple(
        Contradiction(tuple(name for node in part for name in groups[node]), tuple(said),
                      _short_circle(said))
        for part, said in zip(parts, records, strict=True)
    )  # fmt: skip


def _short_circle(records: ListLike[Said]) -> tuple[Said, ...]:
    """Return the shortest chain of records that leads from a context back to itself.

    A chain runs from later to earlier and, by what is the same, either way. Among more than
    `MOST_STARTS` relations the first ones are tried, so that there may be a shorter one.
    """
    out: dict[str, list[tuple[str, Said]]] = defaultdict(list)
    for said in records:
        out[said.first].append((said.second, said))
        if said.relation is Relation.SAME:
            out[said.second].append((said.first, said))
    best: tuple[Said, ...] = ()
    starts = [said for said in records if said.relation is not Relation.SAME][:MOST_STARTS]
    for start in starts:
        back = _chain(out, start.second, start.first)
        if back is not None and (not best or len(back) + 1 < len(best)):
            best = (start, *back)
    return best


def _chain(
    out: Mapping[str, list[tuple[str, Said]]], start: str, goal: str
) -> tuple[Said, ...] | None:
    """Return the fewest records that lead from one context to another, None where none do."""
    came: dict[str, tuple[str, Said] | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in came:
        name = waiting.popleft()
        for end, said in out.get(name, ()):
            if end not in came:
                came[end] = (name, said)
                waiting.append(end)
    if goal not in came:
        return None
    chain = []
    step = came[goal]
    while step is not None:
        chain.append(step[1])
        step = came[step[0]]
    return tuple(reversed(chain))


def _reduced(later: Later) -> tuple[tuple[int, int], ...]:
    """Return the lines that do not follow from others; ``later`` has no circle.

    What lies below a node is kept as the bits of a number, so that thousands of contexts cost
    milliseconds.
    """
    below = dict.fromkeys(later, 0)
    lines = []
    for node in _left(later):
        reached = 0
        for end in later[node]:
            reached |= below[end]
        lines += [(node, end) for end in later[node] if not reached >> end & 1]
        for end in later[node]:
            reached |= 1 << end
        below[node] = reached
    return tuple(sorted(lines))


def _rows(count: int, lines: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """Return each node's row: one more than the lowest of those above it."""
    rows = [0] * count
    belows: dict[int, set[int]] = {node: set() for node in range(count)}
    for first, second in lines:
        belows[first].add(second)
    for node in reversed(_left(belows)):
        for end in belows[node]:
            rows[end] = max(rows[end], rows[node] + 1)
    return tuple(rows)
