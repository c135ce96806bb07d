"""What many families of one shape say about their missing persons, computed together.

A national search begins with the genotype tables of a hundred thousand families, of few shapes.
Families of one shape share a pedigree and differ in what their relatives show; their calls are
arrays, and one tape serves them all (``docs/decisions/0007-families-abreast.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from forename.exceptions import InvalidPedigreeError, InvalidProfileError, InvalidSettingError
from forename.genetics.alike_rows import tables_abreast
from forename.genetics.conditional import tables_of_states
from forename.genetics.descent import FREE, STATES
from forename.genetics.encoding import Genealogy, IntArray, compile_markers, genealogy_of
from forename.genetics.likelihood import DEFAULT_BUDGET, parents_apart
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Profile
from forename.genetics.seen_states import Calls, Roles, possible_states


@dataclass(frozen=True, slots=True, eq=False)
class AlikeFamilies:
    """Families of one shape: one pedigree, one missing member, the same relatives typed.

    ``alleles``, shape (families, typed, markers, 2), are the numbers of the alleles seen among a
    marker's alleles, one allele twice where it was seen alone, -1 where there is no call.
    ``partial``, shape (families, typed, markers), is whether only one allele is known. ``rates``,
    shape (families, typed, 2), are drop-out and drop-in of each sample, in [0, 1).
    """

    pedigree: Pedigree
    missing: str
    typed: tuple[str, ...]
    alleles: IntArray
    partial: npt.NDArray[np.bool_]
    rates: Array

    def __post_init__(self) -> None:
        shape = self.alleles.shape[:3]
        if len(self.alleles.shape) != 4 or self.alleles.shape[3] != 2:
            raise InvalidProfileError("the alleles of families have shape (families, typed, m, 2)")
        if shape[1] != len(self.typed) or self.partial.shape != shape:
            raise InvalidProfileError("the calls of families must be given for every typed person")
        if self.rates.shape != (shape[0], shape[1], 2):
            raise InvalidSettingError("each sample of a family needs its drop-out and drop-in")
        if not np.all((self.rates >= 0) & (self.rates < 1)):
            raise InvalidSettingError("drop-out and drop-in must lie in [0, 1)")
        for member in (self.missing, *self.typed):
            if member not in self.pedigree:
                raise InvalidPedigreeError(f"person {member} is not in the pedigree")


def lay_side_by_side(
    pedigree: Pedigree,
    missing: str,
    profiles: Sequence[dict[str, Profile]],
    markers: Sequence[Marker],
    *,
    rates: ErrorRates = ErrorRates(),
) -> AlikeFamilies:
    """Return families that share a pedigree, given each one's profiles by member.

    A member without a profile in one family has no calls there. Raises `InvalidProfileError` for
    an allele that a marker does not have and for a call of three alleles or more, which only
    `forename.genetics.conditional.genotype_tables` can weigh.
    """
    typed = tuple(sorted({member for own in profiles for member in own}))
    shape = (len(profiles), len(typed), len(markers))
    alleles = np.full((*shape, 2), -1)
    partial = np.zeros(shape, np.bool_)
    own_rates = np.zeros((*shape[:2], 2))
    numbers = [{label: n for n, label in enumerate(m.alleles)} for m in markers]
    for f, family in enumerate(profiles):
        for member, profile in family.items():
            t = typed.index(member)
            of = rates.of(profile)
            own_rates[f, t] = of.drop_out, of.drop_in
            for m, marker in enumerate(markers):
                call = profile.calls.get(marker.name)
                if call is None:
                    continue
                seen = [numbers[m].get(label, -1) for label in dict.fromkeys(call.alleles)]
                if len(seen) > 2 or min(seen) < 0:
                    raise InvalidProfileError(
                        f"{profile.sample}: {'/'.join(call.alleles)} at marker {marker.name} is "
                        "not a call of one or two of the marker's alleles"
                    )
                alleles[f, t, m] = seen[0], seen[-1]
                partial[f, t, m] = call.partial
    return AlikeFamilies(pedigree, missing, typed, alleles, partial, own_rates)


def conditional_tables(
    families: AlikeFamilies, markers: Sequence[Marker], *, budget: float = DEFAULT_BUDGET
) -> tuple[tuple[Array, ...], Array]:
    """Return P(ordered genotype of the missing person | calls) of all families, and logs.

    A marker's tables have shape (families, k, k), rows the paternal and columns the maternal
    allele, sum 1; (families, k) for a man's X. The log-likelihoods are natural, shape (families,
    markers). Where calls are impossible the table is zero and the log -inf. Every number is that
    of `forename.genetics.conditional.genotype_tables`, in another order of summation. Raises
    `InvalidPedigreeError` where the missing person, or an identical twin, is typed,
    `InvalidProfileError` for alleles that a marker does not have and `BudgetExceededError`.
    """
    genealogy = genealogy_of(families.pedigree)
    typed = np.array([genealogy.index[i] for i in families.typed], np.int64)
    target = genealogy.index[families.missing]
    _check(families, genealogy, markers)
    if not markers:
        return (), np.zeros((len(families.alleles), 0))
    arrays = compile_markers(tuple(markers))
    n_families = len(families.alleles)
    one_copy = bool(genealogy.arrays[2][target])
    shapes = [
        (k,) if one_copy and linked else (k, k)
        for k, linked in zip(arrays[0], arrays[6], strict=True)
    ]
    cells = np.array([np.prod(shape) for shape in shapes], np.int64)
    starts = np.concatenate([[0], np.cumsum(np.repeat(cells, n_families))]).astype(np.int64)
    flat = np.empty(int(starts[-1]))
    logs = np.full((len(markers), n_families), -np.inf)
    alone = np.ones(logs.shape, np.bool_)
    # The two alleles of an inbred founder depend on each other: no outer product.
    if genealogy.arrays[0][target] >= 0 or genealogy.arrays[3][target] == 0.0:
        calls = _calls(families, slice(None), slice(None))
        states = possible_states(
            calls,
            _roles(genealogy, typed),
            arrays,
            *_seen_alleles(markers),
            parents_apart(genealogy, target),
        )
        alone = tables_abreast(
            genealogy.arrays,
            arrays,
            typed,
            target,
            states,
            budget,
            starts,
            flat,
            logs.reshape(-1),
        ).reshape(logs.shape)
    tables = tuple(
        flat[starts[m * n_families] : starts[(m + 1) * n_families]].reshape(n_families, *shape)
        for m, shape in enumerate(shapes)
    )
    for f in np.flatnonzero(alone.any(axis=0)):
        which = np.flatnonzero(alone[:, f])
        chosen = [markers[int(m)] for m in which]
        states, factor = _alone(genealogy, typed, _calls(families, slice(f, f + 1), which), chosen)
        found, own_logs = tables_of_states(genealogy, target, chosen, states, budget)
        logs[which, f] = own_logs + factor
        for m, table in zip(which, found, strict=True):
            tables[m][f] = table
    return tables, np.ascontiguousarray(logs.T)


def _check(families: AlikeFamilies, genealogy: Genealogy, markers: Sequence[Marker]) -> None:
    """Raise what is wrong with the calls, by person and marker."""
    places = [genealogy.index[i] for i in families.typed]
    if genealogy.index[families.missing] in places:
        raise InvalidPedigreeError(
            f"person {families.missing} is typed: only an untyped one has a table"
        )
    if len(set(places)) < len(places):
        raise InvalidPedigreeError("identical twins are one person: give the calls of one of them")
    if families.alleles.shape[2] != len(markers):
        raise InvalidProfileError(
            f"there are calls at {families.alleles.shape[2]} markers and {len(markers)} markers"
        )
    for m, marker in enumerate(markers):
        if marker.chromosome == Chromosome.X and genealogy.unsexed:
            person = genealogy.ids[min(genealogy.unsexed)]
            raise InvalidPedigreeError(
                f"marker {marker.name} is X-linked: the sex of {person} must be known"
            )
        seen = families.alleles[:, :, m]
        wrong = (seen < -1) | (seen >= len(marker.alleles)) | ((seen < 0) != (seen[..., ::-1] < 0))
        if marker.silent_allele is not None:
            wrong |= seen == marker.index(marker.silent_allele)
        if wrong.any():
            f, t, _ = np.argwhere(wrong)[0]
            raise InvalidProfileError(
                f"family {f}, {families.typed[t]}: marker {marker.name} has no visible allele "
                f"number {seen[f, t].max()}; add it to the frequencies or leave the call out"
            )


def _roles(genealogy: Genealogy, typed: IntArray) -> Roles:
    """Return what the typed persons are in their family."""
    father, mother, male, _ = genealogy.arrays
    founder = father[typed] < 0
    parent = np.isin(typed, father) | np.isin(typed, mother)
    return Roles(male[typed], founder, ~founder & ~parent)


def _seen_alleles(markers: Sequence[Marker]) -> tuple[IntArray, Array]:
    """Return the markers' silent alleles, -1 for none, and the frequencies of drop-in."""
    silent = [-1 if m.silent_allele is None else m.index(m.silent_allele) for m in markers]
    return np.array(silent, np.int64), np.concatenate(
        [np.zeros(0), *(m.frequencies for m in markers)]
    )


def _calls(families: AlikeFamilies, which: slice, markers: slice | IntArray) -> Calls:
    """Return the calls of some families at some markers, laid out as the kernels expect them."""
    return Calls(
        np.ascontiguousarray(families.alleles[which][:, :, markers], np.int16),
        np.ascontiguousarray(families.partial[which][:, :, markers], np.bool_),
        np.ascontiguousarray(families.rates[which], np.float64),
    )


def _alone(
    genealogy: Genealogy, typed: IntArray, calls: Calls, markers: Sequence[Marker]
) -> tuple[tuple[Any, ...], Array]:
    """Return one family's states as `encode_states` does, and the logs of what is taken out."""
    nobody = np.zeros(len(typed), np.bool_)
    roles = Roles(genealogy.arrays[2][typed], nobody, nobody)
    arrays = compile_markers(tuple(markers))
    states = possible_states(calls, roles, arrays, *_seen_alleles(markers), False)
    kind = np.full((len(markers), len(genealogy.ids)), FREE)
    first = np.zeros_like(kind)
    count = np.zeros_like(kind)
    kind[:, typed] = np.where(states.count < 0, FREE, STATES)
    first[:, typed] = states.first
    count[:, typed] = np.maximum(states.count, 0)
    encoded = (kind, first, count, states.paternal, states.maternal, states.weight)
    return encoded, states.log
