"""Pedigrees, markers and calls as arrays of numbers, which is what the kernels read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from forename.compiled import compiled
from forename.exceptions import InvalidPedigreeError
from forename.genetics.descent import (
    COUNT,
    FATHER,
    FIRST,
    FREE,
    HAPLOID,
    KIND,
    MOTHER,
    STATES,
    Descent,
    Model,
)
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.merging import MOST_CLASSES, Jump, jump_of
from forename.genetics.observation import ErrorRates, diploid_weights, haploid_weights
from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Call, Profile, Sex

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Genealogy:
    """A pedigree as index arrays; identical twins are one person with one set of profiles."""

    ids: tuple[str, ...]
    index: Mapping[str, int]
    arrays: tuple[Any, ...]  # father, mother, male, inbreeding
    unsexed: frozenset[int]


def genealogy_of(pedigree: Pedigree) -> Genealogy:
    """Return the index arrays of a pedigree, parents before children."""
    # All identical twins of a set name one of them; a pair may name each other. The first in
    # order stands for all.
    first: dict[str, str] = {}
    representative: dict[str, str] = {}
    for i in pedigree.order:
        named = pedigree[i].twin_of or i
        if pedigree[named].twin_of == i:
            named = min(named, i)
        representative[i] = first.setdefault(named, i)
    ids = tuple(i for i in pedigree.order if representative[i] == i)
    place = {i: n for n, i in enumerate(ids)}
    index = {i: place[representative[i]] for i in pedigree.order}
    n = len(ids)
    father, mother = [-1] * n, [-1] * n
    male, known, inbreeding = [False] * n, [False] * n, [0.0] * n
    for i in pedigree.order:
        person = pedigree[i]
        at = index[i]
        if person.sex != Sex.UNKNOWN:
            known[at] = True
            male[at] = person.sex == Sex.MALE
        if person.father is not None and person.mother is not None:
            father[at] = index[person.father]
            mother[at] = index[person.mother]
        inbreeding[at] = person.inbreeding
    for parents, is_male in ((father, True), (mother, False)):
        for parent in parents:
            if parent >= 0:
                male[parent] = is_male
                known[parent] = True
    arrays = (
        np.array(father, np.int64),
        np.array(mother, np.int64),
        np.array(male, np.bool_),
        np.array(inbreeding, np.float64),
    )
    return Genealogy(ids, index, arrays, frozenset(i for i in range(n) if not known[i]))


@lru_cache(maxsize=256)
def compile_markers(markers: tuple[Marker, ...]) -> tuple[Any, ...]:
    """Lay the markers' numbers out in flat arrays, once for each tuple of markers."""
    sizes = np.array([len(m.alleles) for m in markers], np.int64)
    mutates = np.array(
        [m.mutation_male is not None or m.mutation_female is not None for m in markers], np.bool_
    )
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    squares = np.where(mutates, sizes * sizes, 0)
    matrix_offsets = np.concatenate([[0], np.cumsum(squares)]).astype(np.int64)
    # Fathers, mothers, and both transposed.
    matrices = np.empty((4, int(matrix_offsets[-1]) + 1))
    for m, marker in enumerate(markers):
        if not mutates[m]:
            continue
        place = slice(matrix_offsets[m], matrix_offsets[m + 1])
        same = np.eye(len(marker.alleles))
        for row, matrix in enumerate((marker.mutation_male, marker.mutation_female)):
            full = same if matrix is None else matrix
            matrices[row, place] = full.ravel()
            matrices[row + 2, place] = full.T.ravel()
    jumps = [jump_of(m) for m in markers]
    flat = np.zeros((2 + MOST_CLASSES, int(offsets[-1])))  # jumps of both sexes, directions
    stays = np.ones((2, len(markers)))
    merging = np.zeros((5, len(markers)), np.int64)
    for m, jump in enumerate(jumps):
        place = slice(offsets[m], offsets[m + 1])
        flat[0, place], flat[1, place] = jump.male, jump.female
        flat[2 : 2 + len(jump.directions), place] = jump.directions
        stays[:, m] = jump.stay
        merging[:, m] = (
            jump.merges,
            jump.apart,
            jump.male_class,
            jump.female_class,
            len(jump.directions),
        )
    frequencies = np.concatenate([m.frequencies / m.frequencies.sum() for m in markers] or [[]])
    linked = np.array([m.chromosome == Chromosome.X for m in markers], np.bool_)
    return (
        sizes,
        offsets,
        frequencies,
        matrix_offsets,
        matrices,
        mutates,
        linked,
        flat,
        stays,
        merging,
    )


@lru_cache(maxsize=4096)
def _allele_numbers(marker: Marker) -> Mapping[str, int]:
    """Return the numbers of a marker's alleles, of none where one of them is never seen."""
    if marker.silent_allele is not None:
        return {}
    return {label: n for n, label in enumerate(marker.alleles)}


_EXACT = ErrorRates()


def _genotype(call: Call, numbers: Mapping[str, int]) -> tuple[int, int] | None:
    """Return the alleles of a genotype that is known but for their order.

    None where the call is not of one or two of the numbered alleles, or leaves one unknown.
    """
    labels = call.alleles
    if len(labels) > 2 or call.partial:
        return None
    try:
        return numbers[labels[0]], numbers[labels[-1]]
    except KeyError:
        return None


def call_states(
    replicates: Sequence[tuple[Call, ErrorRates]], marker: Marker, haploid: bool, record: str
) -> list[tuple[int, int, float]]:
    """Return the ordered genotypes (paternal, maternal, weight) that calls leave possible.

    The weight is P(calls | genotype) > 0. A haploid genotype has its allele in both places.
    """
    if len(replicates) == 1 and replicates[0][1] == _EXACT and not haploid:
        genotype = _genotype(replicates[0][0], _allele_numbers(marker))
        if genotype is not None:
            a, b = genotype
            return [(a, b, 1.0)] if a == b else [(a, b, 1.0), (b, a, 1.0)]
    if haploid:
        vector = haploid_weights(replicates, marker, record)
        return [(int(a), int(a), float(vector[a])) for a in np.flatnonzero(vector)]
    weights = diploid_weights(replicates, marker, record)
    return [(int(a), int(b), float(weights[a, b])) for a, b in np.argwhere(weights > 0)]


def encode_states(
    genealogy: Genealogy,
    profiles: Mapping[str, tuple[Profile, ...]],
    markers: Sequence[Marker],
    rates: ErrorRates,
) -> tuple[Any, ...]:
    """Return (kind, first, count, paternal, maternal, weight): typed persons' states.

    The first three have shape (markers, persons); the rest are flat.
    """
    n = len(genealogy.ids)
    male = genealogy.arrays[2]
    linked = [marker.chromosome == Chromosome.X for marker in markers]
    if genealogy.unsexed and any(linked):
        name, at = markers[linked.index(True)].name, min(genealogy.unsexed)
        raise InvalidPedigreeError(
            f"marker {name} is X-linked: the sex of {genealogy.ids[at]} must be known"
        )
    typed: dict[int, list[tuple[Profile, ErrorRates]]] = {}
    for member, own in profiles.items():
        if own:
            typed.setdefault(genealogy.index[member], []).extend((p, rates.of(p)) for p in own)
    cells: list[int] = []
    firsts: list[int] = []
    paternal: list[int] = []
    maternal: list[int] = []
    weights: list[tuple[int, float]] = []  # where they are not one
    numbers = [(marker.name, _allele_numbers(marker)) for marker in markers]
    for i, samples in typed.items():
        exact = len(samples) == 1 and samples[0][1] == _EXACT
        only = samples[0][0].calls if exact else {}
        man = bool(male[i])
        for m, (name, of_marker) in enumerate(numbers):
            haploid = man and linked[m]
            call = only.get(name)
            known = None if call is None or haploid else _genotype(call, of_marker)
            if known is not None:
                a, b = known
                cells.append(m * n + i)
                firsts.append(len(paternal))
                paternal.append(a)
                maternal.append(b)
                if a != b:
                    paternal.append(b)
                    maternal.append(a)
                continue
            replicates = [(p.calls[name], own) for p, own in samples if name in p.calls]
            if not replicates:
                continue
            cells.append(m * n + i)
            firsts.append(len(paternal))
            for a, b, w in call_states(replicates, markers[m], haploid, samples[0][0].sample):
                weights.append((len(paternal), w))
                paternal.append(a)
                maternal.append(b)
    kind = np.full((len(markers), n), FREE)
    first = np.zeros((len(markers), n), np.int64)
    count = np.zeros((len(markers), n), np.int64)
    if cells:
        places, begins = np.array(cells), np.array([*firsts, len(paternal)])
        kind.reshape(-1)[places] = STATES
        first.reshape(-1)[places] = begins[:-1]
        count.reshape(-1)[places] = np.diff(begins)
    weight = np.ones(len(paternal))
    for state, w in weights:
        weight[state] = w
    alleles = np.array(paternal, np.int64), np.array(maternal, np.int64)
    return kind, first, count, *alleles, weight


@compiled
def marker_model(arrays: Any, m: Any, theta: Any) -> Any:
    """Return marker m of compiled markers as a `Model`."""
    sizes, offsets, frequencies, matrix_offsets, matrices, mutates = arrays[:6]
    k = sizes[m]
    rows = k if mutates[m] else 0
    lo = matrix_offsets[m]
    hi = lo + rows * rows
    return Model(
        frequencies[offsets[m] : offsets[m] + k],
        matrices[0, lo:hi].reshape((rows, rows)),
        matrices[1, lo:hi].reshape((rows, rows)),
        matrices[2, lo:hi].reshape((rows, rows)),
        matrices[3, lo:hi].reshape((rows, rows)),
        mutates[m],
        theta,
    )


@compiled
def marker_jump(arrays: Any, m: Any) -> Any:
    """Return how marker m of compiled markers may be merged."""
    flat, stays, merging = arrays[7:]
    lo = arrays[1][m]
    hi = lo + arrays[0][m]
    return Jump(
        merging[0, m] == 1,
        merging[1, m],
        flat[0, lo:hi],
        flat[1, lo:hi],
        stays[:, m],
        flat[2 : 2 + merging[4, m], lo:hi],
        merging[2, m],
        merging[3, m],
    )


@compiled
def marker_descent(genealogy: Any, states: Any, m: Any, linked: Any) -> Any:
    """Return the pedigree at marker m, with its states gathered in arrays of their own."""
    father, mother, male, inbreeding = genealogy
    kind, first, count, paternal, maternal, weight = states
    n = len(father)
    of = np.empty((6, n), np.int64)
    total = 0
    for i in range(n):
        of[FATHER, i] = father[i]
        of[MOTHER, i] = mother[i]
        of[HAPLOID, i] = 1 if linked and male[i] else 0
        of[KIND, i] = kind[m, i]
        of[FIRST, i] = total
        of[COUNT, i] = count[m, i]
        total += count[m, i]
    alleles = np.empty((2, total), np.int64)
    own_weight = np.empty(total)
    for i in range(n):
        for s in range(count[m, i]):
            at = of[FIRST, i] + s
            alleles[0, at] = paternal[first[m, i] + s]
            alleles[1, at] = maternal[first[m, i] + s]
            own_weight[at] = weight[first[m, i] + s]
    return Descent(of, inbreeding, alleles, own_weight)
