"""A row of a table or a place of a map file that becomes a site, or a position of one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from forename.notation.folding import fold
from forename.site.forms.sites import SiteForm
from forename.site.models import Sensitivity, Site, SiteType
from forename.site.place_wording import unread_in_words
from forename.site.places import UnreadPlace, read_place
from forename.site.queries import (
    area_of,
    find_anchors,
    perhaps_swapped,
    same_position,
    site_of_code,
)


class ChoiceOrLabelField(forms.ChoiceField):
    """A choice by its key, or by its label in either language, as exports write it."""

    def to_python(self, value: Any) -> str:
        """Return the key."""
        text = super().to_python(value)
        return self._keys().get(fold(text), text) if text else ""

    def _keys(self) -> dict[str, str]:
        keys: dict[str, str] = {}
        for language in ("ar", "en"):
            with override(language):
                choices: Any = self.choices
                keys |= {fold(str(label)): str(key) for key, label in choices}
        return keys


class SiteRowForm(SiteForm):
    """A site of a file.

    With the code of a site, its position becomes a claim about that site, and nothing else is
    taken; without one a site is recorded.
    """

    code = forms.CharField(label=_("code"), max_length=20, required=False)
    name = forms.CharField(label=_("name"), max_length=200, required=False)
    site_type = ChoiceOrLabelField(label=_("type"), choices=SiteType.choices, required=False)
    sensitivity = ChoiceOrLabelField(
        label=_("sensitivity"), choices=Sensitivity.choices, required=False
    )
    position = forms.CharField(label=_("position"), max_length=40_000, required=False)
    latitude = forms.FloatField(label=_("latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(
        label=_("longitude"), required=False, min_value=-180, max_value=180
    )
    uncertainty_m = forms.FloatField(
        label=_("uncertainty in metres"), required=False, min_value=0, max_value=1_000_000
    )
    source = forms.CharField(label=_("source"), max_length=300, required=False)

    field_order = ("code", "name", "name_ar", "position")

    def clean(self) -> dict[str, Any]:
        """Return what the action takes; refuse codes and positions that mean nothing."""
        values = super().clean() or self.cleaned_data
        code = values.pop("code", "")
        named = values.get("name", "").split(" ")[0]
        # Receivers and map programs keep one name, and exports put the code into it.
        self.site: Site | None = site_of_code(self.actor, code or named)
        if code and self.site is None:
            self.add_error(
                "code",
                _now("No site with the code %(code)s is open to you; check it.") % {"code": code},
            )
        if not code and self.site is None and not values.get("name"):
            self.add_error("name", _now("Name the site, or give the code of one."))
        self._place(values)
        values["site_type"] = values.get("site_type") or SiteType.UNKNOWN
        values["sensitivity"] = values.get("sensitivity") or Sensitivity.ORDINARY
        values["site"] = self.site
        return values

    def _place(self, values: dict[str, Any]) -> None:
        latitude, longitude = values.pop("latitude", None), values.pop("longitude", None)
        if not values.get("position") and latitude is not None and longitude is not None:
            sent = self.data
            values["position"] = f"{sent['latitude'].strip()}, {sent['longitude'].strip()}"
        self.place = None
        if not values.get("position"):
            if self.site is not None:
                self.add_error("position", _now("Say where it is said to be."))
            return
        stated = self.site.sensitivity if self.site else values.get("sensitivity")
        try:
            self.place = read_place(
                values["position"],
                lambda name: find_anchors(
                    self.actor, name, open_only=stated != Sensitivity.PROTECTED
                ),
                area_of(self.actor.operation),
            )
        except UnreadPlace as unread:
            for messages in unread_in_words(unread).values():
                self.add_error("position", [ValidationError(message) for message in messages])

    def remarks(self) -> list[str]:
        """Say which site a row is about, whether it adds anything, and what looks swapped."""
        if not self.is_valid():
            return []
        said = []
        position = self.cleaned_data["position"]
        if self.site is not None:
            known = same_position(
                self.actor, self.site, position, self.cleaned_data["uncertainty_m"]
            )
            text = (
                _now("%(code)s has this position already; nothing is added.")
                if known is not None
                else _now("A position of %(code)s; nothing else of that site changes.")
            )
            said.append(text % {"code": self.site.code})
        if self.place is not None and perhaps_swapped(self.actor, self.place):
            said.append(
                _now(
                    "This lies far from the operation's places, and near them when latitude and "
                    "longitude are swapped: check the order in the file."
                )
            )
        return said
