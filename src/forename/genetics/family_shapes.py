"""Shapes of families for simulation: who is missing, who is typed, and what is said of them.

A shape is written in one line per family: ``ID:SEX`` for a founder, ``ID:SEX=A+B`` for a child
of the couple A and B. ``SEX`` is ``M``, ``F``, ``?`` (drawn) or ``~ID`` (the other sex than ID's).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forename.exceptions import InvalidSettingError
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Sex


@dataclass(frozen=True, slots=True)
class FamilyShape:
    """A family: its members, the missing ones, and the typed ones with their role.

    A role is a key of `KINSHIP_WORDS`. ``explicit`` families are stated as a pedigree because
    words about one missing person cannot say them.
    """

    members: str
    typed: Mapping[str, str]
    missing: tuple[str, ...] = ("MP",)
    explicit: bool = False


# Role -> word for a man, word for a woman.
KINSHIP_WORDS: dict[str, tuple[str, str]] = {
    "parent": ("father", "mother"),
    "sibling": ("brother", "sister"),
    "child": ("son", "daughter"),
    "spouse": ("husband", "wife"),
    "paternal grandparent": ("paternal grandfather", "paternal grandmother"),
    "maternal grandparent": ("maternal grandfather", "maternal grandmother"),
    "paternal relative": ("paternal uncle", "paternal aunt"),
    "maternal relative": ("maternal uncle", "maternal aunt"),
    "half sibling": ("paternal half-brother", "paternal half-sister"),
    "nephew or niece": ("nephew", "niece"),
}

_PARENTS = "FA:M MO:F MP:?=FA+MO"
_PATERNAL = "GF:M GM:F FA:M=GF+GM MO:F MP:?=FA+MO"
_MATERNAL = "GF:M GM:F FA:M MO:F=GF+GM MP:?=FA+MO"

SHAPES: dict[str, FamilyShape] = {
    "parents": FamilyShape(_PARENTS, {"FA": "parent", "MO": "parent"}),
    "mother": FamilyShape(_PARENTS, {"MO": "parent"}),
    "father": FamilyShape(_PARENTS, {"FA": "parent"}),
    "mother and sibling": FamilyShape(f"{_PARENTS} S1:?=FA+MO", {"MO": "parent", "S1": "sibling"}),
    "one sibling": FamilyShape(f"{_PARENTS} S1:?=FA+MO", {"S1": "sibling"}),
    "siblings": FamilyShape(
        f"{_PARENTS} S1:?=FA+MO S2:?=FA+MO S3:?=FA+MO",
        {"S1": "sibling", "S2": "sibling", "S3": "sibling"},
    ),
    "one child": FamilyShape("MP:? SP:~MP C1:?=MP+SP", {"C1": "child"}),
    "children": FamilyShape("MP:? SP:~MP C1:?=MP+SP C2:?=MP+SP", {"C1": "child", "C2": "child"}),
    "children and spouse": FamilyShape(
        "MP:? SP:~MP C1:?=MP+SP C2:?=MP+SP", {"SP": "spouse", "C1": "child", "C2": "child"}
    ),
    "grandparents": FamilyShape(
        _PATERNAL, {"GF": "paternal grandparent", "GM": "paternal grandparent"}
    ),
    "uncle and aunt": FamilyShape(
        f"{_MATERNAL} U1:M=GF+GM U2:F=GF+GM",
        {"U1": "maternal relative", "U2": "maternal relative"},
    ),
    "half siblings": FamilyShape(
        "FA:M MO:F WI:F MP:?=FA+MO H1:?=FA+WI H2:?=FA+WI",
        {"MO": "parent", "H1": "half sibling", "H2": "half sibling"},
    ),
    "three generations": FamilyShape(
        f"{_PATERNAL} SP:~MP C1:?=MP+SP U1:M=GF+GM",
        {"GF": "paternal grandparent", "MO": "parent", "U1": "paternal relative", "C1": "child"},
    ),
    "sister and nieces": FamilyShape(
        f"{_PARENTS} S1:?=FA+MO S2:F=FA+MO HU:M N1:?=HU+S2 N2:?=HU+S2",
        {"S1": "sibling", "N1": "nephew or niece", "N2": "nephew or niece"},
    ),
    "large": FamilyShape(
        f"{_PARENTS} S1:?=FA+MO S2:?=FA+MO S3:?=FA+MO S4:?=FA+MO SP:~MP C1:?=MP+SP C2:?=MP+SP"
        " C3:?=MP+SP",
        {
            "MO": "parent",
            "S1": "sibling",
            "S2": "sibling",
            "S3": "sibling",
            "S4": "sibling",
            "C1": "child",
            "C2": "child",
            "C3": "child",
        },
    ),
    "cousin marriage": FamilyShape(
        "GF:M GM:F A:M=GF+GM B:F=GF+GM AW:F BH:M FA:M=A+AW MO:F=BH+B MP:?=FA+MO S1:?=FA+MO",
        {"MO": "parent", "S1": "sibling"},
        explicit=True,
    ),
    "two brothers missing": FamilyShape(
        "FA:M MO:F MP1:M=FA+MO MP2:M=FA+MO S1:?=FA+MO",
        {"MO": "parent", "S1": "sibling"},
        missing=("MP1", "MP2"),
        explicit=True,
    ),
    "father and son missing": FamilyShape(
        "GF:M GM:F MP1:M=GF+GM U1:?=GF+GM WI:F MP2:M=MP1+WI D1:F=MP1+WI",
        {"WI": "parent", "D1": "sibling", "U1": "paternal relative"},
        missing=("MP1", "MP2"),
        explicit=True,
    ),
}

# Two missing siblings whose family was registered twice, once for each; same words for both.
REGISTERED_APART = FamilyShape(
    "FA:M MO:F MP1:?=FA+MO MP2:~~MP1=FA+MO S1:?=FA+MO",
    {"MO": "parent", "S1": "sibling"},
    missing=("MP1", "MP2"),
)


def draw_pedigree(shape: FamilyShape, rng: np.random.Generator) -> Pedigree:
    """Return the shape's pedigree with drawn sexes; couples become father and mother by sex.

    ``~ID`` gives the other sex than ID's, ``~~ID`` the same. Raises `InvalidSettingError` for a
    word that cannot be read.
    """
    sexes: dict[str, Sex] = {}
    persons = []
    for word in shape.members.split():
        head, _, couple = word.partition("=")
        member, _, sex_text = head.partition(":")
        sexes[member] = _draw_sex(sex_text, sexes, word, rng)
        if not couple:
            persons.append(Person(member, sex=sexes[member]))
            continue
        first, _, second = couple.partition("+")
        father, mother = (first, second) if sexes[first] is Sex.MALE else (second, first)
        persons.append(Person(member, father, mother, sexes[member]))
    return Pedigree(persons)


def kinship_word(role: str, sex: Sex) -> str:
    """Return the bracketed word that a families table uses for a role, such as ``[sister]``."""
    return f"[{KINSHIP_WORDS[role][0 if sex is Sex.MALE else 1]}]"


def _draw_sex(text: str, sexes: Mapping[str, Sex], word: str, rng: np.random.Generator) -> Sex:
    if text == "?":
        return Sex.MALE if rng.random() < 0.5 else Sex.FEMALE
    if text.startswith("~~"):
        return sexes[text[2:]]
    if text.startswith("~"):
        return Sex.FEMALE if sexes[text[1:]] is Sex.MALE else Sex.MALE
    if text in ("M", "F"):
        return Sex(text)
    raise InvalidSettingError(f"family shape: cannot read {word!r}; write ID:SEX or ID:SEX=A+B")
