"""Addresses of the site room."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
