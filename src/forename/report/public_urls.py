"""Addresses of the public form, below ``public/<operation>/``."""

from django.urls import path

from forename.report.public_views import back, tell

urlpatterns = [
    path("", tell, name="public-report"),
    path("back/", back, name="public-back"),
]
