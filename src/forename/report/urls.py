"""Addresses of the report room."""

from forename.records.urls import kind_urls
from forename.report.views import (
    ADDED,
    BEARINGS,
    CLAIMS,
    ESTABLISHMENTS,
    GRADES,
    QUESTIONS,
    RELATIONS,
    REPORTS,
    SOURCES,
)
from forename.report.views.reports import marking_url

urlpatterns = [
    *kind_urls(REPORTS),
    marking_url,
    *kind_urls(CLAIMS),
    *kind_urls(QUESTIONS),
    *kind_urls(SOURCES),
    *kind_urls(ADDED),
    *kind_urls(GRADES),
    *kind_urls(RELATIONS),
    *kind_urls(BEARINGS),
    *kind_urls(ESTABLISHMENTS),
]
