"""Laying out one part of a pedigree: variables for typed persons, tables for known gametes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.genetics.descent import (
    COUNT,
    DEAD,
    FATHER,
    FIXED,
    FREE,
    HAPLOID,
    KIND,
    PART,
    SPREAD,
    STATES,
    TARGET,
    WEIGHTED,
)
from forename.genetics.tape import (
    ALIVE,
    AXIS,
    CLOSE,
    CLOSE_SPREAD,
    EVERY_ALLELE,
    FOUNDER,
    GAMETES,
    INDICATE,
    INDICATOR,
    KNOWN,
    SCOPE,
    SENT,
    SLOT,
    SPREAD_GAMETES,
    WEIGHTS,
    emit,
    new_variable,
    push,
)

# Rows of Work.of.
OPEN = 0  # transmissions to children that have not arrived yet
VARIABLE = 1  # the person's variable, of a spread target the paternal allele's
SECOND = 2  # of a spread target the maternal allele's variable
WAITING = 3  # two rows: own alleles still to sum out
AWAITED = 5  # parents' transmissions that have not arrived yet, on the path to the target
DOWN = 6  # 2 * child + side of the transmission towards the target, or -1
REACHED = 7  # whether a transmission from this untyped founder has arrived

NOTHING = np.int64(-1)


class Work(NamedTuple):
    """Progress of one plan: rows of ``of`` by person, the person that owns each variable."""

    of: Any
    owner: Any
    leads: Any


@compiled
def new_work(persons: Any, variables: Any) -> Any:
    """Return the progress of a plan that has not begun."""
    work = Work(
        np.zeros((8, persons), np.int64), np.full(variables, -1), np.zeros(persons, np.int64)
    )
    work.of[VARIABLE] = -1
    work.of[SECOND] = -1
    work.of[DOWN] = -1
    return work


@compiled
def scope_of(variable: Any) -> Any:
    """Return the scope of one variable, empty for -1."""
    return np.int64(1) << variable if variable >= 0 else np.int64(0)


@compiled
def phase_of(parent: Any, members: Any, work: Any) -> Any:
    """Return the variable a typed parent's transmissions depend on, -1 for a known genotype."""
    return NOTHING if members.of[FIXED, parent] else work.of[VARIABLE, parent]


@compiled
def own_axis(person: Any, side: Any) -> Any:
    """Return the axis of a person's own allele; both of an untyped founder's share side 0."""
    return 2 * person + side


@compiled
def passed_axis(transmission: Any, persons: Any) -> Any:
    """Return the axis of the parental allele passed on in 2 * child + side, before mutation."""
    return 2 * persons + transmission


@compiled
def deliver(
    tables: Any, table: Any, parent: Any, descent: Any, members: Any, work: Any, theta: Any
) -> None:
    """Hand a table over the allele that ``parent`` passed on to that parent."""
    haploid = descent.of[HAPLOID, parent]
    kind = members.of[KIND, parent]
    if kind == STATES:
        push(tables, table)
        variable = phase_of(parent, members, work)
        scope = tables.of[SCOPE, table] | scope_of(variable)
        emit(tables, np.int64(CLOSE), scope, NOTHING, parent, variable)
        tables.of[ALIVE, table] = 0
    elif kind == SPREAD:
        push(tables, table)
        scope = tables.of[SCOPE, table] | scope_of(work.of[SECOND, parent])
        scope |= scope_of(work.of[VARIABLE, parent])
        first, second = work.of[VARIABLE, parent], work.of[SECOND, parent]
        emit(tables, np.int64(CLOSE_SPREAD), scope, NOTHING, first, second)
        tables.of[ALIVE, table] = 0
    elif haploid:
        tables.of[AXIS, table] = own_axis(parent, 1)
    elif descent.of[FATHER, parent] < 0 and theta == 0.0 and kind == FREE:
        tables.of[AXIS, table] = own_axis(parent, 0)
    elif descent.of[FATHER, parent] < 0 and theta > 0.0 and not work.of[REACHED, parent]:
        # The two draws of a founder are exchangeable: call the first that is passed on side 0.
        work.of[REACHED, parent] = 1
        tables.of[AXIS, table] = own_axis(parent, 0)
    else:
        indicator = new_variable(tables, np.int64(2), np.int64(INDICATOR))
        work.owner[indicator] = -1
        scope = tables.of[SCOPE, table] | scope_of(indicator)
        for side in range(2):
            push(tables, table)
            emit(tables, np.int64(INDICATE), scope, own_axis(parent, side), indicator, side)
        tables.of[ALIVE, table] = 0


@compiled
def lay_out(
    tables: Any, part: Any, descent: Any, members: Any, work: Any, theta: Any, alleles: Any
) -> None:
    """Make the variables of one part and the tables of all gametes that are already known."""
    n = descent.of.shape[1]
    for i in range(n):
        if members.of[PART, i] == part and members.of[KIND, i] != DEAD:
            _take_variables(tables, i, descent, members, work, theta, alleles)
    for i in range(n):
        if members.of[PART, i] != part or members.of[KIND, i] == DEAD:
            continue
        if descent.of[FATHER, i] < 0:
            _founder(tables, i, descent, members, work, theta)
            continue
        for side in range(descent.of[HAPLOID, i], 2):
            _transmission(tables, i, side, descent, members, work, theta)
        if members.of[KIND, i] == STATES and members.of[WEIGHTED, i]:
            scope = scope_of(work.of[VARIABLE, i])
            emit(tables, np.int64(WEIGHTS), scope, NOTHING, i, NOTHING)


@compiled
def _take_variables(
    tables: Any, i: Any, descent: Any, members: Any, work: Any, theta: Any, alleles: Any
) -> None:
    founder = descent.of[FATHER, i] < 0
    haploid = descent.of[HAPLOID, i]
    kind = members.of[KIND, i]
    if kind == STATES and not (members.of[FIXED, i] and (founder or haploid)):
        # The two phases of one genotype; for some markers there will be one.
        states = 2 if members.of[FIXED, i] else members.of[COUNT, i]
        variable = new_variable(tables, states, i)
        work.of[VARIABLE, i] = variable
        work.owner[variable] = i
    elif kind == SPREAD:
        if not haploid:
            work.of[VARIABLE, i] = new_variable(tables, alleles, np.int64(EVERY_ALLELE))
            work.owner[work.of[VARIABLE, i]] = -1
        work.of[SECOND, i] = new_variable(tables, alleles, np.int64(EVERY_ALLELE))
        work.owner[work.of[SECOND, i]] = -1
    elif kind == FREE and work.leads[i] == 0:
        work.of[WAITING + 1, i] = 1
        work.of[WAITING, i] = 0 if haploid else 1
        if founder:
            work.of[WAITING, i] = 0
            work.of[WAITING + 1, i] = 1 if theta == 0.0 else 0


@compiled
def _founder(tables: Any, i: Any, descent: Any, members: Any, work: Any, theta: Any) -> None:
    """Add a typed founder's probability, or under theta its two slots."""
    if members.of[KIND, i] != STATES:
        return
    scope = scope_of(work.of[VARIABLE, i])
    emit(tables, np.int64(FOUNDER), scope, NOTHING, i, NOTHING)
    if theta > 0.0:
        for side in range(descent.of[HAPLOID, i], 2):
            emit(tables, np.int64(SLOT), scope, own_axis(i, side), i, side)


@compiled
def _transmission(
    tables: Any, i: Any, side: Any, descent: Any, members: Any, work: Any, theta: Any
) -> None:
    """Make the table of one gamete as far as child or parent is known, or note what to wait for."""
    parent = descent.of[FATHER + side, i]
    kind = members.of[KIND, i]
    typed_parent = members.of[KIND, parent] == STATES
    if kind == TARGET or (kind == FREE and work.leads[i] > 0):
        if typed_parent:
            scope = scope_of(phase_of(parent, members, work))
            emit(tables, np.int64(SENT), scope, own_axis(i, side), parent, side)
        else:
            work.of[AWAITED, i] += 1
            work.of[DOWN, parent] = 2 * i + side
    elif kind == FREE:
        work.of[OPEN, parent] += 1
    elif kind == STATES and typed_parent:
        own, phase = work.of[VARIABLE, i], phase_of(parent, members, work)
        # Side, and 2 where the child's variable comes first and so moves slower.
        order = side + (2 if own < phase else 0)
        emit(tables, np.int64(KNOWN), scope_of(own) | scope_of(phase), NOTHING, i, order)
    elif kind == STATES:
        table = emit(
            tables, np.int64(GAMETES), scope_of(work.of[VARIABLE, i]), np.int64(0), i, side
        )
        deliver(tables, table, parent, descent, members, work, theta)
    else:
        variable = work.of[VARIABLE, i] if side == 0 else work.of[SECOND, i]
        table = emit(
            tables, np.int64(SPREAD_GAMETES), scope_of(variable), np.int64(0), NOTHING, side
        )
        deliver(tables, table, parent, descent, members, work, theta)
