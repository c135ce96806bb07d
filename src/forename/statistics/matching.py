"""The best assignment with each pairing forced, in polynomial time, for families of one missing.

Shortest augmenting paths give an optimal assignment with prices that prove it. Forcing row i into
column j costs the pairing's slack plus the cheapest chain of displacements that gives everybody
else a place again: the shortest path from the row that held j to row i. All such paths are found
at once (Floyd and Warshall). See ``docs/methods/joint-answer.md``.
"""

from __future__ import annotations

import numpy as np

from forename.compiled import compiled
from forename.statistics.placements import Array, IntArray


@compiled
def _assign(cost: Array) -> tuple[IntArray, Array, Array]:
    """Return the row of each column (-1 free) in a cheapest assignment, and the prices of both.

    Every row (n) gets one of the columns (m >= n); costs are finite or inf. No cost is less than
    its row's and its column's price together, no column's price is positive, and a free column's
    is 0. Kuhn's method with shortest augmenting paths (Jonker and Volgenant 1987, Computing 38,
    325-340), O(n^2 m).
    """
    n, m = cost.shape
    row_price, column_price = np.zeros(n + 1), np.zeros(m + 1)
    holder = np.full(m + 1, -1)  # entry m is the row being placed
    for row in range(n):
        holder[m] = row
        at = m
        nearest = np.full(m + 1, np.inf)
        previous = np.full(m + 1, -1)
        done = np.zeros(m + 1, np.bool_)
        while holder[at] >= 0:
            done[at] = True
            i = int(holder[at])
            step = np.inf
            following = -1
            for j in range(m):
                if done[j]:
                    continue
                slack = cost[i, j] - row_price[i] - column_price[j]
                if slack < nearest[j]:
                    nearest[j], previous[j] = slack, at
                if nearest[j] < step:
                    step, following = nearest[j], j
            for j in range(m + 1):
                if done[j]:
                    row_price[holder[j]] += step
                    column_price[j] -= step
                else:
                    nearest[j] -= step
            at = following
        while at != m:
            holder[at] = holder[previous[at]]
            at = previous[at]
    return holder[:m].copy(), row_price[:n].copy(), column_price[:m].copy()


@compiled
def _chains(holder: IntArray, slack: Array) -> Array:
    """Return the cheapest chain of displacements between rows; index n stands for nobody.

    ``slack`` (n + 1, m) holds the price of leaving a column empty in its last row.
    """
    n, m = slack.shape[0] - 1, slack.shape[1]
    distance = np.full((n + 1, n + 1), np.inf)
    for j in range(m):
        # Whoever takes column j displaces its holder, or nobody if it was free.
        to = holder[j] if holder[j] >= 0 else n
        for i in range(n + 1):
            distance[i, to] = min(distance[i, to], slack[i, j])
    for i in range(n + 1):
        distance[i, i] = 0.0
    for middle in range(n + 1):
        for i in range(n + 1):
            for j in range(n + 1):
                through = distance[i, middle] + distance[middle, j]
                distance[i, j] = min(distance[i, j], through)
    return distance


def forced_losses(log_weights: Array) -> tuple[Array, Array]:
    """Return how much the best log weight falls when a pairing is forced, or a row left out.

    ``log_weights`` (n, m) natural, -inf impossible. Returns (n, m) and (n,) losses, >= 0, inf
    where impossible.
    """
    n, m = log_weights.shape
    holder, row_price, column_price = _assign(_costs(log_weights))
    priced = _costs(log_weights) - row_price[:, np.newaxis] - column_price
    slack = np.vstack([np.maximum(priced, 0.0), -column_price])
    distance = _chains(holder, slack)
    displaced = np.where(holder >= 0, holder, n)
    loss = slack[:n] + distance[displaced][:, :n].T
    return loss[:, :m], loss[:, m:].min(axis=1)


def tight_potentials(log_weights: Array) -> tuple[Array, Array]:
    """Return potentials (n,) and (m,), >= 0, that exceed no weight by more than is needed.

    A row's and a column's potential together are at least their log weight (-inf impossible), and
    the sum of all potentials is the log weight of the best assignment.
    """
    _, row_price, column_price = _assign(_costs(log_weights))
    m = log_weights.shape[1]
    return np.maximum(-row_price, 0.0), np.maximum(-column_price[:m], 0.0)


def _costs(log_weights: Array) -> Array:
    """Return costs with n more columns of cost 0, which stand for "none of them"."""
    n = len(log_weights)
    return np.hstack([-log_weights, np.zeros((n, n))])
