"""Merging alleles that nobody shows into few classes, where that is exact.

A mutation that does not depend on the allele it starts from, M = (1 - sum u) I + 1 u', is a
*jump*: no mutation (u = 0), equal (u constant) and proportional (u in proportion to p) are. Seen
from the alleles that anyone shows, all others then behave alike, and become one class (Kemeny and
Snell 1960, strong lumpability). Within the class the probability of an allele that a person may
have is a mixture of p and u: with a class for each, the alleles are told apart again at the end.
``docs/methods/conditional-table.md`` has the proof.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.genetics.alike_alleles import alike_alleles, merge_states, unmentioned_alleles
from forename.genetics.descent import Model
from forename.genetics.factor_tables import copy, fill
from forename.genetics.markers import Array, Marker
from forename.intrinsics import borrowed, keep

MOST_CLASSES = 3
# Two numbers that differ by no more are one number, rounded differently.
_RELATIVE = 1e-14


class Jump(NamedTuple):
    """How a marker's alleles may be merged.

    ``merges`` tells whether they may; ``apart`` is an allele that is never merged (a silent one),
    or -1; ``male`` and ``female``, shape (k,), are the probabilities u of a jump to each allele;
    ``stay`` holds (1 - sum u) for fathers and for mothers. ``directions``, shape (classes, k),
    are p and what else the classes are made of; ``male_class`` and ``female_class`` say which of
    them u follows.
    """

    merges: Any
    apart: Any
    male: Any
    female: Any
    stay: Any
    directions: Any
    male_class: Any
    female_class: Any


def jump_of(marker: Marker) -> Jump:
    """Return how the alleles of a marker may be merged."""
    k = len(marker.alleles)
    apart = -1 if marker.silent_allele is None else marker.alleles.index(marker.silent_allele)
    p = marker.frequencies / marker.frequencies.sum()
    directions = [p]
    classes = []
    found = [
        (np.zeros(k), 1.0) if matrix is None else _jump_vector(matrix, apart)
        for matrix in (marker.mutation_male, marker.mutation_female)
    ]
    jumps = [f for f in found if f is not None]
    if len(jumps) < len(found):
        nothing = np.zeros(k)
        return Jump(False, apart, nothing, nothing, np.ones(2), p[None, :].copy(), 0, 0)
    for jump, _ in jumps:
        place = next((n for n, d in enumerate(directions) if _follows(jump, d, apart)), -1)
        if place < 0:
            place = len(directions)
            directions.append(jump)
        classes.append(place)
    (male, male_stays), (female, female_stays) = jumps
    stay = np.array([male_stays, female_stays])
    return Jump(True, apart, male, female, stay, np.array(directions), classes[0], classes[1])


def _jump_vector(matrix: Array, apart: int) -> tuple[Array, float] | None:
    """Return u and 1 - sum u of a matrix, leaving out an allele apart; None where it is no jump."""
    others = [a for a in range(len(matrix)) if a != apart]
    if len(others) < 3:  # too few to tell, and nothing to gain
        return None
    if apart >= 0 and (matrix[apart, others].any() or matrix[others, apart].any()):
        return None
    jump = np.zeros(len(matrix))
    for g in others:
        column = [float(matrix[a, g]) for a in others if a != g]
        if max(column) - min(column) > _RELATIVE * max(column):
            return None
        jump[g] = column[0]
    diagonal = np.diagonal(matrix)[others]
    stay = diagonal - jump[others]
    if stay.max() - stay.min() > _RELATIVE * diagonal.min():
        return None
    return jump, float(stay[0])


def _follows(jump: Array, direction: Array, apart: int) -> bool:
    """Tell whether u is zero or in proportion to a direction."""
    others = np.arange(len(jump)) != apart
    if not jump.any():
        return True
    if not direction[others].all():
        return False
    ratios = jump[others] / direction[others]
    return bool(ratios.max() - ratios.min() <= _RELATIVE * ratios.max())


class Merged(NamedTuple):
    """How merged alleles are told apart.

    ``place``, shape (k,), is an allele's own class or -1; ``shares``, shape (classes, k), is what
    each allele has of the rest classes, which begin at ``first``.
    """

    place: Any
    shares: Any
    first: Any


@compiled
def merge_alleles(descent: Any, model: Any, jump: Any, classes: Any) -> Any:
    """Merge the alleles that nobody's calls tell apart into one class, or one for each direction.

    ``classes`` is 1 where only the likelihood is wanted, else the number of directions. Returns
    (descent, model, merged), the first two as they were where nothing can be gained.
    """
    k = len(model.frequencies)
    alike = alike_alleles(descent, k) if classes == 1 else unmentioned_alleles(descent, k)
    if jump.apart >= 0:
        alike[jump.apart] = False
    place = np.full(k, -1)
    for a in range(k):
        if not alike[a]:
            place[a] = 0
    first = np.int64(0)
    for a in range(k):
        if place[a] == 0:
            place[a] = first
            first += 1
    shares = np.zeros((classes, k))
    if not jump.merges or k - first <= classes:
        for a in range(k):
            place[a] = a
        return descent, model, Merged(place, shares, np.int64(k))
    for j in range(classes):
        total = 0.0
        for a in range(k):
            if place[a] < 0:
                total += jump.directions[j, a]
        if total > 0.0:
            for a in range(k):
                if place[a] < 0:
                    shares[j, a] = jump.directions[j, a] / total
    frequencies = np.zeros(first + classes)
    for a in range(k):
        frequencies[place[a] if place[a] >= 0 else first] += model.frequencies[a]
    rows = first + classes if model.mutates else 0
    male = np.zeros((rows, rows))
    female = np.zeros((rows, rows))
    if model.mutates:
        own = jump.male_class if classes > 1 else 0
        _merge_matrix(model.male, jump.male, jump.stay[0], place, first, own, male)
        own = jump.female_class if classes > 1 else 0
        _merge_matrix(model.female, jump.female, jump.stay[1], place, first, own, female)
    transposed_male = male.T.copy()
    transposed_female = female.T.copy()
    return (
        merge_states(descent, np.where(alike, first, place), alike),
        Model(
            frequencies,
            male,
            female,
            transposed_male,
            transposed_female,
            model.mutates,
            model.theta,
        ),
        Merged(place, shares, first),
    )


@compiled
def _merge_matrix(
    matrix: Any, jump: Any, stay: Any, place: Any, first: Any, own: Any, out: Any
) -> None:
    """Write the transitions among kept alleles and rest classes; jumps go to class ``own``."""
    k = len(jump)
    rest = 0.0
    for a in range(k):
        if place[a] < 0:
            rest += jump[a]
    for a in range(k):
        if place[a] < 0:
            continue
        for g in range(k):
            to = place[g] if place[g] >= 0 else first + own
            out[place[a], to] += matrix[a, g]
    for j in range(first, len(out)):
        for g in range(k):
            if place[g] >= 0:
                out[j, place[g]] = jump[g]
        out[j, first + own] += rest
        out[j, j] += stay


@compiled
def expand(table_: Any, merged_: Any, alleles: Any, out_: Any) -> None:
    """Tell merged alleles apart in a target's table; ``out`` has k cells a row, or k alone."""
    table, merged, out = borrowed(table_), borrowed(merged_), borrowed(out_)
    k = len(merged.place)
    if len(out) == k:
        for a in range(k):
            out[a] = _row_of(table, merged, a)
        return
    own = np.empty((alleles, k))
    half = borrowed(own)
    for c in range(alleles):
        row = table[c * alleles : (c + 1) * alleles]
        for b in range(k):
            half[c, b] = _row_of(row, merged, b)
    for a in range(k):
        row = out[a * k : (a + 1) * k]
        if merged.place[a] >= 0:
            copy(half[merged.place[a]], row)
            continue
        fill(row, 0.0)
        for j in range(len(merged.shares)):
            share = merged.shares[j, a]
            if share > 0.0:
                for b in range(k):
                    row[b] += share * half[merged.first + j, b]
    keep(own)


@compiled
def _row_of(row: Any, merged: Any, a: Any) -> Any:
    """Return the value of allele a in a row over classes."""
    if merged.place[a] >= 0:
        return row[merged.place[a]]
    value = 0.0
    for j in range(len(merged.shares)):
        value += merged.shares[j, a] * row[merged.first + j]
    return value
