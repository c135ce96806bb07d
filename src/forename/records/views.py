"""The pages every kind has: list, export, page, step, history, file, saved view."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from forename.accounts.access import Actor, actor_in
from forename.accounts.models import Operation
from forename.accounts.rules import MEMBERS, Role
from forename.audit.models import Record
from forename.audit.queries import history_of, viewings_of
from forename.audit.recording import StaleEdit, record_viewing
from forename.records.actions import said_twice
from forename.records.exports import EXPORT_TYPES, export_name, exported, forms_of_export
from forename.records.files import blob_path
from forename.records.forms import whole_number
from forename.records.history import differences_in_words, history_in_words
from forename.records.jobs import AT_ONCE, ask_for
from forename.records.kinds import Kind, Step, kind_of, register
from forename.records.listing import all_rows, chosen_rows, read_list
from forename.records.models import Job, SavedView, StoredFile
from forename.records.seeing import seen_rows
from forename.records.submissions import (
    address_of_sent,
    digest_of_request,
    form_key_of,
    keep_sent,
    new_form_key,
)

View = Callable[..., HttpResponse]


def page(allowed: frozenset[Role], methods: tuple[str, ...] = ("GET",)) -> Callable[[Any], View]:
    """Make a view ``f(request, actor, ...)`` of an operation's page for these roles.

    Whoever may not see it gets the answer of a page that does not exist. ``allowed`` stays on the
    view for the permission tests, ``function`` for the API, which knows its actors differently.
    """

    def mark(function: Any) -> View:
        @never_cache
        @require_http_methods([*methods, "HEAD"] if "GET" in methods else list(methods))
        @functools.wraps(function)
        def view(request: HttpRequest, operation: str, **parts: Any) -> HttpResponse:
            actor = actor_of(request, operation)
            if not actor.may(allowed):
                raise Http404
            answer: HttpResponse = function(request, actor, **parts)
            if actor.operation.simulated:  # also what no page shows: files, map data, pictures
                answer.headers["X-Simulated"] = "true"
            return answer

        marked: Any = view
        marked.allowed = allowed
        marked.methods = methods
        marked.function = function
        return view

    return mark


def actor_of(request: HttpRequest, slug: str) -> Actor:
    """Return who acts in the operation of an address; raise Http404 where there is none."""
    found = Operation.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    actor = actor_in(request.user, found)
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def visible_record(kind: Kind, actor: Actor, pk: UUID) -> Any:
    """Return a record this actor may see, else raise Http404."""
    record = kind.visible(actor).filter(pk=pk).first()
    if record is None:
        raise Http404
    return record


def page_urls(kind: Kind) -> list[URLPattern]:
    """Return the addresses of a kind and make it known."""
    register(kind)
    stem, name = kind.path, kind.url_name
    patterns = [
        path(f"{stem}/", _list_view(kind), name=f"{name}-list"),
        path(f"{stem}/export/<slug:form>/", _export_view(kind), name=f"{name}-export"),
        path(f"{stem}/views/", _saved_view(kind), name=f"{name}-views"),
        path(f"{stem}/<uuid:pk>/", _page_view(kind), name=f"{name}-page"),
    ]
    for step in kind.steps:
        where = f"{stem}/{step.name}/" if step.creates else f"{stem}/<uuid:pk>/{step.name}/"
        patterns.append(path(where, _step_view(kind, step), name=f"{name}-{step.name}"))
    return patterns


def offered_steps(kind: Kind, actor: Actor, record: Any | None) -> list[Step]:
    """Return the steps to offer on a list (record None) or on a record's page."""
    steps = [s for s in kind.steps if s.creates is (record is None) and actor.may(s.run.allowed)]
    return steps if record is None else [s for s in steps if s.when(actor, record)]


def _list_view(kind: Kind) -> View:
    @page(kind.model.readable_by)
    def view(request: HttpRequest, actor: Actor) -> HttpResponse:
        asked = {k: v for k, v in request.GET.items() if isinstance(v, str)}
        listed = read_list(kind, actor, asked)
        context = {
            "kind": kind,
            "listed": listed,
            "steps": offered_steps(kind, actor, None),
            "saved_views": saved_views(kind, actor),
            "import_address": _import_address(kind, actor),
            "forms_of_export": forms_of_export(kind),
        }
        part = request.headers.get("HX-Request") == "true"
        return render(request, "records/rows.html" if part else "records/list.html", context)

    return view


def _import_address(kind: Kind, actor: Actor) -> str:
    step = kind.import_step()
    if step is None or not actor.may(step.run.allowed):
        return ""
    return reverse(f"{kind.url_name}-import", args=[actor.operation.slug])


def _export_view(kind: Kind) -> View:
    @page(kind.model.readable_by)
    def view(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
        answer = export_answer(request, kind, actor, form)
        if isinstance(answer, Job):
            return HttpResponseRedirect(
                reverse("jobs-page", args=[actor.operation.slug, answer.pk])
            )
        return answer

    return view


def export_answer(request: HttpRequest, kind: Kind, actor: Actor, form: str) -> HttpResponse | Job:
    """Return the export of a list, or the job that makes it where it is large."""
    if form not in forms_of_export(kind):
        raise Http404
    asked = {k: v for k, v in request.GET.items() if isinstance(v, str)}
    name = export_name(kind, actor, form)
    if chosen_rows(kind, actor, asked).order_by()[: AT_ONCE + 1].count() > AT_ONCE:
        details = {"kind": kind.model.type_name(), "form": form, "query": asked, "name": name}
        return ask_for(actor, "export", name, details)
    _, rows = all_rows(kind, actor, asked)
    parts = exported(kind, actor, rows, form)
    answer: Any = StreamingHttpResponse(parts, content_type=EXPORT_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer  # type: ignore[no-any-return]


def _saved_view(kind: Kind) -> View:
    @page(kind.model.readable_by, methods=("POST",))
    def view(request: HttpRequest, actor: Actor) -> HttpResponse:
        name = request.POST.get("name", "").strip()
        if request.POST.get("drop"):
            saved_views(kind, actor).filter(name=name).delete()
        elif name:
            keep_view(kind, actor, name, request.POST.get("query", ""))
        return HttpResponseRedirect(reverse(kind.list_name, args=[actor.operation.slug]))

    return view


def saved_views(kind: Kind, actor: Actor) -> QuerySet[SavedView]:
    """Return the views of a list that this person keeps, by name."""
    mine = SavedView.objects.filter(operation=actor.operation, user=actor.user, kind=kind.url_name)
    return mine.order_by("name")


def keep_view(kind: Kind, actor: Actor, name: str, query: str) -> SavedView:
    """Keep a list's address under a name of this person's own; the name's earlier one goes."""
    kept, _made = SavedView.objects.update_or_create(
        operation=actor.operation,
        user=actor.user,
        kind=kind.url_name,
        name=name.replace("\0", "")[:80],
        defaults={"query": query.replace("\0", "")[:2000]},
    )
    return kept


def _page_view(kind: Kind) -> View:
    @page(kind.model.readable_by)
    def view(request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
        record = visible_record(kind, actor, pk)
        if kind.viewings:
            record_viewing(record, by=actor)
        columns = kind.columns_for(actor, kind.facts or kind.columns)
        ((_, facts),) = seen_rows(actor, columns, [record])
        title = str(kind.title(record))
        context = {
            "kind": kind,
            "record": record,
            "title": title,
            "name": title.removeprefix(getattr(record, "code", "")).strip(),
            "facts": list(zip(columns, facts, strict=True)),
            "steps": offered_steps(kind, actor, record),
            "history": history_in_words(list(history_of(record)), kind, actor),
            "viewings": viewings_of(record)[:50] if kind.viewings else None,
            **kind.context(actor, record),
        }
        return render(request, kind.template, context)

    return view


def _step_view(kind: Kind, step: Step) -> View:
    @page(step.run.allowed, methods=("GET", "POST"))
    def view(request: HttpRequest, actor: Actor, pk: UUID | None = None) -> HttpResponse:
        record = None if pk is None else visible_record(kind, actor, pk)
        if request.method == "POST":
            form = bound_form(step, actor, record, request.POST, request.FILES)
            try:
                address = _carried_out(request, actor, kind, step, record, form)
            except StaleEdit as stale:
                context = {
                    "kind": kind,
                    "step": step,
                    "record": stale.record,
                    "differences": differences_in_words(stale, kind, actor),
                    "address": kind.address(stale.record),  # type: ignore[arg-type]
                }
                return render(request, "records/stale.html", context, status=409)
            if address:
                return HttpResponseRedirect(address)
        else:
            form = unbound_form(step, actor, record, request.GET)
        key = form_key_of(request) or new_form_key()
        context = {"kind": kind, "step": step, "record": record, "form": form, "form_key": key}
        return render(request, step.template, context, status=422 if form.errors else 200)

    return view


def _carried_out(
    request: HttpRequest, actor: Actor, kind: Kind, step: Step, record: Any, form: Any
) -> str:
    """Carry a step out; return where it leads, '' with the reasons in ``form.errors``.

    The same form sent twice acts once and leads to the same place.
    """
    digest = digest_of_request(request) if form_key_of(request) and form.is_valid() else ""
    sent = address_of_sent(actor, digest) if digest else ""
    if sent:
        return sent
    try:
        with transaction.atomic() if digest else nullcontext():
            result = run_step(step, actor, record, form, request.POST.get("seen_version", ""))
            address = "" if result is None else address_after(kind, actor, record, result)
            if address and digest:
                keep_sent(actor, digest, address)
    except (IntegrityError, StaleEdit):  # perhaps because it was sent twice at once
        sent = address_of_sent(actor, digest) if digest else ""
        if not sent:
            raise
        return sent
    return address


def unbound_form(step: Step, actor: Actor, record: Any, asked: Any) -> Any:
    """Return the empty form of a step, filled from the record or from the address."""
    given = asked.dict() if asked else {}
    form = step.form(
        initial={k: v for k, v in given.items() if record is None or k in step.prefilled}
    )
    _fit(form, actor, record)
    return form


def bound_form(step: Step, actor: Actor, record: Any, data: Any, files: Any) -> Any:
    """Return a step's form with what was sent."""
    form = step.form(data, files)
    _fit(form, actor, record)
    return form


def _fit(form: Any, actor: Actor, record: Any) -> None:
    """Let a form know who fills it in, and for which record."""
    fit = getattr(form, "fit", None)
    if fit is not None:
        fit(actor, record)


def run_step(step: Step, actor: Actor, record: Any, form: Any, seen_version: str) -> Any:
    """Carry a step out; return its record, or None with the reasons in ``form.errors``."""
    if not form.is_valid():
        return None
    try:
        if record is None:
            return step.run(actor, **form.cleaned_data)
        seen = whole_number(seen_version)
        if not seen:
            raise ValidationError(_("The form lacks the version it was made from; open it again."))
        return step.run(actor, record, seen, **form.cleaned_data)
    except ValidationError as refusal:
        known = {f: m for f, m in getattr(refusal, "message_dict", {}).items() if f in form.fields}
        rest = [m for f, ms in getattr(refusal, "message_dict", {"": refusal.messages}).items()
                if f not in known for m in ms]  # fmt: skip
        for name, messages in known.items():
            form.add_error(name, messages)
        for message in rest:
            form.add_error(None, message)
        return None
    except IntegrityError as error:
        if not said_twice(error):
            raise
        form.add_error(None, _("Somebody has recorded the same at this moment. Look at it first."))
        return None


def address_after(kind: Kind, actor: Actor, record: Any, result: Any) -> str:
    """Return where to go after a step: the page of what it was about or made."""
    shown = record if record is not None else result
    shown_kind = kind if isinstance(shown, kind.model) else kind_of(shown)
    if shown_kind is not None and shown_kind.visible(actor).filter(pk=shown.pk).exists():
        return shown_kind.address(shown)
    return reverse("operation", args=[actor.operation.slug])


@page(MEMBERS)
def file_view(_request: HttpRequest, actor: Actor, pk: UUID) -> HttpResponse:
    """Send a stored file as a download, never as a page; a restricted one is not sent here."""
    stored = StoredFile.objects.filter(operation=actor.operation, pk=pk).first()
    if stored is None or not may_open_file(stored, actor):
        raise Http404
    return file_answer(stored)


def file_answer(stored: StoredFile) -> HttpResponse:
    """Return a stored file as a download whose name says nothing."""
    return blob_answer(stored.sha256, "application/octet-stream", stored.sha256[:16])


def blob_answer(sha256: str, content_type: str, name: str = "") -> HttpResponse:
    """Return the content of a stored file: a download where it has a name, else to be shown."""
    answer: Any = FileResponse(blob_path(sha256).open("rb"), content_type=content_type)
    if name:
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer  # type: ignore[no-any-return]


def may_open_file(stored: StoredFile, actor: Actor) -> bool:
    """Tell whether an actor may open a file: whoever sees its record and may open such files."""
    if stored.restricted_viewing:  # its room sends it, after a warning
        return False
    if not stored.record_type:
        return actor.may(StoredFile.readable_by)
    kind = kind_of(stored.record_type)
    if kind is None or not actor.may(kind.files_for):
        return False
    return kind.visible(actor).filter(pk=stored.record_id).exists()


def record_address(record: Record) -> str:
    """Return the address of any record's page, '' where its kind has none."""
    kind = kind_of(record)
    return kind.address(record) if kind is not None else ""
