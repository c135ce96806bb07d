"""Files as they came, saved views, imports, and submissions that may arrive twice."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import INQUIRY
from forename.audit.models import Record


class StoredFile(Record):
    """A file as it came, kept under its SHA-256; the same bytes from two sources: two records."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"))
    media_type = models.CharField(_("type"), max_length=100)
    name = models.CharField(_("name as sent"), max_length=255)
    source = models.TextField(_("where it came from"), blank=True)
    record_type = models.CharField(max_length=60, editable=False, default="")
    record_id = models.UUIDField(null=True, editable=False, db_index=True)
    restricted_viewing = models.BooleanField(_("restricted viewing"), default=False)

    readable_by = INQUIRY
    searched = ("name", "source")

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    """The last number given out under a prefix in an operation."""

    operation = models.ForeignKey("accounts.Operation", models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=10)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        """A prefix has one counter in an operation."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "prefix"], name="one_counter_a_prefix")
        ]

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"


class SavedView(models.Model):
    """A list's address that a person keeps under a name."""

    operation = models.ForeignKey("accounts.Operation", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A name is used once in a list."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operation", "user", "kind", "name"], name="one_view_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """An answered request with its idempotency key: the same key gets the same answer."""

    operation = models.ForeignKey("accounts.Operation", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """A key is used once by a person in an operation."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "user", "key"], name="one_answer_a_key")
        ]

    def __str__(self) -> str:
        return self.key


class ApiToken(Record):
    """A token for the API: scoped to an operation, some roles, a time; only its digest is kept."""

    name = models.CharField(_("what it is for"), max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    roles = models.JSONField(default=list)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("valid until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ImportBatch(Record):
    """A file staged for import: parsed, shown, then taken over whole or not at all."""

    kind = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    rows = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    taken_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    records = models.JSONField(default=list)

    readable_by = INQUIRY

    def __str__(self) -> str:
        return str(self.file)


class Job(models.Model):
    """Work in the background for one person: what, how far, what came of it."""

    class State(models.TextChoices):
        """How far a job is."""

        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    operation = models.ForeignKey("accounts.Operation", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=5, default="en")
    asked = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    log = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Listed by person."""

        indexes: ClassVar = [
            models.Index(fields=["operation", "user", "-asked_at"], name="own_jobs")
        ]

    def __str__(self) -> str:
        return self.title
