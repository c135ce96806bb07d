"""Histories and refused edits say in words what changed: dates, yes and no, names, no raw data."""

from __future__ import annotations

import re

import pytest
from tests.web_fixtures import Operations

from forename.records.said_dates import SaidDateField
from forename.report.actions import (
    ask_question,
    correct_claim,
    correct_report,
    mark_claim,
    place_claim,
    record_report,
    relate_claims,
    withdraw_relation,
)

WORDS = {"channel": "phone", "language": "en", "text": "Invented words about a pit."}
RAW = re.compile(
    r"&#x27;|&#39;edtf|\{&|\[&|>True<|>False<|>None<|\d{4}-\d\d-\d\dT|[0-9a-f]{8}-[0-9a-f]{4}-"
)


def _history(operations: Operations, address: str, language: str = "en") -> str:
    page = operations.browser("investigator").get(address, {"lang": language}).content.decode()
    part = page[page.index('<section class="history"') :]
    return re.sub(r"<(?!del|ins|/del|/ins)[^>]*>|[\u2066-\u2069\u200f]", "", part)


@pytest.mark.parametrize(
    ("language", "changes"),
    [
        ("en", [
            "Said or sent: <del>—</del>  <ins>“رمضان 1438” – between 26 May 2017 and 25 June 2017",
            "<del>no</del>  <ins>yes</ins>",
        ]),
        ("ar", [
            "<ins>«رمضان 1438» – بين 26 أيار 2017 و25 حزيران 2017</ins>",
            "<del>لا</del>  <ins>نعم</ins>",
        ]),
    ],
)  # fmt: skip
def test_history__a_correction_in_words(
    operations: Operations, language: str, changes: list[str]
) -> None:
    by = operations.actor("investigator")
    report = record_report(by, **WORDS)
    correct_report(
        by, report, 1, reason="heard again", confidential=True,
        sent=SaidDateField().clean("رمضان 1438"),
    )  # fmt: skip
    shown = _history(operations, f"/o/own/report/reports/{report.pk}/", language)
    for change in changes:
        assert change in shown, shown
    assert not RAW.search(shown)


def test_history__sources_by_name_and_times_in_words(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = record_report(by, **WORDS)
    given = {"words": "Invented words", "asked": "where"}
    one, two = (
        mark_claim(by, report=report, asserted_by=name, **given) for name in ("Post A", "Post B")
    )
    correct_claim(by, one, 1, reason="chain", asserted_by="Post A", chain="Agency C\nunnamed")
    shown = _history(operations, f"/o/own/report/claims/{one.pk}/")
    assert "Agency C" in shown
    assert "Whom they cite, in order" not in shown
    assert not RAW.search(shown)
    relation = relate_claims(by, two, 1, relation="supports", other=one, reason="Same place.")
    withdraw_relation(by, relation, 1, reason="Another place.")
    shown = _history(operations, f"/o/own/report/relations/{relation.pk}/")
    page = operations.browser("investigator").get(f"/o/own/report/relations/{relation.pk}/")
    heading = re.search("<h1>.*?</h1>", page.content.decode())
    assert heading is not None
    assert heading[0].count('<bdi dir="ltr">C-') == 2
    assert re.search(r"Withdrawn: <del>—</del>  <ins>\d{1,2} \w+ \d{4}", shown), shown
    assert not RAW.search(shown)


def test_withdraw__asks_for_its_own_reason(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = record_report(by, **WORDS)
    given = {"words": "Invented words", "asked": "where", "report": report}
    one, two = (mark_claim(by, asserted_by=name, **given) for name in ("Post A", "Post B"))
    relation = relate_claims(by, two, 1, relation="supports", other=one, reason="qzold")
    browser = operations.browser("investigator")
    address = f"/o/own/report/relations/{relation.pk}/withdraw/"
    form = browser.get(address).content.decode()
    assert "qzold" not in form[form.index('<form method="post"') :]
    assert browser.post(address, {"reason": "", "seen_version": "1"}).status_code == 422


def test_stale__what_differs_stands_first(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = record_report(by, **WORDS)
    correct_report(operations.actor("coordinator"), report, 1, reason="x", source="Theirs")
    sent = {**WORDS, "text": WORDS["text"], "source": "Mine", "reason": "mine",
            "seen_version": "1", "contact_rule": "unknown"}  # fmt: skip
    address = f"/o/own/report/reports/{report.pk}/correct/"
    page = operations.browser("investigator").post(address, sent).content.decode()
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    rows = re.findall(r"<tr( class=\"differs\")?><th", body)
    assert rows[0] == ' class="differs"'
    assert rows == sorted(rows, reverse=True)
    assert not RAW.search(body)


def test_dates__said_as_they_are_read_stand_once(operations: Operations) -> None:
    by = operations.actor("investigator")
    report = record_report(by, **WORDS)
    observed = SaidDateField().clean("20 October 2020")
    claim = mark_claim(by, report=report, words="Invented words", asserted_by="Post A",
                       asked="when", observed=observed)  # fmt: skip
    question = ask_question(by, kind="when", text="When?", scope="Invented pit.")
    place_claim(by, question, 1, claim=claim, stance="open", reason="")
    page = operations.browser("investigator").get(f"/o/own/report/questions/{question.pk}/")
    shown = page.content.decode()
    assert "<bdi>20 October 2020</bdi>" in shown
    assert "“<bdi>20 October 2020" not in shown
    assert shown.count("When?") == 2  # the title of the window and the heading
