"""The arithmetic on tables over small variables with at most one allele axis.

Every function carries out one kind of step of a tape (`forename.genetics.tape`): ``sources`` are
the tables it reads, ``result`` the table it writes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.genetics.tape import AXIS, SCOPE, SPAN, START, cells

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
def walk(tables: Any, listed: Any, count: Any, alleles: Any, sizes: Any, steps: Any) -> Any:
    """Write how the cells of listed tables move with the variables that any of them has.

    ``sizes`` receives the number of states of each variable, fastest first, ``steps[t, j]`` the
    stride of variable j in table t. Returns the number of variables; those of one state are left
    out.
    """
    union = np.int64(0)
    for t in range(count):
        table = listed[t]
        union |= tables.of[SCOPE, table]
        # The last column holds the running stride while variables are passed from the last.
        steps[t, len(sizes)] = alleles if tables.of[AXIS, table] >= 0 else 1
    n_variables = 0
    for variable in range(tables.head[SPAN] - 1, -1, -1):
        size = tables.size_of[variable]
        if not (union >> variable) & 1 or size == 1:
            continue
        sizes[n_variables] = size
        for t in range(count):
            if (tables.of[SCOPE, listed[t]] >> variable) & 1:
                steps[t, n_variables] = steps[t, len(sizes)]
                steps[t, len(sizes)] *= size
            else:
                steps[t, n_variables] = 0
        n_variables += 1
    return n_variables


@compiled
def advance(state: Any, sizes: Any, n_variables: Any, steps: Any, place: Any, count: Any) -> Any:
    """Go to the next joint state and move every table's place; tell whether there is one."""
    for j in range(n_variables):
        state[j] += 1
        if state[j] < sizes[j]:
            for t in range(count):
                place[t] += steps[t, j]
            return True
        state[j] = 0
        back = sizes[j] - 1
        for t in range(count):
            place[t] -= steps[t, j] * back
    return False


@compiled
def product(tables: Any, sources: Any, result: Any, alleles: Any) -> None:
    """Multiply tables; variables that the result lacks are summed out.

    All tables with an allele axis share it.
    """
    count = len(sources)
    pool = tables.pool
    listed = np.empty(count + 1, np.int64)
    place = np.empty(count + 1, np.int64)
    # Tables with the axis first.
    n_axis = 0
    for t in range(count):
        if tables.of[AXIS, sources[t]] >= 0:
            listed[n_axis] = sources[t]
            n_axis += 1
    at = n_axis
    for t in range(count):
        if tables.of[AXIS, sources[t]] < 0:
            listed[at] = sources[t]
            at += 1
    listed[count] = result
    for t in range(count + 1):
        place[t] = tables.of[START, listed[t]]
    span = tables.head[SPAN]
    sizes = np.empty(span, np.int64)
    steps = np.empty((count + 1, span + 1), np.int64)
    n_variables = walk(tables, listed, count + 1, alleles, sizes, steps)
    state = np.zeros(n_variables, np.int64)
    length = cells(tables.of[SCOPE, result], tables.size_of)
    with_axis = tables.of[AXIS, result] >= 0
    if with_axis:
        length *= alleles
    pool[place[count] : place[count] + length] = 0.0
    while True:
        scalar = 1.0
        for t in range(n_axis, count):
            scalar *= pool[place[t]]
        if not with_axis:
            pool[place[count]] += scalar
        elif scalar != 0.0:
            row = pool[place[count] : place[count] + alleles]
            if n_axis == 0:
                for x in range(alleles):
                    row[x] += scalar
            elif n_axis == 1:
                one = pool[place[0] : place[0] + alleles]
                for x in range(alleles):
                    row[x] += scalar * one[x]
            elif n_axis == 2:
                one = pool[place[0] : place[0] + alleles]
                two = pool[place[1] : place[1] + alleles]
                for x in range(alleles):
                    row[x] += scalar * one[x] * two[x]
            else:
                vector = np.full(alleles, scalar)
                for t in range(n_axis):
                    one = pool[place[t] : place[t] + alleles]
                    for x in range(alleles):
                        vector[x] *= one[x]
                for x in range(alleles):
                    row[x] += vector[x]
        if not advance(state, sizes, n_variables, steps, place, count + 1):
            break


@compiled
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
    out[:] = 0.0
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


@compiled
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
        # Views, not offsets: the compiler then knows the indices and uses vector instructions.
        old = pool[here + cell * alleles : here + (cell + 1) * alleles]
        new = pool[there + cell * alleles : there + (cell + 1) * alleles]
        if stochastic and _is_constant(old):
            new[:] = old
            continue
        if cell >= period:
            # Often nothing depends on the slowest variable under one side of an indicator.
            before = here + (cell - period) * alleles
            if _are_equal(old, pool[before : before + alleles]):
                before = there + (cell - period) * alleles
                new[:] = pool[before : before + alleles]
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


@compiled
def gamete_columns(tables: Any, result: Any, gametes: Any, transposed: Any, alleles: Any) -> None:
    """Write P(gamete of state s | parental allele a) for known gametes; no matrix: no mutation."""
    start = tables.of[START, result]
    for s in range(len(gametes)):
        row = tables.pool[start + s * alleles : start + (s + 1) * alleles]
        if len(transposed) > 0:
            row[:] = transposed[gametes[s]]
        else:
            row[:] = 0.0
            row[gametes[s]] = 1.0


@compiled
def sent_rows(
    tables: Any, result: Any, paternal: Any, maternal: Any, matrix: Any, alleles: Any
) -> None:
    """Write P(gamete passed on | state s of the parent); no matrix: no mutation."""
    start = tables.of[START, result]
    for s in range(len(paternal)):
        row = tables.pool[start + s * alleles : start + (s + 1) * alleles]
        if len(matrix) > 0:
            one = matrix[paternal[s]]
            two = matrix[maternal[s]]
            for x in range(alleles):
                row[x] = 0.5 * (one[x] + two[x])
        else:
            row[:] = 0.0
            row[paternal[s]] += 0.5
            row[maternal[s]] += 0.5


@compiled
def known_gametes(
    tables: Any, result: Any, gametes: Any, paternal: Any, maternal: Any, slower: Any, matrix: Any
) -> None:
    """Write P(gamete of the child's state | state of the parent).

    ``slower``: the child's variable moves slower than the parent's; no matrix: no mutation.
    """
    start = tables.of[START, result]
    by_child = len(paternal) if slower else 1
    by_parent = 1 if slower else len(gametes)
    for c in range(len(gametes)):
        g = gametes[c]
        for s in range(len(paternal)):
            if len(matrix) > 0:
                value = 0.5 * (matrix[paternal[s], g] + matrix[maternal[s], g])
            else:
                value = 0.5 * ((paternal[s] == g) + (maternal[s] == g))
            tables.pool[start + c * by_child + s * by_parent] = value


@compiled
def indicate(
    tables: Any, source: Any, result: Any, indicator: Any, side: Any, alleles: Any
) -> None:
    """Copy a table where ``indicator`` equals ``side``; ones elsewhere (half of it on side 0)."""
    below = alleles
    for variable in range(tables.head[SPAN] - 1, indicator, -1):
        if (tables.of[SCOPE, source] >> variable) & 1:
            below *= tables.size_of[variable]
    pool = tables.pool
    here = tables.of[START, source]
    there = tables.of[START, result]
    size = cells(tables.of[SCOPE, source], tables.size_of) * alleles
    factor = 0.5 if side == 0 else 1.0
    for block in range(size // below):
        old = pool[here + block * below : here + (block + 1) * below]
        at = there + block * 2 * below
        same = pool[at + side * below : at + (side + 1) * below]
        other = pool[at + (1 - side) * below : at + (2 - side) * below]
        for x in range(below):
            same[x] = factor * old[x]
            other[x] = factor


@compiled
def close(
    tables: Any, source: Any, result: Any, variable: Any, paternal: Any, maternal: Any, alleles: Any
) -> None:
    """Close a table over a parental allele by the parent's states (variable -1: one state)."""
    own = tables.of[SCOPE, source]
    below = 1
    for later in range(tables.head[SPAN] - 1, variable, -1):
        if variable >= 0 and (own >> later) & 1:
            below *= tables.size_of[later]
    n_states = len(paternal)
    pool = tables.pool
    here = tables.of[START, source]
    sink = tables.of[START, result]
    n_cells = cells(own, tables.size_of)
    if variable >= 0 and (own >> variable) & 1:
        # The table depends on the parent's states already, by another child of theirs.
        for cell in range(n_cells):
            s = (cell // below) % n_states
            at = here + cell * alleles
            pool[sink + cell] = 0.5 * (pool[at + paternal[s]] + pool[at + maternal[s]])
        return
    for cell in range(n_cells):
        at = here + cell * alleles
        block = cell // below
        rest = cell % below
        for s in range(n_states):
            value = 0.5 * (pool[at + paternal[s]] + pool[at + maternal[s]])
            pool[sink + (block * n_states + s) * below + rest] = value


@compiled
def close_spread(
    tables: Any, source: Any, result: Any, first: Any, second: Any, alleles: Any
) -> None:
    """Close a table over the target's allele by the target's own variables (first -1: haploid)."""
    own = tables.of[SCOPE, source]
    scope = tables.of[SCOPE, result]
    stride = np.empty(tables.head[SPAN], np.int64)
    strides(scope, np.int64(-1), alleles, tables.size_of, stride)
    variables = np.empty(tables.head[SPAN], np.int64)
    n_variables = 0
    for variable in range(tables.head[SPAN]):
        if (own >> variable) & 1:
            variables[n_variables] = variable
            n_variables += 1
    pool = tables.pool
    start = tables.of[START, source]
    sink = tables.of[START, result]
    for cell in range(cells(own, tables.size_of)):
        rest = cell
        base = sink
        # A variable that the table depends on already, by another child, keeps its value.
        from_x, to_x = 0, 1 if first < 0 else alleles
        from_y, to_y = 0, alleles
        for j in range(n_variables - 1, -1, -1):
            variable = variables[j]
            index = rest % tables.size_of[variable]
            rest //= tables.size_of[variable]
            if variable == second:
                from_y, to_y = index, index + 1
            elif variable == first:
                from_x, to_x = index, index + 1
            else:
                base += index * stride[variable]
        here = start + cell * alleles
        for y in range(from_y, to_y):
            if first < 0:
                pool[base + y * stride[second]] = pool[here + y]
                continue
            for x in range(from_x, to_x):
                pool[base + x * stride[first] + y * stride[second]] = 0.5 * (
                    pool[here + x] + pool[here + y]
                )


@compiled
def contract(tables: Any, sources: Any, result: Any, alleles: Any) -> None:
    """Sum the product of two tables over their common allele axis."""
    pool = tables.pool
    listed = np.empty(3, np.int64)
    listed[0] = sources[0]
    listed[1] = sources[1]
    listed[2] = result
    place = np.empty(3, np.int64)
    for t in range(3):
        place[t] = tables.of[START, listed[t]]
    span = tables.head[SPAN]
    sizes = np.empty(span, np.int64)
    steps = np.empty((3, span + 1), np.int64)
    n_variables = walk(tables, listed, np.int64(3), alleles, sizes, steps)
    state = np.zeros(n_variables, np.int64)
    while True:
        one = pool[place[0] : place[0] + alleles]
        two = pool[place[1] : place[1] + alleles]
        total = 0.0
        for a in range(alleles):
            total += one[a] * two[a]
        pool[place[2]] = total
        if not advance(state, sizes, n_variables, steps, place, np.int64(3)):
            break


@compiled
def mix(tables: Any, sources: Any, result: Any, alleles: Any) -> None:
    """Write the passed-on allele of a person, given a table over each of their two alleles.

    Sum over a, b of D(a) E(b) ([g = a] + [g = b]) / 2: each table once with the other's sum.
    """
    pool = tables.pool
    listed = np.empty(3, np.int64)
    listed[0] = sources[0]
    listed[1] = sources[1]
    listed[2] = result
    place = np.empty(3, np.int64)
    for t in range(3):
        place[t] = tables.of[START, listed[t]]
    span = tables.head[SPAN]
    sizes = np.empty(span, np.int64)
    steps = np.empty((3, span + 1), np.int64)
    n_variables = walk(tables, listed, np.int64(3), alleles, sizes, steps)
    state = np.zeros(n_variables, np.int64)
    while True:
        one = pool[place[0] : place[0] + alleles]
        two = pool[place[1] : place[1] + alleles]
        out = pool[place[2] : place[2] + alleles]
        first = 0.0
        second = 0.0
        for a in range(alleles):
            first += one[a]
            second += two[a]
        first *= 0.5
        second *= 0.5
        for a in range(alleles):
            out[a] = second * one[a] + first * two[a]
        if not advance(state, sizes, n_variables, steps, place, np.int64(3)):
            break


@compiled
def outer(tables: Any, sources: Any, alleles: Any, out: Any) -> None:
    """Write sum over all variables of X(v, a) Y(v, b), or of X(v, a) alone."""
    pool = tables.pool
    count = len(sources)
    place = np.empty(count, np.int64)
    for t in range(count):
        place[t] = tables.of[START, sources[t]]
    span = tables.head[SPAN]
    sizes = np.empty(span, np.int64)
    steps = np.empty((count, span + 1), np.int64)
    n_variables = walk(tables, sources, np.int64(count), alleles, sizes, steps)
    state = np.zeros(n_variables, np.int64)
    out[:] = 0.0
    while True:
        one = pool[place[0] : place[0] + alleles]
        if count == 1:
            for a in range(alleles):
                out[a] += one[a]
        else:
            two = pool[place[1] : place[1] + alleles]
            for a in range(alleles):
                value = one[a]
                if value == 0.0:
                    continue
                row = out[a * alleles : (a + 1) * alleles]
                for b in range(alleles):
                    row[b] += value * two[b]
        if not advance(state, sizes, n_variables, steps, place, np.int64(count)):
            break
