"""How fast everything is compared with everything: ``python -m benchmarks.search``.

The unit is measured in the same process: pairs of 23 markers a second that one core does with
plain random look-ups from a table in its first-level cache. All times are processor time.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.families import FAMILIES, MARKERS, markers_with
from forename.compiled import compiled
from forename.genetics.markers import Marker
from forename.genetics.pedigrees import Pedigree
from forename.search.classes import aligned, classes_of
from forename.search.columns import Samples, columns_of
from forename.search.families import Families, FamilyRatios, Shape
from forename.search.instructions import Avx2, Avx512, Plain, best_instructions
from forename.search.screen import find_pairs, write_costs, write_logs

REMAINS = 98_304
R_PAIRS_PER_SECOND = 266.0  # dvir::pairwiseLR
MIXTURE = ("parent-child", "both parents", "two siblings", "three generations")


@compiled
def _unit(table: Any, places: Any, out: Any) -> None:
    """Sum a table's entries at 23 places for every row."""
    for r in range(len(places)):
        total = np.float32(0.0)
        for m in range(23):
            total += table[places[r, m]]
        out[r] = total


def least(run: Callable[[], object], times: int = 5) -> float:
    """Return the least processor time of some runs, in seconds, after one that warms up."""
    run()
    spent = []
    for _ in range(times):
        begin = time.process_time()
        run()
        spent.append(time.process_time() - begin)
    return min(spent)


def people(
    name: str, count: int, markers: tuple[Marker, ...], rng: np.random.Generator
) -> tuple[Families, np.ndarray]:
    """Return families of one shape who inherit without mutation, and their missing persons."""
    persons, typed = FAMILIES[name]
    pedigree = Pedigree(persons)
    genes: dict[str, np.ndarray] = {}
    for i in pedigree.order:
        person = pedigree[i]
        if person.father is None or person.mother is None:
            drawn = [rng.choice(len(m.alleles), (count, 2), p=m.frequencies) for m in markers]
            genes[i] = np.stack(drawn, axis=1)
        else:
            chance = rng.random((2, count, len(markers))) < 0.5
            parents = (genes[person.father], genes[person.mother])
            passed = [
                np.where(c, p[..., 0], p[..., 1]) for c, p in zip(chance, parents, strict=True)
            ]
            genes[i] = np.stack(passed, axis=2)
    alleles = np.sort(np.stack([genes[i] for i in typed], axis=1), axis=-1)
    samples = alleles.reshape(-1, len(markers), 2).astype(np.int16)
    shape = Shape(tuple(persons), "MP", tuple(typed))
    return Families(shape, _samples(samples, None)), np.sort(genes["MP"], axis=-1).astype(np.int16)


def _samples(alleles: np.ndarray, partial: np.ndarray | None) -> Samples:
    count, markers = alleles.shape[:2]
    if partial is None:
        partial = np.zeros((count, markers), np.bool_)
    return Samples(alleles, partial, np.zeros((count, 2)), np.zeros(count, np.int8))


def remains_of(
    missing: np.ndarray, markers: tuple[Marker, ...], rng: np.random.Generator
) -> Samples:
    """Return remains: one pair in 10,000 is true, a fifth is degraded."""
    drawn = [
        np.sort(rng.choice(len(m.alleles), (REMAINS, 2), p=m.frequencies), axis=1) for m in markers
    ]
    alleles = np.stack(drawn, axis=1).astype(np.int16)
    true = REMAINS * len(missing) // 10_000
    alleles[rng.permutation(REMAINS)[:true]] = missing[np.arange(true) % len(missing)]
    degraded = (rng.random(REMAINS) < 0.2)[:, None]
    alleles[(rng.random(alleles.shape[:2]) < 0.5) & degraded] = -1
    partial = (rng.random(alleles.shape[:2]) < 0.05) & degraded & (alleles[..., 0] >= 0)
    alleles[..., 1] = np.where(partial, alleles[..., 0], alleles[..., 1])
    return _samples(alleles, partial)


def main(count: int = 256) -> None:
    """Print the table."""
    rng = np.random.default_rng(5)
    markers = markers_with("equal:0.001")
    groups = [people(name, count // 4, markers, rng) for name in MIXTURE]
    remains = remains_of(np.concatenate([m for _, m in groups]), markers, rng)
    columns = columns_of(remains, markers)
    of = FamilyRatios(columns, markers)
    ratios = np.concatenate([of.of(families) for families, _ in groups])
    logs = np.empty(ratios.shape, np.float32)
    write_logs(ratios, logs)

    out = np.zeros(REMAINS, np.float32)
    table = rng.normal(size=4602).astype(np.float32)
    places = rng.integers(0, 4602, (REMAINS, MARKERS)).astype(np.uint16)
    unit = 10 * REMAINS / least(lambda: [_unit(table, places, out) for _ in range(10)])
    pairs, bounds = count * REMAINS, columns.bounds
    print(f"{REMAINS:,} remains, {count} families, {MARKERS} markers, {bounds[-1]:,} columns")
    print(
        f"the unit: {unit / 1e6:.0f} million pairs a second; R: {R_PAIRS_PER_SECOND:.0f} a second"
    )

    def row(what: str, seconds: float, done: int, more: str = "") -> None:
        rate = done / seconds
        print(f"{what:36s} {rate / 1e6:8,.0f} M/s {rate / unit:8.2f} x the unit  {more}")

    everywhere = (columns.of + bounds[:-1]).astype(np.uint16)
    row("every LR, written", least(lambda: [_unit(x, everywhere, out) for x in logs], 3), pairs)
    begins = bounds[:-1] + (columns.shown[bounds[:-1]] == 0)
    ways = [Avx512(), Avx2(), Plain()]
    for way in ways[ways.index(best_instructions()) :]:
        classes = classes_of(columns, way, logs[:: max(1, count // 64)])
        step = 8 if isinstance(way, Plain) else 1  # families of all shapes
        own = np.ascontiguousarray(ratios[::step])
        for level in (6.0, 4.0, 2.0, 0.0):
            costs = aligned((len(own), len(markers), way.classes))
            few = np.ascontiguousarray(logs[::step])
            reach = write_costs(few, begins, bounds[1:], classes.of, level, costs)
            screen = partial(
                find_pairs, way, classes.tiles, costs, reach, own, bounds, columns.of, level
            )
            found, _, opened = screen()
            row(
                f"{type(way).__name__}, log10 LR of {level:.0f} and more",
                least(screen, 3),
                len(own) * REMAINS,
                f"{len(found):,} found, {opened:,} computed",
            )
    ready = least(lambda: [of.of(families) for families, _ in groups], 3)
    print(f"ratios of a family: {ready / count * 1e6:.0f} us", end=", ")
    print(f"logarithms {least(lambda: write_logs(ratios, logs)) / count * 1e6:.0f} us")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
