"""The API: every registered kind, for people signed in and for bearer tokens."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.security import HttpBearer, SessionAuth

import forename.identification.urls
import forename.report.urls
import forename.site.urls
import forename.web.people  # noqa: F401 - rooms make their kinds known when their addresses load
from forename import __version__
from forename.records.api import kind_router
from forename.records.kinds import registered
from forename.records.tokens import token_of


class Token(HttpBearer):
    """A bearer token made on the page of one's own tokens."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the token while it holds."""
        found = token_of(token)
        if found is not None:
            request.api_token = found  # type: ignore[attr-defined]
        return found


api = NinjaAPI(
    title="Forename",
    version=__version__,
    urls_namespace="api",
    auth=[Token(), SessionAuth()],
    docs_url=None,
)
for kind in registered():
    api.add_router("", kind_router(kind))
