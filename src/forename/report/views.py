"""What the report room shows."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from forename.records.kinds import Column, Kind, Step, choice_filter
from forename.report.actions import correct_report, record_report
from forename.report.forms import ReportCorrectionForm, ReportForm
from forename.report.models import Report

REPORTS = Kind(
    Report,
    "reports",
    _("report"),
    _("reports"),
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("channel", _("channel"), "channel"),
        Column("words", _("words"), lambda r: r.text[:120], "text"),
        Column("source", _("source"), "source"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    facts=(
        Column("code", _("code"), "code", ltr=True),
        Column("channel", _("channel"), "channel"),
        Column("language", _("language"), "language"),
        Column("words", _("words"), "text"),
        Column("source", _("source"), "source"),
        Column("contact", _("safe contact"), "contact"),
        Column("recorded", _("recorded"), "created_at"),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    filters=(choice_filter(Report, "channel"),),
    imported_by="record",
    rows=lambda rows: rows.select_related("operation", "created_by"),
    steps=(
        Step("record", _("Record a report"), record_report, ReportForm, creates=True),
        Step("correct", _("Correct"), correct_report, ReportCorrectionForm),
    ),
)
