"""Other pedigrees that the same typed relatives could have: one thing is not as stated.

Each alternative changes one statement: whose child somebody is, who has a parent in common, or
whose sample a profile is. Their number grows with the family, never with its combinations, save
for the exchanges of two samples. See ``docs/methods/tree-quality-control.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations

from forename.genetics.likelihood import Hypothesis
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Profile, Sex, sex_from_amelogenin

Profiles = Mapping[str, tuple[Profile, ...]]


class Claim(StrEnum):
    """What an alternative says instead of what is stated."""

    OTHER_PARENT = "other parent"
    OTHER_FATHER = "other father"
    OTHER_MOTHER = "other mother"
    OTHER_PARENTS = "other parents"
    COMMON_OTHER_FATHER = "common other father"
    COMMON_OTHER_MOTHER = "common other mother"
    SAME_FATHER = "same father"
    SAME_MOTHER = "same mother"
    GRANDCHILD = "grandchild"
    STRANGER = "stranger"
    EXCHANGED = "exchanged"
    IN_PLACE = "in place"


# Ids of persons that only an alternative has; NUL keeps them apart from any that was read.
_STRANGER, _SECOND = "\0other", "\0second"


@dataclass(frozen=True, slots=True, eq=False)
class OtherPedigree:
    """An alternative to a stated family: what it claims, of which members, and the hypothesis.

    ``members`` are the stated ids: the children whose parents change, or whose samples move and,
    last, the place that a sample takes.
    """

    claim: Claim
    members: tuple[str, ...]
    hypothesis: Hypothesis


def connecting_part(pedigree: Pedigree, typed: Sequence[str]) -> Pedigree:
    """Leave out everybody who connects no typed members.

    Left out are members without typed descendants, and pairs of untyped founders with a single
    child, who then is a founder. Where mutation keeps the frequencies as they are, and theta is
    0, the likelihood is the same.
    """
    kept = dict(pedigree.persons)
    twins = {p.twin_of for p in kept.values()} | {p.id for p in kept.values() if p.twin_of}
    for member in reversed(pedigree.order):
        if member not in typed and member not in twins and not _children(kept, member):
            del kept[member]
    for member in pedigree.order:
        person = kept.get(member)
        if person is None or person.father is None or person.mother is None or member in twins:
            continue
        parents = (person.father, person.mother)
        if all(
            kept[p].father is None and p not in typed and _children(kept, p) == [member]
            for p in parents
        ):
            kept[member] = replace(person, father=None, mother=None)
            for parent in parents:
                del kept[parent]
    return Pedigree(list(kept.values()))


def other_pedigrees(
    pedigree: Pedigree, profiles: Profiles, missing: Sequence[str]
) -> Iterator[OtherPedigree]:
    """Yield the alternatives to a stated pedigree, each with one statement changed.

    ``pedigree`` should be a `connecting_part`. The ``missing`` are nobody's place to take:
    they are not alive to give a sample.
    """
    family = _Stated(pedigree, profiles)
    yield from _other_parents(family)
    yield from _other_couples(family)
    yield from _same_parent(family)
    yield from _grandchildren(family)
    yield from _strangers(family)
    yield from _exchanged(family)
    yield from _in_place(family, missing)


@dataclass(frozen=True, slots=True)
class _Stated:
    """The stated pedigree and whose profiles it has."""

    pedigree: Pedigree
    profiles: Profiles

    def with_persons(
        self, claim: Claim, children: Sequence[str], *changed: Person
    ) -> OtherPedigree:
        """Return the alternative in which these persons stand in place of those of their ids."""
        persons = {**self.pedigree.persons, **{p.id: p for p in changed}}
        pedigree = connecting_part(Pedigree(list(persons.values())), tuple(self.profiles))
        return OtherPedigree(claim, tuple(children), Hypothesis(pedigree, self.profiles))

    def with_profiles(
        self, claim: Claim, members: Sequence[str], places: Mapping[str, str], *extra: Person
    ) -> OtherPedigree:
        """Return the alternative in which samples belong elsewhere: stated member -> member."""
        moved = {places.get(m, m): profiles for m, profiles in self.profiles.items()}
        pedigree = connecting_part(self.pedigree.with_persons(extra), tuple(moved))
        return OtherPedigree(claim, tuple(members), Hypothesis(pedigree, moved))

    def couples(self) -> dict[tuple[str, str], list[str]]:
        """Return the children of each father and mother."""
        couples: dict[tuple[str, str], list[str]] = {}
        for member in self.pedigree.order:
            father, mother = self.pedigree[member].father, self.pedigree[member].mother
            if father is not None and mother is not None and not self._is_twin(member):
                couples.setdefault((father, mother), []).append(member)
        return couples

    def _is_twin(self, member: str) -> bool:
        # A twin's parents are those of the other twin too: nothing is changed for one alone.
        return bool(self.pedigree[member].twin_of) or any(
            p.twin_of == member for p in self.pedigree.persons.values()
        )

    def sex_allows(self, sample: str, place: str) -> bool:
        """Tell whether a member's profiles could be those of the person at another place."""
        place_sex = self.sex(place)
        for profile in self.profiles[sample]:
            sex = sex_from_amelogenin(profile.amelogenin)
            sex = profile.sex if sex is Sex.UNKNOWN else sex
            sex = self.sex(sample) if sex is Sex.UNKNOWN else sex
            if Sex.UNKNOWN not in (sex, place_sex) and sex is not place_sex:
                return False
        return True

    def sex(self, member: str) -> Sex:
        """Return a member's sex, by what is stated or by being a father or mother."""
        persons = self.pedigree.persons.values()
        if any(p.father == member for p in persons):
            return Sex.MALE
        if any(p.mother == member for p in persons):
            return Sex.FEMALE
        return self.pedigree[member].sex


def _other_parents(family: _Stated) -> Iterator[OtherPedigree]:
    """Yield each child with another father, another mother, or other parents."""
    stranger, second = Person(_STRANGER), Person(_SECOND)
    for (father, mother), children in family.couples().items():
        alike = _only_a_place(family, father, children) and _only_a_place(family, mother, children)
        for child in children:
            person = family.pedigree[child]
            fathered = replace(person, father=_STRANGER)
            if alike and len(children) > 1:
                # Which of two untyped founders is another's makes no difference.
                yield family.with_persons(Claim.OTHER_PARENT, (child,), fathered, stranger)
            if not alike and not _only_a_place(family, father, [child]):
                yield family.with_persons(Claim.OTHER_FATHER, (child,), fathered, stranger)
            if not alike and not _only_a_place(family, mother, [child]):
                mothered = replace(person, mother=_STRANGER)
                yield family.with_persons(Claim.OTHER_MOTHER, (child,), mothered, stranger)
            if child not in family.profiles or family.pedigree.children(child):
                # Otherwise the same as a stranger's sample.
                neither = replace(person, father=_STRANGER, mother=_SECOND)
                yield family.with_persons(Claim.OTHER_PARENTS, (child,), neither, stranger, second)


def _other_couples(family: _Stated) -> Iterator[OtherPedigree]:
    """Yield the several children of a couple with one other father, or one other mother."""
    stranger = Person(_STRANGER)
    for (father, mother), children in family.couples().items():
        if len(children) < 2:
            continue
        for claim, parent, role in (
            (Claim.COMMON_OTHER_FATHER, father, "father"),
            (Claim.COMMON_OTHER_MOTHER, mother, "mother"),
        ):
            if _only_a_place(family, parent, children):
                continue
            changed = [_with_parent(family.pedigree[c], role, _STRANGER) for c in children]
            yield family.with_persons(claim, children, *changed, stranger)


def _same_parent(family: _Stated) -> Iterator[OtherPedigree]:
    """Yield half siblings as full siblings: the children of an untyped founder get the other's."""
    couples = family.couples()
    for (one, own), (other, others) in combinations(couples.items(), 2):
        for shared, role, claim in (
            (1, "father", Claim.SAME_FATHER),
            (0, "mother", Claim.SAME_MOTHER),
        ):
            if one[shared] != other[shared]:
                continue
            keep, drop, children = one[1 - shared], other[1 - shared], others
            if not _only_a_place(family, drop, children):
                keep, drop, children = drop, keep, own
            if not _only_a_place(family, drop, children) or keep in _descendants(family, children):
                continue
            changed = [_with_parent(family.pedigree[c], role, keep) for c in children]
            yield family.with_persons(claim, (*own, *others), *changed)


def _grandchildren(family: _Stated) -> Iterator[OtherPedigree]:
    """Yield each child as that of an unknown daughter or son of the stated parents."""
    for (father, mother), children in family.couples().items():
        if _only_a_place(family, father, children) and _only_a_place(family, mother, children):
            continue  # hardly to be told from a half sibling
        for child in children:
            changed = replace(family.pedigree[child], father=_STRANGER, mother=_SECOND)
            others = (Person(_STRANGER), Person(_SECOND, father, mother))
            yield family.with_persons(Claim.GRANDCHILD, (child,), changed, *others)


def _strangers(family: _Stated) -> Iterator[OtherPedigree]:
    """Yield each sample as that of somebody outside the family."""
    for member in family.profiles:
        yield family.with_profiles(
            Claim.STRANGER, (member,), {member: _STRANGER}, Person(_STRANGER)
        )


def _exchanged(family: _Stated) -> Iterator[OtherPedigree]:
    """Yield each two samples exchanged, where the sexes allow it and it makes a difference."""
    for one, other in combinations(family.profiles, 2):
        a, b = family.pedigree[one], family.pedigree[other]
        alike = (a.father, a.mother) == (b.father, b.mother) and a.father is not None
        if alike and not (family.pedigree.children(one) or family.pedigree.children(other)):
            continue
        if family.sex_allows(one, other) and family.sex_allows(other, one):
            yield family.with_profiles(Claim.EXCHANGED, (one, other), {one: other, other: one})


def _in_place(family: _Stated, missing: Sequence[str]) -> Iterator[OtherPedigree]:
    """Yield each sample as that of an untyped member of the family."""
    for member in family.profiles:
        for place in family.pedigree.order:
            if place in family.profiles or place in missing:
                continue
            if family.sex_allows(member, place):
                yield family.with_profiles(Claim.IN_PLACE, (member, place), {member: place})


def _only_a_place(family: _Stated, parent: str, children: Sequence[str]) -> bool:
    """Tell whether a parent is an untyped founder with these children alone."""
    return (
        parent not in family.profiles
        and family.pedigree.is_founder(parent)
        and set(family.pedigree.children(parent)) == set(children)
    )


def _descendants(family: _Stated, children: Sequence[str]) -> set[str]:
    found = set(children)
    for member in family.pedigree.order:
        person = family.pedigree[member]
        if person.father in found or person.mother in found:
            found.add(member)
    return found


def _with_parent(child: Person, role: str, parent: str) -> Person:
    if role == "father":
        return replace(child, father=parent)
    return replace(child, mother=parent)


def _children(persons: Mapping[str, Person], parent: str) -> list[str]:
    return [p.id for p in persons.values() if parent in (p.father, p.mother)]
