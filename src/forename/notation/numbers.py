"""Numbers as people write them: digits of either script, thousands, and words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_ENGLISH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60,
    "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12, "hundred": 100, "thousand": 1000,
}  # fmt: skip
# Without hamza, madda and the dots of ta marbuta: as `_plain` leaves them.
_ARABIC = {
    "صفر": 0, "واحد": 1, "واحده": 1, "احد": 1, "احدي": 1, "اثنان": 2, "اثنين": 2, "اثنتان": 2,
    "اثنتين": 2, "اثنا": 2, "اثني": 2, "اثنتا": 2, "اثنتي": 2,
    "ثلاث": 3, "ثلاثه": 3, "اربع": 4, "اربعه": 4, "خمس": 5, "خمسه": 5, "ست": 6, "سته": 6,
    "سبع": 7, "سبعه": 7, "ثماني": 8, "ثمانيه": 8, "ثمان": 8, "تسع": 9, "تسعه": 9, "عشر": 10,
    "عشره": 10, "عشرون": 20, "عشرين": 20, "ثلاثون": 30, "ثلاثين": 30, "اربعون": 40,
    "اربعين": 40, "خمسون": 50, "خمسين": 50, "ستون": 60, "ستين": 60, "سبعون": 70, "سبعين": 70,
    "ثمانون": 80, "ثمانين": 80, "تسعون": 90, "تسعين": 90, "مئه": 100, "مايه": 100, "مائه": 100,
    "ميه": 100, "مئتان": 200, "مئتين": 200, "مايتان": 200, "مايتين": 200, "ميتان": 200,
    "ميتين": 200, "الف": 1000, "الفان": 2000, "الفين": 2000, "الاف": 1000,
}  # fmt: skip
for _unit, _hundreds in (
    ("ثلاث", 300), ("اربع", 400), ("خمس", 500), ("ست", 600), ("سبع", 700), ("ثماني", 800),
    ("ثمان", 800), ("تسع", 900),
):  # fmt: skip
    for _hundred in ("مئه", "مايه", "مائه", "ميه"):
        _ARABIC[_unit + _hundred] = _hundreds

_DIGITS = re.compile(
    r"(?:(?<![\w.,])|(?<=\b[وبل]))"  # a word of one letter is written to its number: و30
    r"(?:\d{1,3}(?:[,٬\u00a0\u202f']\d{3})+(?!\d)|\d+)"
    r"(?:[.٫]\d+|,\d{1,2}(?!\d))?(?!\w*\d)"
)
_MOST_WHOLE = 2**53  # a float holds larger ones no longer digit by digit
_CODE = re.compile(r"[A-Za-z]{1,8}[-/]?\d[\w\-/]*")  # RAQ-2017-00042/B3 is no number
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Number:
    """A number in a text: its value, and where it stands (``start`` to ``end``)."""

    value: float
    start: int
    end: int
    words: str

    @property
    def whole(self) -> int | None:
        """Return the value as a whole number, None with a fraction or too long a row of digits."""
        return int(self.value) if self.value.is_integer() and self.value <= _MOST_WHOLE else None


def western_digits(text: str) -> str:
    """Return a text with the digits 0 to 9; nothing else changes, nor does its length."""
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


def plain_word(word: str) -> str:
    """Return a word in the shape in which lists of words hold it (case, hamza, ta marbuta)."""
    word = "".join(c for c in word.casefold() if not unicodedata.combining(c) and c != "ـ")
    return word.translate(str.maketrans("أإآٱىةؤئ", "اااايهوي"))


def find_numbers(text: str) -> tuple[Number, ...]:
    """Return the numbers of a text in order, in digits and in words, in English and Arabic."""
    found = [*_in_digits(western_digits(text), text), *_in_words(text)]
    return tuple(sorted(found, key=lambda number: number.start))


def _in_digits(western: str, text: str) -> Iterator[Number]:
    codes = [match.span() for match in _CODE.finditer(western)]
    for match in _DIGITS.finditer(western):
        if any(start <= match.start() < end for start, end in codes):
            continue
        digits = re.sub(r",(?=\d{1,2}$)", ".", match.group())
        digits = re.sub(r"[,٬\u00a0\u202f']", "", digits).replace("٫", ".")
        yield Number(float(digits), match.start(), match.end(), text[match.start() : match.end()])


def _value(word: str) -> int | None:
    plain = plain_word(word)
    value = _ENGLISH.get(plain)
    return value if value is not None else _ARABIC.get(plain)


def _arabic_value(word: str, inside: bool) -> int | None:
    """Return what an Arabic number word says; the article, and "and" within a number, go."""
    plain = plain_word(word)
    if inside and plain.startswith("و") and plain[1:] in _ARABIC:
        return _ARABIC[plain[1:]]
    return None


def _in_words(text: str) -> Iterator[Number]:
    words = list(_WORD.finditer(text))
    place = 0
    while place < len(words):
        taken, value = _longest(words, place, text)
        if not taken:
            place += 1
            continue
        start, end = words[place].start(), words[place + taken - 1].end()
        yield Number(float(value), start, end, text[start:end])
        place += taken


def _longest(words: list[re.Match[str]], place: int, text: str) -> tuple[int, int]:
    """Return how many words from a place on are one number, and the number."""
    total = part = taken = 0
    current = place
    last = 0
    while current < len(words):
        if current > place and not re.fullmatch(
            r"[\s\-]+", text[words[current - 1].end() : words[current].start()]
        ):
            break
        word = words[current].group()
        value = _value(word)
        joined = _arabic_value(word, current > place)
        if value is None and joined is None:
            # "and" joins in English: one hundred and fifteen
            following = _value(words[current + 1].group()) if current + 1 < len(words) else None
            if word.casefold() == "and" and part >= 100 and following is not None:
                current += 1
                continue
            break
        number = value if value is not None else joined
        assert number is not None
        if taken and joined is None and not _continues(last, number):
            break
        if number == 1000 and part:
            total, part = total + part * 1000, 0
        elif number in {12, 100} and 0 < part < 100 and word.casefold() in {"hundred", "dozen"}:
            part *= number
        elif number == 100 and 3 <= part <= 9 and joined is None:  # ثلاث مئة
            part *= 100
        else:
            part += number
        last = number
        current += 1
        taken = current - place
    return taken, total + part


def _continues(last: int, number: int) -> bool:
    """Tell whether a number word without "and" can follow another in one number."""
    if number in {100, 1000, 12}:
        return True
    if number == 10:
        return 1 <= last <= 9  # خمسة عشر
    return (last in range(20, 100, 10) and number < 10) or (last >= 100 and number < last)
