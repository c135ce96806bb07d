"""A family cut where genotypes are known, so that placements share the likelihoods of its parts.

Given the genotype of a person, what lies above (parents, siblings) and what lies below each of
their partnerships (children) are independent: a transmission does not depend on which of the two
alleles came from whom. So the likelihood of a family is a product over blocks that are joined by
unknown genotypes only, and a block needs one elimination for each way to fill its own places,
however many placements the rest has. Proof and limits: ``docs/methods/placements.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from forename.genetics.encoding import IntArray, call_states
from forename.genetics.likelihood import DEFAULT_BUDGET, Hypothesis
from forename.genetics.markers import Array, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.placement_search import search_placements
from forename.genetics.profiles import Profile

_NO_CALL, _SETTLED, _OPEN = 0, 1, 2


def distinct_placements(
    pedigree: Pedigree, missing: Sequence[str], placements: IntArray
) -> tuple[IntArray, IntArray]:
    """Return placements of which none is another with exchanged siblings, and each one's number.

    Missing persons with the same parents and sex and without children are exchangeable: the
    likelihood does not change when their remains change places.
    """
    ordered = np.ascontiguousarray(placements, dtype=np.int64).reshape(-1, len(missing)).copy()
    alike: dict[tuple[object, ...], list[int]] = {}
    for place, member in enumerate(missing):
        person = pedigree[member]
        twin = person.twin_of is not None or any(
            other.twin_of == member for other in pedigree.persons.values()
        )
        if person.father is not None and not twin and not pedigree.children(member):
            alike.setdefault((person.father, person.mother, person.sex), []).append(place)
    for places in alike.values():
        ordered[:, places] = np.sort(ordered[:, places], axis=1)
    return _unique_rows(ordered)


def sum_over_blocks(
    family: Hypothesis,
    missing: Sequence[str],
    candidates: Sequence[tuple[Profile, ...]],
    placements: IntArray,
    markers: Sequence[Marker],
    *,
    rates: ErrorRates = ErrorRates(),
    budget: float = DEFAULT_BUDGET,
) -> Array:
    """Return log-likelihoods (markers, n) of placements (n, missing), for autosomal markers.

    The same as `search_placements` without theta.
    """
    typed = tuple(family.profiles)
    everyone = [*candidates, *(family.profiles[member] for member in typed)]
    # Whose genotype is known differs between markers; those that agree are computed together.
    alike: dict[tuple[int, ...], list[int]] = {}
    for at, marker in enumerate(markers):
        status = tuple(_status(profiles, marker, rates) for profiles in everyone)
        alike.setdefault(status, []).append(at)
    result = np.empty((len(markers), len(placements)))
    for status, places in alike.items():
        own = [markers[at] for at in places]
        alone = search_placements(
            Hypothesis(Pedigree([Person("anyone")]), {}),
            ["anyone"],
            everyone,
            np.arange(len(everyone))[:, None],
            own,
            rates=rates,
        )
        cutting = _Cutting(
            family,
            tuple(missing),
            np.array(status[: len(candidates)], np.int64),
            frozenset(
                member
                for member, known in zip(typed, status[len(candidates) :], strict=True)
                if known == _SETTLED
            ),
            alone[:, : len(candidates)],
            dict(zip(typed, alone[:, len(candidates) :].T, strict=True)),
        )

        def evaluate(
            block: Hypothesis, filled: Sequence[str], rows: IntArray, own: list[Marker] = own
        ) -> Array:
            return search_placements(
                block, filled, candidates, rows, own, rates=rates, budget=budget
            )

        total = np.zeros((len(own), len(placements)))
        for part in cutting.blocks(placements):
            rows, number = _unique_rows(part.rows)
            values = evaluate(part.hypothesis, part.filled, rows) - cutting.counted_twice(
                part, rows
            )
            total[:, part.lines] += values[:, number]
        result[places] = total
    return result


@dataclass(frozen=True, slots=True)
class _Block:
    """One block with its places filled: persons, the placements it serves, and their rows.

    ``filled`` are its filled missing persons and ``rows`` (lines, filled) their candidates.
    ``cut`` are the persons of known genotype that belong to another block.
    """

    hypothesis: Hypothesis
    filled: tuple[str, ...]
    lines: IntArray
    rows: IntArray
    cut: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cutting:
    """A family at markers where the same genotypes are known.

    ``status`` (candidates,) is one of `_NO_CALL`, `_SETTLED`, `_OPEN`. The last two fields are the
    log-likelihoods of candidates and relatives as founders, (markers, candidates) and (markers,).
    """

    family: Hypothesis
    missing: tuple[str, ...]
    status: IntArray
    settled: frozenset[str]
    alone: Array
    alone_of_typed: Mapping[str, Array]

    def blocks(self, placements: IntArray) -> Iterable[_Block]:
        """Yield every block of every placement, equal ones together."""
        filled = placements >= 0
        known = np.where(filled, self.status[placements], _NO_CALL)
        # Remains without a call here say nothing: their place is as good as empty.
        rows = np.where(known == _NO_CALL, -1, placements)
        patterns, pattern_of = _unique_rows(known)
        served: dict[tuple[frozenset[str], tuple[int, ...]], list[int]] = {}
        for number, pattern in enumerate(patterns):
            at_place = dict(zip(self.missing, pattern.tolist(), strict=True))
            settled = self.settled | {m for m, status in at_place.items() if status == _SETTLED}
            for members in _joined(self.family.pedigree, settled):
                persons = _with_parents(self.family.pedigree, members)
                places = tuple(
                    place for place, m in enumerate(self.missing) if m in persons and at_place[m]
                )
                served.setdefault((members, places), []).append(number)
        for (members, places), numbers in served.items():
            lines = np.flatnonzero(np.isin(pattern_of, numbers))
            yield self._block(members, places, lines, rows)

    def _block(
        self, members: frozenset[str], places: tuple[int, ...], lines: IntArray, rows: IntArray
    ) -> _Block:
        pedigree = self.family.pedigree
        persons = [p for p in pedigree.order if p in _with_parents(pedigree, members)]
        cut = tuple(p for p in persons if p not in members)
        hypothesis = Hypothesis(
            Pedigree([_as_in(members, pedigree[p]) for p in persons]),
            {m: own for m, own in self.family.profiles.items() if m in persons},
        )
        filled = tuple(self.missing[place] for place in places)
        return _Block(hypothesis, filled, lines, rows[lines][:, list(places)], cut)

    def counted_twice(self, block: _Block, rows: IntArray) -> Array:
        """Return the log-likelihood of the cut persons as founders, (markers, rows).

        A cut person stands in the block as a founder; their own block counts them already.
        """
        total = np.zeros((len(self.alone), len(rows)))
        for person in block.cut:
            if person in block.filled:
                total += self.alone[:, rows[:, block.filled.index(person)]]
            else:
                total += self.alone_of_typed[person][:, None]
        return total


def _status(profiles: Sequence[Profile], marker: Marker, rates: ErrorRates) -> int:
    """Tell whether the calls leave one genotype, several, or say nothing."""
    replicates = [(p.calls[marker.name], rates.of(p)) for p in profiles if marker.name in p.calls]
    if not replicates:
        return _NO_CALL
    states = call_states(replicates, marker, False, profiles[0].sample)
    genotypes = {(min(a, b), max(a, b)) for a, b, _ in states}
    # Both orders of a genotype must weigh the same, as they do for all calls made without phase.
    even = len({weight for _, _, weight in states}) == 1
    whole = len(states) == len({(a, b) for a, b, _ in states} | {(b, a) for a, b, _ in states})
    return _SETTLED if len(genotypes) == 1 and even and whole else _OPEN


def _joined(pedigree: Pedigree, settled: frozenset[str] | set[str]) -> list[frozenset[str]]:
    """Return the sets of persons whose descent hangs together through unknown genotypes.

    A person is joined to a parent unless the parent's genotype is known; twins stay together.
    """
    root = {person: person for person in pedigree.order}

    def find(person: str) -> str:
        while root[person] != person:
            root[person] = root[root[person]]
            person = root[person]
        return person

    twins = {p.id for p in pedigree.persons.values() if p.twin_of is not None}
    twins |= {str(pedigree[p].twin_of) for p in twins}
    for person in pedigree.persons.values():
        for other in (person.father, person.mother):
            if other is not None and (other not in settled or other in twins):
                root[find(person.id)] = find(other)
        if person.twin_of is not None:
            root[find(person.id)] = find(person.twin_of)
    parts: dict[str, set[str]] = {}
    for person_id in pedigree.order:
        parts.setdefault(find(person_id), set()).add(person_id)
    return [frozenset(part) for part in parts.values()]


def _with_parents(pedigree: Pedigree, members: Iterable[str]) -> frozenset[str]:
    found = set(members)
    for member in tuple(found):
        person = pedigree[member]
        found.update(p for p in (person.father, person.mother) if p is not None)
    return frozenset(found)


def _as_in(members: frozenset[str], person: Person) -> Person:
    """Return a person as they stand in a block: those of other blocks are founders there."""
    if person.id in members:
        return person
    return replace(person, father=None, mother=None, twin_of=None, inbreeding=0.0)


def _unique_rows(rows: IntArray) -> tuple[IntArray, npt.NDArray[np.int64]]:
    """Return the distinct rows of small whole numbers >= -1, and the number of each row's own."""
    if rows.shape[1] == 0:
        return rows[:1], np.zeros(len(rows), np.int64)
    base = int(rows.max(initial=0)) + 2
    if base ** rows.shape[1] >= 2**62:
        unique, number = np.unique(rows, axis=0, return_inverse=True)
        return unique, number.ravel()
    code = np.zeros(len(rows), np.int64)
    for column in rows.T:
        code = code * base + column + 1
    _, first, number = np.unique(code, return_index=True, return_inverse=True)
    return rows[first], number
