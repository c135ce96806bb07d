"""Everything that is likely enough to be listed: pairs, and placements of several missing persons.

A pair is listed from a level on. In a family that misses several persons somebody may become
likely only once another place is filled (a brother beside his brother), so such families are
searched again with each likely person in place (``docs/methods/joint-answer-at-scale.md``).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from forename.genetics.encoding import IntArray
from forename.genetics.joint import placement_log_weights, sex_log10_lr
from forename.genetics.markers import Array
from forename.genetics.observation import ErrorRates
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Profile
from forename.genetics.ranking import Candidate, Ranking, places_of
from forename.search.columns import SEXES
from forename.search.executors import Threads
from forename.search.families import Shape, hypotheses
from forename.search.job import Job, Wanted, blocks_of, families_at, search_of_persons
from forename.search.persons import Persons, remains_samples, sample_profile
from forename.search.records import Records, model_digest
from forename.search.unlisted import Unlisted
from forename.statistics.placements import Placements
from forename.statistics.sea import Weighed

_BLOCK = 1024
_LIKELY = 1e-2  # weight from which on somebody in a place is worth a search with them in it
_MOST_LIKELY = 6  # of one missing person
_BESIDE = 1e-3  # weight beside a likely person from which on a placement of both is listed
_MOST_TOGETHER = 5_000  # placements of one family


@dataclass(frozen=True, slots=True, eq=False)
class Missing:
    """The missing persons of a search in the order of the store, and their families.

    ``family`` (columns,) numbers the families, ``members`` lists the columns of each.
    """

    names: tuple[str, ...]
    families: tuple[str, ...]
    family: IntArray
    members: tuple[tuple[int, ...], ...]
    sexes: npt.NDArray[np.int8]

    @property
    def several(self) -> list[int]:
        """The families that miss more than one person."""
        return [n for n, columns in enumerate(self.members) if len(columns) > 1]


def missing_of(job: Job) -> Missing:
    """Return the missing persons of a search."""
    number: dict[str, int] = {}
    family = [number.setdefault(name, len(number)) for name in job.families["family"].to_pylist()]
    members: list[list[int]] = [[] for _ in number]
    for column, own in enumerate(family):
        members[own].append(column)
    return Missing(
        tuple(job.families["name"].to_pylist()),
        tuple(number),
        np.array(family, np.int64),
        tuple(tuple(own) for own in members),
        job.families["sex"].to_numpy().astype(np.int8),
    )


def sex_factors(settings: Settings) -> Array:
    """Return the LR of sex (sex of the missing person, sex of the person), numbers as in SEXES."""
    return np.array(
        [[10 ** sex_log10_lr(person, own, settings.sex_error) for person in SEXES] for own in SEXES]
    )


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """Listed pairs: persons, missing persons (columns of the store), log10 LR of DNA alone."""

    person: IntArray
    column: IntArray
    log10_lr: Array


def list_pairs(job: Job, threads: int) -> Pairing:
    """Return every pair at or above the level that the search of persons wants, sorted."""
    found = [
        (pairs.remains.astype(np.int64), job.order[pairs.family], pairs.log10_lr)
        for _, pairs in Threads(threads).search(job, blocks_of(job, _BLOCK))
    ]
    empty = np.zeros(0, np.int64)
    person, column, lrs = (
        np.concatenate([first, *(each[n] for each in found)])
        for n, first in enumerate((empty, empty, np.zeros(0)))
    )
    order = np.lexsort((person, column))
    return Pairing(person[order], column[order], lrs[order])


class Listing:
    """What is listed of a search of persons, weighed with the odds of the prior.

    ``odds`` are the prior's for every pair. ``pairs`` are all listed ones, those of families that
    miss several persons included. ``kept`` are log likelihoods of an earlier answer, by a digest
    of all that they rest on; ``together`` are those of this one once placements have been made.
    """

    def __init__(
        self,
        job: Job,
        persons: Persons,
        missing: Missing,
        settings: Settings,
        odds: float,
        pairs: Pairing,
        records: Records,
        kept: Mapping[str, Array],
    ) -> None:
        self.job, self.persons, self.missing = job, persons, missing
        self.settings, self.odds, self.pairs = settings, odds, pairs
        self.records, self.kept = records, kept
        self.together: dict[str, Array] = {}
        self.left_out: set[str] = set()  # families of which not every placement is listed
        self.given: Weighed | None = None
        self.given_base: IntArray = np.zeros(0, np.int64)
        self._samples = remains_samples(job)
        self._model = model_digest(replace(settings, prior=""), job.markers)
        self._sex = np.log(np.maximum(sex_factors(settings), 1e-300))
        self._row_sex = np.array([SEXES.index(sex) for sex in persons.sexes], np.int8)

    @property
    def row_sex(self) -> npt.NDArray[np.int8]:
        """The sexes of the persons, (persons,), as numbers in SEXES."""
        return self._row_sex

    def placements(self, level: float, threads: int) -> Placements:
        """Return all listed placements with their natural log weights, odds included.

        ``level`` is the log10 LR from which on a pair is listed. Pairs come first, in their order.
        Afterwards ``given`` are the searches that were made for families with several missing.
        """
        pairs, missing = self.pairs, self.missing
        added = self._added(pairs.person, pairs.column)
        weights = pairs.log10_lr * np.log(10.0) + added
        rows, columns, logs = [pairs.person], [pairs.column], [weights]
        families, sizes = [missing.family[pairs.column]], [np.ones(len(weights), np.int64)]
        together = self._together(weights, level, threads)
        for family, options in together.items():
            who, where, size, weight = self._of_family(family, options)
            rows.append(who)
            columns.append(where)
            families.append(np.full(len(size), family))
            sizes.append(size)
            logs.append(weight)
        count, persons = np.concatenate(sizes), len(self.persons)
        total = len(count)
        return Placements(
            persons,
            persons + len(missing.members),
            (persons + np.concatenate(families)).astype(np.int64),
            np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
            np.concatenate(rows).astype(np.int64),
            np.concatenate(columns).astype(np.int64),
            np.concatenate(logs),
            np.full(total, -1),
            np.arange(total),
        )

    def _added(self, person: IntArray, column: IntArray) -> Array:
        """Return what sex and prior add to the natural log weight of pairs."""
        added: Array = self._sex[self.missing.sexes[column], self._row_sex[person]]
        added += float(np.log(self.odds))
        return added

    def _together(
        self, weights: Array, level: float, threads: int
    ) -> dict[int, dict[int, list[int]]]:
        """Return who may fill places of one family at once, by family and column, likely first.

        Whoever is likely alone, and whoever reaches the level once somebody likely fills another
        place.
        """
        options: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        pairs, missing = self.pairs, self.missing
        several = np.array([len(missing.members[f]) > 1 for f in missing.family], np.bool_)
        own = np.flatnonzero(several[pairs.column] & (weights >= np.log(_LIKELY)))
        likely: list[int] = []
        for n in own[np.lexsort((pairs.person[own], -weights[own], pairs.column[own]))].tolist():
            person, column = int(pairs.person[n]), int(pairs.column[n])
            chosen = options[int(missing.family[column])][column]
            if len(chosen) == _MOST_LIKELY:
                self.left_out.add(missing.names[column])
                continue
            chosen.append(person)
            likely.append(n)
        for column, person in sorted(self._search_beside(likely, level, threads)):
            chosen = options[int(missing.family[column])][column]
            if person not in chosen:
                chosen.append(person)
        return {family: own for family, own in sorted(options.items()) if len(own) > 1}

    def _search_beside(
        self, likely: Sequence[int], level: float, threads: int
    ) -> Iterable[tuple[int, int]]:
        """Yield (column, person) that are likely once a likely pair fills another place.

        ``likely`` are places of pairs. What is not yielded is left to ``given``.
        """
        job, missing = self.job, self.missing
        shapes: dict[Shape, int] = {}
        first = len(job.store.shapes)
        numbers, others, sources = [], [], []
        for n in likely:
            column, person = int(self.pairs.column[n]), int(self.pairs.person[n])
            own = job.store.shapes[job.families["shape"][column].as_py()]
            for other in missing.members[missing.family[column]]:
                if other == column:
                    continue
                place = job.store.shapes[job.families["shape"][other].as_py()]
                typed = (*place.typed, *[own.missing] * len(self.persons.members[person]))
                shape = Shape(place.persons, place.missing, typed)
                numbers.append(first + shapes.setdefault(shape, len(shapes)))
                others.append(other)
                sources.append(n)
        if not others:
            return
        persons = self.pairs.person[sources]
        families = self._with(others, persons.tolist(), numbers)
        order = np.argsort(numbers, kind="stable")
        store = replace(job.store, shapes=(*job.store.shapes, *shapes))
        factors = sex_factors(self.settings) * self.odds
        level = max(level, float(np.log10(_BESIDE / factors.max())))
        beside = replace(
            job,
            store=store,
            families=families,
            order=order,
            shapes=np.array(numbers)[order],
            wanted=Wanted(level, 0, level),
        )
        beside = search_of_persons(beside, job.columns)
        for _, pairs in Threads(threads).search(beside, blocks_of(beside, _BLOCK)):
            for place, person in zip(pairs.family.tolist(), pairs.remains.tolist(), strict=True):
                at = int(order[place])
                if person != persons[at]:
                    yield others[at], person
        self.given_base = np.array(sources, np.int64)
        sexes = missing.sexes[np.array(others)[order]]
        vertex = len(self.persons) + order
        self.given = Unlisted(beside, vertex, self._row_sex, factors[sexes], level, threads).weighed

    def _with(
        self, columns: Sequence[int], persons: Sequence[int], shapes: Sequence[int]
    ) -> pa.Table:
        """Return rows of families to whose samples those of a person are added."""
        job = self.job
        rows = []
        for column, person, shape in zip(columns, persons, shapes, strict=True):
            family = job.families.slice(column, 1).to_pylist()[0]
            for member in self.persons.members[person]:
                sample = job.remains.slice(member, 1).to_pylist()[0]
                for name in ("samples", "alleles", "partial", "rates"):
                    family[name] = [*family[name], *sample[name]]
            rows.append({**family, "shape": shape})
        return pa.Table.from_pylist(rows, schema=job.families.schema).combine_chunks()

    def family_of(self, family: int) -> Family:
        """Return a family as an analysis would read it, its relatives without names."""
        job, columns = self.job, self.missing.members[family]
        rows = job.families.take(pa.array(columns))
        (own,) = hypotheses(
            families_at(job.store, rows.slice(0, 1), job.markers, job.alleles, job.settings),
            job.markers,
        )
        missing = [job.store.shapes[n].missing for n in rows["shape"].to_pylist()]
        return Family(
            id=self.missing.families[family],
            pedigree=own.pedigree,
            missing=tuple(missing),
            profiles=own.profiles,
        )

    def candidate(self, person: int) -> Candidate:
        """Return a person as an analysis would place it."""
        profiles: list[Profile] = [
            sample_profile(self.job, self._samples, row) for row in self.persons.members[person]
        ]
        return Candidate(self.persons.names[person], tuple(profiles), self.persons.sexes[person])

    def _of_family(
        self, number: int, options: Mapping[int, Sequence[int]]
    ) -> tuple[IntArray, IntArray, IntArray, Array]:
        """Return a family's placements of two and more: persons, columns, sizes, log weights.

        Persons and columns of one placement after those of the other.
        """
        columns = self.missing.members[number]
        choices = [list(options.get(column, ())) for column in columns]
        while np.prod([len(own) + 1.0 for own in choices]) > _MOST_TOGETHER:
            longest = max(choices, key=len)
            longest.pop()
            self.left_out.add(self.missing.families[number])
        lines = [
            line
            for line in product(*([-1, *own] for own in choices))
            if len({n for n in line if n >= 0}) == sum(n >= 0 for n in line)
        ]
        key = self._key(number, choices)
        logs = self.kept.get(key)
        if logs is None:
            logs = self._log_likelihoods(number, lines)
        self.together[key] = logs
        persons = np.array(lines, np.int64)
        several = (np.sum(persons >= 0, axis=1) > 1) & (logs > -np.inf)
        line, place = np.nonzero((persons >= 0) & several[:, None])
        who, where = persons[line, place], np.array(columns)[place]
        weights = logs + np.bincount(line, self._added(who, where), len(logs))
        sizes = np.bincount(line, minlength=len(logs))
        return who, where, sizes[several], weights[several]

    def _key(self, number: int, choices: Sequence[Sequence[int]]) -> str:
        """Return a digest of all that the likelihoods of a family's placements rest on."""
        names = self.job.remains["name"]
        who = [
            (
                self.missing.names[column],
                [
                    [self.records["sample", names[row].as_py()] for row in self.persons.members[n]]
                    for n in own
                ],
            )
            for column, own in zip(self.missing.members[number], choices, strict=True)
        ]
        family = self.records["family", self.missing.families[number]]
        return hashlib.sha256(repr((self._model, family, who)).encode()).hexdigest()

    def _log_likelihoods(self, number: int, lines: Sequence[Sequence[int]]) -> Array:
        """Return the natural log LR of placements: for each missing person a person, or -1."""
        family = self.family_of(number)
        persons = [n for n in dict.fromkeys(n for line in lines for n in line) if n >= 0]
        place = {-1: -1, **{person: n for n, person in enumerate(persons)}}
        ranking = Ranking(
            tuple(self.candidate(person) for person in persons),
            places_of((family,)),
            self.job.markers,
            np.zeros((0, 0, 0)),
            np.zeros((0, 0, 0), np.bool_),
            np.zeros((0, 0), np.bool_),
        )
        rates = ErrorRates(self.settings.drop_out, self.settings.drop_in)
        return placement_log_weights(
            ranking,
            family,
            tuple(range(len(family.missing))),
            np.array([[place[person] for person in line] for line in lines], np.int64),
            self.settings,
            rates,
        )
