"""E-mail files as they were saved: who, when, the words, what was attached. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

MOST_ATTACHMENTS = 100


class NotMailError(ValueError):
    """The bytes are not those of an e-mail: no sender and no date stand at their beginning."""


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
    """Return what an e-mail file says; raises `NotMailError` where it is none."""
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
        kind in ("text/plain", "text/html")
        and _looked_up(part.get_content_disposition) != "attachment"
        and not _looked_up(part.get_filename)
    )


def _words(part: EmailMessage) -> str:
    text = _decoded(part).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    if part.get_content_type() == "text/html":
        reader = _Words()
        # The reader fails on marks such as "<![x]>" that it does not know.
        reader.feed(re.sub(r"<!\[[^<>]*>", "", text).replace("<![", "&lt;!["))
        reader.close()
        text = re.sub(r"\n{3,}", "\n\n", "".join(reader.words))
    return text


def _decoded(part: Any) -> str:
    data = part.get_payload(decode=True) or b""
    for charset in (_looked_up(part.get_content_charset) or "utf-8", "utf-8"):
        try:
            return str(data.decode(charset))
        except (LookupError, ValueError):
            continue
    return str(data.decode("windows-1256", errors="replace"))


def _attachment(part: Any, number: int) -> Attachment:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        data = inner[0].as_bytes() if isinstance(inner, list) and inner else b""
    else:
        data = part.get_payload(decode=True) or b""
    name = str(_looked_up(part.get_filename) or f"attachment-{number}")
    return Attachment(name.replace("\x00", "")[:255], part.get_content_type()[:100], data)


def _moment(words: str) -> datetime | None:
    try:
        return parsedate_to_datetime(words)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


class _Words(HTMLParser):
    """The words of a page without its marks, scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        del attrs
        if tag in ("script", "style", "head"):
            self.silent += 1
        elif tag == "body":  # a head may end without saying so
            self.silent = 0
        elif tag in ("br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head"):
            self.silent = max(0, self.silent - 1)

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.words.append(data)
