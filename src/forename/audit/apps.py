"""Django's handle on the package."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Events and versioned records."""

    name = "forename.audit"
    label = "audit"
