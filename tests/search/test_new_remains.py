"""New remains against a store: the answer of a whole search, and of the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.cli.command import EXAMPLES, FORMATS, assert_refused, run, run_json

from forename.exceptions import UnusableInputError
from forename.formats import read_case
from forename.genetics.problem import Problem, Settings
from forename.genetics.profiles import Call, Profile
from forename.search.bounds import LOG10, LR, genotype_number, open_bounds, write_bounds
from forename.search.executors import Threads
from forename.search.job import Wanted, prepare
from forename.search.new_remains import Standing, standing
from forename.search.run import run_search
from forename.search.store import add_problem, open_store

TWO_GRAVES = EXAMPLES / "two-graves"
DROPPING = Settings(drop_out=0.05)


@pytest.fixture(scope="module")
def example() -> Problem:
    return read_case(TWO_GRAVES)


@pytest.fixture
def families_only(example: Problem, tmp_path: Path) -> Path:
    add_problem(tmp_path / "families", replace(example, remains=()))
    return tmp_path / "families"


def _searched(
    example: Problem, folder: Path, settings: Settings, wanted: Wanted, remains: Sequence[Profile]
) -> dict[tuple[str, str], float]:
    """Return the hits and the best of remains of a whole search."""
    store, _ = add_problem(folder / "whole", replace(example, remains=tuple(remains)))
    out = run_search(prepare(store, settings, wanted), folder / "out", Threads(2), size=64)
    found = {}
    for name in ("hits.parquet", "best_of_remains.parquet"):
        for row in pq.read_table(out / name).to_pylist():
            found[row["remains"], row["missing_person"]] = row["log10_lr"]
    return found


def _answered(
    ready: Standing, remains: Sequence[Profile], wanted: Wanted
) -> dict[tuple[str, str], float]:
    return {
        (profile.sample, row["missing_person"]): row["log10_lr"]
        for profile, matches in zip(remains, ready.hits(remains, wanted), strict=True)
        for row in matches.to_pylist()
    }


@pytest.mark.parametrize("wanted", [Wanted(4.0, 3, 0.0), Wanted(1.0, 5, -2.0), Wanted(6.0, 0)])
def test_new_remains__have_the_matches_of_a_whole_search(
    example: Problem, families_only: Path, tmp_path: Path, wanted: Wanted
) -> None:
    remains = example.remains[::4]
    ready = standing(open_store(families_only), Settings())
    found = _answered(ready, remains, wanted)
    assert len(found) > 10
    assert found == _searched(example, tmp_path, Settings(), wanted, remains)


@pytest.mark.parametrize("settings", [DROPPING, replace(DROPPING, drop_in=0.01)])
def test_new_remains__with_drop_out_and_drop_in(
    example: Problem, tmp_path: Path, settings: Settings
) -> None:
    few = replace(example, families=example.families[:8])
    remains = example.remains[:20]
    store, _ = add_problem(tmp_path / "families", replace(few, remains=()))
    wanted = Wanted(0.0, 2, -12.0)
    found = _answered(standing(store, settings), remains, wanted)
    assert len(found) > 5
    assert found == _searched(few, tmp_path, settings, wanted, remains)


def test_new_remains__with_an_allele_nobody_showed_are_computed_all_the_same(
    example: Problem, families_only: Path, tmp_path: Path
) -> None:
    first = example.remains[0]
    marker, call = next((m, c) for m, c in first.calls.items() if len(set(c.alleles)) == 2)
    odd = replace(first, calls={**first.calls, marker: Call((call.alleles[0], "47.3"))})
    wanted = Wanted(-3.0, 3, -6.0)
    ready = standing(open_store(families_only), Settings())
    found = _answered(ready, [odd], wanted)
    assert found == _searched(example, tmp_path, Settings(), wanted, [odd])
    assert found


def test_bounds__are_kept_and_only_new_parts_are_made(example: Problem, tmp_path: Path) -> None:
    half = len(example.families) // 2
    folder = tmp_path / "store"
    add_problem(folder, replace(example, remains=(), families=example.families[:half]))
    heard: list[tuple[int, int]] = []
    told = lambda done, total: heard.append((done, total))  # noqa: E731
    standing(open_store(folder), Settings(), tell=told)
    first = heard[-1]
    assert first[0] == first[1] > 0
    heard.clear()
    standing(open_store(folder), Settings(), tell=told)
    assert not heard
    add_problem(folder, replace(example, remains=(), families=example.families[half:]))
    ready = standing(open_store(folder), Settings(), tell=told)
    # Families of before are made again only at markers where the later ones show a new allele.
    assert heard[-1][0] == heard[-1][1] >= len(ready.families) - first[1]
    every, remains = Wanted(-30.0, 0), example.remains[:1]
    at_once, _ = add_problem(tmp_path / "at-once", replace(example, remains=()))
    expected = _answered(standing(at_once, Settings()), remains, every)
    assert _answered(ready, remains, every) == expected


def test_bounds__are_never_below_the_ratio_and_within_a_step_of_it() -> None:
    rng = np.random.default_rng(3)
    p = rng.dirichlet(np.ones(6))
    tables = rng.dirichlet(np.full(36, 0.05), 200)
    tables[:20] = np.outer(p, p).ravel()  # families that say nothing: LR 1 everywhere
    sound = np.arange(200) % 7 != 0
    made = np.zeros((21, 200), np.uint8)
    write_bounds(tables, sound, p, made)
    for f in range(200):
        for a in range(6):
            for b in range(6):
                joint = tables[f, 6 * a + b] + (a != b) * tables[f, 6 * b + a]
                ratio = joint / (p[a] * p[b] * (1 + (a != b))) if sound[f] else 1.0
                byte = made[genotype_number(a, b, 6), f]
                assert LR[byte] >= ratio * (1 - 1e-6)
                if 0 < byte < 255:
                    assert LOG10[byte] - np.log10(ratio) <= 1 / 16 + 1e-6


def test_bounds__of_another_setting_are_others(families_only: Path) -> None:
    store = open_store(families_only)
    standing(store, Settings())
    before = {f.name for f in (families_only / "bounds").rglob("*.npy")}
    standing(store, replace(Settings(), mutation="equal:0.002"))
    after = {f.name for f in (families_only / "bounds").rglob("*.npy")}
    assert len(after) == 2 * len(before)
    assert not list(families_only.rglob("*.part"))


def test_bounds__that_were_damaged_are_named(families_only: Path) -> None:
    store = open_store(families_only)
    ready = standing(store, Settings())
    file = next((families_only / "bounds").rglob("*.npy"))
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(UnusableInputError, match=file.name):
        open_bounds(store, ready.panel, Settings())


def test_search_new__answers_on_the_command_line(families_only: Path) -> None:
    told = run_json("search", families_only, "--new", TWO_GRAVES / "postmortem.tsv")
    assert told["missing_persons"] == 91
    assert len(told["answers"]) == 115
    best = max(row["log10_lr"] for a in told["answers"] for row in a["matches"])
    text = run("search", families_only, "--new", TWO_GRAVES / "postmortem.tsv")
    assert text.exit_code == 0
    assert f"log10 LR {best:.4f}" in text.output


def test_search_new__refuses_what_it_cannot_use(families_only: Path, tmp_path: Path) -> None:
    remains = FORMATS / "familias-remains.txt"
    assert_refused(run("search", families_only), "--out", "--new")
    assert_refused(run("search", families_only, "--new", remains, "--out", tmp_path / "o"), "--new")
    assert_refused(run("search", families_only, "--new", tmp_path / "none.txt"), "none.txt")
    assert_refused(run("search", tmp_path, "--new", remains), "store.json")
