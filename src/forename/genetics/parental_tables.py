"""Tables of what is known of a person's gametes, and of a parent's alleles given the child's.

Every function carries out one kind of step, as those of `forename.genetics.factor_tables` do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.genetics.factor_tables import copy, fill, strides
from forename.genetics.tape import SCOPE, SPAN, START, cells


@compiled
def gamete_columns(tables: Any, result: Any, gametes: Any, transposed: Any, alleles: Any) -> None:
    """Write P(gamete of state s | parental allele a) for known gametes; no matrix: no mutation."""
    start = tables.of[START, result]
    for s in range(len(gametes)):
        row = tables.pool[start + s * alleles : start + (s + 1) * alleles]
        if len(transposed) > 0:
            copy(transposed[gametes[s]], row)
        else:
            fill(row, 0.0)
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
            fill(row, 0.0)
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
                value = (0.5 if paternal[s] == g else 0.0) + (0.5 if maternal[s] == g else 0.0)
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
