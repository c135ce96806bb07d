"""Numbers with their unit, as the reader's language says them: the noun follows the number."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from forename.report.models import CountUnit

_WORDS: dict[str, Any] = {
    CountUnit.BODIES: ngettext_lazy("%(figures)s body", "%(figures)s bodies", "number"),
    CountUnit.PARTS: ngettext_lazy("%(figures)s body part", "%(figures)s body parts", "number"),
    CountUnit.BAGS: ngettext_lazy("%(figures)s body bag", "%(figures)s body bags", "number"),
    CountUnit.CASES: ngettext_lazy("%(figures)s case", "%(figures)s cases", "number"),
    CountUnit.MINIMUM: _("minimum number of people: %(figures)s"),
    CountUnit.IDENTIFIED: ngettext_lazy(
        "%(figures)s person identified", "%(figures)s people identified", "number"
    ),
    CountUnit.MISSING: ngettext_lazy(
        "%(figures)s person missing", "%(figures)s people missing", "number"
    ),
}


def with_unit(unit: str, figures: str, shown: str | None = None) -> str:
    """Return ``figures`` such as ``40``, ``40–50`` or ``≥ 40`` with their unit.

    ``shown`` stands in the place of the figures. A range is worded by its last number, as several
    even where that is one or two: these are words of their own in Arabic, and would hide it.
    """
    last = int((re.findall(r"\d+", figures) or ["3"])[-1])
    number = last if figures.isdecimal() else max(last, 3)
    said: str = _WORDS[unit] % {"figures": figures if shown is None else shown, "number": number}
    return said


def unit_beside(unit: str, number: int) -> str:
    """Return the unit that stands beside a number shown apart: ``bodies`` beside ``115``."""
    return with_unit(unit, str(number), "").strip(" :")
