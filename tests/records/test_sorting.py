"""Only columns that can be put in order offer it, and every one that does keeps its word."""

from __future__ import annotations

import re

import pytest
from tests.web_fixtures import Operations

import forename.web.urls  # noqa: F401 - registers every kind
from forename.records.kinds import Kind, registered
from forename.records.listing import read_list
from forename.report.actions.reports import record_report


@pytest.mark.parametrize("kind", list(registered()), ids=lambda kind: kind.url_name)
def test_heads__what_is_offered_can_be_asked_for_both_ways(
    operations: Operations, kind: Kind
) -> None:
    actor = operations.actor("coordinator")
    heads = read_list(kind, actor, {}).heads()
    assert any(sorts for _, sorts in heads), "a list without any order"
    for column, sorts in heads:
        for order in (column.name, f"-{column.name}"):
            assert read_list(kind, actor, {"order": order}).order == (order if sorts else "")


def test_list__running_text_is_no_link(operations: Operations) -> None:
    actor = operations.actor("investigator")
    record_report(actor, channel="phone", language="en", text="Invented words.")
    page = operations.browser("investigator").get("/o/own/report/reports/").content.decode()
    head = re.search(r"<thead>.*?</thead>", page, re.DOTALL)
    assert head is not None
    cells = re.findall(r"<th scope=\"col\">(.*?)</th>", head[0])
    assert any("order=code" in cell for cell in cells)
    assert all("order=text" not in cell for cell in cells)
