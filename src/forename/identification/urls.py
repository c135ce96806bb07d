"""Addresses of the identification room."""

from forename.identification.views import ANALYSES, PROPOSALS
from forename.records.urls import kind_urls

urlpatterns = [*kind_urls(ANALYSES), *kind_urls(PROPOSALS)]
