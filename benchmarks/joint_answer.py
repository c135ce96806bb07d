"""A joint answer with known truth: ``python -m benchmarks.joint_answer [--families 8000]``.

Invented families of six shapes, from both parents to a lone aunt and two brothers missing together;
remains in one to three parts, many degraded, some of nobody who is registered, and missing persons
of whom nothing was found. The last sample is found later, and the answer brought up to date. Prints
time, memory, how well posteriors are calibrated, and whether a proposal or a person put together
from samples is false.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.commands import run_command
from benchmarks.families import markers_with
from forename.genetics.markers import Marker
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import FrequencyTable
from forename.genetics.profiles import Sex
from forename.search.columns import SEXES
from forename.search.families import Shape
from forename.search.store import Store, add_rows, open_store

_M, _F = Sex.MALE, Sex.FEMALE
_PARENTS = [Person("F", sex=_M), Person("M", sex=_F)]
_MP = Person("MP1", "F", "M", _M)
_GRANDPARENTS = [Person("GF", sex=_M), Person("GM", sex=_F)]
_OLDER = [*_GRANDPARENTS, Person("F", "GF", "GM", _M), Person("A", "GF", "GM", _F)]
_BROTHERS = [*_PARENTS, _MP, Person("MP2", "F", "M", _M)]

# Name: share, persons, whose samples there are, who is missing.
SHAPES: dict[str, tuple[float, list[Person], list[str], list[str]]] = {
    "both parents": (0.25, [*_PARENTS, _MP], ["F", "M"], ["MP1"]),
    "parent": (0.25, [*_PARENTS, _MP], ["M"], ["MP1"]),
    "sibling": (0.2, [*_PARENTS, _MP, Person("S", "F", "M", _F)], ["S"], ["MP1"]),
    "aunt": (0.2, [*_OLDER, Person("M", sex=_F), _MP], ["A"], ["MP1"]),
    "brothers, mother": (0.06, _BROTHERS, ["M"], ["MP1", "MP2"]),
    "brothers, sister": (
        0.04,
        [*_BROTHERS, Person("S", "F", "M", _F)],
        ["S"],
        ["MP1", "MP2"],
    ),
}
# Shares of all victims who are registered as missing, and who were found; one says nothing of the
# other.
REGISTERED, FOUND = 0.44, 0.35
PARTS = (0.72, 0.24, 0.04)  # one, two, three samples of a person
MUTATION = 0.001
CLASSES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.01)


def main(arguments: list[str]) -> None:
    """Make a country, answer it with the command, and compare with the truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=8000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("build/joint-answer"))
    asked = parser.parse_args(arguments)
    folder = asked.folder / f"{asked.families}-{asked.seed}"
    if not (folder / "late.parquet").exists():
        make_country(folder, asked.families, asked.seed)
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(folder / "store", work / "store")
    prior = f"victims:{victims(asked.families)}"
    told, took = _answered(work, "first", "--prior", prior)
    print(f"{told['samples']:,} samples, {told['persons']:,} persons, {told['missing_persons']:,} "
          f"missing persons: {took}; {told['parts']:,} parts, largest {told['largest_part']}, "
          f"{told['open']} open, {told['drawn']} drawn")  # fmt: skip
    late = pq.read_table(folder / "late.parquet")
    store = open_store(work / "store")
    add_rows(store, late, late.slice(0, 0))
    told, took = _answered(work, "second", "--since", work / "first")
    print(f"one sample more: {took}, {told['moved']} posteriors moved")
    compare(folder, work / "second")


def _answered(work: Path, out: str, *options: object) -> tuple[dict[str, Any], str]:
    ran = run_command("answer", work / "store", "--out", work / out, "--json", *options)
    return ran.told, f"{ran.seconds:.1f} s by the clock, {ran.mebibytes:,.0f} MiB"


def victims(families: int) -> int:
    """Return how many persons died, registered or not."""
    missing = sum(round(s * families) * len(who) for s, _, _, who in SHAPES.values())
    return round(missing / REGISTERED)


def compare(folder: Path, out: Path) -> None:
    """Print how an answer compares with the truth."""
    truth = json.loads((folder / "truth.json").read_text())
    table = pq.read_table(out / "posteriors.parquet").to_pydict()
    posterior = np.array(table["posterior"])
    true = np.array(
        [
            _is_true(truth, person, missing)
            for person, missing in zip(table["person"], table["missing_person"], strict=True)
        ]
    )
    persons = pq.read_table(out / "persons.parquet").to_pydict()
    mixed = sum(len({truth["person"][s] for s in samples}) > 1 for samples in persons["samples"])
    print(f"persons put together from samples of two people: {mixed}")
    print("posterior        pairs      true   expected      z")
    for low, high in pairwise(CLASSES):
        own = (posterior >= low) & (posterior < high)
        expected = posterior[own].sum()
        spread = np.sqrt((posterior[own] * (1 - posterior[own])).sum())
        z = (true[own].sum() - expected) / spread if spread > 0 else 0.0
        print(f"{low:6g}-{min(high, 1):6g} {own.sum():9,} {true[own].sum():9,} "
              f"{expected:10.1f} {z:6.1f}")  # fmt: skip
    proposals = pq.read_table(out / "proposals.parquet").to_pydict()
    wrong = sum(
        not _is_true(truth, person, missing)
        for person, missing in zip(proposals["person"], proposals["missing_person"], strict=True)
    )
    doubt = float((1 - np.array(proposals["posterior"])).sum())
    print(f"{len(proposals['person']):,} proposals, {wrong} false, {doubt:.3g} foretold")


def _is_true(truth: dict[str, dict[str, str]], person: str, missing: str) -> bool:
    return all(truth["missing"][sample] == missing for sample in person.split("+"))


def make_country(folder: Path, families: int, seed: int) -> None:
    """Write a store of invented families and remains; the last sample and the truth beside it."""
    rng = np.random.default_rng(seed)
    markers = markers_with(f"equal:{MUTATION}")
    table = FrequencyTable(
        {m.name: dict(zip(m.alleles, map(float, m.frequencies), strict=True)) for m in markers}
    )
    shapes: list[Shape] = []
    tables, genotypes, labels = [], [], []
    for name, (share, persons, typed, missing) in SHAPES.items():
        count = round(share * families)
        genes = _people(persons, count, markers, rng)
        samples = np.sort(np.stack([genes[i] for i in typed], axis=1), axis=-1)
        stem = f"F{len(shapes)}"
        for member in missing:
            several = len(missing) > 1
            own = [f"{stem}-{n:06d}" for n in range(count)]
            names = [f"{each}:{member}" if several else each for each in own]
            tables.append(_rows(names, own, samples.astype(np.int16), len(shapes), len(typed), 1))
            shapes.append(Shape(tuple(persons), member, tuple(typed)))
            genotypes.append(genes[member])
            labels += names
        del name
    people = np.sort(np.concatenate(genotypes), axis=-1).astype(np.int16)
    remains, truth = _remains(people, labels, markers, rng)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "store").mkdir(exist_ok=True)
    store = Store(folder / "store", table, {m.name: m.alleles for m in markers}, tuple(shapes))
    add_rows(store, remains.slice(0, len(remains) - 1), pa.concat_tables(tables))
    pq.write_table(remains.slice(len(remains) - 1), folder / "late.parquet")
    (folder / "truth.json").write_text(json.dumps(truth))


def _people(
    persons: list[Person], count: int, markers: tuple[Marker, ...], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Return genotypes (count, markers, 2) of all members; a passed allele may mutate."""
    pedigree = Pedigree(persons)
    genes: dict[str, np.ndarray] = {}
    sizes = np.array([len(m.alleles) for m in markers])
    for i in pedigree.order:
        person = pedigree[i]
        if person.father is None or person.mother is None:
            drawn = [rng.choice(len(m.alleles), (count, 2), p=m.frequencies) for m in markers]
            genes[i] = np.stack(drawn, axis=1)
            continue
        passed = []
        for parent in (genes[person.father], genes[person.mother]):
            first = rng.random((count, len(markers))) < 0.5
            allele = np.where(first, parent[..., 0], parent[..., 1])
            other = (allele + 1 + (rng.random(allele.shape) * (sizes - 1)).astype(int)) % sizes
            passed.append(np.where(rng.random(allele.shape) < MUTATION, other, allele))
        genes[i] = np.stack(passed, axis=2)
    return genes


def _remains(
    people: np.ndarray, labels: list[str], markers: tuple[Marker, ...], rng: np.random.Generator
) -> tuple[pa.Table, dict[str, dict[str, str]]]:
    present = rng.random(len(people)) < FOUND
    strangers = rng.binomial(round(len(people) * (1 / REGISTERED - 1)), FOUND)
    drawn = [
        np.sort(rng.choice(len(m.alleles), (strangers, 2), p=m.frequencies), axis=1)
        for m in markers
    ]
    found = np.concatenate([people[present], np.stack(drawn, axis=1).astype(np.int16)])
    names = [label for label, here in zip(labels, present, strict=True) if here]
    names += [""] * strangers
    parts = rng.choice(3, len(found), p=PARTS) + 1
    owner = rng.permutation(np.repeat(np.arange(len(found)), parts))
    alleles = found[owner].copy()
    state = rng.random(len(owner))
    lost = np.select([state < 0.15, state < 0.35], [0.75, 0.4], 0.0)
    alleles[rng.random(alleles.shape[:2]) < lost[:, None]] = -1
    samples = [f"R{n:06d}" for n in range(len(owner))]
    rows = _rows(samples, [""] * len(samples), alleles, 0, 1, 1)
    return rows, {
        "person": {s: str(o) for s, o in zip(samples, owner.tolist(), strict=True)},
        "missing": {s: names[o] for s, o in zip(samples, owner.tolist(), strict=True)},
    }


def _rows(
    names: list[str], families: list[str], alleles: np.ndarray, shape: int, typed: int, sex: int
) -> pa.Table:
    """Return samples, shape (rows, typed, markers, 2) or flat, as rows of a store."""
    count = len(names)

    def lists(values: np.ndarray, kind: pa.DataType) -> pa.Array:
        flat = np.ascontiguousarray(values).ravel()
        offsets = np.arange(count + 1, dtype=np.int64) * (len(flat) // count)
        return pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(flat, kind))

    alone = alleles.reshape(count, typed, -1, 2)
    own = names if not families[0] else families
    samples = [[f"{name}-{t}" for t in range(typed)] for name in own]
    return pa.table(
        {
            "name": pa.array(names, pa.string()),
            "family": pa.array(families, pa.string()),
            "shape": pa.array(np.full(count, shape), pa.int32()),
            "sex": pa.array(np.full(count, sex if families[0] else 0), pa.int8()),
            "samples": pa.array(
                samples if families[0] else [[n] for n in names], pa.list_(pa.string())
            ),
            "alleles": lists(alone, pa.int16()),
            "partial": lists(np.zeros(alone.shape[:3], np.uint8), pa.uint8()),
            "rates": lists(np.full((count, typed, 2), np.nan), pa.float64()),
        }
    )


assert SEXES[1] is _M  # the number that all missing persons have here

if __name__ == "__main__":
    main(sys.argv[1:])
