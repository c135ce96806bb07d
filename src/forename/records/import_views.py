"""The pages of an import: choose a file, look at what it would make, take it over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.audit.recording import StaleEdit
from forename.records.imports import columns_of, import_step, stage_table, take_over
from forename.records.jobs import AT_ONCE, ask_for
from forename.records.kinds import Kind
from forename.records.models import ImportBatch
from forename.records.views import page

SHOWN_ROWS = 200


class TableForm(forms.Form):
    """A table to import."""

    table = forms.FileField(
        label=_("table"), help_text=_("CSV or XLSX; the first row names the fields.")
    )


def import_urls(kind: Kind) -> list[URLPattern]:
    """Return the addresses of a kind's imports; none where it takes no tables."""
    step = import_step(kind)
    if step is None:
        return []
    name = kind.url_name

    @page(step.run.allowed, methods=("GET", "POST"))
    def stage(request: HttpRequest, actor: Actor) -> HttpResponse:
        form = TableForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    batch = stage_table(actor, kind, form.cleaned_data["table"])
            except ValidationError as refusal:
                form.add_error("table", refusal)
            else:
                parts = [actor.operation.slug, batch.pk]
                return HttpResponseRedirect(reverse(f"{name}-import-preview", args=parts))
        context = {"kind": kind, "form": form, "columns": sorted(set(columns_of(step).values()))}
        status = 422 if form.errors else 200
        return render(request, "records/import.html", context, status=status)

    @page(step.run.allowed, methods=("GET", "POST"))
    def preview(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
        batch: Any = ImportBatch.objects.filter(
            pk=pk, operation=actor.operation, kind=kind.model.type_name()
        ).first()
        if batch is None:
            raise Http404
        refusals: list[str] = []
        if request.method == "POST":
            given = request.POST.get("seen_version", "")
            if len(batch.rows) > AT_ONCE and batch.taken_at is None and not batch.problems:
                asked = {
                    "kind": kind.model.type_name(),
                    "batch": str(batch.pk),
                    "seen_version": int(given) if given.isdecimal() else 0,
                }
                job = ask_for(actor, "import", batch.file.name, asked)
                return HttpResponseRedirect(
                    reverse("jobs-page", args=[actor.operation.slug, job.pk])
                )
            try:
                with transaction.atomic():
                    take_over(actor, kind, batch, int(given) if given.isdecimal() else 0)
                return HttpResponseRedirect(reverse(kind.list_name, args=[actor.operation.slug]))
            except ValidationError as refusal:
                refusals = refusal.messages
            except StaleEdit:
                refusals = [str(_("Somebody has taken this file over meanwhile."))]
        fields = sorted({field for row in batch.rows for field in row["values"]})
        context = {
            "kind": kind,
            "batch": batch,
            "fields": fields,
            "rows": [
                (row["line"], [row["values"].get(f, "") for f in fields])
                for row in batch.rows[:SHOWN_ROWS]
            ],
            "left": max(0, len(batch.rows) - SHOWN_ROWS),
            "refusals": refusals,
        }
        status = 422 if refusals else 200
        return render(request, "records/import_preview.html", context, status=status)

    return [
        path(f"{kind.path}/import/", stage, name=f"{name}-import"),
        path(f"{kind.path}/import/<uuid:pk>/", preview, name=f"{name}-import-preview"),
    ]
