"""Summing out both alleles of an untyped founder at once, given the children's tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from forename.compiled import compiled, inlined
from forename.genetics.factor_tables import PLACE, advance, copy, fill, row_at, start_walk
from forename.genetics.tape import (
    ALIVE,
    CONTRACT,
    ROOT,
    SCOPE,
    cells_float,
    emit,
    push,
    root_factor,
)


@compiled
def _split_founder(tables: Any, chosen: Any, n_chosen: Any) -> Any:
    """Choose which child's table a founder's elimination leaves for last: the widest own part."""
    best = 0
    widest = -1.0
    for t in range(n_chosen):
        others = np.int64(0)
        for u in range(n_chosen):
            if u != t:
                others |= tables.of[SCOPE, chosen[u]]
        own = cells_float(tables.of[SCOPE, chosen[t]] & ~others, tables.size_of)
        if own > widest:
            widest = own
            best = t
    return best


@compiled
def founder_cost(tables: Any, chosen: Any, n_chosen: Any, haploid: Any, alleles: Any) -> Any:
    """Return the multiplications that `sum_out_founder` needs."""
    last = _split_founder(tables, chosen, n_chosen)
    others = np.int64(0)
    union = np.int64(0)
    for t in range(n_chosen):
        union |= tables.of[SCOPE, chosen[t]]
        if t != last:
            others |= tables.of[SCOPE, chosen[t]]
    return (
        cells_float(others, tables.size_of) * root_factor(n_chosen - 1, haploid, alleles)
        + cells_float(union, tables.size_of) * alleles
    )


@compiled
def sum_out_founder(tables: Any, person: Any, chosen: Any, n_chosen: Any, haploid: Any) -> Any:
    """Write the steps that sum over an untyped founder's alleles; return the table that is left.

    Sum over a, b of p_a p_b prod_c (T_c(a) + T_c(b)) / 2. One table T is kept for last: the
    others give R(a) = sum_b p_a p_b prod (T_c(a) + T_c(b)) / 2, which is symmetric in a and b
    before the sum, so that the result is sum_a R(a) T(a).
    """
    last = _split_founder(tables, chosen, n_chosen)
    scope = np.int64(0)
    for t in range(n_chosen):
        if t != last:
            push(tables, chosen[t])
            scope |= tables.of[SCOPE, chosen[t]]
    root = emit(tables, np.int64(ROOT), scope, np.int64(0), person, haploid)
    tables.of[ALIVE, root] = 0
    push(tables, root)
    push(tables, chosen[last])
    scope |= tables.of[SCOPE, chosen[last]]
    nothing = np.int64(-1)
    return emit(tables, np.int64(CONTRACT), scope, nothing, nothing, nothing)


@inlined
def founder_root(
    tables: Any,
    others: Any,
    root: Any,
    haploid: Any,
    inbreeding: Any,
    frequencies: Any,
) -> None:
    """Write R(a) = sum_b p_a p_b prod_c (T_c(a) + T_c(b)) / 2, for an allele a that is passed on.

    Expanded over subsets of the tables when these are fewer than alleles.
    """
    count = len(others)
    alleles = len(frequencies)
    n_variables = start_walk(tables, others, root, alleles)
    subsets = 1 << count if count < 16 else 0
    by_subset = not haploid and count > 2 and 0 < 2 * subsets <= alleles * count
    room = subsets if by_subset else (1 if inbreeding > 0.0 else 0)
    products: Any = np.empty((room, alleles))
    while True:
        out = row_at(tables.pool, tables.walk, count, alleles)
        if haploid:
            _one_allele(tables.pool, tables.walk, count, 1.0, frequencies, out)
        elif count == 0:
            copy(frequencies, out)
        elif count == 1:
            passed = row_at(tables.pool, tables.walk, 0, alleles)
            mean = 0.0
            for b in range(alleles):
                mean += frequencies[b] * passed[b]
            for a in range(alleles):
                out[a] = 0.5 * frequencies[a] * (passed[a] + mean)
        elif count == 2:
            one = row_at(tables.pool, tables.walk, 0, alleles)
            two = row_at(tables.pool, tables.walk, 1, alleles)
            _of_two(one, two, frequencies, out)
        elif by_subset:
            _by_subset(tables.pool, tables.walk, frequencies, products, out)
        else:
            _by_pair(tables.pool, tables.walk, count, frequencies, out)
        if inbreeding > 0.0 and not haploid:
            for a in range(alleles):
                out[a] *= 1.0 - inbreeding
            _one_allele(tables.pool, tables.walk, count, inbreeding, frequencies, products[0])
            for a in range(alleles):
                out[a] += products[0, a]
        if not advance(tables.walk, tables.state, count + 1, n_variables):
            break


@compiled
def _one_allele(pool: Any, walk: Any, count: Any, factor: Any, frequencies: Any, out: Any) -> None:
    """Write factor p_a prod_c T_c(a)."""
    for a in range(len(out)):
        value = factor * frequencies[a]
        for t in range(count):
            value *= pool[walk[t, PLACE] + a]
        out[a] = value


@compiled
def _of_two(one: Any, two: Any, frequencies: Any, out: Any) -> None:
    """Write what `_by_subset` does for two children."""
    mean_one = 0.0
    mean_two = 0.0
    mean_both = 0.0
    for a in range(len(out)):
        mean_one += frequencies[a] * one[a]
        mean_two += frequencies[a] * two[a]
        mean_both += frequencies[a] * one[a] * two[a]
    for a in range(len(out)):
        value = (one[a] * two[a] + mean_both) + (one[a] * mean_two + two[a] * mean_one)
        out[a] = 0.25 * frequencies[a] * value


@compiled
def _by_subset(pool: Any, walk: Any, frequencies: Any, products: Any, out: Any) -> None:
    """Write R(a) as the sum over which children got a and which the other allele."""
    alleles = len(out)
    subsets = len(products)
    means = np.empty(subsets)
    for subset in range(subsets):
        own = products[subset]
        if subset == 0:
            fill(own, 1.0)
        else:
            low = 0
            while not (subset >> low) & 1:
                low += 1
            smaller = products[subset & (subset - 1)]
            passed = row_at(pool, walk, low, alleles)
            for a in range(alleles):
                own[a] = smaller[a] * passed[a]
        mean = 0.0
        for a in range(alleles):
            mean += frequencies[a] * own[a]
        means[subset] = mean
    fill(out, 0.0)
    for subset in range(subsets):
        factor = means[subsets - 1 - subset] / subsets
        own = products[subset]
        for a in range(alleles):
            out[a] += factor * own[a]
    for a in range(alleles):
        out[a] *= frequencies[a]


@compiled
def _by_pair(pool: Any, walk: Any, count: Any, frequencies: Any, out: Any) -> None:
    """Write R(a) as the sum over the other allele."""
    alleles = len(out)
    for a in range(alleles):
        total = 0.0
        for b in range(alleles):
            value = frequencies[b]
            for t in range(count):
                row = row_at(pool, walk, t, alleles)
                value *= 0.5 * (row[a] + row[b])
            total += value
        out[a] = total * frequencies[a]
