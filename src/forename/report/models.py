"""Reports as they came."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import INQUIRY, MEMBERS
from forename.audit.models import Record


class Channel(models.TextChoices):
    """How a report arrived."""

    PUBLIC_FORM = "public_form", _("public form")
    E_MAIL = "e_mail", _("e-mail")
    UPLOAD = "upload", _("file")
    INTERVIEW = "interview", _("interview")
    PHONE = "phone", _("telephone")
    MEDIA = "media", _("publication")


class Report(Record):
    """What somebody said, word for word; what it means is said in claims."""

    code = models.CharField(_("code"), max_length=20, editable=False)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=10, default="ar")
    text = models.TextField(_("words"))
    source = models.CharField(_("source"), max_length=300, blank=True)
    contact = models.TextField(_("safe contact"), blank=True)

    readable_by = MEMBERS
    restricted: ClassVar = {"contact": INQUIRY}
    searched = ("code", "text", "source")

    class Meta:
        """A code is never used again."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="report_code_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at"], name="report_latest_first")
        ]

    def __str__(self) -> str:
        return self.code
