"""A search from the first block to the results; blocks may end in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Protocol

from forename.search.job import Block, Job, Pairs, blocks_of, search_block
from forename.search.ledger import Ledger
from forename.search.outcome import write_outcome

BLOCK = 2048  # families


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
        waiting = iter(blocks)
        with ThreadPoolExecutor(self.number) as pool:
            running: dict[Future[Pairs], Block] = {}
            try:
                while True:
                    while len(running) < 2 * self.number:
                        block = next(waiting, None)
                        if block is None:
                            break
                        running[pool.submit(search_block, job, block)] = block
                    if not running:
                        return
                    ended, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in ended:
                        yield running.pop(future), future.result()
            finally:
                for future in running:
                    future.cancel()


def run_search(
    job: Job,
    folder: Path,
    executor: Executor,
    *,
    size: int = BLOCK,
    resume: bool = False,
    tell: Callable[[int, int], None] | None = None,
) -> Path:
    """Search every block that is not finished, then write the results; return their folder.

    ``tell`` hears the families searched so far and all. Raises `UnusableInputError` where the
    folder holds another search, or a finished block was changed.
    """
    ledger = Ledger(folder, job.digest, size, resume=resume)
    blocks = blocks_of(job, size)
    todo = [block for block in blocks if block.number not in ledger.done]
    searched = sum(b.end - b.begin for b in blocks if b.number in ledger.done)
    for block, pairs in executor.search(job, todo):
        ledger.enter(block, pairs)
        searched += block.end - block.begin
        if tell is not None:
            tell(searched, len(job.order))
    write_outcome(job, ledger.pairs(blocks), folder)
    return folder
