"""Dates in forms, lists and pages: the words kept, an EDTF value beside them, no guessed day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from forename.notation.date_wording import edtf_in_words, in_words
from forename.notation.dates import SaidDate, read_date, said_date
from forename.notation.remarks import remark

LONGEST = 200


class SaidDateField(forms.CharField):
    """A date as it was said; where words mean several days, the reader chooses with ``= EDTF``.

    The cleaned value is a `SaidDate` as JSON, or None.
    """

    def __init__(self, **values: Any) -> None:
        values.setdefault("max_length", LONGEST)
        values.setdefault(
            "help_text",
            gettext_lazy(
                "As it was said, in any calendar: 11 October 2017, late 2017, أواخر 2017."
            ),
        )
        super().__init__(**values)

    def clean(self, value: Any) -> Any:
        """Return the date as JSON; raise ValidationError with what can be meant."""
        text = super().clean(value)
        if not text:
            return None
        language = get_language() or "en"
        said, equals, edtf = text.partition("=")
        if equals:
            try:
                return said_date(said.strip() or edtf.strip(), edtf.strip()).to_json()
            except ValueError as error:
                raise ValidationError(remark("date-not-edtf").in_words(language)) from error
        reading = read_date(text)
        if reading.date is not None:
            return reading.date.to_json()
        if reading.problem is not None:
            raise ValidationError(reading.problem.in_words(language))
        choices = "; ".join(
            f"{text} = {each.edtf} ({in_words(each, language)})" for each in reading.readings
        )
        raise ValidationError(
            _("This can mean several dates. Write the one that was meant: %(choices)s")
            % {"choices": choices}
        )

    def prepare_value(self, value: Any) -> Any:
        """Return the words and the value for editing."""
        if isinstance(value, dict) and "edtf" in value:
            said, edtf = value.get("said", ""), value["edtf"]
            return said if read_date(said).date is not None else f"{said} = {edtf}"
        return value


def date_in_words(stored: Any) -> str:
    """Return a stored date as it was said, with what it was read as where that is not the same."""
    if not stored:
        return ""
    said, edtf = str(stored.get("said", "")), str(stored["edtf"])
    meaning = edtf_in_words(edtf, get_language() or "en")
    if said in (edtf, meaning):
        return meaning
    return _("“%(said)s” – %(meaning)s") % {"said": said, "meaning": meaning}


def date_cell(field: str) -> Callable[[Any], str]:
    """Return a column's value function for a field with a stored date."""
    return lambda record: date_in_words(getattr(record, field))


def earliest_of(stored: Any) -> str:
    """Return the first day a stored date can be as ISO text, '' where open or without a year."""
    return str(SaidDate.from_json(stored).earliest or "") if stored else ""
