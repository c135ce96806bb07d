"""Pictures and films that perpetrators made: open to the inquiry, every viewing noted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import INQUIRY
from forename.audit.models import Record
from forename.records.models import StoredFile
from forename.report.models.incidents import Incident
from forename.report.models.reports import Report


class MediaItem(Record):
    """A picture or film of perpetrators, with where it came from.

    ``blurred`` and ``copy`` are the SHA-256 of copies without the camera's data, '' where the
    file is no picture that can be shown.
    """

    code = models.CharField(_("code"), max_length=20, editable=False)
    title = models.CharField(_("what it is, without detail"), max_length=200)
    description = models.TextField(_("what it shows"), blank=True)
    source = models.TextField(_("where it came from"))
    made = models.JSONField(_("made"), null=True, blank=True)
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="media",
        verbose_name=_("incident"),
    )  # fmt: skip
    report = models.ForeignKey(
        Report, models.PROTECT, null=True, blank=True, related_name="media",
        verbose_name=_("report"),
    )  # fmt: skip
    file = models.ForeignKey(
        StoredFile, models.PROTECT, editable=False, related_name="+", verbose_name=_("file")
    )
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    media_type = models.CharField(_("type"), max_length=100, editable=False)
    blurred = models.CharField(max_length=64, editable=False, default="")
    copy = models.CharField(max_length=64, editable=False, default="")

    readable_by = INQUIRY
    searched = ("code", "title", "description", "source")

    class Meta:
        """A code is never used again."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="media_code_once")
        ]

    def __str__(self) -> str:
        return self.title
