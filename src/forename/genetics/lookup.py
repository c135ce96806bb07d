"""Remains laid out so that one family's tables are looked up for all of them in one step.

Every genotype that somebody's calls leave possible is an entry: which cell of the answer it counts
for, where the families' tables hold it, and P(calls | genotype). An LR is then a gather and a sum.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forename.genetics.encoding import IntArray
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.placement_search import candidate_states
from forename.genetics.profiles import Profile, Sex


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """All remains' possible genotypes, and the population probability of what was seen.

    ``called``, whether there is a usable call, and ``log10_population`` have shape (remains,
    markers). Of each possible genotype, ``cell`` is its place in these two, ``place`` its place in
    the markers' genotype tables laid end to end, and ``weight`` P(calls | genotype). The table of
    marker m lies between ``bounds[m]`` and ``bounds[m + 1]``.
    """

    called: np.ndarray
    log10_population: Array
    cell: IntArray
    place: IntArray
    weight: Array
    bounds: IntArray

    def log10_lr(self, tables: Mapping[int, Array]) -> Array:
        """Return log10 of P(calls | table) / P(calls | population), 0 without a call.

        ``tables`` are P(genotype) at some markers, by number, as `genotype_tables` returns them;
        at the other markers every call is impossible.
        """
        flat = np.zeros(self.bounds[-1])
        for m, table in tables.items():
            flat[self.bounds[m] : self.bounds[m + 1]] = table.ravel()
        above = _sums(self.cell, self.weight * flat[self.place], self.called.shape)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.log10(above) - self.log10_population
        return np.where(self.called, ratio, 0.0)


def observe(
    remains: Sequence[tuple[Profile, ...]],
    sexes: Sequence[Sex],
    markers: Sequence[Marker],
    rates: ErrorRates,
) -> Mapping[Sex, Observed]:
    """Return what is seen of the remains as women and as men.

    ``remains`` are replicates of one person each. On X, those of the other sex have no call;
    other markers do not depend on the sex.
    """
    women = _observed_as(Sex.FEMALE, remains, sexes, markers, rates)
    linked = any(marker.chromosome == Chromosome.X for marker in markers)
    men = _observed_as(Sex.MALE, remains, sexes, markers, rates) if linked else women
    return {Sex.FEMALE: women, Sex.MALE: men}


def _observed_as(
    sex: Sex,
    remains: Sequence[tuple[Profile, ...]],
    sexes: Sequence[Sex],
    markers: Sequence[Marker],
    rates: ErrorRates,
) -> Observed:
    shape = (len(remains), len(markers))
    called = np.zeros(shape, np.bool_)
    fitting = [
        own if known in (sex, Sex.UNKNOWN) else ()
        for own, known in zip(remains, sexes, strict=True)
    ]
    # Each list begins with an empty array: there may be no marker.
    cells, places = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    weights, products = [np.zeros(0)], [np.zeros(0)]
    bounds = [0]
    for m, marker in enumerate(markers):
        linked = marker.chromosome == Chromosome.X
        haploid = linked and sex == Sex.MALE
        (_, count, a, b, weight), _ = candidate_states(
            fitting if linked else remains, marker, haploid, rates
        )
        p, size = marker.frequencies, len(marker.alleles)
        called[:, m] = count > 0
        cells.append(np.repeat(np.arange(len(remains)), count) * len(markers) + m)
        places.append(bounds[m] + (a if haploid else a * size + b))
        weights.append(weight)
        products.append(weight * (p[a] if haploid else p[a] * p[b]))
        bounds.append(bounds[m] + (size if haploid else size**2))
    cell = np.concatenate(cells)
    with np.errstate(divide="ignore"):
        population = np.log10(_sums(cell, np.concatenate(products), shape))
    return Observed(
        called,
        population,
        cell,
        np.concatenate(places),
        np.concatenate(weights),
        np.array(bounds),
    )


def _sums(cell: IntArray, values: Array, shape: tuple[int, ...]) -> Array:
    """Return a table whose cells hold the sums of their values, added in order."""
    sums: Array = np.bincount(cell, values, minlength=math.prod(shape)).astype(np.float64)
    return sums.reshape(shape)
