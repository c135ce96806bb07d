"""Addresses of the site room."""

from __future__ import annotations

from django.urls import path

from forename.records.urls import kind_urls
from forename.site.views import (
    CONDITIONS,
    CONFIRMATIONS,
    CONTEXTS,
    GRAVES,
    IMAGES,
    LOG,
    PLACES,
    POSITIONS,
    RELATIONS,
    SITES,
    STEPS,
    compare_view,
    gazetteer_view,
    image_view,
    map_sites_view,
    map_view,
    plan_file_view,
    plan_view,
    sequence_file_view,
    sequence_view,
    small_image_view,
)

urlpatterns = [
    path("map/", map_view, name="site-map"),
    path("map/sites/", map_sites_view, name="site-map-sites"),
    path("gazetteer/", gazetteer_view, name="site-gazetteer"),
    path("sites/<uuid:pk>/compare/", compare_view, name="site-compare"),
    path("images/<uuid:pk>/picture/", image_view, name="site-picture"),
    path("images/<uuid:pk>/small/", small_image_view, name="site-small-picture"),
    path("graves/<uuid:pk>/plan/", plan_view, name="site-grave-plan"),
    path("graves/<uuid:pk>/plan.svg", plan_file_view, name="site-grave-plan-file"),
    path("graves/<uuid:pk>/sequence/", sequence_view, name="site-grave-sequence"),
    path("graves/<uuid:pk>/sequence.svg", sequence_file_view, name="site-grave-sequence-file"),
    *kind_urls(SITES),
    *kind_urls(POSITIONS),
    *kind_urls(STEPS),
    *kind_urls(CONFIRMATIONS),
    *kind_urls(CONDITIONS),
    *kind_urls(LOG),
    *kind_urls(IMAGES),
    *kind_urls(PLACES),
    *kind_urls(GRAVES),
    *kind_urls(CONTEXTS),
    *kind_urls(RELATIONS),
]
