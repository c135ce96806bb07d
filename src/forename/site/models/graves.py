"""Graves of a site, what they are made of, and how that lies to each other."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.notation.folding import search_key
from forename.site.models.sites import OfSite
from forename.site.sequence import Relation


class GraveKind(models.TextChoices):
    """What a grave is, as far as is known."""

    UNKNOWN = "unknown", _("not known yet")
    SINGLE = "single", _("single burial")
    MASS = "mass", _("mass grave, bodies apart")
    COMMINGLED = "commingled", _("commingled grave")
    SECONDARY = "secondary", _("secondary grave")
    ROBBED = "robbed", _("emptied or robbed grave")
    SURFACE = "surface", _("scatter on the surface")
    CAVITY = "cavity", _("well, cave or shaft")


class Dug(models.TextChoices):
    """How the ground was opened by those who buried."""

    UNKNOWN = "unknown", _("not known yet")
    HAND = "hand", _("by hand")
    MACHINE = "machine", _("by machine")
    CAVITY = "cavity", _("existing cavity")
    NOT_DUG = "not-dug", _("not dug")


class ContextKind(models.TextChoices):
    """What a context is."""

    CUT = "cut", _("cut")
    FILL = "fill", _("fill")
    LAYER = "layer", _("layer")
    DEPOSIT = "deposit", _("deposit")
    PILE = "pile", _("pile")
    FEATURE = "feature", _("feature")
    STRUCTURE = "structure", _("structure")
    SURFACE = "surface", _("surface")


def _number(label: Any) -> Any:
    return models.FloatField(label, null=True, blank=True)


class Grave(OfSite):
    """A grave of a site with its own grid.

    ``name`` is what people on the ground call it. Local coordinates are metres from the grid's
    origin, which lies at ``origin_latitude``, ``origin_longitude`` (WGS 84) where that is known;
    ``grid_bearing_deg`` is the bearing of the grid's y axis, clockwise from true north. Depths are
    metres below ``datum``.
    """

    code = models.CharField(_("code"), max_length=20, editable=False)
    name = models.CharField(_("name on the ground"), max_length=100, blank=True)
    kind = models.CharField(
        _("type of grave"), max_length=20, choices=GraveKind.choices, default=GraveKind.UNKNOWN
    )
    length_m = _number(_("length in metres"))
    width_m = _number(_("width in metres"))
    depth_m = _number(_("depth in metres"))
    orientation_deg = _number(_("bearing of the long axis in degrees"))
    how_dug = models.CharField(
        _("how it was dug"), max_length=20, choices=Dug.choices, default=Dug.UNKNOWN
    )
    observed = models.JSONField(_("observed"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    origin_latitude = models.FloatField(_("latitude of the origin"), null=True, blank=True)
    origin_longitude = models.FloatField(_("longitude of the origin"), null=True, blank=True)
    origin_words = models.CharField(_("where the origin is marked"), max_length=300, blank=True)
    grid_bearing_deg = _number(_("bearing of the grid's y axis in degrees"))
    datum = models.CharField(_("datum of depths"), max_length=200, blank=True)

    searched = ("code", "name", "notes")

    class Meta:
        """A code is never used again."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="grave_code_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at", "id"], name="grave_latest_first"),
            models.Index(fields=["site", "code"], name="grave_of_site"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()

    @property
    def origin(self) -> tuple[float, float] | None:
        """Return latitude and longitude of the grid's origin, None where it is not known."""
        if self.origin_latitude is None or self.origin_longitude is None:
            return None
        return self.origin_latitude, self.origin_longitude


class OfGrave(OfSite):
    """A record that belongs to a grave; ``site`` is the grave's site."""

    grave = models.ForeignKey(Grave, models.PROTECT, related_name="+", verbose_name=_("grave"))

    class Meta:
        """Shared columns."""

        abstract = True

    def prepare(self) -> dict[str, Any]:
        """Return the site, and the search key with the grave's code and name."""
        words = [str(getattr(self, name) or "") for name in self.searched]
        grave = self.grave
        return {
            "site_id": grave.site_id,
            "search_key": search_key([*words, grave.code, grave.name, grave.site.code]),
        }


class Context(OfGrave):
    """A cut, fill, layer or anything else that came about at one time.

    ``number`` is what the team on the ground calls it. ``outline`` holds corners ``[x, y]`` in
    local metres, walked around; ``top_m`` and ``bottom_m`` are depths below the grave's datum.
    """

    code = models.CharField(_("code"), max_length=20, editable=False)
    number = models.CharField(_("number on the ground"), max_length=20, blank=True)
    kind = models.CharField(_("type of context"), max_length=20, choices=ContextKind.choices)
    description = models.TextField(_("description"), blank=True)
    soil = models.CharField(_("soil"), max_length=200, blank=True)
    colour = models.CharField(_("colour"), max_length=100, blank=True)
    inclusions = models.TextField(_("inclusions"), blank=True)
    top_m = _number(_("top, metres below datum"))
    bottom_m = _number(_("bottom, metres below datum"))
    outline = models.JSONField(_("outline in local metres"), default=list, blank=True)
    observed = models.JSONField(_("observed"), null=True, blank=True)
    recorder = models.CharField(_("recorded on the ground by"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    searched = ("code", "number", "description", "soil", "colour", "inclusions", "recorder")

    class Meta:
        """A code is never used again; a number names one standing context of a grave."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="context_code_once"),
            models.UniqueConstraint(
                fields=["grave", "number"],
                condition=models.Q(withdrawn_at__isnull=True) & ~models.Q(number=""),
                name="context_number_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at", "id"], name="context_latest_first"),
            models.Index(fields=["grave", "code"], name="context_of_grave"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}".strip()


class ContextRelation(OfGrave):
    """How one context lies to another of the same grave; ``first`` is the later one.

    A relation is not corrected: it is withdrawn with a reason, and another one recorded.
    """

    first = models.ForeignKey(Context, models.PROTECT, related_name="+", verbose_name=_("context"))
    relation = models.CharField(_("relation"), max_length=20, choices=Relation.choices)
    second = models.ForeignKey(
        Context, models.PROTECT, related_name="+", verbose_name=_("other context")
    )
    grounds = models.TextField(_("how it was seen"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    searched = ("grounds",)

    class Meta:
        """A relation stands once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["first", "relation", "second"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="context_relation_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at", "id"], name="stratum_latest_first"),
            models.Index(fields=["grave", "withdrawn_at"], name="stratum_of_grave"),
            models.Index(fields=["first"], name="stratum_first"),
        ]

    def __str__(self) -> str:
        return f"{self.first.code} {self.get_relation_display()} {self.second.code}"

    def prepare(self) -> dict[str, Any]:
        """Return the site, and the search key with the codes of both contexts."""
        made = super().prepare()
        ends = [self.first.code, self.first.number, self.second.code, self.second.number]
        return {**made, "search_key": f"{made['search_key']} {search_key(ends)}"}
