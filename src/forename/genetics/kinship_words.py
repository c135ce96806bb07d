"""Kinship words: what a families table calls a relative, in English and Arabic.

Case, brackets, hyphens, underscores, a trailing number (``Sibling1``), Arabic vowel signs, forms
of alef and the article do not distinguish words. Final ``ة`` is never read as ``ه``: ``عمه`` can
mean "his paternal uncle" as well as a carelessly written "paternal aunt", so it is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from forename.genetics.profiles import Sex


class Relation(StrEnum):
    """What a relative is to the missing person."""

    PARENT = "parent"
    SIBLING = "sibling"
    HALF_SIBLING = "half sibling"
    CHILD = "child"
    SPOUSE = "spouse"
    NIECE = "niece or nephew"
    UNCLE = "uncle or aunt"
    GRANDPARENT = "grandparent"
    GRANDCHILD = "grandchild"
    COUSIN = "cousin"
    TWIN = "identical twin"
    SELF = "self"


class Side(StrEnum):
    """Through which parent of the missing person a relative is related."""

    FATHER = "paternal"
    MOTHER = "maternal"


@dataclass(frozen=True, slots=True)
class Kinship:
    """The meaning of a kinship word.

    ``sex`` is the relative's. ``side`` is the missing person's parent where the word says it.
    ``through`` is the sex of the untyped sibling of the missing person (niece, nephew) or of the
    parent (cousin) that the word names, as in "brother's son". ``zygosity_open`` marks the bare
    word "twin".
    """

    relation: Relation
    sex: Sex = Sex.UNKNOWN
    side: Side | None = None
    through: Sex = Sex.UNKNOWN
    zygosity_open: bool = False


ACCEPTED_WORDS = (
    "father, mother, parent, brother, sister, sibling, [maternal or paternal] half brother, "
    "half sister, half sibling, son, daughter, child, spouse, wife, husband, nephew, niece, "
    "[maternal or paternal] uncle, aunt, grandfather, grandmother, cousin, grandson, "
    "granddaughter, grandchild, identical twin, self; "
    "أب، أم، أخ، أخت، ابن، ابنة، زوج، زوجة، خال، خالة، عم، عمة، جد، جدة"
)

_M, _F, _U = Sex.MALE, Sex.FEMALE, Sex.UNKNOWN
_SIDED = {Relation.HALF_SIBLING, Relation.UNCLE, Relation.GRANDPARENT, Relation.COUSIN}

_ENGLISH: dict[Relation, dict[Sex, str]] = {
    Relation.PARENT: {_M: "father dad", _F: "mother mum mom", _U: "parent"},
    Relation.SIBLING: {_M: "brother", _F: "sister", _U: "sibling sib"},
    Relation.HALF_SIBLING: {
        _M: "half_brother halfbrother",
        _F: "half_sister halfsister",
        _U: "half_sibling half_sib halfsibling halfsib",
    },
    Relation.CHILD: {_M: "son", _F: "daughter", _U: "child offspring"},
    Relation.SPOUSE: {_M: "husband", _F: "wife", _U: "spouse partner"},
    Relation.NIECE: {_M: "nephew", _F: "niece"},
    Relation.UNCLE: {_M: "uncle", _F: "aunt auntie"},
    Relation.GRANDPARENT: {
        _M: "grandfather grand_father granddad grandpa",
        _F: "grandmother grand_mother grandma",
        _U: "grandparent grand_parent",
    },
    Relation.GRANDCHILD: {
        _M: "grandson grand_son",
        _F: "granddaughter grand_daughter",
        _U: "grandchild grand_child",
    },
    Relation.COUSIN: {_U: "cousin first_cousin 1st_cousin"},
    Relation.TWIN: {
        _U: "identical_twin monozygotic_twin mz_twin",
        _M: "identical_twin_brother",
        _F: "identical_twin_sister",
    },
    Relation.SELF: {
        _U: "self direct direct_reference personal_item personal_reference",
        _M: "himself",
        _F: "herself",
    },
}

_ARABIC: dict[Relation, dict[Sex, str]] = {
    Relation.PARENT: {_M: "اب والد", _F: "ام والدة"},
    Relation.SIBLING: {_M: "اخ شقيق اخ_شقيق", _F: "اخت شقيقة اخت_شقيقة"},
    Relation.HALF_SIBLING: {_M: "اخ_غير_شقيق نصف_اخ", _F: "اخت_غير_شقيقة نصف_اخت"},
    Relation.CHILD: {_M: "ابن", _F: "ابنة بنت", _U: "طفل"},
    Relation.SPOUSE: {_M: "زوج", _F: "زوجة"},
    Relation.GRANDPARENT: {_M: "جد", _F: "جدة"},
    Relation.GRANDCHILD: {_M: "حفيد", _F: "حفيدة"},
    Relation.TWIN: {_M: "توام_متطابق", _F: "تواما_متطابقة توام_متطابقة"},
}

_SIDE_WORDS = (
    (Side.MOTHER, r"(?:on |from )?(?:the )?mother'?s? side|maternal|mat|uterine"),
    (Side.FATHER, r"(?:on |from )?(?:the )?father'?s? side|paternal|pat|agnate"),
    (Side.MOTHER, r"(?:من )?(?:جهة |طرف )ام|من ام|لام"),
    (Side.FATHER, r"(?:من )?(?:جهة |طرف )اب|من اب|لاب"),
)


def _vocabulary() -> dict[str, Kinship]:
    words: dict[str, Kinship] = {}
    for table in (_ENGLISH, _ARABIC):
        for relation, by_sex in table.items():
            for sex, names in by_sex.items():
                for name in names.split():
                    words[name.replace("_", " ")] = Kinship(relation, sex)
    for sex, name in ((_M, "twin brother"), (_F, "twin sister"), (_U, "twin"), (_M, "توام")):
        words[name] = Kinship(Relation.SIBLING, sex, zygosity_open=True)
    words["fraternal twin"] = words["dizygotic twin"] = Kinship(Relation.SIBLING)
    for sex, child in ((_M, "son"), (_F, "daughter")):
        for through, parent in ((_M, "brothers"), (_F, "sisters")):
            words[f"{parent} {child}"] = Kinship(Relation.NIECE, sex, through=through)
        for side, parent in ((Side.FATHER, "fathers"), (Side.MOTHER, "mothers")):
            grandparent = {_M: "father", _F: "mother"}[sex]
            uncle = {_M: "brother", _F: "sister"}[sex]
            words[f"{parent} {grandparent}"] = Kinship(Relation.GRANDPARENT, sex, side)
            words[f"{parent} {uncle}"] = Kinship(Relation.UNCLE, sex, side)
    uncles = (
        ("عم", _M, Side.FATHER),
        ("عمة", _F, Side.FATHER),
        ("خال", _M, Side.MOTHER),
        ("خالة", _F, Side.MOTHER),
    )
    for name, sex, side in uncles:
        words[name] = Kinship(Relation.UNCLE, sex, side)
    for child_sex, children in ((_M, ("ابن",)), (_F, ("ابنة", "بنت"))):
        for child in children:
            words[f"{child} اخ"] = Kinship(Relation.NIECE, child_sex, through=_M)
            words[f"{child} اخت"] = Kinship(Relation.NIECE, child_sex, through=_F)
            for name, through, side in uncles:
                words[f"{child} {name}"] = Kinship(Relation.COUSIN, child_sex, side, through)
    # In Arabic a brother "of the mother" is a half brother.
    for sex, name in ((_M, "اخ"), (_F, "اخت")):
        words[f"{name} لام"] = Kinship(Relation.HALF_SIBLING, sex, Side.MOTHER)
        words[f"{name} لاب"] = Kinship(Relation.HALF_SIBLING, sex, Side.FATHER)
    return words


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    text = re.sub("[\u0640\u064b-\u065f\u0670\u200e\u200f\u061c]", "", text)
    text = re.sub("[أإآٱ]", "ا", text)
    text = re.sub(r"[\[\](){}<>\"*]", " ", text)
    text = re.sub(r"[_\-.,:;/]+", " ", text)
    text = re.sub(r"(?<=\D)\d+\s*$", "", text.strip())
    tokens = [t.removeprefix("ال") if len(t) > 3 else t for t in text.split()]
    return " ".join(tokens)


_WORDS = _vocabulary()


def kinship_of(word: str) -> Kinship | None:
    """Return the meaning of a kinship word as written in a table, or None when it is unknown."""
    text = _folded(word)
    plain = re.sub(r"\b(?:full|biological|genetic|the) ", "", text).replace("'s", "s").strip()
    if plain in _WORDS:
        return _WORDS[plain]
    for side, pattern in _SIDE_WORDS:
        rest, count = re.subn(rf"(?:^|\s)(?:{pattern})(?=\s|$)", " ", text)
        known = _WORDS.get(" ".join(rest.split()))
        if count == 1 and known and known.relation in _SIDED and known.side in (None, side):
            return replace(known, side=side)
    return None
