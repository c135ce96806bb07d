"""Which numbers of a text may be figures of a claim: how many, of what, how far. Pure."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from forename.notation.amounts import Amount, every_amount, says_what
from forename.notation.numbers import find_numbers
from forename.report import marking_words as words
from forename.report.marking_text import AND, Found, Plain, plain

_NEAR = 12  # signs between what says that a total follows, and the total
_LOOKED_AHEAD = 60  # signs after a number that may say what was counted
_UNCOUNTED = rf"(?!(?:{words.ENGLISH_UNCOUNTED})\b)"
_NOUN = rf"(?:[a-z]+(?<!s)s|{words.PEOPLE})"
# In the order in which they are tried: rule, what stands after the number.
_AFTER = (
    ("measure", rf"(?:{words.MEASURES})"),
    ("part of a whole", rf"(?:\w+ )??(?:{words.OF_WHOM})(?: على الاقل)?"),
    ("number and noun", rf"{_UNCOUNTED}(?:[a-z-]+(?<!-) (?:{_UNCOUNTED}[a-z]+ )?)??{_NOUN}"),
    ("number and noun", rf"(?!(?:{words.ARABIC_UNCOUNTED})(?!\w))[\u0621-\u064a]{{2,}}"),
)
_PATTERNS = tuple((rule, re.compile(rf"[ \u00a0-]+(?:{p})(?!\w)")) for rule, p in _AFTER)


def numbers_in(text: str, seen: Plain) -> Iterator[Found]:
    """Yield amounts with their unit, numbers with what they count or measure, shares, totals."""
    amounts = every_amount(text)
    for amount in amounts:
        if not says_what(amount):
            continue
        unit = "" if amount.unit == "unknown" else amount.unit
        yield ("number", "number and unit", amount.start, amount.end, _said(amount, unit))
    yield from _table("share", words.SHARES, seen)
    for amount in amounts:
        after = plain(text[amount.end : amount.end + _LOOKED_AHEAD])
        for rule, pattern in _PATTERNS:
            match = pattern.match(after.text)
            if match and not _counts_nothing(rule, amount):
                end = amount.end + after.span(0, match.end())[1]
                yield ("number", rule, amount.start, end, _said(amount, ""))
                break
    for number in find_numbers(text):  # with a fraction: no count, but it may be a measure
        after = plain(text[number.end : number.end + _LOOKED_AHEAD])
        match = _PATTERNS[0][1].match(after.text)
        if match and number.whole is None and math.isfinite(number.value):
            end = number.end + after.span(0, match.end())[1]
            yield ("number", "measure", number.start, end, f"{number.value:g}")
    yield from _table("two in one word", words.ARABIC_TWO, seen)
    yield from _table("vague number", words.VAGUE, seen)
    yield from _totals(text, seen, amounts)


def _table(rule: str, pattern: str, seen: Plain) -> Iterator[Found]:
    for match in re.finditer(rf"{AND}({pattern})(?!\w)", seen.text):
        yield ("number", rule, *seen.span(*match.span(1)), "")


def _totals(text: str, seen: Plain, amounts: Sequence[Amount]) -> Iterator[Found]:
    """Yield numbers without a unit that a sentence says are the total, and those they rose from."""
    numbers = [each for each in amounts if not _is_year(each)]
    for pattern in words.TOTALS:
        for match in re.finditer(rf"(?<!\w)(?:ال)?{pattern}(?= )", seen.text):
            _start, end = seen.span(*match.span())
            following = bisect_left(numbers, end, key=lambda each: each.start)
            if following < len(numbers) and numbers[following].start - end <= _NEAR:
                number = numbers[following]
                yield ("number", "total", number.start, number.end, _said(number, ""))
    for one in numbers:
        before = text[max(0, one.start - _LOOKED_AHEAD) : one.start].casefold()
        if re.search(r"(?:bringing the (?:total|number|toll)[\w ]{0,20} to|, from|, up from) $",
                     before):  # fmt: skip
            yield ("number", "total", one.start, one.end, _said(one, ""))


def _counts_nothing(rule: str, amount: Amount) -> bool:
    """Tell whether a number before a noun is a year, or the "one" of "one of them"."""
    return (rule == "number and noun" and _is_year(amount)) or (
        rule == "part of a whole" and amount.value == 1
    )


def _is_year(amount: Amount) -> bool:
    return (
        amount.words.isdecimal() and len(amount.words) == 4 and 1900 <= (amount.value or 0) < 2100
    )


def _said(amount: Amount, unit: str) -> str:
    """Return what an amount was read as: ``≥ 40 bodies``, ``30–40``."""
    value, low, high = amount.value, amount.low, amount.high
    if value is not None and low == high:
        number = str(value)
    elif low is None and high is None:
        number = f"~{value}"
    elif high is None:
        number = f"≥ {low}"
    else:
        number = f"≤ {high}" if low is None else f"{low}–{high}"
    return f"{number} {unit}".strip()
