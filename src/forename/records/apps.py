"""Django's handle on the package."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    """Stored files, saved views, staged imports."""

    name = "forename.records"
    label = "records"

    def ready(self) -> None:
        """Keep the index of search keys whole whatever a migration did to the tables."""
        post_migrate.connect(_make_indexes, sender=self)


def _make_indexes(using: str, **_rest: Any) -> None:
    from forename.records.search_index import make_indexes

    make_indexes(using)
