"""Names of persons in parts, in their own script, and how like two names are.

Likeness ranks; it never merges and never decides. Two people can have one name, and one person
five spellings of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from rapidfuzz.distance import JaroWinkler

from forename.notation.folding import search_key
from forename.notation.name_words import (
    NameWord,
    fold,
    is_arabic,
    latin_key,
    name_words,
    skeleton,
)
from forename.notation.transliteration import transliterate

PARTS = ("given", "father", "grandfather", "family", "kunya", "nom_de_guerre", "laqab", "mother")
# How much a part weighs where both names have it. By judgement: a family name and a father's
# name say more than a kunya, which many men share.
WEIGHTS = {
    "given": 3.0, "father": 3.0, "grandfather": 2.0, "family": 3.0,
    "kunya": 1.0, "nom_de_guerre": 1.5, "laqab": 1.0, "mother": 2.0,
}  # fmt: skip
SAME_KEY = 0.97  # one name in two spellings
ACROSS_SCRIPTS = 0.90  # same consonants, one in each script, the vowels unknown
ALONE = 0.1  # taken off where parts that one name has are not known of the other
ORDER_UNKNOWN = 0.92  # words that agree, in parts that do not


@dataclass(frozen=True)
class PersonName:
    """A name in parts, each with none, one or several values, as they were written.

    ``said`` is the whole as it was written. ``kunya`` is Abu or Umm with the child's name,
    ``nom_de_guerre`` a name taken, ``laqab`` a name given (by trade, place, a trait).
    """

    said: str = ""
    given: tuple[str, ...] = ()
    father: tuple[str, ...] = ()
    grandfather: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    kunya: tuple[str, ...] = ()
    nom_de_guerre: tuple[str, ...] = ()
    laqab: tuple[str, ...] = ()
    mother: tuple[str, ...] = ()

    @property
    def script(self) -> str:
        """Return ``Arab``, ``Latn``, ``mixed`` or '' (no letters), by ISO 15924."""
        text = " ".join([self.said, *self.written()])
        latin = any(c.isalpha() and c < "\u0250" for c in text)
        if is_arabic(text):
            return "mixed" if latin else "Arab"
        return "Latn" if latin else ""

    def written(self) -> list[str]:
        """Return all parts in the order in which a name is written, the mother's left out."""
        parts = [getattr(self, part) for part in PARTS if part != "mother"]
        return [value for values in parts for value in values]

    @property
    def full(self) -> str:
        """Return the parts as one name; what was said where there are none."""
        return " ".join(self.written()) or self.said

    @property
    def key(self) -> str:
        """Return what a search looks through: see `forename.notation.folding.search_key`."""
        return search_key(dict.fromkeys([self.said, *self.written(), *self.mother]))

    def to_json(self) -> dict[str, Any]:
        """Return the name as JSON values, without the parts that are empty."""
        parts = {part: list(getattr(self, part)) for part in PARTS if getattr(self, part)}
        return {"said": self.said, **parts}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> PersonName:
        """Return a name from its JSON values; ValueError names what is no part."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(stored) - known)
        if unknown:
            raise ValueError(f"{', '.join(unknown)}: no part of a name.")
        parts = {part: tuple(map(str, stored.get(part, ()))) for part in PARTS}
        return cls(str(stored.get("said", "")), **parts)


@dataclass(frozen=True)
class Likeness:
    """How like two names are, from 0 to 1, and the parts that both have."""

    value: float
    parts: tuple[tuple[str, float], ...] = ()


_QUOTED = re.compile('["“«„](.+?)["”»“]')
_LABELS = (
    ("mother", (
        r"(?:his |her )?mother(?:'s name)?(?: is|:)?|"
        r"(?:اسم )?(?:الأم|الام|والدته|والدتها|أمه|امه|أمها)\s*:?"
    )),
    ("nom_de_guerre", (
        r"nom de guerre:?|known as|a\.?k\.?a\.?|alias|also called|"
        r"المعروف(?:ة)? ب(?:اسم )?|الاسم الحركي:?|يكنى ب"
    )),
    ("laqab", r"nicknamed|called|الملقب(?:ة)? ب|لقبه:?|يلقب ب"),
    ("father", r"son of|daughter of|father(?:'s name)?:?|(?:اسم )?(?:الأب|الاب|والده)\s*:?"),
    ("grandfather", r"grandfather:?|(?:اسم )?الجد\s*:?"),
    ("family", r"family(?: name)?:?|surname:?|(?:اسم )?(?:العائلة|الكنية|الشهرة)\s*:?"),
    ("given", r"(?:first|given) name:?|الاسم\s*:?"),
)  # fmt: skip
_LABEL = re.compile(
    "|".join(
        rf"(?P<{part}>(?<!\w)(?:{words})(?!\w)|(?<!\w)(?:{words})(?<=ب))" for part, words in _LABELS
    ),
    re.IGNORECASE,
)


def parse_name(said: str) -> PersonName:
    """Return the parts of a name as people usually order them; a proposal, to be confirmed.

    Without labels or ``bin``: given name, father, grandfather, family; of two words the second is
    the family. What follows "known as", "his mother", «…» and their like goes to its part.
    """
    found: dict[str, list[str]] = {part: [] for part in PARTS}
    text = said
    for match in list(_QUOTED.finditer(text)):
        _alias(found, match.group(1).strip(), "nom_de_guerre")
        text = text.replace(match.group(), " , ", 1)
    labels = list(_LABEL.finditer(text))
    main = text[: labels[0].start()] if labels else text
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=False):
        value = text[label.end() : end]
        part = str(label.lastgroup)
        words = re.sub(r"^[\s:،,(]+|[\s،,;()]+$", "", value)
        if words and part in {"nom_de_guerre", "laqab"}:
            _alias(found, words, part)
        elif words:
            found[part].append(words)
    _ordered(found, re.sub(r"[(),،;]", " ", main))
    name = PersonName(said, **{part: tuple(values) for part, values in found.items()})
    return name if name.written() or name.mother else replace(name, given=())


def _alias(found: dict[str, list[str]], words: str, part: str) -> None:
    first = name_words(words)
    found["kunya" if first and first[0].kind in {"abu", "umm"} else part].append(words)


def _ordered(found: dict[str, list[str]], main: str) -> None:
    """Put the words of a name without labels into parts by their order."""
    words = name_words(main)
    while len(words) > 1 and words[0].kind in {"abu", "umm"} and words[1].kind != "bin":
        found["kunya"].append(words.pop(0).text)
    if len(words) == 1 and words[0].kind in {"abu", "umm"}:
        found["kunya"].append(words[0].text)
        return
    chained = any(word.kind == "bin" for word in words)
    texts: list[str] = []
    fathers = 0
    for place, word in enumerate(words):
        if word.kind == "bin":
            continue
        if place and words[place - 1].kind == "bin":
            fathers += 1
        texts.append(word.text)
    family_only = found["kunya"] and len(texts) == 1 and _has_article(texts[0])
    if texts and not found["given"] and not family_only:  # Abu Bakr al-Baghdadi
        found["given"].append(texts.pop(0))
    if chained:
        # Given bin father bin grandfather, then the family
        parts = ("father", "grandfather", "grandfather")[: min(fathers, len(texts))]
        for part in parts:
            found[part].append(texts.pop(0))
    elif len(texts) > 1 and not found["father"]:
        found["father"].append(texts.pop(0))
    if texts:
        found["family"].append(texts.pop())
    found["grandfather"] += texts


def _has_article(word: str) -> bool:
    return bool(re.match(r"ال|(?:al|el|ar|as|ash|at|ad|an|az)[- ]", fold(word)))


def compare_names(one: PersonName, other: PersonName) -> Likeness:
    """Return how like two names are.

    The mean over the parts that both have, weighted by `WEIGHTS`, up to a tenth less for parts
    that only one has; where the same words stand in other parts, nearly as much.
    """
    parts = []
    for part in PARTS:
        ours, theirs = getattr(one, part), getattr(other, part)
        if ours and theirs:
            parts.append((part, max(_likeness(a, b) for a in ours for b in theirs)))
    total = sum(WEIGHTS[part] for part, _ in parts)
    either = sum(WEIGHTS[part] for part in PARTS if getattr(one, part) or getattr(other, part))
    by_part = sum(WEIGHTS[part] * value for part, value in parts) / total if total else 0.0
    by_part *= 1 - ALONE * (1 - total / either) if either else 1.0
    value = max(by_part, ORDER_UNKNOWN * _by_words(one.full, other.full))
    return Likeness(round(value, 4), tuple((part, round(v, 4)) for part, v in parts))


def _by_words(one: str, other: str) -> float:
    """Return the likeness of two names word by word, whatever their order."""
    ours = [word for word in name_words(one) if word.kind != "bin"]
    theirs = [word for word in name_words(other) if word.kind != "bin"]
    if not ours or not theirs:
        return 0.0
    pairs = sorted(
        ((_word_likeness(a, b), i, j) for i, a in enumerate(ours) for j, b in enumerate(theirs)),
        key=lambda pair: (-pair[0], abs(pair[1] - pair[2]), pair[1]),
    )
    total, used_ours, used_theirs = 0.0, set(), set()
    for value, i, j in pairs:
        if i not in used_ours and j not in used_theirs:
            total += value
            used_ours.add(i)
            used_theirs.add(j)
    fewer, more = sorted((len(ours), len(theirs)))
    return total / fewer * (1 - 0.1 * (more - fewer) / more)


def _likeness(one: str, other: str) -> float:
    """Return how like two parts of a name are: each a name of one or more words."""
    if fold(one) == fold(other):
        return 1.0
    ours, theirs = name_words(one), name_words(other)
    if len(ours) == len(theirs) == 1:
        return _word_likeness(ours[0], theirs[0])
    return _by_words(one, other)


def _word_likeness(one: NameWord, other: NameWord) -> float:
    """Return how like two words are: 1 as written, then by key, by consonants, by letters."""
    if one.folded == other.folded:
        return 1.0
    if one.kind != other.kind:
        return 0.0 if {one.kind, other.kind} == {"abd", "abu"} else 0.5 * _letters(one, other)
    if one.key == other.key:
        return SAME_KEY
    if one.arabic != other.arabic:
        bones = [each.skeleton or skeleton(each.text) for each in (one, other)]
        if one.known and other.known:
            return 0.6 * _letters(one, other)  # two names of the list that are not one
        return ACROSS_SCRIPTS if bones[0] and bones[0] == bones[1] else 0.85 * _letters(one, other)
    return _letters(one, other) * (0.85 if one.known and other.known else 0.95)


def _letters(one: NameWord, other: NameWord) -> float:
    if one.arabic == other.arabic and one.arabic:
        return float(JaroWinkler.similarity(one.folded, other.folded))
    spelled: Sequence[str] = [
        latin_key(transliterate(each.text).text if each.arabic else each.text)
        for each in (one, other)
    ]
    return float(JaroWinkler.similarity(*spelled))
