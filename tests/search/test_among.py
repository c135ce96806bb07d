"""Samples among each other against the engine's own LRs, one pair at a time."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cli.command import EXAMPLES, assert_refused, run, run_json
from tests.search.results import digests_of

from forename.formats import read_case
from forename.genetics.identity import compare_samples
from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Marker
from forename.genetics.panel import build_panel
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Problem, Settings
from forename.genetics.profiles import Profile, Sex
from forename.genetics.ranking import usable_profile
from forename.search.executors import Processes, Threads
from forename.search.job import Wanted, prepare
from forename.search.run import run_search
from forename.search.store import add_problem, open_store, seen_profile

SETTINGS = Settings(mutation="equal:0.002", mutation_female="equal:0.0005", drop_out=0.02)
F, M = Person("f", sex=Sex.MALE), Person("m", sex=Sex.FEMALE)


@pytest.fixture(scope="module")
def example() -> Problem:
    problem = read_case(EXAMPLES / "two-graves")
    return replace(problem, remains=problem.remains[:24])


@pytest.fixture(scope="module")
def store(example: Problem, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("among") / "store"
    add_problem(folder, example)
    return folder


def _log10_lr(
    persons: list[Person], known: str, profiles: dict[str, Profile], markers: tuple[Marker, ...]
) -> float:
    """Return the log10 LR that the other is of the family of the known one, or unrelated to it."""

    def log_likelihood(of: list[Person], typed: list[str]) -> float:
        given = {i: (profiles[i],) for i in typed}
        return float(log_likelihoods(Hypothesis(Pedigree(of), given), markers).sum())

    (other,) = profiles.keys() - {known}
    apart = log_likelihood(persons, [known])
    apart += log_likelihood([Person(other, sex=profiles[other].sex)], [other])
    return (log_likelihood(persons, list(profiles)) - apart) / math.log(10)


def _expected(
    profiles: list[Profile], markers: tuple[Marker, ...]
) -> dict[tuple[str, str, str], float]:
    """Every LR between two samples, computed pair by pair."""
    found = {}
    for i, one in enumerate(profiles):
        for j, other in enumerate(profiles):
            if i == j:
                continue
            as_child = replace(other, sex=Sex.UNKNOWN)
            child = Person("c", "f", "m", Sex.UNKNOWN)
            parent = "m" if one.sex is Sex.FEMALE else "f"
            told = {
                "parent of": _log10_lr([F, M, child], parent, {parent: one, "c": as_child}, markers)
            }
            if i < j:
                told["same person"] = compare_samples(one, other, markers, SETTINGS).log10_lr
                sibling = Person("s", "f", "m", one.sex)
                told["full sibling"] = _log10_lr(
                    [F, M, child, sibling], "s", {"s": one, "c": as_child}, markers
                )
            found |= {(one.sample, k, other.sample): lr for k, lr in told.items()}
    return found


def test_among__has_every_lr_of_the_engine_from_the_threshold_on(
    example: Problem, store: Path, tmp_path: Path
) -> None:
    opened = open_store(store)
    job = prepare(opened, SETTINGS, Wanted(-4.0, 0, 0.0, "remains"))
    out = run_search(job, tmp_path / "out", Threads(2), size=17)
    found = {
        (r["sample"], r["relation"], r["other"]): r["log10_lr"]
        for r in pq.read_table(out / "hits.parquet").to_pylist()
    }
    markers = build_panel(opened.frequencies, [seen_profile(opened)], SETTINGS).markers
    profiles = [
        replace(
            usable_profile(p, markers, SETTINGS),
            drop_out=0.02 if p.drop_out is None else p.drop_out,
        )
        for p in example.remains
    ]
    expected = {k: lr for k, lr in _expected(profiles, markers).items() if lr >= -4.0}
    assert found.keys() == expected.keys()
    assert len(found) > 150
    assert {relation for _, relation, _ in found} == {"same person", "parent of", "full sibling"}
    off = {k: (lr, expected[k]) for k, lr in found.items() if abs(lr - expected[k]) > 1e-9}
    assert not off


def test_among__is_the_same_by_processes_and_any_block(store: Path, tmp_path: Path) -> None:
    job = prepare(open_store(store), Settings(), Wanted(0.0, 0, 0.0, "relatives"))
    one = run_search(job, tmp_path / "one", Threads(1), size=1000)
    two = run_search(job, tmp_path / "two", Processes(2), size=31)
    assert digests_of(one, ["hits.parquet"]) == digests_of(two, ["hits.parquet"])


def test_among_relatives__are_found_within_their_families(
    example: Problem, store: Path, tmp_path: Path
) -> None:
    told = run_json("search", store, "--out", tmp_path / "out", "--among", "relatives")
    families: dict[str, list[str]] = {}
    for family in example.families:
        for own in family.profiles.values():
            for profile in own:
                families.setdefault(profile.sample, []).append(family.id)
    assert told["samples"] == sum(map(len, families.values()))
    rows = pq.read_table(tmp_path / "out" / "hits.parquet").to_pylist()
    assert told["hits"] == len(rows)
    together = [r for r in rows if set(families[r["sample"]]) & set(families[r["other"]])]
    assert len(together) > 0.8 * len(rows) > 50


def test_among__refuses_what_does_not_go_with_it(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert_refused(run("search", store, "--out", out, "--among", "graves"), "--among", "relatives")
    assert_refused(run("search", store, "--out", out, "--among", "remains", "--expect"), "--among")
    empty = tmp_path / "empty"
    add_problem(empty, replace(read_case(EXAMPLES / "two-graves"), families=()))
    assert_refused(run("search", empty, "--out", out, "--among", "relatives"), "no relatives")
