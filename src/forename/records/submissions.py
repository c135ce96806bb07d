"""What a form or a request was, so that the same one sent twice acts once."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from typing import Any

from django.http import HttpRequest

from forename.accounts.access import Actor
from forename.records.files import digest_of_upload
from forename.records.models import Submission

FORM_KEY = "form_key"  # the hidden field that tells one opened form from another


def new_form_key() -> str:
    """Return a key for a form that is opened."""
    return secrets.token_urlsafe(24)


def form_key_of(request: HttpRequest) -> str:
    """Return the key that a form was sent with, '' for none that `new_form_key` can have made."""
    key = request.POST.get(FORM_KEY, "")
    return key if re.fullmatch(r"[\w-]{32}", key, re.ASCII) else ""


def digest_of_request(request: HttpRequest) -> str:
    """Return a digest of where a request went, by whom, and everything that was sent with it."""
    # A token may see less in an answer than its owner, or than another token of theirs.
    token = getattr(request, "api_token", None)
    caller = "" if token is None else str(token.pk)
    digest = hashlib.sha256(f"{request.path}\0{caller}\0".encode())
    digest.update(request.headers.get("If-Match", "").encode() + b"\0")
    if not (request.content_type or "").startswith(
        ("multipart/form-data", "application/x-www-form")
    ):
        digest.update(request.body)
        return digest.hexdigest()
    digest.update(json.dumps(sorted((k, v) for k, v in request.POST.lists())).encode())
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            digest.update(json.dumps([name, upload.name, digest_of_upload(upload)]).encode())
    return digest.hexdigest()


def address_of_sent(actor: Actor, digest: str) -> str:
    """Return where a form led that was sent before, '' where it was not."""
    rows = Submission.objects.filter(operation=actor.operation, user=actor.user, key=_key(digest))
    found: dict[str, Any] | None = rows.values_list("answer", flat=True).first()
    return "" if found is None else str(found["address"])


def keep_sent(actor: Actor, digest: str, address: str) -> None:
    """Note where a form led; IntegrityError where the same one was sent at this moment."""
    Submission.objects.create(
        operation=actor.operation,
        user=actor.user,
        key=_key(digest),
        request_digest=digest,
        status=302,
        answer={"address": address},
    )


def _key(digest: str) -> str:
    return f"page:{digest}"
