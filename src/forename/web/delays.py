"""Delays after failed sign-ins: after five failures a minute, doubled by each, up to an hour.

Counted for an address alone, known or not: another person, also at the same machine, is not held
up, and the answer does not tell whether the address has an account. A try during a pause is
refused without looking at its password, and does not make the pause longer.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

FREE_FAILURES = 5
LONGEST = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


def delay_after(failures: int) -> timedelta:
    """Return the pause after so many failures in a row."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    return min(LONGEST, timedelta(minutes=2 ** min(failures - FREE_FAILURES, 10)))


class Delays(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts failures by the digest of the address; nothing else of a try is kept."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Tell whether the address has to wait."""
        row = _rows(request, credentials).first()
        return row is not None and timezone.now() < row.attempt_time + delay_after(
            row.failures_since_start
        )

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        """Count a failure; one that was refused because of a pause does not count."""
        del sender, kwargs
        if request is None:
            return
        request.axes_credentials = credentials
        if self.is_locked(request, credentials):
            request.axes_locked_out = True
            return
        now = timezone.now()
        rows = _rows(request, credentials)
        with transaction.atomic():
            rows.filter(attempt_time__lt=now - FORGOTTEN_AFTER).delete()
            AccessAttempt.objects.get_or_create(
                username=_digest(request, credentials),
                ip_address="0.0.0.0",  # noqa: S104 - not kept
                user_agent="",
                defaults={"failures_since_start": 0, "http_accept": "", "path_info": ""},
            )
            rows.update(failures_since_start=F("failures_since_start") + 1, attempt_time=now)
        request.axes_locked_out = self.is_locked(request, credentials)

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        """Forget the failures of whoever signs in."""
        del sender, kwargs
        _rows(request, {"email": user.email}).delete()

    def user_logged_out(self, *args: Any, **kwargs: Any) -> None:
        """Keep nothing of a sign-out."""


def _digest(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    from forename.web.login import login_name

    return hashlib.sha256(login_name(request, credentials).encode()).hexdigest()


def _rows(request: HttpRequest, credentials: dict[str, Any] | None) -> Any:
    return AccessAttempt.objects.filter(username=_digest(request, credentials))
