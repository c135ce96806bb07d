"""One joint answer for a whole store: who of all the dead is who of all the missing.

    persons → pairs from a level on → placements → parts in the sea of all others → proposals

Method and proof: ``docs/methods/joint-answer-at-scale.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from forename.exceptions import InvalidSettingError, UnusableInputError
from forename.genetics.encoding import IntArray
from forename.genetics.findings import Finding, Severity
from forename.genetics.markers import Array
from forename.genetics.problem import Settings
from forename.genetics.sentences import say
from forename.search.job import Wanted, gathered, search_of_persons
from forename.search.listing import Listing, Missing, Pairing, list_pairs, missing_of, sex_factors
from forename.search.persons import Persons, columns_as_persons, persons_of
from forename.search.records import Records, records_of
from forename.search.store import Store, check_parts
from forename.search.unlisted import Unlisted
from forename.statistics.placements import Placements
from forename.statistics.priors import Prior, PriorKind, default_prior, parse_prior
from forename.statistics.sea import Best, Judged, Sea, best_assignment, judge

_PAIRS = 1e8  # of a store in which those with an LR of 0.5 and more are listed

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class JointAnswer:
    """The joint posterior of a store's persons and missing persons.

    ``pairs`` are all listed pairs with their LR of DNA alone; ``placements`` all listed placements
    with the odds of the prior, judged by ``judged``, whose vertices are first the persons, then
    the families. ``samples`` are the names of the store's remains; ``together`` as in `Listing`.
    """

    store: Store
    settings: Settings
    prior: Prior
    persons: Persons
    missing: Missing
    pairs: Pairing
    placements: Placements
    judged: Judged
    best: Best
    markers: tuple[str, ...]
    findings: tuple[Finding, ...]
    samples: tuple[str, ...]
    records: Records
    together: Mapping[str, Array]

    def samples_of(self, person: int) -> list[str]:
        """Return the names of a person's samples."""
        return [self.samples[row] for row in self.persons.members[person]]


def answer(
    store: Store,
    settings: Settings,
    threads: int,
    tell: Tell | None = None,
    kept: Mapping[str, Array] | None = None,
) -> JointAnswer:
    """Return the joint answer for everything in a store.

    ``kept`` is what an earlier answer worked out ``together``; it makes this one faster, and not
    different. Raises `UnusableInputError` where the store lacks remains or families or was changed
    meanwhile, `InvalidSettingError` for a prior that a store cannot hold.
    """
    say_stage = tell or _silent
    say_stage("Parts of one person")
    job = gathered(store, settings, Wanted())
    if not len(job.remains) or not len(job.families):
        raise UnusableInputError(
            "the store has no remains, or no families with typed relatives.",
            file=str(store.folder),
            expected="both; add them with `forename store add`",
        )
    persons = persons_of(store, job, settings, threads)
    missing = missing_of(job)
    prior = stated_prior(settings, len(persons), len(missing.names))
    odds = odds_of(prior, len(persons), len(missing.names))
    factors = sex_factors(settings) * odds
    least = listed_from(len(persons), len(missing.names))
    level = float(np.log10(least))
    say_stage("Likely pairs")
    wanted = Wanted(level, 0, level)
    by_person = search_of_persons(
        gathered(store, settings, wanted), columns_as_persons(job, persons)
    )
    pairs = list_pairs(by_person, threads)
    say_stage("Families that miss several persons")
    records = records_of(store)
    listing = Listing(by_person, persons, missing, settings, odds, pairs, records, kept or {})
    placements = listing.placements(level, threads)
    say_stage("Joint answer")
    unlisted = Unlisted(
        by_person,
        len(persons) + missing.family[by_person.order],
        listing.row_sex,
        factors[missing.sexes[by_person.order]],
        level,
        threads,
    )
    sea = Sea(
        placements,
        unlisted.weighed,
        least * float(factors.max()),
        listing.given,
        listing.given_base,
    )
    judged = judge(sea)
    say_stage("Best assignment")
    best = best_assignment(sea, judged)
    check_parts(store)
    return JointAnswer(
        store,
        settings,
        prior,
        persons,
        missing,
        pairs,
        placements,
        judged,
        best,
        tuple(marker.name for marker in by_person.markers),
        (*by_person.findings, *persons.findings, *_left_out(listing)),
        tuple(job.remains["name"].to_pylist()),
        records,
        listing.together,
    )


def listed_from(persons: int, missing: int) -> float:
    """Return the LR from which on a pair is listed: every one in a small store.

    In a large store the lists stay within some million pairs.
    """
    return min(1e2, max(1e-9, 0.5 * persons * missing / _PAIRS))


def stated_prior(settings: Settings, persons: int, missing: int) -> Prior:
    """Return the prior in force; raise `InvalidSettingError` for one that a store cannot hold."""
    if not settings.prior:
        return default_prior(persons, missing)
    prior = parse_prior(settings.prior)
    known = PriorKind.MISSING_TOTAL, PriorKind.VICTIMS, PriorKind.ODDS
    if prior.kind not in known:
        raise InvalidSettingError(
            f"prior {prior.text} is not for a whole store: state victims:N, missing-total:N or "
            "odds:X"
        )
    if prior.kind is not PriorKind.ODDS and prior.value <= max(persons, missing):
        raise InvalidSettingError(
            f"prior {prior.text}: there are {persons} persons found and {missing} missing; state a "
            "larger total"
        )
    return prior


def odds_of(prior: Prior, persons: int, missing: int) -> float:
    """Return the prior odds of every pair.

    victims:N is an urn, whose odds depend a little on how many pairs there are; in a whole store
    that number is nearly certain, and the odds are those at its mean, N / ((N - n) (N - m)).
    """
    if prior.kind is PriorKind.ODDS:
        return prior.value
    if prior.kind is PriorKind.MISSING_TOTAL:
        return 1 / (prior.value - 1)
    return prior.value / ((prior.value - persons) * (prior.value - missing))


def _silent(stage: str) -> None:  # noqa: ARG001  a progress that nobody watches
    return None


def _left_out(listing: Listing) -> list[Finding]:
    return [
        Finding(
            "placements_left_out",
            Severity.WARNING,
            (name,),
            say(
                "{name} misses so many persons, or resembles so many remains, that only the "
                "likeliest placements of several persons at once were weighed.",
                name=name,
            ),
            say("Analyse this family with `identify`."),
        )
        for name in sorted(listing.left_out)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Posteriors:
    """Who may be whom: person and column numbers, posterior and bounds; log10 LR of DNA alone.

    The LR is NaN where a pair is listed only beside others of the family. Sorted by person, the
    likeliest first.
    """

    person: IntArray
    column: IntArray
    posterior: Array
    low: Array
    high: Array
    log10_lr: Array


def posteriors(found: JointAnswer, least: float = 1e-6) -> Posteriors:
    """Return the posterior of every linked pair that may reach ``least``."""
    placements, judged = found.placements, found.judged
    linked = np.zeros(len(placements), np.bool_)
    if judged.parts:
        linked[np.concatenate(judged.parts)] = True
    entry = np.flatnonzero(linked[placements.owner])
    owner = placements.owner[entry]
    width = len(found.missing.names)
    key = placements.rows[entry] * width + placements.columns[entry]
    known, place = np.unique(key, return_inverse=True)
    sums = [
        np.bincount(place, values[owner], len(known))
        for values in (judged.through, judged.low, judged.high)
    ]
    pair_key = found.pairs.person * width + found.pairs.column
    order = np.argsort(pair_key)
    at = np.minimum(np.searchsorted(pair_key[order], known), max(0, len(order) - 1))
    lrs = np.full(len(known), np.nan)
    if len(order):
        same = pair_key[order][at] == known
        lrs[same] = found.pairs.log10_lr[order][at][same]
    person, column = np.divmod(known, width)
    posterior, low, high = (np.minimum(values, 1.0) for values in sums)
    kept = np.flatnonzero(high >= least)
    kept = kept[np.lexsort((column[kept], -posterior[kept], person[kept]))]
    return Posteriors(person[kept], column[kept], posterior[kept], low[kept], high[kept], lrs[kept])
