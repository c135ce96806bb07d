"""Signing in: closed sign-up; delays after failures are in `forename.web.delays`."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.contrib.auth import authenticate
from django.http import HttpRequest

from forename.accounts.models import User


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up without an invitation; allauth sends no mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people join by invitation."""
        del request
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: what is mailed at all, `forename.web.recovery` mails."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Limit nothing by network address: a whole office may share one."""

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Tell whether this is the password of the person signed in."""
        found = authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk


def user_of(email: str) -> User | None:
    """Return the user with an e-mail address."""
    return User.objects.filter(email=email.lower()).first()
