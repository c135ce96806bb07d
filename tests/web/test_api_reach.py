"""Whatever a page does, the API does: generated from the addresses of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from forename.web.api import api

# Addresses of other packages, all about one's own account.
LIBRARIES = ("account_", "mfa_", "api:")
# Pages whose work the API leaves out, and why. A new page needs a counterpart or a line here.
EXCEPTIONS = {
    "join": "made for a browser: whoever holds the link has no account yet",
    "start": "made for a browser: whoever holds the link has no password yet",
    "forgotten": "made for a browser: who forgot the password has no token",
    "new-password": "made for a browser: whoever holds the link has no password",
    "public-report": "for people without account, whom nothing tracks",
    "public-back": "for people without account, whom nothing tracks",
    "people": "only leads to the list of roles",
    "tokens": "a token cannot make tokens: one that was stolen would outlive its withdrawal",
    "tokens-withdraw": "a person withdraws tokens; one that was stolen cannot withdraw the others",
    "report-counts-chart": "draws what the list of counts holds",
    "report-media-shown": "the second half of report_media_look, which sends the picture at once",
    "site-map": "draws what site_map_sites sends",
    "site-gazetteer": "searches the places of the shipped gazetteer and the list of places beside",
    "site-grave-plan": "the page around site_grave_plan_file",
    "site-grave-sequence": "the page around site_grave_sequence_file",
    "site-compare": "draws two pictures beside each other that site_picture sends",
}


def _pages(patterns: Any, space: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _pages(pattern.url_patterns, space + inner)
        elif isinstance(pattern, URLPattern):
            yield space + (pattern.name or "")


def _operations() -> dict[str, Any]:
    found = {}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, details in methods.items():
            assert details["operationId"] not in found, f"{path}: the name is taken"
            found[details["operationId"]] = {**details, "method": method, "path": path}
    return found


OPERATIONS = _operations()
PAGES = sorted(
    {name for name in _pages(get_resolver().url_patterns) if not name.startswith(LIBRARIES)}
)


def test_page__has_a_counterpart_in_the_api_or_a_reason_why_not() -> None:
    missing = [
        name
        for name in PAGES
        if name.replace("-", "_") not in OPERATIONS and name not in EXCEPTIONS
    ]
    assert not missing, "no counterpart in the API: " + ", ".join(missing)


def test_exception__is_still_one() -> None:
    assert not [n for n in EXCEPTIONS if n not in PAGES], "no such page"
    assert not [n for n in EXCEPTIONS if n.replace("-", "_") in OPERATIONS], "has a counterpart"


def test_description__says_what_each_address_takes_and_may_answer() -> None:
    for name, details in OPERATIONS.items():
        answers = {int(status) for status in details["responses"]}
        assert answers >= {400, 401, 403, 404, 422}, name
        assert answers & {200, 201, 202}, name
        if "{pk}" in details["path"] and details["method"] == "post":
            body = details.get("requestBody", {}).get("content", {})
            properties = {p for c in body.values() for p in c["schema"].get("properties", ())}
            if "seen_version" in properties:
                assert 409 in answers, name
                assert "If-Match" in {p["name"] for p in details["parameters"]}, name


def test_description__gives_files_their_fields() -> None:
    body = OPERATIONS["site_sites_image"]["requestBody"]["content"]
    assert set(body) == {"multipart/form-data"}, "a picture is no JSON"
    schema = body["multipart/form-data"]["schema"]
    assert schema["properties"]["file"] == {"type": "string", "format": "binary"}
    assert "file" in schema["required"]
    body = OPERATIONS["report_reports_record"]["requestBody"]["content"]
    assert set(body) == {"application/json", "multipart/form-data"}
    attachments = body["multipart/form-data"]["schema"]["properties"]["attachments"]
    assert attachments == {"type": "array", "items": {"type": "string", "format": "binary"}}
    channel = body["application/json"]["schema"]["properties"]["channel"]
    assert "interview" in channel["description"]
