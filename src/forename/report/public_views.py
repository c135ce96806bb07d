"""The pages of the public form: short, without account, tracking or a cookie beyond CSRF's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from forename.accounts.access import public_actor
from forename.accounts.models import Operation
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


def public_page(function: Any) -> View:
    """Make a view of an operation whose public form is switched on; nothing elsewhere."""

    @never_cache
    @csrf_protect
    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, operation: str) -> HttpResponse:
        found = Operation.objects.filter(slug=operation, public_form=True).first()
        if found is None:
            raise Http404
        answer: Any = function(request, found)
        answer.keeps_no_language = True  # the language stays in the address, not in a cookie
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer  # type: ignore[no-any-return]

    return view


@public_page
def tell(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Ask, record, and show the code once."""
    context: dict[str, Any] = {"operation_told": operation}
    if request.method == "POST":
        form = PublicReportForm(request.POST, request.FILES)
        key = request.POST.get("key", "")
        key = key if usable_key(key) else new_key()
        if not within_limits(request, "report"):
            return _too_often(request, context)
        if form.is_valid():
            code = tell_publicly(public_actor(operation), key=key, **form.cleaned_data)
            return render(request, "report/public_thanks.html", {**context, "code": code})
        context |= {"form": form, "key": key}
        return render(request, "report/public_tell.html", context, status=422)
    context |= {"form": PublicReportForm(), "key": new_key()}
    return render(request, "report/public_tell.html", context)


@public_page
def back(request: HttpRequest, operation: Operation) -> HttpResponse:
    """Show how far a report is to whoever has its code, and take words to add."""
    context: dict[str, Any] = {"operation_told": operation, "form": PublicCodeForm()}
    if request.method != "POST":
        return render(request, "report/public_back.html", context)
    if not within_limits(request, "code"):
        return _too_often(request, context)
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


def _too_often(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, "report/public_wait.html", context, status=429)
    answer.headers["Retry-After"] = "3600"
    return answer
