"""Arabic script in Latin letters, by one stated rule.

The scheme is `SCHEME`: consonants as in BGN/PCGN 1956 without dots, bars and apostrophes; names
of the list as they are commonly written in English; long vowels a, i, u; the article al- without
assimilation. Short vowels that were not written are not known: outside the list an "a" stands for
each, and the word is named among the unsure ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from forename.notation.name_variants import AFTER_ABD, BEFORE_ALLAH, BEFORE_DIN, NAMES
from forename.notation.name_words import NameWord, is_arabic, name_words

SCHEME = "BGN/PCGN 1956, simplified"
_LETTERS = {
    "ء": "", "آ": "A", "أ": "A", "إ": "I", "ا": "A", "ٱ": "A", "ب": "b", "ت": "t", "ث": "th",
    "ج": "j", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "sh",
    "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "", "غ": "gh", "ف": "f", "ق": "q", "ك": "k",
    "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "w", "ي": "y", "ى": "A", "ة": "T", "ئ": "'",
    "ؤ": "'", "پ": "p", "چ": "ch", "ڤ": "v", "گ": "g", "ک": "k", "ی": "y",
}  # fmt: skip
_SIGNS = {"\u064e": "a", "\u064f": "u", "\u0650": "i", "\u064b": "", "\u064c": "", "\u064d": ""}


@dataclass(frozen=True)
class Transliteration:
    """Words in Latin letters, the scheme they follow, and which words had vowels to supply."""

    text: str
    scheme: str = SCHEME
    unsure: tuple[str, ...] = ()


def transliterate(text: str) -> Transliteration:
    """Return Arabic words in Latin letters; other words stay as they are."""
    if not is_arabic(text):
        return Transliteration(text, "")
    written: list[str] = []
    unsure: list[str] = []
    for word in name_words(text):
        latin, sure = _word(word)
        written.append(latin)
        if not sure:
            unsure.append(latin)
    return Transliteration(" ".join(written), SCHEME, tuple(unsure))


@cache
def _usual() -> dict[str, str]:
    """Return key -> the spelling that stands first in the list of names."""
    found = {}
    for table in (BEFORE_ALLAH, BEFORE_DIN, AFTER_ABD, NAMES):
        for line in table.strip().splitlines():
            key, _, spellings = line.partition(":")
            found[key] = spellings.split()[0]
    return {**found, "abd allah": "Abdallah"}


def _word(word: NameWord) -> tuple[str, bool]:
    if not word.arabic:
        return word.text, True
    usual = _usual()
    if word.kind == "bin":
        return {"بنت": "bint", "ابن": "ibn"}.get(word.folded, "bin"), True
    if word.key in usual:
        article = "al-" if word.folded.startswith("ال") and word.key != "ilyas" else ""
        return article + usual[word.key], True
    first, _, rest = word.key.partition(" ")
    if word.kind in {"abu", "umm"}:
        child = name_words(word.text.split(maxsplit=1)[1])[0]
        latin, sure = _word(child)
        return f"{word.kind.title()} {latin}", sure
    if word.kind == "abd" and rest in usual:
        return f"Abd al-{usual[rest]}", True
    if first in usual and rest == "din":
        return f"{usual[first]} al-Din", True
    if first in usual and rest == "allah":
        return f"{usual[first]} Allah", True
    parts = [_letters(part) for part in word.text.split()]
    return " ".join(latin for latin, _ in parts), all(sure for _, sure in parts)


def _letters(word: str) -> tuple[str, bool]:
    """Return one word letter by letter, and whether no vowel had to be supplied."""
    article = ""
    bare = re.sub("[^\u0621-\u065f\u0671-\u06d3]", "", word).replace("ـ", "")
    if re.match("[اٱ]ل", bare) and len(re.sub("[\u064b-\u0652]", "", bare)) > 3:
        article, bare = "al-", bare[2:].lstrip("\u0651\u0652")
    sounds = _sounds(bare)
    latin, sure = _join(sounds)
    # A waw or ya inside a word, without a sign before it, is u or aw, i or ay: nobody knows.
    sure = sure and not re.search("[^\u064e-\u0652اآ][ويی](?=.)", bare)
    return article + latin[:1].upper() + latin[1:], sure


def _sounds(bare: str) -> list[str]:
    """Return consonants and vowels in order; A, I, U are long, T is ta marbuta, 0 is no vowel."""
    sounds: list[str] = []
    for place, letter in enumerate(bare):
        if letter == "\u0651" and sounds:  # shadda
            sounds.append(sounds[-1])
        elif letter == "\u0652":
            sounds.append("0")
        elif letter in _SIGNS:
            sounds.append(_SIGNS[letter])
        elif letter in "عء" and place == 0:
            sounds.append("")
        elif letter in "ويی" and place and _is_long(bare, place):
            long = "U" if letter == "و" else "I"
            if sounds[-1] == long.lower():
                sounds.pop()
            sounds.append(long)
        else:
            if letter in "اى" and sounds and sounds[-1] == "a":
                sounds.pop()
            sounds.append(_LETTERS.get(letter, ""))
    return sounds


def _is_long(bare: str, place: int) -> bool:
    """Tell whether a waw or ya is a vowel: not beside an alef or a vowel sign of its own."""
    before, after = bare[place - 1], bare[place + 1 : place + 2]
    if after and after in "اىةآ\u064e\u064f\u0650\u0651":
        return False
    if before in "اآ\u0652" or (before in "\u064e\u0650" and bare[place] == "و"):
        return False
    return not (before == "\u064e" and bare[place] in "يی") and not (
        bare[place] == "و" and after in "يی" and after
    )


def _join(sounds: list[str]) -> tuple[str, bool]:
    """Return sounds as one word: an "a" between consonants that have no vowel of their own."""
    vowels = {"a", "i", "u", "A", "I", "U", "0"}
    latin = ""
    sure = True
    for place, sound in enumerate(sounds):
        following = sounds[place + 1] if place + 1 < len(sounds) else ""
        if sound == "T":
            latin += "a" if not latin.endswith("a") else ""
            continue
        latin += "" if sound == "0" else sound.lower()
        is_consonant = sound not in vowels
        last = place + 1 == len(sounds)
        doubled = following == sound
        if is_consonant and not last and following not in vowels | {"T"} and not doubled:
            latin += "a"
            sure = False
    return latin, sure
