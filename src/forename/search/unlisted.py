"""Sums over all pairs of persons and missing persons that are too unlikely to be listed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from forename.compiled import compiled
from forename.genetics.encoding import IntArray
from forename.genetics.markers import Array
from forename.search.job import Block, Job, blocks_of

_BLOCK = 1024  # families whose sums are in memory at a time
_TOGETHER = 32  # families whose weights are in memory at a time where they are not kept
_KEPT = 2**30  # bytes of weights that are kept from one sum to the next
_ABREAST = 8
_SLACK = 1e-3


@compiled
def _weigh(
    ratios: Any, bounds: Any, columns: Any, row_sex: Any, sex_factor: Any, level: Any, weights: Any
) -> None:
    """Write the weight of each pair below a level, 0 of the others: (families, persons).

    ``ratios`` (families, columns) are LRs, ``columns`` (persons, markers) what each person shows,
    ``sex_factor`` (families, sexes) the odds of the prior with the evidence of sex. ``level`` is
    the log10 LR from which on a pair is listed, and not meant here.
    """
    least = 10.0 ** (level - _SLACK)
    for f in range(len(ratios)):
        for r in range(len(columns)):
            lr = 1.0
            for m in range(columns.shape[1]):
                lr *= ratios[f, bounds[m] + columns[r, m]]
            listed = lr >= least and np.log10(lr) >= level
            weights[f, r] = 0.0 if listed else lr * sex_factor[f, row_sex[r]]


@compiled
def _add(
    weights: Any, row_values: Any, family_values: Any, row_sums: Any, family_sums: Any
) -> None:
    """Add weight times value to both sides; values and sums (k, rows) and (k, families)."""
    families, rows = weights.shape
    whole = rows - rows % _ABREAST
    lanes = np.empty(_ABREAST)
    for f in range(families):
        for k in range(len(row_values)):
            value = family_values[k, f]
            lanes[:] = 0.0
            for begin in range(0, whole, _ABREAST):
                for lane in range(_ABREAST):
                    r = begin + lane
                    lanes[lane] += weights[f, r] * row_values[k, r]
                    row_sums[k, r] += weights[f, r] * value
            own = 0.0
            for r in range(whole, rows):
                own += weights[f, r] * row_values[k, r]
                row_sums[k, r] += weights[f, r] * value
            for lane in range(_ABREAST):
                own += lanes[lane]
            family_sums[k, f] += own


class Unlisted:
    """The pairs of a search of persons below ``level``, a log10 LR.

    Their weights are kept from one sum to the next where they fit, and made anew where not.
    """

    def __init__(
        self,
        job: Job,
        vertex: IntArray,
        row_sex: npt.NDArray[np.int8],
        sex_factor: Array,
        level: float,
        threads: int,
    ) -> None:
        """Take the family vertex of each missing person in the job's order, (columns,).

        ``sex_factor`` (columns, sexes) is in the job's order too.
        """
        self.job, self.vertex, self.row_sex = job, vertex, row_sex
        self.sex_factor, self.level, self.threads = sex_factor, level, threads
        keep = len(vertex) * len(row_sex) * np.dtype(np.float64).itemsize <= _KEPT
        self._kept: dict[int, Array] | None = {} if keep else None

    def weighed(self, values: Array) -> Array:
        """Return for each vertex the sum of weight times value over its pairs, (vertices, k)."""
        rows = len(self.row_sex)
        result: Array = np.zeros_like(values)
        blocks = blocks_of(self.job, _BLOCK)
        with ThreadPoolExecutor(max(1, self.threads)) as pool:
            for block, (row_sums, family_sums) in zip(
                blocks, pool.map(lambda block: self._block(block, values), blocks), strict=True
            ):
                result[:rows] += row_sums.T
                np.add.at(result, self.vertex[block.begin : block.end], family_sums.T)
        return result

    def _block(self, block: Block, values: Array) -> tuple[Array, Array]:
        rows = len(self.row_sex)
        row_values = np.ascontiguousarray(values[:rows].T)
        family_values = np.ascontiguousarray(values[self.vertex[block.begin : block.end]].T)
        row_sums, family_sums = np.zeros_like(row_values), np.zeros_like(family_values)
        for begin, weights in self._weights(block):
            own = slice(begin - block.begin, begin - block.begin + len(weights))
            _add(weights, row_values, family_values[:, own], row_sums, family_sums[:, own])
        return row_sums, family_sums

    def _weights(self, block: Block) -> Iterator[tuple[int, Array]]:
        """Yield the weights of a block's families, some at a time, with the place of the first."""
        if self._kept is not None and block.number in self._kept:
            yield block.begin, self._kept[block.number]
            return
        count = _TOGETHER if self._kept is None else block.end - block.begin
        made = np.empty((count, len(self.row_sex)))
        job = self.job
        for begin, families in job.runs(block):
            ratios = job.ratios.of(families)
            for first in range(0, len(families), _TOGETHER):
                some = ratios[first : first + _TOGETHER]
                place = begin + first
                at = 0 if self._kept is None else place - block.begin
                own = made[at : at + len(some)]
                _weigh(
                    some,
                    job.columns.bounds,
                    job.columns.of,
                    self.row_sex,
                    np.ascontiguousarray(self.sex_factor[place : place + len(some)]),
                    self.level,
                    own,
                )
                yield place, own
        if self._kept is not None:
            self._kept[block.number] = made
