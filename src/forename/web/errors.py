"""Pages for what went wrong; each says what happened and what to do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form was not sent from this application."""
    del reason
    return render(request, "web/csrf.html", status=403)


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
