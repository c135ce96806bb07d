"""Laying out one part of a pedigree: variables for typed persons, tables for known gametes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.genetics.descent import (
    COUNT,
    DEAD,
    FATHER,
    FIRST,
    FIXED,
    FREE,
    HAPLOID,
    KIND,
    MOTHER,
    PART,
    STATES,
    TARGET,
)
from forename.genetics.factor_tables import (
    ALIVE,
    AXIS,
    DRY,
    START,
    add_table,
    gamete_columns,
    new_variable,
    onto_states,
    onto_target,
    with_indicator,
)

# Rows of Work.of: open transmissions, variables, sides still to sum out (two rows), and whether
# a transmission from an untyped founder has arrived.
OPEN = 0
VARIABLE = 1
SECOND = 2
WAITING = 3
REACHED = 5


class Work(NamedTuple):
    """Progress of one run: open transmissions, variables of persons, sides still to sum out."""

    of: Any
    owner: Any


@compiled
def deliver(
    tables: Any, table: Any, parent: Any, descent: Any, members: Any, work: Any, model: Any
) -> None:
    """Hand a table over the allele that ``parent`` passed on to that parent."""
    k = len(model.frequencies)
    haploid = descent.of[HAPLOID, parent]
    if members.of[KIND, parent] == STATES:
        lo = members.of[FIRST, parent]
        hi = lo + members.of[COUNT, parent]
        variable = work.of[VARIABLE, parent]
        if members.of[FIXED, parent]:
            hi = lo + 1
            variable = -1
        onto_states(
            tables,
            table,
            variable,
            members.alleles[0, lo:hi],
            members.alleles[1, lo:hi],
            haploid,
            k,
        )
        tables.of[ALIVE, table] = 0
    elif members.of[KIND, parent] == TARGET:
        onto_target(tables, table, work.of[VARIABLE, parent], work.of[SECOND, parent], haploid, k)
        tables.of[ALIVE, table] = 0
    elif haploid:
        tables.of[AXIS, table] = 2 * parent + 1
    elif descent.of[FATHER, parent] < 0 and model.theta == 0.0:
        tables.of[AXIS, table] = 2 * parent
    elif descent.of[FATHER, parent] < 0 and not work.of[REACHED, parent]:
        # The two draws of a founder are exchangeable: call the first that is passed on side 0.
        work.of[REACHED, parent] = 1
        tables.of[AXIS, table] = 2 * parent
    else:
        indicator = new_variable(tables, np.int64(2))
        work.owner[indicator] = -1
        with_indicator(tables, table, indicator, np.int64(0), 2 * parent, k)
        with_indicator(tables, table, indicator, np.int64(1), 2 * parent + 1, k)
        tables.of[ALIVE, table] = 0


@compiled
def _founder_states(tables: Any, i: Any, descent: Any, members: Any, work: Any, model: Any) -> None:
    """Add a typed founder's probability, or under theta its two slots."""
    k = len(model.frequencies)
    lo = members.of[FIRST, i]
    n_states = members.of[COUNT, i]
    variable = work.of[VARIABLE, i]
    scope = np.int64(1) << variable if variable >= 0 else np.int64(0)
    table = add_table(tables, scope, np.int64(-1), k)
    if not tables.head[DRY]:
        for s in range(n_states):
            value = members.weight[lo + s]
            if model.theta == 0.0:
                a = members.alleles[0, lo + s]
                b = members.alleles[1, lo + s]
                if descent.of[HAPLOID, i]:
                    value *= model.frequencies[a]
                else:
                    f = descent.inbreeding[i]
                    value *= (1.0 - f) * model.frequencies[a] * model.frequencies[b] + (
                        f * model.frequencies[a] if a == b else 0.0
                    )
            tables.pool[tables.of[START, table] + s] = value
    if model.theta > 0.0:
        for side in range(2):
            if side == 0 and descent.of[HAPLOID, i]:
                continue
            alleles = members.alleles[side]
            gamete_columns(
                tables,
                variable,
                alleles[lo : lo + n_states],
                2 * i + side,
                model.transposed_male,
                np.bool_(False),
                k,
            )


@compiled
def _target_prior(tables: Any, i: Any, descent: Any, work: Any, model: Any) -> None:
    """Add the target's population probability when it is a founder."""
    k = len(model.frequencies)
    haploid = descent.of[HAPLOID, i]
    if model.theta > 0.0:
        every = np.arange(k)
        if not haploid:
            first = work.of[VARIABLE, i]
            gamete_columns(tables, first, every, 2 * i, model.transposed_male, np.bool_(False), k)
        gamete_columns(
            tables, work.of[SECOND, i], every, 2 * i + 1, model.transposed_male, np.bool_(False), k
        )
        return
    scope = 1 << work.of[SECOND, i]
    if not haploid:
        scope |= 1 << work.of[VARIABLE, i]
    table = add_table(tables, scope, np.int64(-1), k)
    if tables.head[DRY]:
        return
    start = tables.of[START, table]
    if haploid:
        for a in range(k):
            tables.pool[start + a] = model.frequencies[a]
        return
    f = descent.inbreeding[i]
    for a in range(k):
        for b in range(k):
            value = (1.0 - f) * model.frequencies[a] * model.frequencies[b]
            if a == b:
                value += f * model.frequencies[a]
            tables.pool[start + a * k + b] = value


@compiled
def lay_out(tables: Any, part: Any, descent: Any, members: Any, work: Any, model: Any) -> None:
    """Make the variables of one part and the tables of all gametes that are already known."""
    n = descent.of.shape[1]
    k = len(model.frequencies)
    for i in range(n):
        if members.of[PART, i] != part or members.of[KIND, i] == DEAD:
            continue
        if members.of[KIND, i] == STATES and members.of[COUNT, i] > 1:
            variable = new_variable(tables, members.of[COUNT, i])
            work.of[VARIABLE, i] = variable
            work.owner[variable] = i
        elif members.of[KIND, i] == FREE:
            work.of[WAITING + 1, i] = 1
            work.of[WAITING, i] = 0 if descent.of[HAPLOID, i] else 1
            if descent.of[FATHER, i] < 0:
                work.of[WAITING, i] = 0
                work.of[WAITING + 1, i] = 1 if model.theta == 0.0 else 0
    for i in range(n):
        if members.of[PART, i] != part or members.of[KIND, i] == DEAD:
            continue
        kind = members.of[KIND, i]
        if descent.of[FATHER, i] < 0:
            if kind == STATES:
                _founder_states(tables, i, descent, members, work, model)
            elif kind == TARGET:
                _target_prior(tables, i, descent, work, model)
            continue
        for side in range(2):
            if side == 0 and descent.of[HAPLOID, i]:
                continue
            parent = descent.of[FATHER, i] if side == 0 else descent.of[MOTHER, i]
            if kind == FREE:
                work.of[OPEN, parent] += 1
                continue
            transposed = model.transposed_male if side == 0 else model.transposed_female
            if kind == TARGET:
                variable = work.of[VARIABLE, i] if side == 0 else work.of[SECOND, i]
                table = gamete_columns(
                    tables, variable, np.arange(k), np.int64(0), transposed, model.mutates, k
                )
            else:
                alleles = members.alleles[side]
                lo = members.of[FIRST, i]
                table = gamete_columns(
                    tables,
                    work.of[VARIABLE, i],
                    alleles[lo : lo + members.of[COUNT, i]],
                    np.int64(0),
                    transposed,
                    model.mutates,
                    k,
                )
            deliver(tables, table, parent, descent, members, work, model)
        if kind == STATES:
            lo = members.of[FIRST, i]
            plain = True
            for s in range(members.of[COUNT, i]):
                if members.weight[lo + s] != 1.0:
                    plain = False
            if not plain:
                scope = 1 << work.of[VARIABLE, i] if work.of[VARIABLE, i] >= 0 else 0
                table = add_table(tables, scope, np.int64(-1), k)
                if not tables.head[DRY]:
                    for s in range(members.of[COUNT, i]):
                        tables.pool[tables.of[START, table] + s] = members.weight[lo + s]
