"""Two people at once: one wins, the other sees both versions; pages and API, both databases."""

from __future__ import annotations

import io
import json

import pytest
from tests.web_fixtures import Operations

from forename.audit.models import Event
from forename.records.models import StoredFile
from forename.report.actions import correct_report, record_report
from forename.report.models import Report

WORDS = {"channel": "phone", "language": "en", "text": "Invented words."}


def test_page__shows_both_versions_field_by_field(operations: Operations) -> None:
    report = record_report(operations.actor("investigator"), **WORDS)
    correct_report(
        operations.actor("coordinator"), report, 1, reason="misheard", text="Theirs.",
        source="Their invented source",
    )  # fmt: skip
    sent = {**WORDS, "text": "Mine.", "source": "", "reason": "mine", "seen_version": "1",
            "contact_rule": "unknown"}  # fmt: skip
    address = f"/o/own/report/reports/{report.pk}/correct/"
    answer = operations.browser("investigator").post(address, sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    for words in ("Invented words.", "Mine.", "Theirs.", "Their invented source", "Nothing was"):
        assert words in page, words
    assert Report.objects.get().text == "Theirs."
    assert Event.objects.filter(record_id=report.pk).count() == 2


def test_api__shows_both_versions_and_the_version_now(operations: Operations) -> None:
    report = record_report(operations.actor("investigator"), **WORDS)
    correct_report(operations.actor("coordinator"), report, 1, reason="x", text="Theirs.")
    browser = operations.browser("investigator")
    address = f"/api/o/own/report/reports/{report.pk}/"
    assert browser.get(address)["ETag"] == '"2"'
    sent = {**WORDS, "text": "Mine.", "reason": "mine", "contact_rule": "unknown"}
    answer = browser.post(f"{address}correct/", json.dumps(sent), content_type="application/json",
                          headers={"If-Match": '"1"'})  # fmt: skip
    assert answer.status_code == 409
    assert (answer["ETag"], answer.json()["version"]) == ('"2"', 2)
    words = next(d for d in answer.json()["differences"] if d["meant"] == "Mine.")
    assert (words["seen"], words["now"], words["differs"]) == ("Invented words.", "Theirs.", True)
    assert Report.objects.get().text == "Theirs."


class _CutLine(io.BytesIO):
    """A line that breaks where what was sent ends."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return what came; raise OSError after it."""
        data = super().read(size)
        if not data:
            raise OSError("the line broke")
        return data


@pytest.mark.parametrize("stem", ["/o/own", "/api/o/own"])
def test_upload__cut_in_the_middle_leaves_nothing(operations: Operations, stem: str) -> None:
    sent = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name, value)
        for name, value in ((b"channel", b"phone"), (b"language", b"en"), (b"text", b"Invented."))
    )
    sent += b'--x\r\nContent-Disposition: form-data; name="attachments"; filename="a.bin"\r\n\r\n'
    browser = operations.browser("investigator")
    browser.raise_request_exception = False
    answer = browser.post(
        f"{stem}/report/reports/record/", b"", content_type="multipart/form-data; boundary=x",
        **{"wsgi.input": _CutLine(sent + b"x" * 2**20), "CONTENT_LENGTH": str(10 * 2**20)},
    )  # fmt: skip
    assert answer.status_code >= 400
    assert not Report.objects.exists()
    assert not StoredFile.objects.exists()
