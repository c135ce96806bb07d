"""Reports: the words with the claims marked in them, and help in marking."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.records.files import files_of
from forename.records.kinds import Column, Kind, Step, choice_filter
from forename.records.models import StoredFile
from forename.records.said_dates import date_cell
from forename.records.views import page, visible_record
from forename.report.actions import answer_report, correct_report, record_report, upload_report
from forename.report.forms.reports import (
    AnswerForm,
    ReportCorrectionForm,
    ReportForm,
    UploadForm,
)
from forename.report.marking import propose, propose_claims
from forename.report.marking_labels import KINDS
from forename.report.models import AddedWords, Claim, Report
from forename.report.queries import marked_text, place_names, shown_claims
from forename.report.rules import stretches


def _report_context(actor: Actor, report: Any) -> dict[str, Any]:
    claims = list(
        Claim.objects.visible_to(actor)
        .filter(report=report)
        .select_related("operation", "asserted_by", "report__operation")
        .order_by("start", "end", "created_at")
    )
    pieces, lost = marked_text(report, claims)
    same = Report.objects.visible_to(actor).filter(sha256=report.sha256).exclude(pk=report.pk)
    return {
        "pieces": pieces,
        "lost": lost,
        "shown_claims": shown_claims(actor, claims),
        "files": files_of(report).filter(pk__in=StoredFile.objects.visible_to(actor)),
        "added": AddedWords.objects.visible_to(actor).filter(report=report).order_by("created_at"),
        "same_words": same.select_related("operation")[:20] if report.text else [],
        "may_mark": actor.may(INQUIRY),
    }


REPORTS = Kind(
    Report,
    "reports",
    _("report"),
    _("reports"),
    empty=_(
        "Reports are recorded or uploaded here, or come by the public form where it is switched on."
    ),
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("channel", _("channel"), "channel"),
        Column("words", _("words"), lambda r: r.text[:120] or r.title),
        Column("source", _("source"), "source"),
        Column("progress", _("progress"), "progress"),
        Column("sent", _("said or sent"), date_cell("sent"), "sent", exported_only=True),
        Column("received", _("received"), "received_at"),
    ),
    facts=(
        Column("channel", _("channel"), "channel"),
        Column("language", _("language"), "language"),
        Column("title", _("subject"), "title"),
        Column("source", _("source"), "source"),
        Column("sent", _("said or sent"), date_cell("sent"), "sent"),
        Column("received", _("received"), "received_at"),
        Column("where", _("where, in their words"), "where_words"),
        Column("when", _("when, in their words"), "when_words"),
        Column("contact_rule", _("contact"), "contact_rule"),
        Column("contact", _("safe contact"), "contact"),
        Column("progress", _("progress"), "progress"),
        Column("answer", _("answer to the person who reported"), "answer"),
        Column("recorded_by", _("recorded by"), "created_by"),
        Column("sha256", _("SHA-256 of the words"), "sha256", ltr=True),
    ),
    filters=(
        choice_filter(Report, "channel"),
        choice_filter(Report, "progress"),
        choice_filter(Report, "language"),
    ),
    imported_by="record",
    events={"report.tell_publicly": _("Told by the public form")},
    rows=lambda rows: rows.select_related("operation", "created_by"),
    template="report/report.html",
    context=_report_context,
    steps=(
        Step("record", _("Record a report"), record_report, ReportForm, creates=True),
        Step("upload", _("Upload a file"), upload_report, UploadForm, creates=True),
        Step("correct", _("Correct"), correct_report, ReportCorrectionForm),
        Step("answer", _("Progress and answer"), answer_report, AnswerForm),
    ),
)
ADDED = Kind(
    AddedWords,
    "added",
    _("added words"),
    _("words added later"),
    empty=_("Words are added by people who come back to the public form with their code."),
    columns=(
        Column("report", _("report"), "report"),
        Column("words", _("words"), "text"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    rows=lambda rows: rows.select_related("operation", "report__operation"),
    events={
        "report.add_words": _("Added with the code"),
        "report.tell_publicly": _("Told by the public form"),
    },
    in_menu=False,
)


@page(INQUIRY)
def marking(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Show a report's words with what the rules propose, and the sentences that may be claims."""
    report = visible_record(REPORTS, actor, pk)
    proposals = propose(report.text, place_names(actor.operation))
    pieces = [
        (report.text[piece.start : piece.end], proposals[piece.marks[0]] if piece.marks else None)
        for piece in stretches(len(report.text), [(p.start, p.end) for p in proposals])
    ]
    context = {
        "kind": REPORTS,
        "record": report,
        "pieces": pieces,
        "proposed": propose_claims(report.text, proposals),
        "kinds": KINDS,
    }
    return render(request, "report/marking.html", context)


marking_url = path("reports/<uuid:pk>/marking/", marking, name="report-reports-marking")
