"""Recording what people said."""

from __future__ import annotations

from typing import Any

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.audit.recording import create, revise
from forename.records.actions import action
from forename.records.codes import next_code
from forename.report.models import Report


@action(INQUIRY)
def record_report(by: Actor, **values: Any) -> Report:
    """Record a report word for word."""
    report = Report(operation=by.operation, code=next_code(by.operation, "R"), **values)
    return create(report, by=by, action=record_report.name)


@action(INQUIRY)
def correct_report(
    by: Actor, report: Report, seen_version: int, *, reason: str, **values: Any
) -> Report:
    """Correct what was recorded about a report."""
    return revise(
        report,
        values,
        by=by,
        action=correct_report.name,
        seen_version=seen_version,
        reason=reason,
    )
