"""Every set of remains against every missing person, one pairing at a time.

The LR of a pairing compares "these remains are this missing person" with "these remains are
unrelated to the family"; other missing persons of the family stay untyped. With theta = 0 it is a
look-up in the family's conditional genotype table; with theta > 0 remains and family share one urn
of founder alleles and each pairing's two hypotheses are computed (``docs/methods/theta.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forename.exceptions import InvalidPedigreeError
from forename.genetics.coancestry import Comparison, coancestry_log10_lrs, refuse_beyond_budget
from forename.genetics.conditional import genotype_tables
from forename.genetics.encoding import genealogy_of
from forename.genetics.findings import Finding, Severity
from forename.genetics.likelihood import DEFAULT_BUDGET, Hypothesis, Theta
from forename.genetics.lookup import Observed, observe
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.panel import usable_call
from forename.genetics.pedigrees import Pedigree
from forename.genetics.placement_search import CandidateCalls
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Profile, Sex
from forename.genetics.sentences import say

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
    tell = progress or _silent
    pairings = _pairings(candidates, places_of(families), markers, settings, budget)
    if settings.theta > 0 and candidates:
        theta = Theta(settings.theta, settings.theta_scope)
        refuse_beyond_budget(_comparisons(pairings), pairings.calls(), theta, budget)
    observed = pairings.observe()
    log10 = _log10_lrs(pairings, observed, settings, lambda share: tell(share / 2))
    plain = tuple(replace(m, mutation_male=None, mutation_female=None) for m in markers)
    without_mutation, _ = _look_up(
        replace(pairings, markers=plain), observed, lambda share: tell((1 + share) / 2)
    )
    return Ranking(
        pairings.candidates,
        pairings.places,
        pairings.markers,
        log10,
        np.isneginf(without_mutation),
        observed[Sex.FEMALE].called | observed[Sex.MALE].called,
    )


def pair_log10_lr(
    candidate: Candidate,
    place: Place,
    markers: Sequence[Marker],
    settings: Settings,
    budget: float = DEFAULT_BUDGET,
) -> Array:
    """Return what `rank_matches` finds for one pairing: log10 LRs, shape (markers,).

    Raises `BudgetExceededError`.
    """
    pairings = _pairings([candidate], [place], markers, settings, budget)
    lrs: Array = _log10_lrs(pairings, pairings.observe(), settings, _silent)[0, 0]
    return lrs


def _silent(share: float) -> None:  # noqa: ARG001  a progress that nobody watches
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _Pairings:
    """Who is compared with whom, at which markers, and what an exact answer may cost."""

    candidates: tuple[Candidate, ...]
    places: tuple[Place, ...]
    markers: tuple[Marker, ...]
    rates: ErrorRates
    budget: float

    def observe(self) -> Mapping[Sex, Observed]:
        """Return what is seen of the candidates as women and as men."""
        profiles = [c.profiles for c in self.candidates]
        return observe(profiles, [c.sex for c in self.candidates], self.markers, self.rates)

    def calls(self) -> CandidateCalls:
        """Return the candidates with their calls."""
        return CandidateCalls.of([c.profiles for c in self.candidates], self.rates)


def _pairings(
    candidates: Sequence[Candidate],
    places: Sequence[Place],
    markers: Sequence[Marker],
    settings: Settings,
    budget: float,
) -> _Pairings:
    rates = ErrorRates(settings.drop_out, settings.drop_in)
    return _Pairings(tuple(candidates), tuple(places), tuple(markers), rates, budget)


def _log10_lrs(
    pairings: _Pairings,
    observed: Mapping[Sex, Observed],
    settings: Settings,
    progress: Callable[[float], None],
) -> Array:
    """Return the log10 LRs of all pairings, shape (candidates, places, markers)."""
    log10, judged = _look_up(pairings, observed, progress)
    if settings.theta > 0:
        theta = Theta(settings.theta, settings.theta_scope)
        return _under_theta(pairings, log10, judged, theta, progress)
    return log10


def _look_up(
    pairings: _Pairings, observed: Mapping[Sex, Observed], progress: Callable[[float], None]
) -> tuple[Array, np.ndarray]:
    """Return the log10 LRs of all pairings from the families' tables, and which have data.

    Both have shape (candidates, places, markers).
    """
    candidates, markers = pairings.candidates, pairings.markers
    shape = (len(candidates), len(pairings.places), len(markers))
    log10 = np.zeros(shape)
    judged = np.zeros(shape, np.bool_)
    for at, place in enumerate(pairings.places):
        progress(at / len(pairings.places))
        for sex, columns in _variants(place, markers):
            family = with_sex(place, sex)
            if family is None:
                continue
            chosen = [markers[m] for m in columns]
            tables, logs = genotype_tables(
                family, place.member, chosen, rates=pairings.rates, budget=pairings.budget
            )
            seen = observed[Sex.MALE if sex == Sex.MALE else Sex.FEMALE]
            lrs = seen.log10_lr(dict(zip(columns, tables, strict=True)))[:, columns]
            # Where the family itself is impossible it says nothing.
            sound = _fitting(candidates, place, chosen, sex) & np.isfinite(logs)
            log10[:, at, columns] = np.where(sound, lrs, log10[:, at, columns])
            judged[:, at, columns] |= sound & seen.called[:, columns]
    return log10, judged


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
            say(
                "Family {family}: X-linked markers were not used, the sex of {persons} is not "
                "known.",
                family=family.id,
                persons=unsexed,
            ),
            say("State the sex or type amelogenin."),
        )
        for family in families.values()
        if (unsexed := unsexed_relatives(family))
    )


def _fitting(
    candidates: Sequence[Candidate], place: Place, markers: Sequence[Marker], sex: Sex
) -> np.ndarray:
    """Tell whom a variant is about, shape (candidates, markers): on X, who can have this sex."""
    known = place.sex != Sex.UNKNOWN
    fitting = [c.sex == sex or (known and c.sex == Sex.UNKNOWN) for c in candidates]
    linked = np.array([m.chromosome == Chromosome.X for m in markers], np.bool_)
    return np.logical_or.outer(np.array(fitting, np.bool_), ~linked)


def with_sex(place: Place, sex: Sex) -> Hypothesis | None:
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


def _under_theta(
    pairings: _Pairings,
    log10: Array,
    judged: np.ndarray,
    theta: Theta,
    progress: Callable[[float], None],
) -> Array:
    """Return the LRs that have data as those of two hypotheses under one urn of founder alleles."""
    result = log10.copy()
    calls = pairings.calls()
    for at, place in enumerate(pairings.places):
        progress(at / len(pairings.places))
        names = {n for own in place.family.profiles.values() for p in own for n in p.calls}
        # Where nobody else is typed only an inbred place can have an LR other than 1.
        typed = np.array([marker.name in names for marker in pairings.markers], np.bool_)
        wanted = judged[:, at] & (typed | (np.abs(log10[:, at]) > _ROUNDING))
        for sex, columns in _variants(place, pairings.markers):
            chosen = [pairings.markers[m] for m in columns]
            own = wanted[:, columns] & _fitting(pairings.candidates, place, chosen, sex)
            rows, used = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
            comparison = _comparison(place, sex, [chosen[m] for m in used])
            if comparison is None or not len(rows):
                continue
            lrs = coancestry_log10_lrs(comparison, calls, rows, theta, pairings.budget)
            block = np.ix_(rows, np.array(columns)[used])
            before = result[:, at][block]
            result[:, at][block] = np.where(own[np.ix_(rows, used)], lrs, before)
    return result


def _comparison(place: Place, sex: Sex, markers: Sequence[Marker]) -> Comparison | None:
    """Return the comparison with a place as a person of this sex, None where that cannot be."""
    family = with_sex(place, sex)
    if family is None:
        return None
    return Comparison(place.family.id, family, place.member, tuple(markers))


def _comparisons(pairings: _Pairings) -> list[Comparison]:
    """Return every comparison that a ranking under theta needs."""
    every = [
        _comparison(place, sex, [pairings.markers[m] for m in columns])
        for place in pairings.places
        for sex, columns in _variants(place, pairings.markers)
    ]
    return [comparison for comparison in every if comparison is not None]
