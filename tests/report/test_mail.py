"""E-mail files: words, headers, attachments, damaged ones."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.report.mail import LONGEST_PAGE_BYTES, NotMailError, UnwieldyMailError, read_mail
from forename.report.mail_html import words_of_html


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


def test_read_mail__arabic_of_windows_is_read_also_where_the_mail_names_no_encoding() -> None:
    words = "رأينا الحفرة قرب تل أميرة".encode("windows-1256")
    head = b"From: a@example.org\nContent-Type: text/plain"
    for charset in (b"; charset=windows-1256", b"; charset=utf-8", b"; charset=nonsense", b""):
        assert read_mail(head + charset + b"\n\n" + words).text == "رأينا الحفرة قرب تل أميرة"


def test_read_mail__an_encoded_attachment_name_and_base64_words() -> None:
    message = _mail()
    message.set_content("كلمات مخترعة", charset="windows-1256", cte="base64")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="تقرير ١.pdf")
    mail = read_mail(message.as_bytes())
    assert mail.text == "كلمات مخترعة"
    assert mail.attachments[0].name == "تقرير ١.pdf"


def test_read_mail__parts_within_parts() -> None:
    inner = _mail()
    inner.set_content("Words of the inner one.")
    inner.add_attachment(b"inner file", maintype="image", subtype="png", filename="inner.png")
    message = _mail()
    message.add_alternative("<p>HTML</p>", subtype="html")
    message.add_attachment(inner)
    mail = read_mail(message.as_bytes())
    assert mail.text == "رأينا الحفرة.\nSecond line."
    assert [a.media_type for a in mail.attachments] == ["message/rfc822"]  # whole, and once
    assert b"inner.png" in mail.attachments[0].data


def test_read_mail__hundreds_of_parts_within_each_other_do_no_harm() -> None:
    head = "From: a@example.org\n"
    for depth in range(2000):
        head += f"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"
    with suppress(NotMailError):
        assert read_mail(head.encode()).text == ""


def test_read_mail__an_unfinished_attachment_is_kept_as_far_as_it_came() -> None:
    message = _mail()
    message.add_attachment(b"x" * 3000, maintype="image", subtype="jpeg", filename="a.jpg")
    cut = message.as_bytes()[:-2500]
    mail = read_mail(cut)
    assert mail.text.startswith("رأينا")
    assert set(mail.attachments[0].data) == {ord("x")}
    assert 0 < len(mail.attachments[0].data) < 3000


HEAD = b"From: a@example.org\r\nDate: Mon, 02 Feb 2026 10:00:00 +0000\r\n"


@pytest.mark.parametrize(
    "charset", [b"undefined", b'"utf\x00-8"', b"idna", b"punycode", b"unicode_escape"]
)
def test_read_mail__a_charset_that_is_none_keeps_the_words(charset: bytes) -> None:
    data = HEAD + b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\nwords"
    assert "words" in read_mail(data).text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (b"<p>words</p><![foo bar]><p>more</p>", "words\nmore"),
        (b"<p>one</p><![if !mso]>two<![endif]>", "onetwo"),
        (b"<p>words</p><![<![CDATA", "words<![<![CDATA"),
        (b"<html><head><title>t</title><body>the words</body></html>", "the words"),
    ],
)
def test_read_mail__damaged_html_keeps_its_words(page: bytes, text: str) -> None:
    assert read_mail(HEAD + b"Content-Type: text/html\r\n\r\n" + page).text == text


def test_read_mail__headers_that_cannot_be_read_are_no_crash() -> None:
    for line in (b"Content-Type: text/plain; name*=", b"Content-Type: a; charset*0*=\x00''"):
        with suppress(NotMailError):
            read_mail(HEAD + line + b"\r\n\r\nwords")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\\\boot.ini", "boot.ini"),
        ("..", "file"),
        ("/", "file"),
        ("=?utf-8?q?one=0Aline=0D.txt?=", "one\ufffdline\ufffd.txt"),
        ("pit\u202egpj.exe", "pit\ufffdgpj.exe"),
        ("می\u200cروم.txt", "می\u200cروم.txt"),
        ("x" * 300, "x" * 255),
    ],
)
def test_read_mail__names_of_attachments_are_one_visible_line_without_folders(
    sent: str, kept: str
) -> None:
    disposition = f'Content-Disposition: attachment; filename="{sent}"'.encode()
    mail = read_mail(HEAD + b"Content-Type: a/b\r\n" + disposition + b"\r\n\r\nbytes")
    assert [a.name for a in mail.attachments] == [kept]


def test_read_mail__half_a_sign_is_shown_as_damaged() -> None:
    data = HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n+2AA- words"
    assert read_mail(data).text == "\ufffd words"


@pytest.mark.parametrize(
    "data",
    [
        HEAD + b"From: " + b"a," * 20_000 + b"\r\n\r\nwords",
        HEAD + b"Content-Disposition: x;" + b"\r\n a=b;" * 20_000 + b"\r\n\r\nwords",
        HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + b"--B\n\nx\n" * 10_000,
    ],
)
def test_read_mail__what_is_built_to_be_slow_is_refused(data: bytes) -> None:
    with pytest.raises(UnwieldyMailError):
        read_mail(data)


def test_read_mail__a_very_long_page_is_kept_and_not_read() -> None:
    page = b"<p>words</p>" * (LONGEST_PAGE_BYTES // 10)
    mail = read_mail(HEAD + b"Content-Type: text/html\r\n\r\n" + page)
    assert mail.text == ""
    assert [a.data for a in mail.attachments] == [page]


@pytest.mark.parametrize(
    "mark",
    ["<a", "<!", "<!--", "</", "<?", "<script>", '<p a="', "<a ='<!--", "&#9", "<a x='", "-->"],
)
def test_words_of_html__marks_by_the_ten_thousand_are_quick(mark: str) -> None:
    begun = perf_counter()
    words_of_html(f"first {mark * 50_000}")
    assert perf_counter() - begun < 3


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("a <b and more", "a <b and more"),
        ("3 < 4 > 2", "3 < 4 > 2"),
        ("<a title='x > y'>words</a>", "words"),
        ("<a title='x>first</a> second <b>third", "first second third"),
        ("<p title=it's>one</p> <i>there's</i>", "\none there's"),
        ("one<!-- not <b>this</b> -->two", "onetwo"),
        ("one<!-- not <b>closed</b>", "one<!-- not closed"),
        ("<script>if (a<b) {'</p>'}</script>after", "after"),
        ("<STYLE>p{}</Style >after", "after"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
    ],
)
def test_words_of_html__reads_marks_as_a_browser_does_and_loses_no_words(
    page: str, text: str
) -> None:
    assert words_of_html(page) == text
