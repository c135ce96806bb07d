"""A family with several missing persons: the likelihood of every way to fill its places."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from forename.genetics.conditional import place_candidates
from forename.genetics.elimination import DONE
from forename.genetics.likelihood import (
    DEFAULT_BUDGET,
    NO_THETA,
    Hypothesis,
    IntArray,
    Theta,
    budget_error,
    call_states,
    compile_markers,
    encode_states,
    genealogy_of,
)
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.profiles import Profile

_THREADS = 2


def placement_log_likelihoods(
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
    """Return the natural log-likelihood of the family for each placement, shape (markers, n).

    ``placements`` has shape (n, missing): the index of the candidate in each missing person's
    place, -1 for nobody. ``candidates`` are remains (replicates of one person). The remains that
    are not placed are not part of this likelihood.
    """
    genealogy = genealogy_of(family.pedigree)
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


def unrelated_log_likelihoods(
    candidates: Sequence[tuple[Profile, ...]],
    markers: Sequence[Marker],
    *,
    male: bool = False,
    rates: ErrorRates = ErrorRates(),
) -> Array:
    """Return log P(calls | unrelated to anyone) of candidates, shape (markers, candidates).

    0 where a candidate has no call. ``male`` matters for X-linked markers.
    """
    result = np.zeros((len(markers), len(candidates)))
    for m, marker in enumerate(markers):
        haploid = male and marker.chromosome == Chromosome.X
        (first, count, a, b, weight), _ = candidate_states(candidates, marker, haploid, rates)
        if not len(a):
            continue
        p = marker.frequencies
        each = weight * (p[a] if haploid else p[a] * p[b])
        for c in range(len(candidates)):
            if count[c]:
                total = each[first[c] : first[c] + count[c]].sum()
                result[m, c] = np.log(total) if total > 0 else -np.inf
            elif any(marker.name in p.calls for p in candidates[c]):
                result[m, c] = -np.inf
    return result
