"""Signing in: closed sign-up, delays that grow with failures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from axes.models import AccessAttempt
from django.http import HttpRequest

from forename.accounts.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up without an invitation; no mail is sent."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people join by invitation."""
        del request
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: no call leaves the machine."""


def login_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the e-mail address that somebody tries to sign in with."""
    given = (credentials or {}).get("email") or (credentials or {}).get("username")
    return str(given or request.POST.get("login", "")).strip().lower()


def delay_after_failures(request: HttpRequest) -> timedelta:
    """Return how long the next try has to wait: one minute after five failures, at most an hour."""
    name = login_name(request)
    attempts = AccessAttempt.objects.filter(username=name).order_by("-attempt_time").first()
    failures = attempts.failures_since_start if attempts is not None else 5
    return timedelta(minutes=min(60, 2 ** max(0, failures - 5)))


def user_of(email: str) -> User | None:
    """Return the user with an e-mail address."""
    return User.objects.filter(email=email.lower()).first()
