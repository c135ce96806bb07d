"""The index of search keys: it leaves out what cannot match, and nothing that does."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Q
from tests.records.test_spine import WORDS
from tests.web_fixtures import Operations

from forename.audit.gathering import gathering
from forename.notation.folding import search_words
from forename.records import search_index
from forename.records.listing import with_words
from forename.records.search_index import make_indexes, narrowed
from forename.report.actions import correct_report, record_report
from forename.report.models import Report

TEXTS = (
    "Invented: Hosayn Khalaf at the well",
    "invented: حسين خلف",
    "Invented: عبد الرحمن",
    "Invented: Abu Ahmad, 100% sure",
    'Invented: "quoted" words and back\\slash_under',
    "🂡🂢🂣 signs beyond the basic plane",
)


def _titles(query: str) -> list[str]:
    return sorted(with_words(Report.objects.all(), query).values_list("text", flat=True))


def _read(query: str) -> list[str]:
    """Return what reading every search key finds, without the index."""
    rows = Report.objects.all()
    for spellings in search_words(query):
        either = Q()
        for spelling in spellings:
            either |= Q(search_key__contains=spelling)
        rows = rows.filter(either)
    return sorted(rows.values_list("text", flat=True))


@pytest.mark.parametrize(
    "query",
    ["Hussein", "حسين", "Abd al-Rahman", "Abu Rahman", "Abu", "nvent", '"quoted"', "slash_u",
     "100%", "🂡🂢🂣", "at", "a", "well hosayn", "R-0000", "zzyzx", "' OR 1=1 --", "NEAR(a b)", "*",
     "خلف invented"],
)  # fmt: skip
def test_search__finds_with_the_index_what_reading_every_key_finds(
    operations: Operations, query: str
) -> None:
    by = operations.actor("investigator")
    for text in TEXTS:
        record_report(by, **{**WORDS, "text": text})
    assert _titles(query) == _read(query)


def test_narrowed__leaves_out_what_does_not_hold_the_letters(operations: Operations) -> None:
    by = operations.actor("investigator")
    for text in TEXTS:
        record_report(by, **{**WORDS, "text": text})
    assert [r.text for r in narrowed(Report.objects.all(), "khalaf quoted")] == []
    assert narrowed(Report.objects.all(), "at").count() == len(TEXTS)  # too short to look up


def test_search__follows_a_correction(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = record_report(by, **{**WORDS, "text": "Invented lorry"})
    correct_report(by, report, 1, reason="misheard", text="Invented tractor")
    assert _titles("lorry") == []
    assert _titles("tractor") == ["Invented tractor"]


def test_search__finds_what_was_written_at_once(operations: Operations) -> None:
    by = operations.actor("investigator")
    with gathering() as gathered:
        record_report(by, **{**WORDS, "text": "Invented convoy"})
        assert _titles("convoy") == []
    gathered.write()
    assert _titles("convoy") == ["Invented convoy"]


def test_search__reads_along_the_list_where_the_index_says_many(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_index, "FEW", 2)
    by = operations.actor("investigator")
    for text in TEXTS:
        record_report(by, **{**WORDS, "text": text})
    assert _titles("khalaf") == sorted(TEXTS[:2])  # as many as are few: by the index
    assert len(_titles("invented")) == 5  # more than two: by reading
    assert _titles("quoted") == [TEXTS[4]]


def test_search__hidden_reports_are_neither_found_nor_counted(operations: Operations) -> None:
    by = operations.actor("investigator")
    record_report(by, **{**WORDS, "channel": "interview", "text": "Invented whisper"})
    for role, count in (("coordinator", 1), ("examiner", 0)):
        found = operations.browser(role).get("/api/o/own/report/reports/", {"q": "whisper"})
        assert found.json()["count"] == count
    other = operations.browser("coordinator", "other")
    assert other.get("/api/o/other/report/reports/", {"q": "whisper"}).json()["count"] == 0


def test_make_indexes__fills_an_index_that_a_migration_took_away(operations: Operations) -> None:
    record_report(operations.actor("investigator"), **{**WORDS, "text": "Invented ladder"})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # none may wait while an index is made
            cursor.execute("DROP INDEX search_report_report")
        else:  # as when Django makes a table anew
            cursor.execute("DROP TRIGGER search_report_report_insert")
            cursor.execute("DROP TRIGGER search_report_report_update")
            cursor.execute("DROP TRIGGER search_report_report_delete")
            cursor.execute("DROP TABLE search_report_report")
    make_indexes()
    record_report(operations.actor("investigator"), **{**WORDS, "text": "Invented rope ladder"})
    assert _titles("ladder") == ["Invented ladder", "Invented rope ladder"]
