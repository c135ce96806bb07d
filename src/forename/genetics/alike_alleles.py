"""Finding the alleles that nobody's calls tell apart, so that they may be merged into one.

An allele that no state mentions is such an allele. With drop-out a call of one allele leaves that
allele beside any other possible: every state mentions something, and still all those others are
alike. Alleles are alike when every person's weight is the same for each of them beside any allele
that is not alike, on either side, and the same for every pair of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.genetics.descent import COUNT, FIRST, KIND, STATES, Descent

_FEW = 2  # states of a known genotype


@compiled
def _candidates(descent: Any, k: Any) -> Any:
    """Return which alleles may be alike: in every person those of the most common appearance."""
    alike = np.ones(k, np.bool_)
    mentions = np.empty(k, np.int64)
    twice = np.empty(k)
    for i in range(descent.of.shape[1]):
        if descent.of[KIND, i] != STATES:
            continue
        mentions[:] = 0
        twice[:] = 0.0
        for s in range(descent.of[FIRST, i], descent.of[FIRST, i] + descent.of[COUNT, i]):
            a, b = descent.alleles[0, s], descent.alleles[1, s]
            mentions[a] += 1
            mentions[b] += 1
            if a == b:
                twice[a] = descent.weight[s]
        best, most = 0, 0
        if descent.of[COUNT, i] > _FEW:
            for a in range(k):
                size = 0
                for b in range(k):
                    if mentions[b] == mentions[a] and twice[b] == twice[a]:
                        size += 1
                if size > most:
                    best, most = a, size
        for a in range(k):
            if most > 0:
                alike[a] &= mentions[a] == mentions[best] and twice[a] == twice[best]
            else:
                alike[a] &= mentions[a] == 0
    return alike


@compiled
def _are_alike(weights: Any, alike: Any, representative: Any) -> Any:
    """Tell whether a person's weights are those of the representative for all alike alleles."""
    r = representative
    for a in range(len(alike)):
        for b in range(len(alike)):
            x = r if alike[a] else a
            y = r if alike[b] else b
            if weights[a, b] != weights[x, y]:
                return False
    return True


@compiled
def unmentioned_alleles(descent: Any, k: Any) -> Any:
    """Return which alleles no state mentions, shape (k,)."""
    unmentioned = np.ones(k, np.bool_)
    for s in range(descent.alleles.shape[1]):
        unmentioned[descent.alleles[0, s]] = False
        unmentioned[descent.alleles[1, s]] = False
    return unmentioned


@compiled
def alike_alleles(descent: Any, k: Any) -> Any:
    """Return which alleles are alike for every person, shape (k,)."""
    alike = _candidates(descent, k)
    representative = 0
    while representative < k and not alike[representative]:
        representative += 1
    certain = representative < k
    for i in range(descent.of.shape[1]):
        if not certain or descent.of[KIND, i] != STATES or descent.of[COUNT, i] <= _FEW:
            continue
        weights = np.zeros((k, k))
        for s in range(descent.of[FIRST, i], descent.of[FIRST, i] + descent.of[COUNT, i]):
            weights[descent.alleles[0, s], descent.alleles[1, s]] += descent.weight[s]
        certain = _are_alike(weights, alike, representative)
    return alike if certain else unmentioned_alleles(descent, k)


@compiled
def merge_states(descent: Any, place: Any, alike: Any) -> Any:
    """Return the persons with their states over merged alleles, each state once.

    ``place``, shape (k,), is the new number of every allele; alike alleles share one.
    """
    k = len(alike)
    representative = 0
    while representative < k and not alike[representative]:
        representative += 1
    of = descent.of.copy()
    alleles = np.empty_like(descent.alleles)
    weight = np.empty_like(descent.weight)
    total = 0
    for i in range(of.shape[1]):
        if of[KIND, i] != STATES:
            continue
        first = of[FIRST, i]
        of[FIRST, i] = total
        for s in range(first, first + of[COUNT, i]):
            a, b = descent.alleles[0, s], descent.alleles[1, s]
            if (alike[a] and a != representative) or (alike[b] and b != representative):
                continue
            alleles[0, total] = place[a]
            alleles[1, total] = place[b]
            weight[total] = descent.weight[s]
            total += 1
        of[COUNT, i] = total - of[FIRST, i]
    return Descent(of, descent.inbreeding, alleles[:, :total].copy(), weight[:total].copy())
