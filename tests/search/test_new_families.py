"""New families against the remains of a store: the answer of a whole search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cli.command import EXAMPLES, assert_refused, run, run_json

from forename.exceptions import UnusableInputError
from forename.formats import read_case, read_parts
from forename.genetics.problem import Family, Problem, Settings
from forename.genetics.profiles import Call
from forename.search.executors import Threads
from forename.search.job import Wanted, prepare
from forename.search.new_families import StandingRemains
from forename.search.run import run_search
from forename.search.store import add_problem, open_store

TWO_GRAVES = EXAMPLES / "two-graves"
NEW = slice(3, 40, 4)


@pytest.fixture(scope="module")
def example() -> Problem:
    return read_case(TWO_GRAVES)


def _searched(
    problem: Problem, folder: Path, wanted: Wanted, settings: Settings
) -> dict[tuple[str, str], float]:
    """Return the hits and the best of missing persons of a whole search."""
    store, _ = add_problem(folder / "whole", problem)
    out = run_search(prepare(store, settings, wanted), folder / "out", Threads(2), size=64)
    return {
        (row["missing_person"], row["remains"]): row["log10_lr"]
        for name in ("hits.parquet", "best_of_missing.parquet")
        for row in pq.read_table(out / name).to_pylist()
    }


def _answered(
    ready: StandingRemains, families: Sequence[Family], wanted: Wanted
) -> dict[tuple[str, str], float]:
    answers, unsearchable = ready.hits(families, wanted)
    assert not unsearchable
    return {
        (name, row["remains"]): row["log10_lr"]
        for name, matches in answers
        for row in matches.to_pylist()
    }


@pytest.mark.parametrize("wanted", [Wanted(4.0, 3, 0.0), Wanted(1.0, 5, -2.0), Wanted(6.0, 0)])
@pytest.mark.parametrize("known", [0, 60])
def test_new_families__have_the_matches_of_a_whole_search(
    example: Problem, tmp_path: Path, wanted: Wanted, known: int
) -> None:
    new = example.families[NEW]
    others = tuple(f for f in example.families if f not in new)[:known]
    store, _ = add_problem(tmp_path / "store", replace(example, families=others))
    settings = Settings(mutation="stepwise:rate=0.002,rate2=0.0001,range=0.1", drop_out=0.05)
    ready = StandingRemains(store, settings)
    found = _answered(ready, new, wanted)
    assert len(found) > 5
    assert found == _answered(ready, new, wanted)  # what was laid out is used again
    for family in new[:3]:
        assert _answered(ready, [family], wanted).items() <= found.items()
    every = _searched(replace(example, families=(*others, *new)), tmp_path, wanted, settings)
    missing = {family.label(member) for family in new for member in family.missing}
    assert found == {pair: lr for pair, lr in every.items() if pair[0] in missing}


def test_new_families__with_an_allele_nobody_showed(example: Problem, tmp_path: Path) -> None:
    family = example.families[0]
    member, (profile, *_) = next(iter(family.profiles.items()))
    marker = next(iter(profile.calls))
    shown = replace(profile, calls={**profile.calls, marker: Call(("77", "78"))})
    family = replace(family, profiles={**family.profiles, member: (shown,)})
    others = example.families[1:30]
    store, _ = add_problem(tmp_path / "store", replace(example, families=others))
    wanted = Wanted(-3.0, 2, -3.0)
    found = _answered(StandingRemains(store, Settings()), [family], wanted)
    whole = _searched(replace(example, families=(family, *others)), tmp_path, wanted, Settings())
    assert found == {pair: lr for pair, lr in whole.items() if pair[0] == family.id}
    assert found


def test_new_families__need_remains(example: Problem, tmp_path: Path) -> None:
    for name, families in (("none", ()), ("some", example.families[:3])):
        add_problem(tmp_path / name, replace(example, remains=(), families=families))
        with pytest.raises(UnusableInputError, match="no remains"):
            StandingRemains(open_store(tmp_path / name), Settings()).hits(
                example.families[5:6], Wanted()
            )


def test_search_new_families__on_the_command_line(example: Problem, tmp_path: Path) -> None:
    store, _ = add_problem(tmp_path / "store", example)
    file = TWO_GRAVES / "antemortem.tsv"
    told = run_json("search", store.folder, "--new-families", file)
    assert told["remains"] == len(example.remains)
    families = read_parts(None, file, None, store.frequencies).families
    assert len(told["answers"]) == sum(len(family.missing) for family in families)
    assert any(answer["matches"] for answer in told["answers"])
    text = run("search", store.folder, "--new-families", file).stdout
    name = told["answers"][0]["missing_person"]
    assert f"{name} among {told['remains']:,} remains" in text


def test_search_new_families__refuses_what_it_cannot_use(example: Problem, tmp_path: Path) -> None:
    store, _ = add_problem(tmp_path / "store", example)
    file, folder = TWO_GRAVES / "antemortem.tsv", store.folder
    both = run("search", folder, "--new-families", file, "--out", tmp_path / "o")
    assert_refused(both, "--new-families")
    assert_refused(run("search", folder, "--new-families", file, "--new", file), "--new-families")
    for option in (("--expect",), ("--resume",), ("--workers", 2), ("--budget", 0.5)):
        assert_refused(run("search", folder, "--new-families", file, *option), option[0], "--out")
    among = run("search", folder, "--new-families", file, "--among", "remains")
    assert_refused(among, "--new-families")
    assert_refused(run("search", folder, "--new-families", tmp_path / "none.tsv"), "none.tsv")
    (tmp_path / "odd.tsv").write_text("rubbish\n")
    assert_refused(run("search", folder, "--new-families", tmp_path / "odd.tsv"), "odd.tsv")
