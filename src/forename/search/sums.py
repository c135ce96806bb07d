"""The distribution of a sum of log LRs over markers: tails under both hypotheses, nothing drawn.

Each marker's distribution is put on a grid and the markers' Fourier transforms are multiplied; the
method and its error: ``docs/methods/power.md``.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forename.genetics.encoding import IntArray
from forename.genetics.markers import Array

STEP = 1.0 / 256  # log10 LR
_BELOW = 12  # log10 LR; the missing person's LR is lower with a probability below 1e-12
_LENGTH = 2048  # lengths of grids are multiples: quick to transform
_SLIP = 1e-6  # probability that is left out of the error of the grid

Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """What one marker may bring, where remains show it in one way.

    ``log10_lr`` and ``weight`` list the LRs other than 0 with their probabilities if the remains
    are the missing person, up to the factor ``total``, which is 1 where the calls are all that can
    be seen. ``zero`` is the probability of LR 0 if they are of somebody unrelated.
    """

    log10_lr: Array
    weight: Array
    zero: float

    @property
    def total(self) -> float:
        """The sum of the weights."""
        return float(self.weight.sum())


CERTAIN = Atoms(np.zeros(1), np.ones(1), 0.0)  # the LR is 1


def atoms_of(ratios: Array, chance: Array) -> Atoms:
    """Return the atoms of LRs that have these probabilities if the remains are unrelated."""
    possible = (ratios > 0) & (chance > 0)
    lr, p = ratios[possible], chance[possible]
    return Atoms(np.log10(lr), p * lr, float(chance[ratios <= 0].sum()))


def grid_error(markers: int) -> float:
    """Return how far (log10 LR) the grid may move a level, but for a probability of 1e-6."""
    return float(STEP * np.sqrt(markers * -np.log(_SLIP) / 2))


def tails(atoms: Sequence[Atoms], patterns: IntArray, level: float) -> Array:
    """Return what sums of one atom a marker reach, shape (patterns, 4).

    ``patterns``, shape (patterns, markers), number the atoms. The four are P(LR >= level) for the
    missing person, then for somebody unrelated P(LR >= level), P(LR >= 1) and P(LR = 0).
    ``level`` is a log10 LR.
    """
    highest = np.array([max(0.0, float(each.log10_lr.max(initial=0.0))) for each in atoms])
    top = float(highest[patterns].sum(axis=1).max(initial=0.0))
    span = int(np.ceil((top + _BELOW) / STEP)) + patterns.shape[1] + 2
    length = -(-span // _LENGTH) * _LENGTH
    spectra = np.fft.rfft(np.array([_on_grid(each, length) for each in atoms]))
    asked = _questions(length, level)
    reached = np.empty((len(patterns), 4))
    for n, pattern in enumerate(patterns):
        product: Complex = spectra[pattern[0]].copy()
        for number in pattern[1:]:
            product *= spectra[number]
        reached[n, :3] = (asked * product).sum(axis=1).real / length
    total = np.array([each.total for each in atoms])[patterns].prod(axis=1)
    reached[:, 1:3] *= total[:, None]
    with np.errstate(divide="ignore"):
        never = np.log1p([-min(1.0, each.zero) for each in atoms])
    reached[:, 3] = -np.expm1(never[patterns].sum(axis=1))
    return np.clip(reached, 0.0, 1.0)


def _on_grid(atoms: Atoms, length: int) -> Array:
    """Return the weights on a circle of points, each atom between two with its mean kept."""
    place = np.maximum(atoms.log10_lr, -_BELOW) / STEP
    lower = np.floor(place)
    share = place - lower
    low = int(lower.min(initial=0.0))
    index = lower.astype(np.int64) - low
    size = int(index.max(initial=0)) + 2
    own = np.bincount(index, atoms.weight * (1 - share), size)
    own[1:] += np.bincount(index, atoms.weight * share, size)[:-1]
    grid = np.zeros(length)
    grid[:size] = own / max(atoms.total, 1e-300)
    return np.roll(grid, low)


@functools.lru_cache(maxsize=64)
def _questions(length: int, level: float) -> Complex:
    """Return the spectra of the functions of the sum whose means are asked for."""
    points = np.arange(length)
    sums = np.where(points * STEP > length * STEP - _BELOW, points - length, points) * STEP
    found = sums >= level - 1e-9
    lowest = min(level, 0.0)  # lower sums are not asked for, and their inverses are huge
    unrelated = 10.0 ** -np.maximum(sums, lowest)
    asked = np.fft.rfft([found, found * unrelated, (sums >= -1e-9) * unrelated]).conj()
    asked[:, 1 : (length + 1) // 2] *= 2  # for the half of a real spectrum that is not kept
    return asked
