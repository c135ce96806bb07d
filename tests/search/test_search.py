"""A search as it is used: from files to results, stopped, gone on with, refused."""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.cli.command import EXAMPLES, FORMATS, assert_refused, run, run_json
from tests.search.results import RESULTS, digests

from forename.cli import search as cli_search
from forename.exceptions import UnusableInputError
from forename.formats import read_case
from forename.genetics.panel import build_panel
from forename.genetics.problem import Settings
from forename.genetics.ranking import Candidate, rank_matches, usable_family, usable_profile
from forename.genetics.typed_samples import typed_samples
from forename.search import forecast
from forename.search.executors import Threads
from forename.search.instructions import Avx2, Avx512, Plain, best_instructions
from forename.search.job import Wanted, blocks_of, prepare, search_block
from forename.search.run import run_search
from forename.search.store import add_problem, open_store

TWO_GRAVES = EXAMPLES / "two-graves"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("search") / "store"
    add_problem(folder, read_case(TWO_GRAVES))
    return folder


def _rows(folder: Path, name: str) -> list[tuple[str, str, float]]:
    return [tuple(r.values()) for r in pq.read_table(folder / name).to_pylist()]


def _engine() -> dict[tuple[str, str], float]:
    """Every LR of the example as the engine ranks it, one pairing at a time."""
    problem = read_case(TWO_GRAVES)
    settings = problem.settings
    profiles = [s.profile for s in typed_samples(problem) if s.source != "elimination profile"]
    markers = build_panel(problem.frequencies, profiles, settings).markers
    candidates = [
        Candidate(r.sample, (usable_profile(r, markers, settings),), r.sex) for r in problem.remains
    ]
    families = [usable_family(f, markers, settings) for f in problem.families]
    ranking = rank_matches(candidates, families, markers, settings)
    totals = ranking.totals()
    return {
        (c.label, p.label): float(totals[i, j])
        for i, c in enumerate(ranking.candidates)
        for j, p in enumerate(ranking.places)
    }


def test_search__hits_and_best_are_those_of_brute_force(store: Path, tmp_path: Path) -> None:
    settings = read_case(TWO_GRAVES).settings
    job = prepare(open_store(store), settings, Wanted(2.0, 2, -1.0))
    run_search(job, tmp_path / "out", Threads(2), size=16)
    every = _engine()
    hits = {(r, m): lr for r, m, lr in _rows(tmp_path / "out", "hits.parquet")}
    assert hits.keys() == {pair for pair, lr in every.items() if lr >= 2.0}
    assert len(hits) > 80
    assert max(abs(lr - every[pair]) for pair, lr in hits.items()) < 1e-9
    for side, name in enumerate(("best_of_remains.parquet", "best_of_missing.parquet")):
        found: dict[str, list[float]] = {}
        for row in _rows(tmp_path / "out", name):
            found.setdefault(row[side], []).append(row[2])
        expected: dict[str, list[float]] = {}
        for pair, lr in every.items():
            if lr >= -1.0:
                expected.setdefault(pair[side], []).append(lr)
        assert found.keys() == expected.keys()
        for label, lrs in expected.items():
            np.testing.assert_allclose(
                sorted(found[label], reverse=True), sorted(lrs, reverse=True)[:2], atol=1e-9
            )


def test_search__digits_do_not_depend_on_blocks_threads_or_processor(
    store: Path, tmp_path: Path
) -> None:
    settings = read_case(TWO_GRAVES).settings
    fastest = best_instructions()
    ways = [w for w in (Avx512(), Avx2(), Plain()) if w.classes <= 128]
    if isinstance(fastest, Avx2):
        ways = [Avx2(), Plain()]
    elif isinstance(fastest, Plain):
        ways = [Plain()]
    seen = set()
    for number, (way, size, threads) in enumerate(
        [(way, size, threads) for way in ways for size, threads in ((5, 3), (1000, 1))]
    ):
        job = prepare(open_store(store), settings, Wanted(0.0, 3, -2.0), way)
        out = run_search(job, tmp_path / str(number), Threads(threads), size=size)
        seen.add(tuple(digests(out)))
    assert len(seen) == 1


_KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from forename.genetics.problem import Settings
from forename.search import executors
from forename.search.job import Wanted, prepare, search_block
from forename.search.run import run_search
from forename.search.store import open_store

def slowly(job, block):
    time.sleep(0.02)
    return search_block(job, block)

def search(folder):
    run_search(job, folder, executors.Threads(2), size=3, resume=True)

executors.search_block = slowly
job = prepare(open_store(Path(sys.argv[1])), Settings(), Wanted(2.0, 3, 0.0))
chance = random.Random(20)
kills = 0
while kills < 50:  # a child is a process of its own, but need not load the program again
    folder = Path(sys.argv[2]) / str(kills)
    while True:
        child = os.fork()
        if not child:
            search(folder)
            os._exit(0)
        time.sleep(chance.uniform(0.0, 0.3))
        os.kill(child, signal.SIGKILL)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            break  # it had ended before
        kills += 1
    print(folder, flush=True)
print(kills)
"""


def test_search__killed_fifty_times_ends_with_the_same_digits(store: Path, tmp_path: Path) -> None:
    """Signal 9 at random moments; each search goes on with what was finished until it ends."""
    command = [sys.executable, "-c", _KILLED, str(store), str(tmp_path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert int(told[-1]) >= 50
    job = prepare(open_store(store), read_case(TWO_GRAVES).settings, Wanted(2.0, 3, 0.0))
    whole = run_search(job, tmp_path / "whole", Threads(1), size=64)
    assert len(told) > 3
    for folder in told[:-1]:
        assert digests(Path(folder)) == digests(whole)


def test_search__goes_on_after_a_torn_line_and_stops_at_a_changed_block(
    store: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run("search", store, "--out", out).exit_code == 0
    before = digests(out)
    ledger = out / "ledger.jsonl"
    entry = ledger.read_text()
    ledger.write_text(entry[: len(entry) // 2])
    again = run("search", store, "--out", out, "--resume")
    assert again.exit_code == 0, again.output
    assert digests(out) == before
    block = next((out / "blocks").iterdir())
    block.write_bytes(block.read_bytes()[:-1])
    assert_refused(
        run("search", store, "--out", out, "--resume"), block.name, "--resume", "ledger.jsonl"
    )
    assert digests(out) == before


@pytest.mark.parametrize("room", [1_500, 4_000])  # bytes: for no block, for no results
def test_search__with_no_room_says_so_and_goes_on_later(
    store: Path, tmp_path: Path, room: int
) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "forename", "search", str(store), "--out", str(out)]
    command += ["--block-size", "30", "--threshold", "0.001"]

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

    full = subprocess.run(
        command, preexec_fn=little_room, capture_output=True, text=True, check=False
    )
    assert full.returncode == 2, full.stderr
    assert "no room" in full.stderr
    assert not (out / "hits.parquet").exists()
    subprocess.run([*command, "--resume"], check=True, capture_output=True)
    assert {f.name for f in out.iterdir()} == {*RESULTS, "blocks", "ledger.jsonl", "search.json"}
    wanted = Wanted(-3.0, 3, 0.0)
    whole = run_search(
        prepare(open_store(store), Settings(), wanted), tmp_path / "whole", Threads(1), size=64
    )
    assert digests(out) == digests(whole)


def test_search__stops_where_the_store_changes_meanwhile(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    opened, _ = add_problem(folder, read_case(TWO_GRAVES))
    part = folder / opened.families[0].file
    before = part.read_bytes()
    middle = len(before) // 2
    job = prepare(opened, Settings(), Wanted(2.0, 3, 0.0))

    def tell(done: int, total: int) -> None:
        if done == 60:
            with part.open("r+b") as stream:  # in place, as a failing disk would
                stream.seek(middle)
                stream.write(bytes(byte ^ 1 for byte in before[middle : middle + 64]))

    out = tmp_path / "out"
    with pytest.raises(UnusableInputError, match=part.name):
        run_search(job, out, Threads(2), size=5, tell=tell)
    assert not (out / "hits.parquet").exists()
    with part.open("r+b") as stream:
        stream.write(before)
    run_search(job, out, Threads(2), size=5, resume=True)
    assert digests(out) == digests(run_search(job, tmp_path / "whole", Threads(1), size=64))


def test_search__is_not_mixed_with_another(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("search", store, "--out", out).exit_code == 0
    assert_refused(run("search", store, "--out", out), "holds a search already", "--resume")
    assert_refused(
        run("search", store, "--out", out, "--resume", "--threshold", 100), "other settings"
    )


def test_search__says_what_it_found(store: Path, tmp_path: Path) -> None:
    told = run_json("search", store, "--out", tmp_path / "out")
    assert (told["remains"], told["missing_persons"], told["markers"]) == (115, 91, 23)
    expected = sorted((lr for lr in _engine().values() if lr >= 4), reverse=True)
    assert told["hits"] == len(expected)
    best = [row["log10_lr"] for row in told["best_hits"]]
    np.testing.assert_allclose(best, expected[: len(best)], atol=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--threshold", "0"], ["--threshold", "positive"]),
        (["--threshold", "nan"], ["--threshold", "positive"]),
        (["--best-threshold", "-1"], ["--best-threshold", "positive"]),
        (["--mutation", "sideways:1"], ["sideways"]),
        (["--dropout", "2"], ["drop_out", "2"]),
    ],
)
def test_search__refuses_settings_before_it_begins(
    store: Path, tmp_path: Path, options: list[str], words: list[str]
) -> None:
    assert_refused(run("search", store, "--out", tmp_path / "out", *options), *words)
    assert not (tmp_path / "out").exists()


def test_store__takes_files_one_by_one_and_nothing_twice(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    remains = FORMATS / "familias-remains.txt"
    relatives = FORMATS / "familias-relatives.txt"
    frequencies = FORMATS / "frequencies-matrix.txt"
    first = run_json("store", "add", folder, "--postmortem", remains, "--frequencies", frequencies)
    assert first["remains_added"] == first["remains"] > 0
    second = run_json("store", "add", folder, "--antemortem", relatives)
    assert second["missing_persons_added"] > 0
    before = sorted(path.name for path in folder.iterdir())
    third = run_json("store", "add", folder, "--postmortem", remains, "--antemortem", relatives)
    assert third["known_already"] == first["remains"] + second["missing_persons"]
    assert (third["remains"], third["missing_persons"]) == (
        first["remains"],
        second["missing_persons"],
    )
    assert sorted(path.name for path in folder.iterdir()) == before


def test_store__refuses_what_does_not_fit(tmp_path: Path, store: Path) -> None:
    assert_refused(run("store", "add", tmp_path / "new"), "nothing to add", "--postmortem")
    assert_refused(
        run("store", "add", tmp_path / "new", "--postmortem", FORMATS / "familias-remains.txt"),
        "store.json",
    )
    assert_refused(
        run("store", "add", store, "--frequencies", FORMATS / "frequencies-matrix.txt"),
        "other allele frequencies",
    )
    assert_refused(run("search", tmp_path / "nowhere", "--out", tmp_path / "out"), "store.json")


def test_store__refuses_another_record_of_the_same_name(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    remains = (FORMATS / "familias-remains.txt").read_text()
    frequencies = FORMATS / "frequencies-matrix.txt"
    given = ("--postmortem", FORMATS / "familias-remains.txt", "--frequencies", frequencies)
    assert run("store", "add", folder, *given).exit_code == 0
    lines = remains.splitlines()
    cells = lines[1].split("\t")
    cells[-1], cells[-2] = "", ""
    (tmp_path / "changed.txt").write_text("\n".join([lines[0], "\t".join(cells), *lines[2:]]))
    before = (folder / "store.json").read_bytes()
    assert_refused(
        run("store", "add", folder, "--postmortem", tmp_path / "changed.txt"),
        cells[0],
        "other data",
    )
    assert (folder / "store.json").read_bytes() == before


@pytest.mark.parametrize(
    "damage", ["cut", "not json", "part cut", "part gone", "part altered", "newer"]
)
def test_store__damage_is_named(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "store"
    add_problem(folder, read_case(TWO_GRAVES))
    listing = folder / "store.json"
    part = folder / json.loads(listing.read_text())["families"][0]["file"]
    if damage == "cut":
        listing.write_bytes(listing.read_bytes()[:100])
    elif damage == "not json":
        listing.write_text("[1, 2]")
    elif damage == "newer":
        listing.write_text(listing.read_text().replace('"version": 1', '"version": 99', 1))
    elif damage == "part cut":
        part.write_bytes(part.read_bytes()[:200])
    elif damage == "part altered":
        data = bytearray(part.read_bytes())
        data[len(data) // 2] ^= 1
        part.write_bytes(data)
    else:
        part.unlink()
    named = part.name if damage.startswith("part") else "store.json"
    assert_refused(run("search", folder, "--out", tmp_path / "out"), named)
    assert not (tmp_path / "out").exists()


def test_store__parts_are_arrow_files_that_others_can_read(store: Path) -> None:
    listing = json.loads((store / "store.json").read_text())
    (part,) = listing["remains"]
    assert hashlib.sha256((store / part["file"]).read_bytes()).hexdigest() == part["sha256"]
    table = pa.ipc.open_file(str(store / part["file"])).read_all()
    assert table.num_rows == part["rows"] == 115


def test_a_little_of_a_search_foretells_the_rest(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = prepare(open_store(store), Settings(), Wanted(4.0, 0))
    ticks = iter([100.0, 103.0])  # the trial takes three seconds
    monkeypatch.setattr(forecast.time, "perf_counter", lambda: next(ticks))
    seconds = forecast.foretold(job, 2, 40 * len(job.order))
    # Both stretches are all families of so small a store, each searched once.
    hits = len(search_block(job, blocks_of(job, 1000)[0]).log10_lr)
    assert hits > 40
    assert seconds == pytest.approx((3.0 + 2 * hits * 4e-7) * 20, rel=1e-9)


def test_search__resumed_foretells_what_is_left(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, asked = tmp_path / "out", []
    job = prepare(open_store(store), Settings(), Wanted(2.0, 0))
    run_search(job, out, Threads(1), size=5, before=asked.append)
    ledger = out / "ledger.jsonl"
    ledger.write_text("".join(ledger.read_text().splitlines(keepends=True)[:-2]))
    run_search(job, out, Threads(1), size=5, resume=True, before=asked.append)
    run_search(job, out, Threads(1), size=5, resume=True, before=asked.append)
    sizes = [block.end - block.begin for block in blocks_of(job, 5)]
    assert asked == [sum(sizes), sum(sizes[-2:]), 0]

    monkeypatch.setattr(cli_search, "_FORETELL", 1)
    told = run_json("search", store, "--out", tmp_path / "workers", "--workers", 1)
    assert told["seconds_foretold"] > 0
    again = run_json("search", store, "--out", tmp_path / "workers", "--workers", 1, "--resume")
    assert again["seconds_foretold"] is None


def test_search__without_the_best_finds_the_same_hits(store: Path, tmp_path: Path) -> None:
    run_json("search", store, "--out", tmp_path / "best")
    run_json("search", store, "--out", tmp_path / "none", "--best", 0)
    hits = _rows(tmp_path / "none", "hits.parquet")
    assert hits
    assert hits == _rows(tmp_path / "best", "hits.parquet")
    for name in RESULTS[1:]:
        assert _rows(tmp_path / "best", name)
        assert not _rows(tmp_path / "none", name)
