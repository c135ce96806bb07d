"""The reader's language: the one chosen, else the browser's."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import translation


class LanguageMiddleware:
    """Take ``?lang=``, the cookie, or the browser's preference; keep a choice in the cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language."""
        known = {code for code, _ in settings.LANGUAGES}
        asked = request.GET.get("lang", "")
        chosen = asked if asked in known else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen not in known:
            chosen = translation.get_language_from_request(request)
        with translation.override(chosen if chosen in known else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
        response.headers.setdefault("Content-Language", chosen)
        # The public form keeps the choice in its addresses: it sets no cookie for it.
        if asked in known and not getattr(response, "keeps_no_language", False):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                asked,
                max_age=365 * 24 * 3600,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
        return response
