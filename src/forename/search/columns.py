"""What remains show, marker by marker, each different observation once: the columns of a search.

A column is a call with the rates of its sample (and, on X, the sex of the remains). A family's LR
against a column is one number, so against a hundred thousand remains it is a look-up
(``docs/methods/search-screen.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from forename.genetics.encoding import IntArray
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates, diploid_weights, haploid_weights
from forename.genetics.panel import usable_call
from forename.genetics.profiles import Call, Sex

_Number = TypeVar("_Number", np.int64, np.float64)

SEXES = (Sex.UNKNOWN, Sex.MALE, Sex.FEMALE)  # their numbers in arrays


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """The calls of many samples as arrays.

    ``alleles``, shape (samples, markers, 2), are numbers of a marker's alleles in ascending
    order, one allele twice where it was seen alone, -1 where there is no call. ``partial``, shape
    (samples, markers), is whether only one allele is known. ``rates``, shape (samples, 2), are
    drop-out and drop-in. ``sexes``, shape (samples,), are places in `SEXES`.
    """

    alleles: npt.NDArray[np.int16]
    partial: npt.NDArray[np.bool_]
    rates: Array
    sexes: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.alleles)

    def at(self, rows: slice | IntArray) -> Samples:
        """Return some of the samples."""
        return Samples(self.alleles[rows], self.partial[rows], self.rates[rows], self.sexes[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The genotypes that one marker's columns leave possible, for missing persons of one sex.

    Those of column c stand from ``starts[c]`` to ``starts[c + 1]``: ``cells`` of the families'
    tables, and ``weights``, P(call | genotype) / P(call | population). A column without any has
    LR 1. On X and where the sex is not known, a table is that of a man, then that of a woman.

    Where any genotype is possible, with drop-in, most weigh the same: ``rest`` (columns, 2), of
    two different alleles and of one twice, among ``size`` alleles. The weights of cells are then
    what they weigh above it.
    """

    starts: IntArray
    cells: IntArray
    weights: Array
    rest: Array
    size: int

    def of(self, column: int) -> tuple[IntArray, Array]:
        """Return cells and weights of one column."""
        own = slice(self.starts[column], self.starts[column + 1])
        cells, weights = self.cells[own], self.weights[own]
        if not self.rest[column].any():
            return cells, weights
        every = np.full((self.size, self.size), self.rest[column, 0])
        np.fill_diagonal(every, self.rest[column, 1])
        flat = every.ravel()
        flat[cells] += weights
        return np.arange(len(flat)), flat


class Seen(NamedTuple):
    """What a column stands for: the calls of one person, several where there are replicates."""

    calls: tuple[tuple[Call, ErrorRates], ...]
    sex: Sex


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns of all samples: column 0 of a marker is no call.

    ``of``, shape (samples, markers), is each sample's column within the marker; those of marker m
    are numbered from ``bounds[m]`` to ``bounds[m + 1]`` among all. ``shown`` counts the samples
    of each. ``seen`` is what the columns of a marker stand for, from column 1 on.
    """

    of: npt.NDArray[np.uint16]
    bounds: IntArray
    shown: IntArray
    seen: tuple[tuple[Seen, ...], ...]

    def entries(self, number: int, marker: Marker, sex: Sex) -> Entries:
        """Return the entries of a marker by its number, for missing persons of a sex."""
        return _entries(self.seen[number], marker, sex)


def columns_of(samples: Samples, markers: Sequence[Marker]) -> Columns:
    """Return the columns of samples; calls that a likelihood cannot use count as none."""
    (outs, out_of, _), (ins, in_of, _) = (_distinct(rates) for rates in samples.rates.T)
    levels = np.array([(drop_out, drop_in) for drop_out in outs for drop_in in ins])
    level_of = out_of * len(ins) + in_of
    of = np.zeros(samples.alleles.shape[:2], np.uint16)
    bounds, shown, seen = [0], [], []
    for m, marker in enumerate(markers):
        linked = marker.chromosome is Chromosome.X
        sexes = samples.sexes if linked else np.zeros_like(samples.sexes)
        keys = _keys(samples, m, len(marker.alleles), level_of, sexes)
        known, inverse, counts = _distinct(keys)
        said = [_call(int(key), marker, levels) for key in known]
        usable = [
            each is not None
            and usable_call(each.calls[0][0], marker, each.sex, each.calls[0][1].drop_in)
            for each in said
        ]
        number = np.where(usable, np.cumsum(usable), 0).astype(np.int64)
        of[:, m] = number[inverse]
        shown.append(np.bincount(number, counts, minlength=sum(usable) + 1))
        seen.append(tuple(each for each, use in zip(said, usable, strict=True) if use and each))
        bounds.append(bounds[-1] + sum(usable) + 1)
    return Columns(
        of, np.array(bounds), np.concatenate([np.zeros(0), *shown]).astype(np.int64), tuple(seen)
    )


def _keys(
    samples: Samples, m: int, size: int, level_of: IntArray, sexes: npt.NDArray[np.int8]
) -> IntArray:
    """Return one number for everything that makes a column; -1 for no call."""
    first, second = samples.alleles[:, m].astype(np.int64).T
    key: IntArray = ((first * size + second) * 2 + samples.partial[:, m]) * len(SEXES) + sexes
    return np.where(first < 0, -1, level_of * (size * size * 2 * len(SEXES)) + key)


def columns_of_persons(
    columns: Columns, members: Sequence[Sequence[int]], sexes: Sequence[Sex]
) -> Columns:
    """Return the columns of persons of one or more samples, which are replicates.

    ``members`` are rows of ``columns.of``; ``sexes`` are what the samples of each agree on.
    """
    first = np.array([rows[0] for rows in members], np.int64)
    several = [n for n, rows in enumerate(members) if len(rows) > 1]
    of = columns.of[first]
    shown, bounds, every = [], [0], []
    for m, singles in enumerate(columns.seen):
        number: dict[Seen, int] = {seen: n + 1 for n, seen in enumerate(singles)}
        linked = any(seen.sex is not Sex.UNKNOWN for seen in singles)
        for n in several:
            own = [singles[c - 1] for c in columns.of[list(members[n]), m].tolist() if c]
            if own:
                calls = tuple(call for seen in own for call in seen.calls)
                together = Seen(calls, sexes[n] if linked else Sex.UNKNOWN)
                of[n, m] = number.setdefault(together, len(number) + 1)
            else:
                of[n, m] = 0
        shown.append(np.bincount(of[:, m], minlength=len(number) + 1))
        every.append(tuple(number))
        bounds.append(bounds[-1] + len(number) + 1)
    return Columns(of, np.array(bounds), np.concatenate(shown).astype(np.int64), tuple(every))


def _distinct(
    keys: npt.NDArray[_Number],
) -> tuple[npt.NDArray[_Number], IntArray, IntArray]:
    """Return the different keys in ascending order, the place of each, and how many of each."""
    # As numpy.unique would, without sorting every key: ten times as fast.
    coded = pa.array(keys).dictionary_encode()
    known = coded.dictionary.to_numpy()
    order = np.argsort(known)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    inverse = place[coded.indices.to_numpy()]
    return known[order], inverse, np.bincount(inverse, minlength=len(known))


def _call(key: int, marker: Marker, levels: Array) -> Seen | None:
    if key < 0:
        return None
    size = len(marker.alleles)
    rest, sex = divmod(key, len(SEXES))
    rest, partial = divmod(rest, 2)
    rest, second = divmod(rest, size)
    level, first = divmod(rest, size)
    labels = dict.fromkeys((marker.alleles[first], marker.alleles[second]))
    call = Call(tuple(labels), partial=bool(partial))
    drop_out, drop_in = levels[level]
    return Seen(((call, ErrorRates(float(drop_out), float(drop_in))),), SEXES[sex])


def _entries(columns: Sequence[Seen], marker: Marker, sex: Sex) -> Entries:
    counts, cells, weights = [0], [np.zeros(0, np.int64)], [np.zeros(0)]
    size = len(marker.alleles)
    rest = np.zeros((len(columns) + 1, 2))
    for n, seen in enumerate(columns, start=1):
        cell, weight = _possible(seen, marker, sex)
        if marker.chromosome is not Chromosome.X and len(cell) == size * size:
            cell, weight, rest[n] = _above_the_rest(weight.reshape(size, size))
        cells.append(cell)
        weights.append(weight)
        counts.append(len(cell))
    return Entries(
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.concatenate(cells),
        np.concatenate(weights),
        rest,
        size,
    )


def _above_the_rest(weights: Array) -> tuple[IntArray, Array, tuple[float, float]]:
    """Return the cells that do not weigh as most do, what they weigh above it, and what most do."""
    twice = np.eye(len(weights), dtype=np.bool_)
    rest = []
    for kind in (~twice, twice):
        values, counts = np.unique(weights[kind], return_counts=True)
        rest.append(float(values[counts.argmax()]) if len(values) else 0.0)
    above = (weights - np.where(twice, rest[1], rest[0])).ravel()
    cells = np.flatnonzero(above)
    return cells, above[cells], (rest[0], rest[1])


def _possible(seen: Seen, marker: Marker, sex: Sex) -> tuple[IntArray, Array]:
    """Return cells and weights of what was seen, none where it says nothing of such a person."""
    calls, own = seen
    p = marker.frequencies
    offset = 0
    if marker.chromosome is Chromosome.X:
        taken = own if sex is Sex.UNKNOWN else sex
        if taken is Sex.UNKNOWN or own not in (taken, Sex.UNKNOWN):
            return np.zeros(0, np.int64), np.zeros(0)
        if taken is Sex.MALE:
            weights, population = haploid_weights(calls, marker), p
        else:
            weights, population = diploid_weights(calls, marker), np.outer(p, p)
            offset = len(p) if sex is Sex.UNKNOWN else 0
    else:
        weights, population = diploid_weights(calls, marker), np.outer(p, p)
    expected = float((weights * population).sum())
    if not expected > 0:
        return np.zeros(0, np.int64), np.zeros(0)
    flat = weights.ravel()
    cell = np.flatnonzero(flat)
    return cell + offset, flat[cell] / expected
