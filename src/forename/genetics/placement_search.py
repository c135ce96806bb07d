"""The likelihood of a family for each placement of remains, every distinct case eliminated."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from forename.genetics.conditional import place_candidates
from forename.genetics.elimination import (
    DONE,
)
from forename.genetics.likelihood import (
    DEFAULT_BUDGET,
    NO_THETA,
    Genealogy,
    Hypothesis,
    IntArray,
    Theta,
    budget_error,
    call_states,
    compile_markers,
    encode_states,
    genealogy_of,
    log_likelihoods,
)
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.profiles import Profile

_THREADS = 2


def search_placements(
    family: Hypothesis,
    missing: Sequence[str],
    candidates: Sequence[tuple[Profile, ...]],
    placements: IntArray,
    markers: Sequence[Marker],
    *,
    rates: ErrorRates = ErrorRates(),
    theta: Theta = NO_THETA,
    budget: float = DEFAULT_BUDGET,
) -> Array:
    """Return the same as `forename.genetics.placements.placement_log_likelihoods`.

    Placements whose candidates look alike at a marker are computed once there.
    """
    genealogy = genealogy_of(family.pedigree)
    if _needs_each(family, missing, genealogy, theta):
        rows = [
            log_likelihoods(
                _filled(family, missing, candidates, row),
                markers,
                rates=rates,
                theta=theta,
                budget=budget,
            )
            for row in placements
        ]
        return np.array(rows).reshape(len(placements), len(markers)).T
    states = encode_states(genealogy, family.profiles, markers, rates)
    arrays = compile_markers(tuple(markers))
    members = np.array([genealogy.index[i] for i in missing], np.int64)
    male = [bool(genealogy.arrays[2][i]) for i in members]
    placements = np.ascontiguousarray(placements, dtype=np.int64)
    result = np.empty((len(markers), len(placements)))

    def run(m: int) -> tuple[int, float]:
        marker = markers[m]
        linked = marker.chromosome == Chromosome.X
        haploid = linked and bool(male) and all(male)
        encoded, classes = candidate_states(candidates, marker, haploid, rates)
        status, cost = place_candidates(
            genealogy.arrays,
            arrays,
            states,
            m,
            theta.value,
            budget,
            members,
            encoded,
            classes,
            placements,
            result[m],
        )
        return int(status), float(cost)

    # The kernel releases the interpreter's lock; the first marker compiles or loads it.
    outcomes = [run(0)] if len(markers) else []
    if len(markers) > 1:
        with ThreadPoolExecutor(_THREADS) as pool:
            outcomes += list(pool.map(run, range(1, len(markers))))
    for m, (status, cost) in enumerate(outcomes):
        if status != DONE:
            raise budget_error(status, markers[m].name, cost, budget)
    return result


def _needs_each(
    family: Hypothesis, missing: Sequence[str], genealogy: Genealogy, theta: Theta
) -> bool:
    """Tell whether placements need a hypothesis each, not only other calls at some places.

    So it is where places share their genotype with an identical twin, and under theta where
    founders are inbred or separate families have urns of their own.
    """
    places = [genealogy.index[i] for i in missing]
    others = {genealogy.index[i] for i in family.profiles}
    if len(set(places)) < len(places) or others & set(places):
        return True
    if theta.value == 0:
        return False
    inbred = any(p.inbreeding for p in family.pedigree.persons.values())
    return inbred or (theta.scope == "component" and len(family.pedigree.components()) > 1)


def _filled(
    family: Hypothesis,
    missing: Sequence[str],
    candidates: Sequence[tuple[Profile, ...]],
    row: IntArray,
) -> Hypothesis:
    placed = {i: candidates[c] for i, c in zip(missing, row.tolist(), strict=True) if c >= 0}
    return Hypothesis(family.pedigree, {**family.profiles, **placed})


def candidate_states(
    candidates: Sequence[tuple[Profile, ...]], marker: Marker, haploid: bool, rates: ErrorRates
) -> tuple[tuple[IntArray, IntArray, IntArray, IntArray, Array], IntArray]:
    """Return (first, count, paternal, maternal, weight) of all candidates, and their classes.

    A candidate without a call has count 0. Candidates of one class have the same states.
    """
    first = np.zeros(len(candidates), np.int64)
    count = np.zeros(len(candidates), np.int64)
    classes = np.zeros(len(candidates), np.int64)
    flat: list[tuple[int, int, float]] = []
    seen: dict[tuple[tuple[int, int, float], ...], int] = {}
    for c, samples in enumerate(candidates):
        replicates = [
            (p.calls[marker.name], rates.of(p)) for p in samples if marker.name in p.calls
        ]
        if not replicates:
            continue
        states = tuple(call_states(replicates, marker, haploid, samples[0].sample))
        first[c], count[c] = len(flat), len(states)
        classes[c] = seen.setdefault(states, len(seen))
        flat.extend(states)
    return (
        first,
        count,
        np.array([s[0] for s in flat], np.int64),
        np.array([s[1] for s in flat], np.int64),
        np.array([s[2] for s in flat], np.float64),
    ), classes
