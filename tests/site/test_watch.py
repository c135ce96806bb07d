"""The log stays as written; pictures are shown without the camera's location."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from tests.web_fixtures import Operations

from forename.notation.dates import read_date
from forename.records.files import blob_path
from forename.records.models import StoredFile
from forename.site.actions import add_image, add_log_entry, record_site
from forename.site.models import Site, SiteImage, SiteLogEntry
from forename.site.views import LOG

GPS = 0x8825


def _site(operations: Operations) -> Site:
    site: Site = record_site(operations.actor("investigator"), name="Invented pit")
    return site


def _photograph(size: tuple[int, int] = (60, 40), colour: str = "olive") -> bytes:
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (36.0, 22.0, 38.0), 3: "E", 4: (39.0, 8.0, 25.0)}
    exif[0x0112] = 6  # the camera was held upright
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif, comment=b"invented person")
    return out.getvalue()


def _add(operations: Operations, site: Site, data: bytes, taken: str = "March 2016") -> Any:
    said = read_date(taken).date
    assert said is not None
    return add_image(
        operations.actor("site_lead"), site, 1, kind="satellite", taken=said.to_json(),
        file=SimpleUploadedFile("invented.jpg", data, "image/jpeg"),
        words="Invented field.", source="Invented drawing",
    )  # fmt: skip


def test_log__a_correction_is_another_line(operations: Operations) -> None:
    site = _site(operations)
    by = operations.actor("site_lead")
    now = timezone.now()
    before = now - timedelta(minutes=9)
    wrong = add_log_entry(by, site, 1, kind="guard", happened=before, words="Two guards.")
    right = add_log_entry(
        by, site, 1, kind="guard", happened=now, words="Three guards.", corrects=wrong
    )
    assert list(wrong.corrections.all()) == [right]
    assert LOG.steps == ()  # nothing changes a line
    page = operations.browser("examiner").get(f"/o/own/site/sites/{site.pk}/").content.decode()
    lines = [
        page.index(f'<bdi class="words">{words}') for words in ("Three guards.", "Two guards.")
    ]
    assert lines == sorted(lines)


def test_log__not_ahead_of_time_nor_across_sites_nor_by_outsiders(operations: Operations) -> None:
    site, other = _site(operations), _site(operations)
    by = operations.actor("site_lead")
    now = timezone.now()
    line = add_log_entry(by, other, 1, kind="visit", happened=now, words="A visit.")
    with pytest.raises(ValidationError, match="future"):
        add_log_entry(by, site, 1, kind="visit", happened=now + timedelta(days=1), words="x")
    with pytest.raises(ValidationError, match="another site"):
        add_log_entry(by, site, 1, kind="visit", happened=now, words="x", corrects=line)
    with pytest.raises(PermissionDenied):
        add_log_entry(
            operations.actor("laboratory"), site, 1, kind="visit", happened=now, words="x"
        )


def test_log_form__says_which_line_it_corrects(operations: Operations) -> None:
    site = _site(operations)
    line = add_log_entry(
        operations.actor("site_lead"), site, 1, kind="guard", happened=timezone.now(),
        words="Two guards.",
    )  # fmt: skip
    browser = operations.browser("site_lead")
    address = f"/o/own/site/sites/{site.pk}/log/"
    assert "Two guards." in browser.get(f"{address}?corrects={line.pk}").content.decode()
    assert browser.get(f"{address}?corrects=nonsense").status_code == 200
    sent = {"seen_version": "1", "kind": "guard", "happened": "2026-03-01T10:00", "words": "Three.",
            "corrects": str(line.pk)}  # fmt: skip
    assert browser.post(address, sent).status_code == 302
    assert SiteLogEntry.objects.get(words="Three.").corrects == line


def test_image__original_untouched_and_the_copy_without_metadata(operations: Operations) -> None:
    data = _photograph()
    image = _add(operations, _site(operations), data)
    assert blob_path(image.file.sha256).read_bytes() == data
    answer = operations.browser("examiner").get(f"/o/own/site/images/{image.pk}/picture/")
    shown = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"invented person" not in shown
    with Image.open(io.BytesIO(shown)) as copy:
        assert not copy.getexif()
        assert "exif" not in copy.info
        assert "comment" not in copy.info
        assert copy.size == (40, 60)  # turned upright
    small = operations.browser("examiner").get(f"/o/own/site/images/{image.pk}/small/")
    assert 0 < len(b"".join(small.streaming_content)) <= len(shown)
    assert (image.taken["said"], str(image.taken_from)) == ("March 2016", "2016-03-01")


def test_image__a_large_one_is_shown_smaller(operations: Operations) -> None:
    image = _add(operations, _site(operations), _photograph((2400, 1200)))
    assert (image.shown_width, image.shown_height) == (800, 1600)


@pytest.mark.parametrize(
    "data", [b"", b"no picture", b"\xff\xd8\xff\xe0broken", b"GIF89a\x01\x00\x01\x00"]
)
def test_image__what_is_no_picture_is_refused_and_not_recorded(
    operations: Operations, data: bytes
) -> None:
    site = _site(operations)
    with pytest.raises(ValidationError, match="no picture that can be shown"):
        _add(operations, site, data)
    assert not SiteImage.objects.exists()
    assert not StoredFile.objects.exists()


def test_image__cut_off_in_the_middle_is_refused(operations: Operations) -> None:
    data = _photograph((400, 400))
    with pytest.raises(ValidationError, match="no picture that can be shown"):
        _add(operations, _site(operations), data[: len(data) // 2])


def test_compare__shows_earliest_and_latest_unless_chosen(operations: Operations) -> None:
    site = _site(operations)
    browser = operations.browser("examiner")
    address = f"/o/own/site/sites/{site.pk}/compare/"
    assert b"There is no picture yet" in browser.get(address).content
    late = _add(operations, site, _photograph(colour="tan"), "December 2017")
    assert b"only one picture of this site" in browser.get(address).content
    early = _add(operations, site, _photograph(), "March 2016")
    page = browser.get(address).content.decode()
    assert page.index(f"{early.pk}/picture") < page.index(f"{late.pk}/picture")
    same = browser.get(address, {"one": str(late.pk), "other": str(late.pk)}).content.decode()
    assert f"{early.pk}/picture" not in same
    beside = browser.get(address, {"one": str(late.pk)}).content.decode()
    assert f"{early.pk}/picture" in beside
    assert browser.get(address, {"one": "nonsense"}).status_code == 200


def test_image_form__records_through_the_page(operations: Operations) -> None:
    site = _site(operations)
    upload = SimpleUploadedFile("invented.jpg", _photograph(), "image/jpeg")
    answer = operations.browser("site_lead").post(
        f"/o/own/site/sites/{site.pk}/image/",
        {"seen_version": "1", "kind": "ground", "file": upload, "taken": "آذار 2016",
         "words": "Invented.", "source": "Invented."},
    )  # fmt: skip
    assert answer.status_code == 302
    assert SiteImage.objects.get().taken["edtf"] == "2016-03"


def test_pictures__say_their_date_in_the_readers_language(operations: Operations) -> None:
    site = record_site(operations.actor("investigator"), name="Invented pit")
    for taken in ("March 2016", "April 2017"):
        _add(operations, site, _photograph(colour="olive" if "6" in taken else "tan"), taken)
    browser = operations.browser("examiner")
    for path in ("", "compare/"):
        shown = browser.get(f"/o/own/site/sites/{site.pk}/{path}?lang=ar").content.decode()
        assert "<bdi>آذار 2016</bdi>" in shown
        assert "<bdi>March 2016</bdi>" in shown
