"""Compiled recursions over the states of a `Plan`: sums, and maxima, of assignment weights.

Every term is non-negative: nothing is ever subtracted, so nothing cancels. A state is a set of
used frontier vertices, its number the bits of that set. Sums work on scaled weights (each at most
1), maxima on natural logarithms. Where the prior depends on the number of pairings, every state
carries one value for each number; otherwise there is one value.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from forename.statistics.frontier import Steps
from forename.statistics.placements import Array, IntArray


@njit(cache=True, nogil=True)
def _targets(width: int, new_bits: IntArray) -> IntArray:
    """Return the state after the step for every state before it, when nothing is placed."""
    target = np.zeros(1 << width, np.int64)
    for p in range(width):
        half = 1 << p
        for state in range(half):
            target[half + state] = target[state] | new_bits[p]
    return target


@njit(cache=True, nogil=True)
def _idle_factors(width: int, idle: Array) -> Array:
    """Return for every state the product of ``idle`` over the bits not set; one 1 if all are."""
    if not (idle != 1.0).any():
        return np.ones(1)
    factor = np.ones(1 << width)
    for p in range(width):
        half = 1 << p
        for state in range(half):
            factor[half + state] = factor[state]
            factor[state] *= idle[p]
    return factor


@njit(cache=True, nogil=True)
def sum_forward(
    steps: Steps,
    counts: IntArray,
    weight: Array,
    stay: Array,
    idle: Array,
    n_counts: int,
) -> Array:
    """Return the summed weight of everything decided before each state (states, n_counts)."""
    before = np.zeros((steps.state_start[-1], n_counts))
    before[0, 0] = 1.0
    for t in range(len(steps.step_start) - 1):
        bits = slice(steps.bit_start[t], steps.bit_start[t + 1])
        target = _targets(steps.width[t], steps.new_bit[bits])
        factor = _idle_factors(steps.width[t], idle[bits])
        mask = len(factor) - 1
        here, there = steps.state_start[t], steps.state_start[t + 1]
        first, last = steps.step_start[t], steps.step_start[t + 1]
        for state in range(1 << steps.width[t]):
            present = False
            for k in range(n_counts):
                present |= before[here + state, k] > 0.0
            if not present:
                continue
            to = target[state]
            kept = stay[t] * factor[state & mask]
            for k in range(n_counts):
                before[there + to, k] += before[here + state, k] * kept
            for e in range(first, last):
                if state & steps.taken[e]:
                    continue
                gain = weight[e] * factor[(state | steps.taken[e]) & mask]
                reached = there + (to | steps.given[e])
                for k in range(n_counts - counts[e]):
                    before[reached, k + counts[e]] += before[here + state, k] * gain
    return before


@njit(cache=True, nogil=True)
def sum_backward(
    steps: Steps,
    counts: IntArray,
    weight: Array,
    stay: Array,
    idle: Array,
    before: Array,
    final: Array,
) -> tuple[Array, Array, Array]:
    """Return the weight through each placement (E,), each idle step (T,), each unused bit.

    ``before`` is what `sum_forward` returned, ``final`` (n_counts,) the weight of each number of
    pairings at the end. The third value holds, for the bit of a vertex that leaves, the weight of
    all assignments that never use that vertex (0 for other bits).
    """
    n_counts = len(final)
    through = np.zeros(len(weight))
    resting = np.zeros(len(steps.step_start) - 1)
    unused = np.zeros(len(steps.new_bit))
    after = np.zeros((1, n_counts))
    after[0] = final
    for t in range(len(steps.step_start) - 2, -1, -1):
        bits = slice(steps.bit_start[t], steps.bit_start[t + 1])
        target = _targets(steps.width[t], steps.new_bit[bits])
        factor = _idle_factors(steps.width[t], idle[bits])
        mask = len(factor) - 1
        here = steps.state_start[t]
        first, last = steps.step_start[t], steps.step_start[t + 1]
        n_states = 1 << steps.width[t]
        some_leave = (steps.new_bit[bits] == 0).any()
        used = np.zeros(n_states if some_leave else 1)
        value = np.zeros((n_states, n_counts))
        for state in range(n_states):
            present = False
            for k in range(n_counts):
                present |= before[here + state, k] > 0.0
            if not present:
                continue
            to = target[state]
            kept = stay[t] * factor[state & mask]
            mass = 0.0
            for k in range(n_counts):
                rest = kept * after[to, k]
                value[state, k] += rest
                mass += before[here + state, k] * rest
            resting[t] += mass
            if some_leave:
                used[state] += mass
            for e in range(first, last):
                if state & steps.taken[e]:
                    continue
                gain = weight[e] * factor[(state | steps.taken[e]) & mask]
                mass = 0.0
                for k in range(n_counts - counts[e]):
                    rest = gain * after[to | steps.given[e], k + counts[e]]
                    value[state, k] += rest
                    mass += before[here + state, k] * rest
                through[e] += mass
                if some_leave:
                    used[state | steps.taken[e]] += mass
        for p in range(steps.width[t]):
            if steps.new_bit[steps.bit_start[t] + p] == 0:
                for state in range(n_states):
                    if not (state >> p) & 1:
                        unused[steps.bit_start[t] + p] += used[state]
        after = value
    return through, resting, unused


@njit(cache=True, nogil=True)
def best_forward(
    steps: Steps,
    log_weight: Array,
) -> Array:
    """Return the largest log weight of everything decided before each state (states,)."""
    before = np.full(steps.state_start[-1], -np.inf)
    before[0] = 0.0
    for t in range(len(steps.step_start) - 1):
        target = _targets(steps.width[t], steps.new_bit[steps.bit_start[t] : steps.bit_start[t + 1]])
        here, there = steps.state_start[t], steps.state_start[t + 1]
        for state in range(1 << steps.width[t]):
            value = before[here + state]
            if value == -np.inf:
                continue
            to = target[state]
            before[there + to] = max(before[there + to], value)
            for e in range(steps.step_start[t], steps.step_start[t + 1]):
                if not state & steps.taken[e]:
                    reached = there + (to | steps.given[e])
                    before[reached] = max(before[reached], value + log_weight[e])
    return before


@njit(cache=True, nogil=True)
def best_backward(
    steps: Steps,
    counts: IntArray,
    log_weight: Array,
    n_counts: int,
) -> Array:
    """Return the largest log weight of what can follow each state (states, n_counts).

    Entry r is over what follows with exactly r more pairings; ``-inf`` where there is none.
    """
    after = np.full((steps.state_start[-1], n_counts), -np.inf)
    after[steps.state_start[-1] - 1, 0] = 0.0
    for t in range(len(steps.step_start) - 2, -1, -1):
        target = _targets(steps.width[t], steps.new_bit[steps.bit_start[t] : steps.bit_start[t + 1]])
        here, there = steps.state_start[t], steps.state_start[t + 1]
        for state in range(1 << steps.width[t]):
            to = target[state]
            for r in range(n_counts):
                after[here + state, r] = after[there + to, r]
            for e in range(steps.step_start[t], steps.step_start[t + 1]):
                if state & steps.taken[e]:
                    continue
                reached = there + (to | steps.given[e])
                for r in range(counts[e], n_counts):
                    after[here + state, r] = max(
                        after[here + state, r], log_weight[e] + after[reached, r - counts[e]]
                    )
    return after


@njit(cache=True, nogil=True)
def best_through(
    steps: Steps,
    log_weight: Array,
    before: Array,
    after: Array,
) -> tuple[Array, Array, Array]:
    """Return the best log weight through each placement, each idle step, each unused bit.

    The layout is that of `sum_backward`; ``-inf`` where no assignment passes.
    """
    through = np.full(len(log_weight), -np.inf)
    resting = np.full(len(steps.step_start) - 1, -np.inf)
    unused = np.full(len(steps.new_bit), -np.inf)
    for t in range(len(steps.step_start) - 1):
        target = _targets(steps.width[t], steps.new_bit[steps.bit_start[t] : steps.bit_start[t + 1]])
        here, there = steps.state_start[t], steps.state_start[t + 1]
        n_states = 1 << steps.width[t]
        used = np.full(n_states, -np.inf)
        for state in range(n_states):
            value = before[here + state]
            if value == -np.inf:
                continue
            to = target[state]
            used[state] = max(used[state], value + after[there + to])
            resting[t] = max(resting[t], value + after[there + to])
            for e in range(steps.step_start[t], steps.step_start[t + 1]):
                if state & steps.taken[e]:
                    continue
                best = value + log_weight[e] + after[there + (to | steps.given[e])]
                through[e] = max(through[e], best)
                used[state | steps.taken[e]] = max(used[state | steps.taken[e]], best)
        for p in range(steps.width[t]):
            if steps.new_bit[steps.bit_start[t] + p] == 0:
                for state in range(n_states):
                    if not (state >> p) & 1:
                        unused[steps.bit_start[t] + p] = max(unused[steps.bit_start[t] + p], used[state])
    return through, resting, unused
