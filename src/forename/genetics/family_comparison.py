"""The stated pedigree of a whole family against others: one exact likelihood for each.

Every gamete hands down, with a small probability, an allele drawn from the population instead of
its own: a mutation or a typing error. Formulas: ``docs/methods/tree-quality-control.md``.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Array, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.other_pedigrees import OtherPedigree, connecting_part, other_pedigrees
from forename.genetics.problem import Family, Settings
from forename.genetics.relationships import FLOOR

# Multiplications for one marker and one pedigree, about a millisecond; there are up to a hundred
# pedigrees in a family.
_BUDGET = 1e6

_LN10 = float(np.log(10.0))


@dataclass(frozen=True, slots=True, eq=False)
class FamilyComparison:
    """A stated family against alternatives, the best first.

    ``log10_lr[i]`` is log10 of P(profiles | stated) / P(profiles | ``others[i]``), ascending;
    ``markers`` is how many were used.
    """

    others: tuple[OtherPedigree, ...]
    log10_lr: tuple[float, ...]
    markers: int


def compare_family(
    family: Family, markers: Sequence[Marker], settings: Settings
) -> FamilyComparison:
    """Compare a stated family with every pedigree of `other_pedigrees`.

    ``markers`` are autosomal, as `tolerant_markers` returns them. Raises `BudgetExceededError`
    when a pedigree is too complex to be compared in about a second.
    """
    rates = ErrorRates(settings.drop_out, settings.drop_in)
    usable = explicable_markers(family, markers, settings)
    pedigree = connecting_part(family.pedigree, tuple(family.profiles))

    def log_likelihood(hypothesis: Hypothesis) -> Array:
        return log_likelihoods(hypothesis, usable, rates=rates, budget=_BUDGET)

    stated = log_likelihood(Hypothesis(pedigree, family.profiles))
    # Nothing explains a marker at which identical twins differ.
    explained = np.isfinite(stated)
    stated = stated[explained]
    compared = [
        (float((stated - log_likelihood(other.hypothesis)[explained]).sum()) / _LN10, other)
        for other in other_pedigrees(pedigree, family.profiles, family.missing)
    ]
    # Rounded, so that alternatives that say the same keep the order they are made in.
    compared.sort(key=lambda entry: round(entry[0], 6))
    return FamilyComparison(
        tuple(other for _, other in compared), tuple(lr for lr, _ in compared), int(explained.sum())
    )


def tolerant_markers(markers: Sequence[Marker]) -> tuple[Marker, ...]:
    """Return the markers with the mutation model that pedigrees are compared with.

    With probability `FLOOR` a gamete carries an allele drawn from the population. The frequencies
    stay as they are from one generation to the next, and no marker makes a pedigree impossible.
    """
    tolerant = []
    for marker in markers:
        drawn = np.tile(marker.frequencies / marker.frequencies.sum(), (len(marker.alleles), 1))
        matrix = (1 - FLOOR) * np.eye(len(marker.alleles)) + FLOOR * drawn
        tolerant.append(replace(marker, mutation_male=matrix, mutation_female=matrix))
    return tuple(tolerant)


def explicable_markers(
    family: Family,
    markers: Sequence[Marker],
    settings: Settings,
    without: Set[str] = frozenset(),
) -> tuple[Marker, ...]:
    """Leave out markers where somebody's calls no genotype explains, and those in ``without``."""
    extra = set(without)
    for profiles in family.profiles.values():
        for name in {name for profile in profiles for name in profile.calls}:
            calls = [profile.calls[name] for profile in profiles if name in profile.calls]
            three = any(len(call.distinct) > 2 for call in calls)
            differ = len({call.distinct for call in calls if not call.partial}) > 1
            if (three and settings.drop_in == 0) or differ:
                extra.add(name)
    return tuple(m for m in markers if m.name not in extra)
