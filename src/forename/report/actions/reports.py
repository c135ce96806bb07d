"""Recording what people said, word for word, by hand, from a file, or from the public."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY
from forename.audit.recording import create, revise
from forename.exceptions import UnusableInputError
from forename.formats.source import source_of_bytes
from forename.formats.text import decode
from forename.notation.dates import read_date
from forename.records.actions import action
from forename.records.codes import next_code
from forename.records.files import keep_file
from forename.records.readings import unread_in_words
from forename.report.mail import Mail, NotMailError, UnwieldyMailError, read_mail
from forename.report.models import Channel, Language, Report

LARGEST_BYTES = 25 * 2**20
LONGEST_WORDS = 200_000  # signs, as in the form
# What comes this way is a person's statement: open to the inquiry only.
STATEMENTS = {Channel.PUBLIC_FORM, Channel.INTERVIEW}


def new_report(by: Actor, *, action_name: str, **values: Any) -> Report:
    """Write a report with its code and digest; lines end in one sign, nothing else is changed."""
    values["text"] = one_line_end(values.get("text", ""))
    values["confidential"] = bool(values.get("confidential")) or values["channel"] in STATEMENTS
    report = Report(
        operation=by.operation,
        code=next_code(by.operation, "R"),
        sha256=hashlib.sha256(values["text"].encode()).hexdigest(),
        **values,
    )
    return create(report, by=by, action=action_name)


@action(INQUIRY)
def record_report(by: Actor, *, attachments: Sequence[Any] = (), **values: Any) -> Report:
    """Record a report word for word, with the files that came with it."""
    report = new_report(by, action_name=record_report.name, **values)
    for upload in attachments:
        keep_file(by, upload, source=report.code, of=report)
    return report


@action(INQUIRY)
def upload_report(by: Actor, *, file: Any, **values: Any) -> Report:
    """Record a report from a file: an e-mail (.eml) or a text is read, any other file is kept.

    The file is kept as it came; what an e-mail carried is kept beside it. Raises ValidationError
    where the file is too large, is not what its name says, or is a message of Outlook.
    """
    if file.size > LARGEST_BYTES:
        raise ValidationError({"file": _("The file is larger than 25 MB.")})
    data = file.read()
    file.seek(0)
    name = file.name.lower()
    attached: list[SimpleUploadedFile] = []
    values["channel"] = Channel.UPLOAD
    if name.endswith(".eml"):
        mail = _mail(data)
        values = {**values, **_of_mail(mail, values)}
        attached = [SimpleUploadedFile(a.name, a.data, a.media_type) for a in mail.attachments]
    elif name.endswith((".msg", ".oft")):
        text = _("This is a message of Outlook (.msg), which cannot be read here. Open it there, "
                 "save it as an e-mail (.eml), and upload that.")  # fmt: skip
        raise ValidationError({"file": text})
    elif name.endswith(".txt"):
        values["text"] = _text(file.name, data)
    values.setdefault("text", "")
    if len(values["text"]) > LONGEST_WORDS:
        text = _("The words of this file have more than 200,000 characters; split it.")
        raise ValidationError({"file": text})
    values["language"] = values.get("language") or language_of(values["text"])
    report = new_report(by, action_name=upload_report.name, **values)
    keep_file(by, file, source=report.code, of=report)
    for each in attached:
        keep_file(by, each, source=_("attached to the e-mail"), of=report)
    return report


@action(INQUIRY)
def correct_report(
    by: Actor, report: Report, seen_version: int, *, reason: str, **values: Any
) -> Report:
    """Correct what was recorded about a report; a person's statement stays one."""
    if values.get("channel", report.channel) in STATEMENTS:
        values["confidential"] = True
    if "text" in values:
        values["text"] = one_line_end(values["text"])
    return revise(
        report,
        values,
        by=by,
        action=correct_report.name,
        seen_version=seen_version,
        reason=reason,
    )


@action(INQUIRY)
def answer_report(
    by: Actor, report: Report, seen_version: int, *, progress: str, answer: str = ""
) -> Report:
    """Say how far the operation is with a report, for the person who comes back with the code."""
    return revise(
        report,
        {"progress": progress, "answer": answer},
        by=by,
        action=answer_report.name,
        seen_version=seen_version,
    )


def one_line_end(text: str) -> str:
    """Return a text whose lines end in one line feed, so that positions are the same everywhere."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def language_of(text: str) -> str:
    """Return the language of a text by its letters: most in Arabic script, most in Latin, other."""
    arabic = sum("\u0600" <= c <= "\u06ff" for c in text)
    latin = sum(c.isascii() and c.isalpha() for c in text)
    if not arabic and not latin:
        return Language.OTHER
    return Language.ARABIC if arabic >= latin else Language.ENGLISH


def _mail(data: bytes) -> Mail:
    try:
        return read_mail(data)
    except NotMailError as error:
        text = _("This is not an e-mail: no sender and no date stand at its beginning.")
        raise ValidationError({"file": text}) from error
    except UnwieldyMailError as error:
        text = _("This e-mail has thousands of parts, or a header as long as a book; it is not "
                 "read here. Give the file another ending and write its words below.")  # fmt: skip
        raise ValidationError({"file": text}) from error


def _of_mail(mail: Mail, given: dict[str, Any]) -> dict[str, Any]:
    sent = None
    if mail.sent is not None:
        reading = read_date(mail.sent.date().isoformat()).date
        if reading is not None:
            sent = {**reading.to_json(), "said": mail.date_words[:200]}
    return {
        "channel": Channel.E_MAIL,
        "title": mail.subject[:300],
        "text": mail.text,
        "source": given.get("source") or mail.sender[:300],
        "sent": sent,
    }


def _text(name: str, data: bytes) -> str:
    try:
        return decode(source_of_bytes(name, data)).text
    except UnusableInputError as error:
        raise ValidationError({"file": unread_in_words(error)}) from error
