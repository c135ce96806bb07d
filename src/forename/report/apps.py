"""Django's handle on the room."""

from django.apps import AppConfig


class ReportConfig(AppConfig):
    """Reports and claims."""

    name = "forename.report"
    label = "report"
