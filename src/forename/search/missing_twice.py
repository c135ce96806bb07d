"""One missing person whom two families report apart: families compared with each other.

Both pedigrees are united into one, in which somebody, the pivot, stands between what one family
shows and what the other does: the missing person, a parent, the only relative whom a family has
typed. Given the pivot's genotype the families are independent, and the LR is a sum over genotypes
of a product (``docs/methods/one-person-reported-twice.md``). Pairs without one are weighed one by
one, where that is wanted.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from forename.exceptions import InvalidPedigreeError
from forename.genetics.conditional import genotype_tables
from forename.genetics.encoding import IntArray
from forename.genetics.likelihood import Hypothesis
from forename.genetics.markers import Array, Chromosome, Marker
from forename.genetics.observation import ErrorRates, diploid_weights, haploid_weights
from forename.genetics.panel import usable_call
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Call, Sex
from forename.search.columns import Samples
from forename.search.families import Families, Shape, persons_as, tables_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of two families in the united pedigree, as a shape that asks about the pivot.

    ``apart`` is its own pedigree, where the other family adds ancestors to those who are typed.
    """

    united: Shape
    apart: Shape | None


@lru_cache(maxsize=1 << 18)
def sides_of(one: Shape, other: Shape) -> tuple[Side, Side] | None:
    """Return how missing persons of two shapes are compared, None where they are not.

    What ``other`` shows is of the pivot or comes through the pivot's children, so two shapes may
    be compared in one order and not in the other. Where one order has the missing person for a
    pivot, whose tables serve many shapes, the other order is left.
    """
    found = _pivoted(one, other)
    if found is None:
        return None
    pivot, sides = found
    if pivot != one.missing:
        turned = _pivoted(other, one)
        if turned and turned[0] == other.missing:
            return None
    return sides


def _pivoted(one: Shape, other: Shape) -> tuple[str, tuple[Side, Side]] | None:
    """Return the pivot of two shapes in this order, and what each tells; None without any."""
    both = _of_one_sex(one, other)
    united = both and _united(*both)
    if not both or not united:
        return None
    pedigree, name = united
    typed = tuple(name[member] for member in other.typed)
    members = dict.fromkeys([other.missing, *other.pedigree.persons])
    pivot = next(
        (name[i] for i in members if _stands_between(pedigree, name[i], one.typed, typed)), None
    )
    if pivot is None:
        return None
    sides = _side(pedigree, pivot, one.typed, both[0]), _side(pedigree, pivot, typed, both[1])
    return pivot, sides


@dataclass(frozen=True, slots=True)
class Whole:
    """Two shapes as one pedigree, the typed members of the first before those of the second.

    ``apart`` are the shapes themselves, with the sex of the missing person that either knows.
    """

    united: Shape
    apart: tuple[Shape, Shape]


@lru_cache(maxsize=1 << 18)
def whole_of(one: Shape, other: Shape) -> Whole | None:
    """Return two shapes as one pedigree, None where they contradict each other."""
    both = _of_one_sex(one, other)
    united = both and _united(*both)
    if not both or not united:
        return None
    pedigree, name = united
    typed = (*one.typed, *(name[member] for member in other.typed))
    return Whole(_pruned(pedigree, one.missing, typed), both)


def _of_one_sex(one: Shape, other: Shape) -> tuple[Shape, Shape] | None:
    """Return both shapes with the sex of the missing person that either knows."""
    sex = one.sex if other.sex is Sex.UNKNOWN else other.sex
    first, second = persons_as(one, sex), persons_as(other, sex)
    if first is None or second is None:
        return None
    return replace(one, persons=first), replace(other, persons=second)


def _side(united: Pedigree, pivot: str, typed: tuple[str, ...], apart: Shape) -> Side:
    """Return a family, of shape ``apart``, whose ``typed`` members have these names united."""
    added = len(_with_ancestors(united, typed)) > len(_with_ancestors(apart.pedigree, apart.typed))
    own = _pruned(apart.pedigree, apart.missing, apart.typed) if added else None
    return Side(_pruned(united, pivot, typed), own)


def _united(first: Shape, second: Shape) -> tuple[Pedigree, dict[str, str]] | None:
    """Return both pedigrees as one, and the names in it of the other's persons.

    The missing person is one, and so are their fathers, mothers, grandparents and so on. None
    where the pedigrees contradict each other, or where one of these has an identical twin in the
    other pedigree or is a parent of unknown sex, who may stand in the wrong place.
    """
    one, other = first.pedigree, second.pedigree
    name = {second.missing: first.missing}
    persons = dict(one.persons)
    twins = {i for p in other.persons.values() if p.twin_of for i in (p.id, p.twin_of)}
    descends: dict[str, Person] = {}  # those who have parents in the other pedigree alone
    waiting = [second.missing]
    for their in waiting:
        own, same = persons[name[their]], other[their]
        if their in twins or own.inbreeding != same.inbreeding:
            return None
        if same.father is None:
            continue
        if own.father is None:
            descends[own.id] = same
            continue
        for role, sex in (("father", Sex.MALE), ("mother", Sex.FEMALE)):
            mine, parent = getattr(own, role), getattr(same, role)
            if {one[mine].sex, other[parent].sex} != {sex}:
                return None
            if parent in name or mine in name.values():
                if name.get(parent) != mine:
                    return None
                continue
            name[parent] = mine
            waiting.append(parent)
    fresh = [i for i in other.persons if i not in name]
    name.update({i: f"other {i}" for i in fresh})
    while any(name[i] in persons for i in fresh):
        name.update({i: f"other {name[i]}" for i in fresh})
    persons.update({name[i]: other[i].renamed(name) for i in fresh})
    for i, same in descends.items():
        father, mother = name[same.father or ""], name[same.mother or ""]
        persons[i] = replace(persons[i], father=father, mother=mother)
    try:
        return Pedigree(list(persons.values())), name
    except InvalidPedigreeError:
        return None


def _stands_between(
    pedigree: Pedigree, pivot: str, first: Collection[str], second: Collection[str]
) -> bool:
    """Tell whether the pivot's genotype makes two sets of typed members independent.

    The second are the pivot, or kin through the pivot's children alone: children know no order of
    their parent's two alleles.
    """
    person = pedigree[pivot]
    twins = any(pivot == p.twin_of for p in pedigree.persons.values())
    if person.inbreeding or person.twin_of or twins:
        return False
    beyond = _connected(pedigree, [i for i in second if i != pivot], pivot)
    return not beyond & {person.father, person.mother, *first}


def _connected(pedigree: Pedigree, first: Sequence[str], without: str) -> set[str]:
    """Return everybody whom links of parents, children and twins lead to from ``first``."""
    links: dict[str, set[str]] = {i: set() for i in pedigree.persons}
    for person in pedigree.persons.values():
        for other in (person.father, person.mother, person.twin_of):
            if other:
                links[person.id].add(other)
                links[other].add(person.id)
    found, waiting = {without}, list(first)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(links[one])
    return found - {without}


def _with_ancestors(pedigree: Pedigree, members: Sequence[str]) -> set[str]:
    """Return some members and whom they descend from."""
    found: set[str] = set()
    waiting = list(members)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            p = pedigree[one]
            waiting.extend(i for i in (p.father, p.mother, p.twin_of) if i)
    return found


def _pruned(pedigree: Pedigree, target: str, typed: tuple[str, ...]) -> Shape:
    """Return what matters to a question about the target, with the same names for like shapes."""
    kept = _with_ancestors(pedigree, (target, *typed))
    name = {i: str(n) for n, i in enumerate(i for i in pedigree.persons if i in kept)}
    persons = tuple(pedigree[i].renamed(name) for i in name)
    return _one_copy_of(Shape(persons, name[target], tuple(name[i] for i in typed)))


@lru_cache(maxsize=1 << 16)
def _one_copy_of(shape: Shape) -> Shape:
    """Return the same shape for every like one: pairs of shapes are many, what they ask is not."""
    return shape


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What families of one shape tell of the pivot.

    ``tables[m]`` (families, cells) are P(genotype | relatives) over unordered genotypes, or
    alleles of a man's X, perhaps divided by P(genotype). ``sound`` (families, markers) is where a
    family is possible; ``factors``, of the same shape, how much likelier its calls are in the
    united pedigree than in its own.
    """

    tables: dict[int, Array]
    sound: npt.NDArray[np.bool_]
    factors: Array

    @property
    def nbytes(self) -> int:
        """What the tables take in memory."""
        return sum(table.nbytes for table in self.tables.values())


class Reports:
    """What families tell, laid out for comparison: as they are, or without the prior."""

    def __init__(self, markers: Sequence[Marker]) -> None:
        self.markers = tuple(markers)
        self._priors: dict[tuple[Shape, int], Array] = {}
        self._calls: dict[tuple[int, Sex, tuple[float, ...]], Array] = {}

    def of(self, families: Families, side: Side) -> Told:
        """Return the tables of families of one shape."""
        tables, logs = self._tables(replace(families, shape=side.united))
        sound, factors = np.isfinite(logs), np.ones(logs.shape)
        if side.apart:
            _, alone = self._tables(replace(families, shape=side.apart))
            sound &= np.isfinite(alone)
            factors[sound] = np.exp(logs[sound] - alone[sound])
        return Told(tables, sound, factors)

    def likelihoods(self, families: Families, side: Side) -> Told:
        """Return the same divided by P(genotype): a likelihood of genotypes, up to a factor."""
        own = self.of(families, side)
        divided = {}
        for m, table in own.tables.items():
            prior = self._prior(side.united, m)
            divided[m] = np.divide(table, prior, out=np.zeros_like(table), where=prior > 0)
        return Told(divided, own.sound, own.factors)

    def log10_lrs(self, one: Told, other: Told) -> Array:
        """Return log10 LRs of "one person" against "two unrelated", (families, families).

        ``other`` are `likelihoods`. A marker at which a family is not possible says nothing; nor
        does X where the pivot's sex is not known.
        """
        product = np.ones((len(one.sound), len(other.sound)))
        scale = np.zeros(product.shape)
        for m in sorted(one.tables.keys() & other.tables.keys()):
            lr = one.tables[m] @ other.tables[m].T
            lr *= np.outer(one.factors[:, m], other.factors[:, m])
            lr[~np.outer(one.sound[:, m], other.sound[:, m])] = 1.0
            product *= lr
            if m % 8 == 7:  # far from the ends of the range of numbers
                with np.errstate(divide="ignore"):
                    scale += np.log10(product)
                product[:] = 1.0
        with np.errstate(divide="ignore"):
            result: Array = scale + np.log10(product)
        return result

    def weighed(
        self, whole: Whole, one: Families, other: Families, pairs: tuple[IntArray, IntArray]
    ) -> Array:
        """Return log10 LRs of pairs of families, given by their numbers, each as one pedigree."""
        apart = [
            self._logs(replace(families, shape=shape))[rows]
            for families, shape, rows in zip((one, other), whole.apart, pairs, strict=True)
        ]
        together = self._logs(Families(whole.united, _side_by_side(one, other, pairs)))
        known = np.isfinite(apart[0]) & np.isfinite(apart[1]) & ~np.isnan(together)
        lrs = np.where(known, together - np.where(known, apart[0] + apart[1], 0.0), 0.0)
        result: Array = lrs.sum(axis=1) / np.log(10.0)
        return result

    def _logs(self, families: Families) -> Array:
        """Return log-likelihoods, (families, markers), NaN where a marker says nothing."""
        logs = np.full((len(families), len(self.markers)), np.nan)
        for numbers, _, own in tables_of(families, self.markers, range(len(self.markers))):
            logs[:, numbers] = own
        return logs

    def _tables(self, families: Families) -> tuple[dict[int, Array], Array]:
        """Return tables of the pivot, who may be typed, and the families' log-likelihoods."""
        shape, count = families.shape, len(families)
        known = [
            m
            for m, marker in enumerate(self.markers)
            if marker.chromosome is not Chromosome.X or shape.sex is not Sex.UNKNOWN
        ]
        logs = np.zeros((count, len(self.markers)))
        tables: dict[int, Array] = {}
        others = [t for t, member in enumerate(shape.typed) if member != shape.missing]
        if others:
            typed = tuple(shape.typed[t] for t in others)
            asked = Families(replace(shape, typed=typed), _of_members(families, others))
            for numbers, found, own in tables_of(asked, self.markers, known):
                logs[:, numbers] = own
                for m, table in zip(numbers, found, strict=True):
                    tables[m] = _unordered(table, self.markers[m], shape.sex)
        else:
            tables = {m: np.repeat(self._prior(shape, m), count, axis=0) for m in known}
        for t in set(range(len(shape.typed))) - set(others):
            samples = _of_members(families, [t])
            for m, table in tables.items():
                table *= self._weights(samples, m, shape.sex)
                total = table.sum(axis=1)
                np.divide(table, total[:, None], out=table, where=total[:, None] > 0)
                with np.errstate(divide="ignore"):
                    logs[:, m] += np.log(total)
        return tables, logs

    def _weights(self, samples: Samples, m: int, sex: Sex) -> Array:
        """Return P(call | genotype) of persons of a sex at a marker, (samples, cells)."""
        shown = np.column_stack([samples.alleles[:, m], samples.partial[:, m], samples.rates])
        known, inverse = np.unique(shown, axis=0, return_inverse=True)
        weights = [self._call_weights(m, sex, tuple(call)) for call in known.tolist()]
        result: Array = np.array(weights)[inverse.reshape(-1)]
        return result

    def _call_weights(self, m: int, sex: Sex, shown: tuple[float, ...]) -> Array:
        """Return P(call | genotype) of one call, given as a row of `_weights`."""
        key = m, sex, shown
        if key not in self._calls:
            first, second, partial, drop_out, drop_in = shown
            marker, calls = self.markers[m], []
            if first >= 0:
                labels = dict.fromkeys((marker.alleles[int(first)], marker.alleles[int(second)]))
                call = Call(tuple(labels), partial=bool(partial))
                if usable_call(call, marker, sex, drop_in):
                    calls = [(call, ErrorRates(drop_out, drop_in))]
            if _one_copy(marker, sex):
                weights = haploid_weights(calls, marker)
            else:
                weights = diploid_weights(calls, marker)[np.triu_indices(len(marker.alleles))]
            self._calls[key] = weights
        return self._calls[key]

    def _prior(self, shape: Shape, m: int) -> Array:
        """Return P(genotype) of a shape's missing person, nobody typed, (1, cells)."""
        key = replace(shape, typed=()), m
        if key not in self._priors:
            marker = self.markers[m]
            (table,), _ = genotype_tables(Hypothesis(shape.pedigree, {}), shape.missing, [marker])
            self._priors[key] = _unordered(table.reshape(1, -1), marker, shape.sex)
        return self._priors[key]


def _of_members(families: Families, members: Sequence[int]) -> Samples:
    """Return the samples of some of the typed members, by their places."""
    width = len(families.shape.typed)
    rows = np.arange(len(families))[:, None] * width + np.array(members)
    return families.samples.at(rows.ravel())


def _side_by_side(one: Families, other: Families, pairs: tuple[IntArray, IntArray]) -> Samples:
    """Return the samples of pairs of families, those of the first before those of the second."""
    a, b = one.samples, other.samples
    both = Samples(
        np.concatenate([a.alleles, b.alleles]),
        np.concatenate([a.partial, b.partial]),
        np.concatenate([a.rates, b.rates]),
        np.concatenate([a.sexes, b.sexes]),
    )
    widths = len(one.shape.typed), len(other.shape.typed)
    first = pairs[0][:, None] * widths[0] + np.arange(widths[0])
    second = len(a) + pairs[1][:, None] * widths[1] + np.arange(widths[1])
    return both.at(np.concatenate([first, second], axis=1).ravel())


def _one_copy(marker: Marker, sex: Sex) -> bool:
    return marker.chromosome is Chromosome.X and sex is Sex.MALE


def _unordered(table: Array, marker: Marker, sex: Sex) -> Array:
    """Return a table over ordered genotypes as one over unordered ones."""
    if _one_copy(marker, sex):
        return table
    size = len(marker.alleles)
    square = table.reshape(len(table), size, size)
    first, second = np.triu_indices(size)
    both = square[:, first, second] + square[:, second, first]
    both[:, first == second] /= 2
    return np.ascontiguousarray(both)
