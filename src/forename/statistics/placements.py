"""The joint question in plain numbers: which rows (remains) may fill which columns (missing).

A *placement* puts one or more rows into columns of one family. An assignment chooses at most one
placement per family so that no row is used twice; its weight is the product of its placements'
weights and of the prior. Nothing here knows what rows and columns stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forename.exceptions import InvalidSettingError
from forename.statistics.priors import Prior, PriorWeights, default_prior, prior_weights

Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FamilyWeights:
    """Joint weights of a family that misses several persons.

    ``columns`` are its c missing persons; ``placements`` (t, c) holds a row or -1 in each of
    them; ``log_weights`` (t,) are natural log likelihood ratios against "none of the remains
    belongs to this family". What is not listed is impossible, except the empty placement, whose
    weight is 1 whether listed or not.
    """

    columns: tuple[int, ...]
    placements: IntArray
    log_weights: Array


@dataclass(frozen=True, slots=True, eq=False)
class AssignmentProblem:
    """Weights and prior of a joint question with n rows and m columns.

    ``pair_log_weights`` (n, m) are the natural log likelihood ratios of families with one missing
    person, other evidence included; ``-inf`` is impossible. Columns that belong to one of
    ``tables`` must be ``-inf`` there. ``prior`` None takes `default_prior`. Strata label rows and
    columns ("" unknown) for the prior of that name. Raises InvalidSettingError for weights that
    contradict each other.
    """

    pair_log_weights: Array
    tables: tuple[FamilyWeights, ...] = ()
    prior: Prior | None = None
    row_strata: tuple[str, ...] = ()
    column_strata: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        weights = np.asarray(self.pair_log_weights, dtype=float)
        if weights.ndim != 2:
            raise InvalidSettingError("pair_log_weights must have rows and columns")
        if np.isnan(weights).any() or np.isposinf(weights).any():
            raise InvalidSettingError("pair_log_weights must be finite or -inf, never NaN")
        object.__setattr__(self, "pair_log_weights", weights)
        taken: set[int] = set()
        for table in self.tables:
            _check_table(table, *weights.shape)
            if taken & set(table.columns):
                raise InvalidSettingError("a column belongs to two tables")
            taken |= set(table.columns)
            if np.isfinite(weights[:, list(table.columns)]).any():
                raise InvalidSettingError(
                    f"columns {table.columns} have both a table and pair weights"
                )

    @property
    def n_rows(self) -> int:
        """Number of sets of remains."""
        return int(self.pair_log_weights.shape[0])

    @property
    def n_columns(self) -> int:
        """Number of missing persons."""
        return int(self.pair_log_weights.shape[1])

    @property
    def stated_prior(self) -> Prior:
        """The prior in force, stated or default."""
        return self.prior or default_prior(self.n_rows, self.n_columns)

    def prior_weights(self) -> PriorWeights:
        """Return the prior in force, worked out for these rows and columns."""
        return prior_weights(
            self.stated_prior, self.n_rows, self.n_columns, self.row_strata, self.column_strata
        )


def _check_table(table: FamilyWeights, n_rows: int, n_columns: int) -> None:
    columns, placements = table.columns, np.asarray(table.placements)
    if len(set(columns)) != len(columns) or not all(0 <= c < n_columns for c in columns):
        raise InvalidSettingError(f"columns {columns} of a table do not exist or repeat")
    if placements.shape != (len(table.log_weights), len(columns)):
        raise InvalidSettingError(f"placements of columns {columns} do not match their weights")
    if np.isnan(table.log_weights).any() or np.isposinf(table.log_weights).any():
        raise InvalidSettingError(f"log weights of columns {columns} must be finite or -inf")
    if placements.size == 0:
        return
    if placements.min() < -1 or placements.max() >= n_rows:
        raise InvalidSettingError(f"placements of columns {columns} name rows that do not exist")
    ordered = np.sort(placements, axis=1)
    if ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any():
        raise InvalidSettingError(f"a placement of columns {columns} uses a row twice")
    empty = (placements < 0).all(axis=1)
    if (np.abs(np.asarray(table.log_weights)[empty]) > 1e-9).any():
        raise InvalidSettingError(f"the empty placement of columns {columns} must weigh 1")
    if len(np.unique(placements, axis=0)) != len(placements):
        raise InvalidSettingError(f"a placement of columns {columns} is listed twice")


@dataclass(frozen=True, slots=True, eq=False)
class Placements:
    """Every possible nonempty placement of a problem, flat.

    Vertices are the rows 0..n_rows-1 and the families n_rows..n_vertices-1. Placement e joins
    family ``family[e]`` (a vertex) with rows ``rows[start[e]:start[e+1]]``, put in the columns at
    the same positions of ``columns``. ``source`` is -1 for a pair, else the index of its table,
    and ``source_index`` its line there.
    """

    n_rows: int
    n_vertices: int
    family: IntArray
    start: IntArray
    rows: IntArray
    columns: IntArray
    log_weights: Array
    source: IntArray
    source_index: IntArray

    def __len__(self) -> int:
        return len(self.family)

    @property
    def sizes(self) -> IntArray:
        """Number of rows in each placement."""
        return np.diff(self.start)

    @property
    def owner(self) -> IntArray:
        """The placement that each entry of ``rows`` belongs to."""
        return np.repeat(np.arange(len(self)), self.sizes)

    def pairs_of(self, placement: int) -> list[tuple[int, int]]:
        """Return the (row, column) pairs of one placement."""
        part = slice(self.start[placement], self.start[placement + 1])
        return [(int(i), int(j)) for i, j in zip(self.rows[part], self.columns[part], strict=True)]

    def added_over_pairs(self, matrix: Array) -> Array:
        """Return for each placement the sum of ``matrix`` over its (row, column) pairs."""
        values = matrix[self.rows, self.columns]
        sums: Array = np.zeros(len(self))
        np.add.at(sums, self.owner, values)
        return sums

    def select(self, chosen: IntArray) -> Placements:
        """Return some of the placements, in the order given; vertices keep their numbers."""
        sizes = self.start[chosen + 1] - self.start[chosen]
        start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        entries = np.repeat(self.start[:-1][chosen] - start[:-1], sizes) + np.arange(start[-1])
        return Placements(
            self.n_rows,
            self.n_vertices,
            self.family[chosen],
            start,
            self.rows[entries],
            self.columns[entries],
            self.log_weights[chosen],
            self.source[chosen],
            self.source_index[chosen],
        )

    def weighted(self, log_weights: Array) -> Placements:
        """Return the same placements with other weights."""
        return Placements(
            self.n_rows,
            self.n_vertices,
            self.family,
            self.start,
            self.rows,
            self.columns,
            log_weights,
            self.source,
            self.source_index,
        )


def list_placements(problem: AssignmentProblem) -> Placements:
    """List every placement of positive weight, pairs first (by column), then the tables."""
    n_rows, n_columns = problem.n_rows, problem.n_columns
    columns, rows = np.nonzero(np.isfinite(problem.pair_log_weights.T))
    family = [n_rows + columns]
    sizes = [np.ones(len(rows), np.int64)]
    all_rows, all_columns = [rows], [columns]
    weights = [problem.pair_log_weights[rows, columns]]
    source = [np.full(len(rows), -1)]
    source_index = [np.arange(len(rows))]
    for index, table in enumerate(problem.tables):
        placements = np.asarray(table.placements, np.int64)
        table_weights = np.asarray(table.log_weights, float)
        filled = placements >= 0
        kept = np.flatnonzero(np.isfinite(table_weights) & filled.any(axis=1))
        which, place = np.nonzero(filled[kept])
        # A table takes the vertex of its first column: pairs never use that column.
        family.append(np.full(len(kept), n_rows + table.columns[0]))
        sizes.append(filled[kept].sum(axis=1))
        all_rows.append(placements[kept][which, place])
        all_columns.append(np.asarray(table.columns, np.int64)[place])
        weights.append(table_weights[kept])
        source.append(np.full(len(kept), index))
        source_index.append(kept)
    return Placements(
        n_rows,
        n_rows + n_columns,
        np.concatenate(family).astype(np.int64),
        np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64),
        np.concatenate(all_rows).astype(np.int64),
        np.concatenate(all_columns).astype(np.int64),
        np.concatenate(weights),
        np.concatenate(source).astype(np.int64),
        np.concatenate(source_index).astype(np.int64),
    )


def split_components(placements: Placements) -> list[IntArray]:
    """Return the placements of each connected component, in order of the smallest vertex.

    Vertices without any placement belong to no component.
    """
    label = np.arange(placements.n_vertices)
    ends = placements.family[placements.owner]
    while True:
        # Each round gives both ends of a link the smaller label, then follows the labels.
        before = label.copy()
        smaller = np.minimum(label[placements.rows], label[ends])
        np.minimum.at(label, placements.rows, smaller)
        np.minimum.at(label, ends, smaller)
        label = label[label]
        if (label == before).all():
            break
    return _grouped(label[placements.family])


def _grouped(labels: Sequence[int] | IntArray) -> list[IntArray]:
    labels = np.asarray(labels)
    if not len(labels):
        return []
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    return [part.astype(np.int64) for part in np.split(order, cuts)]
