"""Pages for what went wrong; each says what happened and what to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from forename.report.public_views import expired_back, expired_tell

# What a page of the public form answers when it had expired.
EXPIRED_PUBLICLY = {"public-report": expired_tell, "public-back": expired_back}


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was not sent from this application; who told publicly keeps the words."""
    del reason
    found = request.resolver_match
    if found is not None and found.url_name in EXPIRED_PUBLICLY:
        return EXPIRED_PUBLICLY[found.url_name](request, found.kwargs["operation"])
    return render(request, "web/csrf.html", status=403)


def unreadable(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that what was sent cannot be read, and nothing of it was stored."""
    del exception
    request.actor = None  # type: ignore[attr-defined]
    return render(request, "web/400.html", status=400)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that there is nothing here, or nothing for this reader."""
    del exception
    request.actor = None  # type: ignore[attr-defined]
    return render(request, "web/404.html", status=404)


def refused(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Answer a refusal as if there were nothing here."""
    return not_found(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the program failed and nothing was stored."""
    return render(request, "web/500.html", status=500)
