"""Every set of remains against every missing person, one pairing at a time.

The LR of a pairing compares "these remains are this missing person" with "these remains are
unrelated to the family"; other missing persons of the family stay untyped. With theta = 0 it is a
look-up in the family's conditional genotype table; with theta > 0 remains and family share one urn
of founder alleles and each pairing's two hypotheses are computed (``docs/methods/theta.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forename.exceptions import InvalidPedigreeError
from forename.genetics.coancestry import Pairing, coancestry_log10_lrs, refuse_beyond_budget
from forename.genetics.conditional import genotype_tables
from forename.genetics.findings import Finding, Severity
from forename.genetics.likelihood import (
    DEFAULT_BUDGET,
    Hypothesis,
    IntArray,
    Theta,
    genealogy_of,
)
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.panel import usable_call
from forename.genetics.pedigrees import Pedigree
from forename.genetics.placement_search import CandidateCalls, candidate_states
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Profile, Sex

_ROUNDING = 1e-12  # of a log10 LR


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A set of remains to be placed: a label, the samples' profiles, the sex they indicate."""

    label: str
    profiles: tuple[Profile, ...]
    sex: Sex = Sex.UNKNOWN
    stratum: str = ""

    @property
    def samples(self) -> tuple[str, ...]:
        """The names of the samples, in order, each once."""
        return tuple(dict.fromkeys(p.sample for p in self.profiles))


@dataclass(frozen=True, slots=True)
class Place:
    """One missing person: the family and the member."""

    family: Family
    member: str

    @property
    def label(self) -> str:
        """The id used in results."""
        return self.family.label(self.member)

    @property
    def sex(self) -> Sex:
        """The stated or derived sex of the missing person."""
        return self.family.pedigree[self.member].sex


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """LRs of all pairings.

    ``log10_lr`` has shape (candidates, places, markers): 0 where either side has no data, -inf
    where the pairing is impossible. ``excluded`` is true where the pairing, but not the family by
    itself, needs a mutation. ``compared`` says where the candidate has a usable call.
    """

    candidates: tuple[Candidate, ...]
    places: tuple[Place, ...]
    markers: tuple[Marker, ...]
    log10_lr: Array
    excluded: np.ndarray
    compared: np.ndarray

    def totals(self) -> Array:
        """Return the log10 LR over all markers, shape (candidates, places)."""
        total: Array = self.log10_lr.sum(axis=2)
        return total


def places_of(families: Sequence[Family]) -> tuple[Place, ...]:
    """Return all missing persons of the families, in order."""
    return tuple(Place(family, member) for family in families for member in family.missing)


def usable_profile(profile: Profile, markers: Sequence[Marker], settings: Settings) -> Profile:
    """Return the profile with the calls that the model can use; the checks report the others."""
    drop_in = settings.drop_in if profile.drop_in is None else profile.drop_in
    names = {marker.name: marker for marker in markers}
    calls = {
        name: call
        for name, call in profile.calls.items()
        if name in names and usable_call(call, names[name], profile.sex, drop_in)
    }
    return profile if len(calls) == len(profile.calls) else replace(profile, calls=calls)


def usable_family(family: Family, markers: Sequence[Marker], settings: Settings) -> Family:
    """Return the family with every profile reduced to its usable calls."""
    profiles = {
        member: tuple(usable_profile(p, markers, settings) for p in own)
        for member, own in family.profiles.items()
    }
    return replace(family, profiles=profiles)


def rank_matches(
    candidates: Sequence[Candidate],
    families: Sequence[Family],
    markers: Sequence[Marker],
    settings: Settings,
    progress: Callable[[float], None] | None = None,
    budget: float = DEFAULT_BUDGET,
) -> Ranking:
    """Compare every candidate with every missing person; raises `BudgetExceededError`."""
    rates = ErrorRates(settings.drop_out, settings.drop_in)
    places = places_of(families)
    calls = CandidateCalls.of([c.profiles for c in candidates], rates)
    theta = Theta(settings.theta, settings.theta_scope)
    if theta.value > 0 and candidates:
        refuse_beyond_budget(_pairings(places, markers), calls, theta, budget)
    plain = [replace(marker, mutation_male=None, mutation_female=None) for marker in markers]
    shape = (len(candidates), len(places), len(markers))
    log10 = np.zeros(shape)
    excluded = np.zeros(shape, np.bool_)
    judged = np.zeros(shape, np.bool_)
    compared = np.zeros((len(candidates), len(markers)), np.bool_)
    observed = {
        linked_male: [_Observed.of(candidates, m, linked_male, rates) for m in markers]
        for linked_male in (False, True)
    }
    for m in range(len(markers)):
        compared[:, m] = (observed[False][m].count > 0) | (observed[True][m].count > 0)
    for at, place in enumerate(places):
        if progress is not None:
            progress(at / len(places))
        for sex, columns in _variants(place, markers):
            chosen = [markers[m] for m in columns]
            family = _with_sex(place, sex)
            if family is None:
                continue
            tables, logs = genotype_tables(family, place.member, chosen, rates=rates, budget=budget)
            without, plain_logs = genotype_tables(
                family, place.member, [plain[m] for m in columns], rates=rates, budget=budget
            )
            for column, m in enumerate(columns):
                linked = markers[m].chromosome == Chromosome.X
                seen = observed[linked and sex == Sex.MALE][m]
                rows = _rows(candidates, place, linked, sex)
                if np.isfinite(logs[column]):
                    log10[rows, at, m] = seen.log10_lr(tables[column])[rows]
                    judged[rows, at, m] = seen.count[rows] > 0
                if np.isfinite(plain_logs[column]):
                    impossible = np.isneginf(seen.log10_lr(without[column]))
                    excluded[rows, at, m] = impossible[rows]
    ranking = Ranking(tuple(candidates), places, tuple(markers), log10, excluded, compared)
    if settings.theta > 0:
        return _with_theta(ranking, judged, calls, theta, budget, progress)
    return ranking


def _variants(place: Place, markers: Sequence[Marker]) -> list[tuple[Sex, list[int]]]:
    """Return which markers to compute with which sex of the missing person."""
    every = list(range(len(markers)))
    linked = [m for m in every if markers[m].chromosome == Chromosome.X]
    others = [m for m in every if m not in linked]
    if linked and unsexed_relatives(place.family):
        return [(place.sex, others)]
    if not linked or place.sex != Sex.UNKNOWN:
        return [(place.sex, every)]
    # An unknown sex: X-linked markers are judged under the sex of the remains.
    return [(Sex.UNKNOWN, others), (Sex.MALE, linked), (Sex.FEMALE, linked)]


def unsexed_relatives(family: Family) -> tuple[str, ...]:
    """Return the members, missing ones apart, whose sex X-linked markers would need to know."""
    genealogy = genealogy_of(family.pedigree)
    unsexed = {genealogy.ids[i] for i in genealogy.unsexed}
    return tuple(i for i in family.pedigree.order if i in unsexed and i not in family.missing)


def unsexed_families(ranking: Ranking) -> tuple[Finding, ...]:
    """Return a finding for each family that cannot use its X-linked markers."""
    if not any(marker.chromosome == Chromosome.X for marker in ranking.markers):
        return ()
    families = {place.family.id: place.family for place in ranking.places}
    return tuple(
        Finding(
            "x_markers_not_used",
            Severity.WARNING,
            (family.id, *unsexed),
            f"Family {family.id}: X-linked markers were not used, the sex of "
            f"{', '.join(unsexed)} is not known.",
            "State the sex or type amelogenin.",
        )
        for family in families.values()
        if (unsexed := unsexed_relatives(family))
    )


def _rows(candidates: Sequence[Candidate], place: Place, linked: bool, sex: Sex) -> IntArray:
    """Return the candidates that a variant is about: on X, those that can have this sex."""
    if not linked:
        return np.arange(len(candidates))
    known = place.sex != Sex.UNKNOWN
    return np.array(
        [
            c
            for c, candidate in enumerate(candidates)
            if candidate.sex == sex or (known and candidate.sex == Sex.UNKNOWN)
        ],
        np.int64,
    )


def _with_sex(place: Place, sex: Sex) -> Hypothesis | None:
    """Return the family with the missing person's sex set, None where the family contradicts it.

    A parent of unknown sex stands as the father by convention; as a woman she changes places with
    the other parent.
    """
    pedigree = place.family.pedigree
    member = place.member
    if sex == pedigree[member].sex:
        return Hypothesis(pedigree, place.family.profiles)
    if pedigree[member].sex != Sex.UNKNOWN:
        return None
    role = "father" if sex == Sex.FEMALE else "mother"
    wrong = [
        i for i in pedigree.order if sex != Sex.UNKNOWN and getattr(pedigree[i], role) == member
    ]
    persons = dict(pedigree.persons)
    for i in wrong:
        child = persons[i]
        persons[i] = replace(child, father=child.mother, mother=child.father)
    persons[member] = replace(persons[member], sex=sex)
    try:
        return Hypothesis(Pedigree(list(persons.values())), place.family.profiles)
    except InvalidPedigreeError:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class _Observed:
    """All candidates' possible genotypes at one marker, and their population probability."""

    count: IntArray
    row: IntArray
    paternal: IntArray
    maternal: IntArray
    weight: Array
    log10_population: Array
    haploid: bool

    @staticmethod
    def of(
        candidates: Sequence[Candidate], marker: Marker, haploid: bool, rates: ErrorRates
    ) -> _Observed:
        linked = marker.chromosome == Chromosome.X
        haploid = haploid and linked
        fitting = [
            c.profiles
            if not linked or c.sex == Sex.UNKNOWN or (c.sex == Sex.MALE) == haploid
            else ()
            for c in candidates
        ]
        (_, count, a, b, weight), _ = candidate_states(fitting, marker, haploid, rates)
        row = np.repeat(np.arange(len(candidates)), count)
        p = marker.frequencies
        population = np.zeros(len(candidates))
        np.add.at(population, row, weight * (p[a] if haploid else p[a] * p[b]))
        with np.errstate(divide="ignore"):
            logs = np.log10(population)
        return _Observed(count, row, a, b, weight, logs, haploid)

    def log10_lr(self, table: Array) -> Array:
        """Return log10 of P(calls | table) / P(calls | population), 0 without a call."""
        values = table[self.paternal] if table.ndim == 1 else table[self.paternal, self.maternal]
        above = np.zeros(len(self.count))
        np.add.at(above, self.row, self.weight * values)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio: Array = np.log10(above) - self.log10_population
        return np.where(self.count > 0, ratio, 0.0)


def _with_theta(
    ranking: Ranking,
    judged: np.ndarray,
    calls: CandidateCalls,
    theta: Theta,
    budget: float,
    progress: Callable[[float], None] | None,
) -> Ranking:
    """Replace LRs that have data by those of two hypotheses under one urn of founder alleles."""
    log10 = ranking.log10_lr.copy()
    for at, place in enumerate(ranking.places):
        if progress is not None:
            progress(at / len(ranking.places))
        names = {n for own in place.family.profiles.values() for p in own for n in p.calls}
        # Where nobody else is typed only an inbred place can have an LR other than 1.
        typed = np.array([marker.name in names for marker in ranking.markers], np.bool_)
        wanted = judged[:, at] & (typed | (np.abs(log10[:, at]) > _ROUNDING))
        for sex, columns in _variants(place, ranking.markers):
            fitting = np.zeros(wanted.shape, np.bool_)
            for m in columns:
                linked = ranking.markers[m].chromosome == Chromosome.X
                fitting[_rows(ranking.candidates, place, linked, sex), m] = True
            own = wanted & fitting
            rows, used = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
            pairing = _pairing(place, sex, [ranking.markers[m] for m in used])
            if pairing is None or not len(rows):
                continue
            lrs = coancestry_log10_lrs(pairing, calls, rows, theta, budget)
            block = np.ix_(rows, used)
            log10[:, at][block] = np.where(own[block], lrs, log10[:, at][block])
    return replace(ranking, log10_lr=log10)


def _pairing(place: Place, sex: Sex, markers: Sequence[Marker]) -> Pairing | None:
    """Return the comparison with a place as a person of this sex, None where that cannot be."""
    family = _with_sex(place, sex)
    if family is None:
        return None
    return Pairing(place.family.id, family, place.member, tuple(markers))


def _pairings(places: Sequence[Place], markers: Sequence[Marker]) -> list[Pairing]:
    """Return every comparison that a ranking needs."""
    every = [
        _pairing(place, sex, [markers[m] for m in columns])
        for place in places
        for sex, columns in _variants(place, markers)
    ]
    return [pairing for pairing in every if pairing is not None]
