"""The words of a name as they are spelled, and the keys under which spellings meet.

A key is either that of `name_variants` (``husayn`` for Hussein, Hosayn, حسين) or the word spelled
by rule. A skeleton (consonants in classes, no vowels) is the last resort between the two scripts,
where Arabic leaves the short vowels out; alone it would bring too many names together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

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
WORDS_KEPT = 2**14  # words whose reading is remembered: names come again and again
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


class _Signs(dict[int, str]):
    """How each sign is folded; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        if unicodedata.combining(sign) or unicodedata.category(sign) == "Cf":
            folded = ""
        else:
            folded = "".join(
                str(unicodedata.digit(c)) if c.isdigit() else c
                for c in sign.translate(_ARABIC)
                if c not in _LEFT_OUT
            )
        self[code] = folded
        return folded


_SIGNS = _Signs()


def fold(text: str) -> str:
    """Return a text without case, diacritics, tatweel and variants of digits and letters."""
    text = unicodedata.normalize("NFKD", text).casefold().translate(_SIGNS)
    text = re.sub(r"(?<=ا)ء|ء(?=\s|$)", "", text)
    return " ".join(text.split())


@lru_cache(WORDS_KEPT)
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

    Article and vowels are left out, except a last -i and -u, which both scripts write: خلف and
    Khalaf give ``xlf``, الواوي and Wawi ``wwy``. W and y count where they stand by a vowel.
    """
    found = _arabic_skeleton(word) if is_arabic(word) else _latin_skeleton(word)
    return found if len(found) >= 3 else ""


def _arabic_skeleton(word: str) -> str:
    letters = re.sub(r"(?<=.)ه$", "", _without_article(fold(word)))
    found = ""
    for place, letter in enumerate(letters):
        if letter in "وي":
            before, after = letters[place - 1 : place], letters[place + 1 : place + 2]
            other = "ي" if letter == "و" else "و"
            if not before or not after or "ا" in (before, after) or after == other:
                found += "w" if letter == "و" else "y"
        elif place == 0 and letter in "اع":
            found += "a"
        else:
            found += _ARABIC_SKELETON.get(letter, "").strip()
    return found


def _latin_skeleton(word: str) -> str:
    letters = latin_key(word)
    for pair, one in _LATIN_SKELETON:
        letters = letters.replace(pair, one)
    letters = letters.replace("G", "g").replace("ia", "iya").replace("ua", "uwa")
    first = "a" if letters[:1] in "aiu" else letters[:1]
    rest = letters[1:]
    last = {"i": "y", "u": "w"}.get(rest[-1:], "")
    return first + re.sub(r"[wy](?![aiu])|[aiu]", "", rest) + last


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
    """Return spelling -> key, for single words and names written as one word.

    Listed spellings stand as they are and by rule; where a rule brings two names together
    (Hamad, Hammad), the spelling as it is decides.
    """
    listed = [(spelling, key) for key, spellings in _lines(NAMES) for spelling in spellings]
    found = {fold(spelling): key for spelling, key in listed}
    for spelling, key in listed:
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
        "له" if spelling == "الله" else _spelled(spelling): key
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


@lru_cache(WORDS_KEPT)
def single_word(text: str) -> NameWord:
    """Return one written word as a name, its article left out of the key."""
    names = known_names()
    folded = fold(text)
    forms: tuple[str, ...]
    if is_arabic(text):
        letters = re.sub(r"[^\w]", "", folded)
        forms = (letters, _without_article(letters))
    else:
        whole = latin_key(text)
        forms = (re.sub("[^a-z]", "", folded), whole, *_without_latin_article(whole))
    key = next((names[form] for form in forms if form in names), "")
    known = bool(key)
    kind = "abd" if key.startswith("abd ") else ""
    parts = (key.split()[1 if kind else 0],) if " " in key else ()
    bones = "" if known else skeleton(forms[-1])
    return NameWord(text, folded, key or forms[-1], bones, known, is_arabic(text), kind, parts)


def _without_latin_article(spelled: str) -> tuple[str, ...]:
    # "il" is el- by rule. Alawi, Alia, Ilham keep their first letters: too little is left.
    match = re.fullmatch(r"[aui]l([^aiu].*)", spelled)
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
    """Return Abd joined with what it serves, None where no such name follows."""
    spelled, end = _bare(tokens, after)
    second = _second_parts().get(spelled, "")
    has_article = end > after + 1 or fold(tokens[after]).startswith("ال")
    if not second and not has_article:
        return None
    word = _join(tokens[place:end], f"abd {second or spelled}", single_word(tokens[end - 1]), "abd")
    bones = "" if second else word.skeleton
    return replace(word, parts=(second or spelled,), skeleton=bones, known=bool(second)), end


def _before_faith(tokens: list[str], place: int, after: int) -> tuple[NameWord, int] | None:
    if after >= len(tokens):
        return None
    first = _first_parts().get(_spelled(tokens[place]))
    if first is None:
        return None
    spelled, end = _bare(tokens, after)
    whole = fold(tokens[after])
    if spelled in FAITH or re.fullmatch("[aiu]l?din", spelled):
        second = "din"
    else:
        second = "allah" if whole in {"allah", "alla", "ullah", "الله"} else ""
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
    bones = f"{kind} {child.skeleton}".strip() if child.skeleton else ""
    return NameWord(text, fold(text), key, bones, child.known, is_arabic(text), kind, parts)
