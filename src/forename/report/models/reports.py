"""Reports as they came, the words added to them, and the use of the public form."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
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


class Language(models.TextChoices):
    """The language of a report's words."""

    ARABIC = "ar", _("Arabic")
    ENGLISH = "en", _("English")
    OTHER = "und", _("other")


class ContactRule(models.TextChoices):
    """What the person who reported allows."""

    UNKNOWN = "unknown", _("not asked")
    NEVER = "never", _("do not contact")
    BY_CODE = "by_code", _("only here, with the code")
    THIS_WAY = "this_way", _("in the way that is written")


class Progress(models.TextChoices):
    """How far the operation is with a report, in words for the person who sent it."""

    RECEIVED = "received", _("Received")
    READ = "read", _("read by a person")
    CHECKING = "checking", _("being checked")
    DONE = "done", _("checked")


class Report(Record):
    """What somebody said, word for word; what it means is said in claims.

    ``sha256`` is the digest of the words (UTF-8) as they first came, ``sent`` a `SaidDate` as JSON,
    ``back_digest`` the digest of the code with which a person of the public comes back.
    """

    code = models.CharField(_("code"), max_length=20, editable=False)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices)
    language = models.CharField(
        _("language"), max_length=10, choices=Language.choices, default=Language.ARABIC
    )
    title = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("words"), blank=True)
    sha256 = models.CharField(_("SHA-256 of the words"), max_length=64, editable=False, default="")
    source = models.CharField(_("source"), max_length=300, blank=True)
    sent = models.JSONField(_("said or sent"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    where_words = models.TextField(_("where, in their words"), blank=True)
    when_words = models.TextField(_("when, in their words"), blank=True)
    confidential = models.BooleanField(_("statement of a witness"), default=False)
    contact_rule = models.CharField(
        _("contact"), max_length=20, choices=ContactRule.choices, default=ContactRule.UNKNOWN
    )
    contact = models.TextField(_("safe contact"), blank=True)
    progress = models.CharField(
        _("progress"), max_length=20, choices=Progress.choices, default=Progress.RECEIVED
    )
    answer = models.TextField(_("answer to the person who reported"), blank=True)
    back_digest = models.CharField(max_length=64, editable=False, default="", db_index=True)

    readable_by = MEMBERS
    restricted: ClassVar = {
        "contact": INQUIRY,
        "contact_rule": INQUIRY,
        "answer": INQUIRY,
        "back_digest": frozenset(),
    }
    searched = ("code", "title", "text", "source", "where_words")

    class Meta:
        """A code is never used again; a code to come back with opens one report."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="report_code_once"),
            models.UniqueConstraint(
                fields=["back_digest"],
                condition=~models.Q(back_digest=""),
                name="report_back_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at", "id"], name="report_latest_first"),
            models.Index(fields=["operation", "channel", "id"], name="report_by_channel"),
            models.Index(fields=["operation", "confidential"], name="report_by_confidence"),
            models.Index(fields=["operation", "progress", "id"], name="report_by_progress"),
            models.Index(fields=["operation", "source", "id"], name="report_by_source"),
            # Holds what the figures of every month ask, so that it answers alone.
            models.Index(
                fields=["operation", "received_at", "id", "confidential", "channel"],
                name="report_by_receipt",
            ),
            models.Index(
                fields=["operation", "language", "-created_at"], name="report_by_language"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide statements of witnesses from everybody outside of the inquiry."""
        return models.Q(pk__in=[]) if actor.may(INQUIRY) else models.Q(confidential=True)


class AddedWords(Record):
    """What the person who reported said later, with the code."""

    report = models.ForeignKey(
        Report, models.PROTECT, related_name="added", verbose_name=_("report")
    )
    text = models.TextField(_("words"))

    readable_by = MEMBERS
    searched = ("text",)

    def __str__(self) -> str:
        return self.text[:80]

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide what belongs to a hidden report."""
        return models.Q(pk__in=[]) if actor.may(INQUIRY) else models.Q(report__confidential=True)


class PublicUse(models.Model):
    """How often the public form was used in an hour from one address, which is not stored.

    ``digest`` is a keyed digest of day and address; rows of past hours are removed.
    """

    digest = models.CharField(max_length=64)
    hour = models.DateTimeField()
    what = models.CharField(max_length=20)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        """One row an hour."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest", "hour", "what"], name="one_use_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.times}"
