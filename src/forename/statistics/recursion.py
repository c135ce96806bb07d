"""Compiled recursions over the states of a `Plan`: sums, and maxima, of assignment weights.

Every term is non-negative: nothing is ever subtracted, so nothing cancels. A state is a set of
used frontier vertices, its number the bits of that set. Sums work on scaled weights (each at most
1), maxima on natural logarithms. Values are stored as (n_counts, states): where the prior depends
on the number of pairings there is one plane for each number, otherwise a single plane.

States are visited in blocks that stay in the cache while all placements of the step pass over
them. In a step that no vertex leaves, a state keeps its number, so that a placement with bits
``given`` leads from state s to state s + given: contiguous runs. In other steps, states merge.
"""

from __future__ import annotations

import numpy as np

from forename.compiled import compiled
from forename.statistics.frontier import Steps
from forename.statistics.placements import Array, IntArray

_BLOCK = 1024
_SHORT_RUN = 8


@compiled
def _targets(width: int, new_bits: IntArray) -> IntArray:
    """Return the state after the step for every state before it, when nothing is placed."""
    target = np.zeros(1 << width, np.int64)
    for p in range(width):
        half = 1 << p
        for state in range(half):
            target[half + state] = target[state] | new_bits[p]
    return target


@compiled
def _idle_factors(width: int, idle: Array) -> Array:
    """Return for every state the product of ``idle`` over the bits that are not set."""
    factor = np.ones(1 << width)
    for p in range(width):
        half = 1 << p
        for state in range(half):
            factor[half + state] = factor[state]
            factor[state] *= idle[p]
    return factor


@compiled
def _some_leave(new_bits: IntArray) -> bool:
    return bool((new_bits == 0).any())


@compiled
def _runs(base: int, end: int, taken: int) -> tuple[int, int, int]:
    """Return start, length and stride of the runs of states of a block that lack ``taken``.

    Length 0 stands for "no such state", -1 for runs too short to be worth it.
    """
    if taken == 0:
        return base, end - base, end - base
    if taken & (taken - 1) or taken < _SHORT_RUN:
        return base, -1, 1
    if taken >= end - base:
        return base, 0 if base & taken else end - base, end - base
    return base, taken, 2 * taken


@compiled
def _push(
    here: Array, there: Array, base: int, end: int, taken: int, given: int, weight: float
) -> None:
    start, length, stride = _runs(base, end, taken)
    if length < 0:
        for state in range(base, end):
            if state & taken == 0:
                there[state + given] += here[state] * weight
    elif length > 0:
        for low in range(start, end, stride):
            source = here[low : low + length]
            goal = there[low + given : low + given + length]
            for i in range(length):
                goal[i] += source[i] * weight


@compiled
def _pull(
    before: Array,
    here: Array,
    there: Array,
    base: int,
    end: int,
    taken: int,
    given: int,
    weight: float,
) -> float:
    """Add what follows through one placement to ``here``; return the mass that passes."""
    mass = 0.0
    start, length, stride = _runs(base, end, taken)
    if length < 0:
        for state in range(base, end):
            if state & taken == 0:
                rest = there[state + given] * weight
                here[state] += rest
                mass += before[state] * rest
    elif length > 0:
        for low in range(start, end, stride):
            source = there[low + given : low + given + length]
            goal = here[low : low + length]
            past = before[low : low + length]
            for i in range(length):
                rest = source[i] * weight
                goal[i] += rest
                mass += past[i] * rest
    return mass


@compiled
def _any_above(values: Array, base: int, end: int, floor: float) -> bool:
    for state in range(base, end):  # noqa: SIM110  numba compiles no generators
        if values[state] > floor:
            return True
    return False


@compiled
def sum_forward(
    steps: Steps, counts: IntArray, weight: Array, stay: Array, idle: Array, n_counts: int
) -> Array:
    """Return the summed weight of everything decided before each state (n_counts, states).

    ``weight`` (E,) are scaled; ``stay`` (T,) is the factor of placing nothing in a step and
    ``idle`` the factor of a leaving vertex that was not used, by bit.
    """
    total = np.zeros((n_counts, steps.state_start[-1]))
    total[0, 0] = 1.0
    for t in range(len(steps.step_start) - 1):
        start, middle = steps.state_start[t], steps.state_start[t + 1]
        here, there = total[:, start:middle], total[:, middle : steps.state_start[t + 2]]
        bits = slice(steps.bit_start[t], steps.bit_start[t + 1])
        step = range(steps.step_start[t], steps.step_start[t + 1])
        n_states = 1 << steps.width[t]
        if _some_leave(steps.new_bit[bits]):
            target = _targets(steps.width[t], steps.new_bit[bits])
            factor = _idle_factors(steps.width[t], idle[bits])
            for k in range(n_counts):
                if not _any_above(here[k], 0, n_states, 0.0):
                    continue
                for state in range(n_states):
                    there[k, target[state]] += here[k, state] * stay[t] * factor[state]
                for e in step:
                    taken, given, up = steps.taken[e], steps.given[e], k + counts[e]
                    if up < n_counts:
                        for state in range(n_states):
                            if state & taken == 0:
                                there[up, target[state] | given] += (
                                    here[k, state] * weight[e] * factor[state | taken]
                                )
            continue
        for base in range(0, n_states, _BLOCK):
            end = min(base + _BLOCK, n_states)
            for k in range(n_counts):
                if not _any_above(here[k], base, end, 0.0):
                    continue
                for state in range(base, end):
                    there[k, state] += here[k, state] * stay[t]
                for e in step:
                    up = k + counts[e]
                    if up < n_counts:
                        _push(
                            here[k], there[up], base, end, steps.taken[e], steps.given[e], weight[e]
                        )
    return total


@compiled
def sum_backward(
    steps: Steps,
    counts: IntArray,
    weight: Array,
    stay: Array,
    idle: Array,
    total: Array,
    final: Array,
) -> tuple[Array, Array, Array]:
    """Return the weight through each placement (E,), each idle step (T,), each unused bit.

    ``total`` is what `sum_forward` returned, ``final`` (n_counts,) the weight of each number of
    pairings at the end. The third value holds, for the bit of a vertex that leaves, the weight of
    all assignments that never use that vertex (0 for other bits).
    """
    n_counts = len(final)
    through = np.zeros(len(weight))
    resting = np.zeros(len(steps.step_start) - 1)
    unused = np.zeros(len(steps.new_bit))
    there = np.zeros((n_counts, 1))
    there[:, 0] = final
    for t in range(len(steps.step_start) - 2, -1, -1):
        before = total[:, steps.state_start[t] : steps.state_start[t + 1]]
        bits = slice(steps.bit_start[t], steps.bit_start[t + 1])
        step = range(steps.step_start[t], steps.step_start[t + 1])
        n_states = 1 << steps.width[t]
        here = np.zeros((n_counts, n_states))
        if _some_leave(steps.new_bit[bits]):
            target = _targets(steps.width[t], steps.new_bit[bits])
            factor = _idle_factors(steps.width[t], idle[bits])
            used = np.zeros(n_states)
            for k in range(n_counts):
                if not _any_above(before[k], 0, n_states, 0.0):
                    continue
                for state in range(n_states):
                    rest = there[k, target[state]] * stay[t] * factor[state]
                    here[k, state] += rest
                    resting[t] += before[k, state] * rest
                    used[state] += before[k, state] * rest
                for e in step:
                    taken, given, up = steps.taken[e], steps.given[e], k + counts[e]
                    if up < n_counts:
                        for state in range(n_states):
                            if state & taken == 0:
                                reached = target[state] | given
                                rest = there[up, reached] * weight[e] * factor[state | taken]
                                here[k, state] += rest
                                through[e] += before[k, state] * rest
                                used[state | taken] += before[k, state] * rest
            for p in range(steps.width[t]):
                if steps.new_bit[steps.bit_start[t] + p] == 0:
                    for state in range(n_states):
                        if not (state >> p) & 1:
                            unused[steps.bit_start[t] + p] += used[state]
            there = here
            continue
        for base in range(0, n_states, _BLOCK):
            end = min(base + _BLOCK, n_states)
            for k in range(n_counts):
                if not _any_above(before[k], base, end, 0.0):
                    continue
                for state in range(base, end):
                    rest = there[k, state] * stay[t]
                    here[k, state] += rest
                    resting[t] += before[k, state] * rest
                for e in step:
                    up = k + counts[e]
                    if up < n_counts:
                        through[e] += _pull(
                            before[k],
                            here[k],
                            there[up],
                            base,
                            end,
                            steps.taken[e],
                            steps.given[e],
                            weight[e],
                        )
        there = here
    return through, resting, unused


@compiled
def _pull_best(
    here: Array, there: Array, base: int, end: int, taken: int, given: int, log_weight: float
) -> None:
    start, length, stride = _runs(base, end, taken)
    if length < 0:
        for state in range(base, end):
            if state & taken == 0:
                here[state] = max(here[state], there[state + given] + log_weight)
    elif length > 0:
        for low in range(start, end, stride):
            source = there[low + given : low + given + length]
            goal = here[low : low + length]
            for i in range(length):
                value = source[i] + log_weight
                goal[i] = max(goal[i], value)


@compiled
def best_backward(steps: Steps, counts: IntArray, log_weight: Array, n_counts: int) -> Array:
    """Return the largest log weight of what can follow each state (n_counts, states).

    Plane r is over what follows with exactly r more pairings; ``-inf`` where there is none.
    """
    best = np.full((n_counts, steps.state_start[-1]), -np.inf)
    best[0, -1] = 0.0
    for t in range(len(steps.step_start) - 2, -1, -1):
        start, middle = steps.state_start[t], steps.state_start[t + 1]
        here, there = best[:, start:middle], best[:, middle : steps.state_start[t + 2]]
        bits = slice(steps.bit_start[t], steps.bit_start[t + 1])
        step = range(steps.step_start[t], steps.step_start[t + 1])
        n_states = 1 << steps.width[t]
        possible = np.zeros(n_counts, np.bool_)
        for r in range(n_counts):
            possible[r] = _any_above(there[r], 0, there.shape[1], -np.inf)
        if _some_leave(steps.new_bit[bits]):
            target = _targets(steps.width[t], steps.new_bit[bits])
            for r in range(n_counts):
                for state in range(n_states):
                    here[r, state] = there[r, target[state]]
                for e in step:
                    taken, given = steps.taken[e], steps.given[e]
                    if counts[e] > r or not possible[r - counts[e]]:
                        continue
                    for state in range(n_states):
                        if state & taken == 0:
                            rest = there[r - counts[e], target[state] | given]
                            here[r, state] = max(here[r, state], rest + log_weight[e])
            continue
        for base in range(0, n_states, _BLOCK):
            end = min(base + _BLOCK, n_states)
            for r in range(n_counts):
                here[r, base:end] = there[r, base:end]
                for e in step:
                    if counts[e] <= r and possible[r - counts[e]]:
                        _pull_best(
                            here[r],
                            there[r - counts[e]],
                            base,
                            end,
                            steps.taken[e],
                            steps.given[e],
                            log_weight[e],
                        )
    return best


@compiled
def best_forward(steps: Steps, log_weight: Array) -> Array:
    """Return the largest log weight of everything decided before each state (states,)."""
    best = np.full(steps.state_start[-1], -np.inf)
    best[0] = 0.0
    for t in range(len(steps.step_start) - 1):
        start, middle = steps.state_start[t], steps.state_start[t + 1]
        here, there = best[start:middle], best[middle : steps.state_start[t + 2]]
        target = _targets(
            steps.width[t], steps.new_bit[steps.bit_start[t] : steps.bit_start[t + 1]]
        )
        for state in range(1 << steps.width[t]):
            value, to = here[state], target[state]
            if value == -np.inf:
                continue
            there[to] = max(there[to], value)
            for e in range(steps.step_start[t], steps.step_start[t + 1]):
                if state & steps.taken[e] == 0:
                    reached = to | steps.given[e]
                    there[reached] = max(there[reached], value + log_weight[e])
    return best


@compiled
def best_through(
    steps: Steps, log_weight: Array, before: Array, after: Array
) -> tuple[Array, Array, Array]:
    """Return the best log weight through each placement, each idle step, each unused bit.

    ``before`` and ``after`` (states,) come from `best_forward` and `best_backward`. The layout is
    that of `sum_backward`; ``-inf`` where no assignment passes.
    """
    through = np.full(len(log_weight), -np.inf)
    resting = np.full(len(steps.step_start) - 1, -np.inf)
    unused = np.full(len(steps.new_bit), -np.inf)
    for t in range(len(steps.step_start) - 1):
        target = _targets(
            steps.width[t], steps.new_bit[steps.bit_start[t] : steps.bit_start[t + 1]]
        )
        here, there = steps.state_start[t], steps.state_start[t + 1]
        used = np.full(1 << steps.width[t], -np.inf)
        for state in range(1 << steps.width[t]):
            value, to = before[here + state], target[state]
            if value == -np.inf:
                continue
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
                for state in range(1 << steps.width[t]):
                    if not (state >> p) & 1:
                        unused[steps.bit_start[t] + p] = max(
                            unused[steps.bit_start[t] + p], used[state]
                        )
    return through, resting, unused
