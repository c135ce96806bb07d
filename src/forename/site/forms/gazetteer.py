"""Forms about places of the gazetteer."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import ReasonForm, StepForm
from forename.site.forms.fields import CoordinatesField
from forename.site.queries import place_named_there


def _short(label: object, limit: int = 120, **values: Any) -> forms.CharField:
    values.setdefault("widget", forms.TextInput(attrs={"dir": "auto"}))
    return forms.CharField(label=label, max_length=limit, **values)  # type: ignore[arg-type]


class PlaceForm(StepForm):
    """A village, quarter or landmark with its point."""

    name = _short(_("name"), 100)
    name_ar = _short(
        _("name in Arabic"),
        100,
        required=False,
        widget=forms.TextInput(attrs={"dir": "rtl", "lang": "ar"}),
    )
    aliases = forms.CharField(
        label=_("other names and spellings"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("One a line."),
    )
    position = CoordinatesField(
        label=_("position"),
        help_text=_(
            "Coordinates in any notation: decimal, degrees and minutes, UTM, MGRS, Plus code."
        ),
    )
    governorate = _short(_("governorate"), required=False)
    district = _short(_("district"), required=False)
    subdistrict = _short(_("subdistrict"), required=False)
    position_source = _short(
        _("source of the position"),
        300,
        help_text=_("Such as a map with its edition, a receiver on the spot, a person."),
    )
    note = forms.CharField(
        label=_("note"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )

    def clean_aliases(self) -> str:
        """Return the names one a line; files part them by bars or semicolons."""
        parts = re.split(r"[\n\r|;؛]+", self.cleaned_data["aliases"])
        return "\n".join(filter(None, (part.strip() for part in parts)))

    def clean(self) -> dict[str, Any]:
        """Refuse a place that the operation's gazetteer has at this position."""
        values = super().clean() or self.cleaned_data
        at, name = values.get("position"), values.get("name")
        if at and name:
            there = place_named_there(self.actor, name, at)
            if there is not None and there.pk != getattr(self.record, "pk", None):
                raise ValidationError(
                    {
                        "name": _now(
                            "“%(name)s” is in the operation's gazetteer already, less than 1 km "
                            "from here; correct that one."
                        )
                        % {"name": there.name}
                    }
                )
        return values


class PlaceCorrectionForm(PlaceForm, ReasonForm):
    """A correction, with its reason."""

    def fit(self, actor: Actor, record: Any) -> None:
        """Show the point as it stands."""
        super().fit(actor, record)
        if record is not None:
            self.initial["position"] = f"{record.latitude}, {record.longitude}"


class PlaceRowForm(PlaceForm):
    """A row of a table: the position in one column, or latitude and longitude in two."""

    position = CoordinatesField(label=_("position"), required=False)
    latitude = forms.FloatField(label=_("latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(
        label=_("longitude"), required=False, min_value=-180, max_value=180
    )

    def clean(self) -> dict[str, Any]:
        """Return the values with one position; refuse a row without."""
        values = self.cleaned_data
        latitude, longitude = values.pop("latitude", None), values.pop("longitude", None)
        if not values.get("position") and latitude is not None and longitude is not None:
            values["position"] = (latitude, longitude)
        if not values.get("position") and not self.errors:
            self.add_error("position", _now("Say where it is: a position, or both coordinates."))
        return super().clean()
