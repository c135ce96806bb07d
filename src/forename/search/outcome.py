"""The results of a search: its hits, and the best of each remains and of each missing person."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from forename.genetics.profiles import Sex
from forename.search.among import MISSING, RELATIONS, Relation, relation_shapes
from forename.search.columns import SEXES
from forename.search.job import Job, Pairs, joined, rank_within
from forename.search.missing_twice import sides_of, whole_of
from forename.written_whole import folder_written_whole

_ROWS = 1 << 20  # of a group in a Parquet file, whatever the size of blocks


def write_outcome(job: Job, blocks: Iterable[Pairs], folder: Path) -> None:
    """Write ``hits.parquet``, ``best_of_remains.parquet`` and ``best_of_missing.parquet``.

    Hits are sorted by the missing person's place in the store and by the remains'; the same files
    come out whatever the blocks were.
    """
    if job.wanted.among == MISSING:
        _write_twice(job, blocks, folder)
        return
    if job.wanted.among:
        _write_related(job, blocks, folder)
        return
    names = _Names(job)
    best = _BestOfRemains(job)
    with folder_written_whole(folder, "the results of the search") as made:
        schema = names.table(best.end()).schema
        with (
            pq.ParquetWriter(made / "hits.parquet", schema) as hits,
            pq.ParquetWriter(made / "best_of_missing.parquet", schema) as missing,
        ):
            hit_rows, missing_rows = _Rows(hits), _Rows(missing)
            for pairs in blocks:
                hit_rows.add(names.table(pairs.chosen(pairs.log10_lr >= job.wanted.log10_lr)))
                if not job.wanted.best:
                    continue  # ranking takes longer than all else where every pair is a hit
                # A family is in one block only, so its best are known when the block is.
                rank = rank_within(pairs.family, pairs.remains, pairs.log10_lr)
                missing_rows.add(names.table(_best(pairs, rank, job)))
                best.add(pairs)
            hit_rows.end()
            missing_rows.end()
        pq.write_table(names.table(best.end()), made / "best_of_remains.parquet")


class _BestOfRemains:
    """The best of each remains, sorted by remains, among pairs that come block by block."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.best = Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
        self.waiting: list[Pairs] = []
        self.rows = 0

    def add(self, pairs: Pairs) -> None:
        """Take in the pairs of a block."""
        self.waiting.append(pairs)
        self.rows += len(pairs.family)
        # Sorted in with every block, the best of a million remains would take longer than all else.
        if self.rows > max(_ROWS, len(self.best.family)):
            self.end()

    def end(self) -> Pairs:
        """Return the best of everything that came so far."""
        both = joined([self.best, *self.waiting])
        best = _best(both, rank_within(both.remains, both.family, both.log10_lr), self.job)
        order = np.lexsort((best.family, -best.log10_lr, best.remains))
        self.best, self.waiting, self.rows = best.chosen(order), [], 0
        return self.best


def _write_related(job: Job, blocks: Iterable[Pairs], folder: Path) -> None:
    """Write ``hits.parquet`` of samples among each other: a pair once, a parent before a child."""
    name = job.remains["name"].combine_chunks()
    count = len(name)
    numbers = job.shapes - (len(job.store.shapes) - len(relation_shapes()))
    kinds = pa.array([str(relation) for relation in RELATIONS])
    nobody = Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))

    def table(pairs: Pairs) -> pa.Table:
        sample = job.order[pairs.family] % count
        relation = numbers[pairs.family] // len(SEXES)
        directed = relation == RELATIONS.index(Relation.PARENT)
        own = (pairs.log10_lr >= job.wanted.log10_lr) & np.where(
            directed, sample != pairs.remains, sample < pairs.remains
        )
        return pa.table(
            {
                "sample": name.take(pa.array(sample[own])),
                "relation": kinds.take(pa.array(relation[own])),
                "other": name.take(pa.array(pairs.remains[own])),
                "log10_lr": pairs.log10_lr[own],
            }
        )

    with (
        folder_written_whole(folder, "the results of the search") as made,
        pq.ParquetWriter(made / "hits.parquet", table(nobody).schema) as hits,
    ):
        rows = _Rows(hits)
        for pairs in blocks:
            rows.add(table(pairs))
        rows.end()


def _write_twice(job: Job, blocks: Iterable[Pairs], folder: Path) -> None:
    """Write ``hits.parquet`` of missing persons that may be one, reported by two families."""
    names = job.families["name"].combine_chunks()
    families = job.families["family"].combine_chunks()

    def table(pairs: Pairs) -> pa.Table:
        # The one that was added first stands first, whichever was told through children.
        rows = job.order[pairs.family]
        first, second = np.minimum(rows, pairs.remains), np.maximum(rows, pairs.remains)
        return pa.table(
            {
                "missing_person": names.take(pa.array(first)),
                "family": families.take(pa.array(first)),
                "other": names.take(pa.array(second)),
                "other_family": families.take(pa.array(second)),
                "log10_lr": pairs.log10_lr,
            }
        )

    nobody = Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
    with (
        folder_written_whole(folder, "the results of the search") as made,
        pq.ParquetWriter(made / "hits.parquet", table(nobody).schema) as hits,
    ):
        rows = _Rows(hits)
        for pairs in blocks:
            rows.add(table(pairs))
        rows.end()


def compared_pairs(job: Job) -> tuple[int, int]:
    """Return how many pairs of missing persons of a search are compared, and how many are not.

    Pairs of one family, and of two sexes, are not counted.
    """
    numbers, counts = np.unique(job.shapes, return_counts=True)
    shapes = [job.store.shapes[n] for n in numbers]
    done = others = 0
    for a, one in enumerate(shapes):
        for b, other in enumerate(shapes[: a + 1]):
            if Sex.UNKNOWN not in (one.sex, other.sex) and one.sex is not other.sex:
                continue
            pairs = counts[a] * counts[b] if a != b else counts[a] * (counts[a] - 1) // 2
            each = job.wanted.every_pair and whole_of(one, other)
            if each or sides_of(one, other) or sides_of(other, one):
                done += int(pairs)
            else:
                others += int(pairs)
    return done, others


def best_hits(folder: Path, count: int) -> tuple[int, list[dict[str, Any]]]:
    """Return how many hits a search found, and the first by LR as rows of ``hits.parquet``."""
    table = pq.read_table(folder / "hits.parquet")
    lrs = table["log10_lr"].to_numpy()
    if 0 < count < len(lrs):  # far fewer to be sorted
        least = np.partition(lrs, -count)[-count]
        first = table.take(pa.array(np.flatnonzero(lrs >= least)))
    else:
        first = table
    others = [name for name in table.column_names if name != "log10_lr"]
    order = [("log10_lr", "descending"), *((name, "ascending") for name in reversed(others))]
    return table.num_rows, first.sort_by(order).slice(0, count).to_pylist()


def hits_from(folder: Path, log10_lr: float) -> int:
    """Return how many hits of a search have a log10 LR or more."""
    values = pq.read_table(folder / "hits.parquet", columns=["log10_lr"])["log10_lr"].to_numpy()
    return int((values >= log10_lr).sum())


def _best(pairs: Pairs, rank: np.ndarray, job: Job) -> Pairs:
    which = (rank < job.wanted.best) & (pairs.log10_lr >= job.wanted.best_log10_lr)
    return pairs.chosen(which)


class _Names:
    """The names of pairs' two sides."""

    def __init__(self, job: Job) -> None:
        self.missing = job.families["name"].combine_chunks().take(pa.array(job.order))
        self.remains = job.remains["name"].combine_chunks()

    def table(self, pairs: Pairs) -> pa.Table:
        """Return pairs as they are told."""
        return pa.table(
            {
                "remains": self.remains.take(pa.array(pairs.remains)),
                "missing_person": self.missing.take(pa.array(pairs.family)),
                "log10_lr": pairs.log10_lr,
            }
        )


class _Rows:
    """Rows on their way to a Parquet file, in groups of one size."""

    def __init__(self, writer: pq.ParquetWriter) -> None:
        self.writer = writer
        self.waiting: list[pa.Table] = []
        self.count = 0

    def add(self, table: pa.Table) -> None:
        """Take some rows."""
        self.waiting.append(table)
        self.count += table.num_rows
        if self.count >= _ROWS:
            joined = pa.concat_tables(self.waiting)
            whole = self.count - self.count % _ROWS
            self.writer.write_table(joined.slice(0, whole), row_group_size=_ROWS)
            self.waiting, self.count = [joined.slice(whole)], self.count - whole

    def end(self) -> None:
        """Write what is left."""
        if self.count:
            self.writer.write_table(pa.concat_tables(self.waiting), row_group_size=_ROWS)
