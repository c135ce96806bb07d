"""Carrying out the steps of a tape on the numbers of one marker."""

from __future__ import annotations

from typing import Any

import numpy as np

from forename.compiled import compiled, inlined
from forename.genetics.descent import COUNT, FATHER, FIRST, FIXED, HAPLOID, KIND, STATES
from forename.genetics.factor_tables import (
    SMALL,
    contract,
    copy,
    mix,
    outer,
    product,
    rescale,
    transmit,
)
from forename.genetics.founder_sum import founder_root
from forename.genetics.parental_tables import (
    close,
    close_spread,
    gamete_columns,
    indicate,
    known_gametes,
    sent_rows,
)
from forename.genetics.tape import (
    BIND,
    CLOSE,
    CLOSE_SPREAD,
    CONTRACT,
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
    SENT,
    SLOT,
    SOURCES,
    SPREAD_GAMETES,
    START,
    STEP,
    TOTAL,
    UP,
    URN,
    WEIGHTS,
    A,
    B,
    states_of_variable,
)
from forename.genetics.urn import urn_sum
from forename.intrinsics import borrowed


@compiled
def carry_out(tables_: Any, descent_: Any, members_: Any, model_: Any, out_: Any) -> Any:
    """Carry out a measured tape; write the answer into ``out`` and return its log factor."""
    tables, descent, members = borrowed(tables_), borrowed(descent_), borrowed(members_)
    model, out = borrowed(model_), borrowed(out_)
    k = len(model.frequencies)
    counts = members.of[COUNT]
    log_factor = 0.0
    for at in range(tables.head[N_STEPS]):
        step = tables.steps[at, STEP]
        result = tables.steps[at, RESULT]
        a = tables.steps[at, A]
        b = tables.steps[at, B]
        if step == BIND:
            tables.size_of[a] = states_of_variable(b, counts, k)
            continue
        first = tables.steps[at, FIRST_SOURCE]
        sources = tables.sources[first : first + tables.steps[at, SOURCES]]
        if step == PRODUCT:
            product(tables, sources, result, k)
        elif step == ROOT:
            founder_root(tables, sources, result, b, descent.inbreeding[a], model.frequencies)
        elif step == CONTRACT:
            contract(tables, sources, result, k)
        elif step == MIX:
            mix(tables, sources, result, k)
        elif step <= INDICATE:
            _begin(tables, step, sources, result, a, b, descent, members, model)
            continue
        elif step < PRODUCT:
            matrix = _matrix(model, b, step == UP)
            transmit(tables, sources[0], result, matrix, step == UP)
        else:
            log_factor += _finish(tables, step, sources, result, descent, members, model, out)
            continue
        log_factor += rescale(tables, result, k, SMALL)
    return log_factor


@inlined
def _matrix(model: Any, side: Any, transposed: Any) -> Any:
    """Return the mutation matrix of a father (side 0) or mother, of size 0 without mutation."""
    if transposed:
        return model.transposed_male if side == 0 else model.transposed_female
    return model.male if side == 0 else model.female


@inlined
def _states(members: Any, person: Any, fixed: Any) -> Any:
    """Return a person's alleles in each state, or in one where their order does not matter."""
    first = members.of[FIRST, person]
    count = members.of[COUNT, person]
    if fixed and members.of[FIXED, person]:
        count = 1
    return members.alleles[0, first : first + count], members.alleles[1, first : first + count]


@inlined
def _begin(
    tables: Any,
    step: Any,
    sources: Any,
    result: Any,
    a: Any,
    b: Any,
    descent: Any,
    members: Any,
    model: Any,
) -> None:
    """Make a table of what is known of one person, or of a person and a child."""
    k = len(model.frequencies)
    if step == INDICATE:
        indicate(tables, sources[0], result, a, b, k)
    elif step == GAMETES:
        gametes = _states(members, a, False)[b]
        gamete_columns(tables, result, gametes, _matrix(model, b, True), k)
    elif step == CLOSE:
        paternal, maternal = _states(members, a, True)
        close(tables, sources[0], result, b, paternal, maternal, k)
    elif step == SENT:
        paternal, maternal = _states(members, a, True)
        sent_rows(tables, result, paternal, maternal, _matrix(model, b, False), k)
    elif step == KNOWN:
        side = b % 2
        parent = descent.of[FATHER + side, a]
        paternal, maternal = _states(members, parent, True)
        gametes = _states(members, a, False)[side]
        matrix = _matrix(model, side, False)
        known_gametes(tables, result, gametes, paternal, maternal, b >= 2, matrix)
    elif step == FOUNDER:
        _founder(tables, result, a, descent, members, model)
    elif step == WEIGHTS:
        start = tables.of[START, result]
        for s in range(members.of[COUNT, a]):
            tables.pool[start + s] = members.weight[members.of[FIRST, a] + s]
    elif step == SLOT:
        gamete_columns(tables, result, _states(members, a, False)[b], np.empty((0, 0)), k)
    elif step == CLOSE_SPREAD:
        close_spread(tables, sources[0], result, a, b, k)
    elif step == SPREAD_GAMETES:
        gamete_columns(tables, result, np.arange(k), _matrix(model, b, True), k)


@compiled
def _founder(tables: Any, result: Any, i: Any, descent: Any, members: Any, model: Any) -> None:
    """Write a typed founder's probability of every state; under theta the urn adds its own."""
    start = tables.of[START, result]
    first = members.of[FIRST, i]
    f = descent.inbreeding[i]
    for s in range(members.of[COUNT, i]):
        value = members.weight[first + s]
        if model.theta == 0.0:
            a = members.alleles[0, first + s]
            b = members.alleles[1, first + s]
            if descent.of[HAPLOID, i]:
                value *= model.frequencies[a]
            else:
                value *= (1.0 - f) * model.frequencies[a] * model.frequencies[b] + (
                    f * model.frequencies[a] if a == b else 0.0
                )
        tables.pool[start + s] = value


@inlined
def _finish(
    tables: Any,
    step: Any,
    sources: Any,
    result: Any,
    descent: Any,
    members: Any,
    model: Any,
    out: Any,
) -> Any:
    """Write the answer from all tables that are left; return the log of the factors taken out."""
    k = len(model.frequencies)
    log_factor = 0.0
    if step == URN:
        known = members.of[KIND] == STATES
        urn_sum(tables, sources, len(sources), np.int64(0), known, descent, model, out)
        return log_factor
    # Many separate parts, each with a small likelihood, must not underflow together.
    for t in sources:
        log_factor += rescale(tables, t, k, 1.0)
    if step == OUTER:
        outer(tables, sources, k, out)
    elif step == TOTAL:
        product(tables, sources, result, k)
        start = tables.of[START, result]
        copy(tables.pool[start : start + len(out)], out)
    return log_factor
