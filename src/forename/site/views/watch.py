"""The log and the pictures of a site, and two pictures side by side."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forename.accounts.access import Actor
from forename.accounts.rules import MEMBERS
from forename.records.kinds import Column, Kind, choice_filter
from forename.records.said_dates import date_cell
from forename.records.views import blob_answer, page
from forename.site.models import Site, SiteImage, SiteLogEntry
from forename.site.views.documents import documents_context

LOG = Kind(
    SiteLogEntry,
    "log",
    _("line of the site log"),
    _("site log"),
    empty=_(
        "Guards, visitors, disturbance and looting are written into the log on the page of a site."
    ),
    columns=(
        Column("words", _("what was seen"), "words"),
        Column("kind", pgettext_lazy("log entry", "about"), "kind"),
        Column("happened", _("time"), "happened"),
        Column("site", _("site"), "site"),
        Column("people", _("who was there"), "people"),
        Column("corrects", _("corrects"), "corrects"),
        Column("recorded_by", _("recorded by"), "created_by"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    filters=(choice_filter(SiteLogEntry, "kind"),),
    order=("-happened",),
    rows=lambda rows: rows.select_related(
        "operation", "created_by", "site__operation", "corrects__operation"
    ),
    template="site/with_documents.html",
    context=documents_context,
    files_for=MEMBERS,
    in_menu=False,
)
IMAGES = Kind(
    SiteImage,
    "images",
    _("picture of a site"),
    _("pictures of sites"),
    empty=_("Pictures are added on the page of a site."),
    columns=(
        Column("words", _("what it shows"), "words"),
        Column("kind", _("picture"), "kind"),
        Column("taken", _("taken"), date_cell("taken"), "taken_from"),
        Column("site", _("site"), "site"),
        Column("source", _("source and licence"), "source"),
        Column("recorded_by", _("recorded by"), "created_by"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    filters=(choice_filter(SiteImage, "kind"),),
    order=("-taken_from",),
    rows=lambda rows: rows.select_related("operation", "created_by", "site__operation", "file"),
    template="site/image.html",
    context=documents_context,
    files_for=MEMBERS,
    in_menu=False,
)


@page(MEMBERS)
def image_view(_request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send the copy of a picture that pages show."""
    image = SiteImage.objects.visible_to(actor).filter(pk=pk).first()
    if image is None:
        raise Http404
    return blob_answer(image.shown_sha256, "image/jpeg")


@page(MEMBERS)
def small_image_view(_request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send the small copy of a picture that rows of pictures show."""
    image = SiteImage.objects.visible_to(actor).filter(pk=pk).first()
    if image is None:
        raise Http404
    return blob_answer(image.small_sha256, "image/jpeg")


@page(MEMBERS)
def compare_view(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Show two pictures of a site side by side, or one over the other with a slider."""
    site = Site.objects.visible_to(actor).select_related("operation").filter(pk=pk).first()
    if site is None:
        raise Http404
    images = list(SiteImage.objects.visible_to(actor).filter(site=site).order_by("taken_from"))
    chosen = {str(image.pk): image for image in images}
    first = chosen.get(request.GET.get("one", ""), images[0] if images else None)
    # The first beside the latest; where the latest is asked for, the earliest beside it.
    beside = next((image for image in (*images[-1:], *images[:1]) if image != first), first)
    second = chosen.get(request.GET.get("other", ""), beside)
    context = {"site": site, "images": images, "one": first, "other": second}
    return render(request, "site/compare.html", context)
