"""Blocks searched by worker processes: the same digits, whatever happens to the workers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.command import EXAMPLES, assert_refused, run
from tests.search.results import digests

from forename.exceptions import SearchStoppedError, UnusableInputError
from forename.formats import read_case
from forename.genetics.problem import Settings
from forename.search import executors
from forename.search.executors import Processes, Recipe, Threads, recipe_of, search_apart
from forename.search.job import Block, Job, Pairs, Wanted, prepare
from forename.search.run import run_search
from forename.search.store import add_problem, open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("executors") / "store"
    add_problem(folder, read_case(EXAMPLES / "two-graves"))
    return folder


@pytest.fixture
def job(store: Path) -> Job:
    return prepare(open_store(store), Settings(), Wanted(2.0, 3, 0.0))


def test_processes__give_the_digits_of_threads_even_when_workers_are_killed(
    job: Job, tmp_path: Path
) -> None:
    whole = run_search(job, tmp_path / "whole", Threads(2), size=64)
    killed: list[int] = []

    def tell(done: int, total: int) -> None:
        del total
        if done in (5, 40, 60):  # one of two, then both, then one again
            victims = [child.pid for child in multiprocessing.active_children()]
            for victim in victims if done == 40 else victims[:1]:
                assert victim is not None
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)

    out = run_search(job, tmp_path / "killed", Processes(2), size=1, tell=tell)
    assert len(set(killed)) == 4
    assert digests(out) == digests(whole)
    assert multiprocessing.active_children() == []


def _ends_its_process(recipe: Recipe, block: Block) -> Pairs:
    os._exit(9)


def test_processes__that_all_end_stop_the_search_with_what_is_finished_kept(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "search_apart", _ends_its_process)
    with pytest.raises(SearchStoppedError, match="--resume"):
        run_search(job, tmp_path / "out", Processes(1), size=50)
    monkeypatch.undo()
    out = run_search(job, tmp_path / "out", Processes(1), size=50, resume=True)
    whole = run_search(job, tmp_path / "whole", Threads(1), size=50)
    assert digests(out) == digests(whole)


def test_worker__refuses_another_store_and_another_version(job: Job, tmp_path: Path) -> None:
    block = Block(0, 0, 1)
    recipe = recipe_of(job)
    with pytest.raises(UnusableInputError, match="another store"):
        search_apart(replace(recipe, digest="0" * 64), block)
    with pytest.raises(UnusableInputError, match="same version"):
        search_apart(replace(recipe, version="0.0.0"), block)
    with pytest.raises(UnusableInputError, match="no profile store"):
        search_apart(replace(recipe, digest="1" * 64, store=tmp_path / "nowhere"), block)


def test_recipe__carries_no_name_of_a_record(job: Job) -> None:
    text = repr(recipe_of(job))
    for table in (job.remains, job.families):
        for name in table["name"].to_pylist():
            assert name not in text


_PARENT = """
import multiprocessing, sys
from pathlib import Path
from forename.genetics.problem import Settings
from forename.search.executors import Processes
from forename.search.job import Wanted, prepare
from forename.search.run import run_search
from forename.search.store import open_store

def tell(done, total):
    if done == 2:
        print(*[child.pid for child in multiprocessing.active_children()], flush=True)
        sys.stdin.read()

if __name__ == "__main__":
    job = prepare(open_store(Path(sys.argv[1])), Settings(), Wanted(2.0, 3, 0.0))
    run_search(job, Path(sys.argv[2]), Processes(2), size=1, tell=tell)
"""


def test_processes__end_when_the_search_is_killed(store: Path, tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    command = [sys.executable, str(script), str(store), str(tmp_path / "out")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(workers) == 2
        os.kill(parent.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while any(map(_runs, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(_runs, workers))


def _runs(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        return state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_search__takes_one_way_to_search_only(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert_refused(
        run("search", store, "--out", out, "--workers", 2, "--threads", 2), "--workers", "give one"
    )
    assert not out.exists()


def test_search__with_workers_and_any_block_size_writes_the_same_files(
    store: Path, tmp_path: Path
) -> None:
    assert run("search", store, "--out", tmp_path / "threads").exit_code == 0
    given = ("--workers", 2, "--block-size", 7)
    assert run("search", store, "--out", tmp_path / "workers", *given).exit_code == 0
    assert digests(tmp_path / "workers") == digests(tmp_path / "threads")
