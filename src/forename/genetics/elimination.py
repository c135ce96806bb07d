"""Exact elimination on one marker of a pedigree, compiled.

Every allele a person carries is a variable. A typed person's few possible ordered genotypes are
one small variable (its *states*); an untyped person is two alleles, and every transmission from
such a person gets a small indicator variable that says which of the two was passed on. Given all
small variables the alleles form a forest, so each allele is summed out with one k-vector at a
time, never with a k-by-k table of two people; loops only widen the tables of small variables.
Alternatively an untyped person is enumerated as a small variable of all its genotypes, which wins
when alleles are few and children many; the planner takes what costs less.

A target's two alleles are the axes of the result: alleles on the path from its untyped ancestors
are passed down instead of up, and the answer is a sum of products of a paternal and a maternal
vector (``docs/methods/conditional-table.md``).

The order of elimination is greedy and written on a tape without touching a number
(`forename.genetics.planning`); the cost is known before the work starts and is held against the
budget. ``docs/methods/likelihood.md`` has the derivation;
``docs/decisions/0004-elimination-by-gametes.md`` the alternatives.

With coancestry (theta > 0) all founder alleles are slots of one urn: `forename.genetics.urn`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from forename.compiled import compiled
from forename.genetics.carrying_out import carry_out
from forename.genetics.descent import (
    COUNT,
    FATHER,
    FIXED,
    FOUNDERS,
    FREE,
    HAPLOID,
    KIND,
    OTHERS,
    PART,
    ROOT_OF_FIRST,
    SPREAD_TARGET,
    STATES,
    TARGET,
    WEIGHTED,
    members_of,
)
from forename.genetics.planning import copy_plan, write_plan
from forename.genetics.tape import (
    FIRST_SOURCE,
    N_STEPS,
    SOURCES,
    Tables,
    measure,
    new_tables,
)
from forename.genetics.urn import urn_cost
from forename.intrinsics import borrowed

# Status of a run.
DONE = 0
OVER_BUDGET = 1
TOO_WIDE = 2

# Multiplications a step that another plan must be able to save: planning pays in ten markers.
_WORTH_TRYING = 70.0
_WORTH_ENUMERATING = 10_000.0  # the same of a plan that is rarely better
_MOST_CELLS = 2**26  # half a gigabyte of tables for one marker

# Entries of Plan.made.
_WRITTEN = 0  # 1: there is a plan
_ALLELES = 1  # for so many alleles
_WAY = 2  # of treating the family, see `forename.genetics.descent`
_CELLS = 3  # room for the numbers of the marker measured last
_MUTATES = 4  # whether alleles change on their way


class Plan(NamedTuple):
    """The plan of a pedigree, used again for markers that are alike.

    ``made_for`` and ``measured_for`` have one entry a person: what the tape depends on, and the
    numbers of states that its room and ``cost`` were measured for, or fewer.
    """

    tables: Any
    made: Any
    made_for: Any
    measured_for: Any
    cost: Any


@compiled
def new_plan(persons: Any) -> Any:
    """Return room for the plan of a pedigree."""
    return Plan(
        new_tables(persons),
        np.zeros(5, np.int64),
        np.full(persons, -1),
        np.full(persons + 1, -1),
        np.zeros(1),
    )


@compiled
def _differs(descent: Any, members: Any, made_for: Any) -> Any:
    """Note what a plan depends on, person by person; tell whether it differs from before."""
    different = False
    for i in range(len(made_for)):
        value = (members.of[KIND, i] + 1) + 8 * (members.of[PART, i] + 1)
        value = value * 8 + 4 * members.of[FIXED, i]
        value += 2 * members.of[WEIGHTED, i] + descent.of[HAPLOID, i]
        if made_for[i] != value:
            different = True
            made_for[i] = value
    return different


@compiled
def _measure(plan: Any, descent: Any, members: Any, model: Any, budget: Any) -> None:
    """Find room and cost of a plan at one marker.

    What was found for a marker with no fewer states and somewhat more alleles will do, within
    the budget.
    """
    k = len(model.frequencies)
    counts = members.of[COUNT]
    enough = k <= plan.measured_for[len(counts)] <= 2 * k
    for i in range(len(counts)):
        enough = enough and plan.measured_for[i] >= counts[i]
    if enough and plan.made[_CELLS] >= 0 and plan.cost[0] <= budget:
        return
    for i in range(len(counts)):
        plan.measured_for[i] = counts[i]
    plan.measured_for[len(counts)] = k
    cost, cells = measure(plan.tables, counts, model.mutates, k)
    if model.theta > 0.0 and cells >= 0:
        last = plan.tables.head[N_STEPS] - 1
        first = plan.tables.steps[last, FIRST_SOURCE]
        count = plan.tables.steps[last, SOURCES]
        chosen = plan.tables.sources[first : first + count]
        known = members.of[KIND] == STATES
        cost += urn_cost(plan.tables, chosen, count, known, descent.inbreeding, k)
    plan.made[_CELLS] = cells if cells <= _MOST_CELLS else -1
    plan.cost[0] = cost


@compiled
def _choose(descent: Any, model: Any, members: Any, plan: Any) -> Any:
    """Write the cheapest plan; return whether there is one.

    Without a target the elimination may be rooted at an untyped person. Where gametes are not
    cheap, untyped persons may be enumerated. Trying a way costs as much as some hundred
    multiplications a step, and has to be worth it.
    """
    n = descent.of.shape[1]
    k = len(model.frequencies)
    plan.made[:] = 0
    plan.made[_ALLELES] = k
    plan.made[_MUTATES] = 1 if model.mutates else 0
    plan.cost[0] = np.inf
    trial = new_plan(n)
    target = False
    founders = False
    for i in range(n):
        target |= members.of[KIND, i] == TARGET
        founders |= members.of[KIND, i] == FREE and descent.of[FATHER, i] < 0
    spread = np.int64(0)
    _try(descent, model, spread, trial, plan)
    if target and not plan.made[_WRITTEN]:
        spread = np.int64(SPREAD_TARGET)
        _try(descent, model, spread, trial, plan)
    for i in range(n):
        free = members.of[KIND, i] == FREE and descent.of[FATHER, i] >= 0
        if free and not target and model.theta == 0.0 and _is_dear(plan, 0.0):
            _try(descent, model, np.int64((i + 1) * ROOT_OF_FIRST), trial, plan)
    genotypes = max(0.5 * k * k * k, _WORTH_ENUMERATING)
    if founders and _is_dear(plan, genotypes):
        _try(descent, model, spread + FOUNDERS, trial, plan)
    if _is_dear(plan, 2.0 * genotypes):
        _try(descent, model, spread + OTHERS, trial, plan)
        if founders:
            _try(descent, model, spread + FOUNDERS + OTHERS, trial, plan)
    return plan.made[_WRITTEN] == 1


@compiled
def _is_dear(plan: Any, least: Any) -> Any:
    """Tell whether another plan is worth trying that costs at least so much."""
    steps = plan.tables.head[N_STEPS]
    return plan.cost[0] > max(least, _WORTH_TRYING * steps) or not plan.made[_WRITTEN]


@compiled
def _try(descent: Any, model: Any, way: Any, trial: Any, plan: Any) -> None:
    """Plan in this way, and keep the plan when it is the cheapest so far."""
    members = members_of(descent, model, way)
    if not write_plan(trial.tables, descent, members, model):
        return
    trial.measured_for[:] = -1
    _measure(trial, descent, members, model, 0.0)
    if trial.made[_CELLS] >= 0 and trial.cost[0] < plan.cost[0]:
        copy_plan(trial.tables, plan.tables)
        plan.made[_WRITTEN] = 1
        plan.made[_WAY] = way
        plan.made[_CELLS] = trial.made[_CELLS]
        plan.measured_for[:] = trial.measured_for
        plan.cost[0] = trial.cost[0]


@compiled
def eliminate(descent_: Any, model_: Any, budget: Any, plan_: Any, out: Any) -> Any:
    """Compute the likelihood of one marker exactly.

    ``out`` receives L (one cell), or with a TARGET the probability of the data and every ordered
    genotype of the target: cell a * k + b for paternal a and maternal b, or k cells when haploid;
    of a target who is a founder, the probability of the data given the genotype. All values are
    to be multiplied by exp(log factor). ``plan`` comes from `new_plan` and is reused while
    persons and alleles stay alike. Returns (status, cost, log factor); cost and ``budget`` count
    multiplications.
    """
    descent, model, plan = borrowed(descent_), borrowed(model_), borrowed(plan_)
    k = len(model.frequencies)
    members = members_of(descent, model, np.int64(0))
    for i in range(descent.of.shape[1]):
        if members.of[KIND, i] == STATES and members.of[COUNT, i] == 0:
            out[:] = 0.0
            return DONE, 0.0, 0.0
    made = plan.made
    different = _differs(descent, members, plan.made_for)
    different = different or made[_MUTATES] != (1 if model.mutates else 0)
    # Whom to enumerate depends on the number of alleles.
    enumerates = made[_WAY] & (FOUNDERS | OTHERS)
    different = different or (enumerates != 0 and k != made[_ALLELES])
    if not different and made[_WRITTEN]:
        others = members_of(descent, model, made[_WAY]) if made[_WAY] != 0 else members
        _measure(plan, descent, others, model, budget)
        other_size = k > 2 * made[_ALLELES] or 3 * k < made[_ALLELES]
        different = other_size and _is_dear(plan, _WORTH_ENUMERATING)
    if (different or not made[_WRITTEN]) and not _choose(descent, model, members, plan):
        return TOO_WIDE, np.inf, 0.0
    if made[_WAY] != 0:
        members = members_of(descent, model, made[_WAY])
    _measure(plan, descent, members, model, budget)
    cost = plan.cost[0]
    if made[_CELLS] < 0:
        made[_WRITTEN] = 0
        return TOO_WIDE, np.inf, 0.0
    if cost > budget:
        made[_WRITTEN] = 0
        return OVER_BUDGET, cost, 0.0
    tables = plan.tables
    pool = np.empty(made[_CELLS] + 1)
    ready = Tables(
        tables.of,
        tables.head,
        tables.size_of,
        tables.steps,
        tables.sources,
        tables.walk,
        tables.state,
        pool,
    )
    return DONE, cost, carry_out(ready, descent, members, model, out)
