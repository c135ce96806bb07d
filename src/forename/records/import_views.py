"""The pages of an import: choose a file, look at what it would make, take it over."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.audit.recording import StaleEdit
from forename.records.forms import whole_number
from forename.records.imports import labels_of, stage_table
from forename.records.kinds import Kind
from forename.records.models import ImportBatch, Job
from forename.records.views import page
from forename.records.works import take_over_or_ask

SHOWN_ROWS = 200


class TableForm(forms.Form):
    """A table to import."""

    table = forms.FileField(
        label=_("table"), help_text=_("CSV or XLSX; the first row names the fields.")
    )


def staged(actor: Actor, kind: Kind, pk: UUID) -> ImportBatch:
    """Return a staged table of a kind, else raise Http404."""
    batch: ImportBatch | None = ImportBatch.objects.filter(
        pk=pk, operation=actor.operation, kind=kind.model.type_name()
    ).first()
    if batch is None:
        raise Http404
    return batch


def import_urls(kind: Kind) -> list[URLPattern]:
    """Return the addresses of a kind's imports; none where it takes no tables."""
    step = kind.import_step()
    if step is None:
        return []
    name = kind.url_name

    @page(step.run.allowed, methods=("GET", "POST"))
    def stage(request: HttpRequest, actor: Actor) -> HttpResponse:
        form = TableForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                batch = stage_table(actor, kind, form.cleaned_data["table"])
            except ValidationError as refusal:
                form.add_error("table", refusal)
            else:
                parts = [actor.operation.slug, batch.pk]
                return HttpResponseRedirect(reverse(f"{name}-import-preview", args=parts))
        context = {"kind": kind, "form": form, "columns": labels_of(step)}
        status = 422 if form.errors else 200
        return render(request, "records/import.html", context, status=status)

    @page(step.run.allowed, methods=("GET", "POST"))
    def preview(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
        batch = staged(actor, kind, pk)
        refusals: list[str] = []
        if request.method == "POST":
            seen = whole_number(request.POST.get("seen_version", "")) or 0
            slug = actor.operation.slug
            try:
                taken = take_over_or_ask(actor, kind, batch, seen)
                if isinstance(taken, Job):
                    return HttpResponseRedirect(reverse("jobs-page", args=[slug, taken.pk]))
                return HttpResponseRedirect(reverse(kind.list_name, args=[slug]))
            except ValidationError as refusal:
                refusals = refusal.messages
            except StaleEdit:
                refusals = [str(_("Somebody has taken this file over meanwhile."))]
        labels = labels_of(step)
        held = {field for row in batch.rows for field in row["values"]}
        fields = [*(each for each in labels if each in held), *sorted(held - labels.keys())]
        context = {
            "kind": kind,
            "batch": batch,
            "fields": [labels.get(field, field) for field in fields],
            "rows": [
                (row["line"], [row["values"].get(f, "") for f in fields], row.get("remarks"))
                # What is to be looked at comes first: the rest may be too long to be shown.
                for row in sorted(batch.rows, key=lambda r: not r.get("remarks"))[:SHOWN_ROWS]
            ],
            "left": max(0, len(batch.rows) - SHOWN_ROWS),
            "remarked": any(row.get("remarks") for row in batch.rows),
            "refusals": refusals,
        }
        status = 422 if refusals else 200
        return render(request, "records/import_preview.html", context, status=status)

    return [
        path(f"{kind.path}/import/", stage, name=f"{name}-import"),
        path(f"{kind.path}/import/<uuid:pk>/", preview, name=f"{name}-import-preview"),
    ]
