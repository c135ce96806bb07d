"""A search on a real Ray cluster of two nodes on loopback addresses, one killed in the middle."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.cli.command import EXAMPLES, assert_refused, run
from tests.search.results import digests

from forename.formats import read_case
from forename.genetics.problem import Settings
from forename.search.executors import Threads
from forename.search.job import Wanted, prepare
from forename.search.run import run_search
from forename.search.store import add_problem, open_store

RAY = str(Path(sys.executable).with_name("ray"))
TOGETHER = ("--include-dashboard=false", "--disable-usage-stats")
ONE_NODE = ("--num-cpus=1", "--object-store-memory=80000000", "--block")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A token that every node and every search has to show."""
    token = tmp_path_factory.mktemp("token") / "token"
    token.write_text("an invented token of thirty-two letters")
    return {
        **os.environ,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_USAGE_STATS_ENABLED": "0",
    }


def _started(environment: dict[str, str], log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    with log.open("wb") as stream:
        return subprocess.Popen(
            [RAY, "start", *arguments, *ONE_NODE],
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _kill(node: subprocess.Popen[bytes]) -> None:
    """Kill a node with all its processes, as a power cut does."""
    own = {node.pid}
    parents = {
        int(stat.parent.name): int(stat.read_text().rsplit(")", 1)[1].split()[1])
        for stat in Path("/proc").glob("[0-9]*/stat")
        if stat.exists()
    }
    while more := {pid for pid, parent in parents.items() if parent in own} - own:
        own |= more
    for pid in own:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    node.wait()


@pytest.fixture(scope="module")
def cluster(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a cluster's head, and its second node."""
    folder = tmp_path_factory.mktemp("ray")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"127.0.0.1:{port}"
    head = _started(environment, folder / "head.log", "--head", f"--port={port}",
                    "--node-ip-address=127.0.0.1", "--min-worker-port=30000",
                    "--max-worker-port=30999", *TOGETHER)  # fmt: skip
    second = None
    try:
        _wait_for(folder / "head.log", "Ray runtime started", head)
        second = _started(environment, folder / "second.log", f"--address={address}",
                          "--node-ip-address=127.0.0.2", "--min-worker-port=31000",
                          "--max-worker-port=31999")  # fmt: skip
        _wait_for(folder / "second.log", "Ray runtime started", second)
        yield address, second
    finally:
        for node in filter(None, (second, head)):
            _kill(node)


def _wait_for(log: Path, words: str, node: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while words not in log.read_text(errors="replace"):
        assert node.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < until, log.read_text(errors="replace")
        time.sleep(0.1)


_SLOW = """
import os, sys, time
from pathlib import Path
import ray
from forename.genetics.problem import Settings
from forename.search import executors
from forename.search.job import Wanted, prepare
from forename.search.run import run_search
from forename.search.store import open_store

def slowly(recipe, block):
    from forename.search.executors import search_apart

    time.sleep(0.1)
    pairs = search_apart(recipe, block)
    with (places / f"{block.number}").open("a") as place:
        print(ray.get_runtime_context().get_node_id(), file=place)
    return pairs

store, out, address = sys.argv[1:]
places = Path(out + "-places")
places.mkdir()
executors.search_apart = slowly
job = prepare(open_store(Path(store)), Settings(), Wanted(2.0, 3, 0.0))
tell = lambda done, total: os.write(1, f"{done}{os.linesep}".encode())
run_search(job, Path(out), executors.Cluster(address), size=1, tell=tell)
"""


def test_cluster__gives_the_same_digits_when_a_node_is_killed(
    cluster: tuple[str, subprocess.Popen[bytes]], environment: dict[str, str], tmp_path: Path
) -> None:
    address, second = cluster
    store = tmp_path / "store"
    add_problem(store, read_case(EXAMPLES / "two-graves"))
    out = tmp_path / "out"
    command = [sys.executable, "-c", _SLOW, str(store), str(out), address]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as search:
        assert search.stdout is not None
        assert search.stderr is not None
        for line in search.stdout:
            if int(line) == 25:
                _kill(second)
        assert search.wait() == 0, search.stderr.read()
    places = {
        place.name: set(place.read_text().split()) for place in (tmp_path / "out-places").iterdir()
    }
    assert len(places) == 91
    assert len(set().union(*places.values())) == 2  # both nodes had a part
    whole = run_search(prepare(open_store(store), Settings(), Wanted(2.0, 3, 0.0)),
                       tmp_path / "whole", Threads(2), size=64)  # fmt: skip
    assert digests(out) == digests(whole)


@pytest.mark.parametrize("address", ["127.0.0.1:{free}", "127.0.0.1", "nowhere.invalid:1", "a:b"])
def test_cluster__that_does_not_answer_is_named(tmp_path: Path, address: str) -> None:
    store = tmp_path / "store"
    add_problem(store, read_case(EXAMPLES / "two-graves"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = address.format(free=free.getsockname()[1])
    refused = run("search", store, "--out", tmp_path / "out", "--cluster", nobody)
    assert_refused(refused, f"--cluster {nobody}", "ray start --head")
