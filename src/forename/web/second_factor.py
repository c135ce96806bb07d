"""Codes of an authenticator are used once, whichever process of the server sees them first."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction

from forename.web.delays import forget_failures, may_try

CODE = "code"  # what is counted of who tries codes
LAST_STEP = "last_step"  # in an authenticator's data: the latest time step of which a code was used


def activated(instance: Authenticator, **_said: Any) -> None:
    """Count the code that a new authenticator was activated with as used; before it is saved."""
    if instance.type == Authenticator.Type.TOTP and instance.pk is None:
        instance.data[LAST_STEP] = _present_step()


@transaction.atomic
def use_once(authenticator: Authenticator, code: str) -> bool:
    """Note that a code, found right a moment ago, is used; False where it, or a later one, was."""
    row = Authenticator.objects.select_for_update().filter(pk=authenticator.pk).first()
    if row is None:
        return False
    step = _present_step()
    expected = format_hotp_value(hotp_value(decrypt(row.data["secret"]), step))
    if not compare_user_code(actual=code, expected=expected):
        step -= 1  # it was right until just now
    if row.data.get(LAST_STEP, -1) >= step:
        return False
    row.data[LAST_STEP] = step
    row.save(update_fields=["data"])
    return True


def _present_step() -> int:
    period: int = app_settings.TOTP_PERIOD
    return int(time.time()) // period


class _Once:
    """A form with a code: refused when it was used before; failures delay the next try."""

    user: Any
    authenticator: Any

    def clean_code(self) -> str:
        """Return the code where it is right and was not used."""
        if not may_try(CODE, self.user.email):
            context.request.has_to_wait = True
            raise account_adapter().validation_error("too_many_login_attempts")
        code: str = super().clean_code()  # type: ignore[misc]
        totp = self.authenticator.type == Authenticator.Type.TOTP
        if totp and not use_once(self.authenticator, code):
            raise get_adapter().validation_error("incorrect_code")
        forget_failures(CODE, self.user.email)
        return code


class SignInForm(_Once, AuthenticateForm):  # type: ignore[misc]
    """The code asked for after the password."""


class SignInAgainForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    """The code asked for before something sensitive."""
