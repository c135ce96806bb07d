"""New families against all remains of a store, at once: the answer of a whole search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from forename.genetics.panel import build_panel
from forename.genetics.problem import Family, Problem, Settings
from forename.search.job import Block, Job, Wanted, search_block, search_of
from forename.search.store import Store, check_parts, recorded, rows_of, seen_profile


class StandingRemains:
    """A store kept open: from the second time on it answers in milliseconds.

    Raises `UnusableInputError` where a part of the store is not what it was.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        check_parts(store)
        self.store = store
        self.settings = settings
        self.remains = rows_of(store, store.remains)
        self._job: Job | None = None  # the last search, with the remains laid out

    def hits(
        self, families: Sequence[Family], wanted: Wanted
    ) -> tuple[list[tuple[str, pa.Table]], tuple[str, ...]]:
        """Return each missing person with the remains by LR: ``remains``, ``log10_lr``.

        They are all at or above the wanted LR, and the best; each LR is the one of a search. Then
        the missing persons of families without a typed relative, of whom nothing can be said.
        Raises `UnusableInputError` where the store holds no remains.
        """
        added = recorded(self.store, Problem((), tuple(families), self.store.frequencies))
        rows = added.families
        if not len(rows):
            return [], added.unsearchable
        job = self._search(added.store, rows, wanted)
        pairs = search_block(job, Block(0, 0, len(rows)))
        ranked = pairs.chosen(np.lexsort((pairs.remains, -pairs.log10_lr)))
        row_of = job.order[ranked.family]
        names = self.remains["name"]
        answers = []
        for row, name in enumerate(rows["name"].to_pylist()):
            own = ranked.chosen(row_of == row)
            best = np.arange(len(own.log10_lr)) < wanted.best
            told = own.chosen(
                (own.log10_lr >= wanted.log10_lr) | (best & (own.log10_lr >= wanted.best_log10_lr))
            )
            table = {"remains": names.take(pa.array(told.remains)), "log10_lr": told.log10_lr}
            answers.append((name, pa.table(table)))
        return answers, added.unsearchable

    def _search(self, store: Store, rows: pa.Table, wanted: Wanted) -> Job:
        """Return the search of all remains among the families of these rows."""
        last = self._job
        # An allele that nobody showed before changes its marker.
        if last is None or (store.labels, store.unseen) != (last.store.labels, last.store.unseen):
            panel = build_panel(store.frequencies, [seen_profile(store)], self.settings)
            job = search_of(store, self.remains, rows, panel, self.settings, wanted)
        else:
            shapes = rows["shape"].to_numpy()
            order = np.argsort(shapes, kind="stable")
            job = replace(
                last, store=store, families=rows, order=order, shapes=shapes[order], wanted=wanted
            )
        self._job = job
        return job
