"""Summing out both alleles of an untyped founder at once, given the children's tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.genetics.factor_tables import (
    ALIVE,
    DRY,
    SCOPE,
    SPAN,
    START,
    add_table,
    cells,
    cells_float,
    strides,
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
    count = n_chosen - 1
    per_cell = 1.0 * alleles * max(count, 1)
    if not haploid and count > 1:
        per_cell = min(2.0 * 2.0**count * alleles, 1.0 * alleles * alleles * count)
    return (
        cells_float(others, tables.size_of) * per_cell
        + cells_float(union, tables.size_of) * alleles
    )


@compiled
def sum_out_founder(
    tables: Any,
    chosen: Any,
    n_chosen: Any,
    haploid: Any,
    inbreeding: Any,
    frequencies: Any,
    alleles: Any,
) -> Any:
    """Sum over the two alleles of an untyped founder; the tables are over one passed-on allele.

    Sum over a, b of p_a p_b prod_c (T_c(a) + T_c(b)) / 2. One table T is kept for last: the
    others give R(a) = sum_b p_a p_b prod (T_c(a) + T_c(b)) / 2, which is symmetric in a and b
    before the sum, so that the result is sum_a R(a) T(a).
    """
    last = _split_founder(tables, chosen, n_chosen)
    others = np.empty(max(n_chosen - 1, 1), np.int64)
    n_others = np.int64(0)
    scope = np.int64(0)
    for t in range(n_chosen):
        if t != last:
            others[n_others] = chosen[t]
            scope |= tables.of[SCOPE, chosen[t]]
            n_others += 1
    root = add_table(tables, scope, np.int64(0), alleles)
    tables.of[ALIVE, root] = 0
    if tables.head[DRY]:
        return _contract(tables, root, chosen[last], alleles)
    pool = tables.pool
    stride = np.empty(tables.head[SPAN], np.int64)
    variables = np.empty(tables.head[SPAN], np.int64)
    n_variables = 0
    for variable in range(tables.head[SPAN]):
        if (scope >> variable) & 1:
            variables[n_variables] = variable
            n_variables += 1
    steps: Any = np.zeros((max(n_others, 1), max(n_variables, 1)), np.int64)
    for t in range(n_others):
        strides(tables.of[SCOPE, others[t]], np.int64(0), alleles, tables.size_of, stride)
        for j in range(n_variables):
            steps[t, j] = stride[variables[j]]
    subsets = 1 << n_others if n_others < 16 else 0
    by_subset = not haploid and n_others > 1 and 0 < 2 * subsets <= alleles * n_others
    n_products = subsets if by_subset else 1
    products: Any = np.empty((n_products, alleles))
    means: Any = np.empty(n_products)
    place: Any = np.empty(n_chosen, np.int64)
    for cell in range(cells(scope, tables.size_of)):
        rest = cell
        for t in range(n_others):
            place[t] = tables.of[START, others[t]]
        for j in range(n_variables - 1, -1, -1):
            size = tables.size_of[variables[j]]
            index = rest % size
            rest //= size
            for t in range(n_others):
                place[t] += index * steps[t, j]
        sink = tables.of[START, root] + cell * alleles
        if haploid:
            for a in range(alleles):
                value = frequencies[a]
                for t in range(n_others):
                    value *= pool[place[t] + a]
                pool[sink + a] = value
            continue
        if n_others == 0:
            for a in range(alleles):
                pool[sink + a] = frequencies[a]
            continue
        if n_others == 1:
            passed = pool[place[0] : place[0] + alleles]
            mean = 0.0
            for b in range(alleles):
                mean += frequencies[b] * passed[b]
            for a in range(alleles):
                pool[sink + a] = 0.5 * frequencies[a] * (passed[a] + mean)
        elif by_subset:
            for subset in range(subsets):
                if subset == 0:
                    for a in range(alleles):
                        products[0, a] = 1.0
                else:
                    low = 0
                    while not (subset >> low) & 1:
                        low += 1
                    smaller = subset & (subset - 1)
                    passed = pool[place[low] : place[low] + alleles]
                    for a in range(alleles):
                        products[subset, a] = products[smaller, a] * passed[a]
                mean = 0.0
                for a in range(alleles):
                    mean += frequencies[a] * products[subset, a]
                means[subset] = mean
            scale = 1.0 / subsets
            for a in range(alleles):
                pool[sink + a] = 0.0
            for subset in range(subsets):
                factor = scale * means[subsets - 1 - subset]
                for a in range(alleles):
                    pool[sink + a] += factor * products[subset, a]
            for a in range(alleles):
                pool[sink + a] *= frequencies[a]
        else:
            for a in range(alleles):
                total = 0.0
                for b in range(alleles):
                    value = frequencies[b]
                    for t in range(n_others):
                        value *= 0.5 * (pool[place[t] + a] + pool[place[t] + b])
                    total += value
                pool[sink + a] = total * frequencies[a]
        if inbreeding > 0.0:
            for a in range(alleles):
                value = frequencies[a]
                for t in range(n_others):
                    value *= pool[place[t] + a]
                pool[sink + a] = (1.0 - inbreeding) * pool[sink + a] + inbreeding * value
    return _contract(tables, root, chosen[last], alleles)


@compiled
def _contract(tables: Any, left: Any, right: Any, alleles: Any) -> Any:
    """Sum the product of two tables over their common allele axis."""
    union = tables.of[SCOPE, left] | tables.of[SCOPE, right]
    result = add_table(tables, union, np.int64(-1), alleles)
    if tables.head[DRY]:
        return result
    pool = tables.pool
    left_stride = np.empty(tables.head[SPAN], np.int64)
    right_stride = np.empty(tables.head[SPAN], np.int64)
    strides(tables.of[SCOPE, left], np.int64(0), alleles, tables.size_of, left_stride)
    strides(tables.of[SCOPE, right], np.int64(0), alleles, tables.size_of, right_stride)
    variables = np.empty(tables.head[SPAN], np.int64)
    n_variables = 0
    for variable in range(tables.head[SPAN]):
        if (union >> variable) & 1:
            variables[n_variables] = variable
            n_variables += 1
    sink = tables.of[START, result]
    for cell in range(cells(union, tables.size_of)):
        rest = cell
        here = tables.of[START, left]
        there = tables.of[START, right]
        for j in range(n_variables - 1, -1, -1):
            size = tables.size_of[variables[j]]
            index = rest % size
            rest //= size
            here += index * left_stride[variables[j]]
            there += index * right_stride[variables[j]]
        first = pool[here : here + alleles]
        second = pool[there : there + alleles]
        total = 0.0
        for a in range(alleles):
            total += first[a] * second[a]
        pool[sink + cell] = total
    return result
