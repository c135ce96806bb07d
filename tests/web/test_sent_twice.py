"""A page's form sent twice acts once, also at the same moment; a changed one acts again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web_fixtures import Operations

from forename.records import views
from forename.records.models import StoredFile
from forename.report.actions import record_report
from forename.report.models import Report

ADDRESS = "/o/own/report/reports/record/"
WORDS = {"channel": "phone", "language": "en", "text": "Invented words."}


def _key(browser: Any, address: str = ADDRESS) -> str:
    found = re.search(r'name="form_key" value="([\w-]{32})"', browser.get(address).content.decode())
    assert found is not None
    return found[1]


def _file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.txt", data)


def test_form__sent_twice_records_once_and_leads_to_the_same_page(operations: Operations) -> None:
    browser = operations.browser("investigator")
    key = _key(browser)
    assert key != _key(browser)
    answers = [
        browser.post(ADDRESS, {**WORDS, "form_key": key, "attachments": [_file(b"one")]})
        for _ in range(3)
    ]
    assert {a.status_code for a in answers} == {302}
    assert len({a["Location"] for a in answers}) == 1
    assert (Report.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_form__gone_back_to_and_changed_acts_again(operations: Operations) -> None:
    browser = operations.browser("investigator")
    sent = {**WORDS, "form_key": _key(browser)}
    browser.post(ADDRESS, {**sent, "attachments": [_file(b"one")]})
    browser.post(ADDRESS, {**sent, "attachments": [_file(b"two")]})
    browser.post(ADDRESS, {**sent, "text": "Other words."})
    assert Report.objects.count() == 3
    operations.browser("coordinator").post(ADDRESS, sent)
    browser.post(ADDRESS, {**WORDS, "form_key": "guessed"})
    browser.post(ADDRESS, {**WORDS, "form_key": "guessed"})  # no key of ours: as without one
    assert Report.objects.count() == 6


def test_form__refused_can_be_sent_again(operations: Operations) -> None:
    browser = operations.browser("investigator")
    key = _key(browser)
    refused = browser.post(ADDRESS, {**WORDS, "text": "", "form_key": key})
    assert refused.status_code == 422
    assert key in refused.content.decode()
    assert browser.post(ADDRESS, {**WORDS, "form_key": key}).status_code == 302


def test_correction__sent_twice_is_no_stale_edit(operations: Operations) -> None:
    report = record_report(operations.actor("investigator"), **WORDS)
    browser = operations.browser("investigator")
    address = f"/o/own/report/reports/{report.pk}/correct/"
    sent = {**WORDS, "text": "Corrected.", "reason": "misheard", "seen_version": "1",
            "contact_rule": "unknown", "form_key": _key(browser, address)}  # fmt: skip
    assert [browser.post(address, sent).status_code for _ in range(2)] == [302, 302]
    report.refresh_from_db()
    assert (report.text, report.version) == ("Corrected.", 2)
    other = {**sent, "form_key": _key(browser, address)}
    assert browser.post(address, other).status_code == 409


@pytest.mark.parametrize("path", ["record", "correct"])
def test_form__sent_twice_at_once_acts_once(
    path: str, operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = operations.browser("investigator")
    address, sent = ADDRESS, dict(WORDS)
    if path == "correct":
        report = record_report(operations.actor("investigator"), **WORDS)
        address = f"/o/own/report/reports/{report.pk}/correct/"
        sent |= {"reason": "x", "seen_version": "1", "contact_rule": "unknown", "text": "Mine."}
    sent["form_key"] = _key(browser, address)
    first = browser.post(address, sent)
    count = Report.objects.count()
    looked: list[str] = []

    def not_yet(*asked: Any) -> str:
        looked.append("")
        return "" if len(looked) == 1 else views_address(*asked)

    views_address = views.address_of_sent
    monkeypatch.setattr(views, "address_of_sent", not_yet)  # the first was still being written
    second = browser.post(address, sent)
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert len(looked) == 2
    assert Report.objects.count() == count
