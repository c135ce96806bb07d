"""Comparing many samples at once: each different observation of a marker is weighed only once.

A marker of a thousand samples holds perhaps sixty different calls. For every pair of these
calls this module tabulates P(both calls) when they come from one person, from two persons that
share one allele by descent, and from two unrelated persons. Any pair of samples is then a
look-up per marker. See ``docs/methods/same-person.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from forename.compiled import compiled
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates, diploid_weights, haploid_weights
from forename.genetics.problem import Settings
from forename.genetics.profiles import Call, Profile, Sex, sex_from_amelogenin

Codes = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

# Alleles, partial, drop-out, drop-in, sex known.
_Observation = tuple[tuple[str, ...], bool, float, float, bool]

MISSING = 0


@dataclass(frozen=True, slots=True, eq=False)
class MarkerComparison:
    """One marker of ``n`` samples with ``u`` different observations, of which 0 is "no data".

    ``codes`` (n,) gives each sample's observation. ``weights`` (u, s) is P(observation | state),
    a state being an ordered genotype or, in a man on X, an allele; typing error is included.
    ``prior`` (s,) is the probability of a state in the population. ``sex`` restricts an
    X-linked comparison to one sex and is unknown for an autosomal marker; ``sex_known`` (u,) then
    tells whether the sample is known to have it. ``possible`` (u, s) marks the states that explain
    an observation by drop-out and silent alleles alone, and ``impossible`` (u, u) the pairs of
    observations that no single state explains.
    """

    marker: Marker
    sex: Sex
    theta: float
    codes: Codes
    weights: Array
    prior: Array
    sex_known: Flags
    possible: Flags
    impossible: Flags

    @property
    def compared(self) -> Flags:
        """Which pairs of observations say something, shape (u, u).

        Both must be data; on X, one of two samples must be known to have the sex in question.
        """
        data = np.arange(len(self.weights)) != MISSING
        known = self.sex_known[:, None] | self.sex_known[None, :]
        return np.asarray(known & data[:, None] & data[None, :])

    @property
    def probability(self) -> Array:
        """P(observation), shape (u,)."""
        return sums_of_products(self.weights, self.prior[None, :])[:, 0]

    def one_person(self) -> Array:
        """P(both observations | one person), shape (u, u), symmetric."""
        return _symmetric(sums_of_products(self.weights * self.prior, self.weights))

    def unrelated(self, left: Array, right: Array) -> Array:
        """P(both | two unrelated persons) for rows of state weights: (m, s), (n, s) -> (m, n).

        With theta the four alleles come from one sampling sequence; see the methods page.
        """
        if self.theta == 0:
            prior = self.prior[None, :]
            return sums_of_products(left, prior) * sums_of_products(right, prior).T
        if self.sex is Sex.MALE:
            return _two_men(left, right, self.marker.frequencies, self.theta)
        return _two_persons(left, right, self.prior, self.marker.frequencies, self.theta)

    def same_person_log10_lr(self) -> Array:
        """log10 LR of "one person" against "two unrelated persons", shape (u, u).

        Where the pair is not compared the LR is 1, exactly.
        """
        ratio = self.one_person() / _symmetric(self.unrelated(self.weights, self.weights))
        with np.errstate(divide="ignore"):
            return np.where(self.compared, np.log10(ratio), 0.0)

    def one_shared_allele_lr(self) -> Array:
        """LR of "exactly one allele shared by descent" against "none", theta 0, shape (u, u).

        Autosomal markers only. This is the LR of parent and child without mutation.
        """
        size = len(self.marker.alleles)
        frequencies = self.marker.frequencies
        rows = self.weights.reshape(-1, size)
        given_allele = sums_of_products(rows, frequencies[None, :]).reshape(-1, size)
        shared = _symmetric(sums_of_products(given_allele * frequencies, given_allele))
        probability = sums_of_products(given_allele, frequencies[None, :])[:, 0]
        return np.asarray(shared / np.outer(probability, probability))

    def both_alleles_shared_lr(self) -> Array:
        """LR of "both alleles shared by descent" against "none", theta 0, shape (u, u).

        Autosomal markers only. This is the LR of one person or identical twins.
        """
        prior = np.outer(self.marker.frequencies, self.marker.frequencies).ravel()
        both = _symmetric(sums_of_products(self.weights * prior, self.weights))
        probability = sums_of_products(self.weights, prior[None, :])[:, 0]
        return np.asarray(both / np.outer(probability, probability))


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Samples prepared for pairwise look-ups; ``sexes`` in the order of ``profiles``."""

    profiles: tuple[Profile, ...]
    sexes: tuple[Sex, ...]
    markers: tuple[MarkerComparison, ...]

    def select(self, rows: Sequence[int]) -> Comparison:
        """Return the comparison of some of the samples."""
        chosen = list(rows)
        return Comparison(
            tuple(self.profiles[row] for row in chosen),
            tuple(self.sexes[row] for row in chosen),
            tuple(replace(m, codes=m.codes[chosen]) for m in self.markers),
        )

    def codes(self) -> Codes:
        """Return every sample's observation at every marker, shape (n, markers)."""
        if not self.markers:
            return np.zeros((len(self.profiles), 0), dtype=np.intp)
        return np.ascontiguousarray(np.stack([m.codes for m in self.markers], axis=1))

    def compared(self, i: int, j: int) -> tuple[int, ...]:
        """Return the positions of the marker comparisons that say something about a pair."""
        return tuple(
            number
            for number, m in enumerate(self.markers)
            if m.codes[i] != MISSING
            and m.codes[j] != MISSING
            and (m.sex_known[m.codes[i]] or m.sex_known[m.codes[j]])
        )


def compare_observations(
    profiles: Sequence[Profile], markers: Sequence[Marker], settings: Settings
) -> Comparison:
    """Prepare samples for comparison; an observation that the model cannot explain is no data.

    Three alleles without drop-in are such an observation: they have probability 0 under every
    hypothesis, so the marker says nothing and its LR is 1. Raises `InvalidProfileError` when an
    allele is not one of the marker's.
    """
    sexes = tuple(sex_of(profile) for profile in profiles)
    prepared = []
    for marker in markers:
        if marker.chromosome is Chromosome.X:
            prepared.append(_prepare(profiles, sexes, marker, Sex.FEMALE, settings))
            prepared.append(_prepare(profiles, sexes, marker, Sex.MALE, settings))
        else:
            prepared.append(_prepare(profiles, sexes, marker, Sex.UNKNOWN, settings))
    return Comparison(tuple(profiles), sexes, tuple(prepared))


def sex_of(profile: Profile) -> Sex:
    """Return the stated sex of a sample, or else the one that amelogenin shows."""
    return (
        profile.sex if profile.sex is not Sex.UNKNOWN else sex_from_amelogenin(profile.amelogenin)
    )


def _prepare(
    profiles: Sequence[Profile],
    sexes: Sequence[Sex],
    marker: Marker,
    sex: Sex,
    settings: Settings,
) -> MarkerComparison:
    defaults = ErrorRates(settings.drop_out, settings.drop_in)
    frequencies = marker.frequencies
    prior = frequencies if sex is Sex.MALE else _genotype_prior(frequencies, settings.theta)
    calls: dict[_Observation, list[tuple[int, Call]]] = {}
    for row, profile in enumerate(profiles):
        call = profile.calls.get(marker.name)
        if call is None or {sex, sexes[row]} == {Sex.MALE, Sex.FEMALE}:
            continue
        rates = defaults.of(profile)
        known = sex in (Sex.UNKNOWN, sexes[row])
        alleles = tuple(sorted(call.distinct))
        key = (alleles, call.partial, rates.drop_out, rates.drop_in, known)
        calls.setdefault(key, []).append((row, call))
    weights = [np.ones(len(prior))]
    strict = [np.ones(len(prior))]
    sex_known = [True]
    codes = np.zeros(len(profiles), dtype=np.intp)
    # In sorted order, so that the order of the samples alters no digit.
    for key in sorted(calls):
        rows = [row for row, _ in calls[key]]
        call = calls[key][0][1]
        _, _, drop_out, drop_in, known = key
        record = f"sample {profiles[rows[0]].sample}"
        seen = _weights(call, ErrorRates(drop_out, drop_in), marker, sex, record)
        probability = float((seen * prior).sum())
        if probability == 0:
            continue
        codes[rows] = len(weights)
        sex_known.append(known)
        without_drop_in = ErrorRates(drop_out, 0.0)
        strict.append(
            seen if drop_in == 0 else _weights(call, without_drop_in, marker, sex, record)
        )
        weights.append((1 - settings.typing_error) * seen + settings.typing_error * probability)
    explained = np.array(strict)
    explicable = explained.any(axis=1)
    disjoint = np.equal(sums_of_products(explained, explained), 0)
    impossible = np.logical_and(disjoint, np.logical_and.outer(explicable, explicable))
    return MarkerComparison(
        marker,
        sex,
        settings.theta,
        codes,
        np.array(weights),
        prior,
        np.array(sex_known),
        explained > 0,
        impossible,
    )


def _weights(call: Call, rates: ErrorRates, marker: Marker, sex: Sex, record: str) -> Array:
    if sex is Sex.MALE:
        return haploid_weights([(call, rates)], marker, record)
    return diploid_weights([(call, rates)], marker, record).ravel()


def _genotype_prior(frequencies: Array, theta: float) -> Array:
    """P(ordered genotype) with the second allele drawn after the first, shape (k * k,)."""
    prior = (1 - theta) * np.outer(frequencies, frequencies)
    prior[np.diag_indices(len(frequencies))] += theta * frequencies
    return prior.ravel()


def _two_persons(left: Array, right: Array, prior: Array, p: Array, theta: float) -> Array:
    """Sum P(a, b, c, d) left(a, b) right(c, d) over the sampling sequence a, b, c, d."""
    size = len(p)
    w = right.reshape(-1, size, size)
    own = np.diagonal(w, axis1=1, axis2=2)
    row = (1 - theta) * (w * p).sum(axis=2)
    constant = (1 - theta) * (row * p).sum(axis=1) + theta * (1 - theta) * (own * p).sum(axis=1)
    ends = 2 * theta * row + 2 * theta**2 * own
    inner = (
        constant[:, None, None] + ends[:, :, None] + ends[:, None, :] + 2 * theta**2 * w
    ).reshape(len(right), -1)
    return sums_of_products(left * prior, inner) / ((1 + theta) * (1 + 2 * theta))


def _two_men(left: Array, right: Array, p: Array, theta: float) -> Array:
    apart = sums_of_products(left, p[None, :]) * sums_of_products(right, p[None, :]).T
    return (1 - theta) * apart + theta * sums_of_products(left * p, right)


def sums_of_products(left: Array, right: Array) -> Array:
    """Return ``left @ right.T`` for (m, s) and (n, s), summed in the order of the columns.

    Rows of weights are mostly zeros, which are skipped. A library for matrices would sum in an
    order that depends on the machine, and so change the last digits.
    """
    result = np.zeros((len(left), len(right)))
    _add_products(np.ascontiguousarray(left), np.ascontiguousarray(right), result)
    return result


@compiled
def _add_products(left: Array, right: Array, result: Array) -> None:
    used = np.empty(left.shape[1], dtype=np.intp)
    for m in range(left.shape[0]):
        count = 0
        for s in range(left.shape[1]):
            if left[m, s] != 0.0:
                used[count] = s
                count += 1
        for n in range(right.shape[0]):
            total = 0.0
            for at in range(count):
                total += left[m, used[at]] * right[n, used[at]]
            result[m, n] = total


def _symmetric(table: Array) -> Array:
    """Average a table with its transpose, so that swapping two samples changes no digit."""
    return np.asarray((table + table.T) / 2)
