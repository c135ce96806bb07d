"""Addresses of the report room."""

from forename.records.urls import kind_urls
from forename.report.views import REPORTS

urlpatterns = [*kind_urls(REPORTS)]
