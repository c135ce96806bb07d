"""A table becomes records whole or not at all, once."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web_fixtures import Operations

from forename.records.models import StoredFile
from forename.report.models import Report

IMPORT = "/o/own/report/reports/import/"


def _stage(browser: Any, text: str) -> Any:
    upload = SimpleUploadedFile("invented.csv", text.encode(), "text/csv")
    return browser.post(IMPORT, {"table": upload})


def _rows() -> int:
    return Report.objects.count()


def test_import__previews_then_takes_over_once(operations: Operations) -> None:
    browser = operations.browser("investigator")
    text = "how it arrived,language,words\nphone,en,Invented one\ne_mail,ar,كلام مخترع\n"
    staged = _stage(browser, text)
    assert staged.status_code == 302
    assert _rows() == 0
    assert "كلام مخترع" in browser.get(staged["Location"]).content.decode()
    assert browser.post(staged["Location"], {"seen_version": "1"}).status_code == 302
    assert _rows() == 2
    again = _stage(browser, text)
    assert again["Location"] == staged["Location"]
    assert browser.post(again["Location"], {"seen_version": "2"}).status_code == 422
    assert _rows() == 2


def test_import__a_bad_row_is_located_and_nothing_is_stored(operations: Operations) -> None:
    browser = operations.browser("investigator")
    staged = _stage(browser, "channel,language,text\nphone,en,Invented\npigeon,en,Invented\n")
    page = browser.get(staged["Location"]).content.decode()
    assert "pigeon is not one of the available choices" in page
    assert '<td data-label="line">3</td><td data-label="column">1</td>' in page
    assert browser.post(staged["Location"], {"seen_version": "1"}).status_code == 422
    assert _rows() == 0


def test_import__what_is_no_table_is_refused(operations: Operations) -> None:
    browser = operations.browser("investigator")
    assert _stage(browser, "").status_code == 422
    assert _stage(browser, "\x00\x01\x02").status_code == 422
    assert _rows() == 0


def test_import__who_may_not_record_may_not_import(operations: Operations) -> None:
    assert _stage(operations.browser("custodian"), "channel\nphone\n").status_code == 404


def _workbook(**parts: bytes) -> bytes:
    """Return a workbook by its parts, ``a`` standing for ``xl/worksheets/a.xml``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        for name, data in parts.items():
            archive.writestr(f"xl/worksheets/{name}.xml", data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_workbook(a=b"<sheetData>" + b'<row r="1"/>' * 100_001), "100,000 rows"),
        (_workbook(a=b'<x:row r="1">' * 60_000, b=b"<row>" * 60_000), "100,000 rows"),
        (_workbook(**{f"a{n}": b" " * 9_000_000 for n in range(10)}), "unpacks to more than"),
        (_workbook(a=b" " * 11_000_000), "more than is plausible"),
        (_workbook(a=b"<!DOCTYPE a []>"), "XML entities"),
        (_workbook()[:60], "damaged"),
    ],
    ids=["rows", "tags", "parts", "part", "entities", "cut"],  # the bytes hold the time of day
)
def test_import__of_a_workbook_that_would_fill_the_memory_is_refused(
    data: bytes, said: str, operations: Operations
) -> None:
    browser = operations.browser("investigator")
    table = SimpleUploadedFile("a.xlsx", data)
    answer = browser.post(f"/api{IMPORT}", {"table": table})
    assert answer.status_code == 422
    assert said in answer.json()["errors"]["table"][0]
    assert not StoredFile.objects.exists()


def test_import__fields_are_called_as_the_reader_calls_them(operations: Operations) -> None:
    browser = operations.browser("investigator")
    page = browser.get("/o/own/report/sources/import/?lang=ar").content.decode()
    assert '<bdi>الاسم</bdi> <code dir="ltr">name</code>' in page
    table = SimpleUploadedFile("a.csv", "name,kind\nمخترع,outlet\n".encode(), "text/csv")
    answer = browser.post("/o/own/report/sources/import/", {"table": table})
    page = browser.get(answer["Location"]).content.decode()
    assert re.findall(r'<th scope="col">([^<]*)</th>', page) == ["السطر", "الاسم", "ما هو"]
    table = SimpleUploadedFile("a.csv", b"name,what\nInvented,outlet\n", "text/csv")
    answer = browser.post("/o/own/report/sources/import/", {"table": table})
    page = browser.get(answer["Location"]).content.decode()
    assert "«what»" in page
    assert "الاسم، الاسم بالعربية، ما هو" in page


def test_import__a_file_that_cannot_be_read_is_refused_as_a_sentence(
    operations: Operations,
) -> None:
    browser = operations.browser("investigator")
    picture = SimpleUploadedFile("a.csv", b"\x89PNG\r\n\x1a\n\0\0", "text/csv")
    page = browser.post("/o/own/report/sources/import/", {"table": picture})
    assert page.status_code == 422
    assert "The file cannot be read: a.csv" in page.content.decode()
