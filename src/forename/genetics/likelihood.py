"""Likelihood of typed pedigrees: exact, marker by marker, in natural logarithms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.exceptions import BudgetExceededError, InvalidPedigreeError, InvalidSettingError
from forename.genetics.descent import HAPLOID, STATES, TARGET
from forename.genetics.elimination import DONE, TOO_WIDE, eliminate, new_plan
from forename.genetics.encoding import (
    Genealogy,
    IntArray,
    compile_markers,
    encode_states,
    genealogy_of,
    marker_descent,
    marker_jump,
    marker_model,
)
from forename.genetics.markers import Array, Marker
from forename.genetics.merging import expand, merge_alleles
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Pedigree
from forename.genetics.problem import LEAST_THETA
from forename.genetics.profiles import Profile
from forename.intrinsics import borrowed

DEFAULT_BUDGET = 5e9  # multiplications for one marker: some seconds
# Multiplications for one marker's genotype table that may replace two likelihoods.
_CHEAP_TABLE = 1e6


@dataclass(frozen=True)
class Hypothesis:
    """A pedigree and the profiles of its typed members (several profiles are replicates).

    Separate families and single persons may stand in one pedigree; their likelihoods multiply
    (unless theta couples them).
    """

    pedigree: Pedigree
    profiles: Mapping[str, tuple[Profile, ...]]

    def __post_init__(self) -> None:
        object.__setattr__(self, "profiles", MappingProxyType(dict(self.profiles)))
        for member in self.profiles:
            if member not in self.pedigree:
                raise InvalidPedigreeError(f"typed person {member} is not in the pedigree")

    def components(self) -> tuple[Hypothesis, ...]:
        """Return the connected parts of the pedigree with their profiles."""
        return tuple(
            Hypothesis(
                Pedigree([self.pedigree[i] for i in part]),
                {i: p for i, p in self.profiles.items() if i in part},
            )
            for part in self.pedigree.components()
        )


@dataclass(frozen=True, slots=True)
class Theta:
    """Coancestry, 0 or in [1e-12, 0.5], and its scope.

    One urn a ``component``, or one for the ``hypothesis``.
    """

    value: float = 0.0
    scope: str = "hypothesis"

    def __post_init__(self) -> None:
        if self.value != 0 and not LEAST_THETA <= self.value <= 0.5:
            raise InvalidSettingError(
                f"theta must be 0 or lie in [{LEAST_THETA:g}, 0.5], not {self.value}"
            )
        if self.scope not in ("component", "hypothesis"):
            raise InvalidSettingError("the scope of theta is 'component' or 'hypothesis'")


NO_THETA = Theta()


def log_likelihoods(
    hypothesis: Hypothesis,
    markers: Sequence[Marker],
    *,
    rates: ErrorRates = ErrorRates(),
    theta: Theta = NO_THETA,
    budget: float = DEFAULT_BUDGET,
) -> Array:
    """Return the natural log-likelihood of every marker, shape (markers,), -inf if impossible.

    Untyped persons and missing calls are summed over. Raises `BudgetExceededError` when a marker
    needs more than ``budget`` multiplications, `InvalidProfileError` for an allele that a marker
    does not have.
    """
    if theta.value > 0 and theta.scope == "component":
        whole = Theta(theta.value)
        total = np.zeros(len(markers))
        for part in hypothesis.components():
            total += log_likelihoods(part, markers, rates=rates, theta=whole, budget=budget)
        return total
    genealogy = genealogy_of(hypothesis.pedigree)
    states = encode_states(genealogy, hypothesis.profiles, markers, rates)
    return eliminate_markers(genealogy, markers, states, theta=theta.value, budget=budget)[2]


def log10_lr(
    numerator: Hypothesis,
    denominator: Hypothesis,
    markers: Sequence[Marker],
    *,
    rates: ErrorRates = ErrorRates(),
    theta: Theta = NO_THETA,
    budget: float = DEFAULT_BUDGET,
) -> Array:
    """Return log10 of P(data | numerator) / P(data | denominator) per marker, shape (markers,).

    NaN where both are impossible, +-inf where one is. Where the numerator only adds one person's
    profiles, such as remains in a family, one elimination answers for both. Raises what
    `log_likelihoods` does.
    """
    if theta.value == 0:
        shared = _lr_of_one_more(numerator, denominator, markers, rates, budget)
        if shared is not None:
            return shared
    above = log_likelihoods(numerator, markers, rates=rates, theta=theta, budget=budget)
    below = log_likelihoods(denominator, markers, rates=rates, theta=theta, budget=budget)
    with np.errstate(invalid="ignore"):
        result: Array = (above - below) / np.log(10.0)
    return result


def _lr_of_one_more(
    numerator: Hypothesis,
    denominator: Hypothesis,
    markers: Sequence[Marker],
    rates: ErrorRates,
    budget: float,
) -> Array | None:
    """Return the LR of one person's profiles, read from the person's genotype table.

    None where the hypotheses differ in another way, or where two likelihoods may cost less.
    """
    more = [i for i in numerator.profiles if i not in denominator.profiles]
    others = {i: p for i, p in numerator.profiles.items() if i not in more}
    if len(more) != 1 or others != denominator.profiles:
        return None
    if numerator.pedigree != denominator.pedigree:
        return None
    genealogy = genealogy_of(numerator.pedigree)
    place = genealogy.index[more[0]]
    twins = any(genealogy.index[i] == place for i in others)
    if twins or not parents_apart(genealogy, place):
        return None
    states = encode_states(genealogy, numerator.profiles, markers, rates)
    kind, first, count, paternal, maternal, weight = states
    typed, first, count = kind[:, place] == STATES, first[:, place], count[:, place].copy()
    states[2][:, place] = 0
    try:
        flat, starts, logs = eliminate_markers(
            genealogy, markers, states, place=place, budget=min(budget, _CHEAP_TABLE)
        )
    except BudgetExceededError:
        return None
    # The marker, and the cell of its table, of every genotype that the profiles leave possible.
    marker = np.repeat(np.arange(len(markers)), count)
    state = np.arange(len(marker)) + np.repeat(first - (np.cumsum(count) - count), count)
    row = compile_markers(tuple(markers))[0].copy()
    row[np.diff(starts) == row] = 0  # one allele a genotype, which stands in both places
    cell = starts[marker] + paternal[state] * row[marker] + maternal[state]
    seen = np.bincount(marker, weight[state] * flat[cell], len(markers))
    with np.errstate(divide="ignore"):
        result: Array = np.where(typed, np.log10(seen), 0.0)
    result[np.isneginf(logs)] = np.nan
    return result


def budget_error(status: int, record: str, cost: float, budget: float) -> BudgetExceededError:
    """Return the named error of an elimination that would cost too much."""
    too_wide = status == TOO_WIDE
    return BudgetExceededError(
        what=f"marker {record}",
        cost=float("inf") if too_wide else cost,
        budget=budget,
        unit="multiplications",
        advice="Type more of the connecting relatives, split the family where typed persons "
        "separate it, use a mutation model that lets alleles merge (none, equal, proportional), "
        + (
            "or set theta to 0; the tables would not fit into memory."
            if too_wide
            else "or set theta to 0. In Python, a larger `budget` can be given."
        ),
    )


def eliminate_markers(
    genealogy: Genealogy,
    markers: Sequence[Marker],
    states: tuple[Any, ...],
    *,
    place: int = -1,
    theta: float = 0.0,
    budget: float,
) -> tuple[Array, IntArray, Array]:
    """Return genotype tables laid end to end, where each begins and ends, and log-likelihoods.

    ``states`` come from `encode_states`. The tables, each of sum 1, are those of the person at
    ``place``, who becomes the target in ``states``; without one (-1) every table is one cell. The
    log-likelihoods are natural, -inf where impossible. Raises `BudgetExceededError`.
    """
    arrays = compile_markers(tuple(markers))
    cells = np.ones(len(markers), np.int64)
    apart = True
    if place >= 0:
        states[0][:, place] = TARGET
        one_copy = arrays[6] & genealogy.arrays[2][place]
        cells = np.where(one_copy, arrays[0], arrays[0] ** 2)
        apart = parents_apart(genealogy, place)
    starts = np.concatenate(([0], np.cumsum(cells)))
    flat = np.empty(starts[-1])
    logs = np.empty(len(markers))
    # Whole numbers are other types to the compiler.
    theta, budget = float(theta), float(budget)
    status, where, cost = _answers(
        genealogy.arrays, arrays, states, place, apart, theta, budget, starts, flat, logs
    )
    if status != DONE:
        raise budget_error(status, markers[where].name, cost, budget)
    return flat, starts, logs


def parents_apart(genealogy: Genealogy, place: int) -> bool:
    """Tell whether no ancestor leads to a person by two ways.

    The person's two alleles are then never copies of one, and alleles that nobody shows can be
    merged and told apart again.
    """
    father, mother = genealogy.arrays[:2]
    found: list[int] = []
    waiting = [place]
    while waiting:
        person = waiting.pop()
        if father[person] >= 0:
            waiting += [int(father[person]), int(mother[person])]
        if person in found:
            return False
        found.append(person)
    return True


@compiled
def _answers(
    genealogy_: Any,
    arrays_: Any,
    states_: Any,
    target: Any,
    apart: Any,
    theta: Any,
    budget: Any,
    starts: Any,
    flat_: Any,
    logs: Any,
) -> Any:
    """Write every marker's log-likelihood, and with a target (else -1) its genotype table.

    The table of marker m, scaled to sum 1, lies between ``starts[m]`` and ``starts[m + 1]`` of
    ``flat``; without a target it is one cell.
    """
    genealogy, arrays = borrowed(genealogy_), borrowed(arrays_)
    states, flat = borrowed(states_), borrowed(flat_)
    plan = new_plan(len(genealogy[0]))
    founder = target >= 0 and genealogy[0][target] < 0
    for m in np.argsort(-arrays[0]):  # the largest first: its plan serves the others
        k = arrays[0][m]
        descent = marker_descent(genealogy, states, m, arrays[6][m])
        full = marker_model(arrays, m, theta)
        jump = marker_jump(arrays, m)
        classes = len(jump.directions) if apart else k
        if founder or target < 0:
            classes = np.int64(1)
        descent, model, merged = merge_alleles(descent, full, jump, classes)
        if founder:
            merged.shares[:] = 1.0  # the data given the genotype are alike for merged alleles
        alleles = len(model.frequencies)
        out = flat[starts[m] : starts[m + 1]]
        merges = target >= 0 and alleles < k
        table = out
        if merges:
            table = np.empty(alleles if len(out) == k else alleles * alleles)
        status, cost, factor = eliminate(descent, model, budget, plan, table)
        if status != DONE:
            return status, m, cost
        if merges:
            expand(table, merged, alleles, out)
        if founder:
            _times_population(full.frequencies, descent, target, out)
        logs[m] = _normalise(out) + factor
    return DONE, 0, 0.0


@compiled
def _times_population(p: Any, descent: Any, founder: Any, out: Any) -> None:
    """Multiply what is said of a founder's genotypes with their probabilities."""
    k = len(p)
    f = descent.inbreeding[founder]
    for a in range(k):
        if descent.of[HAPLOID, founder]:
            out[a] *= p[a]
            continue
        row = out[a * k : (a + 1) * k]
        same = row[a] * f * p[a]
        for b in range(k):
            row[b] *= (1.0 - f) * p[a] * p[b]
        row[a] += same


@compiled
def _normalise(out: Any) -> Any:
    """Scale a table to sum 1; return the log of its sum."""
    total = 0.0
    for value in out:
        total += value
    if total <= 0.0:
        return -np.inf
    factor = 1.0 / total
    for cell in range(len(out)):
        out[cell] *= factor
    return np.log(total)


def predicted_costs(
    hypothesis: Hypothesis,
    markers: Sequence[Marker],
    *,
    rates: ErrorRates = ErrorRates(),
    theta: Theta = NO_THETA,
) -> Array:
    """Return the multiplications that `log_likelihoods` needs, without doing them.

    Shape (markers,); infinite where the tables would not fit into memory.
    """
    if theta.value > 0 and theta.scope == "component":
        parts = [
            predicted_costs(part, markers, rates=rates, theta=Theta(theta.value))
            for part in hypothesis.components()
        ]
        largest: Array = np.max(parts, axis=0)
        return largest
    genealogy = genealogy_of(hypothesis.pedigree)
    costs = np.zeros(len(markers))
    for m, marker in enumerate(markers):
        states = encode_states(genealogy, hypothesis.profiles, [marker], rates)
        try:
            # No plan fits into a budget below nothing: the elimination stops with its cost.
            eliminate_markers(genealogy, [marker], states, theta=theta.value, budget=-1.0)
        except BudgetExceededError as error:
            costs[m] = error.cost
    return costs
