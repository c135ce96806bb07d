"""Dates as people say them: the words kept, an EDTF value, first and last day, nothing guessed.

How parts, limits and "around" are read is stated in docs/methods/dates.md.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from forename.notation import stretches
from forename.notation.calendar_words import (
    AROUND,
    CLOCK,
    CORRESPONDING,
    DAY_PARTS,
    EVES,
    LIMITS,
    NIGHTS,
    PARTS,
    PERHAPS,
    SEASONS,
)
from forename.notation.date_points import (
    Point,
    Unreadable,
    Words,
    either,
    meanings,
    normal,
    read_points,
    unslashed,
)
from forename.notation.remarks import Remark, remark
from forename.notation.stretches import Stretch

MOST_READINGS = 8
_Meaning = tuple[Stretch, str, tuple[Remark, ...]]


@dataclass(frozen=True)
class SaidDate:
    """A date as it was said and as it is kept.

    ``said`` is what was written, ``edtf`` an EDTF value of level 0 to 2, ``earliest`` and
    ``latest`` the first and last day it can be (None where open or where the year is unknown),
    ``calendar`` ``gregorian`` or ``hijri``, ``notes`` what a reader should know.
    """

    said: str
    edtf: str
    earliest: date | None
    latest: date | None
    calendar: str = "gregorian"
    notes: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError(f"{self.edtf} ends before it begins.")

    def to_json(self) -> dict[str, Any]:
        """Return the date as JSON values, for a JSONField."""
        return {
            "said": self.said,
            "edtf": self.edtf,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "latest": self.latest.isoformat() if self.latest else None,
            "calendar": self.calendar,
            "notes": [note.to_json() for note in self.notes],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> SaidDate:
        """Return a date from its JSON values; KeyError or ValueError where they are none."""
        earliest, latest = stored["earliest"], stored["latest"]
        return cls(
            str(stored["said"]),
            str(stored["edtf"]),
            date.fromisoformat(earliest) if earliest else None,
            date.fromisoformat(latest) if latest else None,
            str(stored.get("calendar", "gregorian")),
            tuple(Remark.from_json(each) for each in stored.get("notes", [])),
        )


@dataclass(frozen=True)
class DateReading:
    """What words can mean as a date: no reading and why, one reading, or several to choose from."""

    said: str
    readings: tuple[SaidDate, ...] = ()
    problem: Remark | None = None

    @property
    def date(self) -> SaidDate | None:
        """Return the only reading; None where there is none or a person has to choose."""
        return self.readings[0] if len(self.readings) == 1 else None

    @property
    def ambiguous(self) -> bool:
        """Tell whether a person has to choose."""
        return len(self.readings) > 1


def read_date(said: str) -> DateReading:
    """Return what words mean as a date, in English or Arabic, any calendar of the region."""
    try:
        words, hours, night = _without_hours(unslashed(normal(said)))
        found = _nights(_expression(words.stripped()), night)
    except Unreadable as unreadable:
        typed = _typed_edtf(said) if unreadable.why.code != "date-empty" else None
        if typed is not None:
            return DateReading(said, (typed,))
        return DateReading(said, (), unreadable.why)
    readings: dict[tuple[str, str], SaidDate] = {}
    for stretch, calendar, remarks in found[:MOST_READINGS]:
        notes = tuple(dict.fromkeys((*remarks, *hours)))
        reading = SaidDate(said, stretch.edtf, stretch.first, stretch.last, calendar, notes)
        readings.setdefault((stretch.edtf, calendar), reading)
    return DateReading(said, tuple(readings.values()))


def said_date(said: str, edtf: str) -> SaidDate:
    """Return the reading of words that a person chose by its EDTF.

    An EDTF that is no reading of the words is taken as the person's own; ValueError where it is
    no valid EDTF.
    """
    for reading in read_date(said).readings:
        if reading.edtf == edtf:
            return reading
    typed = _typed_edtf(edtf)
    if typed is None:
        raise ValueError(remark("date-not-edtf").in_words())
    return replace(typed, said=said)


def _without_hours(words: Words) -> tuple[Words, tuple[Remark, ...], str | None]:
    """Return the words without the time of the day, a remark on it, and which night was said."""
    night = None
    found = False
    words = replace(words, text=re.sub(r"(?<=\d)t(?=\d\d:\d\d)", " ", words.text))  # ISO 8601
    for name, pattern in (("eve", EVES), ("night", NIGHTS), ("", CLOCK), ("", DAY_PARTS)):
        match = re.search(rf"(?<![\w:.])(?:{pattern})(?![\w:])", words.text)
        if match:
            found, words = True, words.blank(*match.span())
            night = night or name or None
    if found and not words.text.strip():
        raise Unreadable(remark("date-no-date"))
    return words, (remark("date-hours"),) if found else (), night


def _nights(found: list[_Meaning], night: str | None) -> list[_Meaning]:
    """Return meanings of which a single day was said as a night, which belongs to two."""
    if night is None:
        return found
    return [
        (stretches.night(w, eve=night == "eve"), calendar, notes) for w, calendar, notes in found
    ]


def _expression(words: Words) -> list[_Meaning]:
    """Return the meanings of a range, a limit or a point; raises `Unreadable`."""
    if not words.text.strip():
        raise Unreadable(remark("date-empty"))
    both = re.search(either(CORRESPONDING), words.text)
    if both:
        return _two_calendars(words.cut(0, both.start()), words.cut(both.end(), len(words.text)))
    ranged = _range(words)
    if ranged is not None:
        return ranged
    for how, names in LIMITS.items():
        match = re.match(rf"{either(names)} *", words.text)
        if match and match.end() < len(words.text):
            inner = _expression(words.cut(match.end(), len(words.text)).stripped())
            return _changed(
                inner, lambda whole, how=how: stretches.limit(whole, how), "date-no-year"
            )
    return _point(words)


_RANGES = (
    (r"(?:between|ما بين|بين) +(.+?) +(?:and +|و ?)(.+)", "between"),
    (r"(?:from|من) +(.+?) +(?:to|until|till|through|الي|حتي|لغايه) +(.+)", "to"),
    (r"(.+?) +(?:to|until|till|through|الي|حتي) +(.+)", "to"),
    (r"(.+?) +(?:or|او) +(.+)", "or"),
    (r"(\D*\d{4}|.*[^\W\d].*?|\d{1,2}) *(?: - |-) *(\D*\d{4}|.*[^\W\d].*|\d{1,2} .+)", "to"),
)


def _range(words: Words) -> list[_Meaning] | None:
    """Return the meanings of a range, None where the words are none."""
    if re.search(either(*SEASONS.values()) + r".*\d{4} ?- ?\d{2}", words.text):
        return None  # winter 2016-2017
    for pattern, how in _RANGES:
        match = re.fullmatch(pattern, words.text)
        if not match:
            continue
        first, second = (words.cut(*match.span(group)).stripped() for group in (1, 2))
        if "-" in pattern:
            try:
                return _between(first, second, how)
            except Unreadable:
                continue  # a hyphen inside a word or a number: mid-October, 2015-02-03
        return _between(first, second, how)
    return None


def _between(first: Words, second: Words, how: str) -> list[_Meaning]:
    ends = _expression(second)
    begins = _expression_like(first, second)
    found: list[_Meaning] = []
    for (a, calendar, notes), (b, other, more) in itertools.product(begins, ends):
        whole = stretches.span(a, b, how)
        if whole is not None:
            found.append((whole, calendar if calendar == other else other, (*notes, *more)))
    if not found:
        raise Unreadable(remark("date-backwards"))
    return found


def _expression_like(first: Words, second: Words) -> list[_Meaning]:
    """Return the meanings of a range's beginning, year and month from its end where left out."""
    if re.fullmatch(r"\d{1,2}", first.text):
        points = [p for p in _points(second)[0] if p.month is not None]
        day = int(first.text)
        return [m for p in points for m in meanings(replace(p, day=day, feast=None, weekday=None))]
    try:
        points, change = _points(first)
        if all(point.year is None for point in points):
            years = [p for p in _points(second)[0] if p.year is not None]
            if years:
                points = [_with_year(point, years[0]) for point in points]
        return [each for point in points for each in _apply(change, meanings(point))]
    except Unreadable:
        return _expression(first)


def _with_year(point: Point, other: Point) -> Point:
    return replace(point, year=other.year, calendar=point.calendar or other.calendar)


def _two_calendars(first: Words, second: Words) -> list[_Meaning]:
    """Return the Gregorian date of two that were said to be the same day; both if they are not."""
    found = [_expression(words.stripped()) for words in (first, second)]
    found.sort(key=lambda each: each[0][1] == "hijri")
    for stretch, calendar, remarks in found[0]:
        for other, _, _ in found[1]:
            ends = (stretch.first, stretch.last, other.first, other.last)
            if all(ends) and ends[0] <= ends[3] and ends[2] <= ends[1]:  # type: ignore[operator]
                return [(stretch, calendar, remarks)]
    return [*found[0], *found[1]]


_Change = tuple[str | None, bool, bool]


def _points(words: Words) -> tuple[list[Point], _Change]:
    """Return the readings of a point, and its part, "around" and "perhaps"."""
    around = perhaps = False
    part = None
    match = re.search(either(PERHAPS), words.text)
    if match:
        perhaps, words = True, words.blank(*match.span())
    match = re.search(rf"(?<!\w)(?:{_by_length(AROUND)})(?!\w)|[~≈]", words.text)
    if match:
        around, words = True, words.blank(*match.span())
    match = re.search(r"\? *$", words.text)
    if match:
        perhaps, words = True, words.blank(*match.span())
    words = words.stripped()
    for name, pattern in PARTS.items():
        match = re.match(rf"(?:{pattern})(?:(?<=[ -])|(?= ))", words.text)
        if match and match.end() < len(words.text):
            part, words = name, words.blank(*match.span())
            break
    return read_points(words), (part, around, perhaps)


def _by_length(alternatives: str) -> str:
    return "|".join(sorted(alternatives.split("|"), key=len, reverse=True))


def _point(words: Words) -> list[_Meaning]:
    points, change = _points(words)
    found: list[_Meaning] = []
    problem = None
    for point in points:
        try:
            found += _apply(change, meanings(point))
        except Unreadable as unreadable:
            problem = unreadable
    if not found and problem is not None:
        raise problem
    wrong_day = remark("date-weekday")
    found = [each for each in found if wrong_day not in each[2]] or found
    if len({meaning[0].edtf for meaning in found}) == 1:
        # the other order names no day, or not this weekday
        found = [(s, c, tuple(r for r in rs if r.code != "date-order")) for s, c, rs in found]
    return found


def _apply(change: _Change, found: list[_Meaning]) -> list[_Meaning]:
    part, around, perhaps = change
    if part is not None:
        found = _changed(
            found, lambda whole: stretches.part(whole, part), "date-no-year", "date-part"
        )
    if around:
        found = _changed(found, stretches.around, "date-no-year", "date-around")
    if perhaps:
        found = _changed(found, lambda whole: stretches.perhaps(whole) or whole, "date-no-year")
    return found


def _changed(found: list[_Meaning], change: Any, problem: str, note: str = "") -> list[_Meaning]:
    """Return meanings after a change; raises `Unreadable` where it makes no sense of any."""
    more = (remark(note),) if note else ()
    changed = [(change(whole), calendar, (*notes, *more)) for whole, calendar, notes in found]
    kept = [each for each in changed if each[0] is not None]
    if not kept:
        raise Unreadable(remark(problem))
    return kept


def _typed_edtf(text: str) -> SaidDate | None:
    """Return a date typed as EDTF, None where it is none. The library reads it, and its bounds."""
    text = text.strip()
    if len(text) > 60 or not re.fullmatch(r"[\dXYES~?%/.,\[\]{}:T\- ]+", text):
        return None
    if not re.search(r"\d{4}|\dXX|\d\dX|XXXX", text):
        return None
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        parsed = parse_edtf(text)
        first, last = (_bound(parsed, name) for name in ("lower_strict", "upper_strict"))
        if (last or first or date.max).year == 9999:  # a day of an unknown year
            first = last = None
        return SaidDate(text, str(parsed).replace(", ", ","), first, last)
    except (EDTFParseException, ValueError, TypeError, AttributeError, OverflowError):
        return None


def _bound(parsed: Any, name: str) -> date | None:
    """Return a bound of a parsed EDTF; None where it is open, unknown or before year 1."""
    try:
        bound = getattr(parsed, name)()
        return date(*bound[:3])
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None
