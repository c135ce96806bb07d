"""Fields of the site room: days, coordinates in any notation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forename.notation.coordinate_writing import write_decimal
from forename.notation.coordinates import read_position


class DayField(forms.DateField):
    """A day of the calendar, chosen with the browser's own control."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**values)


class CandidatesInput(forms.TextInput):
    """A text field with places to choose from beneath it, where there are several of a name.

    What is typed counts before what is chosen. ``candidates`` are pairs of text and label.
    """

    template_name = "site/candidates.html"
    candidates: Sequence[tuple[str, str]] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return what the template shows."""
        return super().get_context(name, value, attrs) | {"candidates": self.candidates}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return what was typed, else what was chosen."""
        getlist = getattr(data, "getlist", None)
        sent = getlist(name) if getlist is not None else [data.get(name)]
        return next(
            (value for value in sent if value), super().value_from_datadict(data, files, name)
        )


class CoordinatesField(forms.CharField):
    """Coordinates of one point in any notation; the cleaned value is (latitude, longitude)."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("max_length", 200)
        super().__init__(**values)
        self.widget.attrs.setdefault("dir", "auto")

    def clean(self, value: Any) -> Any:
        """Return latitude and longitude, None for an empty field."""
        text = super().clean(value)
        if not text:
            return None
        reading = read_position(text)
        if reading.position is not None:
            return reading.position.latitude, reading.position.longitude
        if reading.problem is not None:
            raise ValidationError(reading.problem.in_words(get_language() or "en"))
        raise ValidationError(
            _("This can be read in several ways: %(places)s")
            % {"places": "; ".join(write_decimal(p) for p in reading.readings)}
        )
