"""Columns gathered into the few classes that a processor looks up at once.

A class costs what its best column costs, so any gathering is safe; a good one keeps apart what
tells families apart. Alleles are put into bins of about equal frequency, and columns whose calls
lie in the same bins make a class (``docs/methods/search-screen.md``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forename.genetics.encoding import IntArray
from forename.search.columns import Columns, Seen
from forename.search.instructions import Instructions, code_of
from forename.search.screen import TILE

Logs = npt.NDArray[np.float32]
_FAR = 10.0  # a log10 LR that refuses a pair by itself: further away is no better


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """``of`` is the class of every column; ``tiles`` (tiles, markers, `TILE`) the samples' codes.

    Codes begin at an address that is a multiple of 64, as `open_pairs` needs them.
    """

    of: IntArray
    tiles: npt.NDArray[np.uint8]


def aligned(shape: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    """Return zeros that begin at an address that is a multiple of 64."""
    size = int(np.prod(shape))
    room = np.zeros(size + 64, np.uint8)
    start = -room.ctypes.data % 64
    return room[start : start + size].reshape(shape)


def classes_of(columns: Columns, instructions: Instructions, logs: Logs) -> Classes:
    """Return the classes of columns, at most as many as the instructions look up.

    ``logs`` (families, columns) are log10 LRs of some families of the search: of the gatherings
    that are tried, the one that costs their unrelated remains most is taken.
    """
    of = np.zeros(columns.bounds[-1], np.int64)
    samples, markers = columns.of.shape
    tiles = aligned((-(-samples // TILE), markers, TILE))
    for m in range(markers):
        begin, end = columns.bounds[m : m + 2]
        shown = columns.shown[begin:end]
        alleles = [_alleles(seen) for seen in columns.seen[m]]
        tried = _gatherings(alleles, shown, instructions)
        of[begin:end] = max(tried, key=lambda own: _mean_cost(own, shown, logs[:, begin:end]))
        codes = np.zeros(len(tiles) * TILE, np.uint8)
        codes[:samples] = code_of(of[begin + columns.of[:, m]], instructions)
        tiles[:, m] = codes.reshape(len(tiles), TILE)
    return Classes(of, tiles)


def _alleles(seen: Seen) -> tuple[str, ...]:
    """Return the alleles that were seen, each once."""
    return tuple(dict.fromkeys(a for call, _ in seen.calls for a in call.alleles))


def _gatherings(
    calls: Sequence[tuple[str, ...]], shown: IntArray, instructions: Instructions
) -> list[IntArray]:
    """Return ways to give each column a class; column 0, no call, is alone in class 0."""
    if len(calls) < instructions.classes:
        return [np.arange(len(calls) + 1)]
    seen: dict[str, float] = {}
    for alleles, count in zip(calls, shown[1:], strict=True):
        for allele in alleles:
            seen[allele] = seen.get(allele, 0.0) + float(count) / len(alleles)
    bins = 1
    while bins < len(seen) and (bins + 1) * (bins + 2) // 2 < instructions.classes:
        bins += 1
    made = []
    for alone in range(bins):
        bin_of = _bins(seen, alone, bins)
        numbers: dict[tuple[int, int], int] = {}
        of = [0]
        for alleles in calls:
            own = sorted(bin_of[a] for a in alleles)
            of.append(numbers.setdefault((own[0], own[-1]), len(numbers) + 1))
        made.append(np.array(of))
    return made


def _bins(seen: Mapping[str, float], alone: int, bins: int) -> dict[str, int]:
    """Return a bin for every allele: the most frequent alone, the others into the emptiest."""
    filled = np.zeros(bins)
    bin_of: dict[str, int] = {}
    for allele in sorted(seen, key=lambda a: (-seen[a], a)):
        number = len(bin_of) if len(bin_of) < alone else alone + int(filled[alone:].argmin())
        bin_of[allele] = number
        filled[number] += seen[allele]
    return bin_of


def _mean_cost(of: IntArray, shown: IntArray, logs: Logs) -> float:
    """Return what a remains falls short of a family's best at the marker, as its class tells."""
    order = np.argsort(of, kind="stable")
    _, begins = np.unique(of[order], return_index=True)
    best = np.maximum.reduceat(logs.T[order], begins)
    short = np.minimum(best.max(axis=0) - best, _FAR)
    return float((np.bincount(of, shown, len(best)) @ short).sum())
