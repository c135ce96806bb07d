"""Families of one shape, and what they say of their missing person: an LR for every column.

Most families go many at once (`forename.genetics.alike_families`); those with several samples of
one relative, or identical twins, one by one, with the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from forename.genetics.alike_families import AlikeFamilies, conditional_tables
from forename.genetics.conditional import genotype_tables
from forename.genetics.encoding import genealogy_of
from forename.genetics.likelihood import Hypothesis
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates, diploid_weights, haploid_weights
from forename.genetics.panel import usable_call
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.ranking import Place, unsexed_relatives, with_sex
from forename.search.columns import Columns, Entries, Samples
from forename.search.screen import write_ratios


@dataclass(frozen=True)
class Shape:
    """The persons of a pedigree, the missing one asked about, and whose each sample is.

    ``typed`` names a member twice where two samples are of one person.
    """

    persons: tuple[Person, ...]
    missing: str
    typed: tuple[str, ...]

    @cached_property
    def pedigree(self) -> Pedigree:
        """The pedigree of these persons."""
        return Pedigree(self.persons)

    @property
    def sex(self) -> Sex:
        """The stated or derived sex of the missing person."""
        return self.pedigree[self.missing].sex

    @property
    def is_one_person(self) -> bool:
        """Tell whether the missing person is the one who is typed: a sample, not a family."""
        return self.typed == (self.missing,)

    @property
    def goes_abreast(self) -> bool:
        """Tell whether many families of this shape can be computed at once."""
        index = genealogy_of(self.pedigree).index
        places = [index[member] for member in self.typed]
        return len(set(places)) == len(places) and index[self.missing] not in places


@dataclass(frozen=True, slots=True, eq=False)
class Families:
    """Families of one shape; ``samples`` are those of family 0 in the order typed, then of 1."""

    shape: Shape
    samples: Samples

    def __len__(self) -> int:
        return len(self.samples) // len(self.shape.typed) if self.shape.typed else 0

    def part(self, begin: int, end: int) -> Families:
        """Return some of the families."""
        own = slice(begin * len(self.shape.typed), end * len(self.shape.typed))
        return Families(self.shape, self.samples.at(own))


class FamilyRatios:
    """The LRs of families against the columns of remains; entries are made once."""

    def __init__(self, columns: Columns, markers: Sequence[Marker]) -> None:
        self.columns = columns
        self.markers = tuple(markers)
        self._entries: dict[tuple[int, Sex], Entries] = {}

    def entries(self, number: int, sex: Sex) -> Entries:
        """Return the entries of a marker by its number, for missing persons of a sex."""
        marker = self.markers[number]
        # Only on X does their sex change what a call leaves possible.
        key = (number, sex if marker.chromosome is Chromosome.X else Sex.UNKNOWN)
        if key not in self._entries:
            self._entries[key] = self.columns.entries(number, marker, sex)
        return self._entries[key]

    def of(self, families: Families, at: Sequence[int] | None = None) -> Array:
        """Return the LRs, shape (families, columns); 1 where either side says nothing.

        ``at`` are the markers to compute (all); the LRs of others are 1.
        """
        ratios = np.ones((len(families), int(self.columns.bounds[-1])))
        every = range(len(self.markers)) if at is None else at
        for numbers, tables, logs in tables_of(families, self.markers, every):
            for m, table, own in zip(numbers, tables, np.isfinite(logs).T, strict=True):
                entries = self.entries(m, families.shape.sex)
                write_ratios(
                    np.ascontiguousarray(table.reshape(len(table), -1)),
                    np.ascontiguousarray(own),
                    entries.starts,
                    entries.cells,
                    entries.weights,
                    entries.rest,
                    entries.size,
                    int(self.columns.bounds[m]),
                    ratios,
                )
        return ratios


def tables_of(
    families: Families, markers: Sequence[Marker], every: Sequence[int]
) -> list[tuple[list[int], list[Array], Array]]:
    """Return genotype tables of some markers, and what the families' own calls are as likely as.

    Tables have shape (families, cells); log-likelihoods, natural, shape (families, markers), -inf
    where the calls are impossible. On X, where the sex of the missing person is not known, a
    man's table stands before a woman's, and the log-likelihoods are 0.
    """
    linked = [m for m in every if markers[m].chromosome is Chromosome.X]
    others = [m for m in every if m not in linked]
    found = [(others, *_conditional(families, markers, others))] if others else []
    if not linked or _unsexed(families.shape):
        return found
    if families.shape.sex is not Sex.UNKNOWN:
        return [*found, (linked, *_conditional(families, markers, linked))]
    as_sexes: list[list[Array]] = []
    for sex in (Sex.MALE, Sex.FEMALE):
        persons = persons_as(families.shape, sex)
        population = [_population(markers[m], sex) for m in linked]
        if persons is None:
            as_sexes.append([np.tile(p, (len(families), 1)) for p in population])
            continue
        as_one = replace(families, shape=replace(families.shape, persons=persons))
        tables, logs = _conditional(as_one, markers, linked)
        # Impossible with a person of this sex, the family says nothing of one.
        own = zip(tables, population, np.isfinite(logs).T, strict=True)
        as_sexes.append([np.where(possible[:, None], table, p) for table, p, possible in own])
    both = [np.concatenate(each, axis=1) for each in zip(*as_sexes, strict=True)]
    return [*found, (linked, both, np.zeros((len(families), len(linked))))]


def _population(marker: Marker, sex: Sex) -> Array:
    """Return P(genotype on X) of somebody unrelated, as tables of such persons are laid out."""
    p = marker.frequencies
    return p if sex is Sex.MALE else np.outer(p, p).ravel()


def _unsexed(shape: Shape) -> bool:
    """Tell whether a relative's sex is not known, so that nothing is said on X."""
    return not shape.is_one_person and bool(unsexed_relatives(_place(shape).family))


def persons_as(shape: Shape, sex: Sex) -> tuple[Person, ...] | None:
    """Return the persons with the missing one of a sex, None where the pedigree forbids it."""
    if shape.is_one_person:
        return (replace(shape.persons[0], sex=sex),)
    hypothesis = with_sex(_place(shape), sex)
    return None if hypothesis is None else tuple(hypothesis.pedigree.persons.values())


def _place(shape: Shape) -> Place:
    members = dict.fromkeys(shape.typed, (Profile("", {}),))
    return Place(Family("", shape.pedigree, (shape.missing,), members), shape.missing)


def _conditional(
    families: Families, markers: Sequence[Marker], numbers: Sequence[int]
) -> tuple[list[Array], Array]:
    chosen = [markers[m] for m in numbers]
    shape, samples = families.shape, families.samples
    if shape.is_one_person:
        return _own(families, chosen, numbers)
    if shape.goes_abreast:
        typed = len(shape.typed)
        calls = (len(families), typed)
        alleles = samples.alleles[:, numbers].reshape(*calls, len(numbers), 2).astype(np.int64)
        alleles = np.where(_usable(families, chosen, numbers)[..., None], alleles, -1)
        tables, logs = conditional_tables(
            AlikeFamilies(
                shape.pedigree,
                shape.missing,
                shape.typed,
                alleles,
                samples.partial[:, numbers].reshape(*calls, len(numbers)),
                samples.rates.reshape(*calls, 2),
            ),
            chosen,
        )
        return [t.reshape(len(families), -1) for t in tables], logs
    alone = [
        genotype_tables(hypothesis, shape.missing, chosen)
        for hypothesis in hypotheses(families, markers)
    ]
    joined = [np.stack([tables[m].ravel() for tables, _ in alone]) for m in range(len(numbers))]
    return joined, np.stack([logs for _, logs in alone])


def _own(
    families: Families, chosen: Sequence[Marker], numbers: Sequence[int]
) -> tuple[list[Array], Array]:
    """Return the tables of missing persons who are typed themselves, and nobody else."""
    samples, sex = families.samples, families.shape.sex
    tables, logs = [], np.zeros((len(families), len(numbers)))
    for i, (m, marker) in enumerate(zip(numbers, chosen, strict=True)):
        haploid = marker.chromosome is Chromosome.X and sex is Sex.MALE
        weights_of = haploid_weights if haploid else diploid_weights
        population = marker.frequencies if haploid else np.outer(*2 * (marker.frequencies,))
        shown = np.column_stack([samples.alleles[:, m], samples.partial[:, m], samples.rates])
        known, inverse = np.unique(shown, axis=0, return_inverse=True)
        of_call = np.empty((len(known), population.size))
        likelihoods = np.ones(len(known))
        for n, (first, second, partial, drop_out, drop_in) in enumerate(known):
            joint = population
            if first >= 0:
                labels = dict.fromkeys((marker.alleles[int(first)], marker.alleles[int(second)]))
                call, rates = (
                    Call(tuple(labels), partial=bool(partial)),
                    ErrorRates(drop_out, drop_in),
                )
                if usable_call(call, marker, sex, drop_in):
                    joint = population * weights_of([(call, rates)], marker)
            total = joint.sum()
            likelihoods[n] = total
            of_call[n] = (joint / total if total > 0 else population).ravel()
        tables.append(of_call[inverse.reshape(-1)])
        with np.errstate(divide="ignore"):
            logs[:, i] = np.log(likelihoods)[inverse.reshape(-1)]
    return tables, logs


def _usable(families: Families, chosen: Sequence[Marker], numbers: Sequence[int]) -> np.ndarray:
    """Tell which calls a likelihood can use: a man has one allele on X, unless more can be seen."""
    shape, samples = families.shape, families.samples
    usable = np.ones((len(families), len(shape.typed), len(numbers)), np.bool_)
    drop_in = samples.rates[:, 1].reshape(usable.shape[:2]) > 0
    for t, member in enumerate(shape.typed):
        if shape.pedigree[member].sex is not Sex.MALE:
            continue
        for i, (m, marker) in enumerate(zip(numbers, chosen, strict=True)):
            if marker.chromosome is Chromosome.X:
                two = samples.alleles[t :: len(shape.typed), m]
                usable[:, t, i] = drop_in[:, t] | (two[:, 0] == two[:, 1])
    return usable


def hypotheses(families: Families, markers: Sequence[Marker]) -> list[Hypothesis]:
    """Return families as the engine takes one by one."""
    made = []
    for f in range(len(families)):
        profiles: dict[str, tuple[Profile, ...]] = {}
        for t, member in enumerate(families.shape.typed):
            own = profile_of(
                families.samples,
                f * len(families.shape.typed) + t,
                markers,
                families.shape.pedigree[member].sex,
            )
            profiles[member] = (*profiles.get(member, ()), own)
        made.append(Hypothesis(families.shape.pedigree, profiles))
    return made


def profile_of(samples: Samples, number: int, markers: Sequence[Marker], sex: Sex) -> Profile:
    """Return one sample as a profile with its usable calls; it has no name."""
    rates = ErrorRates(*(float(rate) for rate in samples.rates[number]))
    calls = {}
    for m, marker in enumerate(markers):
        first, second = samples.alleles[number, m]
        if first >= 0:
            labels = dict.fromkeys((marker.alleles[first], marker.alleles[second]))
            call = Call(tuple(labels), partial=bool(samples.partial[number, m]))
            if usable_call(call, marker, sex, rates.drop_in):
                calls[marker.name] = call
    return Profile(f"sample {number}", calls, sex, drop_out=rates.drop_out, drop_in=rates.drop_in)
