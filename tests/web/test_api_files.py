"""Files through the API: sent with a step, their digest back, once for a key, and fetched."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.web_fixtures import Operations

from forename.records.files import blob_path
from forename.records.models import StoredFile
from forename.records.tokens import make_token
from forename.report.models import Report
from forename.site.models import SiteImage

RECORD = "/api/o/own/report/reports/record/"
WORDS = {"channel": "phone", "language": "en", "text": "Invented words about a field."}
DATA = b"invented bytes of an attachment"


def _upload(data: bytes = DATA, name: str = "invented.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/octet-stream")


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(out, "JPEG")
    return out.getvalue()


def _send(operations: Operations, where: str, key: str = "", **values: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return operations.browser("investigator").post(where, values, headers=headers)


def test_attachment__comes_back_with_its_digest_and_its_bytes(operations: Operations) -> None:
    answer = _send(operations, RECORD, **WORDS, attachments=[_upload(), _upload(b"two", "b.txt")])
    assert answer.status_code == 201
    one = answer.json()
    digests = {file["sha256"] for file in one["files"]}
    assert digests == {hashlib.sha256(DATA).hexdigest(), hashlib.sha256(b"two").hexdigest()}
    first = next(f for f in one["files"] if f["name"] == "invented.bin")
    assert first["size_bytes"] == len(DATA)
    file = operations.browser("coordinator").get(f"/api/o/own/file/{first['id']}/")
    assert b"".join(file.streaming_content) == DATA
    for role, where in (("custodian", "own"), ("coordinator", "other")):
        asked = operations.browser(role, where).get(f"/api/o/own/file/{first['id']}/")
        assert asked.status_code == 404
    assert operations.browser("custodian").get(f"/api{one['address']}").json()["files"] == []


def test_attachment__with_the_same_key_is_stored_once(operations: Operations) -> None:
    answers = [
        _send(operations, RECORD, "key-1", **WORDS, attachments=[_upload()]) for _ in range(3)
    ]
    assert [a.status_code for a in answers] == [201, 201, 201]
    assert len({a.json()["id"] for a in answers}) == 1
    assert StoredFile.objects.count() == 1
    other = _send(operations, RECORD, "key-1", **WORDS, attachments=[_upload(b"other bytes")])
    assert other.status_code == 422
    assert Report.objects.count() == 1


def test_picture__of_a_site_by_token(operations: Operations) -> None:
    actor = operations.actor("coordinator")
    _token, secret = make_token(actor, name="invented", roles=["coordinator"])
    client, bearer = Client(), {"Authorization": f"Bearer {secret}"}
    site = client.post(
        "/api/o/own/site/sites/record/",
        json.dumps({"name": "Pit", "site_type": "unknown", "sensitivity": "ordinary"}),
        content_type="application/json",
        headers=bearer,
    )
    assert site["ETag"] == '"1"'
    sent = {
        "kind": "ground", "taken": "2026-01", "words": "Invented.", "source": "Invented",
        "file": _upload(_picture(), "invented.jpg"),
    }  # fmt: skip
    where = f"/api/o/own/site/sites/{site.json()['id']}/image/"
    answer = client.post(where, sent, headers={**bearer, "If-Match": site["ETag"]})
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["kind"] == "site-images"
    assert made["files"][0]["sha256"] == hashlib.sha256(_picture()).hexdigest()
    for size in ("picture", "small"):
        shown = client.get(f"/api/o/own/site/images/{made['id']}/{size}/", headers=bearer)
        assert shown["Content-Type"] == "image/jpeg"
        assert shown["X-Content-Type-Options"] == "nosniff"
        assert b"".join(shown.streaming_content)[:2] == b"\xff\xd8"
        assert "no-store" in shown["Cache-Control"]


def test_same_picture__from_two_sources_keeps_both(operations: Operations) -> None:
    data = _picture()
    for source in ("First invented source", "Second invented source"):
        site = _send(operations, "/api/o/own/site/sites/record/", name=source,
                     site_type="unknown", sensitivity="ordinary").json()  # fmt: skip
        sent = {
            "kind": "ground", "taken": "2026-01", "words": "Invented.", "source": source,
            "seen_version": "1", "file": _upload(data, f"{source}.jpg"),
        }  # fmt: skip
        assert (
            _send(operations, f"/api/o/own/site/sites/{site['id']}/image/", **sent).status_code
            == 201
        )
    digest = hashlib.sha256(data).hexdigest()
    kept = StoredFile.objects.filter(sha256=digest).order_by("source")
    assert [f.source for f in kept] == ["First invented source", "Second invented source"]
    assert {f.name for f in kept} == {
        "First invented source.jpg", "Second invented source.jpg"
    }  # fmt: skip
    assert len({i.file_id for i in SiteImage.objects.all()}) == 2
    assert blob_path(digest).read_bytes() == data


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([b"x"] * 11, "at most 10 files"),
        ([b"small", b"x" * (25 * 2**20 + 1)], "larger than 25 MB"),
    ],
)
def test_attachments__too_many_or_too_large_are_refused_whole(
    operations: Operations, files: list[bytes], told: str
) -> None:
    uploads = [_upload(data, f"{n}.bin") for n, data in enumerate(files)]
    for address in (RECORD, "/o/own/report/reports/record/"):
        for each in uploads:
            each.seek(0)
        answer = _send(operations, address, **WORDS, attachments=uploads)
        assert answer.status_code == 422
        assert told in answer.content.decode()
    assert not Report.objects.exists()
    assert not StoredFile.objects.exists()


def test_request__with_more_files_than_the_server_takes_is_refused(operations: Operations) -> None:
    many = [_upload(b"x") for _ in range(101)]
    for address in (RECORD, "/o/own/report/reports/record/"):
        answer = _send(operations, address, **WORDS, attachments=many)
        assert answer.status_code == 400
        assert b"too many" in answer.content
    assert not Report.objects.exists()


def test_field__that_the_step_does_not_know_is_refused(operations: Operations) -> None:
    answer = _send(operations, RECORD, **WORDS, code="R-1", attachments=[_upload()])
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"code"}
    assert not StoredFile.objects.exists()


def test_version__has_to_be_said_and_the_same_in_both_places(operations: Operations) -> None:
    made = _send(operations, RECORD, **WORDS).json()
    where = f"/api/o/own/report/reports/{made['id']}/answer/"
    browser = operations.browser("investigator")

    def answer(body: dict[str, Any], **headers: str) -> Any:
        return browser.post(where, json.dumps(body), content_type="application/json",
                            headers=headers)  # fmt: skip

    body = {"progress": "read"}
    assert answer(body).json()["errors"].keys() == {"seen_version"}
    assert answer({**body, "seen_version": 1}, **{"If-Match": '"2"'}).status_code == 422
    assert answer(body, **{"If-Match": "nonsense"}).status_code == 422
    done = answer(body, **{"If-Match": '"1"'})
    assert (done.status_code, done["ETag"]) == (200, '"2"')
    stale = answer({"progress": "done"}, **{"If-Match": '"1"'})
    assert (stale.status_code, stale["ETag"]) == (409, '"2"')


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("long.txt", b"words " * 40_000, "200,000 characters"),
        ("empty.eml", b"", "empty"),
        ("none.eml", b"words", "no sender and no date"),
        ("slow.eml", b"From: a@b.example\n" + b"\n--B\n\nx" * 10_000, "thousands of parts"),
        ("outlook.msg", b"\xd0\xcf\x11\xe0", "Outlook"),
    ],
)
def test_upload__that_cannot_be_read_says_why_and_stores_nothing(
    name: str, data: bytes, said: str, operations: Operations
) -> None:
    answer = _send(operations, "/api/o/own/report/reports/upload/", file=_upload(data, name))
    assert answer.status_code == 422
    assert said in answer.json()["errors"]["file"][0]
    assert not Report.objects.exists()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7"])
def test_upload__of_a_mail_with_half_signs_is_stored(charset: str, operations: Operations) -> None:
    data = f"From: a@b.example\nContent-Type: text/plain; charset={charset}\n\n+2AA- \\ud800 words"
    sent = _upload(data.encode(), "half.eml")
    answer = _send(operations, "/api/o/own/report/reports/upload/", file=sent)
    assert answer.status_code == 201
    assert answer.json()["values"]["text"].endswith("words")
