"""Search in a list, through the API: spellings and scripts find each other."""

from __future__ import annotations

import pytest
from tests.records.test_spine import WORDS
from tests.web_fixtures import Operations

from forename.report.actions import record_report


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("Hussein", 2),
        ("Husayn", 2),
        ("حُسين", 2),
        ("Abd al-Rahman", 1),
        ("Abdel Rahman", 1),
        ("Abu Rahman", 0),
        ("hosayn khalaf", 1),
        ("100%", 0),
        ("invented", 3),
    ],
)
def test_list__search_across_spellings(operations: Operations, query: str, count: int) -> None:
    by = operations.actor("investigator")
    for text in ("Invented: Hosayn Khalaf", "invented: حسين", "Invented: عبد الرحمن"):
        record_report(by, **{**WORDS, "text": text})
    found = operations.browser("coordinator").get("/api/o/own/report/reports/", {"q": query})
    assert found.json()["count"] == count
