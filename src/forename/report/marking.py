"""Help in marking: what in a text may belong to a claim, by rules that can be read. Pure.

A proposal is a place in the text and the rule that found it; it becomes part of a claim only by a
person's yes. Precision and recall: docs/methods/claim-marking.md.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from forename.notation.amounts import read_amount
from forename.notation.calendar_words import HIJRI_MONTHS, MONTHS, SEASONS
from forename.notation.dates import read_date
from forename.report import marking_words as words
from forename.report.marking_names import organisations_in, places_in, weekdays
from forename.report.marking_numbers import numbers_in
from forename.report.marking_text import AND, Found, Plain, plain

KINDS = ("number", "date", "place", "organisation", "attribution", "uncertainty")
LONGEST_TEXT = 50_000  # characters that are looked at


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


def propose(text: str, gazetteer: Iterable[str] = ()) -> tuple[Proposal, ...]:
    """Return everything in a text that a rule found, in order; of two that overlap, the first rule.

    ``gazetteer`` are names of places in either script. Text past 50,000 characters is not read.
    """
    text = text[:LONGEST_TEXT]
    seen = plain(text)
    places = list(places_in(text, seen, gazetteer))
    rules = (
        _dates(seen),
        _uncertainty(seen),
        organisations_in(text, seen, places),
        places,
        _attributions(seen),
        numbers_in(text, seen),
    )
    taken: list[Proposal] = []
    covered = bytearray(len(text))
    for found in rules:
        for kind, rule, start, end, meaning in found:
            if start < end and not any(covered[start:end]):
                covered[start:end] = b"\x01" * (end - start)
                taken.append(Proposal(kind, rule, start, end, text[start:end], meaning))
    return tuple(sorted(taken, key=lambda each: each.start))


def _table(kind: str, table: dict[str, str], seen: Plain) -> Iterator[Found]:
    for rule, pattern in table.items():
        for match in re.finditer(rf"{AND}({pattern})(?!\w)", seen.text):
            yield (kind, rule, *seen.span(*match.span(1)), "")


def _attributions(seen: Plain) -> Iterator[Found]:
    for rule, (first, second, most) in words.ATTRIBUTION_IN_TWO.items():
        between = rf"(?: [^ .؛;]+){{1,{most}}}? "
        for match in re.finditer(rf"{AND}({first})(?!\w){between}({second})(?!\w)", seen.text):
            yield ("attribution", rule, *seen.span(*match.span(1)), "")
            yield ("attribution", rule, *seen.span(*match.span(2)), "")
    # Written in one with the name that follows: وفقا لموقع
    for match in re.finditer(r"(?<!\w)(?:و)?((?:وفقا?|طبقا|خلافا) ?ل)(?=\w)", seen.text):
        yield ("attribution", "وفق", *seen.span(*match.span(1)), "")
    for found in _table("attribution", words.ATTRIBUTION, seen):
        if not re.search(words.NOT_AFTER, seen.text[: bisect_left(seen.places, found[2])][-20:]):
            yield found


def _uncertainty(seen: Plain) -> Iterator[Found]:
    return _table("uncertainty", words.UNCERTAINTY, seen)


@cache
def _date_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    months = "|".join(
        sorted(
            {n for t in (MONTHS, HIJRI_MONTHS) for e in t.values() for n in e.split("|")},
            key=len,
            reverse=True,
        )
    )
    days_of_week = "|".join(weekdays())
    seasons = "|".join(sorted("|".join(SEASONS.values()).split("|"), key=len, reverse=True))
    year = r"(?:(?:من )?(?:عام |سنه |لعام )?(?:1[34]|19|20)\d\d)"
    day = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|{words.ARABIC_DAY_WORDS})"
    part = (
        r"(?:(?:in |on )?(?:early|mid|late|the (?:beginning|middle|end) of|the month of)[ -])|"
        r"(?:(?:في )?(?:مطلع|اوائل|بدايه|منتصف|اواسط|اواخر|نهايه|شهر) )"
    )
    hour = r"(?:(?:ليله?|فجر|صباح|ظهر|عصر|مساء|اليوم|امس|غدا) )"
    lead = (
        rf"(?:on |in |since |by |(?:in )?the (?:early hours|night|morning|evening) of |في |"
        rf"(?:يوم )?{hour}(?:يوم )?|يوم |بتاريخ )"
    )
    month = rf"(?:{months})(?:\.(?= ?\d))?"
    ends = r"(?!\w)"
    clock = r"(?: (?:morning|afternoon|evening|night))?"
    patterns = {
        "range of days": rf"(?:between |from |بين |من |{hour})?{day} ?(?:and |to |- ?|– ?|و ?|الي )"
        rf"{day} {month}(?:,? {year})?{ends}",
        "day in figures": rf"{lead}?(?:\d{{4}}-\d\d-\d\d|{day}[/.-]\d{{1,2}}[/.-]\d{{2,4}}){ends}",
        "day, month": rf"{lead}?{day} (?:of |من )?{month}(?:,? {year})?{ends}",
        "month, day": rf"{lead}?{month} {day}(?:,? {year})?{ends}",
        "month and year": rf"(?:{part}|{lead})?{month},? {year}{ends}",
        "month": rf"(?:{part}|(?:in|since) |(?:في|منذ) (?:شهر )?){month}{ends}",
        "season": rf"(?:the )?(?:{seasons})(?: of)? {year}{ends}",
        "part of a year": rf"(?:{part})(?:the year )?{year}{ends}",
        "year": rf"(?:in|since|during|until|في|منذ|خلال|عام|سنه) {year}{ends}",
        "weekday": rf"(?:(?:late|early) )?(?:on |last )?{hour}?(?:يوم )?"
        rf"(?:{days_of_week}){clock}(?: الماضي| الفاءت)?{ends}",
        "relative day": rf"(?:في )?(?:{words.RELATIVE_DAYS}){ends}",
    }
    return tuple((rule, re.compile(rf"{AND}({p})")) for rule, p in patterns.items())


def _dates(seen: Plain) -> Iterator[Found]:
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
