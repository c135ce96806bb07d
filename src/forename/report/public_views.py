"""The pages of the public form: short, without account, tracking or a cookie beyond CSRF's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from forename.accounts.access import public_actor
from forename.accounts.models import Operation
from forename.records.forms import whole_number
from forename.report.forms.reports import PublicCodeForm, PublicReportForm
from forename.report.public import (
    add_words,
    new_key,
    report_with_code,
    tell_publicly,
    usable_key,
    within_limits,
)

View = Callable[..., HttpResponse]


# Five files of 20 MB, and the words.
LARGEST_BYTES = 102 * 2**20
# What is still read of somebody who comes too often, so that the words are shown again.
LARGEST_WORDS_BYTES = 200_000


def public_page(limited: str) -> Callable[[Any], View]:
    """Make a view of an operation whose public form is switched on; nothing elsewhere.

    Size and frequency are looked at before anything of what was sent is read.
    """

    def mark(function: Any) -> View:
        guarded: Any = csrf_protect(function)

        @never_cache
        @csrf_exempt  # checked by ``guarded``, after size and frequency
        @require_http_methods(["GET", "HEAD", "POST"])
        def view(request: HttpRequest, operation: str) -> HttpResponse:
            found = Operation.objects.filter(slug=operation, public_form=True).first()
            if found is None:
                raise Http404
            answer = _refusal(request, found, limited) or guarded(request, found)
            answer.keeps_no_language = True  # the language stays in the address
            answer.headers["X-Robots-Tag"] = "noindex"
            return answer  # type: ignore[no-any-return]

        return view

    return mark


def _refusal(request: HttpRequest, operation: Operation, limited: str) -> Any:
    """Return the answer to what is too large or comes too often, None for the rest."""
    if request.method != "POST":
        return None
    context: dict[str, Any] = {"operation_told": operation}
    length = whole_number(request.META.get("CONTENT_LENGTH") or "0")
    if length is None or length > LARGEST_BYTES:
        return render(request, "report/public_large.html", context, status=413)
    if not within_limits(request, limited):
        if length <= LARGEST_WORDS_BYTES:
            context["words"] = request.POST.get("text") or request.POST.get("words", "")
        answer = render(request, "report/public_wait.html", context, status=429)
        answer.headers["Retry-After"] = "3600"
        return answer
    return None


@public_page("report")
def tell(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Ask, record, and show the code once."""
    context: dict[str, Any] = {"operation_told": operation}
    if request.method == "POST":
        form = PublicReportForm(request.POST, request.FILES)
        key = request.POST.get("key", "")
        key = key if usable_key(key) else new_key()
        if form.is_valid():
            code = tell_publicly(public_actor(operation), key=key, **form.cleaned_data)
            return render(request, "report/public_thanks.html", {**context, "code": code})
        context |= {"form": form, "key": key}
        return render(request, "report/public_tell.html", context, status=422)
    context |= {"form": PublicReportForm(), "key": new_key()}
    return render(request, "report/public_tell.html", context)


def expired_tell(request: HttpRequest, operation: str) -> HttpResponse:
    """Show the form again with the words in it: its page was too old, or not from here."""
    return _expired(request, operation, PublicReportForm, "report/public_tell.html")


def expired_back(request: HttpRequest, operation: str) -> HttpResponse:
    """Ask for the code again with what was typed: the page was too old, or not from here."""
    return _expired(request, operation, PublicCodeForm, "report/public_back.html")


def _expired(request: HttpRequest, slug: str, form: Any, template: str) -> HttpResponse:
    found = Operation.objects.filter(slug=slug, public_form=True).first()
    if found is None:
        raise Http404
    key = request.POST.get("key", "")
    context = {
        "operation_told": found,
        "expired": True,
        "form": form(initial={name: request.POST.get(name, "") for name in form.base_fields}),
        "key": key if usable_key(key) else new_key(),
    }
    return render(request, template, context, status=403)


@public_page("code")
def back(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show how far a report is to whoever has its code, and take words to add."""
    context: dict[str, Any] = {"operation_told": operation, "form": PublicCodeForm()}
    if request.method != "POST":
        return render(request, "report/public_back.html", context)
    form = PublicCodeForm(request.POST)
    context["form"] = form
    if not form.is_valid():
        return render(request, "report/public_back.html", context, status=422)
    report = report_with_code(operation, form.cleaned_data["code"])
    if report is None:
        context["unknown"] = True
        return render(request, "report/public_back.html", context, status=422)
    words = form.cleaned_data["words"].strip()
    if words:
        add_words(public_actor(operation), report=report, text=words)
    context |= {
        "report": report,
        "added": report.added.order_by("created_at"),
        "code": form.cleaned_data["code"],
        "just_added": bool(words),
        "form": PublicCodeForm(),
    }
    return render(request, "report/public_back.html", context)
