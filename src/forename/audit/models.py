"""Records with versions, the events that made them, and the viewings of sensitive ones."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One change of one record: never altered, never deleted (the database refuses both).

    ``state`` is the whole record after the change, ``changes`` maps a field to [before, after],
    ``id`` is the order in which this server recorded events.
    """

    id = models.BigAutoField(primary_key=True)
    operation = models.ForeignKey(
        "accounts.Operation", models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=20)
    action = models.CharField(max_length=80)
    record_type = models.CharField(max_length=60)
    record_id = models.UUIDField()
    record_version = models.PositiveIntegerField()
    state = models.JSONField(encoder=DjangoJSONEncoder)
    changes = models.JSONField(encoder=DjangoJSONEncoder)
    reason = models.TextField(blank=True)

    class Meta:
        """A version has one event."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "record_id", "record_version"], name="one_event_a_version"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["operation", "-id"], name="event_of_operation")]

    def __str__(self) -> str:
        return f"{self.action} {self.record_type} {self.record_id} v{self.record_version}"


class Viewing(models.Model):
    """Somebody looked at a sensitive record."""

    id = models.BigAutoField(primary_key=True)
    operation = models.ForeignKey("accounts.Operation", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    record_type = models.CharField(max_length=60)
    record_id = models.UUIDField()
    part = models.CharField(max_length=60, blank=True)

    class Meta:
        """Looked up by record."""

        indexes: ClassVar = [
            models.Index(fields=["record_type", "record_id", "-id"], name="viewing_of_record")
        ]

    def __str__(self) -> str:
        return f"{self.by_id} saw {self.record_type} {self.record_id}"


class Versioned(models.Model):
    """A row that changes only through `forename.audit.recording`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    # Columns that follow from others, of this record or of those around it: no part of a version.
    derived: ClassVar[frozenset[str]] = frozenset({"search_key"})

    class Meta:
        """Shared columns."""

        abstract = True

    @classmethod
    def type_name(cls) -> str:
        """Return the name under which events know this kind of record: ``report.claim``."""
        return f"{cls._meta.app_label}.{cls._meta.model_name}"

    def operation_of_event(self) -> Any:
        """Return the id of the operation whose history this record's events belong to."""
        raise NotImplementedError

    def prepare(self) -> dict[str, Any]:
        """Return those derived columns that are written with every version (search key)."""
        return {}


class RecordQuerySet(models.QuerySet[Any]):
    """Rows of an operation's records; read through `visible_to`."""

    def visible_to(self, actor: Any) -> Self:
        """Return the rows that an actor may see: none unless a rule of the model grants it."""
        if actor.operation is None or not actor.roles & self.model.readable_by:
            return self.none()
        return self.filter(operation=actor.operation).exclude(self.model.hidden_from(actor))


class Record(Versioned):
    """A versioned row of one operation.

    A kind of record states who may read it (``readable_by``: nobody unless said), which rows are
    hidden from whom (`hidden_from`), which fields only some may see (``restricted``: field to
    roles), and which fields its search looks through (``searched``).
    """

    operation = models.ForeignKey(
        "accounts.Operation", models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("recorded by"),
    )
    search_key = models.TextField(editable=False, default="")

    readable_by: ClassVar[frozenset[Any]] = frozenset()
    restricted: ClassVar[dict[str, frozenset[Any]]] = {}
    searched: ClassVar[tuple[str, ...]] = ()

    objects = RecordQuerySet.as_manager()

    class Meta:
        """Shared columns."""

        abstract = True

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Return which rows of the operation this actor may not see (none unless overridden)."""
        del actor
        return models.Q(pk__in=[])

    def operation_of_event(self) -> Any:
        """Return the operation's id."""
        return self.operation_id

    def prepare(self) -> dict[str, Any]:
        """Return the search key: every searched field, folded."""
        from forename.notation.folding import search_key

        return {"search_key": search_key(str(getattr(self, name) or "") for name in self.searched)}
