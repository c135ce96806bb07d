"""One record of every kind, made from the fields of its model: in the open, or hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models

from forename.accounts.access import system_actor
from forename.accounts.models import Grant
from forename.accounts.rules import Role
from forename.audit.models import Record
from forename.audit.recording import create
from forename.records.files import keep_file, write_blob
from forename.records.kinds import registered
from forename.records.models import StoredFile

# How a record is hidden from whoever is outside of the inquiry; others are hidden with what they
# point to. A kind that hides rows and is neither needs a line here.
HIDING: dict[str, dict[str, Any]] = {
    "report.report": {"confidential": True},
    "report.source": {"confidential": True},
    "report.claim": {"confidential": True},
    "site.site": {"sensitivity": "protected"},
}
# Where a record is hidden with what it may, and need not, point to.
LINKED = {"report.count": "claim"}
DAY = {"edtf": "2026-01-01", "said": "1 January 2026"}


class World:
    """Records of every kind that point to each other; their words hold ``mark``."""

    def __init__(self, operation: Any, user: Any, mark: str, *, hidden: bool) -> None:
        self.operation, self.user, self.mark, self.hidden = operation, user, mark, hidden
        self.by = system_actor(operation)
        self.made: dict[str, Any] = {}
        self.number = 0
        for kind in registered():
            self.record(kind.model)

    def record(self, model: type[Record]) -> Any:
        """Return the world's record of a model, made now where there is none yet."""
        name = model.type_name()
        if name not in self.made:
            if model is StoredFile:
                upload = SimpleUploadedFile(f"{self.mark}.bin", self.mark.encode())
                self.made[name] = keep_file(self.by, upload, source=self.mark)
            else:
                self.made[name] = self._new(model)
        return self.made[name]

    def file_of(self, record: Record) -> StoredFile:
        """Return a new file that belongs to a record."""
        data = f"{self.mark} {record.pk}".encode()
        upload = SimpleUploadedFile(f"{self.mark}.bin", data)
        return keep_file(self.by, upload, source=self.mark, of=record)

    def _new(self, model: type[Record]) -> Any:
        self.number += 1
        record = model(operation=self.operation)
        for field in model._meta.concrete_fields:
            if field.name in ("id", "version", "operation", "created_at", "created_by"):
                continue
            value = self._value(model, field)
            if value is not None:
                setattr(record, field.name, value)
        if model is Grant:  # held once at a time
            record.role = Role.EXAMINER if self.hidden else Role.SITE_LEAD
        if self.hidden:
            for name, value in HIDING.get(model.type_name(), {}).items():
                setattr(record, name, value)
        return create(record, by=self.by, action="tests.invented")

    def _value(self, model: type[Record], field: Any) -> Any:
        if field.is_relation:
            linked = self.hidden and LINKED.get(model.type_name()) == field.name
            return None if field.null and not linked else self._pointed(model, field.related_model)
        if field.choices:
            return field.flatchoices[0][0]
        if "sha256" in field.name or field.name in ("blurred", "copy"):
            return write_blob([self.mark.encode()])[0]
        if field.name == "end":
            return 10**6
        if isinstance(field, (models.DateTimeField, models.DateField, models.FloatField)):
            if field.null and not isinstance(field, models.FloatField):
                return None
            days = {models.DateTimeField: datetime(2026, 1, 1, tzinfo=UTC), models.DateField:
                    date(2026, 1, 1)}  # fmt: skip
            return days.get(type(field), 1.5)
        if isinstance(field, models.IntegerField):
            return sum(map(ord, self.mark)) % 1000 + self.number
        if isinstance(field, models.JSONField):
            point = {"type": "Point", "coordinates": [39.0, 36.0]}
            whole = point if field.name == "geometry" else DAY
            return None if field.null or field.has_default() else whole
        if isinstance(field, (models.CharField, models.TextField)):
            return f"{self.mark}{self.number} {field.name}"[: field.max_length]
        return None

    def _pointed(self, model: type[Record], related: Any) -> Any:
        if not issubclass(related, Record):
            return self.user
        if related.type_name() in self.made:
            pointed = [f for f in model._meta.concrete_fields if f.related_model is related]
            if len(pointed) > 1:  # two of one kind, and different ones
                return self._new(related)
        return self.record(related)
