"""Every route and method, asked by every kind of person: own role, other operation, nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.web_fixtures import Operations

from forename.accounts.rules import Role

METHODS = ("GET", "POST", "PUT", "DELETE")
# Routes outside of operations: who may open them is said here, a new one fails until it is.
OUTSIDE = {
    "home": "signed in",
    "join": "whoever holds the token",
    "start": "whoever holds the token",
    "new-operation": "who may open operations",
    "forgotten": "anybody",
    "new-password": "whoever holds the token",
}
# Addresses of other packages, all about one's own account or open by nature.
LIBRARIES = ("account_", "mfa_", "api:")


def _routes(
    patterns: Any, route: str = "", space: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in patterns:
        full = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _routes(pattern.url_patterns, full, space + inner)
        else:
            yield space + (pattern.name or ""), full, pattern


ROUTES = sorted(_routes(get_resolver().url_patterns), key=lambda r: r[1])
OF_OPERATIONS = [r for r in ROUTES if r[1].startswith("o/<slug:operation>/")]


def _address(route: str, slug: str) -> str:
    filled = route.replace("<slug:operation>", slug).replace("<slug:form>", "csv")
    for kind in ("uuid:pk", "uuid:other"):
        filled = filled.replace(f"<{kind}>", str(uuid4()))
    assert "<" not in filled, f"say how to fill {route}"
    return "/" + filled


def test_route__has_a_name_and_says_who_may_open_it() -> None:
    for name, route, pattern in ROUTES:
        assert name, f"{route} has no name"
        if route.startswith("o/<slug:operation>/"):
            assert isinstance(getattr(pattern.callback, "allowed", None), frozenset), route
        elif not name.startswith(LIBRARIES):
            assert name in OUTSIDE or "public" in name, f"{name}: say who may open it"


@pytest.mark.parametrize(
    ("name", "route", "pattern"), OF_OPERATIONS, ids=[r[0] for r in OF_OPERATIONS]
)
def test_route__answers_each_person_by_the_rule(
    name: str, route: str, pattern: Any, operations: Operations
) -> None:
    address = _address(route, "own")
    view = pattern.callback
    about_a_record = "<uuid" in route
    for method in set(METHODS) - set(view.methods):
        answer = operations.browser("coordinator").generic(method, address)
        assert answer.status_code in (404, 405), (name, method)
    for method in view.methods:
        for role in Role:
            answer = operations.browser(role).generic(method, address)
            if role not in view.allowed or about_a_record:
                assert answer.status_code == 404, (name, method, role)
            else:
                assert answer.status_code in (200, 302, 422), (name, method, role)
        for role in ("coordinator", "administrator"):
            stranger = operations.browser(role, "other").generic(method, address)
            assert stranger.status_code == 404, (name, method, role)
        assert Client().generic(method, address).status_code == 404, (name, method)


def test_hidden__looks_like_nonexistent(operations: Operations) -> None:
    stranger = operations.browser("coordinator", "other")
    hidden = stranger.get("/o/own/report/reports/")
    missing = stranger.get("/o/nowhere/report/reports/")
    assert hidden.status_code == missing.status_code == 404
    token = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
    assert token.sub(b"", hidden.content) == token.sub(b"", missing.content)
