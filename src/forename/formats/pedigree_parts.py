"""From parent-child pairs to a pedigree: unstated parents added, impossible descent located."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forename.exceptions import InvalidPedigreeError, UnusableInputError
from forename.genetics.findings import Location
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Sex


@dataclass(frozen=True, slots=True)
class Link:
    """One stated relation: ``parent`` of ``child``, or both as identical ``twins``."""

    parent: str
    child: str
    twins: bool
    location: Location


def pedigree_of_links(
    people: Mapping[str, Sex], links: Sequence[Link], location: Location
) -> Pedigree:
    """Return the pedigree of people (id -> sex) and their links.

    Where a parent's sex is unknown it is taken from the other parent of the same child, and
    where neither is known the first-named is the father. A missing second parent becomes an
    untyped founder ``father of X`` or ``mother of X``; identical twins without parents get two.
    Raises `UnusableInputError` at the link that breaks a rule of descent.
    """
    sexes = dict(people)
    parents: dict[str, list[Link]] = {}
    twins: dict[str, str] = {}
    for link in links:
        if link.twins:
            first, second = sorted((link.parent, link.child), key=list(sexes).index)
            twins[second] = twins.get(first, first)
            continue
        stated = parents.setdefault(link.child, [])
        if any(other.parent == link.parent for other in stated):
            continue  # the same relation stated twice says nothing new
        stated.append(link)
        if len(stated) > 2:
            raise _error(f"{link.child} has more than two parents.", link.location)
    _decide_parents_sex(sexes, parents)
    couples = {child: _couple(child, stated, sexes) for child, stated in parents.items()}
    for second, first in twins.items():
        couple = couples.get(first) or couples.get(second) or _couple(first, [], sexes)
        couples[first] = couples[second] = couple
    persons = []
    for person, sex in sexes.items():
        father, mother = couples.get(person, (None, None))
        persons.append(Person(person, father, mother, sex, twins.get(person)))
    try:
        return Pedigree(persons)
    except InvalidPedigreeError as error:
        raise _error(f"{error}.", location) from error


def _decide_parents_sex(sexes: dict[str, Sex], parents: Mapping[str, Sequence[Link]]) -> None:
    """Give parents of unknown sex the one that their children's other parents leave."""
    couples = [[link.parent for link in stated] for stated in parents.values()]
    changed = True
    while changed:
        changed = False
        for couple in couples:
            for person, other in zip(couple, reversed(couple), strict=True):
                if person != other and sexes[person] == Sex.UNKNOWN != sexes[other]:
                    sexes[person] = Sex.FEMALE if sexes[other] == Sex.MALE else Sex.MALE
                    changed = True
        if not changed:
            undecided = [c for c in couples if len(c) == 2 and sexes[c[0]] == Sex.UNKNOWN]
            if undecided:
                sexes[undecided[0][0]] = Sex.MALE
                changed = True


def _couple(child: str, stated: Sequence[Link], sexes: dict[str, Sex]) -> tuple[str, str]:
    """Return (father, mother) of a child, adding untyped founders for unstated parents."""
    father = next((k.parent for k in stated if sexes[k.parent] != Sex.FEMALE), None)
    mother = next((k.parent for k in stated if sexes[k.parent] == Sex.FEMALE), None)
    if len(stated) == 2 and (father is None or mother is None):
        raise _error(
            f"both parents of {child} ({stated[0].parent} and {stated[1].parent}) have the same "
            "sex.",
            stated[1].location,
        )
    if father is None:
        father = _added(f"father of {child}", Sex.MALE, sexes)
    if mother is None:
        mother = _added(f"mother of {child}", Sex.FEMALE, sexes)
    return father, mother


def _added(name: str, sex: Sex, sexes: dict[str, Sex]) -> str:
    while name in sexes:
        name += "'"
    sexes[name] = sex
    return name


def _error(problem: str, location: Location) -> UnusableInputError:
    return UnusableInputError(
        problem,
        file=location.file,
        line=location.line,
        column=location.column,
        expected="at most one father and one mother each, and nobody their own ancestor",
    )
