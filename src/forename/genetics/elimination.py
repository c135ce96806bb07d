"""Exact elimination on one marker of a pedigree, compiled.

Every allele a person carries is a variable. A typed person's few possible ordered genotypes are
one small variable (its *states*); an untyped person is two alleles, and every transmission from
such a person gets a small indicator variable that says which of the two was passed on. Given all
small variables the alleles form a forest, so each allele is summed out with one k-vector at a
time, never with a k-by-k table of two people; loops only widen the tables of small variables.
Alternatively an untyped person is enumerated as a small variable of all its genotypes, which wins
when alleles are few and children many; the planner takes what costs less.

The order of elimination is greedy and planned without touching a number; the plan's cost is known
before the work starts and is held against the budget. ``docs/methods/likelihood.md`` has the
derivation; ``docs/decisions/0004-elimination-by-gametes.md`` the alternatives.

With coancestry (theta > 0) all founder alleles are slots of one urn: `forename.genetics.urn`.
"""

from __future__ import annotations

from typing import Any

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
    MOTHER,
    PART,
    STATES,
    TARGET,
    members_of,
)
from forename.genetics.factor_tables import (
    ALIVE,
    AXIS,
    DRY,
    FAILED,
    MAX_VARIABLES,
    N_TABLES,
    NEXT_CELL,
    SCOPE,
    SMALL,
    SPAN,
    START,
    USED,
    Tables,
    cells_float,
    new_variable,
    product,
    rescale,
    transmit,
)
from forename.genetics.founder_sum import (
    founder_cost,
    sum_out_founder,
)
from forename.genetics.layout import (
    OPEN,
    SECOND,
    VARIABLE,
    WAITING,
    Work,
    deliver,
    lay_out,
)
from forename.genetics.urn import urn_cost, urn_sum

# Status of a run.
DONE = 0
OVER_BUDGET = 1
TOO_WIDE = 2

_PERSON_ITEM = MAX_VARIABLES  # items below are variables, above 2 * person + side
_CHEAP = 20_000.0  # cost below which no other plan is tried
_MOST_CELLS = 2**26  # half a gigabyte of tables for one marker


@compiled
def _variable_cost(tables: Any, variable: Any, descent: Any, model: Any) -> Any:
    """Return the cost of summing out a variable now, or -1 when it cannot be."""
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
            if model.theta == 0.0 and descent.of[FATHER, own // 2] < 0:
                founder_tables += 1
    # Two tables of one founder stand for (T(a) + T(b)) / 2 each: their product is not a table.
    if founder_tables > 1 and not descent.of[HAPLOID, axis // 2]:
        return -1.0
    size = cells_float(union, tables.size_of) * count
    return size * len(model.frequencies) if axis >= 0 else size


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
def _axis_of(person: Any, side: Any, descent: Any) -> Any:
    if descent.of[FATHER, person] < 0 and not descent.of[HAPLOID, person]:
        return 2 * person
    return 2 * person + side


@compiled
def _allele_cost(
    tables: Any, person: Any, side: Any, descent: Any, members: Any, model: Any, chosen: Any
) -> Any:
    k = len(model.frequencies)
    count = _gather(tables, _axis_of(person, side, descent), np.int64(-1), chosen)
    if descent.of[FATHER, person] < 0:
        return founder_cost(tables, chosen, count, descent.of[HAPLOID, person], k)
    union = 0
    for t in range(count):
        union |= tables.of[SCOPE, chosen[t]]
    per_cell = 1.0 * k * count
    if model.mutates:
        per_cell += 1.0 * k * k
    parent = descent.of[FATHER, person] if side == 0 else descent.of[MOTHER, person]
    if members.of[KIND, parent] == FREE and not descent.of[HAPLOID, parent]:
        per_cell += 4.0 * k
    elif members.of[KIND, parent] == TARGET:
        per_cell += 1.0 * k * k
    elif members.of[KIND, parent] == STATES:
        per_cell += 1.0 * members.of[COUNT, parent]
    return cells_float(union, tables.size_of) * per_cell


@compiled
def _item_cost(tables: Any, item: Any, descent: Any, members: Any, model: Any, chosen: Any) -> Any:
    if item < _PERSON_ITEM:
        return _variable_cost(tables, item, descent, model)
    person = (item - _PERSON_ITEM) // 2
    return _allele_cost(tables, person, (item - _PERSON_ITEM) % 2, descent, members, model, chosen)


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
    """Return (item, cost) of the cheapest next elimination, item -1 when nothing is left."""
    best = -1
    lowest = np.inf
    for variable in range(tables.head[SPAN]):
        if not (tables.head[USED] >> variable) & 1 or (kept >> variable) & 1:
            continue
        owner = work.owner[variable]
        if owner >= 0 and work.of[OPEN, owner] > 0:
            continue
        if owner >= 0 and model.theta > 0.0 and descent.of[FATHER, owner] < 0:
            continue  # the urn needs each founder allele known, given the variables
        cost = _variable_cost(tables, variable, descent, model)
        if 0.0 <= cost < lowest:
            lowest = cost
            best = variable
    for person in range(descent.of.shape[1]):
        if members.of[PART, person] != part or members.of[KIND, person] != FREE:
            continue
        if work.of[OPEN, person] > 0:
            continue
        for side in range(2):
            if not work.of[WAITING + side, person]:
                continue
            cost = _allele_cost(tables, person, side, descent, members, model, chosen)
            if cost < lowest:
                lowest = cost
                best = _PERSON_ITEM + 2 * person + side
    return best, lowest


@compiled
def _eliminate_item(
    tables: Any, item: Any, descent: Any, members: Any, work: Any, model: Any, chosen: Any
) -> Any:
    """Sum out one variable or one person's allele; return the log of any factor taken out."""
    k = len(model.frequencies)
    if item < _PERSON_ITEM:
        count = _gather(tables, np.int64(-1), item, chosen)
        axis = np.int64(-1)
        for t in range(count):
            if tables.of[AXIS, chosen[t]] >= 0:
                axis = tables.of[AXIS, chosen[t]]
        result = product(tables, chosen, count, item, axis, k)
        tables.head[USED] &= ~(1 << item)
    else:
        person = (item - _PERSON_ITEM) // 2
        side = (item - _PERSON_ITEM) % 2
        axis = _axis_of(person, side, descent)
        count = _gather(tables, axis, np.int64(-1), chosen)
        work.of[WAITING + side, person] = 0
        if descent.of[FATHER, person] < 0:
            result = sum_out_founder(
                tables,
                chosen,
                count,
                descent.of[HAPLOID, person],
                descent.inbreeding[person],
                model.frequencies,
                k,
            )
        else:
            parent = descent.of[FATHER, person] if side == 0 else descent.of[MOTHER, person]
            transposed = model.transposed_male if side == 0 else model.transposed_female
            merged = chosen[0]
            if count > 1:
                merged = product(tables, chosen, count, np.int64(-1), axis, k)
            tables.of[ALIVE, merged] = 0
            scaled = rescale(tables, merged, k, SMALL)
            result = transmit(tables, merged, np.int64(0), transposed, model.mutates, k)
            for t in range(count):
                tables.of[ALIVE, chosen[t]] = 0
            work.of[OPEN, parent] -= 1
            deliver(tables, result, parent, descent, members, work, model)
            return scaled
    for t in range(count):
        tables.of[ALIVE, chosen[t]] = 0
    return rescale(tables, result, k, SMALL)


@compiled
def _run(
    descent: Any, model: Any, members: Any, order: Any, n_order: Any, dry: Any, pool: Any, out: Any
) -> Any:
    """Plan (``dry``) or carry out an elimination.

    A dry run with ``n_order`` 0 chooses the order and writes it; otherwise the order is followed.
    Returns (status, cost, cells of pool, length of order, log factor); ``out`` receives the
    target's table, or one cell.
    """
    n = descent.of.shape[1]
    k = len(model.frequencies)
    # An allele makes at most four tables (merged, transmitted, one for each parental allele).
    n_tables = 16 * n + 4 * MAX_VARIABLES
    tables = Tables(
        np.empty((4, n_tables), np.int64),
        np.zeros(6, np.int64),
        np.ones(MAX_VARIABLES, np.int64),
        pool,
    )
    tables.head[DRY] = 1 if dry else 0
    work = Work(np.zeros((6, n), np.int64), np.full(MAX_VARIABLES, -1))
    work.of[VARIABLE] = -1
    work.of[SECOND] = -1
    chosen = np.empty(n_tables, np.int64)
    kept = np.int64(0)
    for i in range(n):
        if members.of[KIND, i] == TARGET:
            if not descent.of[HAPLOID, i]:
                work.of[VARIABLE, i] = new_variable(tables, k)
                kept |= 1 << work.of[VARIABLE, i]
            work.of[SECOND, i] = new_variable(tables, k)
            kept |= 1 << work.of[SECOND, i]
    cost = 0.0
    log_factor = 0.0
    step = np.int64(0)
    choosing = dry and n_order == 0
    for part in range(n):
        present = False
        for i in range(n):
            if members.of[PART, i] == part and members.of[KIND, i] != DEAD:
                present = True
        if not present:
            continue
        lay_out(tables, part, descent, members, work, model)
        while not tables.head[FAILED]:
            if choosing:
                item, own = _cheapest(tables, part, kept, descent, members, work, model, chosen)
                cost += own if item >= 0 else 0.0
                if step >= len(order):
                    return TOO_WIDE, cost, 0, step, 0.0
                order[step] = item
            else:
                item = order[step]
                if dry and item >= 0:
                    cost += _item_cost(tables, item, descent, members, model, chosen)
            step += 1
            if item < 0:
                break
            log_factor += _eliminate_item(tables, item, descent, members, work, model, chosen)
    count = np.int64(0)
    for t in range(tables.head[N_TABLES]):
        if tables.of[ALIVE, t]:
            chosen[count] = t
            count += 1
    if tables.head[FAILED] or tables.head[NEXT_CELL] > _MOST_CELLS:
        return TOO_WIDE, cost, 0, step, 0.0
    if model.theta > 0.0:
        known = members.of[KIND] == STATES
        if dry:
            cost += urn_cost(tables, chosen, count, known, descent.inbreeding, k)
        else:
            urn_sum(tables, chosen, count, kept, known, descent, model, out)
        return DONE, cost, tables.head[NEXT_CELL], step, log_factor
    if count == 0:
        if not dry:
            out[:] = 1.0
        return DONE, cost, tables.head[NEXT_CELL], step, log_factor
    # Many separate parts, each with a small likelihood, must not underflow together.
    for t in range(count):
        log_factor += rescale(tables, chosen[t], k, 1.0)
    result = product(tables, chosen, count, np.int64(-1), np.int64(-1), k)
    if tables.head[FAILED]:
        return TOO_WIDE, cost, 0, step, 0.0
    if not dry:
        start = tables.of[START, result]
        for cell in range(len(out)):
            out[cell] = pool[start + cell]
    return DONE, cost, tables.head[NEXT_CELL], step, log_factor


@compiled
def new_plan(persons: Any) -> Any:
    """Return room for the plan of a pedigree; plans of alike markers are used again."""
    return (
        np.empty(8 * persons + 4 * MAX_VARIABLES + 16, np.int64),  # order
        np.zeros(4, np.int64),  # steps, alleles, enumerated, cells of pool
        np.full(persons, -1),  # what the plan was made for
        np.zeros(1),  # cost
    )


@compiled
def _differs(descent: Any, members: Any, made_for: Any) -> Any:
    """Note what a plan depends on, person by person; tell whether it differs from before."""
    different = False
    for i in range(len(made_for)):
        value = (members.of[KIND, i] + 1) + 4 * (members.of[PART, i] + 1)
        value = value * 8 + 4 * members.of[FIXED, i]
        value += 2 * (1 if members.of[COUNT, i] > 1 else 0) + descent.of[HAPLOID, i]
        if made_for[i] != value:
            different = True
            made_for[i] = value
    return different


@compiled
def eliminate(descent: Any, model: Any, budget: Any, plan: Any, out: Any) -> Any:
    """Compute the likelihood of one marker exactly.

    ``out`` receives L (one cell), or with a TARGET the joint probability of the data and every
    ordered genotype of the target: cell a * k + b for paternal a and maternal b, or k cells when
    haploid. All values are to be multiplied by exp(log factor). ``plan`` comes from `new_plan`
    and is reused while persons and alleles stay alike. Returns (status, cost, log factor); cost
    and ``budget`` count multiplications.
    """
    n = descent.of.shape[1]
    k = len(model.frequencies)
    order, made, made_for, made_cost = plan
    nothing = np.empty(1)
    members = members_of(descent, model, np.int64(0))
    for i in range(n):
        if members.of[KIND, i] == STATES and members.of[COUNT, i] == 0:
            out[:] = 0.0
            return DONE, 0.0, 0.0
    different = _differs(descent, members, made_for)
    # Whom to enumerate depends on the number of alleles.
    different = different or (made[2] != 0 and k != made[1])
    if different or made[0] == 0 or k > 2 * made[1] or 3 * k < made[1]:
        status, cost, size, steps, _ = _run(
            descent, model, members, order, np.int64(0), np.bool_(True), nothing, nothing
        )
        made[2] = 0
        if status != DONE or cost > _CHEAP:
            for enumerated in range(1, 4):
                others = members_of(descent, model, np.int64(enumerated))
                trial = np.empty_like(order)
                its = _run(
                    descent, model, others, trial, np.int64(0), np.bool_(True), nothing, nothing
                )
                if its[0] == DONE and (status != DONE or its[1] < cost):
                    status, cost, size, steps, _ = its
                    order[:] = trial
                    made[2] = enumerated
        if status != DONE:
            made[0] = 0
            return status, np.inf, 0.0
        made[0] = steps
        made[1] = k
        made[3] = size
        made_cost[0] = cost
    if made_cost[0] > budget:
        made[0] = 0
        return OVER_BUDGET, made_cost[0], 0.0
    if made[2] != 0:
        members = members_of(descent, model, made[2])
    status, _, _, _, factor = _run(
        descent, model, members, order, made[0], np.bool_(False), np.empty(made[3] + 1), out
    )
    if status != DONE:
        # Room was made for an earlier marker; this one has more states or alleles.
        status, cost, size, _, _ = _run(
            descent, model, members, order, made[0], np.bool_(True), nothing, nothing
        )
        if status != DONE or cost > budget:
            made[0] = 0
            return (OVER_BUDGET, cost, 0.0) if status == DONE else (status, np.inf, 0.0)
        made[3] = max(made[3], size)
        made_cost[0] = max(made_cost[0], cost)
        status, _, _, _, factor = _run(
            descent, model, members, order, made[0], np.bool_(False), np.empty(made[3] + 1), out
        )
    return status, made_cost[0], factor
