"""Where blocks are searched: threads, worker processes of this machine, a Ray cluster.

Workers outside of this process make the search anew from the store on their machine; what travels
are settings, numbers of blocks, and pairs as numbers with their LR: no name, no profile
(``docs/decisions/0011-blocks-that-may-be-lost.md``).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from forename.exceptions import InvalidSettingError, SearchStoppedError, UnusableInputError
from forename.genetics.problem import Settings
from forename.search.job import Block, Job, Pairs, Wanted, prepare, search_block
from forename.search.store import open_store
from forename.version import __version__

MOST_LOSSES = 3  # of all workers, with no block ended between
_AHEAD = 2  # blocks given out for each worker

Submit = Callable[[Block], "Future[Pairs]"]


class Executor(Protocol):
    """Where blocks are searched."""

    def search(self, job: Job, blocks: Iterable[Block]) -> Iterator[tuple[Block, Pairs]]:
        """Yield each block with its pairs, in the order in which they end."""


class Threads:
    """Blocks in threads of this process: the kernels run beside each other."""

    def __init__(self, number: int) -> None:
        self.number = number

    def search(self, job: Job, blocks: Iterable[Block]) -> Iterator[tuple[Block, Pairs]]:
        """Yield each block with its pairs, at most two blocks a thread waiting."""
        with ThreadPoolExecutor(self.number) as pool:
            submit: Submit = lambda block: pool.submit(search_block, job, block)  # noqa: E731
            yield from _as_they_end(submit, blocks, self.number)


class Processes:
    """Blocks in worker processes of this machine; one that is killed is replaced."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._pool: ProcessPoolExecutor | None = None

    def search(self, job: Job, blocks: Iterable[Block]) -> Iterator[tuple[Block, Pairs]]:
        """Yield each block with its pairs; what a killed worker had is searched by another."""
        recipe = recipe_of(job)

        def submit(block: Block) -> Future[Pairs]:
            try:
                return self._workers().submit(search_apart, recipe, block)
            except BrokenProcessPool:  # one was killed while none of its blocks was waited for
                self._end()
                return self._workers().submit(search_apart, recipe, block)

        try:
            yield from _as_they_end(submit, blocks, self.number, (BrokenProcessPool,))
        finally:
            self._end()

    def _workers(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Forked from a process with threads, a worker may wait for a lock for ever.
            fresh = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.number, fresh, initializer=_as_worker)
        return self._pool

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


class Cluster:
    """Blocks on the machines of a Ray cluster; those of a machine that is lost go to others."""

    def __init__(self, address: str) -> None:
        try:
            import ray  # noqa: F401
        except ImportError as error:
            raise InvalidSettingError(
                "--cluster needs Ray; install it with: pip install 'forename[cluster]'"
            ) from error
        host, colon, port = address.rpartition(":")
        try:  # Ray itself would try for minutes
            socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
        except (OSError, ValueError, OverflowError) as error:
            raise _no_cluster(address, error if colon else "HOST:PORT is needed") from error
        self.address = address

    def search(self, job: Job, blocks: Iterable[Block]) -> Iterator[tuple[Block, Pairs]]:
        """Yield each block with its pairs, one processor of the cluster each."""
        import ray
        from ray.exceptions import RayError, RayTaskError

        recipe = recipe_of(job)
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            ray.init(address=self.address, log_to_driver=False, configure_logging=False)
        except (RayError, ConnectionError, RuntimeError, ValueError) as error:
            raise _no_cluster(self.address, error) from error
        # Ray prints what happens to nodes on standard output, where results belong.
        with redirect_stdout(sys.stderr):
            try:
                yield from self._search(ray, recipe, blocks)
            except RayTaskError as error:
                raise error.cause from error
            finally:
                ray.shutdown()

    def _search(
        self, ray: Any, recipe: Recipe, blocks: Iterable[Block]
    ) -> Iterator[tuple[Block, Pairs]]:
        # Losses are ours to count: a block that no worker survives has to end the search.
        task = ray.remote(num_cpus=1, max_retries=0)(search_apart)
        lost = (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError,
                ray.exceptions.ObjectLostError, ray.exceptions.LocalRayletDiedError,
                ray.exceptions.OutOfMemoryError)  # fmt: skip
        kept: dict[Future[Pairs], Any] = {}  # what nobody refers to, Ray forgets

        def submit(block: Block) -> Future[Pairs]:
            answer = task.remote(recipe, block)
            future: Future[Pairs] = answer.future()
            kept[future] = answer
            future.add_done_callback(lambda ended: kept.pop(ended, None))
            return future

        workers = max(1, int(ray.cluster_resources().get("CPU", 1)))
        yield from _as_they_end(submit, blocks, workers, lost)


def _no_cluster(address: str, why: object) -> InvalidSettingError:
    return InvalidSettingError(
        f"--cluster {address}: no Ray cluster answers there ({why}); "
        "start one with `ray start --head`, see docs/guides/cluster.md"
    )


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a worker makes a search from: all it is told, but for the numbers of blocks."""

    store: Path
    settings: Settings
    wanted: Wanted
    digest: str
    version: str


def recipe_of(job: Job) -> Recipe:
    """Return what a worker needs to make the same search."""
    folder = job.store.folder.absolute()
    return Recipe(folder, job.settings, job.wanted, job.digest, __version__)


_made: dict[str, Job] = {}  # the search of this worker, by its digest


def search_apart(recipe: Recipe, block: Block) -> Pairs:
    """Return the pairs of a block, in a worker that makes the search when it first hears of it.

    Raises `UnusableInputError` where the worker has another store or another version.
    """
    if recipe.version != __version__:
        raise UnusableInputError(
            f"a worker runs Forename {__version__}, this search {recipe.version}.",
            expected="the same version on every machine",
        )
    job = _made.get(recipe.digest)
    if job is None:
        job = prepare(open_store(recipe.store), recipe.settings, recipe.wanted)
        if job.digest != recipe.digest:
            raise UnusableInputError(
                "a worker has another store in this place, or the store was changed.",
                file=str(recipe.store),
                expected="the same files on every machine; copy the folder again",
            )
        _made.clear()
        _made[recipe.digest] = job
    return search_block(job, block)


def _as_worker() -> None:
    """Leave Ctrl-C to the process that asked, and end with it, even if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:

        def end_with_parent() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=end_with_parent, daemon=True).start()


def _as_they_end(
    submit: Submit,
    blocks: Iterable[Block],
    workers: int,
    lost: tuple[type[Exception], ...] = (),
) -> Iterator[tuple[Block, Pairs]]:
    """Yield blocks with their pairs as they end; a block whose worker was ``lost`` goes out again.

    Raises `SearchStoppedError` where workers are lost and no block ends.
    """
    waiting = iter(blocks)
    again: list[Block] = []
    running: dict[Future[Pairs], Block] = {}
    losses = 0
    try:
        while True:
            while len(running) < _AHEAD * workers:
                block = again.pop() if again else next(waiting, None)
                if block is None:
                    break
                running[submit(block)] = block
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                block = running.pop(future)
                try:
                    pairs = future.result()
                except lost as loss:
                    losses += 1  # each block given out to the workers that are lost is one
                    if losses > MOST_LOSSES * _AHEAD * workers:
                        raise SearchStoppedError(
                            f"the workers end, and no block does ({loss}). They may lack memory: "
                            "try fewer of them. What is finished is kept: go on with --resume"
                        ) from loss
                    again.append(block)
                else:
                    losses = 0
                    yield block, pairs
    finally:
        for future in running:
            future.cancel()
