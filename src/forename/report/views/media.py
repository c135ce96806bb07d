"""Perpetrators' media: blurred until asked for, after a warning, every viewing noted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.audit.recording import record_viewing
from forename.records.kinds import Column, Kind, Step
from forename.records.said_dates import date_cell
from forename.records.views import blob_answer, file_answer, page, visible_record
from forename.report.actions.media import correct_media, record_media
from forename.report.forms.media import MediaCorrectionForm, MediaForm
from forename.report.models import MediaItem

# How long a page that was asked for may fetch its picture.
ASKED_SECONDS = 60
# What a viewing was of; pages translate the stored word.
PICTURE, ORIGINAL = gettext_noop("picture"), gettext_noop("original")
_signer = TimestampSigner(salt="report.media")


def _media_context(actor: Actor, item: Any) -> dict[str, Any]:
    same = MediaItem.objects.visible_to(actor).filter(sha256=item.sha256).exclude(pk=item.pk)
    return {"same_file": same.select_related("operation")[:20]}


MEDIA = Kind(
    MediaItem,
    "media",
    _("item of perpetrators' media"),
    _("perpetrators' media"),
    empty=_(
        "Perpetrators' media are recorded here; they stay blurred until somebody asks for them."
    ),
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("title", _("what it is, without detail"), "title"),
        Column("media_type", _("type"), "media_type", ltr=True),
        Column("incident", _("incident"), "incident"),
        Column("report", _("report"), "report"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    facts=(
        Column("title", _("what it is, without detail"), "title"),
        Column("source", _("where it came from"), "source"),
        Column("made", _("made"), date_cell("made"), "made"),
        Column("incident", _("incident"), "incident"),
        Column("report", _("report"), "report"),
        Column("media_type", _("type"), "media_type", ltr=True),
        Column("sha256", _("SHA-256"), "sha256", ltr=True),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    rows=lambda rows: rows.select_related(
        "operation", "created_by", "incident__operation", "report__operation", "file"
    ),
    template="report/media.html",
    context=_media_context,
    viewings=True,
    steps=(
        Step("record", _("Record media of perpetrators"), record_media, MediaForm, creates=True),
        Step("correct", _("Correct"), correct_media, MediaCorrectionForm),
    ),
)


@page(INQUIRY)
def blurred(_request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send the blurred copy of a picture."""
    item = visible_record(MEDIA, actor, pk)
    if not item.blurred:
        raise Http404
    return picture(item.blurred)


@page(INQUIRY, methods=("GET", "POST"))
def look(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Warn, then show a picture to whoever asks for it."""
    item = visible_record(MEDIA, actor, pk)
    asked = request.method == "POST" and bool(item.copy)
    token = _signer.sign(f"{item.pk}:{actor.user.pk}") if asked else ""
    context = {"kind": MEDIA, "record": item, "token": token}
    return render(request, "report/media_look.html", context)


@page(INQUIRY)
def shown(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send the clear copy to a page that was just asked for, and note the viewing."""
    item = visible_record(MEDIA, actor, pk)
    try:
        asked = _signer.unsign(request.GET.get("asked", ""), max_age=ASKED_SECONDS)
    except BadSignature as error:
        raise Http404 from error
    if asked != f"{item.pk}:{actor.user.pk}" or not item.copy:
        raise Http404
    record_viewing(item, by=actor, part=PICTURE)
    return picture(item.copy)


@page(INQUIRY, methods=("POST",))
def original(_request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send the original as a download, and note it."""
    item = visible_record(MEDIA, actor, pk)
    record_viewing(item, by=actor, part=ORIGINAL)
    return file_answer(item.file)


def picture(sha256: str) -> HttpResponse:
    """Return a copy of a picture, which nothing on the way may keep."""
    answer = blob_answer(sha256, "image/jpeg")
    answer.headers["Cache-Control"] = "no-store"
    return answer


media_urls = [
    path("media/<uuid:pk>/blurred/", blurred, name="report-media-blurred"),
    path("media/<uuid:pk>/look/", look, name="report-media-look"),
    path("media/<uuid:pk>/shown/", shown, name="report-media-shown"),
    path("media/<uuid:pk>/original/", original, name="report-media-original"),
]
