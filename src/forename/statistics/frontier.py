"""The order in which a component is summed: one vertex at a time, remembering only a frontier.

A step takes one vertex (a row or a family) and decides which of its placements not yet decided
is used, if any. Afterwards only *which vertices that still matter are used up* has to be
remembered: the frontier, one bit for each vertex that has met a decided placement and still has
an undecided one. The cost is two to the width of the frontier times the placements of the step.
See ``docs/methods/joint-answer.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from forename.statistics.placements import Array, BoolArray, IntArray, Placements

MAX_WIDTH = 26
_CANDIDATES = 64
# Plans that cost more than _CHEAP are compared with those from _STARTS other beginnings.
_CHEAP = 2.0**20
_STARTS = 12


class Steps(NamedTuple):
    """The bits of every step, flat, for the compiled recursions.

    Step t decides the placements ``step_start[t]`` up to ``step_start[t + 1]``. ``width`` (T + 1,)
    is the number of bits before each step and after the last, ``state_start`` (T + 2,) the offset
    of their states. ``taken`` (E,) are a placement's bits before its step and ``given`` (E,) after
    it. Bit p before step t becomes ``new_bit[bit_start[t] + p]``, 0 when its vertex leaves.
    """

    width: IntArray
    state_start: IntArray
    step_start: IntArray
    taken: IntArray
    given: IntArray
    bit_start: IntArray
    new_bit: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The steps for one component with V vertices, E placements and T steps.

    ``placements`` are in the order of the steps; ``selection`` (E,) are their numbers as they
    were given. ``vertices`` (V,) are the component's vertices in the problem and ``members``
    (V, E) says which placement uses which. ``leaving[t]`` are the (bit position, vertex) that
    leave the frontier in step t, ``passing[t]`` the vertices that come and go within it.
    ``cost`` counts the states times the choices.
    """

    placements: Placements
    selection: IntArray
    vertices: IntArray
    members: BoolArray
    steps: Steps
    leaving: tuple[tuple[tuple[int, int], ...], ...]
    passing: tuple[tuple[int, ...], ...]
    cost: float

    @property
    def n_steps(self) -> int:
        """Number of steps."""
        return len(self.steps.step_start) - 1


def plan_component(placements: Placements, max_cost: float = float("inf")) -> Plan | None:
    """Order one component's placements, or return None when the order found costs too much.

    The order is greedy: the next vertex is the one that leaves the narrowest frontier. Rows and
    families are treated alike, so the cheaper side of a dense component is found by itself.
    Costly plans are compared with those of other first vertices.
    """
    least = _least_neighbours(placements)
    if least > MAX_WIDTH:
        return None
    vertices, members = _membership(placements)
    shared = _shared(members)
    found = _greedy_order(members, shared, max_cost)
    if found is None or (found.cost > _CHEAP and found.width > least):
        # Where to begin matters severalfold and can only be found out by trying.
        for start in np.argsort(np.diag(shared), kind="stable")[:_STARTS]:
            limit = max_cost if found is None else found.cost
            found = _greedy_order(members, shared, limit, int(start)) or found
    return None if found is None else _build(placements, vertices, members, found.order)


class _Order(NamedTuple):
    """Vertices in the order of their steps, with the cost and the widest frontier of the plan."""

    order: list[int]
    cost: float
    width: int


def _membership(placements: Placements) -> tuple[IntArray, BoolArray]:
    owner = placements.owner
    vertices = np.unique(np.concatenate([placements.rows, placements.family]))
    members = np.zeros((len(vertices), len(placements)), bool)
    members[np.searchsorted(vertices, placements.rows), owner] = True
    members[np.searchsorted(vertices, placements.family), np.arange(len(placements))] = True
    return vertices.astype(np.int64), members


def _shared(members: BoolArray) -> Array:
    """Return the number of placements that each two vertices share."""
    counts = members.astype(np.float32)
    return np.asarray(counts @ counts.T, dtype=np.float64)


def _least_neighbours(placements: Placements) -> int:
    """Return the least number of families of a row, or rows of a family, if less.

    Above 1 no order has a narrower frontier: the first step, wherever it is, leaves that many
    vertices behind, and each of them still has other neighbours.
    """
    links = np.unique(placements.rows * placements.n_vertices + placements.family[placements.owner])
    rows, families = np.divmod(links, placements.n_vertices)
    degree = np.bincount(np.concatenate([rows, families]))
    return int(degree[degree > 0].min())


def _greedy_order(
    members: BoolArray, shared: Array, max_cost: float, start: int | None = None
) -> _Order | None:
    """Return an order that costs no more than ``max_cost``, or None; ``start`` comes first."""
    n_vertices = len(members)
    shared = shared.copy()
    undecided = np.ones(members.shape[1], bool)
    touched = np.zeros(n_vertices, bool)
    width, widest, cost = 0, 0, 0.0
    order: list[int] = []
    while undecided.any():
        left = np.diag(shared)
        candidates = np.flatnonzero(left > 0)
        if start is not None and not order:
            candidates = np.array([start])
        elif len(candidates) > _CANDIDATES:
            candidates = _near(candidates, touched, shared)
        links = shared[candidates]
        remembered = (touched | (links > 0)) & (left - links > 0)
        widths = remembered.sum(axis=1)
        ties = (candidates, left[candidates], ~touched[candidates], widths)
        best = int(candidates[np.lexsort(ties)[0]])
        decided = undecided & members[best]
        cost += 2.0**width * (1 + int(decided.sum()))
        touched |= shared[best] > 0
        undecided &= ~decided
        block = members[:, decided]
        present = np.flatnonzero(block.any(axis=1))
        shared[np.ix_(present, present)] -= _shared(block[present])
        width = int((touched & (np.diag(shared) > 0)).sum())
        widest = max(widest, width)
        order.append(best)
        if width > MAX_WIDTH or cost > max_cost:
            return None
    return _Order(order, cost, widest)


def _near(candidates: IntArray, touched: BoolArray, shared: Array) -> IntArray:
    """Return at most `_CANDIDATES` vertices, those of the frontier and its surroundings first."""
    frontier = candidates[touched[candidates]]
    near = candidates[(shared[np.ix_(candidates, frontier)] > 0).any(axis=1)]
    if not len(near):
        near = candidates[np.argsort(np.diag(shared)[candidates], kind="stable")]
    chosen = np.concatenate([frontier, np.setdiff1d(near, frontier, assume_unique=True)])
    return chosen[:_CANDIDATES]


def _build(
    placements: Placements, vertices: IntArray, members: BoolArray, order: list[int]
) -> Plan:
    n_vertices = len(vertices)
    left = members.sum(axis=1)
    undecided = np.ones(len(placements), bool)
    frontier: list[int] = []
    sequence, taken, given, new_bits = [], [], [], []
    widths, bit_start, step_start = [0], [0], [0]
    leaving: list[tuple[tuple[int, int], ...]] = []
    passing: list[tuple[int, ...]] = []
    cost = 0.0
    for vertex in order:
        decided = np.flatnonzero(undecided & members[vertex])
        undecided[decided] = False
        block = members[:, decided]
        left = left - block.sum(axis=1)
        old_bit = np.zeros(n_vertices, np.int64)
        old_bit[frontier] = 1 << np.arange(len(frontier), dtype=np.int64)
        arrived = [int(x) for x in np.flatnonzero(block.any(axis=1)) if old_bit[x] == 0]
        after = [x for x in [*frontier, *arrived] if left[x] > 0]
        new_bit = np.zeros(n_vertices, np.int64)
        new_bit[after] = 1 << np.arange(len(after), dtype=np.int64)
        sequence.append(decided)
        taken.append(old_bit @ block)
        given.append(new_bit @ block)
        new_bits.append(new_bit[frontier])
        leaving.append(tuple((p, x) for p, x in enumerate(frontier) if left[x] == 0))
        passing.append(tuple(x for x in arrived if left[x] == 0))
        cost += 2.0 ** len(frontier) * (1 + len(decided))
        step_start.append(step_start[-1] + len(decided))
        bit_start.append(bit_start[-1] + len(frontier))
        frontier = after
        widths.append(len(frontier))
    chosen = np.concatenate(sequence)
    width = np.array(widths, np.int64)
    return Plan(
        placements.select(chosen),
        chosen,
        vertices,
        members[:, chosen],
        Steps(
            width,
            np.concatenate([[0], np.cumsum(2**width)]).astype(np.int64),
            np.array(step_start, np.int64),
            np.concatenate(taken),
            np.concatenate(given),
            np.array(bit_start, np.int64),
            np.concatenate(new_bits).astype(np.int64),
        ),
        tuple(leaving),
        tuple(passing),
        cost,
    )
