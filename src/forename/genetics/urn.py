"""Coancestry: founder alleles drawn from one urn (theta > 0), exactly.

The j-th draw is allele a with probability (b theta + (1 - theta) p_a) / (1 + (j - 2) theta), b
the number of earlier draws equal to a (Balding and Nichols 1994, Forensic Sci. Int. 64, 125-140).
The same law: the n founder alleles fall into groups of identical descent, a partition with
blocks B_1..B_m having probability alpha^m prod (|B_i| - 1)! / (alpha (alpha + 1) .. (alpha + n -
1)), alpha = (1 - theta) / theta (Ewens; Hoppe's urn), and every block draws one allele from p.
Summing over partitions by subsets costs 3^n instead of the Bell number. See
``docs/methods/theta.md``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.genetics.factor_tables import strides
from forename.genetics.tape import AXIS, SCOPE, SPAN, START, cells_float


@compiled
def _slots(tables: Any, chosen: Any, count: Any, slots: Any) -> Any:
    """List the founder allele axes that any table is about."""
    n_slots = np.int64(0)
    for t in range(count):
        axis = tables.of[AXIS, chosen[t]]
        if axis < 0:
            continue
        known = False
        for s in range(n_slots):
            if slots[s] == axis:
                known = True
        if not known:
            slots[n_slots] = axis
            n_slots += 1
    return n_slots


@compiled
def _all_known(slots: Any, n_slots: Any, known: Any) -> Any:
    """Tell whether every slot holds one allele in each state of the variables."""
    for s in range(n_slots):  # noqa: SIM110  the compiler has no generators
        if not known[slots[s] // 2]:
            return False
    return True


@compiled
def urn_cost(tables: Any, chosen: Any, count: Any, known: Any, alleles: Any) -> Any:
    """Return the number of multiplications that `urn_sum` needs."""
    slots = np.empty(count + 1, np.int64)
    n_slots = _slots(tables, chosen, count, slots)
    scope = np.int64(0)
    for t in range(count):
        scope |= tables.of[SCOPE, chosen[t]]
    if _all_known(slots, n_slots, known):
        return cells_float(scope, tables.size_of) * n_slots * (n_slots + 2.0 * alleles)
    if n_slots > 24:
        return np.inf
    return cells_float(scope, tables.size_of) * (3.0**n_slots + 2.0**n_slots * alleles)


@compiled
def _partition_sum(
    messages: Any, n: Any, model: Any, products: Any, blocks: Any, totals: Any
) -> Any:
    """Return the expectation of prod_s messages[s, allele of slot s] under the urn."""
    theta = model.theta
    alpha = (1.0 - theta) / theta
    k = len(model.frequencies)
    full = 1 << n
    blocks[0] = 0.0
    for subset in range(1, full):
        low = 0
        while not (subset >> low) & 1:
            low += 1
        smaller = subset & (subset - 1)
        total = 0.0
        if smaller == 0:
            for a in range(k):
                products[subset, a] = messages[low, a]
                total += model.frequencies[a] * messages[low, a]
        else:
            for a in range(k):
                products[subset, a] = products[smaller, a] * messages[low, a]
                total += model.frequencies[a] * products[subset, a]
        members = 0
        rest = subset
        while rest:
            rest &= rest - 1
            members += 1
        factor = alpha
        for j in range(1, members):
            factor *= j
        blocks[subset] = factor * total
    totals[0] = 1.0
    for subset in range(1, full):
        lowest = subset & -subset
        others = subset ^ lowest
        total = 0.0
        part = others
        while True:
            block = blocks[lowest | part]
            if block != 0.0:
                total += block * totals[others ^ part]
            if part == 0:
                break
            part = (part - 1) & others
        totals[subset] = total
    rising = 1.0
    for j in range(n):
        rising *= alpha + j
    return totals[full - 1] / rising


@compiled
def _draw(messages: Any, n: Any, model: Any, drawn: Any) -> Any:
    """Return the probability of drawing the one allele that each slot allows, in turn."""
    alpha = (1.0 - model.theta) / model.theta
    value = 1.0
    for s in range(n):
        allele = -1
        for a in range(len(model.frequencies)):
            if messages[s, a] != 0.0:
                allele = a
        if allele < 0:
            return 0.0
        earlier = 0
        for t in range(s):
            if drawn[t] == allele:
                earlier += 1
        drawn[s] = allele
        value *= messages[s, allele]
        value *= (earlier + alpha * model.frequencies[allele]) / (alpha + s)
    return value


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

    ``known`` tells which founders have one genotype in each state of the variables: when all
    have, the alleles are drawn one after the other; otherwise the sum is over partitions. A
    founder with inbreeding 1 has both alleles in one slot.
    """
    k = len(model.frequencies)
    slots = np.empty(count + 1, np.int64)
    n_slots = _slots(tables, chosen, count, slots)
    owner = np.arange(n_slots)
    for s in range(n_slots):
        if descent.inbreeding[slots[s] // 2] == 1.0:
            for u in range(s):
                if slots[u] // 2 == slots[s] // 2:
                    owner[s] = u
    scope = kept
    for t in range(count):
        scope |= tables.of[SCOPE, chosen[t]]
    variables = np.empty(tables.head[SPAN], np.int64)
    n_variables = 0
    for variable in range(tables.head[SPAN]):
        if (scope >> variable) & 1:
            variables[n_variables] = variable
            n_variables += 1
    stride = np.empty(tables.head[SPAN], np.int64)
    steps = np.zeros((count + 1, max(n_variables, 1)), np.int64)
    for t in range(count):
        strides(tables.of[SCOPE, chosen[t]], tables.of[AXIS, chosen[t]], k, tables.size_of, stride)
        for j in range(n_variables):
            steps[t, j] = stride[variables[j]]
    strides(kept, np.int64(-1), k, tables.size_of, stride)
    for j in range(n_variables):
        steps[count, j] = stride[variables[j]]
    out[:] = 0.0
    pool = tables.pool
    messages = np.empty((max(n_slots, 1), k))
    active = np.empty((max(n_slots, 1), k))
    in_turn = _all_known(slots, n_slots, known)
    room = 1 if in_turn else 1 << n_slots
    products = np.empty((room, k))
    blocks = np.empty(room)
    totals = np.empty(room)
    drawn = np.empty(n_slots + 1, np.int64)
    state = np.zeros(max(n_variables, 1), np.int64)
    place = np.empty(count + 1, np.int64)
    while True:
        for t in range(count):
            place[t] = tables.of[START, chosen[t]]
        place[count] = 0
        for j in range(n_variables):
            for t in range(count + 1):
                place[t] += state[j] * steps[t, j]
        scalar = 1.0
        messages[:] = 1.0
        touched = np.zeros(max(n_slots, 1), np.bool_)
        for t in range(count):
            axis = tables.of[AXIS, chosen[t]]
            if axis < 0:
                scalar *= pool[place[t]]
                continue
            for s in range(n_slots):
                if slots[s] == axis:
                    touched[owner[s]] = True
                    for a in range(k):
                        messages[owner[s], a] *= pool[place[t] + a]
        if scalar != 0.0:
            # A slot about which nothing is asked integrates out: the urn is exchangeable.
            n_active = np.int64(0)
            for s in range(n_slots):
                if not touched[s]:
                    continue
                constant = True
                for a in range(1, k):
                    if messages[s, a] != messages[s, 0]:
                        constant = False
                if constant:
                    scalar *= messages[s, 0]
                    continue
                active[n_active] = messages[s]
                n_active += 1
            if scalar != 0.0 and in_turn:
                out[place[count]] += scalar * _draw(active, n_active, model, drawn)
            elif scalar != 0.0:
                out[place[count]] += scalar * _partition_sum(
                    active, n_active, model, products, blocks, totals
                )
        j = n_variables - 1
        while j >= 0:
            state[j] += 1
            if state[j] < tables.size_of[variables[j]]:
                break
            state[j] = 0
            j -= 1
        if j < 0:
            break
