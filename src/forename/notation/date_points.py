"""One point in time as it was said: its words, the parts found in them, what they can mean."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from forename.notation import stretches
from forename.notation.calendar_words import (
    FEASTS,
    FILLERS,
    GREGORIAN_MARKS,
    HIJRI_MARKS,
    HIJRI_MONTHS,
    MONTHS,
    RELATIVE,
    SEASONS,
    TWO_MONTHS,
    WEEKDAYS,
    ordinals,
)
from forename.notation.remarks import Remark, remark
from forename.notation.stretches import HIJRI_YEARS, Stretch

_PLAIN = str.maketrans("أإآٱىة–—\u2212", "ااااي" + "ه---")


class Unreadable(Exception):  # noqa: N818 - an answer about the words, not a fault
    """The words say no date that can be read; ``why`` says what stands in the way."""

    def __init__(self, why: Remark) -> None:
        super().__init__(why.code)
        self.why = why


@dataclass(frozen=True)
class Words:
    """Words made plain for reading, and where each of their letters stood in what was said."""

    text: str
    places: tuple[int, ...]
    said: str = ""

    def cut(self, start: int, end: int) -> Words:
        """Return some of the words."""
        return Words(self.text[start:end], self.places[start:end], self.said)

    def blank(self, start: int, end: int) -> Words:
        """Return the words with some read already: blanks stand in their place."""
        text = self.text[:start] + " " * (end - start) + self.text[end:]
        return replace(self, text=text)

    def stripped(self) -> Words:
        """Return the words without blanks around them."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, len(self.text.rstrip()) if self.text.strip() else start)


@dataclass(frozen=True)
class Point:
    """What a point in time says: parts not said are None; ``feast`` is first and last day.

    ``month`` and ``day`` belong to ``calendar``: ``gregorian``, ``hijri``, or '' where not said.
    """

    calendar: str = ""
    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: int | None = None
    decade: bool = False
    second_year: int | None = None
    feast: tuple[int, int] | None = None
    weekday: int | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def empty(self) -> bool:
        """Tell whether nothing was said."""
        return self.year is None and self.month is None and self.day is None and not self.season


def normal(said: str) -> Words:
    """Return what was said in digits 0-9, small letters, and one spelling of Arabic letters."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(said):
        if letter == "ـ" or unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
            continue
        if letter.isdecimal():
            letter = str(unicodedata.digit(letter))
        for each in letter.casefold().translate(_PLAIN):
            letters.append(" " if each.isspace() else each)
            places.append(place)
    return Words("".join(letters), tuple(places), said)


def either(*tables: str) -> str:
    """Return a pattern of alternatives, the longest first, whole words only."""
    options = sorted((o for table in tables for o in table.split("|")), key=len, reverse=True)
    return rf"(?<!\w)(?:{'|'.join(options)})(?!\w)"


def unslashed(words: Words) -> Words:
    """Return words with blanks for the signs around a month's name: 15/تموز/2014, 15-Jul-2014.

    Signs are taken as such where they join a day, a name and a year; elsewhere they can mean
    a range, or two names of one month.
    """
    for match in _slashed().finditer(words.text):
        for sign in re.finditer(r"[/-]", match.group()):
            words = words.blank(match.start() + sign.start(), match.start() + sign.end())
    return words


@cache
def _slashed() -> re.Pattern[str]:
    months = either(*MONTHS.values(), *HIJRI_MONTHS.values(), "|".join(TWO_MONTHS))
    before, after = r"(?<![\w/\-])", r"(?![\w/\-])"
    return re.compile(
        rf"{before}\d{{1,2}} *([/-]) *{months} *(?:\1|/| ) *\d{{4}}{after}"
        rf"|{before}\d{{4}} */ *{months} */ *\d{{1,2}}{after}"
        rf"|{months} */ *\d{{4}}{after}"
    )


@cache
def _named(kind: str) -> list[tuple[str, tuple[int, ...]]]:
    """Return patterns of names, the longest first, with what each stands for."""
    tables: dict[str, list[tuple[str, tuple[int, ...]]]] = {
        "month": [(n, (k,)) for k, names in MONTHS.items() for n in names.split("|")]
        + list(TWO_MONTHS.items()),
        "hijri": [(n, (k,)) for k, names in HIJRI_MONTHS.items() for n in names.split("|")],
        "feast": [(n, value) for names, value in FEASTS.items() for n in names.split("|")],
        "weekday": [(n, (k,)) for k, names in WEEKDAYS.items() for n in names.split("|")],
        "season": [(n, (k,)) for k, names in SEASONS.items() for n in names.split("|")],
        "ordinal": [(n, (k,)) for n, k in ordinals().items()],
    }
    found = sorted(tables[kind], key=lambda each: len(each[0]), reverse=True)
    return [
        (r"(?<![\w\-])" + re.escape(n).replace(r"\ ", " +") + r"\.?(?!\w)", v) for n, v in found
    ]


def _take(words: Words, kind: str) -> tuple[Words, tuple[int, ...] | None]:
    """Return the words without the first name of a kind, and what it stands for."""
    text = words.text.replace("'", "\0").replace("’", "\0")
    for pattern, value in _named(kind):
        match = re.search(pattern, text)
        if match:
            return words.blank(*match.span()), value
    return words, None


def read_points(words: Words) -> list[Point]:
    """Return all readings of a point in time; raises `Unreadable`."""
    words = words.stripped()
    if not words.text:
        raise Unreadable(remark("date-empty"))
    words, weekday = _take(words, "weekday")
    numeric = _numeric(words)
    points = numeric if numeric is not None else _worded(words)
    if weekday is not None:
        points = [replace(point, weekday=weekday[0]) for point in points]
    return points


_SEPARATED = re.compile(
    r"(?<!\d)(\d{1,4}) ?([/.\-]) ?(\d{1,2}) ?\2 ?(\d{1,4})(?!\d)"
    r"|(?<!\d)(\d{1,4}) ?[/\-] ?(\d{1,4})(?!\d)"
)


def _numeric(words: Words) -> list[Point] | None:
    """Return the readings of 12/3/2016 and its like, None where the words are others."""
    match = _SEPARATED.search(words.text)
    if not match:
        return None
    rest, calendar = _calendar(words.blank(*match.span()))
    rest = _without_fillers(rest)
    if rest.text.strip():
        return None
    if match.group(5):
        return _month_and_year(match, calendar)
    first, second, third = match.group(1), match.group(3), match.group(4)
    if len(first) >= 3:
        orders = [(first, second, third)]
        # Arabic digits with slashes are also written from right to left, the year last.
        if match.group(2) == "/" and words.said[words.places[match.start()]] > "9":
            orders += [(first, third, second)]
    elif len(third) >= 3:
        orders = [(third, second, first), (third, first, second)]
    elif match.group(2) == "-" and len(first) == len(third) == 2:
        orders = [(third, second, first), (third, first, second), (first, second, third)]
    else:
        orders = [(third, second, first), (third, first, second)]
    points = []
    for year, month, day in orders:
        years = [int(year)] if len(year) >= 3 else [2000 + int(year), 1900 + int(year)]
        points += [
            Point(calendar, each, int(month), int(day))
            for each in years
            if 1 <= int(month) <= 12 and 1 <= int(day) <= 31
        ]
    if not points:
        raise Unreadable(_at(words, match.start(), match.end(), "date-impossible", "date"))
    points = list(dict.fromkeys(points))
    if len({(p.month, p.day) for p in points}) > 1:
        points = [replace(p, remarks=(remark("date-order"),)) for p in points]
    if len(first) < 3 and len(third) < 3:
        points = [replace(p, remarks=(*p.remarks, remark("date-two-digit-year"))) for p in points]
    return points


def _month_and_year(match: re.Match[str], calendar: str) -> list[Point] | None:
    first, second = match.group(5), match.group(6)
    if len(first) <= 2 and len(second) == 4 and 1 <= int(first) <= 12:
        return [Point(calendar, int(second), int(first))]
    if len(first) == 4 and len(second) <= 2 and 1 <= int(second) <= 12:
        return [Point(calendar, int(first), int(second))]
    return None


def _calendar(words: Words) -> tuple[Words, str]:
    """Return the words without the calendar's mark, and which calendar it names ('' for none)."""
    for marks, calendar in ((HIJRI_MARKS, "hijri"), (GREGORIAN_MARKS, "gregorian")):
        match = re.search(rf"(?<=[\s\d])(?:{marks})(?!\w)", f" {words.text}")
        if match:
            return words.blank(match.start() - 1, match.end() - 1), calendar
    return words, ""


def _without_fillers(words: Words) -> Words:
    for match in re.finditer(either(FILLERS.replace(",|،|\\.", "")[:-1]), words.text):
        words = words.blank(*match.span())
    for match in re.finditer(r"[,،.]", words.text):
        words = words.blank(*match.span())
    return words


def _worded(words: Words) -> list[Point]:
    """Return the readings of a point with names of months, seasons or feasts, or only a year."""
    words, feast = _take(words, "feast")
    hijri = months = season = None
    if feast is None:
        words, hijri = _take(words, "hijri")
    if feast is None and hijri is None:
        words, months = _take(words, "month")
        words, again = _take(words, "month")  # تشرين الأول/أكتوبر
        if again is not None:
            if again != months:
                raise Unreadable(_at(words, 0, len(words.text), "date-unknown-word", "word"))
            words = replace(words, text=re.sub(r"[/()]", " ", words.text))
        if months is None:
            words, season = _take(words, "season")
            words, months = _month_by_number(words, months)
    words, calendar = _calendar(words)
    words, ordinal = _take(words, "ordinal") if months or hijri else (words, None)
    words, years, day, decade = _numbers(words)
    if ordinal is not None and day is None:
        day = ordinal[0]
    _refuse_rest(words)
    base = Point(calendar, years[0] if years else None, None, day, decade=decade)
    if len(years) > 1:
        if not season:
            raise Unreadable(_at(words, 0, len(words.text), "date-unknown-word", "word"))
        base = replace(base, second_year=years[1])
    if feast is not None:
        return [replace(base, calendar="hijri", month=feast[0], feast=(feast[1], feast[2]))]
    if hijri is not None:
        return [replace(base, calendar="hijri", month=hijri[0])]
    if season is not None:
        return [replace(base, season=season[0])]
    if months is None:
        return [base]
    said_twice = (remark("date-month-twice"),) if len(months) > 1 else ()
    return [replace(base, month=each, remarks=said_twice) for each in months]


def _month_by_number(
    words: Words, months: tuple[int, ...] | None
) -> tuple[Words, tuple[int, ...] | None]:
    """Read شهر 10, month 10: people who count months write them so."""
    match = re.search(r"(?<!\w)(?:شهر|month) +(\d{1,2})(?!\d)", words.text)
    if match and 1 <= int(match.group(1)) <= 12:
        return words.blank(*match.span()), (int(match.group(1)),)
    return words, months


def _numbers(words: Words) -> tuple[Words, list[int], int | None, bool]:
    """Return the words without numbers, the years, the day, and whether a decade is meant."""
    years: list[int] = []
    day = None
    decade = re.search(r"(?<!\d)((?:19|20)\d0)'?s(?!\w)", words.text)
    if decade:
        return words.blank(*decade.span()), [int(decade.group(1))], None, True
    short = re.search(r"(?<!\d)(\d{4})[/\-](\d{2}|\d{4})(?!\d)", words.text)
    if short:
        first, second = int(short.group(1)), short.group(2)
        years = [first, int(second) if len(second) == 4 else first // 100 * 100 + int(second)]
        words = words.blank(*short.span())
    for match in re.finditer(r"(?<![\d\w])(\d{1,4})(st|nd|rd|th)?(?!\w)", words.text):
        number = int(match.group(1))
        if len(match.group(1)) >= 3 and not match.group(2) and not years:
            years = [number]
        elif number in range(1, 32) and len(match.group(1)) <= 2 and day is None:
            day = number
        else:
            raise Unreadable(_at(words, *match.span(), "date-unknown-word", "word"))
        words = words.blank(*match.span())
    return words, years, day, False


def _refuse_rest(words: Words) -> None:
    """Raise `Unreadable` where a word is left that was not understood."""
    words = _without_fillers(words)
    left = list(re.finditer(r"[^\s\-]+", words.text))
    if left:
        relative = [match for match in left if match.group() in RELATIVE]
        match = (relative or left)[0]
        code = "date-relative" if relative else "date-unknown-word"
        raise Unreadable(_at(words, *match.span(), code, "word"))


def _at(words: Words, start: int, end: int, code: str, name: str) -> Remark:
    """Return a remark about some words, with their place in what was said."""
    begins = words.places[start] if start < len(words.places) else 0
    ends = words.places[end - 1] + 1 if 0 < end <= len(words.places) else begins
    said = (words.said[begins:ends] or words.text[start:end]).strip()
    return remark(code, start=begins, end=ends, **{name: said or "?"})


def meanings(point: Point) -> list[tuple[Stretch, str, tuple[Remark, ...]]]:
    """Return each stretch that a point can mean, its calendar and remarks; raises `Unreadable`."""
    if point.empty:
        raise Unreadable(remark("date-no-date"))
    if point.day is not None and point.month is None:
        raise Unreadable(remark("date-unknown-word", word=point.day))
    calendars = [point.calendar or "gregorian"]
    remarks = point.remarks
    ambiguous = not point.calendar and point.year in HIJRI_YEARS and not point.season
    if ambiguous and not point.decade:
        calendars, remarks = ["gregorian", "hijri"], (*remarks, remark("date-calendar"))
    found: list[tuple[Stretch, str, tuple[Remark, ...]]] = []
    problem = None
    for calendar in calendars:
        try:
            reading = _hijri(point) if calendar == "hijri" else _gregorian(point)
        except (ValueError, OverflowError):
            shown = "-".join(str(part) for part in (point.year, point.month, point.day) if part)
            problem = remark("date-impossible", date=shown)
            if calendar == "hijri" and point.year not in HIJRI_YEARS:
                problem = remark("date-hijri-range")
            continue
        more = (remark("date-hijri"),) if calendar == "hijri" else ()
        if len(reading) > 1 and point.season == 24:
            more = (*more, remark("date-winter"))
        found += [(each, calendar, (*remarks, *more)) for each in reading]
    if not found:
        raise Unreadable(problem or remark("date-no-date"))
    return _on_weekday(found, point.weekday)


def _gregorian(point: Point) -> list[Stretch]:
    if point.year is None:
        if point.season or point.month is None:
            raise Unreadable(remark("date-no-year"))
        if point.day is not None:
            date(2000, point.month, point.day)
        return [stretches.without_year(point.month, point.day)]
    if point.decade:
        return [stretches.decade(point.year)]
    if point.season == 24:
        if point.second_year is not None:
            if point.second_year != point.year + 1:
                raise ValueError
            return [stretches.winter(point.year)]
        return [stretches.winter(point.year - 1), stretches.winter(point.year)]
    if point.season is not None:
        if point.second_year is not None:
            raise ValueError
        return [stretches.season(point.year, point.season)]
    if point.month is None:
        return [stretches.year(point.year)]
    if point.day is None:
        return [stretches.month(point.year, point.month)]
    return [stretches.day(date(point.year, point.month, point.day))]


def _hijri(point: Point) -> list[Stretch]:
    if point.year is None:
        raise Unreadable(remark("date-no-year"))
    first, last = point.feast or (point.day, point.day)
    if point.year < 1600:
        return [stretches.hijri(point.year, point.month, first, last)]
    # "Ramadan 2017": the Hijri years of which this month touches that year
    begins, ends = date(point.year, 1, 1), date(point.year, 12, 31)
    years = range(stretches.hijri_year(begins), stretches.hijri_year(ends) + 1)
    found = [stretches.hijri(each, point.month, first, last) for each in years]
    inside = [s for s in found if s.before and s.after and s.before <= ends and s.after >= begins]
    if not inside:
        raise ValueError
    return inside


def _on_weekday(
    found: list[tuple[Stretch, str, tuple[Remark, ...]]], weekday: int | None
) -> list[tuple[Stretch, str, tuple[Remark, ...]]]:
    """Keep the readings that fall on the weekday that was said; where none does, remark on it."""
    if weekday is None:
        return found

    def fits(stretch: Stretch) -> bool:
        if stretch.first is None or stretch.last is None or stretch.unit not in {"day", "days"}:
            return stretch.unit != "day"
        length = (stretch.last - stretch.first).days
        return length >= 6 or (weekday - stretch.first.weekday()) % 7 <= length

    fitting = [each for each in found if fits(each[0])]
    if fitting:
        return fitting
    return [(s, c, (*remarks, remark("date-weekday"))) for s, c, remarks in found]
