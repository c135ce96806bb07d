"""A text as the rules of marking look at it, and what a rule gives back. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from forename.notation.numbers import western_digits

# What a rule found: kind, rule, start, end, meaning.
Found = tuple[str, str, int, int, str]
# Before an Arabic word: and, so. The words found begin after it.
AND = r"(?<!\w)(?:[وف])?"


@dataclass(frozen=True)
class Plain:
    """A text as the rules look at it, and for every sign its place in the text as written."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the text as written."""
        return self.places[start], self.places[end - 1] + 1


_SAME = str.maketrans("أإآٱىةؤئ’‘`", "اااايهءء'''")


def plain(text: str) -> Plain:
    """Return a text in small letters, Arabic without vowel signs, hamza seats and tatweel."""
    kept: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(western_digits(text)):
        if sign == "ـ" or unicodedata.combining(sign):
            continue
        low = sign.lower()
        kept.append(low if len(low) == 1 else sign)
        places.append(place)
    return Plain("".join(kept).translate(_SAME), tuple(places))
