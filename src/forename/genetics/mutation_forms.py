"""Transformed mutation matrices: stationary, or reversible, with the same expected rate.

Each form takes a matrix (k, k) with the parent's allele in its row, frequencies (k,) and the
marker's name for messages, and returns a matrix (k, k) whose rows sum to 1. An entry may come out
negative where the form does not exist: the caller refuses it. Proofs: ``docs/methods/mutation.md``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from forename.exceptions import InvalidMarkerError
from forename.genetics.markers import Array

_ROUNDING = 1e-13


def with_diagonal(off: Array) -> Array:
    """Return the matrix with these off-diagonal entries whose rows sum to 1."""
    matrix = off_diagonal(off)
    stay = 1 - matrix.sum(axis=1)
    # A rate of exactly 1 must not leave a rounding error below zero.
    stay[np.abs(stay) < _ROUNDING] = 0.0
    np.fill_diagonal(matrix, stay)
    return matrix


def off_diagonal(matrix: Array) -> Array:
    """Return the matrix with a zero diagonal: the mutations alone."""
    off = matrix.copy()
    np.fill_diagonal(off, 0.0)
    return off


def stationary(matrix: Array, frequencies: Array, marker: str) -> Array:
    """Return the matrix that keeps the frequencies from one generation to the next.

    The PM method of Simonsson and Mostad (2016, Forensic Sci. Int. Genet. 23, 217-225): the
    mutations of row i are scaled by ``c v_i / p_i``, where ``v`` is the stationary distribution
    of ``matrix`` and ``c`` keeps the expected rate; each set of connected alleles by itself.
    """
    off = off_diagonal(matrix)
    scale = np.ones(len(matrix))
    for members in _connected(off):
        block = off[np.ix_(members, members)]
        leaving = block.sum(axis=1)
        if leaving.sum() > 0:
            resting = _stationary_distribution(block, marker)
            own = frequencies[members]
            scale[members] = (own @ leaving) / (resting @ leaving) * resting / own
    return with_diagonal(scale[:, None] * off)


def reversible_mh(matrix: Array, frequencies: Array, marker: str) -> Array:
    """Return a reversible matrix by Metropolis and Hastings: the smaller of the two flows."""
    return _from_flow(np.minimum, matrix, frequencies, marker)


def reversible_ba(matrix: Array, frequencies: Array, marker: str) -> Array:
    """Return a reversible matrix by Barker: the product of the two flows over their sum."""
    return _from_flow(_barker, matrix, frequencies, marker)


def reversible_pr(matrix: Array, frequencies: Array, marker: str) -> Array:
    """Return a reversible matrix with preserved rate: the mean of the two flows."""
    return _from_flow(_mean, matrix, frequencies, marker)


FORMS: dict[str, Callable[[Array, Array, str], Array]] = {
    "stationary": stationary,
    "reversible-MH": reversible_mh,
    "reversible-BA": reversible_ba,
    "reversible-PR": reversible_pr,
}


def _barker(flow: Array, back: Array) -> Array:
    total = flow + back
    return np.divide(flow * back, total, out=np.zeros_like(flow), where=total > 0)


def _mean(flow: Array, back: Array) -> Array:
    return (flow + back) / 2


def _from_flow(
    symmetric: Callable[[Array, Array], Array], matrix: Array, frequencies: Array, marker: str
) -> Array:
    # The flow p_i M_ij from i to j; a symmetric flow is detailed balance.
    flow = frequencies[:, None] * off_diagonal(matrix)
    balanced = symmetric(flow, flow.T)
    if flow.sum() == 0:
        return matrix
    if balanced.sum() == 0:
        raise InvalidMarkerError(
            f"marker {marker}: no mutation of the matrix goes both ways, so it has no "
            "reversible form"
        )
    # Scaled back to the expected rate of the original matrix.
    return with_diagonal(balanced * (flow.sum() / balanced.sum()) / frequencies[:, None])


def _connected(off: Array) -> list[npt.NDArray[np.intp]]:
    linked = (off > 0) | (off.T > 0) | np.eye(len(off), dtype=bool)
    left = np.ones(len(off), dtype=bool)
    sets = []
    while left.any():
        members = np.zeros(len(off), dtype=bool)
        grown = linked[np.argmax(left)]
        while (grown & ~members).any():
            members |= grown
            grown = linked[members].any(axis=0)
        left &= ~members
        sets.append(np.flatnonzero(members))
    return sets


def _stationary_distribution(off: Array, marker: str) -> Array:
    # Grassmann, Taksar and Heyman (1985, Operations Research 33, 1107-1116): elimination without
    # subtraction, exact to the last digits even when rates differ by many orders of magnitude.
    work = off.copy()
    size = len(work)
    distribution = np.zeros(size)
    for last in range(size - 1, 0, -1):
        leaving = work[last, :last].sum()
        if leaving == 0:
            break
        work[:last, last] /= leaving
        work[:last, :last] += np.outer(work[:last, last], work[last, :last])
    else:
        distribution[0] = 1.0
        for index in range(1, size):
            distribution[index] = distribution[:index] @ work[:index, index]
    if not np.all(distribution > 0):
        raise InvalidMarkerError(
            f"marker {marker}: the mutation matrix has an allele that cannot be reached from "
            "another, so it has no stationary form"
        )
    return np.asarray(distribution / distribution.sum())
