"""A simulation that R needs days for: ``python -m benchmarks.literature``.

1,000 families, a quarter each of one parent, both parents, a sibling and three generations, and
remains of 700 of their missing and of 300 others, 20 of them sampled twice: 1,020,000 LRs, each
computed and written. A fifth is degraded. Genes are dropped with the mutation searched with. Times
are by the clock, of a call in a process that has searched before and of the command as a user
starts it.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from benchmarks.commands import run_command
from forename.genetics.problem import Problem, Settings
from forename.genetics.profiles import Call, Profile
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import FamilyPlan, SimulationSettings
from forename.search.executors import Threads
from forename.search.job import Wanted, prepare
from forename.search.run import run_search
from forename.search.store import Store, add_problem, open_store

FATHERS, MOTHERS = 0.002, 0.0005  # mutations per meiosis
_STEPS = "rate2=1e-5,range=0.1"
MODELS = {
    "merging (proportional)": (f"proportional:{FATHERS}", f"proportional:{MOTHERS}"),
    "stepwise": (f"stepwise:rate={FATHERS},{_STEPS}", f"stepwise:rate={MOTHERS},{_STEPS}"),
}
SHAPES = ["father", "mother"] * 125 + ["parents", "one sibling", "three generations"] * 250
PRESENT, OTHERS, TWICE = 700, 300, 20
DEGRADED, MARKER_LOST, ALLELE_LOST = 0.2, 0.5, 0.05
_LEAST = 1e-300  # every LR is above


def main() -> None:
    """Print the table."""
    for name, (father, mother) in MODELS.items():
        settings = Settings(mutation=father, mutation_female=mother)
        with tempfile.TemporaryDirectory() as folder:
            store, _ = add_problem(Path(folder) / "store", case(settings, seed=7))
            out = Path(folder) / "out"
            called = times(partial(_call, store, settings, out), out)
            command = times(partial(_command, store, settings, out), out)
            rows = pq.read_metadata(out / "hits.parquet").num_rows
        print(
            f"{name}: {rows:,} LRs; library call {min(called):.2f}-{max(called):.2f} s, "
            f"command {min(command):.2f}-{max(command):.2f} s"
        )


def case(settings: Settings, seed: int) -> Problem:
    """Return the simulated families and remains."""
    rng = np.random.default_rng(seed)
    here = set(rng.permutation(len(SHAPES))[:PRESENT].tolist())
    plan = tuple(FamilyPlan(shape, present=n in here) for n, shape in enumerate(SHAPES))
    made = simulate(
        SimulationSettings(
            families=0,
            plan=plan,
            unrelated=OTHERS,
            extra_samples=0,
            degraded_fraction=0,
            staff=0,
            analysis=settings,
        ),
        rng,
    )
    again = rng.permutation(len(made.problem.remains))[:TWICE]
    sampled = [
        *made.problem.remains,
        *(replace(made.problem.remains[n], sample=f"AGAIN{n}") for n in again),
    ]
    return replace(made.problem, remains=tuple(_degraded(own, rng) for own in sampled))


def _degraded(profile: Profile, rng: np.random.Generator) -> Profile:
    """Return a sample as it is seen: one of five lost half of its markers, and single alleles."""
    if rng.random() >= DEGRADED:
        return profile
    calls = {}
    for marker, call in profile.calls.items():
        if rng.random() < MARKER_LOST:
            continue
        if rng.random() < ALLELE_LOST:
            calls[marker] = Call((call.alleles[rng.integers(len(call.alleles))],), partial=True)
        else:
            calls[marker] = call
    return replace(profile, calls=calls)


def times(run: Callable[[], None], out: Path, repetitions: int = 5) -> list[float]:
    """Return seconds by the clock of some runs that each write anew, after one that warms up."""
    spent = []
    for _ in range(repetitions + 1):
        shutil.rmtree(out, ignore_errors=True)
        begun = time.perf_counter()
        run()
        spent.append(time.perf_counter() - begun)
    return spent[1:]


def _call(store: Store, settings: Settings, out: Path) -> None:
    job = prepare(open_store(store.folder), settings, Wanted(np.log10(_LEAST), best=0))
    run_search(job, out, Threads(2), size=2048)


def _command(store: Store, settings: Settings, out: Path) -> None:
    options = ["--mutation", settings.mutation, "--mutation-female", settings.mutation_female]
    wanted = ["--threshold", _LEAST, "--best", 0, "--json"]
    assert run_command("search", store.folder, "--out", out, *options, *wanted).told["hits"]


if __name__ == "__main__":
    main()
