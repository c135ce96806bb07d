"""The spine on a real kind: versions, events, stale edits, restricted fields, exports, API."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from tests.web_fixtures import Operations

from forename.audit.models import Event
from forename.audit.queries import history_of
from forename.audit.recording import StaleEdit
from forename.report.actions import correct_report, record_report

WORDS = {"channel": "phone", "language": "en", "text": "Invented words about a field."}


def test_action__writes_record_and_event_together(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = record_report(by, **WORDS)
    first = history_of(report).get()
    assert (first.action, first.record_version, first.by) == ("report.record_report", 1, by.user)
    assert first.state["text"] == WORDS["text"]
    again = correct_report(by, report, 1, reason="misheard", text="Other words.")
    event = history_of(report).first()
    assert again.version == 2
    assert event is not None
    assert event.changes == {"text": [WORDS["text"], "Other words."]}
    assert event.reason == "misheard"


def test_action__without_the_role_is_refused_and_writes_nothing(operations: Operations) -> None:
    before = Event.objects.count()
    with pytest.raises(PermissionDenied):
        record_report(operations.actor("custodian"), **WORDS)
    assert Event.objects.count() == before


def test_revise__stale_edit_is_refused_and_shows_all_three_versions(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = record_report(by, **WORDS)
    correct_report(by, report, 1, reason="first", text="Theirs.")
    with pytest.raises(StaleEdit) as refusal:
        correct_report(by, report, 1, reason="second", text="Mine.")
    (difference,) = refusal.value.differences
    assert (difference.seen, difference.meant, difference.now) == (
        WORDS["text"],
        "Mine.",
        "Theirs.",
    )
    assert history_of(report).count() == 2


def test_event__cannot_be_altered_or_deleted(operations: Operations) -> None:
    report = record_report(operations.actor("investigator"), **WORDS)
    events = Event.objects.filter(record_id=report.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        events.update(reason="nothing happened")
    with pytest.raises(DatabaseError), transaction.atomic():
        events.delete()


def test_restricted_field__is_hidden_on_page_history_export_and_api(operations: Operations) -> None:
    secret = "Canary contact, third door"
    report = record_report(operations.actor("investigator"), contact=secret, **WORDS)
    correct_report(
        operations.actor("investigator"), report, 1, reason="more", contact=secret + " on the left"
    )
    stem = f"report/reports/{report.pk}/"
    for role, seen in (("investigator", True), ("custodian", False)):
        browser = operations.browser(role)
        page = browser.get(f"/o/own/{stem}").content.decode()
        table = b"".join(browser.get("/o/own/report/reports/export/csv/").streaming_content)
        one = browser.get(f"/api/o/own/{stem}").content.decode()
        changes = browser.get(f"/api/o/own/{stem}history/").content.decode()
        assert (secret in page) is seen
        assert (secret in one) is seen
        assert (secret in changes) is seen
        assert secret.encode() not in table  # no column of the list


def test_list__search_filter_and_count(operations: Operations) -> None:
    by = operations.actor("investigator")
    for number in range(3):
        record_report(by, **{**WORDS, "text": f"Invented place {number}"})
    record_report(by, **{**WORDS, "channel": "e_mail", "text": "مقبرة مُخترَعة"})
    record_report(operations.actor("investigator", "other"), **WORDS)
    browser = operations.browser("coordinator")
    api = "/api/o/own/report/reports/"
    assert browser.get(api).json()["count"] == 4
    assert browser.get(api, {"q": "PLACE"}).json()["count"] == 3
    assert browser.get(api, {"q": "مخترعه"}).json()["count"] == 1
    assert browser.get(api, {"channel": "e_mail"}).json()["count"] == 1


def test_api__same_idempotency_key_acts_once(operations: Operations) -> None:
    browser = operations.browser("investigator")
    address = "/api/o/own/report/reports/record/"
    headers = {"Idempotency-Key": "invented-1"}
    answers = [
        browser.post(address, json.dumps(WORDS), "application/json", headers=headers)
        for _ in range(3)
    ]
    assert [a.status_code for a in answers] == [201, 201, 201]
    assert len({a.json()["id"] for a in answers}) == 1
    other = json.dumps({**WORDS, "text": "Something else."})
    refused = browser.post(address, other, "application/json", headers=headers)
    assert refused.status_code == 422
    assert browser.get("/api/o/own/report/reports/").json()["count"] == 1


def test_export__formulas_become_text(operations: Operations) -> None:
    by = operations.actor("investigator")
    record_report(by, **{**WORDS, "source": "=HYPERLINK(1)"})
    browser = operations.browser("coordinator")
    answer = browser.get("/o/own/report/reports/export/csv/")
    text = b"".join(answer.streaming_content).decode()
    assert "\n=HYPERLINK" not in text
    assert ""","'=HYPERLINK(1)",""" in text
    assert "SIMULATED" in answer["Content-Disposition"]


@pytest.mark.parametrize("path", ["site/sites/record/", "report/reports/record/"])
def test_forms__every_text_keeps_the_direction_of_its_script(
    operations: Operations, path: str
) -> None:
    page = operations.browser("investigator").get(f"/o/own/{path}?lang=ar").content.decode()
    form = page[page.index('<form method="post"') :]
    fields = re.findall(r'<(?:textarea|input type="text")[^>]*>', form)
    assert len(fields) >= 4
    assert all(re.search(r' dir="(?:auto|ltr|rtl)"', field) for field in fields)
