"""Django's handle on the room."""

from django.apps import AppConfig


class IdentificationConfig(AppConfig):
    """Analyses and proposals."""

    name = "forename.identification"
    label = "identification"
