"""What the rules of marking are called on pages, and what they read, in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from forename.notation.date_wording import edtf_in_words
from forename.report.marking import Proposal
from forename.report.models import CountUnit

KINDS: dict[str, Any] = {
    "number": _("number with unit"),
    "date": _("date"),
    "place": _("place"),
    "organisation": _("organisation"),
    "attribution": _("who says it"),
    "uncertainty": _("not known"),
}
# Rules that are not named by the words that they look for.
RULES: dict[str, Any] = {
    "number and unit": _("number and unit"),
    "number and noun": _("number and noun"),
    "measure": _("number and measure"),
    "part of a whole": _("number of a whole"),
    "share": _("share"),
    "two in one word": _("two in one word"),
    "vague number": _("number without figures"),
    "total": _("number of a total"),
    "range of days": _("range of days"),
    "day in figures": _("day in figures"),
    "day, month": _("day and month"),
    "month, day": _("month and day"),
    "month and year": _("month and year"),
    "month": _("month"),
    "season": _("season"),
    "part of a year": _("part of a year"),
    "year": _("year"),
    "weekday": _("weekday"),
    "relative day": _("day relative to the writing"),
    "gazetteer": _("name of the gazetteer"),
    "named as a place": _("named as a place"),
    "dateline": _("place at the beginning"),
    "public body": _("public body"),
    "public body, named before": _("public body, named before"),
    "public body, in small letters": _("public body, in small letters"),
    "named body": _("body known by name"),
    "capitals": _("body in capitals"),
    "not named": _("who does not want to be named"),
    "asking": _("who asks for something"),
    "estimating": _("who estimates"),
    "showing": _("what shows it"),
    "published": _("where it was published"),
}
UNITS = {
    "bodies": CountUnit.BODIES,
    "parts": CountUnit.PARTS,
    "bags": CountUnit.BAGS,
    "cases": CountUnit.CASES,
    "minimum number": CountUnit.MINIMUM,
    "identified": CountUnit.IDENTIFIED,
    "missing": CountUnit.MISSING,
}


def rule_label(rule: str) -> Any:
    """Return the name of a rule: translated, or the words of the text that it looks for."""
    return RULES.get(rule, rule)


def meaning_in_words(proposal: Proposal) -> tuple[str, str]:
    """Return what a proposal was read as: the unit of a number, "" for anything else, and words."""
    if proposal.kind == "date" and proposal.meaning:
        return "", edtf_in_words(proposal.meaning, get_language() or "en")
    for words, unit in UNITS.items():
        number = proposal.meaning.removesuffix(f" {words}")
        if number != proposal.meaning:
            return unit.value, number
    return "", proposal.meaning
