"""The reader's language: the one chosen, else the one kept for the person, else the browser's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import translation


class LanguageMiddleware:
    """Take ``?lang=``, the cookie, the person's language, or what the browser prefers.

    A choice is kept in the cookie, and for the person who is signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the reader's language."""
        known = {code for code, _ in settings.LANGUAGES}
        asked = request.GET.get("lang", "")
        chosen = asked if asked in known else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if chosen not in known:
            chosen = getattr(_person(request), "language", "")
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
            person = _person(request)
            if person is not None and person.language != asked:
                type(person).objects.filter(pk=person.pk).update(language=asked)
        return response


def _person(request: HttpRequest) -> Any:
    """Return who is signed in; without a session's cookie, nobody, and no session is touched."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    person = get_user(request)
    return person if person.is_authenticated else None
