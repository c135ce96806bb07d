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

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
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
    add_table,
    cells_float,
    founder_cost,
    gamete_columns,
    new_variable,
    onto_states,
    onto_target,
    product,
    rescale,
    sum_out_founder,
    transmit,
    with_indicator,
)
from forename.genetics.urn import urn_cost, urn_sum

# Rows of Descent.of and _Members.of.
FATHER = 0
MOTHER = 1
HAPLOID = 2
KIND = 3
FIRST = 4
COUNT = 5
FIXED = 0
PART = 1

# Rows of _Work.of: open transmissions, variables, sides still to sum out (two rows).
OPEN = 0
VARIABLE = 1
SECOND = 2
WAITING = 3

# Kinds of person.
FREE = 0
STATES = 1
TARGET = 2
_DEAD = -1

# Ways to treat untyped persons: as two alleles, or enumerated (bit 0 founders, bit 1 others).
SPLIT = 0
_MOST_ENUMERATED = 2048

# Status of a run.
DONE = 0
OVER_BUDGET = 1
TOO_WIDE = 2

_PERSON_ITEM = MAX_VARIABLES  # items below are variables, above 2 * person + side
_CHEAP = 20_000.0  # cost below which no other plan is tried
_MOST_CELLS = 2**26  # half a gigabyte of tables for one marker


class Descent(NamedTuple):
    """A pedigree at one marker, parents before children; arrays have one entry a person.

    Rows of ``of``: FATHER and MOTHER are indices or -1 for founders; HAPLOID is 1 for a man's X;
    KIND is FREE, STATES or TARGET; a person's states are entries FIRST to FIRST + COUNT of
    ``alleles`` (row 0 paternal, row 1 maternal; a haploid person's allele stands in both) and of
    ``weight``. Few wide arrays keep the compiled calls short.
    """

    of: Any
    inbreeding: Any
    alleles: Any
    weight: Any


class Model(NamedTuple):
    """A marker's numbers: frequencies (k,), transposed mutation matrices (k, k), theta.

    ``transposed_male[g, a]`` is the probability that a father's allele a is passed on as g.
    ``mutates`` is false when no allele ever changes; the matrices are then not read.
    """

    frequencies: Any
    transposed_male: Any
    transposed_female: Any
    mutates: Any
    theta: Any


class _Members(NamedTuple):
    """Persons as the elimination sees them: rows FIXED, PART, KIND after pruning, states."""

    of: Any
    alleles: Any
    weight: Any


class _Work(NamedTuple):
    """Progress of one run: open transmissions, variables of persons, sides still to sum out."""

    of: Any
    owner: Any


@compiled
def _members(descent: Any, model: Any, enumerated: Any) -> Any:
    """Prune untyped leaves, fold founders' phases, enumerate where asked, label the parts."""
    n = descent.of.shape[1]
    k = len(model.frequencies)
    kind = descent.of[KIND].copy()
    children = np.zeros(n, np.int64)
    for i in range(n):
        if descent.of[FATHER, i] >= 0:
            children[descent.of[MOTHER, i]] += 1
            if not descent.of[HAPLOID, i]:
                children[descent.of[FATHER, i]] += 1
    for i in range(n - 1, -1, -1):
        if kind[i] == FREE and children[i] == 0:
            kind[i] = _DEAD
            if descent.of[FATHER, i] >= 0:
                children[descent.of[MOTHER, i]] -= 1
                if not descent.of[HAPLOID, i]:
                    children[descent.of[FATHER, i]] -= 1
    total = 0
    for i in range(n):
        founder = descent.of[FATHER, i] < 0
        if kind[i] == STATES:
            total += descent.of[COUNT, i]
        elif kind[i] == FREE:
            choice = 1 if founder else 2
            size = k if descent.of[HAPLOID, i] else (k * (k + 1) // 2 if founder else k * k)
            autozygous = founder and descent.inbreeding[i] > 0
            if enumerated & choice and size <= _MOST_ENUMERATED and not autozygous:
                kind[i] = STATES
                total += size
    of = np.zeros((6, n), np.int64)
    first = of[FIRST]
    count = of[COUNT]
    alleles = np.empty((2, total), np.int64)
    paternal = alleles[0]
    maternal = alleles[1]
    weight = np.empty(total)
    at = 0
    for i in range(n):
        if kind[i] != STATES:
            continue
        founder = descent.of[FATHER, i] < 0
        first[i] = at
        if descent.of[KIND, i] == FREE:
            for a in range(k):
                if descent.of[HAPLOID, i]:
                    paternal[at] = a
                    maternal[at] = a
                    weight[at] = 1.0
                    at += 1
                    continue
                for b in range(a if founder else 0, k):
                    paternal[at] = a
                    maternal[at] = b
                    weight[at] = 2.0 if founder and a != b else 1.0
                    at += 1
        else:
            for s in range(descent.of[FIRST, i], descent.of[FIRST, i] + descent.of[COUNT, i]):
                a = descent.alleles[0, s]
                b = descent.alleles[1, s]
                w = descent.weight[s]
                if founder and not descent.of[HAPLOID, i]:
                    # A founder's phase cannot matter: keep one order and count it twice.
                    if a > b:
                        continue
                    if a < b:
                        w *= 2.0
                paternal[at] = a
                maternal[at] = b
                weight[at] = w
                at += 1
        count[i] = at - first[i]
    fixed = of[FIXED]
    part = of[PART]
    for i in range(n):
        part[i] = i
    for i in range(n):
        if kind[i] == STATES and count[i] > 0:
            low = min(paternal[first[i]], maternal[first[i]])
            high = max(paternal[first[i]], maternal[first[i]])
            same = True
            for s in range(first[i], first[i] + count[i]):
                if min(paternal[s], maternal[s]) != low or max(paternal[s], maternal[s]) != high:
                    same = False
            fixed[i] = 1 if same else 0
    for i in range(n):
        if kind[i] == _DEAD or descent.of[FATHER, i] < 0:
            continue
        for side in range(2):
            if side == 0 and descent.of[HAPLOID, i]:
                continue
            parent = descent.of[FATHER, i] if side == 0 else descent.of[MOTHER, i]
            if fixed[parent] and model.theta == 0.0:
                continue
            a = part[i]
            b = part[parent]
            for j in range(n):
                if part[j] == b:
                    part[j] = a
    if model.theta > 0.0:
        for i in range(n):
            part[i] = 0
    of[KIND] = kind
    return _Members(of, alleles, weight)


@compiled
def _deliver(
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
def _lay_out(tables: Any, part: Any, descent: Any, members: Any, work: Any, model: Any) -> None:
    """Make the variables of one part and the tables of all gametes that are already known."""
    n = descent.of.shape[1]
    k = len(model.frequencies)
    for i in range(n):
        if members.of[PART, i] != part or members.of[KIND, i] == _DEAD:
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
        if members.of[PART, i] != part or members.of[KIND, i] == _DEAD:
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
            _deliver(tables, table, parent, descent, members, work, model)
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
            _deliver(tables, result, parent, descent, members, work, model)
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
    work = _Work(np.zeros((5, n), np.int64), np.full(MAX_VARIABLES, -1))
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
            if members.of[PART, i] == part and members.of[KIND, i] != _DEAD:
                present = True
        if not present:
            continue
        _lay_out(tables, part, descent, members, work, model)
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
            cost += urn_cost(tables, chosen, count, known, k)
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
    members = _members(descent, model, np.int64(0))
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
                others = _members(descent, model, np.int64(enumerated))
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
        members = _members(descent, model, made[2])
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
