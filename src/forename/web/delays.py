"""Delays after failures: after five a minute, doubled by each, up to an hour.

Counted for an address alone, known or not: another person, also at the same machine, is not held
up, and the answer does not tell whether the address has an account. A try during a pause is
refused without looking at its password, and does not make the pause longer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from forename.accounts.models import FailedTries

SIGN_IN = "sign-in"
FREE_FAILURES = 5
LONGEST = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


def delay_after(failures: int) -> timedelta:
    """Return the pause after so many failures in a row."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(LONGEST, timedelta(minutes=2 ** min(failures - FREE_FAILURES, 10)))


def has_to_wait(what: str, email: str) -> bool:
    """Tell whether the next try of something for an address has to wait."""
    row = FailedTries.objects.filter(digest=_digest(what, email)).first()
    return row is not None and _in_pause(row)


@transaction.atomic
def may_try(what: str, email: str) -> bool:
    """Count a try as failed before it is looked at; False where it has to wait.

    Of tries at the same moment, in whichever processes, each is counted before the next one is
    looked at. Whoever succeeds calls `forget_failures`.
    """
    row, _ = FailedTries.objects.select_for_update().get_or_create(digest=_digest(what, email))
    if _in_pause(row):
        return False
    count_failure(what, email)
    return True


def count_failure(what: str, email: str) -> None:
    """Count a failure of something for an address; failures of a day ago are forgotten."""
    now = timezone.now()
    rows = FailedTries.objects.filter(digest=_digest(what, email))
    rows.filter(last_at__lt=now - FORGOTTEN_AFTER).update(failures=0)
    FailedTries.objects.get_or_create(digest=_digest(what, email))
    rows.update(failures=F("failures") + 1, last_at=now)


def forget_failures(what: str, email: str) -> None:
    """Begin to count from nothing.

    The row stays: another process that found it, and waits to count in it, has to find it still.
    """
    FailedTries.objects.filter(digest=_digest(what, email)).update(failures=0)


def delayed(request: HttpRequest) -> HttpResponse:
    """Return the page that says to wait."""
    return render(request, "account/delayed.html", status=429)


class Delaying(BaseBackend):
    """The first backend of signing in: it refuses a try that has to wait, else leaves it."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        """Raise PermissionDenied, so that no other backend looks, where the address has to wait."""
        if request is not None:
            request.has_to_wait = has_to_wait(SIGN_IN, _address(credentials))
            if request.has_to_wait:
                raise PermissionDenied


class DelayMiddleware:
    """Answers with the page that says to wait, where a try of signing in had to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request."""
        answer = self.get_response(request)
        return delayed(request) if getattr(request, "has_to_wait", False) else answer


def sign_in_failed(credentials: dict[str, Any], request: Any = None, **_said: Any) -> None:
    """Count a failure; one that was refused because of a pause does not count."""
    if request is not None and not getattr(request, "has_to_wait", False):
        count_failure(SIGN_IN, _address(credentials))
        request.has_to_wait = has_to_wait(SIGN_IN, _address(credentials))


def signed_in(user: Any, **_said: Any) -> None:
    """Forget the failures of whoever signs in."""
    forget_failures(SIGN_IN, user.email)


def _in_pause(row: FailedTries) -> bool:
    pause = delay_after(row.failures)
    return bool(pause) and timezone.now() < row.last_at + pause


def _address(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


def _digest(what: str, email: str) -> str:
    return hashlib.sha256(f"{what} {email.strip().lower()}".encode(errors="replace")).hexdigest()
