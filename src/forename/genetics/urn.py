"""Coancestry: founder alleles drawn from one urn (theta > 0), exactly.

The j-th draw is allele a with probability (b theta + (1 - theta) p_a) / (1 + (j - 2) theta), b
the number of earlier draws equal to a (Balding and Nichols 1994, Forensic Sci. Int. 64, 125-140).

What an elimination leaves are tables over small variables and at most one founder allele, a
*slot*. They are summed depth first, one variable after the other: the known alleles are drawn as
soon as the variables say them, the messages to the other slots grow table by table, and whatever
is impossible is left at once. `forename.genetics.urn_law` has the law of the slots.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.genetics.factor_tables import strides
from forename.genetics.tape import AXIS, SCOPE, SPAN, START, cells_float
from forename.genetics.urn_law import expectation, new_room, partition_cost

_MOST_OPEN = 24  # founder alleles not known: arrays of 2^24 subsets are half a gigabyte

_VISIT = 8.0  # multiplications that finding a table's place takes the time of

# Rows of Layout.of: the slot of a table or -1, after how many variables it is known.
SLOT = 0
DEPTH = 1

# Rows of Layout.slots: its axis, 1 when it is drawn as soon as the variables say its allele.
OWN_AXIS = 0
DRAWN = 1


class Layout(NamedTuple):
    """The tables of one sum as the walk meets them: variables in order, slots, inbred pairs.

    The tables first met at depth d are ``order[bounds[d]:bounds[d + 1]]``.
    """

    variables: Any
    order: Any
    bounds: Any
    of: Any
    slots: Any
    first: Any
    second: Any


class Walk(NamedTuple):
    """The numbers of a walk, by depth: factors, messages, the level where a message stands.

    Level d + 1 is after the tables first met at depth d; level 0 is before all. ``steps`` are
    numbers of the pool, for a drawn slot's table rows over the alleles; ``alleles`` has that
    row's one allele. ``shares`` is 1 / (alpha + draws so far).
    """

    starts: Any
    steps: Any
    shares: Any
    alleles: Any
    factor: Any
    messages: Any
    level: Any


@compiled
def _variable_order(tables: Any, chosen: Any, count: Any, kept: Any) -> Any:
    """Return all variables, those that most tables are about first."""
    n_variables = 0
    variables = np.empty(tables.head[SPAN], np.int64)
    uses = np.empty(tables.head[SPAN], np.int64)
    for variable in range(tables.head[SPAN]):
        used = 0
        for t in range(count):
            used += (tables.of[SCOPE, chosen[t]] >> variable) & 1
        if used == 0 and not (kept >> variable) & 1:
            continue
        at = n_variables
        while at > 0 and uses[at - 1] < used:
            variables[at] = variables[at - 1]
            uses[at] = uses[at - 1]
            at -= 1
        variables[at] = variable
        uses[at] = used
        n_variables += 1
    return variables[:n_variables]


@compiled
def _by_depth(depth_of: Any, depths: Any) -> Any:
    """Return the tables by ascending depth, and where each depth begins and ends."""
    order = np.empty(len(depth_of), np.int64)
    bounds = np.zeros(depths + 1, np.int64)
    at = 0
    for depth in range(depths):
        for t in range(len(depth_of)):
            if depth_of[t] == depth:
                order[at] = t
                at += 1
        bounds[depth + 1] = at
    return order, bounds


@compiled
def _lay_out(tables: Any, chosen: Any, count: Any, kept: Any, known: Any, inbreeding: Any) -> Any:
    """Order the variables, and find the slots and the pairs that an inbred founder may share."""
    variables = _variable_order(tables, chosen, count, kept)
    of = np.full((2, count), -1)
    slots = np.zeros((2, count + 1), np.int64)
    tables_of = np.zeros(count + 1, np.int64)
    n_slots = 0
    for t in range(count):
        of[DEPTH, t] = 0
        for j in range(len(variables)):
            if (tables.of[SCOPE, chosen[t]] >> variables[j]) & 1:
                of[DEPTH, t] = j + 1
        axis = tables.of[AXIS, chosen[t]]
        if axis < 0:
            continue
        s = 0
        while s < n_slots and slots[OWN_AXIS, s] != axis:
            s += 1
        if s == n_slots:
            slots[OWN_AXIS, s] = axis
            n_slots += 1
        of[SLOT, t] = s
        tables_of[s] += 1
    first = np.empty(n_slots, np.int64)
    second = np.empty(n_slots, np.int64)
    n_pairs = 0
    for s in range(n_slots):
        person = slots[OWN_AXIS, s] // 2
        if known[person] and inbreeding[person] == 0.0 and tables_of[s] == 1:
            slots[DRAWN, s] = 1
            continue
        for u in range(s):
            if slots[OWN_AXIS, u] // 2 == person and inbreeding[person] > 0.0:
                first[n_pairs] = u
                second[n_pairs] = s
                n_pairs += 1
    order, bounds = _by_depth(of[DEPTH], len(variables) + 1)
    return Layout(
        variables, order, bounds, of, slots[:, :n_slots], first[:n_pairs], second[:n_pairs]
    )


@compiled
def _open_slots(layout: Any, known: Any) -> Any:
    """Count the slots that may hold several alleles in one state of the variables."""
    count = np.int64(0)
    for s in range(layout.slots.shape[1]):
        if not known[layout.slots[OWN_AXIS, s] // 2]:
            count += 1
    return count


@compiled
def urn_cost(tables: Any, chosen: Any, count: Any, known: Any, inbreeding: Any, k: Any) -> Any:
    """Return the number of multiplications that `urn_sum` needs at most with k alleles."""
    layout = _lay_out(tables, chosen, count, np.int64(0), known, inbreeding)
    n_open = _open_slots(layout, known)
    if n_open > _MOST_OPEN:
        return np.inf
    cost = 0.0
    states = 1.0
    for depth in range(len(layout.variables) + 1):
        if depth > 0:
            states *= tables.size_of[layout.variables[depth - 1]]
        for at in range(layout.bounds[depth], layout.bounds[depth + 1]):
            slot = layout.of[SLOT, layout.order[at]]
            long = slot >= 0 and not layout.slots[DRAWN, slot]
            cost += states * (_VISIT + (k if long else 0.0))
    return cost + states * 2.0 ** len(layout.first) * partition_cost(n_open, k)


@compiled
def _known_alleles(tables: Any, chosen: Any, layout: Any, k: Any) -> Any:
    """Return, by table of a drawn slot and cell, the one allele that is possible, or -1."""
    count = len(chosen)
    longest = 1
    for t in range(count):
        longest = max(longest, int(cells_float(tables.of[SCOPE, chosen[t]], tables.size_of)))
    alleles = np.full((count, longest), -1)
    for t in range(count):
        slot = layout.of[SLOT, t]
        if slot < 0 or not layout.slots[DRAWN, slot]:
            continue
        start = tables.of[START, chosen[t]]
        for cell in range(int(cells_float(tables.of[SCOPE, chosen[t]], tables.size_of))):
            for a in range(k):
                if tables.pool[start + cell * k + a] != 0.0:
                    alleles[t, cell] = a
    return alleles


@compiled
def _new_walk(tables: Any, chosen: Any, layout: Any, alpha: Any, k: Any) -> Any:
    """Return the numbers of a walk that has not begun."""
    count = len(chosen)
    depths = len(layout.variables) + 1
    n_slots = layout.slots.shape[1]
    starts = np.empty(count, np.int64)
    steps = np.zeros((count, depths), np.int64)
    stride = np.empty(tables.head[SPAN], np.int64)
    for t in range(count):
        strides(tables.of[SCOPE, chosen[t]], tables.of[AXIS, chosen[t]], k, tables.size_of, stride)
        starts[t] = tables.of[START, chosen[t]]
        slot = layout.of[SLOT, t]
        by_cell = slot >= 0 and layout.slots[DRAWN, slot] == 1
        for j in range(depths - 1):
            steps[t, j] = stride[layout.variables[j]] // (k if by_cell else 1)
    shares = np.empty(n_slots + 1)
    for n_drawn in range(n_slots + 1):
        shares[n_drawn] = 1.0 / (alpha + n_drawn)
    return Walk(
        starts,
        steps,
        shares,
        _known_alleles(tables, chosen, layout, k),
        np.ones(depths + 1),
        np.ones((depths + 1, n_slots, k)),
        np.zeros((depths + 1, n_slots), np.int64),
    )


@compiled
def _over_autozygosity(
    inbreeding: Any, layout: Any, walk: Any, alpha: Any, n_drawn: Any, room: Any
) -> Any:
    """Return the expectation over the urn and over which inbred founders carry one draw twice."""
    first, second, slots = layout.first, layout.second, layout.slots
    messages, active = walk.messages, room.active
    n_pairs = len(first)
    level = walk.level[len(layout.variables) + 1]
    k = messages.shape[2]
    result = 0.0
    for choice in range(1 << n_pairs):
        weight = 1.0
        for j in range(n_pairs):
            f = inbreeding[slots[OWN_AXIS, first[j]] // 2]
            weight *= f if (choice >> j) & 1 else 1.0 - f
        if weight == 0.0:
            continue
        n_active = np.int64(0)
        for s in range(slots.shape[1]):
            if slots[DRAWN, s]:
                continue
            for a in range(k):
                active[n_active, a] = messages[level[s], s, a]
            for j in range(n_pairs):
                if (choice >> j) & 1 and first[j] == s:
                    for a in range(k):
                        active[n_active, a] *= messages[level[second[j]], second[j], a]
                if (choice >> j) & 1 and second[j] == s:
                    active[n_active] = 1.0  # the first of the pair stands for both
            n_active += 1
        result += weight * expectation(n_active, alpha, n_drawn, room)
    return result


@compiled
def urn_sum(
    tables: Any,
    chosen: Any,
    count: Any,
    kept: Any,
    known: Any,
    descent: Any,
    model: Any,
    out: Any,
) -> None:
    """Sum over all founder alleles and all small variables but the kept ones, into ``out``.

    ``known`` tells which founders have one genotype in each state of the variables. With
    inbreeding f both alleles of a founder are one draw with probability f.
    """
    k = len(model.frequencies)
    alpha = (1.0 - model.theta) / model.theta
    layout = _lay_out(tables, chosen, count, kept, known, descent.inbreeding)
    walk = _new_walk(tables, chosen[:count], layout, alpha, k)
    room = new_room(layout.slots.shape[1] + 1, _open_slots(layout, known), model)
    kept_stride = np.empty(tables.head[SPAN], np.int64)
    strides(kept, np.int64(-1), k, tables.size_of, kept_stride)
    out[:] = 0.0
    _walk(tables, layout, walk, room, kept_stride, descent.inbreeding, alpha, out)


@compiled
def _walk(
    tables: Any,
    layout: Any,
    walk: Any,
    room: Any,
    kept_stride: Any,
    inbreeding: Any,
    alpha: Any,
    out: Any,
) -> None:
    """Visit every joint state of the variables depth first and add what it contributes.

    One long loop over arrays of its own: a call for each state would cost more than the state.
    """
    pool, size_of = tables.pool, tables.size_of
    variables, order, bounds = layout.variables, layout.order, layout.bounds
    slot_of, drawn_at_once = layout.of[SLOT], layout.slots[DRAWN]
    starts, steps, alleles, shares = walk.starts, walk.steps, walk.alleles, walk.shares
    factor, messages, level = walk.factor, walk.messages, walk.level
    base, drawn = room.base, room.drawn
    n_slots = len(drawn_at_once)
    n_rows = n_slots - drawn_at_once.sum()
    k = messages.shape[2]
    last = len(variables)
    state = np.zeros(last + 1, np.int64)
    taken = np.full(len(order), -1)
    n_drawn = 0
    depth = 0
    while True:
        value = factor[depth]
        if n_rows > 0:
            for s in range(n_slots):
                level[depth + 1, s] = level[depth, s]
        for at in range(bounds[depth], bounds[depth + 1]):
            t = order[at]
            row = 0
            for j in range(depth):
                row += state[j] * steps[t, j]
            place = starts[t] + row
            s = slot_of[t]
            if s < 0:
                value *= pool[place]
            elif drawn_at_once[s]:
                a = alleles[t, row]
                taken[at] = a
                if a >= 0:
                    value *= pool[starts[t] + row * k + a] * (base[a] + drawn[a]) * shares[n_drawn]
                    drawn[a] += 1
                    n_drawn += 1
                else:
                    value = 0.0
            else:
                earlier = level[depth + 1, s]
                for a in range(k):
                    messages[depth + 1, s, a] = messages[earlier, s, a] * pool[place + a]
                level[depth + 1, s] = depth + 1
        factor[depth + 1] = value
        if depth < last and value != 0.0:
            state[depth] = 0
            depth += 1
            continue
        if value != 0.0:
            place = 0
            for j in range(last):
                place += state[j] * kept_stride[variables[j]]
            if n_rows > 0:
                value *= _over_autozygosity(inbreeding, layout, walk, alpha, n_drawn, room)
            out[place] += value
        # Back to the nearest variable that has a state left.
        while True:
            for at in range(bounds[depth], bounds[depth + 1]):
                if taken[at] >= 0:
                    drawn[taken[at]] -= 1
                    n_drawn -= 1
                    taken[at] = -1
            if depth == 0:
                return
            depth -= 1
            state[depth] += 1
            if state[depth] < size_of[variables[depth]]:
                depth += 1
                break
