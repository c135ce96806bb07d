"""A search from the first block to the results; blocks may end in any order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from forename.exceptions import UnusableInputError
from forename.search.executors import Executor
from forename.search.job import Job, blocks_of
from forename.search.ledger import Ledger
from forename.search.outcome import write_outcome
from forename.search.store import check_parts


def run_search(
    job: Job,
    folder: Path,
    executor: Executor,
    *,
    size: int,
    resume: bool = False,
    before: Callable[[int], None] | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Path:
    """Search every block that is not finished, then write the results; return their folder.

    ``before`` hears, before the first block, how many families are left to search; ``tell`` the
    families searched so far and all. Raises `UnusableInputError` where the folder holds another
    search, a finished block was changed, or the store was meanwhile.
    """
    ledger = Ledger(folder, job.digest, size, resume=resume)
    blocks = blocks_of(job, size)
    todo = [block for block in blocks if block.number not in ledger.done]
    searched = sum(b.end - b.begin for b in blocks if b.number in ledger.done)
    if before is not None:
        before(len(job.order) - searched)
    for block, pairs in executor.search(job, todo):
        ledger.enter(block, pairs)
        searched += block.end - block.begin
        if tell is not None:
            tell(searched, len(job.order))
    try:
        check_parts(job.store)
    except UnusableInputError:
        ledger.forget()  # which blocks saw the altered part, nobody knows
        raise
    write_outcome(job, ledger.pairs(blocks), folder)
    return folder
