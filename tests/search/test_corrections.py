"""Corrections of a store: what is searched afterwards, what stays, what is refused."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cli.command import EXAMPLES, assert_refused, run, run_json

from forename.exceptions import UnusableInputError
from forename.formats import read_case
from forename.genetics.problem import Problem, Settings
from forename.genetics.profiles import Call
from forename.search.corrections import correct_store
from forename.search.executors import Threads
from forename.search.job import Wanted, prepare
from forename.search.new_remains import standing
from forename.search.run import run_search
from forename.search.store import add_problem, open_store

AT = "2026-01-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def example() -> Problem:
    problem = read_case(EXAMPLES / "two-graves")
    return replace(problem, remains=problem.remains[:20], families=problem.families[:30])


@pytest.fixture
def store(example: Problem, tmp_path: Path) -> Path:
    first = replace(example, remains=example.remains[:12], families=example.families[:18])
    add_problem(tmp_path / "store", first)
    add_problem(tmp_path / "store", example)
    return tmp_path / "store"


def _other_calls(problem: Problem) -> Problem:
    """Return one sample and one family with other calls, as if typed again."""
    sample = problem.remains[3]
    marker, call = next((m, c) for m, c in sample.calls.items() if len(c.distinct) == 2)
    again = replace(sample, calls={**sample.calls, marker: Call((call.alleles[0],))})
    family = problem.families[2]
    member, own = next(iter(family.profiles.items()))
    less = tuple(replace(p, calls=dict(list(p.calls.items())[:9])) for p in own)
    shorter = replace(family, profiles={**family.profiles, member: less})
    return replace(problem, remains=(again,), families=(shorter,))


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def _hits(folder: Path, out: Path) -> Path:
    job = prepare(open_store(folder), Settings(), Wanted(0.0, 2))
    return run_search(job, out, Threads(1), size=16)


def test_a_corrected_store_is_searched_as_one_made_of_the_right_records(
    store: Path, example: Problem, tmp_path: Path
) -> None:
    wrong = _hits(store, tmp_path / "wrong")
    before = {file.name: file.read_bytes() for file in store.glob("*.arrow")}
    right = _other_calls(example)
    _, corrected = correct_store(store, right, ["G1-001"], "typed again", AT)
    assert corrected.remains == (right.remains[0].sample,)
    assert corrected.families == (right.families[0].id,)
    assert corrected.withdrawn == ("G1-001",)
    replaced = {p.sample: p for p in right.remains}
    families = {f.id: f for f in right.families}
    whole = replace(
        example,
        remains=tuple(replaced.get(p.sample, p) for p in example.remains if p.sample != "G1-001"),
        families=tuple(families.get(f.id, f) for f in example.families),
    )
    add_problem(tmp_path / "anew", whole)

    def pairs(folder: Path) -> dict[tuple[str, str], float]:
        rows = pq.read_table(folder / "hits.parquet").to_pylist()
        return {(r["remains"], r["missing_person"]): r["log10_lr"] for r in rows}

    own = pairs(_hits(store, tmp_path / "corrected"))
    anew = pairs(_hits(tmp_path / "anew", tmp_path / "found"))
    assert own.keys() == anew.keys()
    assert all(math.isclose(lr, anew[pair], abs_tol=1e-9) for pair, lr in own.items())
    assert own != pairs(wrong)
    # Nothing is lost: the earlier files stay, and what was done and why is kept.
    assert all((store / name).read_bytes() == data for name, data in before.items())
    (kept,) = json.loads((store / "store.json").read_text())["corrections"]
    assert kept["reason"] == "typed again"
    assert kept["at"] == AT
    assert set(kept["replaced"]) <= before.keys()
    assert open_store(store).corrections[0].withdrawn == ("G1-001",)


def test_an_allele_that_was_mistyped_once_is_never_seen(example: Problem, tmp_path: Path) -> None:
    """How frequent a rare allele is depends on which were seen: corrected, no LR remembers it."""
    sample = example.remains[3]
    marker = next(m for m, c in sample.calls.items() if len(c.distinct) == 2)
    mistyped = replace(sample, calls={**sample.calls, marker: Call(("99.3", "99.3"))})
    wrong = tuple(mistyped if p is sample else p for p in example.remains)
    add_problem(tmp_path / "store", replace(example, remains=wrong))
    right = replace(example, remains=(sample,), families=())
    store, _ = correct_store(tmp_path / "store", right, [], "typed again", AT)
    assert store.unseen[marker] == {"99.3"}
    add_problem(tmp_path / "anew", example)
    found = [
        {
            (r["remains"], r["missing_person"]): r["log10_lr"]
            for r in pq.read_table(_hits(folder, tmp_path / name) / "hits.parquet").to_pylist()
        }
        for folder, name in ((tmp_path / "store", "a"), (tmp_path / "anew", "b"))
    ]
    assert found[0].keys() == found[1].keys()
    assert all(math.isclose(lr, found[1][p], abs_tol=1e-9) for p, lr in found[0].items())
    # Somebody who does show it makes it one that was seen.
    other = replace(mistyped, sample="NEW-1")
    store, _ = add_problem(tmp_path / "store", replace(example, remains=(other,), families=()))
    assert not store.unseen.get(marker)


def test_what_was_withdrawn_is_not_added_again_unasked(store: Path, example: Problem) -> None:
    correct_store(store, None, ["F001", "F001", "G1-001"], "the family asked for it", AT)
    opened = open_store(store)
    assert opened.corrections[0].withdrawn == ("F001", "G1-001")
    made, added = add_problem(store, example)
    assert added.withdrawn == 2 + sum(p.sample == "G1-001" for p in example.remains[1:])
    assert (added.remains, added.families) == (0, 0)
    assert set(made.withdrawn) == {"F001", "G1-001"}
    family = next(f for f in example.families if f.id == "F001")
    back = replace(example, remains=(), families=(family,))
    made, _ = correct_store(store, back, [], "they asked again", AT)
    assert set(made.withdrawn) == {"G1-001"}
    assert sum(part.rows for part in made.families) == sum(len(f.missing) for f in example.families)


def test_new_remains_meet_the_corrected_families(store: Path, example: Problem) -> None:
    person = next(p for p in example.remains if p.sample == "G1-019")
    wanted = Wanted(0.0, 0)
    (first,) = standing(open_store(store), Settings()).hits([person], wanted)
    (best, *_) = first["missing_person"].to_pylist()
    correct_store(store, None, [best], "reported by mistake", AT)
    (second,) = standing(open_store(store), Settings()).hits([person], wanted)
    assert best not in second["missing_person"].to_pylist()
    assert len(second) < len(first)


def test_a_search_does_not_go_on_with_a_corrected_store(store: Path, tmp_path: Path) -> None:
    run("search", store, "--out", tmp_path / "out")
    correct_store(store, None, ["G1-001"], "another case", AT)
    refused = run("search", store, "--out", tmp_path / "out", "--resume")
    assert_refused(refused, "search")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("same", "holds these records already"),
        ("unknown", "hold no NOBODY"),
        ("twice", "stands 2 times"),
        ("gone", "cannot be withdrawn"),
        ("both", "corrected as well"),
        ("reason", "needs a reason"),
    ],
)
def test_what_is_no_correction_is_refused(
    store: Path, example: Problem, what: str, said: str
) -> None:
    right = _other_calls(example)
    problem: Problem | None = replace(right, families=())
    withdraw: list[str] = []
    reason = "because"
    if what == "same":
        problem = replace(example, remains=example.remains[:2], families=())
    elif what == "unknown":
        nobody = replace(right.remains[0], sample="NOBODY")
        problem = replace(right, remains=(nobody,), families=())
    elif what == "twice":
        problem = replace(right, remains=right.remains * 2, families=())
    elif what == "gone":
        withdraw = ["NOBODY"]
    elif what == "both":
        withdraw = [right.remains[0].sample]
    else:
        reason = "  "
    before = _files(store)
    with pytest.raises(UnusableInputError, match=said):
        correct_store(store, problem, withdraw, reason, AT)
    assert _files(store) == before


def test_command(store: Path, tmp_path: Path) -> None:
    told = run_json(
        "store", "correct", store, "--withdraw", "F001", "--reason", "the family asked for it"
    )
    assert told["withdrawn"] == 1
    assert told["missing_persons"] == 29
    assert_refused(run("store", "correct", store, "--reason", "x"), "nothing to correct")
    shutil.rmtree(store)
    refused = run("store", "correct", store, "--withdraw", "F001", "--reason", "x")
    assert_refused(refused, "no profile store")
