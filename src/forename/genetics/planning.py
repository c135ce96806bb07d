"""The order of an elimination, chosen greedily by cost, written on a tape without any number."""

from __future__ import annotations

from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.genetics.descent import (
    COUNT,
    DEAD,
    FATHER,
    FREE,
    HAPLOID,
    KIND,
    PART,
    SPREAD,
    STATES,
    TARGET,
    find_path,
)
from forename.genetics.founder_sum import founder_cost, sum_out_founder
from forename.genetics.layout import (
    AWAITED,
    DOWN,
    OPEN,
    SECOND,
    VARIABLE,
    WAITING,
    deliver,
    lay_out,
    new_work,
    own_axis,
    passed_axis,
    scope_of,
)
from forename.genetics.tape import (
    ALIVE,
    AXIS,
    CONTRACT,
    FAILED,
    MAX_VARIABLES,
    MIX,
    N_SOURCES,
    N_STEPS,
    N_TABLES,
    OUTER,
    PENDING,
    PRODUCT,
    ROOT,
    SCOPE,
    SPAN,
    TOTAL,
    UP,
    URN,
    USED,
    cells_float,
    emit,
    push,
    write_step,
)
from forename.genetics.tape import DOWN as GO_DOWN

# Items to eliminate: variables, then 2 * person + side for a person's own allele, then persons
# that pass an allele down, then 2 * child + side for an allele on its way down.
_ALLELE = MAX_VARIABLES
_NOTHING = np.int64(-1)


@compiled
def _gather(tables: Any, axis: Any, variable: Any, chosen: Any) -> Any:
    """List the live tables with this allele axis, or (axis -1) with this variable."""
    count = np.int64(0)
    for t in range(tables.head[N_TABLES]):
        if not tables.of[ALIVE, t]:
            continue
        if axis >= 0:
            hit = tables.of[AXIS, t] == axis
        else:
            hit = (tables.of[SCOPE, t] >> variable) & 1 == 1
        if hit:
            chosen[count] = t
            count += 1
    return count


@compiled
def _scope(tables: Any, chosen: Any, count: Any) -> Any:
    union = np.int64(0)
    for t in range(count):
        union |= tables.of[SCOPE, chosen[t]]
    return union


@compiled
def _multiply(tables: Any, chosen: Any, count: Any, drop: Any, axis: Any) -> Any:
    """Write the product of tables, which are then spent, summed over ``drop`` (-1: none)."""
    scope = _scope(tables, chosen, count) & ~scope_of(drop)
    _push_all(tables, chosen, count)
    return emit(tables, np.int64(PRODUCT), scope, axis, drop, _NOTHING)


@compiled
def _push_all(tables: Any, chosen: Any, count: Any) -> None:
    """Make tables the sources of the next step, those with an axis first; they are spent."""
    for with_axis in range(1, -1, -1):
        for t in range(count):
            if (tables.of[AXIS, chosen[t]] >= 0) == (with_axis == 1):
                push(tables, chosen[t])
                tables.of[ALIVE, chosen[t]] = 0


@compiled
def _only(tables: Any, chosen: Any, count: Any, axis: Any) -> Any:
    """Return the one table over an axis, multiplying several; without any, a table of ones."""
    if count == 1:
        return chosen[0]
    return _multiply(tables, chosen, count, _NOTHING, axis)


@compiled
def _variable_cost(tables: Any, variable: Any, descent: Any, members: Any, model: Any) -> Any:
    """Return the cost of summing out a variable now, or -1 when it cannot be."""
    n = descent.of.shape[1]
    union = 0
    axis = np.int64(-1)
    founder_tables = 0
    count = np.int64(0)
    for t in range(tables.head[N_TABLES]):
        if not tables.of[ALIVE, t] or not (tables.of[SCOPE, t] >> variable) & 1:
            continue
        count += 1
        union |= tables.of[SCOPE, t]
        own = tables.of[AXIS, t]
        if own >= 0:
            if axis >= 0 and own != axis:
                return -1.0
            axis = own
            if (
                own < 2 * n
                and model.theta == 0.0
                and descent.of[FATHER, own // 2] < 0
                and not descent.of[HAPLOID, own // 2]
                and members.of[KIND, own // 2] == FREE
            ):
                founder_tables += 1
    # Two tables of one founder stand for (T(a) + T(b)) / 2 each: their product is not a table.
    if founder_tables > 1:
        return -1.0
    size = cells_float(union, tables.size_of) * count
    return size * len(model.frequencies) if axis >= 0 else size


@compiled
def _side_axis(person: Any, side: Any, descent: Any) -> Any:
    founder = descent.of[FATHER, person] < 0
    return own_axis(person, 0 if founder and not descent.of[HAPLOID, person] else side)


@compiled
def _allele_cost(
    tables: Any, person: Any, side: Any, descent: Any, members: Any, model: Any, chosen: Any
) -> Any:
    k = len(model.frequencies)
    count = _gather(tables, _side_axis(person, side, descent), _NOTHING, chosen)
    if descent.of[FATHER, person] < 0:
        return founder_cost(tables, chosen, count, descent.of[HAPLOID, person], k)
    per_cell = 1.0 * k * count
    if model.mutates:
        per_cell += 1.0 * k * k
    parent = descent.of[FATHER + side, person]
    kind = members.of[KIND, parent]
    if kind == STATES:
        per_cell += 1.0 * members.of[COUNT, parent]
    elif kind == SPREAD:
        per_cell += 1.0 * k * k
    elif not descent.of[HAPLOID, parent]:
        per_cell += 4.0 * k
    return cells_float(_scope(tables, chosen, count), tables.size_of) * per_cell


@compiled
def _pass_cost(tables: Any, person: Any, model: Any, chosen: Any) -> Any:
    """Return the cost of passing one of a person's alleles down."""
    k = len(model.frequencies)
    scope = np.int64(0)
    every = np.int64(0)
    for side in range(2):
        count = _gather(tables, own_axis(person, side), _NOTHING, chosen)
        scope |= _scope(tables, chosen, count)
        every += count
    return cells_float(scope, tables.size_of) * k * (every + 2.0)


@compiled
def _cheapest(
    tables: Any,
    part: Any,
    kept: Any,
    descent: Any,
    members: Any,
    work: Any,
    model: Any,
    chosen: Any,
) -> Any:
    """Return the cheapest next elimination, -1 when nothing is left."""
    n = descent.of.shape[1]
    k = len(model.frequencies)
    best = np.int64(-1)
    lowest = np.inf
    for variable in range(tables.head[SPAN]):
        if not (tables.head[USED] >> variable) & 1 or (kept >> variable) & 1:
            continue
        owner = work.owner[variable]
        if owner >= 0 and work.of[OPEN, owner] > 0:
            continue
        if owner >= 0 and model.theta > 0.0 and descent.of[FATHER, owner] < 0:
            continue  # the urn needs each founder allele known, given the variables
        cost = _variable_cost(tables, variable, descent, members, model)
        if 0.0 <= cost < lowest:
            lowest = cost
            best = np.int64(variable)
    for person in range(n):
        if members.of[PART, person] != part or members.of[KIND, person] != FREE:
            continue
        if work.of[OPEN, person] > 0 or work.of[AWAITED, person] > 0:
            continue
        for side in range(2):
            if not work.of[WAITING + side, person]:
                continue
            cost = _allele_cost(tables, person, side, descent, members, model, chosen)
            if cost < lowest:
                lowest = cost
                best = np.int64(_ALLELE + 2 * person + side)
        if work.of[DOWN, person] >= 0:
            cost = _pass_cost(tables, person, model, chosen)
            if cost < lowest:
                lowest = cost
                best = np.int64(_ALLELE + 2 * n + person)
    for t in range(tables.head[N_TABLES]):
        if tables.of[ALIVE, t] and tables.of[AXIS, t] >= 2 * n:
            cost = cells_float(tables.of[SCOPE, t], tables.size_of) * k * k
            if cost < lowest:
                lowest = cost
                best = np.int64(_ALLELE + n + tables.of[AXIS, t])
    return best


@compiled
def _write_item(
    tables: Any, item: Any, descent: Any, members: Any, work: Any, model: Any, chosen: Any
) -> None:
    """Write the steps that eliminate an item."""
    n = descent.of.shape[1]
    if item < _ALLELE:
        count = _gather(tables, _NOTHING, item, chosen)
        axis = _NOTHING
        for t in range(count):
            if tables.of[AXIS, chosen[t]] >= 0:
                axis = tables.of[AXIS, chosen[t]]
        _multiply(tables, chosen, count, item, axis)
        tables.head[USED] &= ~(1 << item)
    elif item < _ALLELE + 2 * n:
        person, side = (item - _ALLELE) // 2, (item - _ALLELE) % 2
        _sum_out_allele(tables, person, side, descent, members, work, model, chosen)
    elif item < _ALLELE + 3 * n:
        _pass_down(tables, item - _ALLELE - 2 * n, descent, work, chosen)
    else:
        transmission = item - _ALLELE - 3 * n
        count = _gather(tables, passed_axis(transmission, n), _NOTHING, chosen)
        table = _only(tables, chosen, count, passed_axis(transmission, n))
        child, side = transmission // 2, transmission % 2
        if model.mutates:
            push(tables, table)
            tables.of[ALIVE, table] = 0
            emit(
                tables,
                np.int64(GO_DOWN),
                tables.of[SCOPE, table],
                own_axis(child, side),
                child,
                side,
            )
        else:
            tables.of[AXIS, table] = own_axis(child, side)
        work.of[AWAITED, child] -= 1


@compiled
def _sum_out_allele(
    tables: Any,
    person: Any,
    side: Any,
    descent: Any,
    members: Any,
    work: Any,
    model: Any,
    chosen: Any,
) -> None:
    """Write the elimination of an untyped person's allele towards its own parent."""
    axis = _side_axis(person, side, descent)
    count = _gather(tables, axis, _NOTHING, chosen)
    work.of[WAITING + side, person] = 0
    if descent.of[FATHER, person] < 0:
        sum_out_founder(tables, person, chosen, count, descent.of[HAPLOID, person])
        for t in range(count):
            tables.of[ALIVE, chosen[t]] = 0
        return
    table = _only(tables, chosen, count, axis)
    if model.mutates:
        push(tables, table)
        tables.of[ALIVE, table] = 0
        table = emit(tables, np.int64(UP), tables.of[SCOPE, table], np.int64(0), person, side)
    parent = descent.of[FATHER + side, person]
    work.of[OPEN, parent] -= 1
    deliver(tables, table, parent, descent, members, work, model.theta)


@compiled
def _pass_down(tables: Any, person: Any, descent: Any, work: Any, chosen: Any) -> None:
    """Write the table over the allele that an untyped person passes on towards the target."""
    n = descent.of.shape[1]
    axis = passed_axis(work.of[DOWN, person], n)
    work.of[DOWN, person] = -1
    haploid = descent.of[HAPLOID, person]
    if descent.of[FATHER, person] < 0:
        count = _gather(tables, own_axis(person, 1 if haploid else 0), _NOTHING, chosen)
        for t in range(count):
            push(tables, chosen[t])
            tables.of[ALIVE, chosen[t]] = 0
        emit(tables, np.int64(ROOT), _scope(tables, chosen, count), axis, person, haploid)
        return
    count = _gather(tables, own_axis(person, 1), _NOTHING, chosen)
    maternal = _only(tables, chosen, count, own_axis(person, 1))
    if haploid:
        tables.of[AXIS, maternal] = axis
        return
    count = _gather(tables, own_axis(person, 0), _NOTHING, chosen)
    paternal = _only(tables, chosen, count, own_axis(person, 0))
    push(tables, paternal)
    push(tables, maternal)
    tables.of[ALIVE, paternal] = 0
    tables.of[ALIVE, maternal] = 0
    scope = tables.of[SCOPE, paternal] | tables.of[SCOPE, maternal]
    emit(tables, np.int64(MIX), scope, axis, person, _NOTHING)


@compiled
def _finish(tables: Any, kept: Any, target: Any, descent: Any, model: Any, chosen: Any) -> None:
    """Write the last step, which makes the answer of all tables that are left."""
    wanted = target >= 0 and descent.of[KIND, target] == TARGET
    sides = np.empty(2, np.int64)
    if target >= 0:
        for side in range(descent.of[HAPLOID, target], 2):
            count = np.int64(0)
            own = own_axis(target, side)
            for t in range(tables.head[N_TABLES]):
                # What is about neither allele goes with the maternal one.
                axis = tables.of[AXIS, t]
                hit = axis == own or (wanted and side == 1 and axis < 0)
                if tables.of[ALIVE, t] and hit:
                    chosen[count] = t
                    count += 1
            if not wanted:
                # Only a root: its alleles are summed out.
                scope = _scope(tables, chosen, count)
                _push_all(tables, chosen, count)
                emit(tables, np.int64(CONTRACT), scope, _NOTHING, _NOTHING, _NOTHING)
                continue
            if count == 1 and tables.of[AXIS, chosen[0]] >= 0:
                sides[side] = chosen[0]
            else:
                sides[side] = _multiply(tables, chosen, count, _NOTHING, own)
            tables.of[ALIVE, sides[side]] = 0
    if wanted:
        for side in range(descent.of[HAPLOID, target], 2):
            push(tables, sides[side])
        write_step(tables, np.int64(OUTER), _NOTHING, target, _NOTHING)
        return
    for t in range(tables.head[N_TABLES]):
        if tables.of[ALIVE, t]:
            push(tables, np.int64(t))
    if model.theta > 0.0:
        write_step(tables, np.int64(URN), _NOTHING, _NOTHING, _NOTHING)
    else:
        emit(tables, np.int64(TOTAL), kept, _NOTHING, _NOTHING, _NOTHING)


@compiled
def write_plan(tables: Any, descent: Any, members: Any, model: Any) -> Any:
    """Write the tape of an elimination; return whether it could be written.

    It cannot where the pedigree needs more variables at a time than a scope has bits, or where
    the target's two alleles have an untyped ancestor in common and are to be axes.
    """
    n = descent.of.shape[1]
    k = len(model.frequencies)
    tables.head[:] = 0
    work = new_work(n, np.int64(MAX_VARIABLES))
    chosen = np.empty(tables.of.shape[1], np.int64)
    target = _NOTHING
    for i in range(n):
        if members.of[KIND, i] == TARGET:
            target = np.int64(i)
    if target >= 0 and not find_path(descent, members, work.leads):
        return False
    kept = np.int64(0)
    for part in range(n):
        present = False
        for i in range(n):
            if members.of[PART, i] == part and members.of[KIND, i] != DEAD:
                present = True
        if not present:
            continue
        lay_out(tables, part, descent, members, work, model.theta, k)
        for i in range(n):
            if members.of[KIND, i] == SPREAD:
                kept |= scope_of(work.of[VARIABLE, i]) | scope_of(work.of[SECOND, i])
        while not tables.head[FAILED]:
            item = _cheapest(tables, part, kept, descent, members, work, model, chosen)
            if item < 0:
                break
            _write_item(tables, item, descent, members, work, model, chosen)
    _finish(tables, kept, target, descent, model, chosen)
    return tables.head[FAILED] == 0


@compiled
def copy_plan(source: Any, sink: Any) -> None:
    """Copy a tape from one room to another."""
    for t in range(source.head[N_TABLES]):
        sink.of[:, t] = source.of[:, t]
    for s in range(source.head[N_STEPS]):
        sink.steps[s] = source.steps[s]
    for s in range(source.head[N_SOURCES]):
        sink.sources[s] = source.sources[s]
    sink.head[:] = source.head
    sink.head[PENDING] = source.head[N_SOURCES]
