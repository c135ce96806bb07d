"""Print the table of speeds: ``make bench``.

Every figure stands beside a reference: the published speed of R packages on this class of machine
(one thread), and in the same run a plain enumeration or a look-up loop. Single calls are the best
of several repetitions; what cannot be measured here is not printed.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import combinations, permutations
from pathlib import Path

import numpy as np

from benchmarks.commands import run_command, run_python
from benchmarks.families import (
    MARKERS,
    family_with_profiles,
    large_family,
    many_families,
    markers_with,
    profiles_of,
)
from forename.genetics.alike_families import conditional_tables
from forename.genetics.conditional import genotype_tables
from forename.genetics.likelihood import Hypothesis, log10_lr, log_likelihoods
from forename.genetics.markers import Marker
from forename.genetics.placements import placement_log_likelihoods
from forename.genetics.profiles import Profile

# R, one thread, 23 markers: forrel::missingPersonLR in seconds a call; dvir in pairs a second.
R_SECONDS = {
    ("parent-child", "equal"): 5.4e-3,
    ("full sibling", "equal"): 7.2e-3,
    ("three generations", "equal"): 13.4e-3,
    ("three generations", "stepwise"): 23.8,
}
R_PAIRS_PER_SECOND = 266.0
R_JOINT = {"8 remains, 5 missing": 564.0, "5 remains, 12 missing": 33.0}
MODELS = {"equal": "equal:0.001", "stepwise": "stepwise:rate=0.001,rate2=1e-5,range=0.1"}
REMAINS = 100_000
MANY = 1_024  # families of each shape
MIXTURE = ("parent-child", "both parents", "two siblings", "three generations")


def best_of(
    run: Callable[[], object],
    repetitions: int = 15,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Return the shortest time in seconds of several runs, after one that warms up."""
    run()
    times = []
    for _ in range(repetitions):
        start = clock()
        run()
        times.append(clock() - start)
    return min(times)


def row(name: str, seconds: float, reference: float | None = None) -> None:
    """Print one figure, with the ratio to its reference in R."""
    ratio = "" if reference is None else f"{reference / seconds:14,.0f} times R"
    print(f"{name:58s} {seconds * 1e6:14,.1f} us{ratio}")


def single_calls(rng: np.random.Generator) -> None:
    """One LR by itself, one table, and a batch of remains against one family."""
    print(f"\n{MARKERS} markers, one thread")
    for model, text in MODELS.items():
        markers = markers_with(text)
        for name in ("parent-child", "full sibling", "three generations"):
            reference = R_SECONDS.get((name, model))
            family, person = family_with_profiles(name, markers, rng)
            placed = Hypothesis(family.pedigree, {**family.profiles, "MP": (person,)})

            seconds = best_of(partial(one_lr, placed, family, markers))
            row(f"{name}, {model}: one LR, one call", seconds, reference)
            seconds = best_of(partial(two_likelihoods, placed, family, markers))
            row(f"{name}, {model}: the same as two likelihoods", seconds, reference)
            seconds = best_of(partial(genotype_tables, family, "MP", markers))
            row(f"{name}, {model}: conditional tables of a family", seconds, reference)
            richest = markers[-1:]
            alone = best_of(partial(genotype_tables, family, "MP", richest))
            row(f"{name}, {model}: table of {len(richest[0].alleles)} alleles alone", alone)
            tables, _ = genotype_tables(family, "MP", markers)
            seconds = look_up_seconds(tables, markers, rng) + seconds / REMAINS
            row(f"{name}, {model}: one LR in a batch of 100,000", seconds, reference)


def new_families(rng: np.random.Generator) -> None:
    """Conditional tables of many families at once, and of a mixture of a quarter each shape.

    Processor time, since wall time on a shared machine says little. Look-ups of the same run
    stand beside: how many pairs one could look up while the tables of one family are made.
    """
    print(f"\nTables of {MANY} families of a shape at once, {MARKERS} markers, processor time")
    for model, text in MODELS.items():
        markers = markers_with(text)
        family, _ = family_with_profiles("parent-child", markers, rng)
        pair = look_up_seconds(genotype_tables(family, "MP", markers)[0], markers, rng)
        for drop_out in (0.0, 0.05):
            seconds = {}
            for name in MIXTURE:
                families = many_families(name, markers, MANY, rng, drop_out)
                run = partial(conditional_tables, families, markers)
                seconds[name] = best_of(run, 7, time.process_time) / MANY
                reference = None if drop_out else R_SECONDS.get((name, model))
                row(f"{name}, {model}, drop-out {drop_out}", seconds[name], reference)
            mean = sum(seconds.values()) / len(seconds)
            row(f"mixture, {model}, drop-out {drop_out}", mean)
            print(f"{'':26s} {1 / mean:,.0f} families a second, {mean / pair:,.0f} look-ups each")


def one_lr(placed: Hypothesis, family: Hypothesis, markers: tuple[Marker, ...]) -> np.ndarray:
    """Return the log LR of a placement, but for the constant of the unrelated remains."""
    return log10_lr(placed, family, markers)


def two_likelihoods(
    placed: Hypothesis, family: Hypothesis, markers: tuple[Marker, ...]
) -> np.ndarray:
    """Return the same of two hypotheses that each are computed by themselves."""
    return log_likelihoods(placed, markers) - log_likelihoods(family, markers)


def look_up_seconds(
    tables: tuple[np.ndarray, ...], markers: tuple[Marker, ...], rng: np.random.Generator
) -> float:
    """Return the seconds a pair takes when a family's tables are looked up for many remains."""
    genotypes = [rng.integers(0, len(m.alleles), (2, REMAINS)) for m in markers]
    with np.errstate(divide="ignore"):
        logs = [
            np.log10(table / np.outer(m.frequencies, m.frequencies))
            for table, m in zip(tables, markers, strict=True)
        ]

    def run() -> np.ndarray:
        total = np.zeros(REMAINS)
        for table, (a, b) in zip(logs, genotypes, strict=True):
            total += table[a, b]
        return total

    return best_of(run, 5) / REMAINS


def joint_likelihoods(rng: np.random.Generator) -> None:
    """All assignments of a family's places, mutation kept (the shape of dvir's slow cases)."""
    print("\nAll assignments of one family, 23 markers, mutation kept, two threads")
    markers = markers_with(MODELS["equal"])
    for name, reference in R_JOINT.items():
        n_remains, n_missing = (int(part.split()[0]) for part in name.split(", "))
        family, missing, remains = several_missing(n_missing, n_remains, markers, rng)
        placements = one_to_one(n_remains, n_missing, 19_081 if n_missing == 5 else 9_847)
        candidates = [(profile,) for profile in remains]
        run = partial(placement_log_likelihoods, family, missing, candidates, placements, markers)
        seconds = best_of(run, 3)
        row(f"{name}: {len(placements):,} assignments", seconds, reference)


def several_missing(
    n_missing: int, n_remains: int, markers: tuple[Marker, ...], rng: np.random.Generator
) -> tuple[Hypothesis, list[str], list[Profile]]:
    """Return a family of three generations that misses several persons, and remains."""
    pedigree, missing, typed = large_family(n_missing)
    profiles = profiles_of(pedigree, markers, [*typed, *missing], rng)
    family = Hypothesis(pedigree, {i: (profiles[i],) for i in typed})
    strangers = profiles_of(pedigree, markers, missing, rng)
    remains = [profiles[i] for i in missing[: n_remains - 1]]
    remains += [strangers[i] for i in missing[: n_remains - len(remains)]]
    return family, missing, remains[:n_remains]


def one_to_one(n_remains: int, n_missing: int, most: int) -> np.ndarray:
    """Return the first ``most`` one-to-one placements of remains, shape (n, missing)."""
    found = [[-1] * n_missing]
    for size in range(1, min(n_remains, n_missing) + 1):
        for places in combinations(range(n_missing), size):
            for rows in permutations(range(n_remains), size):
                line = [-1] * n_missing
                for place, remains in zip(places, rows, strict=True):
                    line[place] = remains
                found.append(line)
                if len(found) == most:
                    return np.array(found)
    return np.array(found)


def whole_jobs() -> None:
    """Wall time and peak memory of the command on the shipped example and, if there, on files."""
    print("\nWhole jobs, from the command line, kernels compiled before")
    root = Path(__file__).resolve().parent.parent
    jobs = {"shipped example, two graves": ["identify", str(root / "examples" / "two-graves")]}
    exercise = root.parent / "shared" / "data" / "ghep"
    if exercise.is_dir():
        jobs["mass-grave exercise, 87 x 119 (R: 42 s, 8 processes)"] = [
            "identify",
            *("--postmortem", str(exercise / "GHEP-PM-profiles.txt")),
            *("--antemortem", str(exercise / "GHEP-AM-profiles.txt")),
            *("--frequencies", str(exercise / "GHEP-STR-freq.txt")),
            *("--missing-total", "193"),
        ]
    for name, arguments in jobs.items():
        runs = []
        for _ in range(3):
            with tempfile.TemporaryDirectory() as folder:
                runs.append(run_command(*arguments, "--out", f"{folder}/out"))
        wall, memory = min(r.seconds for r in runs), max(r.mebibytes for r in runs)
        print(f"{name:58s} {wall:14.2f} s {memory:10.0f} MiB peak")
    first = "from benchmarks.families import first_likelihood as f; f()"
    wall = min(run_python("-c", first).seconds for _ in range(5))
    print(f"{'import and first likelihood, new process':58s} {wall:14.2f} s")


def main() -> None:
    """Print every figure."""
    rng = np.random.default_rng(1)
    single_calls(rng)
    new_families(rng)
    joint_likelihoods(rng)
    whole_jobs()


if __name__ == "__main__":
    main()
