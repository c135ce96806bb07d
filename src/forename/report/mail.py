"""E-mail files as they were saved: who, when, the words, what was attached. Pure."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

from forename.records.file_names import plain_name
from forename.report.mail_html import words_of_html

MOST_ATTACHMENTS = 100
MOST_SEPARATORS = 5000  # lines that may part an e-mail
LONGEST_HEADER_BYTES = 5000
LONGEST_PAGE_BYTES = 2_000_000  # a longer HTML page is kept as an attachment
_READ_HEADERS = re.compile(rb"(?im)^(?:from|subject|date|mime-version|content-[a-z-]{1,40}):")
_HEADER_END = re.compile(rb"\n(?![ \t])")
# Encodings of Python that no mail is written in; some of them take hours to read.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"})


class NotMailError(ValueError):
    """The bytes are not those of an e-mail: no sender and no date stand at their beginning."""


class UnwieldyMailError(ValueError):
    """The e-mail has too many parts, or too long a header: reading it could take hours."""


@dataclass(frozen=True)
class Attachment:
    """A file that came with an e-mail."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Mail:
    """An e-mail: header lines as they stand, the words, the attached files."""

    sender: str
    subject: str
    date_words: str
    sent: datetime | None
    text: str
    attachments: tuple[Attachment, ...]


def read_mail(data: bytes) -> Mail:
    """Return what an e-mail file says.

    Raises `NotMailError` where it is none, `UnwieldyMailError` where it is built to be slow.
    """
    if data.count(b"\n--") > MOST_SEPARATORS or any(
        len(data) > start + LONGEST_HEADER_BYTES
        and not _HEADER_END.search(data, start, start + LONGEST_HEADER_BYTES)
        for start in (found.end() for found in _READ_HEADERS.finditer(data))
    ):
        raise UnwieldyMailError
    try:
        message: Any = message_from_bytes(data, policy=policy.default)
    except Exception as error:  # parts by the hundred, damaged headers
        raise NotMailError from error
    try:
        return _read(message)
    except RecursionError as error:
        raise NotMailError from error


def _read(message: Any) -> Mail:
    headers = {name: _header(message, name) for name in ("From", "Subject", "Date")}
    if not (headers["From"] or headers["Date"]) or (message.defects and not message.keys()):
        raise NotMailError
    texts: list[str] = []
    attachments: list[Attachment] = []
    for part in _parts(message):
        if _is_body(part):
            texts.append(_words(part))
        elif len(attachments) < MOST_ATTACHMENTS:
            attachments.append(_attachment(part, len(attachments) + 1))
    # Of an e-mail in two forms, plain and HTML, the plain words come first and are enough.
    plain = [text for text in texts if text.strip()]
    return Mail(
        headers["From"],
        headers["Subject"],
        headers["Date"],
        _moment(headers["Date"]),
        plain[0].strip() if plain else "",
        tuple(attachments),
    )


def _parts(message: Any) -> Iterator[Any]:
    """Yield the parts of an e-mail in order; another e-mail within it is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            waiting += reversed(part.get_payload())
        else:
            yield part


def _header(message: EmailMessage, name: str) -> str:
    try:
        return re.sub(r"\s+", " ", str(message.get(name, ""))).strip()
    except Exception:  # noqa: BLE001 - the library fails on some damaged headers in many ways
        return ""


def _looked_up(reading: Callable[[], str | None]) -> str | None:
    try:
        return reading()
    except Exception:  # noqa: BLE001 - the library fails on some damaged headers in many ways
        return None


def _is_body(part: EmailMessage) -> bool:
    kind = part.get_content_type()
    return (
        (kind == "text/plain" or (kind == "text/html" and _is_short(part)))
        and _looked_up(part.get_content_disposition) != "attachment"
        and not _looked_up(part.get_filename)
    )


def _is_short(part: Any) -> bool:
    return len(part.get_payload(decode=True) or b"") <= LONGEST_PAGE_BYTES


def _words(part: EmailMessage) -> str:
    text = _decoded(part).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    if part.get_content_type() == "text/html":
        text = re.sub(r"\n{3,}", "\n\n", words_of_html(text))
    return text


def _decoded(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    for charset in (_looked_up(part.get_content_charset) or "utf-8", "utf-8"):
        try:
            if codecs.lookup(charset).name not in _NO_CHARSETS:
                return _whole_signs(data.decode(charset))
        except (LookupError, ValueError):
            continue
    return str(data.decode("windows-1256", errors="replace"))


def _whole_signs(text: str) -> str:
    """Return a text in which half a sign, which cannot be stored, is the sign for a damaged one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _attachment(part: Any, number: int) -> Attachment:
    if part.get_content_type() == "message/rfc822":
        data = _inner_mail(part)
    else:
        data = part.get_payload(decode=True) or b""
    name = str(_looked_up(part.get_filename) or f"attachment-{number}")
    return Attachment(plain_name(name), part.get_content_type()[:100], data)


def _inner_mail(part: Any) -> bytes:
    """Return an e-mail within an e-mail, as it stands where it cannot be written anew."""
    inner = part.get_payload()
    if not isinstance(inner, list) or not inner:
        return b""
    try:
        return bytes(inner[0].as_bytes())
    except Exception:  # noqa: BLE001 - the library fails on some damaged headers in many ways
        return bytes(inner[0].as_bytes(policy=policy.compat32))


def _moment(words: str) -> datetime | None:
    try:
        return parsedate_to_datetime(words)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
