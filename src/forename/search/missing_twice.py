"""One missing person whom two families report apart: families compared with each other.

If everything that one of the two families shows comes through the person's children, the families
are independent given the person's genotype, and the LR is a sum over genotypes of a product
(``docs/methods/one-person-reported-twice.md``). Other pairs of families are not compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forename.genetics.conditional import genotype_tables
from forename.genetics.likelihood import Hypothesis
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.pedigrees import Pedigree
from forename.genetics.profiles import Sex
from forename.search.families import Families, Shape, tables_of


def tells_through_children(shape: Shape) -> bool:
    """Tell whether all typed members are relatives through the missing person's children alone."""
    person = shape.pedigree[shape.missing]
    if person.inbreeding:
        return False
    above = _connected(
        shape.pedigree, [i for i in (person.father, person.mother) if i], shape.missing
    )
    below = {
        i
        for child in shape.pedigree.persons.values()
        if shape.missing in (child.father, child.mother)
        for i in (child.id, child.father, child.mother)
        if i and i != shape.missing
    }
    twins = {
        other.id
        for other in shape.pedigree.persons.values()
        if other.twin_of == shape.missing or other.id == person.twin_of
    }
    return not above & (below | twins | set(shape.typed)) and not twins


def _connected(pedigree: Pedigree, first: Sequence[str], without: str) -> set[str]:
    """Return everybody whom links of parents, children and twins lead to from ``first``."""
    found = set(first)
    waiting = list(first)
    for one in waiting:
        for other in pedigree.persons.values():
            linked = one in (other.father, other.mother, other.twin_of) or other.id in (
                pedigree[one].father,
                pedigree[one].mother,
                pedigree[one].twin_of,
            )
            if linked and other.id not in found and other.id != without:
                found.add(other.id)
                waiting.append(other.id)
    return found


def compared(one: Shape, other: Shape) -> bool:
    """Tell whether missing persons of two shapes are compared, ``other`` told through children.

    Where both could take its part, it is the one without parents in its pedigree.
    """
    if Sex.UNKNOWN not in (one.sex, other.sex) and one.sex is not other.sex:
        return False
    if not tells_through_children(other):
        return False
    return not (tells_through_children(one) and _has_parents(other) and not _has_parents(one))


def either_way(one: Shape, other: Shape) -> bool:
    """Tell whether two shapes are compared in both orders, so that one of them is to be left."""
    return compared(one, other) and compared(other, one)


def _has_parents(shape: Shape) -> bool:
    person = shape.pedigree[shape.missing]
    return bool(person.father or person.mother)


@dataclass(frozen=True, slots=True, eq=False)
class Reported:
    """Families of one shape as what they tell of a person, for each marker and sex.

    ``tables[(marker, sex)]`` (families, cells) are P(genotype | relatives) over unordered
    genotypes, or alleles of a man's X; 1 cell of 1 where a family is not possible at the marker.
    """

    shape: Shape
    tables: dict[tuple[int, Sex], Array]
    sound: np.ndarray


class Reports:
    """What families tell, laid out for comparison: as they are, or without the prior."""

    def __init__(self, markers: Sequence[Marker]) -> None:
        self.markers = tuple(markers)
        self._priors: dict[tuple[Shape, int, Sex], Array] = {}

    def of(self, families: Families) -> Reported:
        """Return the tables of families of one shape."""
        shape = families.shape
        tables: dict[tuple[int, Sex], Array] = {}
        sound = np.ones((len(families), len(self.markers)), np.bool_)
        every = range(len(self.markers))
        for numbers, found, possible in tables_of(families, self.markers, every):
            for m, table, own in zip(numbers, found, possible.T, strict=True):
                sound[:, m] = own
                for sex, cells in _by_sex(table, self.markers[m], shape.sex).items():
                    tables[m, sex] = _unordered(cells, self.markers[m], sex)
        return Reported(shape, tables, sound)

    def likelihoods(self, families: Families) -> Reported:
        """Return the same divided by P(genotype): a likelihood of genotypes, up to a factor."""
        own = self.of(families)
        divided = {}
        for key, table in own.tables.items():
            prior = self._prior(families.shape, *key)
            divided[key] = np.divide(table, prior, out=np.zeros_like(table), where=prior > 0)
        return Reported(own.shape, divided, own.sound)

    def _prior(self, shape: Shape, m: int, sex: Sex) -> Array:
        """Return P(genotype) of a shape's missing person, nobody typed, (1, cells)."""
        key = shape, m, sex
        if key not in self._priors:
            marker = self.markers[m]
            p = marker.frequencies
            if marker.chromosome is Chromosome.X and shape.sex is Sex.UNKNOWN:
                table = p if sex is Sex.MALE else np.outer(p, p)
            else:
                hypothesis = Hypothesis(shape.pedigree, {})
                (table,), _ = genotype_tables(hypothesis, shape.missing, [marker])
            self._priors[key] = _unordered(table.reshape(1, -1), marker, sex)
        return self._priors[key]

    def log10_lrs(self, one: Reported, other: Reported) -> Array:
        """Return log10 LRs of "one person" against "two unrelated", (families, families).

        ``other`` are `likelihoods`. A marker at which a family is not possible says nothing; nor
        does X where neither sex is known.
        """
        product = np.ones((len(one.sound), len(other.sound)))
        scale = np.zeros(product.shape)
        for m, marker in enumerate(self.markers):
            sex = self._sex(marker, one.shape.sex, other.shape.sex)
            if (m, sex) not in one.tables or (m, sex) not in other.tables:
                continue
            lr = one.tables[m, sex] @ other.tables[m, sex].T
            lr[~np.outer(one.sound[:, m], other.sound[:, m])] = 1.0
            product *= lr
            if m % 8 == 7:  # far from the ends of the range of numbers
                with np.errstate(divide="ignore"):
                    scale += np.log10(product)
                product[:] = 1.0
        with np.errstate(divide="ignore"):
            result: Array = scale + np.log10(product)
        return result

    @staticmethod
    def _sex(marker: Marker, one: Sex, other: Sex) -> Sex:
        """Return the sex under which a marker is judged; on autosomes it changes nothing."""
        if marker.chromosome is not Chromosome.X:
            return Sex.UNKNOWN
        return one if other is Sex.UNKNOWN else other


def _by_sex(table: Array, marker: Marker, sex: Sex) -> dict[Sex, Array]:
    """Return a family's table for each sex of the person; UNKNOWN stands for any on autosomes."""
    if marker.chromosome is not Chromosome.X:
        return {Sex.UNKNOWN: table}
    size = len(marker.alleles)
    if sex is Sex.UNKNOWN:  # a man's table stands before a woman's
        return {Sex.MALE: table[:, :size], Sex.FEMALE: table[:, size:]}
    return {sex: table}


def _unordered(table: Array, marker: Marker, sex: Sex) -> Array:
    """Return a table over ordered genotypes as one over unordered ones."""
    if marker.chromosome is Chromosome.X and sex is Sex.MALE:
        return table
    size = len(marker.alleles)
    square = table.reshape(len(table), size, size)
    first, second = np.triu_indices(size)
    both = square[:, first, second] + square[:, second, first]
    both[:, first == second] /= 2
    return np.ascontiguousarray(both)
