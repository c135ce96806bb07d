"""Mutation models: from a few rates to the probability that an allele is passed on as another.

A matrix has the parent's allele in its row and the allele transmitted in its column; its rows sum
to 1. Every model is one function and one line in `MODELS`. Labels without a repeat number (``OL``,
``>20``) have no size: in the models that count repeats each is a group of its own, or has no
neighbour. A silent allele never mutates and no allele mutates to it. Definitions, proofs and
limits: ``docs/methods/mutation.md``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from forename.exceptions import InvalidMarkerError, InvalidSettingError
from forename.genetics.markers import Array, allele_key
from forename.genetics.mutation_forms import FORMS, off_diagonal, with_diagonal

_ROW_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class MutationModel:
    """A named model with its numbers: rates per meiosis in [0, 1], ``range`` in (0, 1].

    ``rate`` is the probability of a mutation, ``rate2`` that of one to another microvariant group,
    ``range`` the probability of one step more relative to one step less. ``form`` is empty or a
    key of `FORMS`. ``alleles`` and ``matrix`` belong to ``custom``. Raises `InvalidSettingError`.
    """

    name: str = "none"
    rate: float = 0.0
    rate2: float = 0.0
    range: float = 1.0
    form: str = ""
    alleles: tuple[str, ...] = ()
    matrix: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        if self.name not in MODELS:
            raise InvalidSettingError(f"mutation model {self.name!r} is not known; {_ACCEPTED}")
        if not (0 <= self.rate <= 1 and 0 <= self.rate2 <= 1 and self.rate + self.rate2 <= 1):
            raise InvalidSettingError(
                f"mutation model {self.name}: rate, rate2 and their sum must lie in [0, 1], "
                f"not {self.rate} and {self.rate2}"
            )
        if not 0 < self.range <= 1:
            raise InvalidSettingError(
                f"mutation model {self.name}: range must lie in (0, 1], not {self.range}"
            )
        if self.form and self.form not in FORMS:
            raise InvalidSettingError(f"mutation form {self.form!r} is not known; {_ACCEPTED}")
        size = len(self.alleles)
        if (self.name == "custom") != bool(size) or len(set(self.alleles)) != size:
            raise InvalidSettingError(
                f"mutation model {self.name}: custom needs distinct alleles, the others take none"
            )
        if len(self.matrix) != size or any(len(row) != size for row in self.matrix):
            raise InvalidSettingError(
                f"mutation model {self.name}: {size} alleles need {size} rows of {size} numbers"
            )

    def __str__(self) -> str:
        """Return the text from which `parse_mutation` makes the same model."""
        parts = []
        for parameter in MODELS[self.name].parameters:
            value = getattr(self, parameter)
            if parameter == "alleles":
                value = " ".join(value)
            elif parameter == "matrix":
                value = ";".join(" ".join(map(repr, row)) for row in value)
            parts.append(f"{parameter}={value}")
        if self.form:
            parts.append(f"form={self.form}")
        return f"{self.name}:{','.join(parts)}" if parts else self.name


@dataclass(frozen=True, slots=True)
class Ladder:
    """The alleles that a model works on: k labels, frequencies, repeat numbers and positions.

    ``tenths`` is ten times the repeat number, NaN for a label that is not one; ``positions`` is
    the rank, 0 to k - 1, by repeat number and then by label.
    """

    marker: str
    alleles: tuple[str, ...]
    frequencies: Array
    tenths: Array
    positions: Array


def equal_matrix(model: MutationModel, ladder: Ladder) -> Array:
    """Return the matrix in which every other allele is equally likely: ``rate / (k - 1)``."""
    size = len(ladder.alleles)
    return with_diagonal(_shared(1 - np.eye(size), model.rate))


def proportional_matrix(model: MutationModel, ladder: Ladder) -> Array:
    """Return ``(1 - a) I + a p``, where ``a`` makes the population's expected rate ``rate``."""
    total = ladder.frequencies.sum()
    target = ladder.frequencies / total
    expected = total * (target @ (1 - target))
    if len(target) == 1:
        return np.eye(1)
    return with_diagonal(np.tile(model.rate / expected * target, (len(target), 1)))


def stepwise_matrix(model: MutationModel, ladder: Ladder) -> Array:
    """Return the extended stepwise matrix: steps by repeat number within a microvariant group.

    The group is 10 (x - round(x)), halves rounded to even, so 9.7 and 10.3 differ. Mutations
    within the group are proportional to ``range`` to the number of steps and sum to ``rate``; the
    alleles of all other groups share ``rate2`` equally.
    """
    group = ladder.tenths - 10 * np.rint(ladder.tenths / 10)
    others = ~np.eye(len(group), dtype=bool)
    # NaN equals nothing: a label that is no repeat number is alone in its group.
    same = (group[:, None] == group) & others
    steps = np.where(same, np.abs(ladder.tenths[:, None] - ladder.tenths) / 10, np.inf)
    outside = (others & ~same).astype(np.float64)
    return with_diagonal(
        _shared(_decay(steps, model.range), model.rate) + _shared(outside, model.rate2)
    )


def position_matrix(model: MutationModel, ladder: Ladder) -> Array:
    """Return the stepwise matrix that counts steps in positions of the ladder, ignoring gaps."""
    return with_diagonal(_shared(_decay(_places_apart(ladder), model.range), model.rate))


def onestep_matrix(model: MutationModel, ladder: Ladder) -> Array:
    """Return the matrix that splits ``rate`` over the existing neighbours one repeat away."""
    neighbours = np.abs(ladder.tenths[:, None] - ladder.tenths) == 10
    return with_diagonal(_shared(neighbours.astype(np.float64), model.rate))


def dawid_matrix(model: MutationModel, ladder: Ladder) -> Array:
    """Return the reversible stepwise matrix of Dawid, Mortera, Pascali and van Boxel (2002).

    Off the diagonal ``rate * range**d / (S p_i)``, where ``d`` counts positions in the sorted
    ladder and ``S`` sums ``range**d`` over all ordered pairs, so that the expected rate is
    ``rate``. Scand. J. Stat. 29, 577-595.
    """
    if len(ladder.alleles) == 1:
        return np.eye(1)
    weights = off_diagonal(model.range ** _places_apart(ladder))
    flow = model.rate * weights / weights.sum()
    return with_diagonal(flow / ladder.frequencies[:, None])


def custom_matrix(model: MutationModel, ladder: Ladder) -> Array:
    """Return the given matrix in the ladder's order; an allele that it does not name is kept."""
    given = np.array(model.matrix)
    for label, row in zip(model.alleles, given, strict=True):
        if label not in ladder.alleles:
            raise InvalidMarkerError(
                f"marker {ladder.marker}: the custom mutation matrix names allele {label}, which "
                "has no frequency"
            )
        # Written so that NaN is refused too.
        if not (np.all(row >= 0) and abs(row.sum() - 1) <= _ROW_SUM_TOLERANCE):
            raise InvalidMarkerError(
                f"marker {ladder.marker}, allele {label}: the row of the custom mutation matrix "
                f"must be non-negative and sum to 1; it sums to {row.sum():.9g}, its smallest "
                f"number is {row.min():.9g}"
            )
    matrix = np.eye(len(ladder.alleles))
    places = [ladder.alleles.index(label) for label in model.alleles]
    matrix[np.ix_(places, places)] = given
    return matrix


@dataclass(frozen=True, slots=True)
class Recipe:
    """The function that makes a model's matrix, and the parameters that its text must state."""

    build: Callable[[MutationModel, Ladder], Array]
    parameters: tuple[str, ...]


MODELS: dict[str, Recipe] = {
    "none": Recipe(equal_matrix, ()),  # with a rate of 0
    "equal": Recipe(equal_matrix, ("rate",)),
    "proportional": Recipe(proportional_matrix, ("rate",)),
    "stepwise": Recipe(stepwise_matrix, ("rate", "rate2", "range")),
    "stepwise-position": Recipe(position_matrix, ("rate", "range")),
    "onestep": Recipe(onestep_matrix, ("rate",)),
    "dawid": Recipe(dawid_matrix, ("rate", "range")),
    "custom": Recipe(custom_matrix, ("alleles", "matrix")),
}

_ACCEPTED = (
    "accepted: "
    + ", ".join(
        f"{name}:{','.join(f'{parameter}=…' for parameter in recipe.parameters)}".rstrip(":")
        for name, recipe in MODELS.items()
    )
    + f"; each may end with ,form=… ({', '.join(FORMS)}); example: equal:0.001"
)
# Short names of the forms in the literature; all are compared without regard to case.
_FORM_NAMES = {name.lower(): name for name in FORMS} | {
    "": "",
    "pm": "stationary",
    "stationary-pm": "stationary",
    "mh": "reversible-MH",
    "ba": "reversible-BA",
    "pr": "reversible-PR",
}


def parse_mutation(text: str) -> MutationModel:
    """Return the model that a text such as ``stepwise:rate=0.003,rate2=1e-4,range=0.5`` states.

    The rate may stand first without its name (``equal:0.001``); every parameter of the model must
    be stated and no other; ``form=`` names a transformed form. Raises `InvalidSettingError`.
    """
    name, _, rest = text.strip().partition(":")
    name = name.strip().lower()
    if name not in MODELS:
        raise InvalidSettingError(f"mutation model {text!r} is not known; {_ACCEPTED}")
    stated: dict[str, str] = {}
    for place, part in enumerate(rest.split(",") if rest.strip() else ()):
        key, equals, value = part.partition("=")
        if not equals and place == 0:
            key, value = "rate", part
        key = key.strip().lower()
        if key in stated or not value.strip():
            raise InvalidSettingError(f"mutation model {text!r}: {part!r} is unclear; {_ACCEPTED}")
        stated[key] = value.strip()
    form = stated.pop("form", "").lower()
    if form not in _FORM_NAMES or set(stated) != set(MODELS[name].parameters):
        raise InvalidSettingError(f"mutation model {text!r} is not complete; {_ACCEPTED}")
    try:
        rows = [row.split() for row in stated.get("matrix", "").split(";")]
        return MutationModel(
            name,
            rate=float(stated.get("rate", 0)),
            rate2=float(stated.get("rate2", 0)),
            range=float(stated.get("range", 1)),
            form=_FORM_NAMES[form],
            alleles=tuple(stated.get("alleles", "").split()),
            matrix=tuple(tuple(map(float, row)) for row in rows if row),
        )
    except ValueError as error:
        raise InvalidSettingError(f"mutation model {text!r}: {error}; {_ACCEPTED}") from None


def mutation_matrix(
    model: MutationModel,
    alleles: Sequence[str],
    frequencies: Array,
    silent_allele: str | None = None,
    *,
    marker: str = "",
) -> Array | None:
    """Return P(transmitted allele | parent's allele), shape (k, k), or ``None`` without mutation.

    ``frequencies`` has shape (k,), positive. Raises `InvalidMarkerError`, naming ``marker`` and
    the allele, where the rates would give an allele a negative probability to stay as it is.
    """
    if model.name != "custom" and model.rate == model.rate2 == 0:
        return None
    # A custom matrix may give the silent allele a row of its own.
    apart = None if silent_allele in model.alleles else silent_allele
    places = [place for place, label in enumerate(alleles) if label != apart]
    matrix = np.eye(len(alleles))
    if places:
        ladder = _ladder(
            marker or "without a name",
            tuple(alleles[place] for place in places),
            np.asarray(frequencies, dtype=np.float64)[places],
        )
        visible = MODELS[model.name].build(model, ladder)
        _check_diagonal(visible, model, ladder)
        if model.form:
            visible = FORMS[model.form](visible, ladder.frequencies, ladder.marker)
            _check_diagonal(visible, model, ladder)
        matrix[np.ix_(places, places)] = visible
    return matrix


def expected_rate(matrix: Array, frequencies: Array) -> float:
    """Return the probability that an allele drawn from the population mutates in one meiosis."""
    return float(frequencies @ off_diagonal(matrix).sum(axis=1))


def _ladder(marker: str, alleles: tuple[str, ...], frequencies: Array) -> Ladder:
    positions = np.empty(len(alleles))
    positions[sorted(range(len(alleles)), key=lambda place: allele_key(alleles[place]))] = (
        np.arange(len(alleles))
    )
    tenths = np.array([_tenths(label) for label in alleles])
    return Ladder(marker, alleles, frequencies, tenths, positions)


def _tenths(label: str) -> float:
    try:
        tenths = 10 * float(label)
    except ValueError:
        return math.nan
    # A repeat number has at most one decimal: 9.3, never 9.33.
    whole = float(np.rint(tenths))
    return whole if abs(tenths - whole) < 1e-6 else math.nan


def _places_apart(ladder: Ladder) -> Array:
    # Infinite on the diagonal, where nothing mutates: range**inf is 0.
    distance = np.abs(ladder.positions[:, None] - ladder.positions)
    np.fill_diagonal(distance, np.inf)
    return distance


def _decay(distance: Array, step_ratio: float) -> Array:
    # Counted from the nearest allele of each row, so that a lone far one does not underflow.
    nearest = distance.min(axis=1)
    beyond = distance - np.where(np.isfinite(nearest), nearest, 0.0)[:, None]
    return np.where(np.isfinite(distance), step_ratio**beyond, 0.0)


def _shared(weights: Array, rate: float) -> Array:
    # Each row's rate in proportion to its weights; a row without any stays without mutation.
    total = weights.sum(axis=1, keepdims=True)
    shares: Array = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return rate * shares


def _check_diagonal(matrix: Array, model: MutationModel, ladder: Ladder) -> None:
    stay = np.diagonal(matrix)
    worst = int(np.argmin(stay))
    if not stay[worst] >= 0:
        leaving = off_diagonal(matrix)[worst].sum()
        raise InvalidMarkerError(
            f"marker {ladder.marker}, allele {ladder.alleles[worst]}: under mutation model "
            f"{model} it would mutate with probability {leaving:.6g}, which is above 1. Its "
            f"frequency {ladder.frequencies[worst]:.3g} is too small for this rate: raise the "
            "minimum frequency, lower the rate, or take a model without this form"
        )
