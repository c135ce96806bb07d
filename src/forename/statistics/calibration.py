"""Do events that were given probability p happen in a share p of cases?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

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
