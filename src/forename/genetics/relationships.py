"""Pairwise relationships: alleles shared by descent, and the LR of one relationship or another.

Two persons, neither inbred, share 0, 1 or 2 alleles of a marker by descent with probabilities
``(k0, k1, k2)``. Their calls then have the LR ``k0 + k1 R1 + k2 R2`` against unrelated persons,
where ``R1`` and ``R2`` are the LRs of exactly one and of both alleles shared. A floor takes the
place of mutation and typing error. See ``docs/methods/tree-quality-control.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from forename.genetics.comparison import Comparison, MarkerComparison
from forename.genetics.markers import Array
from forename.genetics.pair_search import Indices
from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Sex
from forename.genetics.sentences import Sentence, say

# Probability that a marker tells nothing of the relationship because of a mutation or an error;
# mutation rates of STR markers are near 0.001 per meiosis and most relationships hold two.
FLOOR = 0.002


@dataclass(frozen=True, slots=True)
class Sharing:
    """Probabilities of 0, 1, 2 alleles shared by descent; ``name`` says what has them."""

    name: Sentence
    k0: float
    k1: float
    k2: float


UNRELATED = Sharing(say("unrelated"), 1.0, 0.0, 0.0)
PARENT_CHILD = Sharing(say("parent and child"), 0.0, 1.0, 0.0)
FULL_SIBLINGS = Sharing(say("full siblings"), 0.25, 0.5, 0.25)
SECOND_DEGREE = Sharing(say("half siblings, grandparent or uncle"), 0.5, 0.5, 0.0)
FIRST_COUSINS = Sharing(say("first cousins"), 0.75, 0.25, 0.0)
SAME_PERSON = Sharing(say("the same person or identical twins"), 0.0, 0.0, 1.0)
ALTERNATIVES = (
    UNRELATED,
    PARENT_CHILD,
    FULL_SIBLINGS,
    SECOND_DEGREE,
    FIRST_COUSINS,
    SAME_PERSON,
)


class Descent:
    """Kinship coefficients of all pairs of a pedigree, identical twins counted as one person.

    ``phi`` (n, n) is the probability that two alleles, one drawn from each person, are identical
    by descent; founders are unrelated, with their own inbreeding.
    """

    def __init__(self, pedigree: Pedigree) -> None:
        self._pedigree = pedigree
        self._row: dict[str, int] = {}
        size = len(pedigree)
        self.phi: Array = np.zeros((size, size))
        for person_id in pedigree.order:
            self._add(self._first_twin(person_id))
        for person_id in pedigree.order:
            self._row.setdefault(person_id, self._row[self._first_twin(person_id)])

    def _first_twin(self, person_id: str) -> str:
        person = self._pedigree[person_id]
        if person.twin_of is None:
            return person_id
        # Two twins may name each other; the smaller id then stands for both.
        if self._pedigree[person.twin_of].twin_of == person_id:
            return min(person_id, person.twin_of)
        return person.twin_of

    def _add(self, person_id: str) -> None:
        if person_id in self._row:
            return
        person, row = self._pedigree[person_id], len(self._row)
        if person.father is None or person.mother is None:
            self.phi[row, row] = (1 + person.inbreeding) / 2
        else:
            father, mother = (self._index(i) for i in (person.father, person.mother))
            self.phi[row, :row] = (self.phi[father, :row] + self.phi[mother, :row]) / 2
            self.phi[:row, row] = self.phi[row, :row]
            self.phi[row, row] = (1 + self.phi[father, mother]) / 2
        self._row[person_id] = row

    def _index(self, person_id: str) -> int:
        return self._row[self._first_twin(person_id)]

    def kinship(self, a: str, b: str) -> float:
        """Return the kinship coefficient of two members, in [0, 1]."""
        return float(self.phi[self._index(a), self._index(b)])

    def sharing(self, a: str, b: str) -> Sharing:
        """Return how two members share alleles by descent, as if neither were inbred."""
        one, other = self._first_twin(a), self._first_twin(b)
        if one == other:
            return SAME_PERSON
        p, q = self._pedigree[one], self._pedigree[other]
        both = 0.0
        if p.father and p.mother and q.father and q.mother:
            both = self.kinship(p.father, q.father) * self.kinship(p.mother, q.mother)
            both += self.kinship(p.father, q.mother) * self.kinship(p.mother, q.father)
        single = max(0.0, 4 * self.kinship(a, b) - 2 * both)
        none = max(0.0, 1 - single - both)
        total = none + single + both
        none, single, both = none / total, single / total, both / total
        for known in ALTERNATIVES:
            if abs(none - known.k0) < 1e-9 and abs(both - known.k2) < 1e-9:
                return known
        return Sharing(say("distant or double relatives"), none, single, both)


@dataclass(frozen=True, slots=True, eq=False)
class Relationships:
    """Samples prepared for the LR of any relationship between any two of them.

    Autosomal markers only, theta 0. ``one`` and ``both`` hold, per marker, the LRs (u, u) of
    exactly one and of both alleles shared by descent, for the ``u`` different observations.
    """

    markers: tuple[MarkerComparison, ...]
    one: tuple[Array, ...]
    both: tuple[Array, ...]

    def log10_tables(self, sharing: Sharing) -> list[Array]:
        """Return log10 LR of a relationship against unrelated persons, (u, u) per marker.

        It is 0 where one of the two has no data, and never below log10 of `FLOOR`.
        """
        return [
            _floored(
                sharing.k0 + sharing.k1 * one + sharing.k2 * both,
                marker.compared,
            )
            for marker, one, both in zip(self.markers, self.one, self.both, strict=True)
        ]

    def pairs(self, left: Indices, right: Indices, sharing: Sharing) -> Array:
        """Return log10 LR of one relationship for each pair ``(left[i], right[i])``, shape (n,)."""
        return self.stated(left, right, [sharing] * len(left))

    def stated(self, left: Indices, right: Indices, stated: Sequence[Sharing]) -> Array:
        """Return log10 LR of each pair's own relationship, shape (n,)."""
        shares = np.array([(s.k0, s.k1, s.k2) for s in stated]).reshape(-1, 3)
        total = np.zeros(len(left))
        for marker, one, both in zip(self.markers, self.one, self.both, strict=True):
            at = marker.codes[left], marker.codes[right]
            ratio = shares[:, 0] + shares[:, 1] * one[at] + shares[:, 2] * both[at]
            total += _floored(ratio, marker.compared[at])
        return total

    def common_markers(self, left: Indices, right: Indices) -> Indices:
        """Return how many markers each pair has in common, shape (n,)."""
        count = np.zeros(len(left), dtype=np.intp)
        for marker in self.markers:
            count += marker.compared[marker.codes[left], marker.codes[right]]
        return count


def relationships_of(comparison: Comparison) -> Relationships:
    """Prepare compared samples for the LRs of relationships."""
    markers = tuple(m for m in comparison.markers if m.sex is Sex.UNKNOWN)
    return Relationships(
        markers,
        tuple(m.one_shared_allele_lr() for m in markers),
        tuple(m.both_alleles_shared_lr() for m in markers),
    )


def _floored(ratio: Array, compared: npt.NDArray[np.bool_]) -> Array:
    return np.where(compared, np.log10((1 - FLOOR) * ratio + FLOOR), 0.0)
