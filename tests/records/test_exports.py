"""Exports: no cell becomes a formula, none is lost or broken, each says that it is simulated."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from tests.web_fixtures import Operations

from forename.accounts.models import Operation
from forename.records.exports import LONGEST_CELL, as_it_was, csv_lines, safe_text, xlsx_bytes
from forename.records.kinds import Column
from forename.report.actions import record_report
from forename.report.models import Report
from forename.site.actions import add_position, record_site

REAL, INVENTED = Operation(slug="own"), Operation(slug="own", simulated=True)
COLUMNS = [Column("a", "a", "a"), Column("b", "b", "b")]
FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200f=1",
    "\u202e=1", "\ufeff=1", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff201", "=cmd|' /C calc'!A0",
)  # fmt: skip
PLAIN = ("1-1", "a=b", "'", "'a", "36.5; -2", "", "\u062d\u0644\u0628", "\u200f\u062d\u0644\u0628")


@pytest.mark.parametrize("text", FORMULAS)
def test_safe_text__what_could_be_a_formula_gets_a_quote_and_comes_back(text: str) -> None:
    assert safe_text(text) == "'" + text
    assert as_it_was(safe_text(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_safe_text__other_words_stay(text: str) -> None:
    assert safe_text(text) == text
    assert as_it_was(text) == text


def test_safe_text__numbers_stay_numbers() -> None:
    assert [safe_text(n) for n in (-1, -1.5, None, True)] == [-1, -1.5, "", True]


def test_csv__no_sign_in_a_text_begins_another_cell() -> None:
    text = 'x;=1+1\t=2,=3\n=4"=5'
    data = "".join(csv_lines(COLUMNS, [[text, -1.5]], REAL)).removeprefix("\ufeff")
    for separator in ",;\t":  # whichever a program takes, a quoted text stays whole
        rows = list(
            csv.reader(io.StringIO(data.replace('",', f'"{separator}')), delimiter=separator)
        )
        assert rows == [["a", "b"], [text, "-1.5"]]


def test_tables__of_a_simulated_operation_say_so_in_every_row() -> None:
    assert list(csv_lines(COLUMNS, [["x", 1]], REAL))[1] == '"x",1\r\n'
    lines = list(csv_lines(COLUMNS, [["x", 1], ["y", 2]], INVENTED))
    assert all(line.endswith(',"SIMULATED"\r\n') for line in lines)
    book = load_workbook(io.BytesIO(xlsx_bytes("own", COLUMNS, [["x", 1]], INVENTED)))
    assert book.sheetnames == ["SIMULATED-own"]
    assert [c.value for c in book.active["C"]] == ["SIMULATED"] * 2


def test_workbook__keeps_text_and_replaces_what_it_cannot_hold() -> None:
    words = ["=1+1", "\x0bbell\x07", "x" * (LONGEST_CELL + 1)]
    book = load_workbook(io.BytesIO(xlsx_bytes("own", COLUMNS, [[w, -1] for w in words], REAL)))
    cells = list(book.active["A"])[1:]
    assert [c.data_type for c in cells] == ["s"] * 3
    assert cells[0].value == "=1+1"
    assert cells[1].value == "\ufffdbell\ufffd"
    assert len(cells[2].value) == LONGEST_CELL
    assert cells[2].value.endswith("(cut here; CSV holds the whole)")
    assert [c.value for c in book.active["B"]][1:] == [-1] * 3


def _sites(operations: Operations) -> Any:
    by = operations.actor("site_lead")
    site = record_site(by, name='=1+1 \x0b<script>&"]]>', other_names="-x")
    add_position(by, site, 1, words="36.3772, 39.1405", source="\x0b=2")
    return site


@pytest.mark.parametrize("form", ["csv", "xlsx", "geojson", "kml", "gpx"])
def test_export__of_hostile_words_is_well_formed(form: str, operations: Operations) -> None:
    _sites(operations)
    for path in ("site/sites", "site/positions"):
        answer = operations.browser("examiner").get(f"/o/own/{path}/export/{form}/")
        assert answer.status_code == 200
        data = b"".join(answer.streaming_content)
        if form == "xlsx":
            assert load_workbook(io.BytesIO(data)).active.max_row == 2
            continue
        assert b"SIMULATED" in data
        if form in ("kml", "gpx"):
            ElementTree.fromstring(data)
            assert b"<script" not in data


@pytest.mark.parametrize("role", ["examiner", "coordinator"])
def test_export__comes_back_with_its_words(role: str, operations: Operations) -> None:
    by = operations.actor("investigator")
    record_report(by, channel="phone", language="en", text="=1+1 and -2", source="@own")
    answer = operations.browser(role).get("/o/own/report/reports/export/csv/")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    table = io.StringIO()
    writer = csv.DictWriter(table, ["channel", "language", "words", "source", "SIMULATED"])
    writer.writeheader()
    writer.writerow(
        {"channel": "phone", "language": "en", "words": rows[0]["words"],
         "source": rows[0]["source"], "SIMULATED": rows[0]["SIMULATED"]}
    )  # fmt: skip
    staged = operations.browser("investigator").post(
        "/o/own/report/reports/import/",
        {"table": SimpleUploadedFile("back.csv", table.getvalue().encode())},
    )
    operations.browser("investigator").post(staged["Location"], {"seen_version": "1"})
    assert [(r.text, r.source) for r in Report.objects.all()] == [("=1+1 and -2", "@own")] * 2


def test_import__of_a_simulated_table_into_a_real_operation_is_refused(
    operations: Operations,
) -> None:
    Operation.objects.filter(slug="own").update(simulated=False)
    table = b"channel,language,text,SIMULATED\nphone,en,Invented,SIMULATED\n"
    browser = operations.browser("investigator")
    staged = browser.post(
        "/o/own/report/reports/import/", {"table": SimpleUploadedFile("a.csv", table)}
    )
    assert "comes from a simulated operation" in browser.get(staged["Location"]).content.decode()
    assert browser.post(staged["Location"], {"seen_version": "1"}).status_code == 422
    assert not Report.objects.exists()
