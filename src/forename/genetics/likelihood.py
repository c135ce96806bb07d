"""Likelihood of typed pedigrees: exact, marker by marker, in natural logarithms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from forename.compiled import compiled
from forename.exceptions import (
    BudgetExceededError,
    InvalidPedigreeError,
    InvalidProfileError,
    InvalidSettingError,
)
from forename.genetics.descent import (
    COUNT,
    FATHER,
    FIRST,
    FREE,
    HAPLOID,
    KIND,
    MOTHER,
    STATES,
    Descent,
    Model,
)
from forename.genetics.elimination import (
    DONE,
    TOO_WIDE,
    eliminate,
    new_plan,
)
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.merging import MOST_CLASSES, Jump, jump_of, merge_alleles
from forename.genetics.observation import ErrorRates, diploid_weights, haploid_weights
from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Call, Profile, Sex

DEFAULT_BUDGET = 5e9  # multiplications for one marker: some seconds

IntArray = npt.NDArray[np.int64]


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
    """Coancestry in [0, 0.5] and its scope: one urn a ``component``, or for the ``hypothesis``."""

    value: float = 0.0
    scope: str = "hypothesis"

    def __post_init__(self) -> None:
        if not 0 <= self.value <= 0.5:
            raise InvalidSettingError(f"theta must lie in [0, 0.5], not {self.value}")
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
    return _marker_by_marker(hypothesis, markers, rates, theta, budget)


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

    NaN where both are impossible, +-inf where one is.
    """
    above = log_likelihoods(numerator, markers, rates=rates, theta=theta, budget=budget)
    below = log_likelihoods(denominator, markers, rates=rates, theta=theta, budget=budget)
    with np.errstate(invalid="ignore"):
        result: Array = (above - below) / np.log(10.0)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Genealogy:
    """A pedigree as index arrays; identical twins are one person with one set of profiles."""

    ids: tuple[str, ...]
    index: Mapping[str, int]
    arrays: tuple[Any, ...]  # father, mother, male, inbreeding
    unsexed: frozenset[int]


def genealogy_of(pedigree: Pedigree) -> Genealogy:
    """Return the index arrays of a pedigree, parents before children."""
    # All identical twins of a set name one of them; a pair may name each other. The first in
    # order stands for all.
    first: dict[str, str] = {}
    representative: dict[str, str] = {}
    for i in pedigree.order:
        named = pedigree[i].twin_of or i
        if pedigree[named].twin_of == i:
            named = min(named, i)
        representative[i] = first.setdefault(named, i)
    ids = tuple(i for i in pedigree.order if representative[i] == i)
    place = {i: n for n, i in enumerate(ids)}
    index = {i: place[representative[i]] for i in pedigree.order}
    n = len(ids)
    father = np.full(n, -1)
    mother = np.full(n, -1)
    male = np.zeros(n, np.bool_)
    known = np.zeros(n, np.bool_)
    inbreeding = np.zeros(n)
    for i in pedigree.order:
        person = pedigree[i]
        at = index[i]
        if person.sex != Sex.UNKNOWN:
            known[at] = True
            male[at] = person.sex == Sex.MALE
        if person.father is not None and person.mother is not None:
            father[at] = index[person.father]
            mother[at] = index[person.mother]
        inbreeding[at] = person.inbreeding
    for parents, is_male in ((father, True), (mother, False)):
        for parent in parents[parents >= 0]:
            male[parent] = is_male
            known[parent] = True
    unsexed = frozenset(int(i) for i in np.flatnonzero(~known))
    return Genealogy(ids, index, (father, mother, male, inbreeding), unsexed)


@lru_cache(maxsize=256)
def compile_markers(markers: tuple[Marker, ...]) -> tuple[Any, ...]:
    """Lay the markers' numbers out in flat arrays, once for each tuple of markers."""
    sizes = np.array([len(m.alleles) for m in markers], np.int64)
    mutates = np.array(
        [m.mutation_male is not None or m.mutation_female is not None for m in markers], np.bool_
    )
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    squares = np.where(mutates, sizes * sizes, 0)
    matrix_offsets = np.concatenate([[0], np.cumsum(squares)]).astype(np.int64)
    # Fathers, mothers, and both transposed.
    matrices = np.empty((4, int(matrix_offsets[-1]) + 1))
    for m, marker in enumerate(markers):
        if not mutates[m]:
            continue
        place = slice(matrix_offsets[m], matrix_offsets[m + 1])
        same = np.eye(len(marker.alleles))
        for row, matrix in enumerate((marker.mutation_male, marker.mutation_female)):
            full = same if matrix is None else matrix
            matrices[row, place] = full.ravel()
            matrices[row + 2, place] = full.T.ravel()
    jumps = [jump_of(m) for m in markers]
    flat = np.zeros((2 + MOST_CLASSES, int(offsets[-1])))  # jumps of both sexes, directions
    stays = np.ones((2, len(markers)))
    merging = np.zeros((5, len(markers)), np.int64)
    for m, jump in enumerate(jumps):
        place = slice(offsets[m], offsets[m + 1])
        flat[0, place], flat[1, place] = jump.male, jump.female
        flat[2 : 2 + len(jump.directions), place] = jump.directions
        stays[:, m] = jump.stay
        merging[:, m] = (
            jump.merges,
            jump.apart,
            jump.male_class,
            jump.female_class,
            len(jump.directions),
        )
    frequencies = np.concatenate([m.frequencies / m.frequencies.sum() for m in markers] or [[]])
    linked = np.array([m.chromosome == Chromosome.X for m in markers], np.bool_)
    return (
        sizes,
        offsets,
        frequencies,
        matrix_offsets,
        matrices,
        mutates,
        linked,
        flat,
        stays,
        merging,
    )


@lru_cache(maxsize=4096)
def _allele_index(marker: Marker) -> Mapping[str, int]:
    return {label: n for n, label in enumerate(marker.alleles)}


def call_states(
    replicates: Sequence[tuple[Call, ErrorRates]], marker: Marker, haploid: bool, record: str
) -> list[tuple[int, int, float]]:
    """Return the ordered genotypes (paternal, maternal, weight) that calls leave possible.

    The weight is P(calls | genotype) > 0. A haploid genotype has its allele in both places.
    """
    if len(replicates) == 1:
        call, rates = replicates[0]
        simple = not (call.partial or rates.drop_out or rates.drop_in or marker.silent_allele)
        if simple and not haploid and len(call.alleles) <= 2:
            index = _allele_index(marker)
            try:
                a = index[call.alleles[0]]
                b = index[call.alleles[-1]]
            except KeyError as unknown:
                raise InvalidProfileError(
                    f"{record}: marker {marker.name} has no allele {unknown.args[0]}; add it to "
                    "the frequencies or let a minimum frequency stand for it"
                ) from None
            return [(a, b, 1.0)] if a == b else [(a, b, 1.0), (b, a, 1.0)]
    if haploid:
        vector = haploid_weights(replicates, marker, record)
        return [(int(a), int(a), float(vector[a])) for a in np.flatnonzero(vector)]
    weights = diploid_weights(replicates, marker, record)
    return [(int(a), int(b), float(weights[a, b])) for a, b in np.argwhere(weights > 0)]


def encode_states(
    genealogy: Genealogy,
    profiles: Mapping[str, tuple[Profile, ...]],
    markers: Sequence[Marker],
    rates: ErrorRates,
) -> tuple[Any, ...]:
    """Return (kind, first, count, paternal, maternal, weight): typed persons' states.

    The first three have shape (markers, persons); the rest are flat.
    """
    n = len(genealogy.ids)
    kind = np.full((len(markers), n), FREE)
    first = np.zeros((len(markers), n), np.int64)
    count = np.zeros((len(markers), n), np.int64)
    paternal: list[int] = []
    maternal: list[int] = []
    weight: list[float] = []
    male = genealogy.arrays[2]
    typed: dict[int, list[tuple[Mapping[str, Call], ErrorRates]]] = {}
    sample: dict[int, str] = {}  # the first of a person, for messages
    for member, own in profiles.items():
        i = genealogy.index[member]
        typed.setdefault(i, []).extend((p.calls, rates.of(p)) for p in own)
        if own:
            sample.setdefault(i, own[0].sample)
    cells: list[tuple[int, int]] = []
    firsts: list[int] = []
    for m, marker in enumerate(markers):
        linked = marker.chromosome == Chromosome.X
        if linked and genealogy.unsexed:
            at = min(genealogy.unsexed)
            raise InvalidPedigreeError(
                f"marker {marker.name} is X-linked: the sex of {genealogy.ids[at]} must be known"
            )
        for i, samples in typed.items():
            replicates = [
                (call, own_rates)
                for calls, own_rates in samples
                if (call := calls.get(marker.name)) is not None
            ]
            if not replicates:
                continue
            cells.append((m, i))
            firsts.append(len(paternal))
            haploid = linked and bool(male[i])
            for a, b, w in call_states(replicates, marker, haploid, sample[i]):
                paternal.append(a)
                maternal.append(b)
                weight.append(w)
    if cells:
        rows, columns = np.array(cells).T
        kind[rows, columns] = STATES
        first[rows, columns] = firsts
        count[rows, columns] = np.diff([*firsts, len(paternal)])
    return (
        kind,
        first,
        count,
        np.array(paternal, np.int64),
        np.array(maternal, np.int64),
        np.array(weight, np.float64),
    )


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
            else "set theta to 0, or raise the budget."
        ),
    )


@compiled
def marker_model(arrays: Any, m: Any, theta: Any) -> Any:
    """Return marker m of compiled markers as a `Model`."""
    sizes, offsets, frequencies, matrix_offsets, matrices, mutates = arrays[:6]
    k = sizes[m]
    rows = k if mutates[m] else 0
    lo = matrix_offsets[m]
    hi = lo + rows * rows
    return Model(
        frequencies[offsets[m] : offsets[m] + k],
        matrices[0, lo:hi].reshape((rows, rows)),
        matrices[1, lo:hi].reshape((rows, rows)),
        matrices[2, lo:hi].reshape((rows, rows)),
        matrices[3, lo:hi].reshape((rows, rows)),
        mutates[m],
        theta,
    )


@compiled
def marker_jump(arrays: Any, m: Any) -> Any:
    """Return how marker m of compiled markers may be merged."""
    flat, stays, merging = arrays[7:]
    lo = arrays[1][m]
    hi = lo + arrays[0][m]
    return Jump(
        merging[0, m] == 1,
        merging[1, m],
        flat[0, lo:hi],
        flat[1, lo:hi],
        stays[:, m],
        flat[2 : 2 + merging[4, m], lo:hi],
        merging[2, m],
        merging[3, m],
    )


@compiled
def marker_descent(genealogy: Any, states: Any, m: Any, linked: Any) -> Any:
    """Return the pedigree at marker m, with its states gathered in arrays of their own."""
    father, mother, male, inbreeding = genealogy
    kind, first, count, paternal, maternal, weight = states
    n = len(father)
    of = np.empty((6, n), np.int64)
    total = 0
    for i in range(n):
        of[FATHER, i] = father[i]
        of[MOTHER, i] = mother[i]
        of[HAPLOID, i] = 1 if linked and male[i] else 0
        of[KIND, i] = kind[m, i]
        of[FIRST, i] = total
        of[COUNT, i] = count[m, i]
        total += count[m, i]
    alleles = np.empty((2, total), np.int64)
    own_weight = np.empty(total)
    for i in range(n):
        for s in range(count[m, i]):
            at = of[FIRST, i] + s
            alleles[0, at] = paternal[first[m, i] + s]
            alleles[1, at] = maternal[first[m, i] + s]
            own_weight[at] = weight[first[m, i] + s]
    return Descent(of, inbreeding, alleles, own_weight)


@compiled
def _log_likelihoods(
    genealogy: Any, arrays: Any, states: Any, theta: Any, budget: Any, result: Any
) -> Any:
    out = np.empty(1)
    plan = new_plan(len(genealogy[0]))
    for m in np.argsort(-arrays[0]):  # the largest first: its plan serves the others
        descent = marker_descent(genealogy, states, m, arrays[6][m])
        model = marker_model(arrays, m, theta)
        descent, model, _ = merge_alleles(descent, model, marker_jump(arrays, m), 1)
        status, cost, factor = eliminate(descent, model, budget, plan, out)
        if status != DONE:
            return status, m, cost
        result[m] = np.log(out[0]) + factor if out[0] > 0.0 else -np.inf
    return DONE, 0, 0.0


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
        arrays = compile_markers((marker,))
        # No plan fits into a budget below nothing: the elimination stops when it knows the cost.
        _, _, costs[m] = _log_likelihoods(
            genealogy.arrays, arrays, states, theta.value, -1.0, np.empty(1)
        )
    return costs


def _marker_by_marker(
    hypothesis: Hypothesis,
    markers: Sequence[Marker],
    rates: ErrorRates,
    theta: Theta,
    budget: float,
) -> Array:
    genealogy = genealogy_of(hypothesis.pedigree)
    states = encode_states(genealogy, hypothesis.profiles, markers, rates)
    result = np.empty(len(markers))
    status, where, cost = _log_likelihoods(
        genealogy.arrays, compile_markers(tuple(markers)), states, theta.value, budget, result
    )
    if status != DONE:
        raise budget_error(status, markers[where].name, cost, budget)
    return result
