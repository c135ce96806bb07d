"""The likelihood of a family for each placement of remains, every distinct case eliminated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np

from forename.genetics.conditional import place_candidates
from forename.genetics.elimination import (
    DONE,
)
from forename.genetics.encoding import (
    Genealogy,
    IntArray,
    call_states,
    compile_markers,
    encode_states,
    genealogy_of,
)
from forename.genetics.likelihood import (
    DEFAULT_BUDGET,
    NO_THETA,
    Hypothesis,
    Theta,
    budget_error,
    log_likelihoods,
)
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.profiles import Profile

_THREADS = 2

# First, count, paternal, maternal, weight of all candidates' states, and their classes.
CandidateStates = tuple[tuple[IntArray, IntArray, IntArray, IntArray, Array], IntArray]


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
    calls = CandidateCalls.of(candidates, rates)
    return search_encoded(family, missing, calls, placements, markers, theta=theta, budget=budget)


@dataclass(frozen=True, slots=True, eq=False)
class CandidateCalls:
    """Candidates' profiles, and their states at a marker, laid out once for all families.

    ``states`` takes a marker and whether persons have one allele there, as `candidate_states`.
    """

    profiles: Sequence[tuple[Profile, ...]]
    rates: ErrorRates
    states: Callable[[Marker, bool], CandidateStates]

    @classmethod
    def of(cls, candidates: Sequence[tuple[Profile, ...]], rates: ErrorRates) -> CandidateCalls:
        """Return candidates with their calls."""

        @cache
        def states(marker: Marker, haploid: bool) -> CandidateStates:
            return candidate_states(candidates, marker, haploid, rates)

        return cls(candidates, rates, states)


def search_encoded(
    family: Hypothesis,
    missing: Sequence[str],
    candidates: CandidateCalls,
    placements: IntArray,
    markers: Sequence[Marker],
    *,
    theta: Theta = NO_THETA,
    budget: float = DEFAULT_BUDGET,
) -> Array:
    """Return the same as `search_placements` for candidates whose calls are laid out already."""
    rates = candidates.rates
    if theta.value > 0 and theta.scope == "component":
        return _by_component(family, missing, candidates, placements, markers, theta, budget)
    genealogy = genealogy_of(family.pedigree)
    if _needs_each(family, missing, genealogy):
        rows = [
            log_likelihoods(
                _filled(family, missing, candidates.profiles, row),
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
        encoded, classes = candidates.states(marker, haploid)
        status, cost = place_candidates(
            genealogy.arrays,
            arrays,
            states,
            m,
            float(theta.value),
            float(budget),
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


def _by_component(
    family: Hypothesis,
    missing: Sequence[str],
    candidates: CandidateCalls,
    placements: IntArray,
    markers: Sequence[Marker],
    theta: Theta,
    budget: float,
) -> Array:
    """Return log-likelihoods where each connected part of the pedigree has an urn of its own."""
    total = np.zeros((len(markers), len(placements)))
    for part in family.components():
        own = [j for j, member in enumerate(missing) if member in part.pedigree]
        total += search_encoded(
            part,
            [missing[j] for j in own],
            candidates,
            placements[:, own],
            markers,
            theta=Theta(theta.value),
            budget=budget,
        )
    return total


def _needs_each(family: Hypothesis, missing: Sequence[str], genealogy: Genealogy) -> bool:
    """Tell whether placements need a hypothesis each, not only other calls at some places.

    So it is where places share their genotype with an identical twin.
    """
    places = [genealogy.index[i] for i in missing]
    others = {genealogy.index[i] for i in family.profiles}
    return len(set(places)) < len(places) or bool(others & set(places))


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
) -> CandidateStates:
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
