"""Settings that all tests share: reproducible random examples, and where outside data may lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["tests.web_fixtures", "tests.installation"]

ROOT = Path(__file__).resolve().parent.parent
# Folders whose tests touch the database; `make test` runs them on SQLite and on PostgreSQL.
DATABASE = ("accounts", "audit", "identification", "records", "report", "site", "web")

# Same examples in every run, so that a red test is red for everybody. To look for new ones:
# FORENAME_HYPOTHESIS=explore make test
settings.register_profile("fixed", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, print_blob=True, max_examples=1000)
settings.load_profile(os.environ.get("FORENAME_HYPOTHESIS", "fixed"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of reference values and exercise data beside the checkout; skips where absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("reference data are not beside this checkout")
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that touch the database."""
    for item in items:
        folder = item.path.relative_to(ROOT / "tests").parts[0]
        if folder in DATABASE and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db)
