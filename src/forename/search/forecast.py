"""How long a search will take, foretold by searching a little of it before the first block."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from forename.search.job import Block, Job, search_block

_STRETCH = 256  # families, as many as a search keeps in memory at a time
_SHARE = 0.01  # of all families that are tried
_LEAST, _MOST = 2, 64  # stretches
_ROW = 4e-7  # seconds to write a hit


def foretold(job: Job, at_once: int, families: int) -> float:
    """Return the seconds that the search of so many families will take, and the writing.

    Stretches of families from everywhere in the order are searched among all remains, ``at_once``
    at a time, twice, and the second time counts. On a disturbed machine it may be far off.
    """
    total = len(job.order)
    count = int(np.clip(total / _STRETCH * _SHARE, _LEAST, _MOST))
    count = -(-count // at_once) * at_once
    starts = (np.arange(count) + 0.5) / count * total - _STRETCH / 2
    stretches = [
        Block(-1, max(0, int(start)), min(total, int(start) + _STRETCH)) for start in starts
    ]
    with ThreadPoolExecutor(at_once) as pool:
        # What is used for the first time (code, plans of shapes, memory) takes longer.
        list(pool.map(lambda block: search_block(job, block), stretches))
        begun = time.perf_counter()
        found = list(pool.map(lambda block: search_block(job, block), stretches))
        spent = time.perf_counter() - begun
    hits = sum(len(pairs.log10_lr) for pairs in found)
    tried = sum(block.end - block.begin for block in stretches)
    return (spent + hits * _ROW) * families / max(tried, 1)
