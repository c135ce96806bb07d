"""The words of a name as they are spelled, and the keys under which spellings meet.

A key is either that of `name_variants` (``husayn`` for Hussein, Hosayn, حسين) or the word spelled
by rule. A skeleton (consonants in classes, no vowels) is the last resort between the two scripts,
where Arabic leaves the short vowels out; alone it would bring too many names together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from forename.notation.name_variants import (
    ABD,
    ABU,
    AFTER_ABD,
    ARTICLES,
    BEFORE_ALLAH,
    BEFORE_DIN,
    BIN,
    FAITH,
    NAMES,
    SOUNDED_ARTICLES,
    UMM,
)

_ARABIC = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": None,
        "ی": "ي", "ک": "ك", "ھ": "ه", "ہ": "ه", "ە": "ه",
    }
)  # fmt: skip
# Signs for hamza, ain and apostrophes: some write them, some do not
_LEFT_OUT = frozenset("'’‘`´ʿʾʼʻ")

_LATIN_RULES = tuple(
    (re.compile(pattern), spelled)
    for pattern, spelled in (
        (r"[^a-z]", ""),
        (r"tch|sch|ch", "sh"),
        (r"ph", "f"),
        (r"dj", "j"),
        (r"(?<=[aeiou]n)e$", ""),  # French: Rahmane, Yassine
        (r"ou|oo", "u"),
        (r"ee", "i"),
        (r"ei|ey|ai", "ay"),
        (r"au|ao", "aw"),
        (r"o", "u"),
        (r"e", "i"),
        (r"q|c", "k"),
        (r"x", "ks"),
        (r"p", "b"),
        (r"v", "f"),
        (r"(.)\1+", r"\1"),
        (r"iy(?![au])", "i"),
        (r"(?<![aiu])y$", "i"),
        (r"(?<=[aiu])h$", ""),
    )
)
_ARABIC_SKELETON = dict(
    zip("بتثجحخدذرزسشصضطظعغفقكلمنهويا", "bttjhxddrzscsdtz gfkklmnh   ", strict=True)
)
_LATIN_SKELETON = (("kh", "x"), ("gh", "G"), ("sh", "c"), ("th", "t"), ("dh", "d"), ("g", "j"))


@dataclass(frozen=True)
class NameWord:
    """One name as it is spelled: a word, or words that belong together (Abd al-Rahman).

    ``text`` is what was written, ``folded`` the same folded, ``key`` the name's key, ``parts``
    the keys of names within it, ``skeleton`` its consonants ('' where too few), ``known`` whether
    the key comes from the list of names, ``arabic`` whether it is in Arabic script, ``kind`` one
    of '', ``abd``, ``abu``, ``umm``, ``bin``.
    """

    text: str
    folded: str
    key: str
    skeleton: str = ""
    known: bool = False
    arabic: bool = False
    kind: str = ""
    parts: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Return a text without case, diacritics, tatweel and variants of digits and letters."""
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(
        c for c in text if not unicodedata.combining(c) and unicodedata.category(c) != "Cf"
    )
    text = text.translate(_ARABIC)
    text = "".join(
        str(unicodedata.digit(c)) if c.isdigit() else c for c in text if c not in _LEFT_OUT
    )
    text = re.sub(r"(?<=ا)ء|ء(?=\s|$)", "", text)
    return re.sub(r"\s+", " ", text).strip()


@cache
def latin_key(word: str) -> str:
    """Return a Latin spelling by rule: one letter for a sound that is spelled in several ways."""
    word = fold(word)
    for pattern, spelled in _LATIN_RULES:
        word = pattern.sub(spelled, word)
    return word


def is_arabic(text: str) -> bool:
    """Tell whether a text has letters of the Arabic script."""
    return any("\u0600" <= c <= "\u06ff" and c.isalpha() for c in text)


def skeleton(word: str) -> str:
    """Return the consonants of a name in classes that both scripts share, '' below three.

    Article, vowels, and w and y after the first letter are left out: خلف and Khalaf give ``xlf``.
    """
    if is_arabic(word):
        letters = fold(word)
        bare = _without_article(letters).removesuffix("ه")
        first = {"ا": "a", "ع": "a", "و": "w", "ي": "y"}.get(bare[:1], "")
        rest = bare[1:] if first else bare
        found = first + "".join(_ARABIC_SKELETON.get(c, "") for c in rest).replace(" ", "")
    else:
        letters = latin_key(word)
        for pair, one in _LATIN_SKELETON:
            letters = letters.replace(pair, one)
        letters = letters.replace("G", "g")
        first = "a" if letters[:1] in "aiu" else letters[:1]
        found = first + re.sub("[aiuwy]", "", letters[1:])
    return found if len(found) >= 3 else ""


def _without_article(folded_arabic: str) -> str:
    rest = folded_arabic.removeprefix("ال")
    return rest if len(rest) >= 3 or rest == folded_arabic else folded_arabic


def _lines(table: str) -> Iterator[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        key, _, spellings = line.partition(":")
        yield key, spellings.split()


def _spelled(word: str) -> str:
    return fold(word) if is_arabic(word) else latin_key(word)


@cache
def known_names() -> dict[str, str]:
    """Return spelling by rule -> key, for single words and names written as one word."""
    found: dict[str, str] = {}
    for key, spellings in _lines(NAMES):
        for spelling in spellings:
            found.setdefault(_spelled(spelling), key)
    for key, spellings in _lines(AFTER_ABD):
        for spelling in spellings:
            if is_arabic(spelling):
                bare = fold(spelling).removeprefix("ال") if key == "allah" else fold(spelling)
                found[f"عبدال{bare}"] = f"abd {key}"
            else:
                for link in ("a", "e", "u", "al", "el", "ul", "ol", "oul", "ou"):
                    found.setdefault(latin_key(f"abd{link}{spelling}"), f"abd {key}")
    found["عبيدالله"] = "ubayd allah"
    for table, ends, arabic_end, second in (
        (BEFORE_DIN, ("eddin", "uddin", "aldin", "eldin", "adin", "din"), "الدين", "din"),
        (BEFORE_ALLAH, ("allah", "ullah", "alla"), "الله", "allah"),
    ):
        for key, spellings in _lines(table):
            for spelling in spellings:
                if is_arabic(spelling):
                    found.setdefault(fold(spelling) + arabic_end, f"{key} {second}")
                else:
                    for end in ends:
                        found.setdefault(latin_key(spelling + end), f"{key} {second}")
    return found


@cache
def _second_parts() -> dict[str, str]:
    """Return spelling by rule -> key of what follows Abd."""
    return {
        _spelled(spelling).removeprefix("ال"): key
        for key, spellings in _lines(AFTER_ABD)
        for spelling in spellings
    }


@cache
def _first_parts() -> dict[str, str]:
    """Return spelling by rule -> key of what stands before al-Din or Allah."""
    return {
        _spelled(spelling): key
        for table in (BEFORE_DIN, BEFORE_ALLAH)
        for key, spellings in _lines(table)
        for spelling in spellings
    }


def single_word(text: str) -> NameWord:
    """Return one written word as a name, its article left out of the key."""
    names = known_names()
    folded = fold(text)
    if is_arabic(text):
        letters = re.sub(r"[^\w]", "", folded)
        forms = (letters, _without_article(letters))
    else:
        whole = latin_key(text)
        forms = (whole, *_without_latin_article(whole))
    key = next((names[form] for form in forms if form in names), "")
    known = bool(key)
    parts = tuple(key.split()[1:]) if " " in key else ()
    kind = "abd" if key.startswith("abd ") else ""
    bones = "" if known else skeleton(forms[-1])
    return NameWord(text, folded, key or forms[-1], bones, known, is_arabic(text), kind, parts)


def _without_latin_article(spelled: str) -> tuple[str, ...]:
    # "il" is el- by rule. Alawi, Alia, Ilham keep their first letters: too little is left.
    match = re.fullmatch(r"[aui]l((?:[^aiu].*){1}.{2,})", spelled)
    return (match.group(1),) if match and len(match.group(1)) >= 4 else ()


def name_words(text: str) -> list[NameWord]:
    """Return the names of a text in order: words of letters, joined where they belong together.

    Joined are Abd with what it serves, Abu and Umm with the child, X with al-Din or Allah, and an
    article with its word. Words with digits are no names and are left out.
    """
    tokens = re.findall(r"[^\s\-_/|,،؛;:.()\[\]{}\"«»“”<>=~?!؟…]+|-", text)
    tokens = [t for t in tokens if t == "-" or (t[:1] != "-" and not any(c.isdigit() for c in t))]
    words: list[NameWord] = []
    place = 0
    while place < len(tokens):
        if tokens[place] == "-" or not any(c.isalpha() for c in tokens[place]):
            place += 1
            continue
        word, place = _read_word(tokens, place)
        words.append(word)
    return words


def _read_word(tokens: list[str], place: int) -> tuple[NameWord, int]:
    """Return the name that begins at a token and where the next one begins."""
    folded = fold(tokens[place])
    after = _next(tokens, place)
    if after < len(tokens):
        if folded in ABD:
            joined = _after_abd(tokens, place, after)
            if joined is not None:
                return joined
        for starts, kind in ((ABU, "abu"), (UMM, "umm")):
            if folded in starts:
                child, end = _read_word(tokens, after)
                return _join(tokens[place:end], f"{kind} {child.key}", child, kind), end
        hyphen = after > place + 1
        if folded in (SOUNDED_ARTICLES if hyphen else ARTICLES) and len(fold(tokens[after])) > 2:
            bare = single_word(tokens[after])
            return _join(tokens[place : after + 1], bare.key, bare, bare.kind), after + 1
    if folded in BIN:
        return NameWord(tokens[place], folded, "bin", "", True, is_arabic(folded), "bin"), place + 1
    first = single_word(tokens[place])
    joined = _before_faith(tokens, place, after)
    return joined if joined is not None else (first, place + 1)


def _next(tokens: list[str], place: int) -> int:
    """Return where the next word begins, past hyphens."""
    place += 1
    while place < len(tokens) and tokens[place] == "-":
        place += 1
    return place


def _bare(tokens: list[str], place: int) -> tuple[str, int]:
    """Return the spelling of a word without its article, and where the next one begins."""
    folded = fold(tokens[place])
    after = _next(tokens, place)
    if folded in SOUNDED_ARTICLES and after < len(tokens):
        return latin_key(tokens[after]), after + 1
    if is_arabic(folded):
        return folded.removeprefix("ال"), place + 1
    spelled = latin_key(tokens[place])
    return next(iter(_without_latin_article(spelled)), spelled), place + 1


def _after_abd(tokens: list[str], place: int, after: int) -> tuple[NameWord, int] | None:
    spelled, end = _bare(tokens, after)
    whole = fold(tokens[after])
    seconds = _second_parts()
    key = seconds.get(spelled) or seconds.get(latin_key(whole) if not is_arabic(whole) else whole)
    if key is None and not (is_arabic(whole) and whole.startswith("ال")):
        return None if end == after + 1 else _joined_abd(tokens, place, end, spelled, after)
    return _joined_abd(tokens, place, end, key or spelled, after)


def _joined_abd(
    tokens: list[str], place: int, end: int, second: str, after: int
) -> tuple[NameWord, int]:
    child = single_word(tokens[end - 1] if end <= len(tokens) else tokens[after])
    word = _join(tokens[place:end], f"abd {second}", child, "abd")
    return NameWord(**{**vars(word), "parts": (second,)}), end


def _before_faith(tokens: list[str], place: int, after: int) -> tuple[NameWord, int] | None:
    if after >= len(tokens):
        return None
    first = _first_parts().get(_spelled(tokens[place]))
    if first is None:
        return None
    spelled, end = _bare(tokens, after)
    second = (
        "din" if spelled in FAITH or spelled in {"idin", "udin"} else
        "allah" if spelled in {"له", "لله", "ala"} or fold(tokens[after]) == "الله" else ""
    )  # fmt: skip
    if not second:
        return None
    text = _written(tokens[place:end])
    key = f"{first} {second}"
    return NameWord(text, fold(text), key, "", True, is_arabic(text), "", (first,)), end


def _written(tokens: list[str]) -> str:
    """Return words as they were written, with their hyphens."""
    return re.sub(r" ?- ?", "-", " ".join(tokens))


def _join(tokens: list[str], key: str, child: NameWord, kind: str) -> NameWord:
    text = _written(tokens)
    parts = (child.key, *child.parts) if kind else child.parts
    bones = "" if kind else child.skeleton
    return NameWord(text, fold(text), key, bones, child.known, is_arabic(text), kind, parts)
