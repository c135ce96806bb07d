"""The public form: what anybody may tell, the code to come back with, limits on use."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from forename.accounts.access import Actor
from forename.audit.recording import create, revise
from forename.records.actions import public_action
from forename.records.codes import CHECK_CHARACTERS
from forename.records.files import digest_of_upload, files_of, keep_file
from forename.report.actions.reports import language_of, new_report, one_line_end
from forename.report.models import AddedWords, Channel, PublicUse, Report

# In an hour, from one address; many people share one, so it is wide. And from all together.
LIMITS = {"report": 30, "code": 30}
LIMIT_OF_ALL = 600
CODE_LENGTH = 16  # of 29 signs: 2^77 codes


def new_key() -> str:
    """Return a secret that a form carries: sent again, the form makes the same report and code."""
    return secrets.token_urlsafe(24)


def usable_key(key: str) -> bool:
    """Tell whether a form's secret is one that `new_key` can have made."""
    return bool(re.fullmatch(r"[\w-]{32}", key, re.ASCII))


def code_of(key: str) -> str:
    """Return the code that belongs to a form's secret, such as ``ABCD-EFGH-JKLM-NPRS``."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"back:" + key.encode(), hashlib.sha256)
    number = int.from_bytes(digest.digest(), "big")
    signs = []
    for _place in range(CODE_LENGTH):
        number, rest = divmod(number, len(CHECK_CHARACTERS))
        signs.append(CHECK_CHARACTERS[rest])
    return "-".join("".join(signs[i : i + 4]) for i in range(0, CODE_LENGTH, 4))


def digest_of_code(operation: Any, code: str) -> str:
    """Return what is stored of a code; spaces, hyphens and small letters make no difference."""
    plain = re.sub(r"[\W_]", "", code).upper()
    return hashlib.sha256(f"{operation.pk}:{plain}".encode()).hexdigest()


@public_action
def tell_publicly(by: Actor, *, key: str, attachments: Sequence[Any] = (), **values: Any) -> str:
    """Record what somebody of the public tells; return the code to come back with.

    The same form sent again returns the same code and records nothing, unless something in it
    differs: words are kept as added words, files beside the others, the contact holds as it was
    wished last.
    """
    code = code_of(key)
    digest = digest_of_code(by.operation, code)
    known = Report._base_manager.filter(operation=by.operation, back_digest=digest).first()
    if known is not None:
        _say_again(by, known, values, attachments)
        return code
    try:
        with transaction.atomic():
            report = new_report(
                by,
                action_name=tell_publicly.name,
                channel=Channel.PUBLIC_FORM,
                language=language_of(values["text"]),
                back_digest=digest,
                **values,
            )
            for upload in attachments:
                keep_file(by, upload, source=report.code, of=report)
    except IntegrityError:  # the same form arrived twice at once: the other one was recorded
        if not Report._base_manager.filter(back_digest=digest).exists():
            raise
    return code


def _say_again(
    by: Actor, known: Report, values: Mapping[str, Any], attachments: Sequence[Any]
) -> None:
    """Keep what a form that was sent before says differently now."""
    report = Report._base_manager.select_for_update().get(pk=known.pk)
    for name in ("text", "where_words", "when_words"):
        words = one_line_end(values.get(name, ""))
        if words and words != getattr(report, name):
            field: Any = Report._meta.get_field(name)
            _add(by, report, words if name == "text" else f"{field.verbose_name}: {words}")
    wished = {name: values[name] for name in ("contact_rule", "contact") if name in values}
    revise(report, wished, by=by, action=tell_publicly.name, seen_version=report.version)
    kept = set(files_of(report).values_list("sha256", flat=True))
    for upload in attachments:
        if digest_of_upload(upload) not in kept:
            keep_file(by, upload, source=report.code, of=report)


@public_action
def add_words(by: Actor, *, report: Report, text: str) -> AddedWords:
    """Keep what somebody adds with the code; the same words twice are kept once."""
    return _add(by, report, one_line_end(text))


def _add(by: Actor, report: Report, text: str) -> AddedWords:
    same = AddedWords._base_manager.filter(report=report, text=text).first()
    if same is not None:
        return same
    added = AddedWords(operation=by.operation, report=report, text=text)
    return create(added, by=by, action=add_words.name)


def report_with_code(operation: Any, code: str) -> Report | None:
    """Return the report that a code opens in an operation."""
    digest = digest_of_code(operation, code)
    found: Report | None = Report._base_manager.filter(
        operation=operation, back_digest=digest
    ).first()
    return found


def within_limits(request: HttpRequest, what: str) -> bool:
    """Count one use of the form from this address; tell whether it is within the hour's limits.

    The address itself is not stored: only a digest with the server's key and the day.
    """
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    PublicUse.objects.filter(hour__lt=hour).delete()
    mine = _count(_digest_of_address(request, hour), hour, what)
    everybody = _count("", hour, what)
    return mine <= LIMITS[what] and everybody <= LIMIT_OF_ALL


def _count(digest: str, hour: datetime, what: str) -> int:
    with transaction.atomic():
        use, _made = PublicUse.objects.get_or_create(digest=digest, hour=hour, what=what)
        PublicUse.objects.filter(pk=use.pk).update(times=F("times") + 1)
    use.refresh_from_db()
    return use.times


def _digest_of_address(request: HttpRequest, hour: datetime) -> str:
    address = request.META.get("REMOTE_ADDR", "")
    if settings.HTTPS:  # behind a proxy, which writes the address it saw last
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        address = forwarded.rpartition(",")[2].strip() or address
    words = f"use:{hour:%Y-%m-%d}:{address}"
    return hmac.new(settings.SECRET_KEY.encode(), words.encode(), hashlib.sha256).hexdigest()
