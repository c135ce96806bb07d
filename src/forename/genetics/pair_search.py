"""Search all pairs of samples for those whose summed table entries exceed a level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from forename.compiled import compiled
from forename.genetics.markers import Array

Indices = npt.NDArray[np.intp]

# Far more than the rounding of a sum over markers: a pair at the level is never lost.
_SLACK = 1e-9


def pairs_above(
    codes: Indices, tables: Sequence[Array], left: Indices, right: Indices, level: float
) -> Indices:
    """Return the pairs (one of ``left``, one of ``right``) whose sum exceeds ``level``.

    ``codes`` (n, markers) gives each sample's row and column in the marker's table (u, u), which
    holds log10 LRs, -inf included. ``left`` and ``right`` index samples. Of a pair that both
    orders hold, only the one whose left index is smaller is returned. Shape (pairs, 2), in the
    order of ``left``, then ``right``. The sum runs in the order of the markers.
    """
    if not tables:
        return np.zeros((0, 2), dtype=np.intp)
    sizes = np.array([len(table) for table in tables], dtype=np.intp)
    offsets = np.concatenate(([0], np.cumsum(sizes**2)[:-1])).astype(np.intp)
    flat = np.concatenate([np.asarray(table, dtype=np.float64).ravel() for table in tables])
    best = np.concatenate([table.max(axis=1) for table in tables])
    first = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.intp)
    both = np.zeros(len(codes), dtype=np.bool_)
    both[np.intersect1d(left, right)] = True
    return _search(codes, flat, offsets, sizes, best, first, left, right, both, float(level))


@compiled
def _search(
    codes: Indices,
    flat: Array,
    offsets: Indices,
    sizes: Indices,
    best: Array,
    first: Indices,
    left: Indices,
    right: Indices,
    both: npt.NDArray[np.bool_],
    level: float,
) -> Indices:
    markers = codes.shape[1]
    found = np.empty((64, 2), dtype=np.intp)
    count = 0
    rows = np.empty(markers, dtype=np.intp)
    # reach[m]: the most that the markers from m on can still add for this sample
    reach = np.zeros(markers + 1)
    for i in left:
        for m in range(markers - 1, -1, -1):
            rows[m] = offsets[m] + codes[i, m] * sizes[m]
            reach[m] = reach[m + 1] + best[first[m] + codes[i, m]]
        for j in right:
            if i == j or (both[i] and both[j] and j < i):
                continue
            total = 0.0
            for m in range(markers):
                total += flat[rows[m] + codes[j, m]]
                if total + reach[m + 1] < level - _SLACK:
                    break
            if total > level:
                if count == len(found):
                    larger = np.empty((2 * count, 2), dtype=np.intp)
                    larger[:count] = found
                    found = larger
                found[count, 0] = i
                found[count, 1] = j
                count += 1
    return found[:count].copy()
