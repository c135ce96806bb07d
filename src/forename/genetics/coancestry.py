"""LRs of remains against a family where coancestry couples them (theta > 0), and their cost.

The two hypotheses are "these remains are the missing person" and "a stranger beside the family
left them", all founder alleles drawn from one urn (``docs/methods/theta.md``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from forename.exceptions import BudgetExceededError
from forename.genetics.encoding import IntArray
from forename.genetics.likelihood import Hypothesis, Theta, predicted_costs
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.pedigrees import Person
from forename.genetics.placement_search import CandidateCalls, search_encoded
from forename.genetics.profiles import Profile, Sex


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A family with one missing member to whom remains are compared, at some markers."""

    label: str
    family: Hypothesis
    member: str
    markers: tuple[Marker, ...]

    def hypotheses(self) -> tuple[tuple[Hypothesis, str], tuple[Hypothesis, str]]:
        """Return, for "inside" and "apart", the family and the person whom the remains fill."""
        stranger = f"{self.member} unrelated"
        sex = self.family.pedigree[self.member].sex
        beside = self.family.pedigree.with_persons([Person(stranger, sex=sex)])
        return (
            (self.family, self.member),
            (Hypothesis(beside, self.family.profiles), stranger),
        )


def coancestry_log10_lrs(
    comparison: Comparison, candidates: CandidateCalls, rows: IntArray, theta: Theta, budget: float
) -> Array:
    """Return the log10 LRs of the candidates numbered ``rows``, shape (rows, markers).

    0 where neither hypothesis allows the data, which then say nothing. Raises
    `BudgetExceededError`.
    """
    above, below = (
        search_encoded(
            hypothesis,
            [person],
            candidates,
            rows[:, None],
            comparison.markers,
            theta=theta,
            budget=budget,
        )
        for hypothesis, person in comparison.hypotheses()
    )
    with np.errstate(invalid="ignore"):
        ratio = (above - below).T / np.log(10.0)
    result: Array = np.where(np.isnan(ratio), 0.0, ratio)
    return result


def refuse_beyond_budget(
    comparisons: Sequence[Comparison], candidates: CandidateCalls, theta: Theta, budget: float
) -> None:
    """Raise one `BudgetExceededError` that names every family and marker beyond the budget.

    At each marker two candidates are tried: the one that leaves most genotypes possible, and the
    one that brings most alleles of its own. No likelihood is computed.
    """
    shown = {
        marker: [_alleles(marker, own) for own in candidates.profiles]
        for marker in dict.fromkeys(m for comparison in comparisons for m in comparison.markers)
    }
    beyond: dict[str, list[str]] = {}
    largest = 0.0
    for comparison in comparisons:
        costs = _largest_costs(comparison, candidates, shown, theta)
        for marker, cost in zip(comparison.markers, costs.tolist(), strict=True):
            if cost > budget:
                largest = max(largest, cost)
                beyond.setdefault(comparison.label, []).append(marker.name)
    if not beyond:
        return
    raise BudgetExceededError(
        what="; ".join(
            f"family {label} at {', '.join(dict.fromkeys(names))}"
            for label, names in beyond.items()
        ),
        cost=largest,
        budget=budget,
        unit="multiplications for one likelihood",
        advice="With theta above 0 the cost grows threefold with every founder allele that is not "
        "known. Type the parents who connect the others, leave out the relatives who bring the "
        "most untyped founders, take these markers out of the frequency table, or set theta to 0.",
    )


def _largest_costs(
    comparison: Comparison,
    candidates: CandidateCalls,
    shown: Mapping[Marker, Sequence[Set[str]]],
    theta: Theta,
) -> Array:
    """Return the cost of the dearest candidate under either hypothesis, shape (markers,)."""
    costs = [
        predicted_costs(
            Hypothesis(family.pedigree, {**family.profiles, person: remains}),
            comparison.markers,
            rates=candidates.rates,
            theta=theta,
        )
        for remains in _dearest_calls(comparison, candidates, shown)
        for family, person in comparison.hypotheses()
    ]
    largest: Array = np.max(costs, axis=0)
    return largest


def _dearest_calls(
    comparison: Comparison, candidates: CandidateCalls, shown: Mapping[Marker, Sequence[Set[str]]]
) -> tuple[tuple[Profile, ...], ...]:
    """Return invented remains that have at every marker the calls that may cost most."""
    male = comparison.family.pedigree[comparison.member].sex == Sex.MALE
    relatives = [p for own in comparison.family.profiles.values() for p in own]
    widest: list[Profile] = []
    strangest: list[Profile] = []
    for marker in comparison.markers:
        haploid = male and marker.chromosome == Chromosome.X
        (_, count, *_), _ = candidates.states(marker, haploid)
        seen = _alleles(marker, relatives)
        new = [len(alleles - seen) for alleles in shown[marker]]
        widest += _calls_of(candidates.profiles[int(np.argmax(count))], marker)
        strangest += _calls_of(candidates.profiles[int(np.argmax(new))], marker)
    return tuple(widest), tuple(strangest)


def _calls_of(profiles: Sequence[Profile], marker: Marker) -> list[Profile]:
    return [
        replace(p, calls={marker.name: p.calls[marker.name]})
        for p in profiles
        if marker.name in p.calls
    ]


def _alleles(marker: Marker, profiles: Sequence[Profile]) -> set[str]:
    return {a for p in profiles if marker.name in p.calls for a in p.calls[marker.name].alleles}
