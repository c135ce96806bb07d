"""A country on disk: ``python -m benchmarks.national [--families 100000] [--remains 100000]``.

Invented families of four shapes in equal parts, invented remains of which every tenth is of a
missing person and every fifth is degraded; written as a store, searched whole by the command, and
asked about one new profile. All times are by the clock, of the commands as a user starts them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.commands import run_command, run_python
from benchmarks.families import markers_with
from benchmarks.search import MIXTURE, people
from forename.genetics.markers import Marker
from forename.genetics.problem import FrequencyTable, Settings
from forename.search.columns import SEXES
from forename.search.job import Wanted
from forename.search.new_families import StandingRemains
from forename.search.new_remains import standing
from forename.search.store import Store, add_rows, open_store

TRUE, DEGRADED = 0.1, 0.2
_SETTINGS = Settings(mutation="equal:0.001")
# The command as it is, but that the process ends where the first block would begin.
_TO_FIRST_BLOCK = """
import os, sys
from forename.cli.main import app
from forename.search import executors
executors.search_block = lambda job, block: os._exit(0)
app(sys.argv[1:])
"""


def main(arguments: list[str]) -> None:
    """Print what the commands take."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=100_000)
    parser.add_argument("--remains", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=Path("build/national"))
    parser.add_argument("--new-only", action="store_true", help="ask about one profile only")
    asked = parser.parse_args(arguments)
    folder = asked.folder / f"{asked.families}-{asked.remains}"
    new = folder / "new.tsv"
    if not new.exists():
        write_country(folder, asked.families, asked.remains)
    if not asked.new_only:
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        _timed("search, first time", "search", folder / "store", "--out", out, "--json")
        _to_first_block(folder)
    for what in ("new profile, families made ready", "new profile", "new profile again"):
        _timed(what, "search", folder / "store", "--new", new, "--json")
    family = _mother_and_brother(new)
    for what in ("new family", "new family again"):
        _timed(what, "search", folder / "store", "--new-families", family, "--json")
    _in_process(folder)


def _timed(what: str, *arguments: object) -> None:
    ran = run_command(*arguments)
    print(f"{what}: {ran.seconds:.2f} s by the clock, {ran.busy:.2f} s of processors, "
          f"{ran.mebibytes:,.0f} MiB, {_told(ran.told)}")  # fmt: skip


def _to_first_block(folder: Path) -> None:
    out = folder / "begun"
    spent = []
    for _ in range(5):
        shutil.rmtree(out, ignore_errors=True)
        spent.append(
            run_python("-c", _TO_FIRST_BLOCK, "search", folder / "store", "--out", out).seconds
        )
    shutil.rmtree(out)
    print(f"from program start to the first block: {min(spent):.2f}-{max(spent):.2f} s")


def _told(told: dict[str, Any]) -> str:
    if "hits" in told:
        return (
            f"{told['hits']:,} hits, {told['seconds_of_search']} s of search and writing, "
            f"{told['seconds_foretold']} s foretold"
        )
    return f"{len(told['answers'][0]['matches'])} matches"


def _in_process(folder: Path) -> None:
    from forename.formats import read_parts

    store = open_store(folder / "store")
    ready = standing(store, _SETTINGS)
    remains = read_parts(folder / "new.tsv", None, None, store.frequencies).remains
    of_remains = StandingRemains(store, _SETTINGS)
    families = read_parts(None, folder / "new-family.tsv", None, store.frequencies).families
    for what, hits in (
        ("new profile", lambda: ready.hits(remains, Wanted())),
        ("new family", lambda: of_remains.hits(families, Wanted())),
    ):
        hits()
        spent = []
        for _ in range(20):
            begun = time.perf_counter()
            hits()
            spent.append(time.perf_counter() - begun)
        print(f"{what} inside a process: {1000 * min(spent):.0f}-{1000 * max(spent):.0f} ms")


def _mother_and_brother(profile: Path) -> Path:
    """Write a family of which a profile is the mother's, and a son has one allele of each pair."""
    calls = [line.split("\t")[1:] for line in profile.read_text().splitlines()[1:]]
    names = [f"{marker} {n}" for marker, *_ in calls for n in (1, 2)]
    rows = [
        ["Family ID", "Kinship", "Sample ID", *names],
        ["NEW", "[mother]", "NEW-1", *(allele for _, *pair in calls for allele in pair)],
        ["NEW", "[brother]", "NEW-2", *(first for _, first, _ in calls for _ in range(2))],
    ]
    file = profile.with_name("new-family.tsv")
    file.write_text("".join("\t".join(row) + "\n" for row in rows))
    return file


def write_country(folder: Path, families: int, remains: int) -> None:
    rng = np.random.default_rng(11)
    markers = markers_with("equal:0.001")
    table = FrequencyTable(
        {m.name: dict(zip(m.alleles, map(float, m.frequencies), strict=True)) for m in markers}
    )
    shapes, rows, missing = [], [], []
    for number, name in enumerate(MIXTURE):
        made, people_missing = people(name, families // len(MIXTURE), markers, rng)
        shapes.append(made.shape)
        typed = len(made.shape.typed)
        rows.append(_rows(f"F{number}-", made.samples.alleles, number, typed, made.shape.sex))
        missing.append(people_missing)
    alleles = _remains(np.concatenate(missing), remains, markers, rng)
    labels = {m.name: m.alleles for m in markers}
    store = Store(folder / "store", table, labels, tuple(shapes))
    (folder / "store").mkdir(parents=True, exist_ok=True)
    add_rows(store, _rows("R", alleles, 0, 1, SEXES[0]), pa.concat_tables(rows))
    person = missing[0][0]
    lines = ["sample\tmarker\tallele_1\tallele_2"]
    lines += [
        f"NEW-1\t{m.name}\t{m.alleles[a]}\t{m.alleles[b]}"
        for m, (a, b) in zip(markers, person, strict=True)
    ]
    (folder / "new.tsv").write_text("\n".join(lines) + "\n")


def _remains(
    missing: np.ndarray, count: int, markers: tuple[Marker, ...], rng: np.random.Generator
) -> np.ndarray:
    drawn = [
        np.sort(rng.choice(len(m.alleles), (count, 2), p=m.frequencies), axis=1) for m in markers
    ]
    alleles = np.stack(drawn, axis=1).astype(np.int16)
    true = int(TRUE * count)
    alleles[rng.permutation(count)[:true]] = missing[rng.permutation(len(missing))[:true]]
    degraded = (rng.random(count) < DEGRADED)[:, None]
    alleles[(rng.random(alleles.shape[:2]) < 0.5) & degraded] = -1
    return alleles


def _rows(stem: str, alleles: np.ndarray, shape: int, typed: int, sex: object) -> pa.Table:
    """Return profiles, shape (profiles, markers, 2), as rows of a store, ``typed`` a row."""
    count = len(alleles) // typed
    names = [f"{stem}{n:07d}" for n in range(count)]

    def lists(values: np.ndarray, kind: pa.DataType) -> pa.Array:
        flat = np.ascontiguousarray(values).ravel()
        offsets = np.arange(count + 1, dtype=np.int64) * (len(flat) // count)
        return pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(flat, kind))

    samples = [[f"{name}-{t}" for t in range(typed)] for name in names]
    return pa.table(
        {
            "name": pa.array(names, pa.string()),
            "family": pa.array(names, pa.string()),
            "shape": pa.array(np.full(count, shape), pa.int32()),
            "sex": pa.array(np.full(count, SEXES.index(sex)), pa.int8()),
            "samples": pa.array(samples, pa.list_(pa.string())),
            "alleles": lists(alleles, pa.int16()),
            "partial": lists(np.zeros(alleles.shape[:2], np.uint8), pa.uint8()),
            "rates": lists(np.full((len(alleles), 2), np.nan), pa.float64()),
        }
    )


if __name__ == "__main__":
    main(sys.argv[1:])
