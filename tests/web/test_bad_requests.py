"""What no page expects: each gets a plain refusal, never a failure of the program."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web_fixtures import Operations

from forename.report.actions import record_report
from forename.report.models import Report

RECORD = "/o/own/report/reports/record/"
API = "/api/o/own/report/reports/record/"


def _refused(answer: Any) -> bool:
    return 400 <= answer.status_code < 500


def test_upload__of_too_many_fields_is_refused(operations: Operations) -> None:
    many = {f"field{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    answer = operations.browser("coordinator").post(RECORD, many)
    assert answer.status_code == 400


def test_upload__of_a_form_larger_than_allowed_is_refused(operations: Operations) -> None:
    large = "text=" + "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = operations.browser("coordinator").post(
        RECORD, large, content_type="application/x-www-form-urlencoded"
    )
    assert _refused(answer)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"\xff\xfe\x00", "multipart/form-data; boundary=" + "b" * 300),
        (b"a=%zz&b=\xff", "application/x-www-form-urlencoded"),
        (b"a=1", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"{}", "application/json"),
        (b"", ""),
    ],
)
def test_form__broken_in_its_bytes_is_refused(
    operations: Operations, body: bytes, kind: str
) -> None:
    answer = operations.browser("coordinator").generic("POST", RECORD, body, content_type=kind)
    assert _refused(answer), answer.status_code


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff", b"[" * 100_000, b'{"text": NaN}']
)
def test_api__refuses_what_is_no_json_of_the_step(operations: Operations, body: bytes) -> None:
    answer = operations.browser("coordinator").post(API, body, content_type="application/json")
    assert _refused(answer), answer.status_code


@pytest.mark.parametrize(
    "query",
    [
        "page=0", "page=-1", "page=99999999999999999999999", "page=x", "page=٣", "order=-",
        "order=password", "order=--code", "q=%00", "q=" + "x" * 5000, "channel=%00",
        "q=%F0%9F%92%80", "lang=xx", "q='%20OR%201=1--", "q=%25_",
    ],
)  # fmt: skip
def test_list__takes_any_address(operations: Operations, query: str) -> None:
    for address in ("/o/own/report/reports/", "/api/o/own/report/reports/"):
        answer = operations.browser("coordinator").get(f"{address}?{query}")
        assert answer.status_code in (200, 400, 422), (address, answer.status_code)


def test_form__with_zero_bytes_is_refused(operations: Operations) -> None:
    answer = operations.browser("coordinator").post(RECORD, {"text": "a\0b", "channel": "\0"})
    assert answer.status_code == 422
    sent = json.dumps({"text": "a\0b", "channel": "\0"})
    answer = operations.browser("coordinator").post(API, sent, content_type="application/json")
    assert answer.status_code == 422


def test_table__that_is_none_is_refused(operations: Operations) -> None:
    from forename.records.kinds import registered

    kinds = [k for k in registered() if k.import_step() is not None]
    assert kinds
    for kind in kinds:
        role = next(iter(sorted(kind.import_step().run.allowed)))  # type: ignore[union-attr]
        for name, data in (("a.xlsx", b"PK\x03\x04broken"), ("a.csv", b"\x00\xff"), ("a.exe", b"")):
            upload = io.BytesIO(data)
            upload.name = name
            address = f"/o/own/{kind.room}/{kind.path}/import/"
            answer = operations.browser(role).post(address, {"table": upload})
            assert answer.status_code == 422, (address, name)


def test_missing_page__is_said_in_both_languages(operations: Operations) -> None:
    for client in (Client(), operations.browser("coordinator")):
        english = client.get(f"/o/own/report/reports/{uuid4()}/?lang=en")
        arabic = client.get(f"/o/own/report/reports/{uuid4()}/?lang=ar")
        assert english.status_code == arabic.status_code == 404
        assert b'dir="ltr"' in english.content
        assert b'lang="ar" dir="rtl"' in arabic.content


def test_failure_of_the_program__shows_nothing_of_its_inside(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    from forename.web import views

    def broken(_actor: Any) -> Any:
        raise RuntimeError("invented secret of the inside")

    monkeypatch.setattr(views, "figures", broken)
    client = operations.browser("coordinator")
    client.raise_request_exception = False
    for language in ("en", "ar"):
        answer = client.get(f"/o/own/?lang={language}")
        assert answer.status_code == 500
        assert b"invented secret" not in answer.content
        assert f'lang="{language}"'.encode() in answer.content


def test_form__from_elsewhere_is_refused(operations: Operations) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = operations.browser("coordinator").cookies
    for address in (RECORD, "/o/own/tokens/", "/account/logout/"):
        assert strict.post(address, {}).status_code == 403
    answer = strict.post(API, "{}", content_type="application/json")
    assert answer.status_code in (401, 403)


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000, "-1", "٣", "1e3", ""])
def test_numbers__that_nobody_means_are_no_failure(operations: Operations, number: str) -> None:
    browser = operations.browser("investigator")
    by = operations.actor("investigator")
    report = record_report(by, channel="media", language="en", text="Invented words.")
    where = f"/o/own/report/reports/{report.pk}/answer/"
    assert browser.post(where, {"progress": "read", "seen_version": number}).status_code == 422
    table = SimpleUploadedFile("invented.csv", b"channel,language,text\nmedia,en,Invented.\n")
    staged = browser.post("/o/own/report/reports/import/", {"table": table})["Location"]
    assert browser.post(staged, {"seen_version": number}).status_code == 422
    assert Report.objects.get() == report
    marking = "/o/own/report/claims/mark/"
    asked = {"report": report.code, "start": number, "end": number}
    assert browser.get(marking, asked).status_code == 200
