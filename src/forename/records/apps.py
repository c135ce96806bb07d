"""Django's handle on the package."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Stored files, saved views, staged imports."""

    name = "forename.records"
    label = "records"
