"""Django's handle on the room."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Sites and graves."""

    name = "forename.site"
    label = "site"
