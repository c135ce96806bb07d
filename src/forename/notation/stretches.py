"""Stretches of time: what a date covers, as EDTF and as first and last day."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hijridate import Gregorian, Hijri

HIJRI_YEARS = range(1343, 1501)  # what hijridate's Umm al-Qura table holds
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """A stretch of days within which something happened.

    ``edtf`` says it; ``first`` and ``last`` bound it, None where open or unknown. ``unit`` is
    its precision: ``day``, ``month``, ``season``, ``year``, ``decade``, ``hijri-month`` or
    ``days`` (a set of days), and for limits and ranges ``open``, ``choice`` and ``span``.
    ``before`` is the last day before it and ``after`` the first day after it, as far as
    its ends are known.
    """

    edtf: str
    first: date | None
    last: date | None
    unit: str
    before: date | None = None
    after: date | None = None

    @property
    def simple(self) -> bool:
        """Tell whether the EDTF is one value, which a set or an interval can name."""
        return self.unit in {"day", "month", "year"} and self.first is not None


def _day(at: date, days: int) -> date:
    """Return another day, the first or last that the calendar has where it would be beyond."""
    try:
        return at + days * _DAY
    except OverflowError:
        return date.max if days > 0 else date.min


def days(first: date, last: date) -> Stretch:
    """Return an unknown day out of several."""
    if first == last:
        return day(first)
    return Stretch(f"[{first}..{last}]", first, last, "days", _day(last, -1), _day(first, 1))


def day(at: date) -> Stretch:
    """Return one day."""
    return Stretch(str(at), at, at, "day", _day(at, -1), _day(at, 1))


def night(whole: Stretch, *, eve: bool) -> Stretch:
    """Return the two days of the night of a day, with the day before where it may be its eve."""
    if whole.unit != "day" or whole.first is None:
        return whole
    return days(_day(whole.first, -1) if eve else whole.first, _day(whole.first, 1))


def month(year: int, number: int) -> Stretch:
    """Return a month."""
    first, last = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    edtf = f"{year:04}-{number:02}"
    return Stretch(edtf, first, last, "month", _day(first, -1), _day(last, 1))


def year(number: int) -> Stretch:
    """Return a year."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    return Stretch(f"{number:04}", first, last, "year", _day(first, -1), _day(last, 1))


def decade(number: int) -> Stretch:
    """Return the ten years that begin with a year."""
    first, last = date(number, 1, 1), date(number + 9, 12, 31)
    edtf = f"{number // 10:03}X"
    return Stretch(edtf, first, last, "decade", _day(first, -1), _day(last, 1))


def season(number: int, season_code: int) -> Stretch:
    """Return spring (21), summer (22) or autumn (23) of a year, on the northern half."""
    begins = 3 * (season_code - 20)
    whole = _months(number, begins, begins + 2)
    return replace(whole, edtf=f"{number:04}-{season_code}", unit="season")


def winter(first_year: int) -> Stretch:
    """Return December of a year to February of the next."""
    first, last = date(first_year, 12, 1), month(first_year + 1, 2).last
    assert last is not None
    edtf = f"[{first_year:04}-12..{first_year + 1:04}-02]"
    return Stretch(edtf, first, last, "season", _day(first, -1), _day(last, 1))


def _months(number: int, begins: int, ends: int) -> Stretch:
    first, last = month(number, begins), month(number, ends)
    edtf = first.edtf if begins == ends else f"[{first.edtf}..{last.edtf}]"
    return Stretch(edtf, first.first, last.last, "days", first.before, last.after)


def without_year(number: int, day_number: int | None) -> Stretch:
    """Return a month, or a day of a month, of an unknown year."""
    edtf = f"XXXX-{number:02}" + (f"-{day_number:02}" if day_number else "")
    return Stretch(edtf, None, None, "day" if day_number else "month")


def hijri(number: int, month_number: int | None, first: int | None, last: int | None) -> Stretch:
    """Return days first to last, a month or a year of the Hijri calendar, a day more either way.

    ValueError or OverflowError where there is no such date in the years 1343 to 1500.
    """
    begins = Hijri(number, month_number or 1, first or 1).to_gregorian()
    if last is None:
        end_month = month_number or 12
        last = Hijri(number, end_month, 1).month_length()
    ends = Hijri(number, month_number or 12, last).to_gregorian()
    first_day, last_day = date(*begins.datetuple()), date(*ends.datetuple())
    whole = days(first_day - _DAY, last_day + _DAY)
    unit = "hijri-month" if month_number and last > 3 and first in {None, 1} else "days"
    return replace(whole, before=first_day, after=last_day, unit=unit)


def hijri_year(at: date) -> int:
    """Return the Hijri year of a day."""
    return int(Gregorian(at.year, at.month, at.day).to_hijri().year)


def part(whole: Stretch, name: str) -> Stretch | None:
    """Return a part of a month, season or year, None where there is no such part.

    Early, middle and late overlap: days 1-12, 9-23, 19 to the end; January to April, April to
    September, September to December.
    """
    if whole.first is None or whole.last is None:
        return None
    if whole.unit == "year":
        months = {"early": (1, 4), "mid": (4, 9), "late": (9, 12)}
        months |= {"first-half": (1, 6), "second-half": (7, 12)}
        return _vague(_months(whole.first.year, *months[name])) if name in months else None
    length = (whole.last - whole.first).days + 1
    if whole.unit == "season":
        thirds = {"early": (1, 60), "mid": (16, length - 15), "late": (length - 59, length)}
    elif whole.unit in {"month", "hijri-month"}:
        length -= 2 if whole.unit == "hijri-month" else 0  # a day more on either side
        thirds = {"early": (1, 12), "mid": (9, 23), "late": (19, length)}
        thirds |= {"first-half": (1, 15), "second-half": (16, length)}
        thirds |= {f"week-{n}": (7 * n - 6, 7 * n) for n in range(1, 5)}
        thirds["week-last"] = (length - 6, length)
    else:
        return None
    if name not in thirds:
        return None
    begins, ends = thirds[name]
    if whole.unit == "hijri-month":
        return _vague(days(_day(whole.first, begins - 1), _day(whole.first, ends + 1)))
    return _vague(days(_day(whole.first, begins - 1), _day(whole.first, ends - 1)))


def _vague(whole: Stretch) -> Stretch:
    """Return a stretch of which nobody knows the ends: before it can be until its last day."""
    assert whole.first is not None
    assert whole.last is not None
    return replace(whole, before=_day(whole.last, -1), after=_day(whole.first, 1))


def around(whole: Stretch) -> Stretch:
    """Return a stretch widened by a unit of its precision: a week, a month, a year."""
    if whole.first is None or whole.last is None:
        return whole
    if whole.unit == "year":
        first, last = date(max(1, whole.first.year - 1), 1, 1), _end_of(whole.last.year + 1)
    elif whole.unit in {"month", "season"}:
        first = _day(whole.first, -1).replace(day=1)
        after = _day(whole.last, 1)
        last = after.replace(day=monthrange(after.year, after.month)[1])
    elif whole.unit == "decade":
        first, last = date(max(1, whole.first.year - 5), 1, 1), _end_of(whole.last.year + 5)
    else:
        first, last = _day(whole.first, -7), _day(whole.last, 7)
    if whole.unit in {"day", "month", "year", "decade"} or "[" not in whole.edtf:
        edtf = f"{whole.edtf}~"
    else:
        edtf = f"[{first}..{last}]"
    return Stretch(edtf, first, last, "days", _day(last, -1), _day(first, 1))


def _end_of(number: int) -> date:
    return date(min(number, 9999), 12, 31)


def perhaps(whole: Stretch) -> Stretch | None:
    """Return a stretch marked as uncertain, None where EDTF has no way to say so."""
    if "[" in whole.edtf or "/" in whole.edtf:
        return None
    edtf = whole.edtf.replace("~", "%") if "~" in whole.edtf else f"{whole.edtf}?"
    return replace(whole, edtf=edtf, unit="days")


def limit(whole: Stretch, how: str) -> Stretch | None:
    """Return what lies by, before, until, after or since a stretch; None where it has no year."""
    if whole.first is None or whole.last is None or whole.before is None or whole.after is None:
        return None
    if how in {"by", "until"}:
        ends = whole.edtf if whole.simple else str(whole.last)
        edtf = f"[..{ends}]" if how == "by" else f"../{ends}"
        return Stretch(edtf, None, whole.last, "open")
    if how == "since":
        return Stretch(
            f"{whole.edtf if whole.simple else whole.first}/..", whole.first, None, "open"
        )
    if how == "before":
        return Stretch(f"[..{_neighbour(whole, whole.before)}]", None, whole.before, "open")
    return Stretch(f"[{_neighbour(whole, whole.after)}..]", whole.after, None, "open")


def _neighbour(whole: Stretch, at: date) -> str:
    """Return the month or year that holds a day, at the precision of the stretch beside it."""
    return str(at)[: {"year": 4, "month": 7}.get(whole.unit, 10)]


def span(begins: Stretch, ends: Stretch, how: str) -> Stretch | None:
    """Return from a stretch ``to`` another, or something ``between`` them, or one ``or`` the other.

    None where EDTF cannot say it or the second ends before the first begins.
    """
    if begins.first is None or ends.last is None or begins.last is None or ends.first is None:
        return None
    if how == "or":
        if not (begins.simple and ends.simple):
            return None
        early, late = sorted((begins, ends), key=lambda each: str(each.first))
        return Stretch(
            f"[{early.edtf},{late.edtf}]",
            early.first, max(s.last for s in (early, late) if s.last), "choice",
        )  # fmt: skip
    if begins.first > ends.last:
        return None
    first = begins.edtf if begins.simple else str(begins.first)
    last = ends.edtf if ends.simple else str(ends.last)
    edtf = f"{first}/{last}" if how == "to" else f"[{first}..{last}]"
    return Stretch(edtf, begins.first, ends.last, "span")
