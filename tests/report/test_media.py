"""Perpetrators' media: open to the inquiry, blurred until asked for, every viewing noted."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import TimestampSigner
from PIL import Image
from tests.web_fixtures import Operations

from forename.audit.models import Viewing
from forename.records.files import blob_path
from forename.report.models import MediaItem

RECORD = "/o/own/report/media/record/"
VALUES = {"title": "Invented photograph", "source": "Invented telephone", "description": "Words"}


def _picture() -> bytes:
    picture = Image.new("RGB", (400, 300), "white")
    for x in range(0, 400, 2):
        for y in range(300):
            picture.putpixel((x, y), (0, 0, 0))
    exif = Image.Exif()
    exif[0x010E] = "INVENTED-CAMERA-WORDS"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _item(operations: Operations, data: bytes | None = None, name: str = "a.jpg") -> Any:
    upload = SimpleUploadedFile(name, data or _picture(), "image/jpeg")
    answer = operations.browser("investigator").post(RECORD, {**VALUES, "file": upload})
    assert answer.status_code == 302
    return MediaItem.objects.order_by("-created_at").first()


def _bytes(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_record_media__keeps_the_original_and_shows_less(operations: Operations) -> None:
    data = _picture()
    item = _item(operations, data)
    assert blob_path(item.sha256).read_bytes() == data
    copy = blob_path(item.copy).read_bytes()
    assert b"INVENTED-CAMERA-WORDS" in data
    assert b"INVENTED-CAMERA-WORDS" not in copy
    blurred = Image.open(blob_path(item.blurred)).convert("L")
    assert max(blurred.size) == 160
    low, high = blurred.getextrema()
    assert isinstance(low, int)
    assert isinstance(high, int)
    assert high - low < 40  # black and white stripes have become one grey


def test_look__warns_then_shows_and_notes(operations: Operations) -> None:
    item = _item(operations)
    browser = operations.browser("investigator")
    address = f"/o/own/report/media/{item.pk}/"
    page = browser.get(address).content.decode()
    assert "blurred/" in page
    assert "shown/" not in page
    preview = browser.get(f"{address}blurred/")
    assert preview["Content-Type"] == "image/jpeg"
    assert preview["X-Content-Type-Options"] == "nosniff"
    assert _bytes(preview) == blob_path(item.blurred).read_bytes()
    warning = browser.get(f"{address}look/").content.decode()
    assert "Before you look" in warning
    assert "shown/" not in warning
    assert not Viewing.objects.filter(part="picture").exists()
    asked = browser.post(f"{address}look/")
    shown = asked.content.decode().split('src="')[-1].split('"')[0]
    assert "/shown/?asked=" in shown
    picture = browser.get(shown)
    assert _bytes(picture) == blob_path(item.copy).read_bytes()
    assert "no-store" in picture["Cache-Control"]
    viewing = Viewing.objects.get(part="picture")
    assert viewing.by == operations.people["own", "investigator"]
    assert viewing.record_id == item.pk
    assert "picture" in browser.get(address).content.decode().split("Who saw this")[1]
    # What one person asked for is not open to another, nor later, nor for another item.
    assert operations.browser("prosecutor").get(shown).status_code == 404
    assert browser.get(f"{address}shown/").status_code == 404
    assert browser.get(f"{address}shown/?asked=nonsense").status_code == 404
    forged = TimestampSigner(salt="x").sign(f"{item.pk}:{viewing.by_id}")
    assert browser.get(f"{address}shown/?asked={forged}").status_code == 404


def test_original__is_a_noted_download(operations: Operations) -> None:
    data = _picture()
    item = _item(operations, data)
    browser = operations.browser("prosecutor")
    address = f"/o/own/report/media/{item.pk}/original/"
    assert browser.get(address).status_code == 405
    answer = browser.post(address)
    assert _bytes(answer) == data
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Viewing.objects.filter(record_id=item.pk, part="original").count() == 1
    assert browser.get(f"/o/own/file/{item.file_id}/").status_code == 404
    assert browser.get(f"/o/own/file/{item.file_id}/?open=yes").status_code == 404


@pytest.mark.parametrize("data", [b"\x00\x00\x00\x18ftypmp42 invented film", b"<svg onload=1>"])
def test_record_media__a_film_has_no_preview(operations: Operations, data: bytes) -> None:
    item = _item(operations, data, "film.mp4")
    assert item.blurred == item.copy == ""
    browser = operations.browser("investigator")
    address = f"/o/own/report/media/{item.pk}/"
    assert "has no preview" in browser.get(address).content.decode()
    assert browser.get(f"{address}blurred/").status_code == 404
    page = browser.post(f"{address}look/").content.decode()
    assert "Before you look" in page
    assert "cannot be shown here" in page


def test_record_media__the_same_file_keeps_both_sources(operations: Operations) -> None:
    data = _picture()
    first, second = _item(operations, data), _item(operations, data)
    assert first.file_id != second.file_id
    page = operations.browser("investigator").get(f"/o/own/report/media/{second.pk}/")
    assert "The same file from elsewhere" in page.content.decode()


def test_media__is_hidden_outside_the_inquiry(operations: Operations) -> None:
    item = _item(operations)
    stem = "/o/own/report/media/"
    for role in ("custodian", "site_lead", "examiner", "administrator", "statistics"):
        browser = operations.browser(role)
        for page in ("", "export/csv/", f"{item.pk}/", f"{item.pk}/blurred/", f"{item.pk}/look/"):
            assert browser.get(stem + page).status_code == 404, (role, page)
        assert browser.post(f"{stem}{item.pk}/original/").status_code == 404
    assert operations.browser("coordinator", "other").get(f"{stem}{item.pk}/").status_code == 404


def test_record_media__needs_a_file(operations: Operations) -> None:
    assert operations.browser("investigator").post(RECORD, VALUES).status_code == 422
    assert not MediaItem.objects.exists()
