"""Priors over assignments: what is believed about remains and missing persons before any DNA.

A prior is either a product of odds, one factor for every pairing, or depends on the number of
pairings (the urn of `victims`). Derivations are in ``docs/methods/priors.md``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from forename.exceptions import InvalidSettingError

Array = npt.NDArray[np.float64]

DEFAULT_LEAK = 0.05

_ACCEPTED = (
    "flat, odds:X (X > 0), missing-total:N (N > 1), victims:N (whole number), "
    "or strata:NAME=N,NAME=N[,leak=E]"
)


class PriorKind(StrEnum):
    """The families of priors that can be stated."""

    FLAT = "flat"
    ODDS = "odds"
    MISSING_TOTAL = "missing-total"
    VICTIMS = "victims"
    STRATA = "strata"


@dataclass(frozen=True, slots=True)
class Prior:
    """A stated prior over assignments.

    ``value`` is the odds X, or the number N of the kind; ``strata`` are (name, total missing)
    pairs and ``leak`` in [0, 1) is the probability that remains found in one stratum belong to
    another.
    """

    kind: PriorKind
    value: float = 1.0
    strata: tuple[tuple[str, float], ...] = ()
    leak: float = 0.0

    def __post_init__(self) -> None:
        numbers = [self.value, self.leak, *(total for _, total in self.strata)]
        if not all(math.isfinite(number) for number in numbers):
            raise InvalidSettingError(f"prior: numbers must be finite. Accepted: {_ACCEPTED}")
        if self.kind is PriorKind.ODDS and self.value <= 0:
            raise InvalidSettingError(f"prior odds must be positive, not {self.value:g}")
        if self.kind is PriorKind.MISSING_TOTAL and self.value <= 1:
            raise InvalidSettingError(f"prior missing-total must exceed 1, not {self.value:g}")
        if self.kind is PriorKind.VICTIMS and (self.value < 1 or self.value % 1):
            raise InvalidSettingError(
                f"prior victims must be a whole number of persons, not {self.value:g}"
            )
        if self.kind is PriorKind.STRATA:
            self._check_strata()

    def _check_strata(self) -> None:
        names = [name for name, _ in self.strata]
        if not names or len(set(names)) != len(names) or not all(names):
            raise InvalidSettingError("prior strata needs one total for every name, names differ")
        if any(total <= 1 for _, total in self.strata):
            raise InvalidSettingError("prior strata: every total must exceed 1")
        if not 0 <= self.leak < 1:
            raise InvalidSettingError(f"prior strata: leak must lie in [0, 1), not {self.leak:g}")
        if len(names) == 1 and self.leak > 0:
            raise InvalidSettingError("prior strata: one stratum alone has nowhere to leak to")

    @property
    def text(self) -> str:
        """The prior as a setting that `parse_prior` reads back."""
        if self.kind is PriorKind.FLAT:
            return "flat"
        if self.kind is PriorKind.STRATA:
            parts = [f"{name}={total:.12g}" for name, total in self.strata]
            return "strata:" + ",".join([*parts, f"leak={self.leak:.12g}"])
        return f"{self.kind.value}:{self.value:.12g}"


@dataclass(frozen=True, slots=True)
class PriorWeights:
    """A prior worked out for given rows and columns, natural logarithms.

    The log weight of an assignment with k pairings is the sum of ``log_odds`` over its pairs,
    plus ``log_counts[k]`` where given (length min(rows, columns) + 1, ``-inf`` = impossible).
    ``log_odds`` has the shape (rows, columns).
    """

    log_odds: Array
    log_counts: Array | None = None


def parse_prior(text: str) -> Prior:
    """Read a prior from its setting.

    Accepts ``flat``, ``odds:X``, ``missing-total:N``, ``victims:N`` and
    ``strata:NAME=N,NAME=N[,leak=E]``. Raises InvalidSettingError for anything else.
    """
    name, _, rest = text.strip().partition(":")
    try:
        kind = PriorKind(name.strip().lower())
    except ValueError:
        raise InvalidSettingError(f"prior {text!r} is not known. Accepted: {_ACCEPTED}") from None
    if kind is PriorKind.FLAT:
        if rest.strip():
            raise InvalidSettingError(f"prior flat takes no number. Accepted: {_ACCEPTED}")
        return Prior(kind)
    if kind is PriorKind.STRATA:
        return _parse_strata(rest, text)
    return Prior(kind, _number(rest, text))


def _parse_strata(rest: str, text: str) -> Prior:
    strata: list[tuple[str, float]] = []
    leak: float | None = None
    for part in rest.split(","):
        name, equals, number = part.partition("=")
        if not equals:
            raise InvalidSettingError(f"prior {text!r}: {part!r} is not NAME=N")
        if name.strip() == "leak":
            leak = _number(number, text)
        else:
            strata.append((name.strip(), _number(number, text)))
    if leak is None:
        leak = DEFAULT_LEAK if len(strata) > 1 else 0.0
    return Prior(PriorKind.STRATA, strata=tuple(strata), leak=leak)


def _number(number: str, text: str) -> float:
    try:
        return float(number)
    except ValueError:
        raise InvalidSettingError(
            f"prior {text!r}: {number.strip()!r} is not a number. Accepted: {_ACCEPTED}"
        ) from None


def default_prior(n_rows: int, n_columns: int) -> Prior:
    """Return the prior used when none is stated: one more missing person than can be seen."""
    return Prior(PriorKind.MISSING_TOTAL, float(max(n_rows, n_columns, 1) + 1))


def prior_weights(
    prior: Prior,
    n_rows: int,
    n_columns: int,
    row_strata: Sequence[str] = (),
    column_strata: Sequence[str] = (),
) -> PriorWeights:
    """Work out a prior for n_rows remains and n_columns missing persons.

    Strata label rows and columns, "" where unknown; only the kind ``strata`` reads them. Raises
    InvalidSettingError when the prior cannot hold for these numbers or a label has no total.
    """
    shape = (n_rows, n_columns)
    if prior.kind is PriorKind.FLAT:
        return PriorWeights(np.zeros(shape))
    if prior.kind is PriorKind.ODDS:
        return PriorWeights(np.full(shape, math.log(prior.value)))
    if prior.kind is PriorKind.MISSING_TOTAL:
        return PriorWeights(np.full(shape, -math.log(prior.value - 1)))
    if prior.kind is PriorKind.STRATA:
        return PriorWeights(_strata_log_odds(prior, n_rows, n_columns, row_strata, column_strata))
    return _urn_weights(int(prior.value), n_rows, n_columns)


def _strata_log_odds(
    prior: Prior, n_rows: int, n_columns: int, rows: Sequence[str], columns: Sequence[str]
) -> Array:
    row_labels, column_labels = list(rows) or [""] * n_rows, list(columns) or [""] * n_columns
    if len(row_labels) != n_rows or len(column_labels) != n_columns:
        raise InvalidSettingError("prior strata: give one label, or none, for each row and column")
    totals = dict(prior.strata)
    for label in {*row_labels, *column_labels} - {""}:
        if label not in totals:
            raise InvalidSettingError(f"prior strata: {label!r} has no total in {prior.text!r}")
    everyone = sum(totals.values())
    probability = np.empty((n_rows, n_columns))
    for i, row in enumerate(row_labels):
        for j, column in enumerate(column_labels):
            if not row or not column:
                probability[i, j] = 1 / everyone
            elif row == column:
                probability[i, j] = (1 - prior.leak) / totals[row]
            else:
                probability[i, j] = prior.leak / (everyone - totals[row])
    with np.errstate(divide="ignore"):
        odds: Array = np.log(probability) - np.log1p(-probability)
    return odds


def _urn_weights(n_victims: int, n_rows: int, n_columns: int) -> PriorWeights:
    """Return the exact urn: n_rows distinct persons drawn out of n_victims, n_columns named."""
    if n_victims < max(n_rows, n_columns):
        raise InvalidSettingError(
            f"prior victims:{n_victims} is less than the {n_rows} persons found or the "
            f"{n_columns} persons missing"
        )
    k = np.arange(min(n_rows, n_columns) + 1)
    unnamed, unmatched = n_victims - n_columns, n_rows - k
    log_counts = np.full(len(k), -np.inf)
    possible = unmatched <= unnamed
    log_counts[possible] = [
        _log_falling(unnamed, int(unmatched[i])) - _log_falling(n_victims, n_rows)
        for i in np.flatnonzero(possible)
    ]
    return PriorWeights(np.zeros((n_rows, n_columns)), log_counts)


def _log_falling(n: int, k: int) -> float:
    """Return log(n (n - 1) ... (n - k + 1)), for k <= n."""
    return math.fsum(math.log(n - i) for i in range(k))
