"""The public form: code, no cookies, limits, what comes twice, what is switched off."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web_fixtures import Operations

from forename.accounts.access import system_actor
from forename.audit.models import Event
from forename.audit.queries import history_of
from forename.audit.recording import revise
from forename.records.files import files_of
from forename.report import public
from forename.report.actions import answer_report
from forename.report.models import AddedWords, PublicUse, Report

WORDS = {"text": "Invented words about a field.", "contact_rule": "by_code"}


@pytest.fixture
def opened(operations: Operations) -> Operations:
    """The first operation with its public form switched on."""
    revise(
        operations.own, {"public_form": True}, by=system_actor(operations.own),
        action="accounts.test", seen_version=1,
    )  # fmt: skip
    return operations


def _code(page: Any) -> str:
    found = re.search(r'<bdi dir="ltr">(\w{4}(?:-\w{4}){3})</bdi>', page.content.decode())
    assert found is not None
    return found[1]


def test_form__switched_off_looks_like_nothing(operations: Operations) -> None:
    for path in ("/public/own/", "/public/own/back/", "/public/nowhere/"):
        assert Client().get(path).status_code == 404
        assert Client().post(path, WORDS).status_code == 404
    assert not Report.objects.exists()


def test_form__records_and_gives_a_code_of_which_only_a_digest_is_kept(opened: Operations) -> None:
    browser = Client()
    shown = browser.get("/public/own/?lang=ar").content.decode()
    assert re.findall(r"<script[^>]*>(.*?)</script>", shown) == [""]  # one file, no words in it
    picture = SimpleUploadedFile("a.jpg", b"invented picture", "image/jpeg")
    page = browser.post("/public/own/?lang=ar", {**WORDS, "attachments": [picture]})
    code = _code(page)
    report = Report.objects.get()
    assert (report.text, report.channel, report.created_by) == (WORDS["text"], "public_form", None)
    assert report.confidential
    assert [f.name for f in files_of(report)] == ["a.jpg"]
    states = " ".join(str(e.state) + str(e.changes) for e in Event.objects.all())
    assert code not in states
    assert code.replace("-", "") not in states
    assert set(browser.cookies) <= {"csrf"}


def test_form__sent_again_is_the_same_report_and_code(opened: Operations) -> None:
    key = public.new_key()
    first = _code(Client().post("/public/own/", {**WORDS, "key": key}))
    second = _code(Client().post("/public/own/", {**WORDS, "key": key}))
    assert first == second
    assert Report.objects.count() == 1
    Client().post("/public/own/", {**WORDS, "text": "More.", "key": key})
    assert Report.objects.count() == 1
    assert AddedWords.objects.get().text == "More."
    assert _code(Client().post("/public/own/", {**WORDS, "key": "weak"})) != first


def test_form__sent_again_keeps_what_was_added_or_changed_meanwhile(opened: Operations) -> None:
    sent = {
        **WORDS, "key": public.new_key(), "contact_rule": "this_way", "contact": "Call my sister.",
    }  # fmt: skip

    def files(*names: str) -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(name, name.encode()) for name in names]

    Client().post("/public/own/", {**sent, "attachments": files("a.jpg")})
    again = {**sent, "where_words": "By the mill.", "contact_rule": "never", "contact": ""}
    for _ in range(2):
        answer = Client().post("/public/own/", {**again, "attachments": files("a.jpg", "b.jpg")})
        assert answer.status_code == 200
    report = Report.objects.get()
    assert sorted(f.name for f in files_of(report)) == ["a.jpg", "b.jpg"]
    assert (report.contact_rule, report.contact) == ("never", "")
    assert [a.text for a in AddedWords.objects.all()] == ["where, in their words: By the mill."]
    assert [e.action for e in history_of(report)] == ["report.tell_publicly"] * 2
    assert Report.objects.count() == 1


def test_form__asks_for_what_is_missing(opened: Operations) -> None:
    answer = Client().post("/public/own/", {"text": "", "contact_rule": "this_way"})
    assert answer.status_code == 422
    assert b'href="#id_text"' in answer.content
    assert b'href="#id_contact"' in answer.content
    files = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(6)]
    answer = Client().post("/public/own/", {**WORDS, "attachments": files})
    assert answer.status_code == 422
    assert not Report.objects.exists()


def test_back__shows_progress_and_takes_words(opened: Operations) -> None:
    code = _code(Client().post("/public/own/", WORDS))
    report = Report.objects.get()
    answer_report(opened.actor("investigator"), report, 1, progress="checking", answer="Thank you")
    page = Client().post("/public/own/back/", {"code": code.lower().replace("-", " ")})
    assert page.status_code == 200
    text = page.content.decode()
    assert "Thank you" in text
    assert "Being checked" in text
    assert WORDS["text"] not in text  # whoever finds the code does not read the words
    for _ in range(2):
        Client().post("/public/own/back/", {"code": code, "words": "One thing more."})
    assert AddedWords.objects.get().report == report
    browser = opened.browser("investigator")
    shown = browser.get(f"/o/own/report/reports/{report.pk}/").content.decode()
    assert "One thing more." in shown


def test_back__wrong_code_and_other_operation_open_nothing(opened: Operations) -> None:
    code = _code(Client().post("/public/own/", WORDS))
    assert Client().post("/public/own/back/", {"code": "AAAA-AAAA-AAAA-AAAA"}).status_code == 422
    revise(
        opened.other, {"public_form": True}, by=system_actor(opened.other),
        action="accounts.test", seen_version=1,
    )  # fmt: skip
    assert Client().post("/public/other/back/", {"code": code}).status_code == 422


def test_limits__stop_after_many_without_keeping_the_address(
    opened: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(public.LIMITS, "code", 3)
    answers = [
        Client().post("/public/own/back/", {"code": "AAAA"}, REMOTE_ADDR="192.0.2.7").status_code
        for _ in range(5)
    ]
    assert answers == [422, 422, 422, 429, 429]
    other = Client().post("/public/own/back/", {"code": "AAAA"}, REMOTE_ADDR="192.0.2.8")
    assert other.status_code == 422
    assert "192.0.2" not in " ".join(PublicUse.objects.values_list("digest", flat=True))


def test_form__too_large_is_refused_before_it_is_read(opened: Operations) -> None:
    browser = Client(enforce_csrf_checks=True)
    for length, status in (("200000000", 413), ("x", 413)):
        answer = browser.post("/public/own/", WORDS, CONTENT_LENGTH=length)
        assert answer.status_code == status
    assert not Report.objects.exists()


def test_form__expired_is_refused_and_keeps_the_words(opened: Operations) -> None:
    browser = Client(enforce_csrf_checks=True)
    key = public.new_key()
    answer = browser.post("/public/own/?lang=ar", {**WORDS, "when_words": "<b>late", "key": key})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert WORDS["text"] in page
    assert "&lt;b&gt;late" in page
    assert key in page  # sent again, it is the same report
    assert re.search(r'value="by_code"[^>]*checked', page)
    assert 'href="/"' not in page  # a stranger is not sent to a sign-in
    assert not Report.objects.exists()
    answer = browser.post("/public/own/back/", {"code": "ABCD-EFGH", "words": "One more."})
    assert answer.status_code == 403
    assert b"ABCD-EFGH" in answer.content
    assert b"One more." in answer.content
    assert set(browser.cookies) <= {"csrf"}


def test_form__expired_where_it_is_switched_off_looks_like_nothing(
    operations: Operations,
) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/public/own/", WORDS).status_code == 404


def test_form__too_many_files_keeps_the_words(opened: Operations) -> None:
    files = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(6)]
    answer = Client().post("/public/own/", {**WORDS, "attachments": files})
    assert answer.status_code == 422
    assert WORDS["text"] in answer.content.decode()
    assert "Files have to be chosen again." in answer.content.decode()


def test_limits__show_the_words_again(opened: Operations, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(public.LIMITS, "report", 0)
    answer = Client().post("/public/own/", {**WORDS, "key": public.new_key()})
    assert answer.status_code == 429
    assert WORDS["text"] in answer.content.decode()
    assert not Report.objects.exists()


def test_members_outside_of_the_inquiry__do_not_see_what_the_public_told(
    opened: Operations,
) -> None:
    Client().post("/public/own/", {**WORDS, "text": "Canary words"})
    report = Report.objects.get()
    for role, status in (("custodian", 404), ("site_lead", 404), ("investigator", 200)):
        answer = opened.browser(role).get(f"/o/own/report/reports/{report.pk}/")
        assert answer.status_code == status


def test_form__two_people_who_tell_are_two_origins_in_either_language(opened: Operations) -> None:
    for language in ("en", "ar"):
        Client().post(f"/public/own/?lang={language}", WORDS)
    browser = opened.browser("investigator")
    proposed = []
    for report in Report.objects.order_by("code"):
        assert report.source == ""  # the channel says it, in the reader's language
        address = f"/o/own/report/claims/mark/?report={report.code}&start=0&end=14"
        for language in ("en", "ar"):
            page = browser.get(f"{address}&lang={language}").content.decode()
            found = re.search(r'name="asserted_by" value="([^"]*)"', page)
            proposed.append(found[1] if found else "")
            assert proposed[-1] == report.code
    assert len(set(proposed)) == 2


def test_form__says_to_choose_files_again_only_to_who_chose_some(opened: Operations) -> None:
    wrong = {"text": "", "contact_rule": "never"}
    page = Client().post("/public/own/", wrong).content.decode()
    assert "Files have to be chosen again." not in page
    assert "What do you want to tell? – This field is required." in page
    picture = SimpleUploadedFile("a.jpg", b"invented picture", "image/jpeg")
    page = Client().post("/public/own/", {**wrong, "attachments": [picture]}).content.decode()
    assert "Files have to be chosen again." in page
