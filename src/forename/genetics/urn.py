"""Coancestry: founder alleles drawn from one urn (theta > 0), exactly.

The j-th draw is allele a with probability (b theta + (1 - theta) p_a) / (1 + (j - 2) theta), b
the number of earlier draws equal to a (Balding and Nichols 1994, Forensic Sci. Int. 64, 125-140).
The same law: the alleles are independent given frequencies q, which follow a Dirichlet law of
weights alpha p, alpha = (1 - theta) / theta. Draws that are known add one to the weight of their
allele. For the others, each with a message m(a) = P(what is seen below | allele a),

    E prod_s sum_a q_a m_s(a)
      = sum over partitions prod_B (|B| - 1)! sum_a w_a prod_{s in B} m_s(a) / (W (W + 1) ..)

(Ewens; Hoppe's urn), w the weights, W their sum: the blocks B are the groups of one descent.
Summing over partitions by subsets costs 3^n instead of the Bell number. See
``docs/methods/theta.md``.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.genetics.factor_tables import AXIS, SCOPE, SPAN, START, cells_float, strides

_MOST_OPEN = 24  # founder alleles not known: 2^24 blocks are a quarter of a gigabyte


class Room(NamedTuple):
    """Memory of one sum: a row of ``messages`` for each slot, copies of them, subsets."""

    messages: Any
    active: Any
    waiting: Any
    weights: Any
    products: Any
    blocks: Any
    totals: Any


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
def _open_slots(slots: Any, n_slots: Any, known: Any) -> Any:
    """Count the slots that may hold several alleles in one state of the variables."""
    count = np.int64(0)
    for s in range(n_slots):
        if not known[slots[s] // 2]:
            count += 1
    return count


@compiled
def _inbred_pairs(slots: Any, n_slots: Any, inbreeding: Any, first: Any, second: Any) -> Any:
    """List the pairs of slots that are the two alleles of one inbred founder."""
    count = np.int64(0)
    for s in range(n_slots):
        for u in range(s):
            if slots[u] // 2 == slots[s] // 2 and inbreeding[slots[s] // 2] > 0.0:
                first[count] = u
                second[count] = s
                count += 1
    return count


@compiled
def urn_cost(tables: Any, chosen: Any, count: Any, known: Any, inbreeding: Any, k: Any) -> Any:
    """Return the number of multiplications that `urn_sum` needs at most with k alleles."""
    slots = np.empty(count + 1, np.int64)
    n_slots = _slots(tables, chosen, count, slots)
    scope = np.int64(0)
    for t in range(count):
        scope |= tables.of[SCOPE, chosen[t]]
    n_open = _open_slots(slots, n_slots, known)
    if n_open > _MOST_OPEN:
        return np.inf
    pairs = np.empty(n_slots + 1, np.int64)
    n_pairs = _inbred_pairs(slots, n_slots, inbreeding, pairs, pairs)
    partitions = 0.5 * 3.0 ** max(n_open - 1, 0) + 2.0 * 2.0**n_open * k
    own = 2.0**n_pairs * (partitions + 1.0 * n_slots * k)
    return cells_float(scope, tables.size_of) * (1.0 * count * k + own)


@compiled
def _partition_sum(n: Any, total_weight: Any, room: Any) -> Any:
    """Return the expectation of prod_s sum_a q_a m_s(a), m in the first n rows of ``waiting``.

    ``room.weights`` are those of the Dirichlet law of q, ``total_weight`` is their sum.
    """
    messages, weights, products = room.waiting, room.weights, room.products
    blocks, totals = room.blocks, room.totals
    k = len(weights)
    products[0] = weights
    # In this order the subset without its lowest slot is still the last one of its size.
    for subset in range(1, 1 << n):
        low = 0
        while not (subset >> low) & 1:
            low += 1
        members = 0
        rest = subset
        factor = 1.0
        while rest:
            rest &= rest - 1
            factor *= max(members, 1)
            members += 1
        smaller = products[members - 1]
        larger = products[members]
        message = messages[low]
        total = 0.0
        for a in range(k):
            larger[a] = smaller[a] * message[a]
            total += larger[a]
        blocks[subset] = factor * total
    totals[0] = 1.0
    top = np.int64(1)
    for s in range(n):
        # The block of the highest slot, and any partition of the rest.
        top = np.int64(1) << s
        first = top if s < n - 1 else 2 * top - 1
        for subset in range(first, 2 * top):
            others = subset ^ top
            total = 0.0
            part = others
            while True:
                total += blocks[top | part] * totals[others ^ part]
                if part == 0:
                    break
                part = (part - 1) & others
            totals[subset] = total
    rising = 1.0
    for j in range(n):
        rising *= total_weight + j
    return totals[(1 << n) - 1] / rising


@compiled
def _expectation(n: Any, model: Any, room: Any) -> Any:
    """Return the expectation of prod_s m_s(allele of slot s) for n rows of ``active``.

    A slot that allows one allele is drawn at once and changes the weights for the others; one
    that allows all alleles alike integrates out. The order of draws does not matter.
    """
    alpha = (1.0 - model.theta) / model.theta
    k = len(model.frequencies)
    weights = room.weights
    for a in range(k):
        weights[a] = alpha * model.frequencies[a]
    total_weight = alpha
    value = 1.0
    n_waiting = np.int64(0)
    for s in range(n):
        message = room.active[s]
        allele = -1
        several = False
        constant = True
        for a in range(k):
            if message[a] != 0.0:
                several = allele >= 0
                allele = a
                if several:
                    break
        if allele < 0:
            return 0.0
        if not several:
            value *= message[allele] * weights[allele] / total_weight
            weights[allele] += 1.0
            total_weight += 1.0
            continue
        for a in range(1, k):
            if message[a] != message[0]:
                constant = False
                break
        if constant:
            value *= message[0]
            continue
        room.waiting[n_waiting] = message
        n_waiting += 1
    if n_waiting == 0:
        return value
    return value * _partition_sum(n_waiting, total_weight, room)


@compiled
def _over_autozygosity(
    n_slots: Any, inbreeding: Any, first: Any, second: Any, n_pairs: Any, model: Any, room: Any
) -> Any:
    """Return the expectation over the urn and over which inbred founders carry one draw twice.

    ``inbreeding`` is by pair; ``first`` and ``second`` are the slots of the pairs.
    """
    twice = np.zeros(n_slots, np.bool_)
    result = 0.0
    for choice in range(1 << n_pairs):
        weight = 1.0
        twice[:] = False
        for j in range(n_pairs):
            if (choice >> j) & 1:
                weight *= inbreeding[j]
                twice[second[j]] = True
            else:
                weight *= 1.0 - inbreeding[j]
        if weight == 0.0:
            continue
        n_active = np.int64(0)
        for s in range(n_slots):
            if twice[s]:
                continue
            room.active[n_active] = room.messages[s]
            for j in range(n_pairs):
                if first[j] == s and twice[second[j]]:
                    room.active[n_active] *= room.messages[second[j]]
            n_active += 1
        result += weight * _expectation(n_active, model, room)
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
    slots = np.empty(count + 1, np.int64)
    n_slots = _slots(tables, chosen, count, slots)
    slot_of = np.full(count, -1)
    for t in range(count):
        for s in range(n_slots):
            if slots[s] == tables.of[AXIS, chosen[t]]:
                slot_of[t] = s
    first = np.empty(n_slots + 1, np.int64)
    second = np.empty(n_slots + 1, np.int64)
    n_pairs = _inbred_pairs(slots, n_slots, descent.inbreeding, first, second)
    inbreeding = np.empty(n_pairs)
    for j in range(n_pairs):
        inbreeding[j] = descent.inbreeding[slots[first[j]] // 2]
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
    rows = n_slots + 1
    subsets = 1 << _open_slots(slots, n_slots, known)
    room = Room(
        np.empty((rows, k)),
        np.empty((rows, k)),
        np.empty((rows, k)),
        np.empty(k),
        np.empty((rows, k)),
        np.empty(subsets),
        np.empty(subsets),
    )
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
        for t in range(count):
            if slot_of[t] < 0:
                scalar *= pool[place[t]]
        if scalar != 0.0:
            room.messages[:] = 1.0
            for t in range(count):
                if slot_of[t] >= 0:
                    room.messages[slot_of[t]] *= pool[place[t] : place[t] + k]
            if n_pairs == 0:
                room.active[:] = room.messages
                out[place[count]] += scalar * _expectation(n_slots, model, room)
            else:
                out[place[count]] += scalar * _over_autozygosity(
                    n_slots, inbreeding, first, second, n_pairs, model, room
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
