"""The operation's figures: who reads them, that nobody is in them, that no small number leaks."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from tests.web_fixtures import Operations

from forename.accounts.rules import FIGURE_READERS, Role
from forename.report.actions import mark_claim, record_report
from forename.report.actions.counts import record_count
from forename.report.models import Report
from forename.site.actions import record_site
from forename.site.models import Sensitivity

DAY = {
    "said": "9 May 2018", "edtf": "2018-05-09", "earliest": "2018-05-09", "latest": "2018-05-09",
    "calendar": "gregorian", "notes": [],
}  # fmt: skip
PAGES = ("/o/own/figures/", "/o/own/figures/export/csv/", "/api/o/own/figures/", "/o/own/")


def _reports(operations: Operations, number: int, month: int, **values: Any) -> Any:
    sent = {"channel": "media", "language": "en", "source": "Invented Post", "text": "Invented."}
    for _ in range(number):
        made = record_report(operations.actor("investigator"), **{**sent, **values})
        day = datetime(2025, month, 3, 12, tzinfo=UTC)
        Report.objects.filter(pk=made.pk).update(received_at=day)
    return made


def _sites(operations: Operations, number: int, sensitivity: str = Sensitivity.ORDINARY) -> None:
    for _ in range(number):
        record_site(operations.actor("investigator"), name="qzplace", sensitivity=sensitivity)


def _count(operations: Operations, number: int, **values: Any) -> Any:
    stated = {"unit": "bodies", "scope": "qzscope", "definition": "qzdefinition", "as_of": DAY}
    by = operations.actor("investigator")
    return record_count(by, low=number, high=number, counting="cumulative", **{**stated, **values})


def _read(operations: Operations, role: str = "statistics") -> list[str]:
    """Return what a role reads on every path of the figures, without what changes each time."""
    found = []
    for address in PAGES:
        answer = operations.browser(role).get(address)
        assert answer.status_code == 200, (role, address)
        text = answer.content.decode()
        found.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text))
    return found


@pytest.mark.parametrize("role", list(Role))
def test_figures__are_read_by_these_roles_and_by_nobody_else(
    role: str, operations: Operations
) -> None:
    browser = operations.browser(role)
    expected = 200 if role in FIGURE_READERS else 404
    for address in (*PAGES[:3], "/o/own/figures/export/xlsx/"):
        assert browser.get(address).status_code == expected, (role, address)
    assert (b"/o/own/figures/" in browser.get("/o/own/").content) is (expected == 200)
    assert browser.get("/o/own/figures/export/geojson/").status_code == 404
    assert browser.get("/o/other/figures/").status_code == 404


def test_figures__say_number_unit_scope_day_and_whose(operations: Operations) -> None:
    _reports(operations, 6, 3)
    _sites(operations, 5)
    _count(operations, 14)
    page = _read(operations)[0]
    assert "14" in page
    assert "qzdefinition" in page
    rows = list(csv.reader(io.StringIO(_read(operations)[1])))
    assert ["sites", "reported", "", "5"] in [row[:4] for row in rows]
    assert ["reports", "2025-03", "publication", "6"] in [row[:4] for row in rows]
    (own,) = [row for row in rows if row[0] == "counts"]
    assert own[1:4] == ["bodies", "the operation itself", "14"]
    assert own[5:] == ["qzscope", "qzdefinition", "SIMULATED"]
    book = operations.browser("statistics").get("/o/own/figures/export/xlsx/")
    sheet: Any = load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert sheet.title == "SIMULATED-figures"
    assert [cell.value for cell in sheet["D"]] == ["number", 5, 6, 14]
    lines = operations.browser("statistics").get("/api/o/own/figures/").json()["lines"]
    assert [line["at_least"] for line in lines] == [5, 6, 14]


def test_small_number__reads_the_same_whatever_it_is(operations: Operations) -> None:
    """The attack: somebody who subtracts every figure from every other learns nothing of it."""
    _reports(operations, 7, 3)
    _reports(operations, 1, 4)
    _reports(operations, 1, 3, channel="phone")
    _sites(operations, 1)
    _count(operations, 1, unit="identified")
    before = _read(operations)
    assert "fewer than 5" in before[0]
    assert "qzscope" not in "".join(before), "a small count is withheld with its words"
    _reports(operations, 3, 4)
    _reports(operations, 2, 3, channel="phone")
    _sites(operations, 3)
    assert _read(operations) == before
    _reports(operations, 1, 4)
    assert _read(operations) != before, "five are shown; the test above could fail"


def test_hidden_records__are_in_no_figure(operations: Operations) -> None:
    _reports(operations, 6, 3)
    _sites(operations, 6)
    before = _read(operations)
    confidential = _reports(operations, 6, 3, confidential=True, text="qzwitness saw 50 bodies.")
    _sites(operations, 6, Sensitivity.PROTECTED)
    claim = mark_claim(
        operations.actor("investigator"), report=confidential, words="50 bodies", asked="how_many",
        low=50, high=50, unit="bodies", asserted_by="qzwitness (witness)",
    )  # fmt: skip
    record_count(
        operations.actor("investigator"), claim=claim, unit="bodies", low=50, high=50,
        scope="qzscope", counting="cumulative", as_of=DAY,
    )  # fmt: skip
    assert _read(operations) == before
    coordinator = _read(operations, "coordinator")
    assert coordinator[1] == before[1], "the same for each reader"


def test_source__that_is_a_person_is_not_named(operations: Operations) -> None:
    report = _reports(operations, 1, 3, text="Invented: 50 bodies, 60 bodies.")
    by = operations.actor("investigator")
    for number, source in ((50, "qzperson (commander)"), (60, "Invented Agency (news agency)")):
        claim = mark_claim(
            by, report=report, words=f"{number} bodies", asked="how_many", low=number, high=number,
            unit="bodies", asserted_by=source,
        )  # fmt: skip
        record_count(
            by, claim=claim, unit="bodies", low=number, high=number, scope="the pit",
            counting="cumulative", as_of=DAY,
        )  # fmt: skip
    page = _read(operations)[0]
    assert "qzperson" not in page
    assert "commander" in page
    assert "Invented Agency" in page
    assert 'class="mark mark-exact"' in page
