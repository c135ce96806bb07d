"""The arithmetic on tables over small variables with at most one allele axis.

Every function carries out one kind of step of a tape (`forename.genetics.tape`): ``sources`` are
the tables it reads, ``result`` the table it writes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from forename.compiled import compiled, inlined
from forename.genetics.tape import AXIS, MAX_VARIABLES, SCOPE, SPAN, START, cells

# Columns of Tables.walk after those of the variables.
PLACE = MAX_VARIABLES
_TABLE = MAX_VARIABLES + 1

_LN2 = math.log(2.0)
SMALL = 2.0**-32  # a table whose largest cell is below is lifted: products do not underflow


@compiled
def strides(scope: Any, axis: Any, alleles: Any, size_of: Any, out: Any) -> None:
    """Write the stride of every variable in a table of this scope (0 where absent)."""
    stride = 1
    if axis >= 0:
        stride = alleles
    for variable in range(len(out) - 1, -1, -1):
        if (scope >> variable) & 1:
            out[variable] = stride
            stride *= size_of[variable]
        else:
            out[variable] = 0


@compiled
def start_walk(tables: Any, sources: Any, result: Any, alleles: Any) -> Any:
    """Begin a walk through all joint states of some tables' variables.

    Row t of ``walk`` is source t, the row after the last one the result (-1: none). A column is
    the table's stride for each variable, fastest first; `PLACE` is the cell it stands at. Row 0
    of ``state`` is the number of states, row 1 the state. Variables of one state are left out.
    Returns the number of variables.
    """
    walk = tables.walk
    rows = len(sources) + (1 if result >= 0 else 0)
    union = np.int64(0)
    for t in range(rows):
        table = sources[t] if t < len(sources) else result
        union |= tables.of[SCOPE, table]
        walk[t, _TABLE] = tables.of[SCOPE, table]
        walk[t, PLACE] = alleles if tables.of[AXIS, table] >= 0 else 1  # the stride so far
    n_variables = 0
    variable = tables.head[SPAN] - 1
    while variable >= 0:
        size = tables.size_of[variable]
        if (union >> variable) & 1 and size > 1:
            tables.state[0, n_variables] = size
            tables.state[1, n_variables] = 0
            for t in range(rows):
                if (walk[t, _TABLE] >> variable) & 1:
                    walk[t, n_variables] = walk[t, PLACE]
                    walk[t, PLACE] *= size
                else:
                    walk[t, n_variables] = 0
            n_variables += 1
        variable -= 1
    for t in range(rows):
        table = sources[t] if t < len(sources) else result
        walk[t, PLACE] = tables.of[START, table]
    return n_variables


@compiled
def advance(walk: Any, state: Any, rows: Any, n_variables: Any) -> Any:
    """Go to the next joint state and move every table's place; tell whether there is one."""
    for j in range(n_variables):
        state[1, j] += 1
        if state[1, j] < state[0, j]:
            for t in range(rows):
                walk[t, PLACE] += walk[t, j]
            return True
        state[1, j] = 0
        back = state[0, j] - 1
        for t in range(rows):
            walk[t, PLACE] -= walk[t, j] * back
    return False


@compiled
def row_at(pool: Any, walk: Any, t: Any, alleles: Any) -> Any:
    """Return the row over alleles at which table t of a walk stands."""
    # Views, not offsets: the compiler then knows the indices and uses vector instructions.
    start = walk[t, PLACE]
    return pool[start : start + alleles]


@compiled
def fill(row: Any, value: Any) -> None:
    """Set all entries of a row: a loop, since the assignment of a slice is slow when compiled."""
    for x in range(len(row)):
        row[x] = value


@compiled
def copy(source: Any, row: Any) -> None:
    """Copy a row, as `fill` does."""
    for x in range(len(row)):
        row[x] = source[x]


@inlined
def product(tables: Any, sources: Any, result: Any, alleles: Any) -> None:
    """Multiply tables; variables that the result lacks are summed out.

    All tables with an allele axis share it and come first.
    """
    count = len(sources)
    pool = tables.pool
    walk = tables.walk
    n_axis = _number_with_axis(tables, sources)
    n_variables = start_walk(tables, sources, result, alleles)
    start = tables.of[START, result]
    length = cells(tables.of[SCOPE, result], tables.size_of)
    with_axis = tables.of[AXIS, result] >= 0
    if with_axis:
        length *= alleles
    fill(pool[start : start + length], 0.0)
    while True:
        scalar = 1.0
        for t in range(n_axis, count):
            scalar *= pool[walk[t, PLACE]]
        sink = walk[count, PLACE]
        if not with_axis:
            pool[sink] += scalar
        elif scalar != 0.0:
            if n_axis == 1:
                _add_one(pool, sink, scalar, row_at(pool, walk, 0, alleles), alleles)
            elif n_axis == 2:
                _add_two(pool, sink, scalar, walk[0, PLACE], walk[1, PLACE], alleles)
            else:
                _add_many(pool, sink, scalar, walk, n_axis, alleles)
        if not advance(walk, tables.state, count + 1, n_variables):
            break


# The rows of a product are added in functions of few arguments: one call for every joint state.


@compiled
def _add_one(pool: Any, sink: Any, scalar: Any, one: Any, alleles: Any) -> None:
    row = pool[sink : sink + alleles]
    for x in range(alleles):
        row[x] += scalar * one[x]


@compiled
def _add_two(pool: Any, sink: Any, scalar: Any, first: Any, second: Any, alleles: Any) -> None:
    row = pool[sink : sink + alleles]
    one = pool[first : first + alleles]
    two = pool[second : second + alleles]
    for x in range(alleles):
        row[x] += scalar * one[x] * two[x]


@compiled
def _add_many(pool: Any, sink: Any, scalar: Any, walk: Any, n_axis: Any, alleles: Any) -> None:
    row = pool[sink : sink + alleles]
    for x in range(alleles):
        value = scalar
        for t in range(n_axis):
            value *= pool[walk[t, PLACE] + x]
        row[x] += value


@inlined
def rescale(tables: Any, table: Any, alleles: Any, level: Any) -> Any:
    """Lift a table whose largest cell is below ``level``; return the log of the factor taken out.

    The factor is a power of two, so that no digit changes.
    """
    size = cells(tables.of[SCOPE, table], tables.size_of)
    if tables.of[AXIS, table] >= 0:
        size *= alleles
    row = tables.pool[tables.of[START, table] : tables.of[START, table] + size]
    largest = 0.0
    for value in row:
        if value >= level:
            return 0.0
        if value > largest:
            largest = value
    if largest == 0.0:
        return 0.0
    exponent = max(math.frexp(largest)[1], -1000)
    factor = math.ldexp(1.0, -exponent)
    for x in range(size):
        row[x] *= factor
    return exponent * _LN2


@compiled
def _apply(vector: Any, matrix: Any, out: Any) -> None:
    """Write sum_g vector[g] matrix[g, :], four rows at a time so that ``out`` is touched less."""
    k = len(out)
    fill(out, 0.0)
    whole = k - k % 4
    for g in range(0, whole, 4):
        v0 = vector[g]
        v1 = vector[g + 1]
        v2 = vector[g + 2]
        v3 = vector[g + 3]
        if v0 == 0.0 and v1 == 0.0 and v2 == 0.0 and v3 == 0.0:
            continue
        row0 = matrix[g]
        row1 = matrix[g + 1]
        row2 = matrix[g + 2]
        row3 = matrix[g + 3]
        for a in range(k):
            out[a] += (v0 * row0[a] + v1 * row1[a]) + (v2 * row2[a] + v3 * row3[a])
    for g in range(whole, k):
        value = vector[g]
        row = matrix[g]
        for a in range(k):
            out[a] += value * row[a]


@inlined
def transmit(tables: Any, source: Any, result: Any, matrix: Any, stochastic: Any) -> None:
    """Multiply every row of a table with a matrix; ``stochastic``: constants stay as they are."""
    alleles = len(matrix)
    pool = tables.pool
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
        if stochastic and _is_constant(old):
            copy(old, new)
            continue
        if cell >= period:
            # Often nothing depends on the slowest variable under one side of an indicator.
            before = here + (cell - period) * alleles
            if _are_equal(old, pool[before : before + alleles]):
                before = there + (cell - period) * alleles
                copy(pool[before : before + alleles], new)
                continue
        _apply(old, matrix, new)


@compiled
def _is_constant(row: Any) -> Any:
    for x in range(1, len(row)):  # noqa: SIM110  the compiler has no generators
        if row[x] != row[0]:
            return False
    return True


@compiled
def _are_equal(row: Any, other: Any) -> Any:
    for x in range(len(row)):  # noqa: SIM110  as above
        if row[x] != other[x]:
            return False
    return True


@inlined
def contract(tables: Any, sources: Any, result: Any, alleles: Any) -> None:
    """Sum the product of tables over their common allele axis; those without it come last."""
    count = len(sources)
    pool = tables.pool
    walk = tables.walk
    n_axis = _number_with_axis(tables, sources)
    n_variables = start_walk(tables, sources, result, alleles)
    while True:
        if n_axis == 2:
            total = _dot(pool, walk[0, PLACE], walk[1, PLACE], alleles)
        elif n_axis == 3:
            total = _dot_three(pool, walk[0, PLACE], walk[1, PLACE], walk[2, PLACE], alleles)
        else:
            total = _dot_many(pool, walk, n_axis, alleles)
        for t in range(n_axis, count):
            total *= pool[walk[t, PLACE]]
        pool[walk[count, PLACE]] = total
        if not advance(walk, tables.state, count + 1, n_variables):
            break


@compiled
def _number_with_axis(tables: Any, sources: Any) -> Any:
    """Return how many of the tables have an allele axis: these come first."""
    n_axis = 0
    while n_axis < len(sources) and tables.of[AXIS, sources[n_axis]] >= 0:
        n_axis += 1
    return n_axis


@compiled
def _dot(pool: Any, first: Any, second: Any, alleles: Any) -> Any:
    one = pool[first : first + alleles]
    two = pool[second : second + alleles]
    total = 0.0
    for x in range(alleles):
        total += one[x] * two[x]
    return total


@compiled
def _dot_three(pool: Any, first: Any, second: Any, third: Any, alleles: Any) -> Any:
    one = pool[first : first + alleles]
    two = pool[second : second + alleles]
    three = pool[third : third + alleles]
    # Two sums: neither has to wait for the other.
    even = 0.0
    odd = 0.0
    for x in range(0, alleles - 1, 2):
        even += one[x] * two[x] * three[x]
        odd += one[x + 1] * two[x + 1] * three[x + 1]
    if alleles % 2:
        even += one[alleles - 1] * two[alleles - 1] * three[alleles - 1]
    return even + odd


@compiled
def _dot_many(pool: Any, walk: Any, n_axis: Any, alleles: Any) -> Any:
    total = 0.0
    for x in range(alleles):
        value = 1.0
        for t in range(n_axis):
            value *= pool[walk[t, PLACE] + x]
        total += value
    return total


@inlined
def mix(tables: Any, sources: Any, result: Any, alleles: Any) -> None:
    """Write the passed-on allele of a person, given a table over each of their two alleles.

    Sum over a, b of D(a) E(b) ([g = a] + [g = b]) / 2: each table once with the other's sum.
    """
    n_variables = start_walk(tables, sources, result, alleles)
    while True:
        one = row_at(tables.pool, tables.walk, 0, alleles)
        two = row_at(tables.pool, tables.walk, 1, alleles)
        out = row_at(tables.pool, tables.walk, 2, alleles)
        first = 0.0
        second = 0.0
        for a in range(alleles):
            first += one[a]
            second += two[a]
        first *= 0.5
        second *= 0.5
        for a in range(alleles):
            out[a] = second * one[a] + first * two[a]
        if not advance(tables.walk, tables.state, 3, n_variables):
            break


@compiled
def outer(tables: Any, sources: Any, alleles: Any, out: Any) -> None:
    """Write sum over all variables of X(v, a) Y(v, b), or of X(v, a) alone."""
    count = len(sources)
    n_variables = start_walk(tables, sources, np.int64(-1), alleles)
    walk = tables.walk
    pool = tables.pool
    fill(out, 0.0)
    # Four joint states at a time, so that the cells of the answer are touched less often.
    first = np.empty(4, np.int64)
    second = np.empty(4, np.int64)
    there_is_one = True
    while there_is_one:
        together = 0
        while there_is_one and together < 4:
            first[together] = walk[0, PLACE]
            second[together] = walk[count - 1, PLACE]
            together += 1
            there_is_one = advance(walk, tables.state, count, n_variables)
        if count == 2 and together == 4:
            _add_four(pool, first, second, alleles, out)
            continue
        for t in range(together):
            if count == 1:
                _add_one(out, 0, 1.0, pool[first[t] : first[t] + alleles], alleles)
                continue
            two = pool[second[t] : second[t] + alleles]
            for a in range(alleles):
                _add_one(out, a * alleles, pool[first[t] + a], two, alleles)


@compiled
def _add_four(pool: Any, first: Any, second: Any, alleles: Any, out: Any) -> None:
    row0 = pool[second[0] : second[0] + alleles]
    row1 = pool[second[1] : second[1] + alleles]
    row2 = pool[second[2] : second[2] + alleles]
    row3 = pool[second[3] : second[3] + alleles]
    for a in range(alleles):
        v0 = pool[first[0] + a]
        v1 = pool[first[1] + a]
        v2 = pool[first[2] + a]
        v3 = pool[first[3] + a]
        row = out[a * alleles : (a + 1) * alleles]
        for b in range(alleles):
            row[b] += (v0 * row0[b] + v1 * row1[b]) + (v2 * row2[b] + v3 * row3[b])
