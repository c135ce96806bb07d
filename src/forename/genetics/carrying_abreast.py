"""Carrying out a tape for many families at once, up to their genotype tables."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.genetics.abreast import (
    ABREAST,
    MOST_SUBSETS,
    contract,
    fill,
    founder_root,
    mix,
    multiply,
    product,
    rescale,
    transmit,
)
from forename.genetics.abreast_gametes import (
    close,
    gamete_columns,
    indicate,
    known_gametes,
    sent_rows,
)
from forename.genetics.descent import COUNT, FATHER, FIRST, FIXED, HAPLOID
from forename.genetics.factor_tables import PLACE, SMALL, advance, start_walk
from forename.genetics.tape import (
    BIND,
    CLOSE,
    CONTRACT,
    DOWN,
    FIRST_SOURCE,
    FOUNDER,
    GAMETES,
    INDICATE,
    KNOWN,
    MIX,
    N_STEPS,
    OUTER,
    PRODUCT,
    RESULT,
    ROOT,
    SCOPE,
    SENT,
    SOURCES,
    START,
    STEP,
    UP,
    WEIGHTS,
    A,
    B,
    cells,
    states_of_variable,
)
from forename.intrinsics import borrowed, keep


class Shown(NamedTuple):
    """What families side by side show: states as in `Descent`, one more axis of `ABREAST`.

    ``alleles`` has shape (2, states, ABREAST), ``weight`` (states, ABREAST); the persons'
    states begin and end alike in all families.
    """

    alleles: Any
    weight: Any


@compiled
def can_go_abreast(tables: Any) -> Any:
    """Tell whether all steps of a tape can be carried out for families side by side."""
    for at in range(tables.head[N_STEPS]):
        step = tables.steps[at, STEP]
        if step == ROOT:
            if 1 << tables.steps[at, SOURCES] > MOST_SUBSETS:
                return False
        elif step not in (
            BIND,
            GAMETES,
            SENT,
            KNOWN,
            FOUNDER,
            WEIGHTS,
            CLOSE,
            INDICATE,
            UP,
            DOWN,
            PRODUCT,
            CONTRACT,
            MIX,
            OUTER,
        ):
            return False
    return True


@compiled
def carry_out_abreast(
    tables: Any, pool: Any, descent: Any, members: Any, shown: Any, frequencies: Any, passing: Any
) -> Any:
    """Carry out a measured tape but for its last step, the answer; return the log factors."""
    k = len(frequencies)
    logs = np.zeros(ABREAST)
    for at in range(tables.head[N_STEPS] - 1):
        step = tables.steps[at, STEP]
        result = tables.steps[at, RESULT]
        a = tables.steps[at, A]
        b = tables.steps[at, B]
        if step == BIND:
            tables.size_of[a] = states_of_variable(b, members.of[COUNT], k)
            continue
        first = tables.steps[at, FIRST_SOURCE]
        sources = tables.sources[first : first + tables.steps[at, SOURCES]]
        if step == PRODUCT:
            product(tables, pool, sources, result, k)
        elif step == ROOT:
            inbreeding = descent.inbreeding[a]
            founder_root(tables, pool, sources, result, b, inbreeding, frequencies)
        elif step == CONTRACT:
            contract(tables, pool, sources, result, k)
        elif step == MIX:
            mix(tables, pool, sources, result, k)
        elif step == UP:
            transmit(tables, pool, sources[0], result, passing[b], True, k)
        elif step == DOWN:
            transmit(tables, pool, sources[0], result, passing[b], False, k)
        else:
            _begin(tables, pool, at, sources, descent, members, shown, frequencies, passing)
            continue
        rescale(tables, pool, result, k, SMALL, logs)
    return logs


@compiled
def _states(members: Any, shown: Any, person: Any, fixed: Any) -> Any:
    """Return a person's alleles in each state, or in one where their order does not matter."""
    first = members.of[FIRST, person]
    count = 1 if fixed and members.of[FIXED, person] else members.of[COUNT, person]
    return shown.alleles[:, first : first + count]


@compiled
def _begin(
    tables: Any,
    pool: Any,
    at: Any,
    sources: Any,
    descent: Any,
    members: Any,
    shown: Any,
    frequencies: Any,
    passing: Any,
) -> None:
    """Make a table of what is known of one person, or of a person and a child."""
    k = len(frequencies)
    step = tables.steps[at, STEP]
    result = tables.steps[at, RESULT]
    a = tables.steps[at, A]
    b = tables.steps[at, B]
    start = tables.of[START, result]
    if step == INDICATE:
        indicate(tables, pool, sources[0], result, a, b, k)
    elif step == GAMETES:
        gamete_columns(pool, start, _states(members, shown, a, False), b, passing[b], k)
    elif step == CLOSE:
        close(tables, pool, sources[0], result, b, _states(members, shown, a, True), k)
    elif step == SENT:
        sent_rows(pool, start, _states(members, shown, a, True), passing[b], k)
    elif step == KNOWN:
        side = b % 2
        parent = _states(members, shown, descent.of[FATHER + side, a], True)
        child = _states(members, shown, a, False)
        known_gametes(pool, start, child, side, parent, b >= 2, passing[side], k)
    elif step == FOUNDER:
        _founder(pool, start, a, descent, members, shown, frequencies)
    elif step == WEIGHTS:
        first = members.of[FIRST, a]
        for s in range(members.of[COUNT, a]):
            for f in range(ABREAST):
                pool[start + s, f] = shown.weight[first + s, f]


@compiled
def _founder(
    pool: Any, start: Any, i: Any, descent: Any, members: Any, shown: Any, frequencies: Any
) -> None:
    """Write a typed founder's probability of every state."""
    inbreeding = 1.0 if descent.of[HAPLOID, i] else descent.inbreeding[i]
    first = members.of[FIRST, i]
    for s in range(members.of[COUNT, i]):
        for f in range(ABREAST):
            a = shown.alleles[0, first + s, f]
            b = shown.alleles[1, first + s, f]
            p = frequencies[a, f]
            both = p if a == b else 0.0
            value = (1.0 - inbreeding) * p * frequencies[b, f] + inbreeding * both
            pool[start + s, f] = shown.weight[first + s, f] * value


@compiled
def answer_abreast(
    tables: Any, pool: Any, target: Any, descent: Any, frequencies: Any, logs: Any
) -> Any:
    """Return where the answer stands in the pool, and what makes it sum to 1; add to the logs.

    The genotype table is the sum over joint states v of the products X(v, a) Y(v, b), which begin
    at the pool's cells ``places``, shape (joint states, 2) (one column: X(v, a) alone). An untyped
    founder's table is weighed with the population. Where the calls are impossible the factor,
    shape (`ABREAST`,), is 0 and the log -inf.
    """
    k = len(frequencies)
    last = tables.head[N_STEPS] - 1
    first = tables.steps[last, FIRST_SOURCE]
    count = tables.steps[last, SOURCES]
    sources = tables.sources[first : first + count]
    scope = np.int64(0)
    for t in sources:
        rescale(tables, pool, t, k, 1.0, logs)
        scope |= tables.of[SCOPE, t]
        if descent.of[FATHER, target] < 0:
            start = tables.of[START, t]
            for cell in range(0, cells(tables.of[SCOPE, t], tables.size_of) * k, k):
                multiply(pool[start + cell : start + cell + k], frequencies)
    joint = cells(scope, tables.size_of)
    places = np.empty((joint, count), np.int64)
    n_variables = start_walk(tables, sources, np.int64(-1), k)
    for v in range(joint):
        for t in range(count):
            places[v, t] = tables.walk[t, PLACE]
        advance(tables.walk, tables.state, count, n_variables)
    return places, _unit(pool, places, k, logs)


@compiled
def table_of_lane(pool: Any, places: Any, factor: Any, k: Any, f: Any, out: Any) -> None:
    """Write the genotype table of one of the families, ``out`` (k,) or (k * k,)."""
    joint, count = places.shape
    own = np.empty((2, joint, k))
    rows = borrowed(own)
    for t in range(count):
        for v in range(joint):
            for a in range(k):
                rows[t, v, a] = pool[places[v, t] + a, f]
    for v in range(joint):
        for a in range(k):
            rows[0, v, a] *= factor[f]
    if count == 1:
        _sum_rows(rows[0], out)
    else:
        _sum_outer(rows[0], rows[1], out)
    keep(own)


@compiled
def tables_of_lanes(pool: Any, places: Any, factor: Any, k: Any, out: Any) -> None:
    """Write the genotype tables of all families, ``out`` (k or k * k, `ABREAST`)."""
    joint, count = places.shape
    fill(out, 0.0)
    value = np.empty(ABREAST)
    for v in range(joint):
        for a in range(k):
            own = pool[places[v, 0] + a]
            for f in range(ABREAST):
                value[f] = factor[f] * own[f]
            if count == 1:
                for f in range(ABREAST):
                    out[a, f] += value[f]
                continue
            for b in range(k):
                other = pool[places[v, 1] + b]
                sink = out[a * k + b]
                for f in range(ABREAST):
                    sink[f] += value[f] * other[f]


@compiled
def _unit(pool: Any, places: Any, k: Any, logs: Any) -> Any:
    """Return what makes each family's table sum to 1, and add the sums' logs to ``logs``."""
    joint, count = places.shape
    total = np.zeros(ABREAST)
    sums = np.empty((count, ABREAST))
    for v in range(joint):
        sums[:] = 0.0
        for t in range(count):
            for a in range(k):
                row = pool[places[v, t] + a]
                for f in range(ABREAST):
                    sums[t, f] += row[f]
        for f in range(ABREAST):
            total[f] += sums[0, f] * (sums[count - 1, f] if count > 1 else 1.0)
    factor = np.zeros(ABREAST)
    for f in range(ABREAST):
        if total[f] > 0.0:
            factor[f] = 1.0 / total[f]
            logs[f] += np.log(total[f])
        else:
            logs[f] = -np.inf
    return factor


@compiled
def _sum_rows(rows: Any, out: Any) -> None:
    out[:] = 0.0
    for v in range(len(rows)):
        for a in range(len(out)):
            out[a] += rows[v, a]


@compiled
def _sum_outer(paternal: Any, maternal: Any, out: Any) -> None:
    """Write sum_v X(v, a) Y(v, b), four joint states at a time as far as there are four."""
    joint, k = paternal.shape
    whole = joint - joint % 4
    for a in range(k):
        row = out[a * k : (a + 1) * k]
        for b in range(k):
            row[b] = 0.0
        for v in range(0, whole, 4):
            _add_four(row, paternal[v : v + 4, a], maternal[v : v + 4])
        for v in range(whole, joint):
            _add_one(row, paternal[v, a], maternal[v])


@compiled
def _add_four(row: Any, values: Any, rows: Any) -> None:
    v0, v1, v2, v3 = values[0], values[1], values[2], values[3]
    one, two, three, four = rows[0], rows[1], rows[2], rows[3]
    for b in range(len(row)):
        row[b] += (v0 * one[b] + v1 * two[b]) + (v2 * three[b] + v3 * four[b])


@compiled
def _add_one(row: Any, value: Any, one: Any) -> None:
    for b in range(len(row)):
        row[b] += value * one[b]
