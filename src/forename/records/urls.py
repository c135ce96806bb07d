"""The addresses of a kind: its pages and its imports."""

from __future__ import annotations

from django.urls import URLPattern

from forename.records.import_views import import_urls
from forename.records.kinds import Kind
from forename.records.views import page_urls


def kind_urls(kind: Kind) -> list[URLPattern]:
    """Return every address of a kind and make it known."""
    return [*import_urls(kind), *page_urls(kind)]
