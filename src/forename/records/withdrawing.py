"""Withdrawing: a record that no longer holds stays readable and says since when."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forename.accounts.access import Actor
from forename.audit.models import Record
from forename.audit.recording import revise
from forename.records.kinds import Column, Filter

W = TypeVar("W", bound=Record)


def withdraw(record: W, *, by: Actor, action: str, seen_version: int, reason: str = "") -> W:
    """Withdraw a record with a ``withdrawn_at`` from now on; one withdrawn earlier stays as it is.

    Raises `StaleEdit` as `revise` does.
    """
    first: Any = record
    changes = {"withdrawn_at": first.withdrawn_at or timezone.now()}
    return revise(record, changes, by=by, action=action, seen_version=seen_version, reason=reason)


def stands(_actor: Actor, record: Any) -> bool:
    """Tell whether a record was not withdrawn: when a step of a kind is offered."""
    return record.withdrawn_at is None


def _standing(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(withdrawn_at__isnull=value == "yes")


WITHDRAWN = Column("withdrawn", _("withdrawn"), "withdrawn_at")
STANDING = Filter(
    "stands",
    _("state"),
    lambda _actor: [("yes", _("stands")), ("no", pgettext_lazy("state", "withdrawn"))],
    _standing,
)
