"""What a family says about one member: the probability of every genotype at once.

With the table P(genotype of the missing person | relatives) of a marker, the likelihood ratio of
"these remains are the missing person" against "unrelated" is a look-up for any number of remains:

    LR = sum_g T(g) O(g) / sum_g P(g) O(g),

T the table, P the population, O the probability of the remains' calls given genotype g
(``docs/methods/conditional-table.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from forename.compiled import compiled
from forename.exceptions import InvalidPedigreeError
from forename.genetics.elimination import (
    DONE,
    eliminate,
    new_plan,
)
from forename.genetics.encoding import (
    Genealogy,
    encode_states,
    genealogy_of,
    marker_descent,
    marker_jump,
    marker_model,
)
from forename.genetics.likelihood import DEFAULT_BUDGET, Hypothesis, eliminate_markers
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.merging import merge_alleles
from forename.genetics.observation import ErrorRates, diploid_weights, haploid_weights
from forename.genetics.profiles import Profile


def genotype_tables(
    hypothesis: Hypothesis,
    target: str,
    markers: Sequence[Marker],
    *,
    rates: ErrorRates = ErrorRates(),
    budget: float = DEFAULT_BUDGET,
) -> tuple[tuple[Array, ...], Array]:
    """Return P(ordered genotype of ``target`` | profiles) per marker, and the log-likelihoods.

    A table has shape (k, k), rows the paternal and columns the maternal allele, sum 1; (k,) for
    a man's X. Where the profiles are impossible the table is zero and the log-likelihood, natural
    and of shape (markers,), is -inf. The target must be untyped, else `InvalidPedigreeError`.
    Theta is not supported here: it couples the remains to the family (see
    `forename.genetics.ranking`).
    """
    genealogy = genealogy_of(hypothesis.pedigree)
    place = genealogy.index[target]
    # An identical twin's calls are seen of the target's own genotype; they are weighed at the end.
    twins = {i: p for i, p in hypothesis.profiles.items() if genealogy.index[i] == place}
    if any(m.name in p.calls for m in markers for p in twins.get(target, ())):
        raise InvalidPedigreeError(f"person {target} is typed: only an untyped one has a table")
    others = {i: p for i, p in hypothesis.profiles.items() if i not in twins}
    states = encode_states(genealogy, others, markers, rates)
    one_copy = _one_copy(genealogy, place, markers)
    tables, logs = tables_of_states(genealogy, place, markers, states, budget)
    for samples in twins.values():
        for m, marker in enumerate(markers):
            tables[m], logs[m] = _seen_too(tables[m], logs[m], samples, marker, one_copy[m], rates)
    return tuple(tables), logs


def _one_copy(genealogy: Genealogy, place: int, markers: Sequence[Marker]) -> list[bool]:
    """Tell of which markers a person has one allele: a man's X."""
    male = bool(genealogy.arrays[2][place])
    return [male and m.chromosome == Chromosome.X for m in markers]


def tables_of_states(
    genealogy: Genealogy,
    place: int,
    markers: Sequence[Marker],
    states: tuple[Any, ...],
    budget: float,
) -> tuple[list[Array], Array]:
    """Return what `genotype_tables` does of the person at ``place``, given encoded states.

    Marks the person as the target in ``states``, which come from `encode_states`.
    """
    flat, starts, logs = eliminate_markers(genealogy, markers, states, place=place, budget=budget)
    tables = []
    for m, haploid in enumerate(_one_copy(genealogy, place, markers)):
        size = len(markers[m].alleles)
        table = flat[starts[m] : starts[m + 1]]
        tables.append(table if haploid else table.reshape(size, size))
    return tables, logs


def _seen_too(
    table: Array,
    log: float,
    samples: Sequence[Profile],
    marker: Marker,
    haploid: bool,
    rates: ErrorRates,
) -> tuple[Array, float]:
    """Return a genotype table and its log-likelihood, given further calls of the same genotype."""
    replicates = [(p.calls[marker.name], rates.of(p)) for p in samples if marker.name in p.calls]
    if not replicates:
        return table, log
    weights = haploid_weights if haploid else diploid_weights
    joint: Array = table * weights(replicates, marker, samples[0].sample)
    total = float(joint.sum())
    return (joint / total, log + float(np.log(total))) if total > 0 else (joint, -np.inf)


@compiled
def place_candidates(
    genealogy: Any,
    arrays: Any,
    states: Any,
    m: Any,
    theta: Any,
    budget: Any,
    members: Any,
    candidates: Any,
    classes: Any,
    placements: Any,
    result: Any,
) -> Any:
    """Write the log-likelihood of marker m for every placement of candidates in a family.

    ``members`` are the persons that candidates may fill, ``placements`` has shape (placements,
    members) with a candidate's index or -1. ``candidates`` is (first, count, paternal, maternal,
    weight) of the candidates' states at this marker, count 0 where a candidate has no call.
    ``classes`` numbers candidates with the same states alike, so that equal cases are computed
    once. Returns (status, cost).
    """
    first, count, paternal, maternal, weight = candidates
    known = {np.int64(-1): 0.0}
    base = 1
    for c in classes:
        base = max(base, c + 2)
    packed = float(base) ** len(members) < 2.0**62  # else two cases could share a key
    kind, own_first, own_count, own_paternal, own_maternal, own_weight = states
    offset = len(own_paternal)
    all_paternal = np.concatenate((own_paternal, paternal))
    all_maternal = np.concatenate((own_maternal, maternal))
    all_weight = np.concatenate((own_weight, weight))
    row_kind = kind[m : m + 1].copy()
    row_first = own_first[m : m + 1].copy()
    row_count = own_count[m : m + 1].copy()
    out = np.empty(1)
    # Placements with the same places filled, alike in phase, share a plan.
    plans = [new_plan(len(genealogy[0]))]
    plan_of = {np.int64(-1): 0}
    for t in range(len(placements)):
        key = np.int64(0)
        for j in range(len(members)):
            c = placements[t, j]
            own = 0
            if c >= 0 and count[c] > 0:
                own = classes[c] + 1
            key = key * base + own
        if packed and key in known:
            result[t] = known[key]
            continue
        shape = np.int64(0)
        for j in range(len(members)):
            c = placements[t, j]
            i = members[j]
            shape *= 4
            if c >= 0 and count[c] > 0:
                shape += min(count[c], 3)
                row_kind[0, i] = 1
                row_first[0, i] = offset + first[c]
                row_count[0, i] = count[c]
            else:
                row_kind[0, i] = 0
                row_count[0, i] = 0
        if shape not in plan_of:
            plan_of[shape] = len(plans)
            plans.append(new_plan(len(genealogy[0])))
        plan = plans[plan_of[shape]]
        placed = (row_kind, row_first, row_count, all_paternal, all_maternal, all_weight)
        descent = marker_descent(genealogy, placed, 0, arrays[6][m])
        model = marker_model(arrays, m, theta)
        descent, model, _ = merge_alleles(descent, model, marker_jump(arrays, m), 1)
        status, cost, factor = eliminate(descent, model, budget, plan, out)
        if status != DONE:
            return status, cost
        value = np.log(out[0]) + factor if out[0] > 0.0 else -np.inf
        if packed:
            known[key] = value
        result[t] = value
    return DONE, 0.0
