"""Django's handle on the package."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Pages that join rooms."""

    name = "forename.web"
    label = "web"
