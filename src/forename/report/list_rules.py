"""Two editions of a list compared, and entries that may mean one person: nothing is merged."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forename.notation.folding import fold
from forename.notation.name_words import name_words
from forename.notation.names import PersonName, compare_names

RULES = 1  # raised when a rule below answers otherwise: stored results are then made anew
COMPARED = ("number", "name", "age", "sex", "born", "origin", "note")
# By judgement: a name less like than this needs a number to be the same line of a new edition.
SAME_LINE = 0.9
SAME_LINE_AND_NUMBER = 0.6
MOST_COMPARED = 30  # lines with the most in common that are compared with one line
# Names less like than this are not proposed as one person.
WORTH_A_LOOK = 0.8
NEAR_YEARS = 3  # ages in lists are rounded, and lists are of different years
FAR_YEARS = 10


@dataclass(frozen=True)
class Entry:
    """What the rules look at in a line of a list."""

    key: Hashable
    values: Mapping[str, str]
    name: PersonName
    others: Mapping[str, str]

    @property
    def same_text(self) -> tuple[Any, ...]:
        """Return everything written in it, the number left out: it only counts the lines."""
        written = [self.values.get(name, "") for name in COMPARED if name != "number"]
        return (*written, tuple(sorted(self.others.items())))


@dataclass(frozen=True)
class Changed:
    """One cell of an entry in two editions."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Compared:
    """A line in one or both editions: ``added``, ``gone``, ``changed``, ``moved`` or ``same``.

    A changed line may have ``moved_too``: among those in both it stands in another order.
    """

    state: str
    before: Entry | None
    after: Entry | None
    changes: tuple[Changed, ...] = ()
    moved_too: bool = False


def compare_editions(before: Sequence[Entry], after: Sequence[Entry]) -> list[Compared]:
    """Return every line of two editions, in the order of the later one, the gone at the end.

    Lines are matched by the same text, then by the same name, then by a like name (with the same
    number, less like); each line is matched once.
    """
    pairs = _paired(before, after)
    kept = set(_rising([pairs[j] for j in sorted(pairs)]))
    found = []
    for j, entry in enumerate(after):
        if j not in pairs:
            found.append(Compared("added", None, entry))
            continue
        earlier = before[pairs[j]]
        changes = changes_of(earlier, entry)
        moved = pairs[j] not in kept
        state = "changed" if changes else "moved" if moved else "same"
        found.append(Compared(state, earlier, entry, changes, bool(changes) and moved))
    matched = set(pairs.values())
    found += [Compared("gone", e, None) for i, e in enumerate(before) if i not in matched]
    return found


def _paired(before: Sequence[Entry], after: Sequence[Entry]) -> dict[int, int]:
    """Return place in the later edition → place in the earlier one."""
    pairs: dict[int, int] = {}
    for key_of in (_text_and_number, _text, _name_and_number, _name):
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for i in sorted(set(range(len(before))) - set(pairs.values()), reverse=True):
            waiting[key_of(before[i])].append(i)
        for j, entry in enumerate(after):
            if j not in pairs and waiting.get(key_of(entry)):
                pairs[j] = waiting[key_of(entry)].pop()
    _pair_alike(before, after, pairs)
    return pairs


def _text_and_number(entry: Entry) -> Hashable:
    return (entry.same_text, entry.values.get("number", ""))


def _text(entry: Entry) -> Hashable:
    return entry.same_text


def _name_and_number(entry: Entry) -> Hashable:
    return (fold(entry.values.get("name", "")), entry.values.get("number", ""))


def _name(entry: Entry) -> Hashable:
    return fold(entry.values.get("name", ""))


def _pair_alike(before: Sequence[Entry], after: Sequence[Entry], pairs: dict[int, int]) -> None:
    """Pair lines whose names are alike, the most alike first."""
    by_start: dict[str, set[int]] = defaultdict(set)
    blocks = {i: _blocks(before[i]) for i in set(range(len(before))) - set(pairs.values())}
    for i, starts in blocks.items():
        for start in starts:
            by_start[start].add(i)
    likely = []
    for j, entry in enumerate(after):
        if j in pairs:
            continue
        ours = _blocks(entry)
        met = Counter(i for start in ours for i in by_start.get(start, ()))
        number = entry.values.get("number", "")
        for i, shared in met.most_common(MOST_COMPARED):
            same_number = bool(number) and number == before[i].values.get("number", "")
            if shared < min(2, len(ours), len(blocks[i])) and not same_number:
                continue
            value = compare_names(before[i].name, entry.name).value
            if value >= (SAME_LINE_AND_NUMBER if same_number else SAME_LINE):
                likely.append((not same_number, -value, j, i))
    used: set[int] = set()
    for _other_number, _likeness, j, i in sorted(likely):
        if j not in pairs and i not in used:
            pairs[j] = i
            used.add(i)


def _blocks(entry: Entry) -> set[str]:
    """Return where two entries must meet to be compared: how names begin, and the number."""
    starts = {word.key[:3] for word in name_words(entry.name.full) if word.kind != "bin"}
    number = entry.values.get("number", "")
    return starts | ({f"#{number}"} if number else set())


def _rising(places: Sequence[int]) -> list[int]:
    """Return a longest rising run of some places: what is not in it has moved."""
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for index, place in enumerate(places):
        at = bisect_left(ends, place)
        previous.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place)
            last.append(index)
        else:
            ends[at] = place
            last[at] = index
    run = []
    index = last[-1] if last else -1
    while index >= 0:
        run.append(places[index])
        index = previous[index]
    return run


def changes_of(before: Entry, after: Entry) -> tuple[Changed, ...]:
    """Return the cells that differ, none where only the number does."""
    cells = [(n, before.values.get(n, ""), after.values.get(n, "")) for n in COMPARED]
    headers = dict.fromkeys([*before.others, *after.others])
    cells += [(h, before.others.get(h, ""), after.others.get(h, "")) for h in headers]
    # The number of a line alone is no change of what it says of a person.
    changed = [Changed(*cell) for cell in cells if cell[1] != cell[2]]
    return tuple(changed) if any(c.field != "number" for c in changed) else ()


@dataclass(frozen=True)
class Grounds:
    """Why two entries may mean one person: likeness of the names, what agrees, what speaks against.

    ``agrees`` and ``differs`` name particulars: ``age``, ``sex``, ``born``, ``origin``.
    """

    likeness: float
    agrees: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[float, ...]:
        """Return an order, the best first: what differs weighs most, then names, then the rest."""
        return (len(self.differs), -round(self.likeness, 2), -len(self.agrees))


def grounds_for(one: Entry, other: Entry) -> Grounds | None:
    """Return why two entries may mean one person, None where their names are too unlike."""
    likeness = compare_names(one.name, other.name).value
    if likeness < WORTH_A_LOOK:
        return None
    agrees: list[str] = []
    differs: list[str] = []
    for name in ("age", "sex", "born", "origin"):
        ours, theirs = fold(one.values.get(name, "")), fold(other.values.get(name, ""))
        if not ours or not theirs:
            continue
        verdict = _ages(ours, theirs) if name == "age" else _words(name, ours, theirs)
        if verdict is not None:
            (agrees if verdict else differs).append(name)
    return Grounds(likeness, tuple(agrees), tuple(differs))


def _ages(ours: str, theirs: str) -> bool | None:
    if not (ours.isdecimal() and theirs.isdecimal()):
        return True if ours == theirs else None
    apart = abs(int(ours) - int(theirs))
    return True if apart <= NEAR_YEARS else False if apart > FAR_YEARS else None


_SEXES = {
    **dict.fromkeys(("m", "male", "man", "boy", "ذكر", "رجل"), "m"),
    **dict.fromkeys(("f", "female", "woman", "girl", "انثي", "انثى", "امراه"), "f"),
}


def _words(name: str, ours: str, theirs: str) -> bool | None:
    if name == "sex":
        known = _SEXES.get(ours), _SEXES.get(theirs)
        return known[0] == known[1] if all(known) else (True if ours == theirs else None)
    return True if ours == theirs else None  # places and dates are written in too many ways
