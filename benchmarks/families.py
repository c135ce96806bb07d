"""Families and invented markers for the benchmarks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forename.genetics.alike_families import AlikeFamilies
from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Marker
from forename.genetics.mutation import mutation_matrix, parse_mutation
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Call, Profile, Sex

MARKERS = 23
# Alleles of 23 invented markers; the last is as rich as SE33.
SIZES = (8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 55)

_M, _F = Sex.MALE, Sex.FEMALE
_FATHER, _MOTHER = Person("F", sex=_M), Person("M", sex=_F)
_MISSING = Person("MP", "F", "M", _M)

FAMILIES: dict[str, tuple[list[Person], list[str]]] = {
    "parent-child": ([_FATHER, _MOTHER, _MISSING], ["F"]),
    "full sibling": ([_FATHER, _MOTHER, _MISSING, Person("S", "F", "M", _M)], ["S"]),
    "both parents": ([_FATHER, _MOTHER, _MISSING], ["F", "M"]),
    "two siblings": (
        [
            _FATHER,
            _MOTHER,
            _MISSING,
            Person("S", "F", "M", _M),
            Person("T", "F", "M", _F),
        ],
        ["S", "T"],
    ),
    "three generations": (
        [
            Person("GF", sex=_M),
            Person("GM", sex=_F),
            Person("F", "GF", "GM", _M),
            Person("A", "GF", "GM", _F),
            Person("U", "GF", "GM", _M),
            _MOTHER,
            _MISSING,
            Person("S", "F", "M", _F),
            Person("W", sex=_F),
            Person("C", "MP", "W", _F),
        ],
        ["A", "U", "S", "C"],
    ),
}


def markers_with(mutation: str) -> tuple[Marker, ...]:
    """Return 23 markers with geometric-like invented frequencies and this mutation model."""
    rng = np.random.default_rng(23)
    markers = []
    for number, size in enumerate(SIZES):
        alleles = tuple(str(5 + i) for i in range(size))
        weights = np.exp(-((np.arange(size) - size / 2) ** 2) / (size / 1.5) ** 2)
        weights *= rng.uniform(0.3, 1.0, size)
        frequencies = weights / weights.sum()
        matrix = mutation_matrix(parse_mutation(mutation), alleles, frequencies)
        markers.append(
            Marker(f"M{number}", alleles, frequencies, mutation_male=matrix, mutation_female=matrix)
        )
    return tuple(markers)


def profiles_of(
    pedigree: Pedigree, markers: Sequence[Marker], persons: Sequence[str], rng: np.random.Generator
) -> dict[str, Profile]:
    """Drop alleles down a pedigree, without mutation, and return some persons' profiles."""
    calls: dict[str, dict[str, Call]] = {i: {} for i in persons}
    for marker in markers:
        genotypes: dict[str, tuple[int, int]] = {}
        for i in pedigree.order:
            person = pedigree[i]
            if person.father is None or person.mother is None:
                a, b = rng.choice(len(marker.alleles), 2, p=marker.frequencies)
            else:
                a = genotypes[person.father][rng.integers(2)]
                b = genotypes[person.mother][rng.integers(2)]
            genotypes[i] = (int(a), int(b))
        for i in persons:
            a, b = genotypes[i]
            calls[i][marker.name] = Call((marker.alleles[a], marker.alleles[b]))
    return {i: Profile(i, own) for i, own in calls.items()}


def family_with_profiles(
    name: str, markers: Sequence[Marker], rng: np.random.Generator
) -> tuple[Hypothesis, Profile]:
    """Return a family with its typed relatives, and the missing person's true profile."""
    persons, typed = FAMILIES[name]
    pedigree = Pedigree(persons)
    profiles = profiles_of(pedigree, markers, [*typed, "MP"], rng)
    return Hypothesis(pedigree, {i: (profiles[i],) for i in typed}), profiles["MP"]


def many_families(
    name: str,
    markers: Sequence[Marker],
    n_families: int,
    rng: np.random.Generator,
    drop_out: float = 0.0,
) -> AlikeFamilies:
    """Return families of one shape that inherit without mutation, all calls complete.

    With ``drop_out`` (per allele copy) one of two alleles may be lost and the rate is stated.
    """
    persons, typed = FAMILIES[name]
    pedigree = Pedigree(persons)
    shape = (n_families, len(markers))
    genotypes: dict[str, np.ndarray] = {}
    for i in pedigree.order:
        person = pedigree[i]
        if person.father is None or person.mother is None:
            drawn = [rng.choice(len(m.alleles), (n_families, 2), p=m.frequencies) for m in markers]
            genotypes[i] = np.stack(drawn, axis=1)
        else:
            passed = [
                np.where(rng.random(shape) < 0.5, own[..., 0], own[..., 1])
                for own in (genotypes[person.father], genotypes[person.mother])
            ]
            genotypes[i] = np.stack(passed, axis=2)
    alleles = np.stack([genotypes[i] for i in typed], axis=1)
    lost = rng.random(alleles.shape[:3]) < drop_out
    alleles[..., 1] = np.where(lost, alleles[..., 0], alleles[..., 1])
    partial = np.zeros(alleles.shape[:3], np.bool_)
    rates = np.zeros((*alleles.shape[:2], 2))
    rates[..., 0] = drop_out
    return AlikeFamilies(pedigree, "MP", tuple(typed), alleles, partial, rates)


def large_family(n_missing: int) -> tuple[Pedigree, list[str], list[str]]:
    """Return a family of three generations with ``n_missing`` grandchildren and uncles missing.

    Two couples' children marry; two relatives are typed in each branch (23 members for 12).
    """
    persons = [Person("GF", sex=_M), Person("GM", sex=_F)]
    missing: list[str] = []
    typed = ["GM"]
    branch = 0
    while len(missing) < n_missing:
        branch += 1
        child, spouse = f"P{branch}", f"W{branch}"
        persons += [Person(child, "GF", "GM", _M), Person(spouse, sex=_F)]
        missing.append(child)
        for number in range(1, 3):
            if len(missing) < n_missing:
                persons.append(Person(f"C{branch}{number}", child, spouse, _M))
                missing.append(f"C{branch}{number}")
        typed.append(spouse)
    persons.append(Person("AUNT", "GF", "GM", _F))
    typed.append("AUNT")
    return Pedigree(persons), missing, typed


def first_likelihood() -> float:
    """Compute one likelihood, as a new process does first."""
    markers = markers_with("equal:0.001")
    family, _ = family_with_profiles("full sibling", markers, np.random.default_rng(1))
    return float(log_likelihoods(family, markers).sum())
