"""Recording counts."""

from __future__ import annotations

from typing import Any

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.audit.recording import create, revise
from forename.records.actions import action
from forename.records.codes import next_code
from forename.report.models import Count


@action(INQUIRY)
def record_count(by: Actor, **values: Any) -> Count:
    """Record what a claim counts, or what the operation itself has counted."""
    count = Count(operation=by.operation, code=next_code(by.operation, "N"), **values)
    return create(count, by=by, action=record_count.name)


@action(INQUIRY)
def correct_count(
    by: Actor, count: Count, seen_version: int, *, reason: str, **values: Any
) -> Count:
    """Correct a count."""
    return revise(
        count, values, by=by, action=correct_count.name, seen_version=seen_version, reason=reason
    )
