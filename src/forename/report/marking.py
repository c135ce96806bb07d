"""Help in marking: what in a text may belong to a claim, by rules that can be read. Pure.

A proposal is a place in the text and the rule that found it; it becomes part of a claim only by a
person's yes. Precision and recall: docs/methods/claim-marking.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from forename.notation.amounts import find_amounts, read_amount
from forename.notation.calendar_words import HIJRI_MONTHS, MONTHS, SEASONS, WEEKDAYS
from forename.notation.dates import read_date
from forename.notation.numbers import find_numbers, western_digits
from forename.report import marking_words as words

KINDS = ("number", "date", "place", "organisation", "attribution", "uncertainty")
LONGEST_TEXT = 100_000  # characters that are looked at


@dataclass(frozen=True)
class Proposal:
    """A place in a text that may belong to a claim.

    ``kind`` is one of `KINDS`, ``rule`` the name of the rule, ``meaning`` what it was read as:
    the EDTF of a date, the number and unit of an amount, '' where there is nothing to add.
    """

    kind: str
    rule: str
    start: int
    end: int
    words: str
    meaning: str = ""


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


def propose(text: str, gazetteer: Iterable[str] = ()) -> tuple[Proposal, ...]:
    """Return everything in a text that a rule found, in order; of two that overlap, the first rule.

    ``gazetteer`` are names of places in either script. Text past 100,000 characters is not read.
    """
    text = text[:LONGEST_TEXT]
    seen = plain(text)
    rules = (
        _dates(seen),
        _uncertainty(seen),
        _organisations(text, seen, gazetteer),
        _places(seen, gazetteer),
        _attributions(seen),
        _numbers(text),
    )
    taken: list[Proposal] = []
    covered = bytearray(len(text))
    for found in rules:
        for kind, rule, start, end, meaning in found:
            if start < end and not any(covered[start:end]):
                covered[start:end] = b"\x01" * (end - start)
                taken.append(Proposal(kind, rule, start, end, text[start:end], meaning))
    return tuple(sorted(taken, key=lambda each: each.start))


_Found = tuple[str, str, int, int, str]
# Before an Arabic word: and, so, by, for. The words found begin after it.
_AND = r"(?<!\w)(?:[وف])?"


def _table(kind: str, table: dict[str, str], seen: Plain) -> Iterator[_Found]:
    for rule, pattern in table.items():
        for match in re.finditer(rf"{_AND}({pattern})(?!\w)", seen.text):
            yield (kind, rule, *seen.span(*match.span(1)), "")
        if rule == "وفق":  # written in one with the name that follows: وفقا لموقع
            for match in re.finditer(r"(?<!\w)(وفقا? ?ل)(?=\w)", seen.text):
                yield (kind, rule, *seen.span(*match.span(1)), "")


def _attributions(seen: Plain) -> Iterator[_Found]:
    return _table("attribution", words.ATTRIBUTION, seen)


def _uncertainty(seen: Plain) -> Iterator[_Found]:
    return _table("uncertainty", words.UNCERTAINTY, seen)


def _amount_said(value: int | None, low: int | None, high: int | None) -> str:
    if value is not None and low == high:
        return str(value)
    if low is None and high is None:
        return f"~{value}"
    if high is None:
        return f"≥ {low}"
    return f"≤ {high}" if low is None else f"{low}–{high}"


def _numbers(text: str) -> Iterator[_Found]:
    for amount in find_amounts(text):
        said = _amount_said(amount.value, amount.low, amount.high)
        unit = "" if amount.unit == "unknown" else amount.unit
        yield ("number", "number and unit", amount.start, amount.end, f"{said} {unit}".strip())
    for number in find_numbers(text):
        after = plain(text[number.end : number.end + 60])
        for rule, pattern in (("measure", words.MEASURES), ("counted", words.COUNTED)):
            match = re.match(rf"[ \u00a0-]+(?:\w+ )??({pattern})(?!\w)", after.text)
            if match:
                end = number.end + after.span(0, match.end())[1]
                yield ("number", rule, number.start, end, f"{number.value:g}")


def _places(seen: Plain, gazetteer: Iterable[str]) -> Iterator[_Found]:
    known: dict[str, list[tuple[str, ...]]] = {}
    for name in gazetteer:
        parts = tuple(re.findall(r"\w+", plain(name).text))
        if parts and len("".join(parts)) > 2:
            known.setdefault(parts[0], []).append(parts)
    found = list(re.finditer(r"\w+", seen.text))
    for place, word in enumerate(found):
        for first, start in _without_prefix(word):
            names = sorted(known.get(first, ()), key=len, reverse=True)
            fitting = next((n for n in names if _stands(n, found, place)), None)
            if fitting is not None:
                end = found[place + len(fitting) - 1].end()
                yield ("place", "gazetteer", *seen.span(start, end), "")
                break


def _without_prefix(word: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Yield a word and, for Arabic, the word without what is written in one with it: وبالرقة."""
    text = word.group()
    yield text, word.start()
    for prefix in ("و", "ف", "ب", "ل", "وب", "ول"):
        if text.startswith(prefix) and len(text) > len(prefix) + 1:
            yield text[len(prefix) :], word.start() + len(prefix)


def _stands(name: Sequence[str], found: Sequence[re.Match[str]], place: int) -> bool:
    rest = found[place + 1 : place + len(name)]
    return len(rest) == len(name) - 1 and all(
        a == b.group() for a, b in zip(name[1:], rest, strict=True)
    )


def _organisations(text: str, seen: Plain, gazetteer: Iterable[str]) -> Iterator[_Found]:
    body, name = words.ENGLISH_BODIES, r"[A-Z][\w'’-]*|\d+(?:st|nd|rd|th)"
    more = rf"(?: (?:of|for|in|and)(?: the)?(?: (?:{name}))+)*"
    full = rf"(?:(?:[Tt]he )?(?:(?:{name}) )*(?:{body})(?: [A-Z][\w'’-]+)*{more})(?!\w)"
    for match in re.finditer(rf"(?<!\w){full}", text):
        yield ("organisation", "public body", *match.span(), "")
    again = rf"(?<!\w)the (?:provincial |local |national )?(?:{body.lower()})(?!\w)"
    for match in re.finditer(again, seen.text):
        yield ("organisation", "public body, named before", *seen.span(*match.span()), "")
    days = "|".join(_weekdays())
    own = rf"(?! (?:{days}))"
    places = "|".join(
        re.escape(plain(each).text) for each in sorted(gazetteer, key=len, reverse=True)[:2000]
    )
    place = rf"(?: (?:في )?(?:{places}))?" if places else ""
    stop = r"(?:في|من|الي|علي|عن|ان|التي|الذي|قرب|و\w+|لم|لا)"
    more = rf"(?:{own} (?:ال|لل)\w+){{0,2}}"
    patterns = {
        "named body": rf"(?:{words.ARABIC_NAMED_BODIES})",
        "public body": rf"(?:{words.ARABIC_BODIES})(?:{place}(?!\w)|{own} (?!{stop}(?!\w))\w+)"
        rf"{more}{place}",
        "public body, named before": rf"ال(?:{words.ARABIC_BODIES})(?:{own} ال\w+)?",
    }
    for rule, pattern in patterns.items():
        for match in re.finditer(rf"(?<!\w)(?:[وفبل])?({pattern})(?!\w)", seen.text):
            yield ("organisation", rule, *seen.span(*match.span(1)), "")


def _weekdays() -> list[str]:
    names = [name for each in WEEKDAYS.values() for name in each.split("|") if len(name) > 4]
    return sorted(set(names), key=len, reverse=True)


@cache
def _date_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    months = "|".join(
        sorted(
            {n for t in (MONTHS, HIJRI_MONTHS) for e in t.values() for n in e.split("|")},
            key=len,
            reverse=True,
        )
    )
    weekdays = "|".join(_weekdays())
    seasons = "|".join(sorted("|".join(SEASONS.values()).split("|"), key=len, reverse=True))
    year = r"(?:(?:من )?(?:عام |سنه |لعام )?(?:1[34]|19|20)\d\d)"
    day = r"(?:\d{1,2}(?:st|nd|rd|th)?)"
    part = (
        r"(?:(?:in |on )?(?:early|mid|late|the (?:beginning|middle|end) of|the month of)[ -])|"
        r"(?:(?:في )?(?:مطلع|اوائل|بدايه|منتصف|اواسط|اواخر|نهايه|شهر) )"
    )
    lead = r"(?:on |in |since |by |في |يوم |بتاريخ )"
    month = rf"(?:{months})(?:\.(?= ?\d))?"
    ends = r"(?!\w)"
    clock = r"(?: (?:morning|afternoon|evening|night))?"
    patterns = {
        "range of days": rf"(?:between |from |بين |من )?{day} ?(?:and |to |- ?|– ?|و ?|الي )"
        rf"{day} {month}(?:,? {year})?{ends}",
        "day in figures": rf"{lead}?(?:\d{{4}}-\d\d-\d\d|{day}[/.-]\d{{1,2}}[/.-]\d{{2,4}}){ends}",
        "day, month": rf"{lead}?{day} (?:of |من )?{month}(?:,? {year})?{ends}",
        "month, day": rf"{lead}?{month} {day}(?:,? {year})?{ends}",
        "month and year": rf"(?:{part}|{lead})?{month},? {year}{ends}",
        "month": rf"(?:{part}|(?:in|since) |(?:في|منذ) (?:شهر )?){month}{ends}",
        "season": rf"(?:the )?(?:{seasons})(?: of)? {year}{ends}",
        "part of a year": rf"(?:{part})(?:the year )?{year}{ends}",
        "year": rf"(?:in|since|during|until|في|منذ|خلال|عام|سنه) {year}{ends}",
        "weekday": rf"(?:(?:late|early) )?(?:on |last )?(?:مساء |صباح |فجر |ليل |يوم )?"
        rf"(?:{weekdays}){clock}(?: الماضي)?{ends}",
        "relative day": rf"(?:في )?(?:{words.RELATIVE_DAYS}){ends}",
    }
    return tuple((rule, re.compile(rf"{_AND}({p})")) for rule, p in patterns.items())


def _dates(seen: Plain) -> Iterator[_Found]:
    for rule, pattern in _date_patterns():
        for match in pattern.finditer(seen.text):
            start, end = match.span(1)
            reading = read_date(seen.text[start:end]).date
            yield ("date", rule, *seen.span(start, end), reading.edtf if reading else "")


@dataclass(frozen=True)
class ProposedClaim:
    """A sentence that says a number, a place or a date, and what of a claim could be filled in."""

    start: int
    end: int
    words: str
    parts: tuple[Proposal, ...]

    def first(self, kind: str) -> Proposal | None:
        """Return the first part of a kind."""
        return next((part for part in self.parts if part.kind == kind), None)


def propose_claims(text: str, proposals: Sequence[Proposal]) -> list[ProposedClaim]:
    """Return the sentences of a text with a number, or with an attribution and a place or date."""
    claims = []
    for start, end in sentences(text):
        parts = tuple(p for p in proposals if start <= p.start and p.end <= end)
        kinds = {part.kind for part in parts}
        if "number" in kinds or ("attribution" in kinds and kinds & {"place", "date"}):
            claims.append(ProposedClaim(start, end, text[start:end], parts))
    return claims


_ABBREVIATED = re.compile(
    r"\b(?:[A-Z]|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|dr|mr|st|no)\.$", re.IGNORECASE
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the place of each sentence, without the space around it."""
    start = 0
    for match in re.finditer(r"[.!?؟]+[\"”»)]*(?=\s|$)|\n+|$", text):
        if match.group()[:1] == "." and _ABBREVIATED.search(text[start : match.end()]):
            continue
        piece = text[start : match.end()]
        lead = len(piece) - len(piece.lstrip())
        if piece.strip():
            yield start + lead, start + len(piece.rstrip())
        start = match.end()


_FAR = 60  # signs between a word of saying and whoever says it


def filled_in(proposals: Sequence[Proposal], start: int, end: int) -> dict[str, str]:
    """Return what the rules would fill into the form of a claim from ``start`` to ``end``.

    The names are those of the form's fields; a person looks at each before it is stored. The
    organisation nearest to a word of saying is given as ``cited``.
    """
    parts = [p for p in proposals if start <= p.start and p.end <= end]
    filled: dict[str, str] = {}
    counted = next((p for p in parts if p.kind == "number" and p.rule != "measure"), None)
    if counted is not None:
        filled["asked"] = "how_many"
        amount = read_amount(counted.words).amount
        if amount is not None:
            filled["low"] = "" if amount.low is None else str(amount.low)
            filled["high"] = "" if amount.high is None else str(amount.high)
            if amount.low is None and amount.high is None and amount.value is not None:
                filled["low"] = str(amount.value)
            filled["unit"] = "" if amount.unit == "unknown" else amount.unit
        filled["value"] = counted.words
    place = next((p for p in parts if p.kind == "place"), None)
    if place is not None:
        filled["place"] = place.words
    day = next((p for p in parts if p.kind == "date" and p.meaning), None)
    if day is not None:
        filled["observed"] = day.words
    bodies = [p for p in parts if p.kind == "organisation"]
    said = [p for p in parts if p.kind == "attribution"]
    near = [(max(b.start - a.end, a.start - b.end), b.start, b.words) for a in said for b in bodies]
    if near and min(near)[0] <= _FAR:
        filled["cited"] = min(near)[2]
    return {name: value for name, value in filled.items() if value}
