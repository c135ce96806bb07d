"""A family with several missing persons: the likelihood of every way to fill its places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forename.genetics.encoding import IntArray
from forename.genetics.likelihood import DEFAULT_BUDGET, NO_THETA, Hypothesis, Theta
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.placement_blocks import distinct_placements, sum_over_blocks
from forename.genetics.placement_search import candidate_states, search_placements
from forename.genetics.profiles import Profile

# Below this number of placements, cutting the family costs more than it saves.
_FEW = 100


def placement_log_likelihoods(
    family: Hypothesis,
    missing: Sequence[str],
    candidates: Sequence[tuple[Profile, ...]],
    placements: IntArray,
    markers: Sequence[Marker],
    *,
    rates: ErrorRates = ErrorRates(),
    theta: Theta = NO_THETA,
    budget: float = DEFAULT_BUDGET,
) -> Array:
    """Return the natural log-likelihood of the family for each placement, shape (markers, n).

    ``placements`` has shape (n, missing): the index of the candidate in each missing person's
    place, -1 for nobody. ``candidates`` are remains (replicates of one person). The remains that
    are not placed are not part of this likelihood.
    """
    distinct, places = distinct_placements(family.pedigree, missing, placements)
    result = np.empty((len(markers), len(distinct)))
    # Coancestry couples all founders, and a man's X has no second allele to forget the order of.
    cut = [
        theta.value == 0 and len(distinct) > _FEW and m.chromosome == Chromosome.AUTOSOMAL
        for m in markers
    ]
    whole = [at for at, flag in enumerate(cut) if not flag]
    if whole:
        result[whole] = search_placements(
            family,
            missing,
            candidates,
            distinct,
            [markers[at] for at in whole],
            rates=rates,
            theta=theta,
            budget=budget,
        )
    parted = [at for at, flag in enumerate(cut) if flag]
    if parted:
        result[parted] = sum_over_blocks(
            family,
            missing,
            candidates,
            distinct,
            [markers[at] for at in parted],
            rates=rates,
            budget=budget,
        )
    return result[:, places]


def unrelated_log_likelihoods(
    candidates: Sequence[tuple[Profile, ...]],
    markers: Sequence[Marker],
    *,
    male: bool = False,
    rates: ErrorRates = ErrorRates(),
) -> Array:
    """Return log P(calls | unrelated to anyone) of candidates, shape (markers, candidates).

    0 where a candidate has no call. ``male`` matters for X-linked markers.
    """
    result = np.zeros((len(markers), len(candidates)))
    for m, marker in enumerate(markers):
        haploid = male and marker.chromosome == Chromosome.X
        (first, count, a, b, weight), _ = candidate_states(candidates, marker, haploid, rates)
        if not len(a):
            continue
        p = marker.frequencies
        each = weight * (p[a] if haploid else p[a] * p[b])
        for c in range(len(candidates)):
            if count[c]:
                total = each[first[c] : first[c] + count[c]].sum()
                result[m, c] = np.log(total) if total > 0 else -np.inf
            elif any(marker.name in p.calls for p in candidates[c]):
                result[m, c] = -np.inf
    return result
