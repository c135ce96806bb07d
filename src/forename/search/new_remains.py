"""New remains against all families of a store, at once (``docs/methods/new-remains.md``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from forename.genetics.encoding import IntArray
from forename.genetics.markers import Array, Chromosome
from forename.genetics.panel import Panel, build_panel
from forename.genetics.problem import Settings
from forename.genetics.profiles import Profile, Sex
from forename.search.bounds import LOG10, LR, Bounds, genotype_number, most, open_bounds
from forename.search.columns import SEXES
from forename.search.job import Block, Job, Pairs, Wanted, joined, search_block, search_of
from forename.search.store import Store, as_if_added, rows_of, seen_profile

_SLACK = 1e-3  # far more than what sums of single-precision logarithms are wrong by
_FIRST = 64  # families of the highest bounds, to look for the best among


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A store kept open, with the bounds of its families: it answers in milliseconds."""

    store: Store
    settings: Settings
    panel: Panel
    families: pa.Table
    bounds: Bounds

    def hits(self, profiles: Sequence[Profile], wanted: Wanted) -> list[pa.Table]:
        """Return, for each new remains, its matches by LR: ``missing_person``, ``log10_lr``.

        They are all at or above the wanted LR, and the best; each LR is the one of a search.
        """
        store, rows = as_if_added(self.store, profiles)
        panel = self.panel
        if (store.labels, store.unseen) != (self.store.labels, self.store.unseen):
            # An allele that nobody showed before.
            panel = build_panel(store.frequencies, [seen_profile(store)], self.settings)
        job = search_of(store, rows, self.families, panel, self.settings, wanted)
        known = {m.name for m in self.panel.markers if _same(m.name, panel, self.panel)}
        limits = [self._limits(job, n, known) for n in range(len(rows))]
        found = _sought(job, [np.argsort(-limit, kind="stable") for limit in limits], limits)
        return [self._answer(found.chosen(found.remains == n), wanted) for n in range(len(rows))]

    def _limits(self, job: Job, remains: int, known: set[str]) -> npt.NDArray[np.float32]:
        """Return log10 LRs that each family, by row, cannot exceed for some remains."""
        total = np.zeros(len(self.families), np.float32)
        for m, marker in enumerate(job.markers):
            column = int(job.columns.of[remains, m])
            if not column:
                continue
            if marker.chromosome is not Chromosome.AUTOSOMAL or marker.name not in known:
                total += max(most(job.ratios.entries(m, sex).of(column)[1]) for sex in SEXES)
                continue
            cells, weights = job.ratios.entries(m, Sex.UNKNOWN).of(column)
            if not len(cells):
                continue
            size, p = len(marker.alleles), marker.frequencies
            first, second = np.divmod(cells, size)
            ordered = first <= second
            numbers = genotype_number(first[ordered], second[ordered], size)
            shares = weights * p[first] * p[second] * np.where(first == second, 1.0, 2.0)
            if len(numbers) == 1:
                total += LOG10[self.bounds.rows(marker.name, int(numbers[0]))]
                continue
            lr = np.zeros(len(total), np.float32)
            for number, share in zip(numbers, shares[ordered], strict=True):
                lr += np.float32(share) * LR[self.bounds.rows(marker.name, int(number))]
            total += np.log10(lr)
        return total

    def _answer(self, pairs: Pairs, wanted: Wanted) -> pa.Table:
        """Return the hits and the best of one remains by LR, then by the family's row."""
        ranked = pairs.chosen(np.lexsort((pairs.family, -pairs.log10_lr)))
        best = np.arange(len(ranked.log10_lr)) < wanted.best
        told = ranked.chosen(
            (ranked.log10_lr >= wanted.log10_lr)
            | (best & (ranked.log10_lr >= wanted.best_log10_lr))
        )
        names = self.families["name"].take(pa.array(told.family))
        return pa.table({"missing_person": names, "log10_lr": told.log10_lr})


def standing(
    store: Store,
    settings: Settings,
    threads: int = 0,
    tell: Callable[[int, int], None] | None = None,
) -> Standing:
    """Return a store ready to answer; ``tell`` hears the families whose bounds had to be made."""
    panel = build_panel(store.frequencies, [seen_profile(store)], settings)
    bounds = open_bounds(store, panel, settings, threads, tell)
    return Standing(store, settings, panel, rows_of(store, store.families), bounds)


def _same(name: str, panel: Panel, other: Panel) -> bool:
    """Tell whether two panels have one marker alike, so that bounds of one hold in the other."""
    (mine,) = (m for m in panel.markers if m.name == name)
    (theirs,) = (m for m in other.markers if m.name == name)
    return mine.alleles == theirs.alleles


def _sought(
    job: Job, orders: Sequence[IntArray], limits: Sequence[npt.NDArray[np.float32]]
) -> Pairs:
    """Return pairs of families' rows and remains with exact LRs: all that can be told, and more.

    ``orders`` are the families by limit, the highest first, for each remains.
    """
    wanted = job.wanted
    ends = [
        max(int((limit >= wanted.log10_lr - _SLACK).sum()), _FIRST if wanted.best else 0)
        for limit in limits
    ]
    done = np.zeros(len(job.families), np.bool_)
    found = Pairs(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0))
    while True:
        asked = np.zeros_like(done)
        for order, end in zip(orders, ends, strict=True):
            asked[order[:end]] = True
        found = joined([found, _computed(job, np.flatnonzero(asked & ~done))])
        done |= asked
        further = [
            _further(job, found.log10_lr[found.remains == n], order, limit, end)
            for n, (order, limit, end) in enumerate(zip(orders, limits, ends, strict=True))
        ]
        if further == ends:
            return found
        ends = further


def _further(
    job: Job, lrs: Array, order: IntArray, limit: npt.NDArray[np.float32], end: int
) -> int:
    """Return how many families to look at: more, where one further down may be among the best."""
    wanted = job.wanted
    if not wanted.best or end >= len(order):
        return end
    best = np.sort(lrs[lrs >= wanted.best_log10_lr])[::-1][: wanted.best]
    least = best[-1] if len(best) == wanted.best else wanted.best_log10_lr
    return 2 * end if limit[order[end]] + _SLACK >= least else end


def _computed(job: Job, rows: IntArray) -> Pairs:
    """Return some families, by their rows, with all remains, and their exact log10 LRs."""
    shapes = job.families["shape"].to_numpy()[rows]
    order = np.argsort(shapes, kind="stable")
    every = replace(job, order=rows[order], shapes=shapes[order], wanted=Wanted(-np.inf, 0))
    pairs = search_block(every, Block(0, 0, len(rows)))
    return Pairs(every.order[pairs.family].astype(np.int32), pairs.remains, pairs.log10_lr)
