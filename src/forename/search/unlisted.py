"""Sums over all pairs of persons and missing persons that are too unlikely to be listed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from forename.compiled import compiled
from forename.genetics.encoding import IntArray
from forename.genetics.markers import Array
from forename.search.job import Block, Job, blocks_of

_BLOCK = 1024  # families whose sums are in memory at a time
_SLACK = 1e-3


@compiled
def _weigh(
    ratios: Any,
    bounds: Any,
    columns: Any,
    row_sex: Any,
    sex_factor: Any,
    level: Any,
    row_values: Any,
    family_values: Any,
    row_sums: Any,
    family_sums: Any,
) -> None:
    """Add weight times value over the pairs below a level, to both sides.

    ``ratios`` (families, columns) are LRs, ``columns`` (persons, markers) what each person shows,
    ``sex_factor`` (families, sexes) the odds of the prior with the evidence of sex. ``level`` is
    the log10 LR from which on a pair is listed, and not meant here.
    """
    families, values = family_values.shape
    least = 10.0 ** (level - _SLACK)
    own = np.empty(values)
    for f in range(families):
        own[:] = 0.0
        for r in range(len(columns)):
            lr = 1.0
            for m in range(columns.shape[1]):
                lr *= ratios[f, bounds[m] + columns[r, m]]
            if lr >= least and np.log10(lr) >= level:
                continue
            weight = lr * sex_factor[f, row_sex[r]]
            for k in range(values):
                own[k] += weight * row_values[r, k]
                row_sums[r, k] += weight * family_values[f, k]
        for k in range(values):
            family_sums[f, k] += own[k]


class Unlisted:
    """The pairs of a search of persons below ``level``, a log10 LR: nothing of them is kept."""

    def __init__(
        self,
        job: Job,
        vertex: IntArray,
        row_sex: npt.NDArray[np.int8],
        sex_factor: Array,
        level: float,
        threads: int,
        *,
        keep: bool = False,
    ) -> None:
        """Take the family vertex of each missing person in the job's order, (columns,).

        ``sex_factor`` (columns, sexes) is in the job's order too. ``keep`` holds the LRs of
        families against columns in memory, 40 kilobytes each, rather than make them every time.
        """
        self.kept: dict[int, Array] | None = {} if keep else None
        self.job, self.vertex, self.row_sex = job, vertex, row_sex
        self.sex_factor, self.level, self.threads = sex_factor, level, threads

    def weighed(self, values: Array) -> Array:
        """Return for each vertex the sum of weight times value over its pairs, (vertices, k)."""
        rows = len(self.row_sex)
        result: Array = np.zeros_like(values)
        blocks = blocks_of(self.job, _BLOCK)
        with ThreadPoolExecutor(max(1, self.threads)) as pool:
            for block, (row_sums, family_sums) in zip(
                blocks, pool.map(lambda block: self._block(block, values), blocks), strict=True
            ):
                result[:rows] += row_sums
                np.add.at(result, self.vertex[block.begin : block.end], family_sums)
        return result

    def _block(self, block: Block, values: Array) -> tuple[Array, Array]:
        job = self.job
        rows = len(self.row_sex)
        row_values = np.ascontiguousarray(values[:rows])
        row_sums = np.zeros_like(row_values)
        family_sums = np.zeros((block.end - block.begin, values.shape[1]))
        for begin, families in job.runs(block):
            own = slice(begin, begin + len(families))
            ratios = None if self.kept is None else self.kept.get(begin)
            if ratios is None:
                ratios = job.ratios.of(families)
            if self.kept is not None:
                self.kept[begin] = ratios
            _weigh(
                ratios,
                job.columns.bounds,
                job.columns.of,
                self.row_sex,
                np.ascontiguousarray(self.sex_factor[own]),
                self.level,
                row_values,
                np.ascontiguousarray(values[self.vertex[own]]),
                row_sums,
                family_sums[begin - block.begin : begin - block.begin + len(families)],
            )
        return row_sums, family_sums
