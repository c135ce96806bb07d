"""Places that an operation adds to the shipped ones: villages, quarters, landmarks."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import MEMBERS
from forename.audit.models import Record
from forename.notation.folding import search_key
from forename.site.gazetteer import spelling_mark


class NamedPlace(Record):
    """A place that an operation knows by name: a point in degrees (WGS 84), not an outline.

    ``aliases`` are further names and spellings, one a line; ``position_source`` says where the
    point comes from. The search key also holds a mark for every spelling, by which words such as
    "25 km south of X" find the place exactly.
    """

    name = models.CharField(_("name"), max_length=100)
    name_ar = models.CharField(_("name in Arabic"), max_length=100, blank=True)
    aliases = models.TextField(_("other names and spellings"), blank=True)
    latitude = models.FloatField(
        _("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    governorate = models.CharField(_("governorate"), max_length=120, blank=True)
    district = models.CharField(_("district"), max_length=120, blank=True)
    subdistrict = models.CharField(_("subdistrict"), max_length=120, blank=True)
    position_source = models.CharField(_("source of the position"), max_length=300)
    note = models.TextField(_("note"), blank=True)

    readable_by = MEMBERS
    searched = ("name", "name_ar", "aliases", "governorate", "district", "subdistrict")

    class Meta:
        """Listed by name."""

        indexes: ClassVar = [models.Index(fields=["operation", "name", "id"], name="place_by_name")]

    def __str__(self) -> str:
        return self.title()

    def title(self) -> str:
        """Return the name in the reader's language where there is one."""
        arabic = (get_language() or "").startswith("ar")
        return self.name_ar if arabic and self.name_ar else self.name

    def names(self) -> tuple[str, ...]:
        """Return every name of the place."""
        lines = (line.strip() for line in self.aliases.splitlines())
        return tuple(filter(None, (self.name, self.name_ar, *lines)))

    def parts(self) -> str:
        """Return what tells the place from others of the name: the areas it lies in."""
        return _now(", ").join(filter(None, (self.subdistrict, self.district, self.governorate)))

    def prepare(self) -> dict[str, Any]:
        """Return the search key, with a mark for the exact spelling of every name."""
        marks = dict.fromkeys(filter(None, map(spelling_mark, self.names())))
        words = [str(getattr(self, name) or "") for name in self.searched]
        return {"search_key": " ".join([search_key(words), *marks])}
