"""What a member of a family is to the missing person, in words: "mother's brother"."""

from __future__ import annotations

from collections.abc import Iterator

from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Sex

_WORDS = {
    "sibling": {Sex.MALE: "brother", Sex.FEMALE: "sister"},
    "child": {Sex.MALE: "son", Sex.FEMALE: "daughter"},
    "partner": {Sex.MALE: "husband", Sex.FEMALE: "wife"},
}


def relation(pedigree: Pedigree, missing: str, member: str) -> str:
    """Return the shortest way from the missing person to a member, such as "father's sister".

    Half siblings are children of one parent. A member whom no way leads to is "no relative".
    """
    ways: dict[str, tuple[str, ...]] = {missing: ()}
    waiting = [missing]
    for person in waiting:
        for word, other in _near(pedigree, pedigree[person]):
            if other not in ways:
                ways[other] = (*ways[person], word)
                waiting.append(other)
    return "'s ".join(ways[member]) if member in ways else "no relative"


def _near(pedigree: Pedigree, person: Person) -> Iterator[tuple[str, str]]:
    """Yield who is next to a person, the closest first, with the word for it."""
    others = [other for other in pedigree.persons.values() if other.id != person.id]
    for other in others:
        if person.id == other.twin_of or other.id == person.twin_of:
            yield "identical twin", other.id
    if person.father and person.mother:
        yield "father", person.father
        yield "mother", person.mother
    for other in others:
        if person.father and (other.father, other.mother) == (person.father, person.mother):
            yield _word("sibling", other), other.id
    children = [other for other in others if person.id in (other.father, other.mother)]
    for child in children:
        yield _word("child", child), child.id
    for child in children:
        partner = child.mother if child.father == person.id else child.father
        if partner:
            yield _word("partner", pedigree[partner]), partner


def _word(kind: str, person: Person) -> str:
    return _WORDS[kind].get(person.sex, kind)
