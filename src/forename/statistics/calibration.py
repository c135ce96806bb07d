"""Whether events that were given probability p happen in a share p of cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

# Classes of probability, closest where a posterior leads to a proposal.
CLASSES = (0.0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 0.9999, 1.0)


@dataclass(frozen=True, slots=True)
class Reliability:
    """Statements with a probability from ``low`` to below ``high`` (1 belongs to the last class).

    ``true`` of the ``statements`` happened, ``expected`` is the sum of their probabilities. The
    deviation of independent, calibrated statements is ``deviation``.
    """

    low: float
    high: float
    statements: int
    true: int
    expected: float
    deviation: float

    @property
    def stated(self) -> float:
        """The mean stated probability."""
        return self.expected / self.statements

    @property
    def share(self) -> float:
        """The share that happened."""
        return self.true / self.statements

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % score interval of the probability behind the share."""
        return wilson_interval(self.true, self.statements)


def reliability_table(
    stated: npt.NDArray[np.float64],
    happened: npt.NDArray[np.bool_],
    classes: Sequence[float] = CLASSES,
) -> tuple[Reliability, ...]:
    """Return one row for each class of probability that holds a statement.

    ``stated`` are probabilities in [0, 1] and ``happened`` whether each event did, shape (n,).
    """
    rows = []
    for low, high in pairwise(classes):
        inside = (stated >= low) & ((stated < high) | (high == classes[-1]))
        if inside.any():
            own = stated[inside]
            rows.append(
                Reliability(
                    low,
                    high,
                    int(inside.sum()),
                    int(happened[inside].sum()),
                    float(own.sum()),
                    float((own * (1 - own)).sum() ** 0.5),
                )
            )
    return tuple(rows)


def wilson_interval(happened: int, cases: int, level: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a probability that ``happened`` out of ``cases`` estimate.

    ``level`` is its coverage, in (0, 1). Without cases it is (0, 1). Wilson 1927, J. Am. Stat.
    Assoc. 22, 209-212.
    """
    if cases == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = happened / cases
    middle = share + z * z / (2 * cases)
    half = z * math.sqrt(share * (1 - share) / cases + (z / (2 * cases)) ** 2)
    scale = 1 + z * z / cases
    low = 0.0 if happened == 0 else (middle - half) / scale
    high = 1.0 if happened == cases else (middle + half) / scale
    return low, high


def chance_of_at_least(count: int, probabilities: npt.NDArray[np.float64]) -> float:
    """Return the probability that at least ``count`` of independent events happen.

    ``probabilities`` (n,) need not be equal. Exact: the law of the number is built up event by
    event from non-negative terms; all totals from ``count`` on are kept as one.
    """
    if count <= 0:
        return 1.0
    law = np.zeros(count + 1)
    law[0] = 1.0
    for probability in probabilities:
        reached = law[-1] + law[-2] * probability
        law[1:-1] = law[1:-1] * (1 - probability) + law[:-2] * probability
        law[0] *= 1 - probability
        law[-1] = reached
    return float(law[-1])


@dataclass(frozen=True, slots=True)
class AnnouncedErrors:
    """Wrong proposals against what their posteriors announce.

    A proposal of posterior p announces 1 - p wrong ones. ``chance`` is the probability of
    ``wrong`` or more if the posteriors are calibrated and independent: small means overstated.
    """

    proposals: int
    expected: float
    wrong: int
    chance: float


def announced_errors(
    posteriors: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]
) -> AnnouncedErrors:
    """Compare the number of wrong proposals with the sum of 1 - posterior, both of shape (n,)."""
    wrong = int(len(right) - np.count_nonzero(right))
    announced = 1 - posteriors
    return AnnouncedErrors(
        len(right), math.fsum(announced), wrong, chance_of_at_least(wrong, announced)
    )
