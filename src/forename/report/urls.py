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
from forename.report.views.counts import COUNTS, chart_url
from forename.report.views.incidents import ACTORS, ALTERNATIVES, INCIDENTS
from forename.report.views.list_pages import list_urls
from forename.report.views.lists import ENTRIES, LISTS, MEMBERSHIPS, SAME
from forename.report.views.media import MEDIA, media_urls
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
    chart_url,
    *kind_urls(COUNTS),
    *kind_urls(INCIDENTS),
    *kind_urls(ALTERNATIVES),
    *kind_urls(ACTORS),
    *list_urls,
    *kind_urls(LISTS),
    *kind_urls(ENTRIES),
    *kind_urls(MEMBERSHIPS),
    *kind_urls(SAME),
    *media_urls,
    *kind_urls(MEDIA),
]
