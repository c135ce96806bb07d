"""Addresses of the site room."""

from __future__ import annotations

from django.urls import path

from forename.records.urls import kind_urls
from forename.site.views import (
    CONDITIONS,
    CONFIRMATIONS,
    IMAGES,
    LOG,
    POSITIONS,
    SITES,
    STEPS,
    compare_view,
    document_view,
    image_view,
    small_image_view,
)

urlpatterns = [
    path("sites/<uuid:pk>/compare/", compare_view, name="site-compare"),
    path("images/<uuid:pk>/picture/", image_view, name="site-picture"),
    path("images/<uuid:pk>/small/", small_image_view, name="site-small-picture"),
    path("documents/<uuid:pk>/", document_view, name="site-document"),
    *kind_urls(SITES),
    *kind_urls(POSITIONS),
    *kind_urls(STEPS),
    *kind_urls(CONFIRMATIONS),
    *kind_urls(CONDITIONS),
    *kind_urls(LOG),
    *kind_urls(IMAGES),
]
