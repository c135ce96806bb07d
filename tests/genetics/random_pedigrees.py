"""Random pedigrees of every kind, with markers and profiles, to compare ways of computing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forename.genetics.markers import Chromosome, Marker
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Call, Profile, Sex

KINDS = ("plain", "mutation", "observation", "x-linked", "theta", "inbred", "twins", "all")
MOST_STATES = 30_000  # bound on the joint states that enumeration may have to write out


@dataclass(frozen=True)
class Case:
    """A hypothesis with its markers and settings."""

    pedigree: Pedigree
    profiles: dict[str, tuple[Profile, ...]]
    markers: tuple[Marker, ...]
    theta: float = 0.0
    scope: str = "hypothesis"
    drop_out: float = 0.0
    drop_in: float = 0.0


def random_case(rng: np.random.Generator, kind: str, n_markers: int = 3) -> Case:
    """Draw a case: 2-7 persons, 2-4 alleles, and whatever belongs to the kind."""
    every = kind == "all"
    pedigree = random_pedigree(
        rng,
        int(rng.integers(2, 8)),
        inbred=kind == "inbred" or (every and rng.random() < 0.3),
        twins=kind == "twins" or (every and rng.random() < 0.3),
        unsexed=kind not in ("x-linked", "all"),
    )
    theta = 0.0
    if kind == "theta" or (every and rng.random() < 0.4):
        theta = float(rng.choice([0.01, 0.03, 0.2, 0.5]))
    noisy = kind == "observation" or (every and rng.random() < 0.5)
    drop_out, drop_in = 0.0, 0.0
    if noisy:
        drop_out = float(rng.choice([0.0, 0.1, 0.6]))
        drop_in = float(rng.choice([0.0, 0.05]))
    markers = tuple(
        random_marker(
            rng,
            f"M{m}",
            mutates=kind == "mutation" or rng.random() < 0.4,
            linked=kind == "x-linked" or (every and rng.random() < 0.3),
            silent=noisy and rng.random() < 0.5,
        )
        for m in range(n_markers)
    )
    profiles = random_profiles(
        rng, pedigree, markers, noisy=noisy, drop_out=drop_out, drop_in=drop_in
    )
    scope = str(rng.choice(["component", "hypothesis"]))
    return Case(pedigree, profiles, markers, theta, scope, drop_out, drop_in)


def random_pedigree(
    rng: np.random.Generator,
    size: int,
    *,
    inbred: bool = False,
    twins: bool = False,
    unsexed: bool = False,
    founder_rate: float = 0.4,
) -> Pedigree:
    """Draw a pedigree: loops, half relations, separate parts; members in random order."""
    persons: list[Person] = []
    for n in range(size):
        born = [p for p in persons if p.father is not None]
        if twins and born and rng.random() < 0.5:
            first = born[int(rng.integers(len(born)))]
            original = first.twin_of or first.id
            persons.append(Person(f"P{n}", first.father, first.mother, first.sex, twin_of=original))
            continue
        sex = Sex.MALE if rng.random() < 0.5 else Sex.FEMALE
        fathers = [p.id for p in persons if p.sex == Sex.MALE]
        mothers = [p.id for p in persons if p.sex == Sex.FEMALE]
        if fathers and mothers and rng.random() > founder_rate:
            persons.append(Person(f"P{n}", str(rng.choice(fathers)), str(rng.choice(mothers)), sex))
        else:
            inbreeding = float(rng.choice([0.0, 0.2, 1.0])) if inbred else 0.0
            persons.append(Person(f"P{n}", sex=sex, inbreeding=inbreeding))
    if unsexed:
        parents = {p.father for p in persons} | {p.mother for p in persons}
        persons = [
            Person(p.id, p.father, p.mother, Sex.UNKNOWN, p.twin_of, p.inbreeding)
            if p.id not in parents and rng.random() < 0.2
            else p
            for p in persons
        ]
    return Pedigree([persons[i] for i in rng.permutation(size)])


def random_marker(
    rng: np.random.Generator, name: str, *, mutates: bool, linked: bool, silent: bool, size: int = 0
) -> Marker:
    """Draw a marker with 2-4 alleles (or ``size``)."""
    k = size or int(rng.integers(2, 5))
    frequencies = rng.dirichlet(np.full(k, 1.5)) * 0.95 + 0.05 / k
    alleles = tuple(str(10 + a) for a in range(k))
    male = female = None
    if mutates:
        male, female = _random_matrix(rng, frequencies), _random_matrix(rng, frequencies)
        if rng.random() < 0.3:
            female = male
        elif rng.random() < 0.2:
            male = None
    return Marker(
        name,
        alleles,
        frequencies,
        Chromosome.X if linked else Chromosome.AUTOSOMAL,
        male,
        female,
        str(rng.choice(alleles)) if silent else None,
    )


def _random_matrix(rng: np.random.Generator, frequencies: np.ndarray) -> np.ndarray:
    k = len(frequencies)
    rate = float(rng.choice([0.002, 0.1]))
    form = rng.integers(3)
    if form == 0:  # equal: alleles may be merged
        matrix = np.full((k, k), rate / (k - 1))
    elif form == 1:  # proportional: alleles may be merged
        matrix = np.tile(frequencies * rate, (k, 1))
    else:  # anything, with steps that cannot happen
        matrix = rng.random((k, k)) * rate / k * (rng.random((k, k)) < 0.7)
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, 1 - matrix.sum(axis=1))
    return matrix


def drop_genes(
    rng: np.random.Generator, pedigree: Pedigree, marker: Marker
) -> dict[str, tuple[int, ...]]:
    """Draw everyone's alleles: population, descent, a rare jump; one allele for a man's X."""
    k = len(marker.alleles)
    linked = marker.chromosome == Chromosome.X
    true: dict[str, tuple[int, ...]] = {}
    for i in pedigree.order:
        person = pedigree[i]
        one_copy = linked and person.sex == Sex.MALE
        if person.twin_of in true:
            true[i] = true[str(person.twin_of)]
        elif person.father is None:
            true[i] = tuple(rng.choice(k, 1 if one_copy else 2, p=marker.frequencies))
            if rng.random() < person.inbreeding:
                true[i] = (true[i][0],) * len(true[i])
        else:
            parents = (person.mother,) if one_copy else (person.father, person.mother)
            true[i] = tuple(
                int(rng.integers(k)) if rng.random() < 0.03 else int(rng.choice(true[str(p)]))
                for p in parents
            )
    return true


def random_profiles(
    rng: np.random.Generator,
    pedigree: Pedigree,
    markers: tuple[Marker, ...],
    *,
    noisy: bool = False,
    drop_out: float = 0.0,
    drop_in: float = 0.0,
    typed_rate: float = 0.6,
    most_states: float = MOST_STATES,
) -> dict[str, tuple[Profile, ...]]:
    """Draw what is seen of persons who inherit by the pedigree: complete calls, or noisy ones."""
    typed = {i for i in pedigree.order if rng.random() < typed_rate}
    # Two noisy replicates and one clean sample of each person.
    calls: dict[str, tuple[dict[str, Call], ...]] = {i: ({}, {}, {}) for i in pedigree.order}
    for marker in markers:
        true = drop_genes(rng, pedigree, marker)
        states = 1.0
        for i in rng.permutation(pedigree.order):
            everything = len(marker.alleles) ** len(true[i])
            labels = [marker.alleles[a] for a in true[i]]
            # Untyped, or seen with errors: all genotypes are possible. More of these than
            # enumeration can bear are typed completely.
            vague = states * everything <= most_states
            if vague and (i not in typed or rng.random() < 0.1):
                states *= everything
            elif vague and noisy and rng.random() < 0.8:
                states *= everything
                for replicate in range(1 + int(rng.random() < 0.3)):
                    call = _noisy_call(rng, labels, marker, drop_out, drop_in)
                    if call is not None:
                        calls[i][replicate][marker.name] = call
            else:
                visible = [label for label in labels if label != marker.silent_allele]
                if not visible:  # silent twice over: let any allele be seen
                    visible = [next(a for a in marker.alleles if a != marker.silent_allele)]
                states *= 3 if marker.silent_allele else 2
                calls[i][2][marker.name] = Call(tuple(rng.permutation(visible)))
    profiles = {}
    for i, (first, second, clean) in calls.items():
        own_rate = float(rng.choice([0.0, 0.3])) if rng.random() < 0.3 else None
        samples = [
            Profile(f"first of {i}", first, drop_out=own_rate),
            Profile(f"second of {i}", second),
            Profile(f"clean of {i}", clean, drop_out=0.0, drop_in=0.0),
        ]
        samples = [p for p in samples if p.calls]
        if samples or rng.random() < 0.1:
            profiles[i] = tuple(samples)
    return profiles


def _noisy_call(
    rng: np.random.Generator, labels: list[str], marker: Marker, drop_out: float, drop_in: float
) -> Call | None:
    visible = [label for label in marker.alleles if label != marker.silent_allele]
    seen = [label for label in labels if label in visible and rng.random() >= drop_out / 2]
    if drop_in and rng.random() < 0.15:
        seen.append(str(rng.choice(visible)))
    if not seen:
        return None
    if rng.random() < 0.2:
        return Call((str(rng.choice(seen)),), partial=True)
    return Call(tuple(seen))
