"""Is as much found as foretold? ``python -m benchmarks.planted [--families 10000]``.

Simulated families and remains whose truth is known: the true pairs that a search reports are
counted beside what ``power`` foretells, and its false hits beside the expected chance matches.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from forename.genetics.problem import Settings
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import SimulationSettings
from forename.genetics.truth import NOBODY
from forename.search.chance import Drawing, expected_chance_matches
from forename.search.executors import Threads
from forename.search.job import Wanted, prepare
from forename.search.power import Asked, Quality, power_of
from forename.search.run import run_search
from forename.search.store import add_problem

PRESENT = 0.7  # share of the missing who lie among the remains
FALSE_FROM = 2.0  # log10 LR from which false hits are counted: fewer bring too few
# Each misses one person: remains of a missing person's brother are no chance match.
SHAPES = ("mother", "parents", "one sibling", "one child", "half siblings", "three generations")
_SETTINGS = Settings(mutation="equal:0.001")


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of pairs, what was foretold, and the standard error of the difference."""

    found: int
    foretold: float
    error: float

    @property
    def errors_apart(self) -> float:
        """The difference in standard errors."""
        return (self.found - self.foretold) / self.error


def planted(
    folder: Path, families: int, seed: int, log10_lr: float = 4.0
) -> tuple[Counted, Counted]:
    """Simulate, search and foretell; return the true pairs and the false hits.

    As many remains as families: ``PRESENT`` of the missing, the others unrelated, a fifth degraded
    with drop-out. True pairs count from ``log10_lr``, false ones from `FALSE_FROM`.
    """
    made = simulate(
        SimulationSettings(
            families=families,
            shapes=SHAPES,
            present_fraction=PRESENT,
            persons=families,
            extra_samples=0,
            degraded_fraction=0.2,
            allele_drop_out=0.05,
            analysis=_SETTINGS,
        ),
        np.random.default_rng(seed),
    )
    store, _ = add_problem(folder / "store", made.problem)
    job = prepare(store, _SETTINGS, Wanted(min(log10_lr, FALSE_FROM), best=0))
    run_search(job, folder / "out", Threads(2), size=2048)
    hits = pq.read_table(folder / "out" / "hits.parquet")
    person_of = {p: m for m, p in made.truth.missing.items() if p != NOBODY}
    owners = [person_of.get(made.truth.samples[s]) for s in hits["remains"].to_pylist()]
    true = np.array(owners) == np.array(hits["missing_person"].to_pylist())
    found = true & (hits["log10_lr"].to_numpy() >= log10_lr)

    persons = power_of(job, Asked(log10_lr, Quality.STORE, draws=8, today_only=True), 2)
    here = [p.today for p in persons if made.truth.missing[p.name] != NOBODY]
    chance = np.array([figures.found for figures in here])
    spread = (chance * (1 - chance)).sum() + sum(figures.found_error**2 for figures in here)
    expected, error = expected_chance_matches(job, Drawing(), 2).at(FALSE_FROM)
    expected *= 1 - len(here) / families**2  # true pairs are no chance matches
    return (
        Counted(int(found.sum()), float(chance.sum()), float(spread**0.5)),
        Counted(int((~true).sum()), expected, float((expected + error**2) ** 0.5)),
    )


def main() -> None:
    """Print what was found and foretold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        both = planted(Path(folder), asked.families, asked.seed)
    print(f"{asked.families:,} x {asked.families:,}, {time.monotonic() - begun:.0f} s")
    for what, counted in zip(
        ("true pairs from 10,000 on", "false hits from 100 on"), both, strict=True
    ):
        print(
            f"{what}: {counted.found:,} found, {counted.foretold:,.1f} ± {counted.error:.1f} "
            f"foretold ({counted.errors_apart:+.1f} standard errors apart)"
        )


if __name__ == "__main__":
    main()
