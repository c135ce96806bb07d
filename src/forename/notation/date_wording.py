"""A kept date in words again, in English and Arabic. What it says can be read back."""

from __future__ import annotations

import re

from forename.notation.calendar_words import (
    ARABIC_MONTHS,
    ARABIC_SEASONS,
    ENGLISH_MONTHS,
    ENGLISH_SEASONS,
)
from forename.notation.dates import SaidDate

# Frames of a sentence: English, Arabic
_FRAMES = {
    "by": ("by {0}", "بحلول {0}"),
    "until": ("until {0}", "حتى {0}"),
    "after": ("not before {0}", "ليس قبل {0}"),
    "since": ("since {0}", "منذ {0}"),
    "between": ("between {0} and {1}", "بين {0} و{1}"),
    "to": ("from {0} to {1}", "من {0} إلى {1}"),
    "or": ("{0} or {1}", "{0} أو {1}"),
    "around": ("around {0}", "حوالي {0}"),
    "perhaps": ("perhaps {0}", "ربما {0}"),
    "perhaps-around": ("perhaps around {0}", "ربما حوالي {0}"),
    "decade": ("the {0}s", "عقد {0}"),
    "no-year": ("{0}, year not said", "{0}، السنة غير مذكورة"),
}
_MARKS = {"~": "around", "?": "perhaps", "%": "perhaps-around"}


def in_words(date: SaidDate, language: str = "en") -> str:
    """Return a date's EDTF in words, in Arabic where ``language`` begins with ``ar``.

    EDTF beyond what `read_date` writes is returned as it stands.
    """
    return edtf_in_words(date.edtf, language)


def edtf_in_words(edtf: str, language: str = "en") -> str:
    """Return an EDTF value in words; as it stands where it says more than words here can."""
    arabic = language.startswith("ar")
    worded = _worded(edtf, arabic)
    return edtf if worded is None else worded


def _frame(name: str, arabic: bool, *parts: str | None) -> str | None:
    if any(part is None for part in parts):
        return None
    return _FRAMES[name][arabic].format(*parts)


def _worded(edtf: str, arabic: bool) -> str | None:
    inside = re.fullmatch(r"\[(.*)\]", edtf)
    if inside:
        set_of = inside.group(1)
        if set_of.startswith(".."):
            return _frame("by", arabic, _value(set_of[2:], arabic))
        if set_of.endswith(".."):
            return _frame("after", arabic, _value(set_of[:-2], arabic))
        if ".." in set_of:
            first, last = set_of.split("..", 1)
            return _two("between", first, last, arabic)
        one, _, other = set_of.partition(",")
        return _two("or", one, other, arabic)
    if "/" in edtf:
        first, last = edtf.split("/", 1)
        if first in {"", ".."}:
            return _frame("until", arabic, _value(last, arabic))
        if last in {"", ".."}:
            return _frame("since", arabic, _value(first, arabic))
        return _two("to", first, last, arabic)
    if edtf[-1:] in _MARKS:
        return _frame(_MARKS[edtf[-1]], arabic, _value(edtf[:-1], arabic))
    return _value(edtf, arabic)


def _two(frame: str, first: str, last: str, arabic: bool) -> str | None:
    return _frame(frame, arabic, _value(first, arabic), _value(last, arabic))


def _value(edtf: str, arabic: bool) -> str | None:
    """Return a day, month, season, year or decade in words, None for anything else."""
    match = re.fullmatch(r"(\d{4}|XXXX)(?:-(\d{2}))?(?:-(\d{2}))?", edtf)
    if not match:
        decade = re.fullmatch(r"(\d{3})X", edtf)
        return _frame("decade", arabic, f"{decade.group(1)}0") if decade else None
    year, month, day = match.groups()
    year_said = "" if year == "XXXX" else year
    if month is None:
        return year_said or None
    seasons = ARABIC_SEASONS if arabic else ENGLISH_SEASONS
    if month in seasons:
        name = seasons[month]
    elif 1 <= int(month) <= 12:
        name = (ARABIC_MONTHS if arabic else ENGLISH_MONTHS)[int(month) - 1]
    else:
        return None
    said = " ".join(part for part in (str(int(day)) if day else "", name, year_said) if part)
    return said if year_said else _frame("no-year", arabic, said)
