"""What protects a witness does not end by being left out of a correction."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.web_fixtures import Operations

from forename.report.actions import record_report
from forename.report.models import Report

WORDS = {"channel": "phone", "language": "en", "text": "Invented words.", "contact_rule": "unknown"}


def _corrected(operations: Operations, report: Report, *, form: bool = False, **values: Any) -> Any:
    sent = {**WORDS, "reason": "misheard", "seen_version": report.version, **values}
    address = f"/api/o/own/report/reports/{report.pk}/correct/"
    browser = operations.browser("investigator")
    answer = (
        browser.post(address, sent)
        if form
        else browser.post(address, json.dumps(sent), "application/json")
    )
    assert answer.status_code == 200, answer.content
    report.refresh_from_db()
    return report.confidential


@pytest.mark.parametrize("form", [False, True])
def test_correction__by_the_api_leaves_a_statement_one_unless_it_says_no(
    form: bool, operations: Operations
) -> None:
    report = record_report(operations.actor("investigator"), confidential=True, **WORDS)
    assert _corrected(operations, report, form=form, text="Other words.")
    assert report.text == "Other words."
    page = f"/o/own/report/reports/{report.pk}/"
    assert operations.browser("custodian").get(page).status_code == 404
    assert not _corrected(operations, report, form=form, confidential=False)
    assert operations.browser("custodian").get(page).status_code == 200
    assert not _corrected(operations, report, form=form, text="More words.")


@pytest.mark.parametrize("channel", ["interview", "public_form"])
def test_correction__of_an_interview_leaves_it_a_statement(
    channel: str, operations: Operations
) -> None:
    report = record_report(operations.actor("investigator"), **{**WORDS, "channel": channel})
    assert report.confidential
    assert _corrected(operations, report, channel=channel, confidential=False)
    page = f"/o/own/report/reports/{report.pk}/correct/"
    sent = {**WORDS, "channel": channel, "reason": "x", "seen_version": report.version}
    assert operations.browser("investigator").post(page, sent).status_code == 302
    report.refresh_from_db()
    assert report.confidential
    other = record_report(operations.actor("investigator"), **WORDS)
    assert _corrected(operations, other, channel=channel)


def test_correction__on_a_page_can_end_a_statement(operations: Operations) -> None:
    report = record_report(operations.actor("investigator"), confidential=True, **WORDS)
    page = f"/o/own/report/reports/{report.pk}/correct/"
    sent = {**WORDS, "reason": "published by themselves", "seen_version": "1"}
    assert operations.browser("investigator").post(page, sent).status_code == 302
    report.refresh_from_db()
    assert not report.confidential
