"""The arithmetic of a tape on many families at once.

The families show the same marker and have the same tape: their tables have the same shapes. A cell
holds one number for each of `ABREAST` families, so that a step is begun once for all of them and
every operation is one on vectors. ``pool`` and other tables have shape (cells, `ABREAST`). The
functions do what their namesakes in `forename.genetics.factor_tables`,
`forename.genetics.founder_sum` and `forename.genetics.parental_tables` do for one family.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.genetics.factor_tables import PLACE, advance, start_walk
from forename.genetics.tape import AXIS, SCOPE, SPAN, START, cells
from forename.intrinsics import borrowed, keep

ABREAST = 16  # a few vector registers; with more, the tables of rich markers leave the cache
MOST_SUBSETS = 64  # of a founder's children, see `founder_root`

_LN2 = math.log(2.0)


@compiled
def fill(rows: Any, value: Any) -> None:
    """Set all numbers of some cells."""
    for a in range(len(rows)):
        for f in range(ABREAST):
            rows[a, f] = value


@compiled
def copy(source: Any, rows: Any) -> None:
    """Copy some cells."""
    for a in range(len(rows)):
        for f in range(ABREAST):
            rows[a, f] = source[a, f]


@compiled
def multiply(rows: Any, one: Any) -> None:
    """Multiply some cells with others."""
    for a in range(len(rows)):
        for f in range(ABREAST):
            rows[a, f] *= one[a, f]


@compiled
def product(tables: Any, pool: Any, sources: Any, result: Any, alleles: Any) -> None:
    """Multiply tables; variables that the result lacks are summed out.

    All tables with an allele axis share it and come first.
    """
    count = len(sources)
    walk = tables.walk
    n_axis = 0
    while n_axis < count and tables.of[AXIS, sources[n_axis]] >= 0:
        n_axis += 1
    n_variables = start_walk(tables, sources, result, alleles)
    rows = alleles if tables.of[AXIS, result] >= 0 else 1
    start = tables.of[START, result]
    fill(pool[start : start + cells(tables.of[SCOPE, result], tables.size_of) * rows], 0.0)
    own_scalar = np.empty((1, ABREAST))
    own_several = np.empty((rows if n_axis > 1 else 0, ABREAST))
    scalar, several = borrowed(own_scalar), borrowed(own_several)
    while True:
        fill(scalar, 1.0)
        for t in range(n_axis, count):
            multiply(scalar, pool[walk[t, PLACE] : walk[t, PLACE] + 1])
        sink = pool[walk[count, PLACE] : walk[count, PLACE] + rows]
        one = pool[walk[0, PLACE] : walk[0, PLACE] + rows]
        if n_axis == 0:
            _add(sink, scalar[0])
        elif n_axis == 1:
            _add_one(sink, scalar[0], one)
        else:
            copy(one, several)
            for t in range(1, n_axis - 1):
                multiply(several, pool[walk[t, PLACE] : walk[t, PLACE] + rows])
            last = walk[n_axis - 1, PLACE]
            _add_two(sink, scalar[0], several, pool[last : last + rows])
        if not advance(walk, tables.state, count + 1, n_variables):
            break
    keep(own_scalar)
    keep(own_several)


@compiled
def _add(rows: Any, scalar: Any) -> None:
    for a in range(len(rows)):
        for f in range(ABREAST):
            rows[a, f] += scalar[f]


@compiled
def _add_one(rows: Any, scalar: Any, one: Any) -> None:
    for a in range(len(rows)):
        for f in range(ABREAST):
            rows[a, f] += scalar[f] * one[a, f]


@compiled
def _add_two(rows: Any, scalar: Any, one: Any, two: Any) -> None:
    for a in range(len(rows)):
        for f in range(ABREAST):
            rows[a, f] += scalar[f] * one[a, f] * two[a, f]


@compiled
def rescale(tables: Any, pool: Any, table: Any, alleles: Any, level: Any, logs: Any) -> None:
    """Lift the tables whose largest cell is below ``level``; add the logs of what is taken out.

    The factors are powers of two, so that no digit changes.
    """
    size = cells(tables.of[SCOPE, table], tables.size_of)
    if tables.of[AXIS, table] >= 0:
        size *= alleles
    rows = pool[tables.of[START, table] : tables.of[START, table] + size]
    largest = np.zeros(ABREAST)
    for x in range(size):
        below = 0
        for f in range(ABREAST):
            largest[f] = max(largest[f], rows[x, f])
            below += 1 if largest[f] < level else 0
        if below == 0:
            return
    for f in range(ABREAST):
        if not 0.0 < largest[f] < level:
            continue
        exponent = max(math.frexp(largest[f])[1], -1000)
        factor = math.ldexp(1.0, -exponent)
        for x in range(size):
            rows[x, f] *= factor
        logs[f] += exponent * _LN2


@compiled
def _apply(matrix: Any, rows: Any, out: Any) -> None:
    """Write sum_j matrix[i, j] rows[j], four at a time so that ``out`` is touched less."""
    k = len(matrix)
    whole = k - k % 4
    for i in range(k):
        own = matrix[i]
        sink = out[i]
        for f in range(ABREAST):
            sink[f] = 0.0
        for j in range(0, whole, 4):
            m0 = own[j]
            m1 = own[j + 1]
            m2 = own[j + 2]
            m3 = own[j + 3]
            v0 = rows[j]
            v1 = rows[j + 1]
            v2 = rows[j + 2]
            v3 = rows[j + 3]
            for f in range(ABREAST):
                sink[f] += (m0 * v0[f] + m1 * v1[f]) + (m2 * v2[f] + m3 * v3[f])
        for j in range(whole, k):
            m0 = own[j]
            v0 = rows[j]
            for f in range(ABREAST):
                sink[f] += m0 * v0[f]


@compiled
def _apply_jump(jump: Any, stay: Any, apart: Any, up: Any, rows: Any, out: Any) -> None:
    """Do what `_apply` does where the matrix is a jump (see `forename.genetics.merging`)."""
    total = np.zeros(ABREAST)
    for a in range(len(jump)):
        if up:
            for f in range(ABREAST):
                total[f] += jump[a, f] * rows[a, f]
        elif a != apart:
            for f in range(ABREAST):
                total[f] += rows[a, f]
    for a in range(len(jump)):
        if a == apart:
            copy(rows[a : a + 1], out[a : a + 1])
        elif up:
            for f in range(ABREAST):
                out[a, f] = stay[f] * rows[a, f] + total[f]
        else:
            for f in range(ABREAST):
                out[a, f] = stay[f] * rows[a, f] + jump[a, f] * total[f]


@compiled
def transmit(
    tables: Any, pool: Any, source: Any, result: Any, passing: Any, up: Any, alleles: Any
) -> None:
    """Take every row of a table up to the parental allele, or down to the gamete."""
    here = tables.of[START, source]
    there = tables.of[START, result]
    n_cells = cells(tables.of[SCOPE, source], tables.size_of)
    period = n_cells
    for variable in range(tables.head[SPAN]):
        size = tables.size_of[variable]
        if (tables.of[SCOPE, source] >> variable) & 1 and size > 1:
            period = n_cells // size
            break
    for cell in range(n_cells):
        old = pool[here + cell * alleles : here + (cell + 1) * alleles]
        new = pool[there + cell * alleles : there + (cell + 1) * alleles]
        if passing.jumps:  # as quick as finding out that there is nothing to do
            pass_rows(passing, up, old, new)
            continue
        if up and _is_constant(old):
            copy(old, new)
            continue
        if cell >= period:
            # Often nothing depends on the slowest variable under one side of an indicator.
            before = here + (cell - period) * alleles
            if _are_equal(old, pool[before : before + alleles]):
                before = there + (cell - period) * alleles
                copy(pool[before : before + alleles], new)
                continue
        pass_rows(passing, up, old, new)


@compiled
def pass_rows(passing: Any, up: Any, rows: Any, out: Any) -> None:
    """Take rows over an allele up to the parental allele, or down to the gamete."""
    if passing.jumps:
        _apply_jump(passing.jump, passing.stay, passing.apart, up, rows, out)
    elif up:
        _apply(passing.matrix, rows, out)
    else:
        _apply(passing.transposed, rows, out)


@compiled
def _is_constant(rows: Any) -> Any:
    for a in range(1, len(rows)):
        for f in range(ABREAST):
            if rows[a, f] != rows[0, f]:
                return False
    return True


@compiled
def _are_equal(rows: Any, others: Any) -> Any:
    for a in range(len(rows)):
        for f in range(ABREAST):
            if rows[a, f] != others[a, f]:
                return False
    return True


@compiled
def contract(tables: Any, pool: Any, sources: Any, result: Any, alleles: Any) -> None:
    """Sum the product of two tables over their common allele axis."""
    walk = tables.walk
    n_variables = start_walk(tables, sources, result, alleles)
    while True:
        one = pool[walk[0, PLACE] : walk[0, PLACE] + alleles]
        two = pool[walk[1, PLACE] : walk[1, PLACE] + alleles]
        out = pool[walk[2, PLACE]]
        for f in range(ABREAST):
            out[f] = 0.0
        for a in range(alleles):
            for f in range(ABREAST):
                out[f] += one[a, f] * two[a, f]
        if not advance(walk, tables.state, 3, n_variables):
            break


@compiled
def mix(tables: Any, pool: Any, sources: Any, result: Any, alleles: Any) -> None:
    """Write the passed-on allele of a person, given a table over each of their two alleles."""
    walk = tables.walk
    n_variables = start_walk(tables, sources, result, alleles)
    half = np.empty((2, ABREAST))
    while True:
        one = pool[walk[0, PLACE] : walk[0, PLACE] + alleles]
        two = pool[walk[1, PLACE] : walk[1, PLACE] + alleles]
        out = pool[walk[2, PLACE] : walk[2, PLACE] + alleles]
        fill(half, 0.0)
        for a in range(alleles):
            for f in range(ABREAST):
                half[0, f] += 0.5 * one[a, f]
                half[1, f] += 0.5 * two[a, f]
        for a in range(alleles):
            for f in range(ABREAST):
                out[a, f] = half[1, f] * one[a, f] + half[0, f] * two[a, f]
        if not advance(walk, tables.state, 3, n_variables):
            break


@compiled
def founder_root(
    tables: Any, pool: Any, others: Any, root: Any, haploid: Any, inbreeding: Any, frequencies: Any
) -> None:
    """Write R(a) = sum_b p_a p_b prod_c (T_c(a) + T_c(b)) / 2, for an allele a that is passed on.

    Summed over which children got a: there are at most `MOST_SUBSETS` ways. ``frequencies`` have
    shape (alleles, `ABREAST`).
    """
    count = len(others)
    alleles = len(frequencies)
    walk = tables.walk
    n_variables = start_walk(tables, others, root, alleles)
    subsets = 1 << count
    own_products = np.empty((subsets, alleles, ABREAST))
    own_means = np.empty((subsets, ABREAST))
    products, means = borrowed(own_products), borrowed(own_means)
    fill(products[0], 1.0)
    while True:
        for subset in range(1, subsets):
            low = 0
            while not (subset >> low) & 1:
                low += 1
            copy(pool[walk[low, PLACE] : walk[low, PLACE] + alleles], products[subset])
            if subset & (subset - 1):
                multiply(products[subset], products[subset & (subset - 1)])
        out = pool[walk[count, PLACE] : walk[count, PLACE] + alleles]
        fill(means, 0.0)
        for subset in range(subsets):
            own = products[subset]
            for a in range(alleles):
                for f in range(ABREAST):
                    means[subset, f] += frequencies[a, f] * own[a, f]
        autozygous = 1.0 if haploid else inbreeding
        fill(out, 0.0)
        for subset in range(subsets):
            mean = means[subsets - 1 - subset]
            both = autozygous if subset == subsets - 1 else 0.0
            factor = (1.0 - autozygous) / subsets
            _add_scaled(out, factor, both, mean, products[subset])
        multiply(out, frequencies)
        if not advance(walk, tables.state, count + 1, n_variables):
            break
    keep(own_products)
    keep(own_means)


@compiled
def _add_scaled(rows: Any, factor: Any, more: Any, mean: Any, one: Any) -> None:
    for a in range(len(rows)):
        for f in range(ABREAST):
            rows[a, f] += (factor * mean[f] + more) * one[a, f]
