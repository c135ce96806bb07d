"""A second algorithm for pedigrees too large to write out: elimination of whole genotypes.

One variable a person, its ordered genotypes that the calls leave possible; one factor a founder, or
a parent and child; variables are summed out in the order that makes the smallest next table. No
variables for gametes, no indicators, no merging of alleles. Theta is not covered.
"""

from __future__ import annotations

import numpy as np
from tests.genetics.enumeration import Profiles, observation

from forename.genetics.markers import Chromosome, Marker
from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Sex

LARGEST = 3e7


class TooLargeError(Exception):
    """The pedigree is too much for this algorithm."""


def genotype_log_likelihood(
    pedigree: Pedigree,
    profiles: Profiles,
    marker: Marker,
    *,
    drop_out: float = 0.0,
    drop_in: float = 0.0,
) -> float:
    """Natural log-likelihood of one marker; twins must have been taken out."""
    k = len(marker.alleles)
    p = marker.frequencies / marker.frequencies.sum()
    states: dict[str, np.ndarray] = {}
    factors: list[tuple[tuple[str, ...], np.ndarray]] = []
    for i in pedigree.order:
        person = pedigree[i]
        one_copy = marker.chromosome == Chromosome.X and person.sex == Sex.MALE
        seen = observation(profiles.get(i, ()), marker, one_copy, drop_out, drop_in)
        if one_copy:
            seen = np.diag(seen)
        states[i] = np.argwhere(seen)
        a, b = states[i].T
        weight = seen[a, b]
        if person.father is None:
            alike = (a == b) * p[a]
            apart = alike if one_copy else p[a] * p[b]
            f = 0.0 if one_copy else person.inbreeding
            factors.append(((i,), weight * ((1 - f) * apart + f * alike)))
            continue
        father, mother = str(person.father), str(person.mother)
        factors.append(((i,), weight))
        if not one_copy:
            factors.append(((father, i), _passed_on(states[father], marker.mutation_male, k)[:, a]))
        factors.append(((mother, i), _passed_on(states[mother], marker.mutation_female, k)[:, b]))
    size = {i: len(own) for i, own in states.items()}
    if 0 in size.values():
        return -np.inf
    total = 0.0
    left = set(states)
    while left:
        i = min(left, key=lambda i: (_width(i, factors, size), i))
        own = [f for f in factors if i in f[0]]
        factors = [f for f in factors if i not in f[0]]
        scope, table = _summed(i, own, size)
        largest = table.max()
        if largest == 0:
            return -np.inf
        total += float(np.log(largest))
        factors.append((scope, table / largest))
        left.remove(i)
    for _, table in factors:
        total += float(np.log(table))
    return total


def _passed_on(states: np.ndarray, matrix: np.ndarray | None, k: int) -> np.ndarray:
    rows = np.eye(k) if matrix is None else matrix
    return (rows[states[:, 0]] + rows[states[:, 1]]) / 2


def _width(i: str, factors: list[tuple[tuple[str, ...], np.ndarray]], size: dict[str, int]) -> int:
    scope = set().union(*(s for s, _ in factors if i in s))
    return int(np.prod([size[j] for j in scope], dtype=object))


def _summed(
    i: str, own: list[tuple[tuple[str, ...], np.ndarray]], size: dict[str, int]
) -> tuple[tuple[str, ...], np.ndarray]:
    scope = sorted(set().union(*(s for s, _ in own)) - {i})
    every = [*scope, i]
    if np.prod([float(size[j]) for j in every]) > LARGEST or len(every) > 30:
        raise TooLargeError
    result = np.ones([size[j] for j in every])
    for own_scope, table in own:
        order = sorted(range(len(own_scope)), key=lambda x: every.index(own_scope[x]))
        shape = [size[j] if j in own_scope else 1 for j in every]
        result = result * np.transpose(table, order).reshape(shape)
    return tuple(scope), result.sum(axis=-1)
