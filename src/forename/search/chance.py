"""How many unrelated remains will reach a level by chance, before anything is searched.

For each family people are drawn: unrelated ones, the missing person, and between; weights make of
them a sample of unrelated people that is dense where LRs are large
(``docs/methods/chance-matches.md``).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from forename.genetics.markers import Array
from forename.search.families import FamilyRatios
from forename.search.job import Block, Job, blocks_of
from forename.search.outcomes import Outcomes, draw, outcomes_like
from forename.written_whole import write_whole

LEVELS = (0.0, 2.0, 4.0, 6.0, 8.0)  # log10 LR
GRID = np.arange(201) / 10  # log10 LR at which sums over families are kept
_TILTS = (0.0, 0.5, 1.0)
_TOGETHER = 64  # families that a thread takes; no result depends on it


@dataclass(frozen=True, slots=True)
class Drawing:
    """``draws`` people for each family, by the ``seed``: the same two, the same digits."""

    draws: int = 1000
    seed: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class ChanceMatches:
    """Expected numbers of unrelated remains at or above levels, with their standard errors.

    ``of_family`` and ``family_error``, shape (missing persons, `LEVELS`), in the job's order;
    ``total`` and ``total_error``, shape (`GRID`,), for the whole search.
    """

    of_family: Array
    family_error: Array
    total: Array
    total_error: Array

    def at(self, log10_lr: float) -> tuple[float, float]:
        """Return the whole search's expected number at a level, and its standard error.

        Between two levels of `GRID` it is that of the lower, which is not less.
        """
        place = int(np.searchsorted(GRID, log10_lr + 1e-9, side="right")) - 1
        place = min(max(place, 0), len(GRID) - 1)
        return float(self.total[place]), float(self.total_error[place])

    def level_within(self, budget: float) -> float | None:
        """Return the least log10 LR of `GRID` that keeps the search within a budget, or None."""
        within = np.flatnonzero(self.total <= budget)
        return float(GRID[within[0]]) if len(within) else None


def expected_chance_matches(
    job: Job,
    drawing: Drawing,
    threads: int,
    tell: Callable[[int, int], None] | None = None,
) -> ChanceMatches:
    """Return the chance matches to expect of a search, family by family and in all.

    ``tell`` hears the families done and all. All remains are taken as unrelated to all families.
    """
    outcomes = outcomes_like(job.columns, job.markers)
    ratios = FamilyRatios(outcomes.columns, job.markers)
    blocks = blocks_of(job, _TOGETHER)
    done: list[tuple[Array, Array]] = []
    totals = np.zeros((2, len(GRID)))
    places = np.searchsorted(GRID, LEVELS)

    def of(block: Block) -> tuple[Array, Array]:
        return _of_block(job, block, outcomes, ratios, drawing)

    _ = [ratios.of(part) for _, part in job.runs(Block(0, 0, 1))]  # entries before threads begin
    with ThreadPoolExecutor(threads) as pool:
        for block, (mean, variance) in zip(blocks, pool.map(of, blocks), strict=True):
            totals += mean.sum(axis=0), variance.sum(axis=0)
            done.append((mean[:, places], np.sqrt(variance[:, places])))
            if tell is not None:
                tell(block.end, len(job.order))
    return ChanceMatches(
        np.concatenate([mean for mean, _ in done]),
        np.concatenate([error for _, error in done]),
        totals[0],
        np.sqrt(totals[1]),
    )


def _of_block(
    job: Job, block: Block, outcomes: Outcomes, ratios: FamilyRatios, drawing: Drawing
) -> tuple[Array, Array]:
    """Return expected numbers and their variances, shapes (families, `GRID`)."""
    found = []
    for begin, families in job.runs(block):
        for n, own in enumerate(ratios.of(families)):
            rng = np.random.default_rng([drawing.seed, int(job.order[begin + n])])
            found.append(tail_of_unrelated(outcomes, own, drawing.draws, rng))
    both = np.array(found) * len(job.columns.of)
    return both[:, 0], both[:, 1] ** 2


def tail_of_unrelated(
    outcomes: Outcomes, ratios: Array, draws: int, rng: np.random.Generator
) -> Array:
    """Return P(LR >= level | unrelated) and its standard error at the levels of `GRID`.

    The shape is (2, levels). ``ratios`` are one family's, for every outcome.
    """
    drawn = draw(outcomes, ratios, _TILTS, -(-draws // len(_TILTS)), rng)
    weight = drawn.weight.ravel()
    reached = np.searchsorted(GRID, drawn.log10_lr.ravel() + 1e-9, side="right")
    sums = [np.bincount(reached, w, len(GRID) + 1) for w in (weight, weight**2)]
    mean, square = (np.cumsum(s[::-1])[::-1][1:] / len(weight) for s in sums)
    return np.array([mean, np.sqrt(np.maximum(square - mean**2, 0.0) / (len(weight) - 1))])


def write_chance_matches(job: Job, expected: ChanceMatches, folder: Path) -> None:
    """Write ``chance_matches.parquet`` to a folder: a row for each missing person.

    ``expected_from_4`` is the expected number of unrelated remains with log10 LR 4 or more, and
    ``error_from_4`` its standard error.
    """
    own = {"missing_person": job.families["name"].combine_chunks().take(pa.array(job.order))}
    for n, level in enumerate(LEVELS):
        own[f"expected_from_{level:g}"] = pa.array(expected.of_family[:, n])
        own[f"error_from_{level:g}"] = pa.array(expected.family_error[:, n])
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(own), sink)
    write_whole(folder / "chance_matches.parquet", sink.getvalue().to_pybytes())
