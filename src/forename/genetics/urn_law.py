"""The law of founder alleles under coancestry: draws from one urn, their expectation exact.

The alleles are independent given frequencies q, which follow a Dirichlet law of weights alpha p,
alpha = (1 - theta) / theta. A draw that is known adds one to the weight of its allele. For the
others, each with a message m(a) = P(what is seen below | allele a),

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


class Room(NamedTuple):
    """Memory of one sum.

    ``base`` are the weights alpha p before any draw, ``drawn`` counts the known draws, both by
    allele; ``active`` and ``waiting`` have a row of messages for each slot; ``weights`` are those
    after all known draws. The rest is by subset of slots, ``orders`` being (size - 1)!.
    """

    base: Any
    drawn: Any
    active: Any
    waiting: Any
    weights: Any
    orders: Any
    products: Any
    blocks: Any
    totals: Any


@compiled
def new_room(slots: Any, n_open: Any, model: Any) -> Any:
    """Return room for so many slots, of which ``n_open`` may be summed over partitions."""
    alpha = (1.0 - model.theta) / model.theta
    k = len(model.frequencies)
    subsets = 1 << n_open
    orders = np.ones(subsets)
    for subset in range(1, subsets):
        size = 0
        rest = subset
        while rest:
            rest &= rest - 1
            orders[subset] *= max(size, 1)
            size += 1
    return Room(
        alpha * model.frequencies,
        np.zeros(k, np.int64),
        np.empty((slots, k)),
        np.empty((slots, k)),
        np.empty(k),
        orders,
        np.empty(subsets),
        np.empty(subsets),
        np.empty(subsets),
    )


@compiled
def partition_cost(n_open: Any, alleles: Any) -> Any:
    """Return the multiplications that `expectation` needs for so many slots not known."""
    if n_open == 0:
        return 1.0
    # Vector instructions form four blocks in the time of one multiplication elsewhere.
    return 0.5 * 3.0 ** (n_open - 1) + (0.25 * 2.0**n_open + 2.0 * n_open) * alleles


@compiled
def _block_weights(n: Any, room: Any) -> None:
    """Write the weight of every block: (|B| - 1)! sum_a w_a prod_{s in B} m_s(a)."""
    messages, products, blocks = room.waiting, room.products, room.blocks
    blocks[: 1 << n] = 0.0
    for a in range(len(room.weights)):
        products[0] = room.weights[a]
        for s in range(n):
            # Views, not offsets: the compiler then uses vector instructions.
            size = 1 << s
            without = products[:size]
            larger = products[size : 2 * size]
            factor = messages[s, a]
            for subset in range(size):
                larger[subset] = without[subset] * factor
        for subset in range(1 << n):
            blocks[subset] += products[subset]
    for subset in range(1 << n):
        blocks[subset] *= room.orders[subset]


@compiled
def _partition_sum(n: Any, total_weight: Any, room: Any) -> Any:
    """Return the expectation of prod_s sum_a q_a m_s(a), m in the first n rows of ``waiting``.

    ``room.weights`` are those of the Dirichlet law of q, ``total_weight`` is their sum.
    """
    _block_weights(n, room)
    blocks, totals = room.blocks, room.totals
    totals[0] = 1.0
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
def expectation(n: Any, alpha: Any, n_drawn: Any, room: Any) -> Any:
    """Return the expectation of prod_s m_s(allele of slot s), m in the first n rows of ``active``.

    ``room.drawn`` are the ``n_drawn`` draws that are known. A slot that allows one allele is drawn
    at once; one that allows all alleles alike integrates out: the order of draws does not matter.
    """
    if n == 0:
        return 1.0
    weights = room.weights
    k = len(weights)
    for a in range(k):
        weights[a] = room.base[a] + room.drawn[a]
    total_weight = alpha + n_drawn
    value = 1.0
    n_waiting = np.int64(0)
    for s in range(n):
        message = room.active[s]
        first = 0
        while first < k and message[first] == 0.0:
            first += 1
        if first == k:
            return 0.0
        other = first + 1
        while other < k and message[other] == 0.0:
            other += 1
        if other == k:
            value *= message[first] * weights[first] / total_weight
            weights[first] += 1.0
            total_weight += 1.0
            continue
        differs = 1
        while differs < k and message[differs] == message[0]:
            differs += 1
        if differs == k:
            value *= message[0]
            continue
        row = room.waiting[n_waiting]
        for a in range(k):
            row[a] = message[a]
        n_waiting += 1
    if n_waiting == 0:
        return value
    return value * _partition_sum(n_waiting, total_weight, room)
