"""Tables of what is known of many families' gametes, and of parents' alleles given the child's.

As `forename.genetics.parental_tables`, for families side by side (`forename.genetics.abreast`).
Persons' states may hold the set of all alleles that none of their states names: its number is k,
and the probability of a gamete of the set is the sum over the set.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.genetics.abreast import ABREAST, fill, pass_rows
from forename.genetics.tape import SCOPE, SPAN, START, cells
from forename.intrinsics import borrowed, keep


class Passing(NamedTuple):
    """How fathers or mothers pass alleles on, if mutation ``changes`` any.

    ``matrix`` and ``transposed``, shape (k, k), are the same for all families. Where the mutation
    ``jumps`` (see `forename.genetics.merging`) they are not read: each family has its own ``jump``,
    shape (k, `ABREAST`), and ``stay``, shape (`ABREAST`,); ``apart`` is an allele that does not
    mutate, or -1.
    """

    changes: Any
    matrix: Any
    transposed: Any
    jumps: Any
    jump: Any
    stay: Any
    apart: Any


@compiled
def _set_rows(named: Any, passing: Any, alleles: Any) -> Any:
    """Return P(gamete is none of the named alleles | parental allele), empty where nobody asks.

    ``named`` has shape (2, states, ABREAST).
    """
    asked = False
    for side in range(2):
        for s in range(named.shape[1]):
            for f in range(ABREAST):
                asked |= named[side, s, f] == alleles
    if not asked:
        return np.empty((0, ABREAST))
    inside = np.ones((alleles, ABREAST))
    for side in range(2):
        for s in range(named.shape[1]):
            for f in range(ABREAST):
                if named[side, s, f] < alleles:
                    inside[named[side, s, f], f] = 0.0
    if not passing.changes:
        return inside
    rows = np.empty((alleles, ABREAST))
    pass_rows(passing, True, inside, rows)
    return rows


@compiled
def gamete_columns(pool: Any, start: Any, own: Any, side: Any, passing: Any, alleles: Any) -> None:
    """Write P(gamete of state s | parental allele a) for known gametes or sets of them.

    ``own`` are the person's states, shape (2, states, ABREAST).
    """
    others = _set_rows(own, passing, alleles)
    for s in range(own.shape[1]):
        gametes = own[side, s]
        rows = pool[start + s * alleles : start + (s + 1) * alleles]
        if not passing.changes:
            fill(rows, 0.0)
            for f in range(ABREAST):
                if gametes[f] < alleles:
                    rows[gametes[f], f] = 1.0
        elif passing.jumps:
            _jumped(gametes, passing, rows)
        elif len(others) == 0:
            for a in range(alleles):
                column = passing.matrix[a]
                for f in range(ABREAST):
                    rows[a, f] = column[gametes[f]]
            continue
        else:
            for f in range(ABREAST):
                if gametes[f] < alleles:
                    for a in range(alleles):
                        rows[a, f] = passing.matrix[a, gametes[f]]
        for f in range(ABREAST):
            if gametes[f] == alleles:
                for a in range(alleles):
                    rows[a, f] = others[a, f]


@compiled
def _jumped(gametes: Any, passing: Any, rows: Any) -> None:
    """Write P(gamete | parental allele) where the mutation jumps; nothing sensible for a set."""
    alleles, apart = len(rows), passing.apart
    arrives = np.zeros(ABREAST)
    for f in range(ABREAST):
        if gametes[f] < alleles:
            arrives[f] = passing.jump[gametes[f], f]
    for a in range(alleles):
        for f in range(ABREAST):
            rows[a, f] = arrives[f]
    for f in range(ABREAST):
        if apart >= 0:
            rows[apart, f] = 0.0
        if gametes[f] < alleles:
            rows[gametes[f], f] += 1.0 if gametes[f] == apart else passing.stay[f]


@compiled
def _sent_by_jump(paternal: Any, maternal: Any, passing: Any, rows: Any) -> None:
    """Write P(gamete passed on | the parent's two alleles) where the mutation jumps."""
    moves = np.empty(ABREAST)
    for f in range(ABREAST):
        moves[f] = 0.0 if paternal[f] == passing.apart else 0.5
        moves[f] += 0.0 if maternal[f] == passing.apart else 0.5
    for x in range(len(rows)):
        for f in range(ABREAST):
            rows[x, f] = moves[f] * passing.jump[x, f]
    for f in range(ABREAST):
        rows[paternal[f], f] += 0.5 if paternal[f] == passing.apart else 0.5 * passing.stay[f]
        rows[maternal[f], f] += 0.5 if maternal[f] == passing.apart else 0.5 * passing.stay[f]


@compiled
def sent_rows(pool: Any, start: Any, own: Any, passing: Any, alleles: Any) -> None:
    """Write P(gamete passed on | state s of the parent)."""
    for s in range(own.shape[1]):
        paternal = own[0, s]
        maternal = own[1, s]
        rows = pool[start + s * alleles : start + (s + 1) * alleles]
        if not passing.changes:
            fill(rows, 0.0)
            for f in range(ABREAST):
                rows[paternal[f], f] += 0.5
                rows[maternal[f], f] += 0.5
            continue
        if passing.jumps:
            _sent_by_jump(paternal, maternal, passing, rows)
            continue
        for x in range(alleles):
            column = passing.transposed[x]
            for f in range(ABREAST):
                rows[x, f] = 0.5 * (column[paternal[f]] + column[maternal[f]])


@compiled
def known_gametes(
    pool: Any,
    start: Any,
    child: Any,
    side: Any,
    parent: Any,
    slower: Any,
    passing: Any,
    alleles: Any,
) -> None:
    """Write P(gamete of the child's state | state of the parent).

    ``slower``: the child's variable moves slower than the parent's.
    """
    gametes, states = child.shape[1], parent.shape[1]
    own = np.empty((gametes * alleles, ABREAST))
    columns = borrowed(own)
    gamete_columns(columns, 0, child, side, passing, alleles)
    by_child = states if slower else 1
    by_parent = 1 if slower else gametes
    for c in range(gametes):
        rows = columns[c * alleles : (c + 1) * alleles]
        for s in range(states):
            cell = pool[start + c * by_child + s * by_parent]
            for f in range(ABREAST):
                cell[f] = 0.5 * (rows[parent[0, s, f], f] + rows[parent[1, s, f], f])
    keep(own)


@compiled
def indicate(
    tables: Any, pool: Any, source: Any, result: Any, indicator: Any, side: Any, alleles: Any
) -> None:
    """Copy a table where ``indicator`` equals ``side``; ones elsewhere (half of it on side 0)."""
    below = alleles
    for variable in range(tables.head[SPAN] - 1, indicator, -1):
        if (tables.of[SCOPE, source] >> variable) & 1:
            below *= tables.size_of[variable]
    here = tables.of[START, source]
    there = tables.of[START, result]
    size = cells(tables.of[SCOPE, source], tables.size_of) * alleles
    factor = 0.5 if side == 0 else 1.0
    for block in range(size // below):
        old = pool[here + block * below : here + (block + 1) * below]
        at = there + block * 2 * below
        same = pool[at + side * below : at + (side + 1) * below]
        fill(pool[at + (1 - side) * below : at + (2 - side) * below], factor)
        for x in range(below):
            for f in range(ABREAST):
                same[x, f] = factor * old[x, f]


@compiled
def close(
    tables: Any, pool: Any, source: Any, result: Any, variable: Any, parent: Any, alleles: Any
) -> None:
    """Close a table over a parental allele by the parent's states (variable -1: one state)."""
    scope = tables.of[SCOPE, source]
    below = 1
    for later in range(tables.head[SPAN] - 1, variable, -1):
        if variable >= 0 and (scope >> later) & 1:
            below *= tables.size_of[later]
    n_states = parent.shape[1]
    here = tables.of[START, source]
    sink = tables.of[START, result]
    # The table may depend on the parent's states already, by another child of theirs.
    known = variable >= 0 and (scope >> variable) & 1 == 1
    for cell in range(cells(scope, tables.size_of)):
        rows = pool[here + cell * alleles : here + (cell + 1) * alleles]
        if known:
            _close_one(rows, parent, (cell // below) % n_states, pool[sink + cell])
            continue
        first = sink + (cell // below) * n_states * below + cell % below
        for s in range(n_states):
            _close_one(rows, parent, s, pool[first + s * below])


@compiled
def _close_one(rows: Any, parent: Any, s: Any, out: Any) -> None:
    for f in range(ABREAST):
        out[f] = 0.5 * (rows[parent[0, s, f], f] + rows[parent[1, s, f], f])
