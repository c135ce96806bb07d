"""What happens at a site while nobody digs, and how it looked on which day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forename.records.models import StoredFile
from forename.site.models.sites import OfSite


class LogKind(models.TextChoices):
    """What a line of the log is about."""

    GUARD = "guard", _("guard")
    VISIT = "visit", _("visitors")
    DISTURBANCE = "disturbance", _("disturbance")
    LOOTING = "looting", _("looting")
    OTHER = "other", _("other")


class SiteLogEntry(OfSite):
    """A line of a site's log; it stays as it was written, a later line corrects it."""

    kind = models.CharField(
        pgettext_lazy("log entry", "about"), max_length=20, choices=LogKind.choices
    )
    happened = models.DateTimeField(_("time"))
    people = models.TextField(_("who was there"), blank=True)
    words = models.TextField(_("what was seen"))
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections",
        verbose_name=_("corrects"),
    )  # fmt: skip

    searched = ("people", "words")

    class Meta:
        """Read by time."""

        indexes: ClassVar = [
            models.Index(fields=["site", "-happened"], name="log_of_site"),
            models.Index(fields=["operation", "-happened"], name="log_latest_first"),
        ]

    def __str__(self) -> str:
        return self.words[:80]


class ImageKind(models.TextChoices):
    """From where a picture was taken."""

    GROUND = "ground", _("from the ground")
    AERIAL = "aerial", _("from the air")
    SATELLITE = "satellite", _("from space")


class SiteImage(OfSite):
    """A dated picture of a site.

    ``file`` is the original, untouched; ``taken`` a `SaidDate` as JSON; ``shown_sha256`` and
    ``small_sha256`` are the copies without location data that pages show.
    """

    kind = models.CharField(_("picture"), max_length=20, choices=ImageKind.choices)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", editable=False)
    taken = models.JSONField(_("taken"))
    taken_from = models.DateField(null=True, editable=False)  # orders pictures in time
    words = models.TextField(_("what it shows"))
    source = models.CharField(_("source and licence"), max_length=300)
    shown_sha256 = models.CharField(max_length=64, editable=False)
    small_sha256 = models.CharField(max_length=64, editable=False)
    shown_width = models.PositiveIntegerField(editable=False)
    shown_height = models.PositiveIntegerField(editable=False)

    searched = ("words", "source")

    class Meta:
        """Read in the order of time."""

        indexes: ClassVar = [
            models.Index(fields=["site", "taken_from"], name="image_of_site"),
            models.Index(fields=["operation", "-taken_from"], name="image_latest_first"),
        ]

    def __str__(self) -> str:
        return f"{self.taken.get('said', '')} · {self.words[:60]}"
