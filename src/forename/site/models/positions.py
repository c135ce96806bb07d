"""Where a site is said to be: points, polygons, and places relative to other places."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.notation.positions import Position
from forename.report.models import Credibility, Reliability, Report
from forename.site.models.sites import OfSite


class How(models.TextChoices):
    """In what form a position was given."""

    POINT = "point", _("point")
    POLYGON = "polygon", _("outline")
    RELATIVE = "relative", _("relative to a place")


class PositionClaim(OfSite):
    """A position as somebody gave it; which one holds, the site's accepted position says.

    ``words`` are kept as they came; ``read_as`` is what a person understood by words that the
    program does not read. ``latitude``, ``longitude`` (WGS 84) and ``uncertainty_m``
    describe a circle around everything the words allow; ``geometry`` is the GeoJSON geometry that
    is drawn: a point, an outline or a sector. ``relative`` holds the reading of a phrase: anchor
    with its position, distance and bearing with their tolerances. A withdrawn claim stays on record
    and is on no map.
    """

    how = models.CharField(_("form"), max_length=20, choices=How.choices, editable=False)
    words = models.TextField(_("words or coordinates"))
    read_as = models.TextField(_("understood as"), blank=True)
    notation = models.CharField(_("notation"), max_length=20, blank=True, editable=False)
    latitude = models.FloatField(_("latitude"), editable=False)
    longitude = models.FloatField(_("longitude"), editable=False)
    uncertainty_m = models.FloatField(_("uncertainty in metres"), editable=False)
    geometry = models.JSONField(_("geometry"), editable=False)
    relative = models.JSONField(_("relative to"), null=True, blank=True, editable=False)
    source = models.CharField(_("source"), max_length=300, blank=True)
    report = models.ForeignKey(
        Report, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("report")
    )
    reliability = models.CharField(
        _("grade of the source"), max_length=1, choices=Reliability.choices, blank=True
    )
    credibility = models.CharField(
        _("grade of the information"), max_length=1, choices=Credibility.choices, blank=True
    )
    graded_reason = models.TextField(_("why this grade"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    searched = ("words", "read_as", "source")

    class Meta:
        """Found by site, listed latest first."""

        indexes: ClassVar = [
            models.Index(fields=["site", "created_at"], name="position_of_site"),
            models.Index(fields=["operation", "-created_at", "id"], name="position_latest_first"),
        ]

    def __str__(self) -> str:
        return self.words[:80]

    def position(self) -> Position:
        """Return the middle with its uncertainty."""
        return Position(
            self.latitude, self.longitude, self.uncertainty_m, self.notation or "decimal"
        )

    def grade(self) -> str:
        """Return the grade such as ``B2``, '' where there is none."""
        return f"{self.reliability}{self.credibility}"

    def centre(self) -> tuple[float, float]:
        """Return longitude and latitude, the order of GeoJSON."""
        return self.longitude, self.latitude

    def anchor(self) -> dict[str, Any] | None:
        """Return the place that a phrase starts from: its name, latitude and longitude."""
        return None if self.relative is None else dict(self.relative.get("anchor", {}))
