"""Tables over small variables with at most one allele axis, and the operations on them.

The arithmetic of `forename.genetics.elimination`. In a dry run (``head[DRY]``) operations only
add the shape of their result, so that a plan's cost and memory are known before any number is
touched.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled

MAX_VARIABLES = 62  # one bit each in a signed 64-bit scope
_LARGEST_TABLE = 2.0**28
_LN2 = math.log(2.0)
SMALL = 2.0**-16  # a table whose largest cell is below is lifted: products do not underflow

# Rows of Tables.of.
SCOPE = 0
AXIS = 1
START = 2
ALIVE = 3

# Entries of Tables.head.
N_TABLES = 0
NEXT_CELL = 1
USED = 2  # bit mask of variables in use
DRY = 3  # 1: shapes only, no numbers
FAILED = 4  # 1: too many tables or variables, a table too large, or the pool is full
SPAN = 5  # one more than the highest variable ever used


class Tables(NamedTuple):
    """The tables, a column of ``of`` each: scope as a bit mask, allele axis or -1, place, alive.

    A table's cells are ordered by ascending variable, last fastest, then by the k alleles of its
    axis; ``head`` is explained by the constants above. ``size_of`` is the number of states of
    each variable.
    """

    of: Any
    head: Any
    size_of: Any
    pool: Any


@compiled
def cells(scope: Any, size_of: Any) -> Any:
    """Return the number of joint states of the variables in ``scope``."""
    total = 1
    variable = 0
    while scope:
        if scope & 1:
            total *= size_of[variable]
        scope >>= 1
        variable += 1
    return total


@compiled
def cells_float(scope: Any, size_of: Any) -> Any:
    """Return `cells` as a float, which a large number of states does not overflow."""
    total = 1.0
    variable = 0
    while scope:
        if scope & 1:
            total *= size_of[variable]
        scope >>= 1
        variable += 1
    return total


@compiled
def add_table(tables: Any, scope: Any, axis: Any, alleles: Any) -> Any:
    """Append a table of this shape, cells not set; a failure is noted in ``head[FAILED]``."""
    index = tables.head[N_TABLES]
    size = cells_float(scope, tables.size_of)
    if axis >= 0:
        size *= alleles
    full = tables.head[DRY] == 0 and tables.head[NEXT_CELL] + size > len(tables.pool)
    room = tables.of.shape[1]
    if index >= room - 1 or size > _LARGEST_TABLE or full:
        tables.head[FAILED] = 1
        tables.head[DRY] = 1
        index = min(index, room - 2)
        size = 0.0
    tables.of[SCOPE, index] = scope
    tables.of[AXIS, index] = axis
    tables.of[START, index] = tables.head[NEXT_CELL]
    tables.of[ALIVE, index] = 1
    tables.head[NEXT_CELL] += int(size)
    tables.head[N_TABLES] = index + 1
    return index


@compiled
def new_variable(tables: Any, size: Any) -> Any:
    """Take a free variable of ``size`` states."""
    for variable in range(MAX_VARIABLES):
        if not (tables.head[USED] >> variable) & 1:
            tables.head[USED] |= 1 << variable
            tables.head[SPAN] = max(tables.head[SPAN], variable + 1)
            tables.size_of[variable] = size
            return variable
    tables.head[FAILED] = 1
    tables.head[DRY] = 1
    return MAX_VARIABLES - 1


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
def product(tables: Any, chosen: Any, n_chosen: Any, drop: Any, axis: Any, alleles: Any) -> Any:
    """Multiply tables, sum out variable ``drop`` (-1: none) and return the new table.

    All tables with an allele axis share ``axis`` (-1 when none has one).
    """
    union = np.int64(0)
    for t in range(n_chosen):
        union |= tables.of[SCOPE, chosen[t]]
    kept = union
    if drop >= 0:
        kept &= ~(1 << drop)
    result = add_table(tables, kept, axis, alleles)
    if tables.head[DRY]:
        return result
    pool = tables.pool
    start = tables.of[START, result]
    pool[start : tables.head[NEXT_CELL]] = 0.0

    variables = np.empty(tables.head[SPAN], np.int64)
    n_variables = 0
    for variable in range(tables.head[SPAN]):
        if (union >> variable) & 1 and variable != drop:
            variables[n_variables] = variable
            n_variables += 1
    if drop >= 0:
        variables[n_variables] = drop
        n_variables += 1
    stride = np.empty(tables.head[SPAN], np.int64)
    steps = np.zeros((n_chosen + 1, n_variables), np.int64)
    for t in range(n_chosen):
        table = chosen[t]
        strides(tables.of[SCOPE, table], tables.of[AXIS, table], alleles, tables.size_of, stride)
        for j in range(n_variables):
            steps[t, j] = stride[variables[j]]
    strides(kept, axis, alleles, tables.size_of, stride)
    for j in range(n_variables):
        steps[n_chosen, j] = stride[variables[j]]

    place = np.empty(n_chosen + 1, np.int64)
    for t in range(n_chosen):
        place[t] = tables.of[START, chosen[t]]
    place[n_chosen] = start
    state = np.zeros(n_variables, np.int64)
    vector = np.empty(alleles)
    while True:
        scalar = 1.0
        first = True
        for t in range(n_chosen):
            if tables.of[AXIS, chosen[t]] < 0:
                scalar *= pool[place[t]]
        if axis < 0:
            pool[place[n_chosen]] += scalar
        elif scalar != 0.0:
            for t in range(n_chosen):
                if tables.of[AXIS, chosen[t]] >= 0:
                    row = pool[place[t] : place[t] + alleles]
                    if first:
                        for x in range(alleles):
                            vector[x] = scalar * row[x]
                        first = False
                    else:
                        for x in range(alleles):
                            vector[x] *= row[x]
            row = pool[place[n_chosen] : place[n_chosen] + alleles]
            for x in range(alleles):
                row[x] += vector[x]
        j = n_variables - 1
        while j >= 0:
            state[j] += 1
            if state[j] < tables.size_of[variables[j]]:
                for t in range(n_chosen + 1):
                    place[t] += steps[t, j]
                break
            for t in range(n_chosen + 1):
                place[t] -= steps[t, j] * (state[j] - 1)
            state[j] = 0
            j -= 1
        if j < 0:
            break
    return result


@compiled
def rescale(tables: Any, table: Any, alleles: Any, level: Any) -> Any:
    """Lift a table whose largest cell is below ``level``; return the log of the factor taken out.

    The factor is a power of two, so that no digit changes.
    """
    if tables.head[DRY]:
        return 0.0
    start = tables.of[START, table]
    size = cells(tables.of[SCOPE, table], tables.size_of)
    if tables.of[AXIS, table] >= 0:
        size *= alleles
    largest = 0.0
    for cell in range(start, start + size):
        largest = max(largest, tables.pool[cell])
    if largest == 0.0 or largest >= level:
        return 0.0
    exponent = max(math.frexp(largest)[1], -1000)
    factor = math.ldexp(1.0, -exponent)
    for cell in range(start, start + size):
        tables.pool[cell] *= factor
    return exponent * _LN2


@compiled
def transmit(
    tables: Any, table: Any, axis: Any, transposed: Any, mutates: Any, alleles: Any
) -> Any:
    """Turn a table over a child's gamete into one over the parental allele it came from."""
    result = add_table(tables, tables.of[SCOPE, table], axis, alleles)
    if tables.head[DRY]:
        return result
    pool = tables.pool
    source = tables.of[START, table]
    sink = tables.of[START, result]
    n_cells = cells(tables.of[SCOPE, table], tables.size_of)
    period = n_cells
    for variable in range(tables.head[SPAN]):
        if (tables.of[SCOPE, table] >> variable) & 1:
            period = n_cells // tables.size_of[variable]
            break
    for cell in range(n_cells):
        # Views, not offsets: the compiler then knows the indices and uses vector instructions.
        gametes = pool[source + cell * alleles : source + (cell + 1) * alleles]
        parental = pool[sink + cell * alleles : sink + (cell + 1) * alleles]
        if not mutates:
            parental[:] = gametes
            continue
        if _is_constant(gametes):  # rows of a mutation matrix sum to 1
            parental[:] = gametes
            continue
        if cell >= period:
            # Often nothing depends on the slowest variable under one side of an indicator.
            before = source + (cell - period) * alleles
            if _are_equal(gametes, pool[before : before + alleles]):
                before = sink + (cell - period) * alleles
                parental[:] = pool[before : before + alleles]
                continue
        parental[:] = 0.0
        for g in range(alleles):
            value = gametes[g]
            if value != 0.0:
                # Row g of the transposed matrix is contiguous: the inner loop has no reduction.
                passed = transposed[g]
                for a in range(alleles):
                    parental[a] += value * passed[a]
    return result


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


@compiled
def gamete_columns(
    tables: Any, variable: Any, gametes: Any, axis: Any, transposed: Any, mutates: Any, alleles: Any
) -> Any:
    """Make the table P(gamete of state s | parental allele a) for known gametes."""
    scope = np.int64(0)
    if variable >= 0:
        scope = 1 << variable
    result = add_table(tables, scope, axis, alleles)
    if tables.head[DRY]:
        return result
    start = tables.of[START, result]
    for s in range(len(gametes)):
        for a in range(alleles):
            if mutates:
                value = transposed[gametes[s], a]
            else:
                value = 1.0 if a == gametes[s] else 0.0
            tables.pool[start + s * alleles + a] = value
    return result


@compiled
def with_indicator(
    tables: Any, table: Any, indicator: Any, side: Any, axis: Any, alleles: Any
) -> Any:
    """Copy a table where ``indicator`` equals ``side``; ones elsewhere (half of it on side 0)."""
    scope = tables.of[SCOPE, table] | (1 << indicator)
    result = add_table(tables, scope, axis, alleles)
    if tables.head[DRY]:
        return result
    stride = np.empty(tables.head[SPAN], np.int64)
    strides(scope, axis, alleles, tables.size_of, stride)
    below = stride[indicator]
    pool = tables.pool
    source = tables.of[START, table]
    sink = tables.of[START, result]
    size = cells(tables.of[SCOPE, table], tables.size_of) * alleles
    factor = 0.5 if side == 0 else 1.0
    for block in range(size // below):
        for x in range(below):
            value = pool[source + block * below + x]
            base = sink + block * 2 * below + x
            pool[base + side * below] = factor * value
            pool[base + (1 - side) * below] = factor
    return result


@compiled
def onto_states(
    tables: Any, table: Any, variable: Any, paternal: Any, maternal: Any, haploid: Any, alleles: Any
) -> Any:
    """Close a table over a parental allele by the parent's states (variable -1: one state)."""
    own = tables.of[SCOPE, table]
    scope = own
    if variable >= 0:
        scope |= 1 << variable
    result = add_table(tables, scope, np.int64(-1), alleles)
    if tables.head[DRY]:
        return result
    stride = np.empty(tables.head[SPAN], np.int64)
    strides(scope, np.int64(-1), alleles, tables.size_of, stride)
    below = 1
    if variable >= 0:
        below = stride[variable]
    n_states = len(paternal)
    pool = tables.pool
    source = tables.of[START, table]
    sink = tables.of[START, result]
    n_cells = cells(own, tables.size_of)
    if scope == own and variable >= 0:
        # The table depends on the parent's states already, by another child of theirs.
        for cell in range(n_cells):
            here = source + cell * alleles
            s = (cell // below) % n_states
            if haploid:
                pool[sink + cell] = pool[here + maternal[s]]
            else:
                pool[sink + cell] = 0.5 * (pool[here + paternal[s]] + pool[here + maternal[s]])
        return result
    for cell in range(n_cells):
        here = source + cell * alleles
        block = cell // below
        rest = cell % below
        for s in range(n_states):
            if haploid:
                value = pool[here + maternal[s]]
            else:
                value = 0.5 * (pool[here + paternal[s]] + pool[here + maternal[s]])
            pool[sink + (block * n_states + s) * below + rest] = value
    return result


@compiled
def onto_target(
    tables: Any, table: Any, first: Any, second: Any, haploid: Any, alleles: Any
) -> Any:
    """Close a table over the target's allele by the target's own two allele variables."""
    own = tables.of[SCOPE, table]
    scope = own | (1 << second)
    if not haploid:
        scope |= 1 << first
    result = add_table(tables, scope, np.int64(-1), alleles)
    if tables.head[DRY]:
        return result
    stride = np.empty(tables.head[SPAN], np.int64)
    strides(scope, np.int64(-1), alleles, tables.size_of, stride)
    variables = np.empty(tables.head[SPAN], np.int64)
    n_variables = 0
    for variable in range(tables.head[SPAN]):
        if (own >> variable) & 1:
            variables[n_variables] = variable
            n_variables += 1
    pool = tables.pool
    source = tables.of[START, table]
    sink = tables.of[START, result]
    for cell in range(cells(own, tables.size_of)):
        rest = cell
        base = sink
        # A variable that the table depends on already, by another child, keeps its value.
        from_x, to_x = 0, 1 if haploid else alleles
        from_y, to_y = 0, alleles
        for j in range(n_variables - 1, -1, -1):
            variable = variables[j]
            index = rest % tables.size_of[variable]
            rest //= tables.size_of[variable]
            if variable == second:
                from_y, to_y = index, index + 1
            elif variable == first and not haploid:
                from_x, to_x = index, index + 1
            else:
                base += index * stride[variable]
        here = source + cell * alleles
        for y in range(from_y, to_y):
            if haploid:
                pool[base + y * stride[second]] = pool[here + y]
                continue
            for x in range(from_x, to_x):
                pool[base + x * stride[first] + y * stride[second]] = 0.5 * (
                    pool[here + x] + pool[here + y]
                )
    return result
