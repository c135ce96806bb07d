"""Genotype tables of the missing persons of many families of one shape at once.

A row is a family at a marker. Rows that one measured tape serves alike make a group, which is
carried out `ABREAST` families at a time. What cannot go abreast is left to be done alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.genetics.abreast import ABREAST
from forename.genetics.abreast_gametes import Passing
from forename.genetics.carrying_abreast import (
    Shown,
    answer_abreast,
    can_go_abreast,
    carry_out_abreast,
)
from forename.genetics.descent import (
    COUNT,
    FATHER,
    FIRST,
    FREE,
    HAPLOID,
    KIND,
    MOTHER,
    STATES,
    TARGET,
    Descent,
    members_of,
)
from forename.genetics.encoding import marker_jump, marker_model
from forename.genetics.planning import write_plan
from forename.genetics.seen_states import IMPOSSIBLE
from forename.genetics.tape import measure, new_tables

_MOST_CELLS = 2.0**22  # of all tables of a tape, for all families abreast: 32 MB
_MOST_COST = 1e7  # beyond, other plans than one by gametes are worth a thought

_NO_PLAN = np.int64(-1)


@compiled
def _number(known: Any, key: Any) -> Any:
    """Return the number of a key, a new one for a key not met before."""
    if key not in known:
        known[key] = np.int64(len(known))
    return known[key]


@compiled
def group_rows(states: Any, markers: Any) -> Any:
    """Sort rows into groups; return (rows in order, where each group begins, its shape).

    The rows of a shape have a plan in common, those of a group also the sizes of its tables. Rows
    that are impossible are in no group. ``markers`` are compiled markers.
    """
    sizes, mutates, linked = markers[0], markers[5], markers[6]
    rows, typed = states.count.shape
    families = rows // len(sizes)
    shapes = {np.int64(-1): np.int64(0)}
    groups = {np.int64(-1): np.int64(0)}
    group = np.empty(rows, np.int64)
    shape_of = np.zeros(rows * (typed + 1) + len(sizes) + 1, np.int64)
    for row in range(rows):
        m = row // families
        # A plan depends on whether alleles change on their way, and on which way they go.
        shape = _number(shapes, np.int64(-2 - (2 if mutates[m] else 0) - (1 if linked[m] else 0)))
        size = _number(groups, np.int64(-2 - m))
        for t in range(typed):
            if states.alike[row, t] == IMPOSSIBLE:
                shape = _NO_PLAN
            if shape >= 0:
                shape = _number(shapes, 8 * shape + states.alike[row, t])
                size = _number(groups, (size << 24) + states.count[row, t] + 1)
        group[row] = _NO_PLAN
        if shape >= 0:
            group[row] = _number(groups, (size << 24) + shape)
            shape_of[group[row]] = shape
    begins = np.zeros(len(groups) + 1, np.int64)
    for g in group:
        if g >= 0:
            begins[g + 1] += 1
    begins = np.cumsum(begins)
    order = np.empty(begins[-1], np.int64)
    at = begins.copy()
    for row in range(rows):
        if group[row] >= 0:
            order[at[group[row]]] = row
            at[group[row]] += 1
    return order, begins, shape_of[: len(groups)]


@compiled
def _descent_of(row: Any, states: Any, typed: Any, target: Any, genealogy: Any, linked: Any) -> Any:
    """Return the pedigree of one row."""
    father, mother, male, inbreeding = genealogy
    n = len(father)
    of = np.zeros((6, n), np.int64)
    of[FATHER] = father
    of[MOTHER] = mother
    of[KIND] = FREE
    of[KIND, target] = TARGET
    for i in range(n):
        of[HAPLOID, i] = 1 if linked and male[i] else 0
    total = 0
    for t in range(len(typed)):
        if states.count[row, t] >= 0:
            of[KIND, typed[t]] = STATES
            of[COUNT, typed[t]] = states.count[row, t]
            total += states.count[row, t]
    alleles = np.empty((2, total), np.int64)
    weight = np.empty(total)
    at = 0
    for t in range(len(typed)):
        of[FIRST, typed[t]] = at
        for s in range(states.first[row, t], states.first[row, t] + states.count[row, t]):
            alleles[0, at] = states.paternal[s]
            alleles[1, at] = states.maternal[s]
            weight[at] = states.weight[s]
            at += 1
    return Descent(of, inbreeding, alleles, weight)


@compiled
def _show(rows: Any, states: Any, typed: Any, members: Any, shown: Any) -> None:
    """Lay the states of the rows side by side; the last row stands in for those that lack."""
    for t in range(len(typed)):
        at = members.of[FIRST, typed[t]]
        for f in range(ABREAST):
            row = rows[min(f, len(rows) - 1)]
            first = states.first[row, t]
            for s in range(states.count[row, t]):
                shown.alleles[0, at + s, f] = states.paternal[first + s]
                shown.alleles[1, at + s, f] = states.maternal[first + s]
                shown.weight[at + s, f] = states.weight[first + s]


@compiled
def _passing(model: Any, jump: Any) -> Any:
    """Return how fathers and how mothers pass their alleles on."""
    jumps = jump.merges and model.mutates
    apart = jump.apart
    return (
        Passing(model.male, model.transposed_male, jumps, jump.male, jump.stay[0], apart),
        Passing(model.female, model.transposed_female, jumps, jump.female, jump.stay[1], apart),
    )


@compiled
def _plan(tables: Any, descent: Any, members: Any, model: Any) -> Any:
    """Write the plan of a shape; return whether it can go abreast."""
    return write_plan(tables, descent, members, model) and can_go_abreast(tables)


@compiled
def _room(tables: Any, members: Any, model: Any, budget: Any) -> Any:
    """Return the cells that a plan needs for a group, -1 where it should not go abreast."""
    cost, cells = measure(tables, members.of[COUNT], model.mutates, len(model.frequencies))
    if cells * ABREAST > _MOST_CELLS or cost > min(budget, _MOST_COST):
        return np.int64(-1)
    return cells


@compiled
def tables_abreast(
    genealogy: Any,
    arrays: Any,
    typed: Any,
    target: Any,
    states: Any,
    budget: Any,
    starts: Any,
    flat: Any,
    logs: Any,
) -> Any:
    """Write the genotype tables of all rows; return which rows are left to be done alone.

    ``starts`` is where the table of each row begins in ``flat``, and one more; ``logs`` has one
    entry a row.
    """
    families = len(logs) // len(arrays[0])
    order, begins, shapes = group_rows(states, arrays)
    alone = np.zeros(len(logs), np.bool_)
    tables = new_tables(len(genealogy[0]))
    pool = np.empty((1, ABREAST))
    for shape in range(shapes.max() + 1):
        untried, goes = True, False
        for g in range(len(shapes)):
            rows = order[begins[g] : begins[g + 1]]
            if len(rows) == 0 or shapes[g] != shape:
                continue
            m = rows[0] // families
            model = marker_model(arrays, m, 0.0)
            descent = _descent_of(rows[0], states, typed, target, genealogy, arrays[6][m])
            members = members_of(descent, model, np.int64(0))
            if untried:
                goes = _plan(tables, descent, members, model)
                untried = False
            room = _room(tables, members, model, budget) if goes else np.int64(-1)
            if room < 0:
                alone[rows] = True
                continue
            if room >= len(pool):
                pool = np.empty((2 * room, ABREAST))
            passing = _passing(model, marker_jump(arrays, m))
            shown = Shown(
                np.empty((2, len(descent.weight), ABREAST), np.int64),
                np.empty((len(descent.weight), ABREAST)),
            )
            for begin in range(0, len(rows), ABREAST):
                some = rows[begin : begin + ABREAST]
                _show(some, states, typed, members, shown)
                found = carry_out_abreast(
                    tables, pool, descent, members, shown, model.frequencies, passing
                )
                answer_abreast(
                    tables, pool, target, descent, model.frequencies, found, some, starts, flat
                )
                for f in range(len(some)):
                    logs[some[f]] = found[f] + states.log[some[f]]
    return alone
