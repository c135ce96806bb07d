"""E-mail files: words, headers, attachments, damaged ones."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.report.mail import NotMailError, read_mail


def _mail() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Invented Person <person@example.org>"
    message["Subject"] = "مقبرة قرب تل أميرة"
    message["Date"] = "Mon, 20 Nov 2017 09:15:00 +0200"
    message.set_content("رأينا الحفرة.\nSecond line.")
    return message


def test_read_mail__words_sender_subject_date() -> None:
    mail = read_mail(_mail().as_bytes())
    assert mail.sender == "Invented Person <person@example.org>"
    assert mail.subject == "مقبرة قرب تل أميرة"
    assert mail.text == "رأينا الحفرة.\nSecond line."
    assert mail.sent is not None
    assert mail.sent.astimezone(UTC) == datetime(2017, 11, 20, 7, 15, tzinfo=UTC)
    assert mail.attachments == ()


def test_read_mail__attachments_keep_their_bytes() -> None:
    message = _mail()
    message.add_attachment(b"\x00\x01", maintype="image", subtype="jpeg", filename="حفرة.jpg")
    message.add_attachment("notes", filename="notes.txt")
    mail = read_mail(message.as_bytes())
    first, second = mail.attachments
    assert (first.name, first.media_type, first.data) == ("حفرة.jpg", "image/jpeg", b"\x00\x01")
    assert second.name == "notes.txt"
    assert mail.text.startswith("رأينا")


def test_read_mail__of_two_forms_the_plain_one() -> None:
    message = _mail()
    message.add_alternative("<p>Other <b>words</b></p>", subtype="html")
    assert read_mail(message.as_bytes()).text == "رأينا الحفرة.\nSecond line."


def test_read_mail__html_alone_without_marks_and_scripts() -> None:
    message = EmailMessage()
    message["From"] = "a@example.org"
    message.set_content("<script>x()</script><p>One &amp; two</p><p>three</p>", subtype="html")
    assert read_mail(message.as_bytes()).text == "One & two\nthree"


@pytest.mark.parametrize("data", [b"", b"\x00\xff\x00", b"A page about a pit.", b"%PDF-1.7\n"])
def test_read_mail__what_is_no_mail_is_refused(data: bytes) -> None:
    with pytest.raises(NotMailError):
        read_mail(data)


@given(st.binary(max_size=400))
def test_read_mail__damaged_files_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"From: a@example.org\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"):
        try:
            mail = read_mail(start + data)
        except NotMailError:
            continue
        assert "\x00" not in mail.text
