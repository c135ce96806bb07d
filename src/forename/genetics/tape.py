"""The tape of an elimination: every step with the shape of its result, before any number.

A plan is written once for a pedigree and read for every marker that is alike: it names tables
by their variables, not by their sizes, so that phases, alleles and genotypes may be more or fewer.
`measure` then finds room for the tables of one marker and the cost of its steps.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled

MAX_VARIABLES = 62  # one bit each in a signed 64-bit scope
_LARGEST_TABLE = 2.0**28

# Rows of Tables.of.
SCOPE = 0
AXIS = 1
START = 2
ALIVE = 3

# Entries of Tables.head.
N_TABLES = 0
N_STEPS = 1
N_SOURCES = 2
PENDING = 3  # the first source that no step has taken yet
USED = 4  # bit mask of variables in use
SPAN = 5  # one more than the highest variable ever used
FAILED = 6  # 1: too many tables, variables or steps, or a table too large

# Columns of Tables.steps. A and B say which person, side or variable, by kind of step.
STEP = 0
RESULT = 1
FIRST_SOURCE = 2
SOURCES = 3
A = 4
B = 5

# Kinds of step.
BIND = 0  # variable A has as many states as person B, or two (INDICATOR), or k (EVERY_ALLELE)
GAMETES = 1  # person A's own gamete of side B, over the parental allele it came from
SLOT = 2  # founder A's allele of side B is what the state says
SENT = 3  # person A's passed-on allele of side B, given the parent's states
KNOWN = 4  # person A's gamete of side B % 2, given the states of person and parent; B // 2: order
FOUNDER = 5  # population probability of founder A's states
WEIGHTS = 6  # P(calls | state) of person A
CLOSE = 7  # source over a parental allele, given the states of the parent A
CLOSE_SPREAD = 8  # the same for a target whose alleles are variables
SPREAD_GAMETES = 9  # as GAMETES, for every allele of a spread target A
INDICATE = 10  # source where the indicator A says side B, one elsewhere
UP = 11  # from a gamete to the parental allele; B is the side
DOWN = 12  # from a parental allele to the gamete; B is the side
PRODUCT = 13  # of the sources, summed over variable A (-1: none)
ROOT = 14  # founder A's passed-on allele, given the other children's tables; B: haploid
CONTRACT = 15  # product of the sources, summed over their common axis
MIX = 16  # person A's passed-on allele, given tables over each of the person's own two alleles
TOTAL = 17  # product of all sources over the kept variables: the answer
OUTER = 18  # the answer from a table over each of the target's two alleles
URN = 19  # the answer under coancestry

INDICATOR = -1
EVERY_ALLELE = -2


class Tables(NamedTuple):
    """The tables, a column of ``of`` each: scope as a bit mask, allele axis or -1, place, alive.

    A table's cells are ordered by ascending variable, last fastest, then by the k alleles of its
    axis; ``head`` is explained by the constants above. ``size_of`` is the number of states of
    each variable, ``steps`` and ``sources`` are the tape, ``pool`` holds the numbers. ``walk``
    and ``state`` are where `forename.genetics.factor_tables` notes how far it has come.
    """

    of: Any
    head: Any
    size_of: Any
    steps: Any
    sources: Any
    walk: Any
    state: Any
    pool: Any


@compiled
def new_tables(persons: Any) -> Any:
    """Return room for the tape of a pedigree."""
    # An allele makes at most four tables (merged, transmitted, one for each parental allele).
    room = 16 * persons + 4 * MAX_VARIABLES
    return Tables(
        np.zeros((4, room), np.int64),
        np.zeros(7, np.int64),
        np.ones(MAX_VARIABLES, np.int64),
        np.zeros((2 * room, 6), np.int64),
        np.zeros(4 * room, np.int64),
        np.empty((room + 1, MAX_VARIABLES + 2), np.int64),
        np.empty((2, MAX_VARIABLES), np.int64),
        np.empty(1),
    )


@compiled
def cells(scope: Any, size_of: Any) -> Any:
    """Return the number of joint states of the variables in ``scope``."""
    total = 1
    variable = 0
    while scope:
        if scope & 1:
            total *= size_of[variable]
        scope >>= 1
        variable += 1
    return total


@compiled
def cells_float(scope: Any, size_of: Any) -> Any:
    """Return `cells` as a float, which a large number of states does not overflow."""
    total = 1.0
    variable = 0
    while scope:
        if scope & 1:
            total *= size_of[variable]
        scope >>= 1
        variable += 1
    return total


@compiled
def push(tables: Any, table: Any) -> None:
    """Name a source of the step that `emit` writes next."""
    if tables.head[N_SOURCES] >= len(tables.sources):
        tables.head[FAILED] = 1
        return
    tables.sources[tables.head[N_SOURCES]] = table
    tables.head[N_SOURCES] += 1


@compiled
def write_step(tables: Any, step: Any, result: Any, a: Any, b: Any) -> None:
    """Append a step with the sources pushed before."""
    at = tables.head[N_STEPS]
    if at >= len(tables.steps):
        tables.head[FAILED] = 1
        return
    first = tables.head[PENDING]
    tables.steps[at, STEP] = step
    tables.steps[at, RESULT] = result
    tables.steps[at, FIRST_SOURCE] = first
    tables.steps[at, SOURCES] = tables.head[N_SOURCES] - first
    tables.steps[at, A] = a
    tables.steps[at, B] = b
    tables.head[PENDING] = tables.head[N_SOURCES]
    tables.head[N_STEPS] += 1


@compiled
def emit(tables: Any, step: Any, scope: Any, axis: Any, a: Any, b: Any) -> Any:
    """Append a step that makes a new table of this shape; return the table."""
    index = tables.head[N_TABLES]
    room = tables.of.shape[1]
    if index >= room - 1:
        tables.head[FAILED] = 1
        index = room - 2
    tables.of[SCOPE, index] = scope
    tables.of[AXIS, index] = axis
    tables.of[START, index] = 0
    tables.of[ALIVE, index] = 1
    tables.head[N_TABLES] = index + 1
    write_step(tables, step, index, a, b)
    return index


@compiled
def new_variable(tables: Any, size: Any, owner: Any) -> Any:
    """Take a free variable; ``size`` is the number of its states as far as planning needs it."""
    for variable in range(MAX_VARIABLES):
        if not (tables.head[USED] >> variable) & 1:
            tables.head[USED] |= 1 << variable
            tables.head[SPAN] = max(tables.head[SPAN], variable + 1)
            tables.size_of[variable] = size
            write_step(tables, np.int64(BIND), np.int64(-1), np.int64(variable), owner)
            return variable
    tables.head[FAILED] = 1
    return MAX_VARIABLES - 1


@compiled
def states_of_variable(owner: Any, counts: Any, alleles: Any) -> Any:
    """Return how many states a bound variable has at a marker."""
    if owner == INDICATOR:
        return 2
    if owner == EVERY_ALLELE:
        return alleles
    return counts[owner]


@compiled
def step_cost(tables: Any, at: Any, mutates: Any, alleles: Any) -> Any:
    """Return the multiplications of a step, but for those of the urn."""
    step = tables.steps[at, STEP]
    if step == URN:
        return 0.0
    first = tables.steps[at, FIRST_SOURCE]
    count = tables.steps[at, SOURCES]
    scope = np.int64(0)
    longest = 1.0
    for t in tables.sources[first : first + count]:
        scope |= tables.of[SCOPE, t]
        if tables.of[AXIS, t] >= 0:
            longest = alleles
    if step == OUTER:
        return cells_float(scope, tables.size_of) * alleles * alleles
    if step in (UP, DOWN):
        return cells_float(scope, tables.size_of) * alleles * (alleles if mutates else 1.0)
    if step == ROOT:
        return cells_float(scope, tables.size_of) * root_factor(count, tables.steps[at, B], alleles)
    if tables.steps[at, RESULT] >= 0:
        scope |= tables.of[SCOPE, tables.steps[at, RESULT]]
        if tables.of[AXIS, tables.steps[at, RESULT]] >= 0:
            longest = alleles
    return cells_float(scope, tables.size_of) * max(count, 1) * longest


@compiled
def root_factor(count: Any, haploid: Any, alleles: Any) -> Any:
    """Return the multiplications of a founder's sum with so many tables, for one joint state."""
    factor = 1.0 * alleles * max(count, 1)
    if count > 1 and not haploid:
        factor = min(2.0 * 2.0**count * alleles, 1.0 * alleles * alleles * count)
    return factor


@compiled
def measure(tables: Any, counts: Any, mutates: Any, alleles: Any) -> Any:
    """Find room for all tables at one marker; return (cost, cells), cells negative if too many."""
    cost = 0.0
    cell = np.int64(0)
    for at in range(tables.head[N_STEPS]):
        if tables.steps[at, STEP] == BIND:
            variable = tables.steps[at, A]
            tables.size_of[variable] = states_of_variable(tables.steps[at, B], counts, alleles)
            continue
        cost += step_cost(tables, at, mutates, alleles)
        result = tables.steps[at, RESULT]
        if result < 0:
            continue
        size = cells_float(tables.of[SCOPE, result], tables.size_of)
        if tables.of[AXIS, result] >= 0:
            size *= alleles
        if size > _LARGEST_TABLE:
            return np.inf, np.int64(-1)
        tables.of[START, result] = cell
        cell += np.int64(size)
    return cost, cell
