"""Pedigrees: who descends from whom. Invalid ones cannot be constructed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from forename.exceptions import InvalidPedigreeError
from forename.genetics.profiles import Sex


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a pedigree. Founders have neither father nor mother.

    ``twin_of`` names an identical twin: both share one genotype and the same parents.
    ``inbreeding`` is a founder's coefficient in [0, 1].
    """

    id: str
    father: str | None = None
    mother: str | None = None
    sex: Sex = Sex.UNKNOWN
    twin_of: str | None = None
    inbreeding: float = 0.0

    def renamed(self, names: Mapping[str, str]) -> Person:
        """Return the person with other ids; ``names`` has all that the person mentions."""
        father, mother, twin = (
            None if i is None else names[i] for i in (self.father, self.mother, self.twin_of)
        )
        return replace(self, id=names[self.id], father=father, mother=mother, twin_of=twin)


@dataclass(frozen=True)
class Pedigree:
    """Persons and their descent: any size and shape, loops and separate parts included.

    Conventions: a person has both parents or none, and both are members; a father is not female
    and a mother not male; nobody is their own ancestor; identical twins have the same parents
    and do not have different sexes. `InvalidPedigreeError` names the person that breaks a rule.
    ``order`` lists the ids so that parents come before their children.
    """

    persons: Mapping[str, Person]
    order: tuple[str, ...] = field(init=False)

    def __init__(self, persons: Sequence[Person]) -> None:
        by_id: dict[str, Person] = {}
        for person in persons:
            if not person.id:
                raise InvalidPedigreeError("a person of a pedigree has an empty id")
            if person.id in by_id:
                raise InvalidPedigreeError(f"person {person.id} is listed twice in one pedigree")
            by_id[person.id] = person
        object.__setattr__(self, "persons", MappingProxyType(by_id))
        for person in by_id.values():
            _check_parents(person, by_id)
            _check_twin(person, by_id)
        _check_roles(by_id)
        object.__setattr__(self, "order", _parents_first(by_id))

    def __len__(self) -> int:
        return len(self.persons)

    def __contains__(self, person_id: object) -> bool:
        return person_id in self.persons

    def __getitem__(self, person_id: str) -> Person:
        return self.persons[person_id]

    def is_founder(self, person_id: str) -> bool:
        """Tell whether the person has no parents in the pedigree."""
        return self.persons[person_id].father is None

    def founders(self) -> tuple[str, ...]:
        """Return the founders' ids in pedigree order."""
        return tuple(i for i in self.order if self.is_founder(i))

    def children(self, person_id: str) -> tuple[str, ...]:
        """Return the ids of the person's children in pedigree order."""
        return tuple(
            i for i in self.order if person_id in (self.persons[i].father, self.persons[i].mother)
        )

    def with_persons(self, extra: Sequence[Person]) -> Pedigree:
        """Return a pedigree with further persons, as when unrelated remains join a hypothesis."""
        return Pedigree([*self.persons.values(), *extra])

    def components(self) -> tuple[tuple[str, ...], ...]:
        """Return the connected parts of the pedigree, each in pedigree order."""
        root: dict[str, str] = {i: i for i in self.persons}

        def find(i: str) -> str:
            while root[i] != i:
                root[i] = root[root[i]]
                i = root[i]
            return i

        for person in self.persons.values():
            for other in (person.father, person.mother, person.twin_of):
                if other is not None:
                    root[find(person.id)] = find(other)
        parts: dict[str, list[str]] = {}
        for i in self.order:
            parts.setdefault(find(i), []).append(i)
        return tuple(tuple(part) for part in parts.values())


def _check_parents(person: Person, by_id: Mapping[str, Person]) -> None:
    if (person.father is None) != (person.mother is None):
        raise InvalidPedigreeError(
            f"person {person.id} has only one parent; add the other one as an untyped founder"
        )
    if person.father is None or person.mother is None:
        if not 0 <= person.inbreeding <= 1:
            raise InvalidPedigreeError(f"founder {person.id}: inbreeding must lie in [0, 1]")
        return
    if person.inbreeding:
        raise InvalidPedigreeError(
            f"person {person.id} is no founder: inbreeding follows from the pedigree"
        )
    for role, parent_id, wrong in (
        ("father", person.father, Sex.FEMALE),
        ("mother", person.mother, Sex.MALE),
    ):
        parent = by_id.get(parent_id)
        if parent is None:
            raise InvalidPedigreeError(
                f"{role} {parent_id} of person {person.id} is not in the pedigree"
            )
        if parent.sex == wrong:
            raise InvalidPedigreeError(
                f"{role} {parent_id} of person {person.id} has sex {parent.sex.value}"
            )
    if person.father == person.mother:
        raise InvalidPedigreeError(f"person {person.id} has the same father and mother")


def _check_twin(person: Person, by_id: Mapping[str, Person]) -> None:
    if person.twin_of is None:
        return
    twin = by_id.get(person.twin_of)
    if twin is None or twin.id == person.id:
        raise InvalidPedigreeError(
            f"twin {person.twin_of} of person {person.id} is not another person"
        )
    if person.father is None or (person.father, person.mother) != (twin.father, twin.mother):
        raise InvalidPedigreeError(
            f"identical twins {person.id} and {twin.id} must have the same two parents"
        )
    if Sex.UNKNOWN not in (person.sex, twin.sex) and person.sex != twin.sex:
        raise InvalidPedigreeError(
            f"identical twins {person.id} and {twin.id} have different sexes"
        )
    if twin.twin_of is not None and by_id[twin.twin_of].id != person.id:
        raise InvalidPedigreeError(
            f"twin {person.id} must name the first twin {twin.twin_of}, not {twin.id}"
        )


def _check_roles(by_id: Mapping[str, Person]) -> None:
    # Where sexes are unknown, one person could stand as father here and as mother there.
    mothers = {person.mother for person in by_id.values() if person.mother is not None}
    twins: dict[str, set[str]] = {}
    for person in by_id.values():
        if person.twin_of is not None:
            twins.setdefault(person.twin_of, {person.twin_of}).add(person.id)
    for person in by_id.values():
        if person.father is None:
            continue
        named = by_id[person.father].twin_of or person.father
        for other_id in sorted(({person.father} | twins.get(named, set())) & mothers):
            raise InvalidPedigreeError(
                f"person {person.father} stands as a father and {other_id} as a mother"
                + (": the same person" if other_id == person.father else ": identical twins")
            )


def _parents_first(by_id: Mapping[str, Person]) -> tuple[str, ...]:
    order: list[str] = []
    state: dict[str, int] = {}
    for start in by_id:
        stack = [start]
        while stack:
            current = stack[-1]
            if state.get(current) == 2:
                stack.pop()
                continue
            state[current] = 1
            person = by_id[current]
            waiting = [p for p in (person.father, person.mother) if p and state.get(p) != 2]
            for parent in waiting:
                if state.get(parent) == 1:
                    raise InvalidPedigreeError(f"person {parent} is their own ancestor")
            if waiting:
                stack.extend(waiting)
            else:
                state[current] = 2
                order.append(current)
                stack.pop()
    return tuple(order)
