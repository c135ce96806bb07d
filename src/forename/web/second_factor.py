"""Codes of an authenticator are used once, whichever process of the server sees them first."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.db import transaction

LAST_STEP = "last_step"  # in an authenticator's data: the latest time step of which a code was used


def use_once(authenticator: Authenticator) -> bool:
    """Note that the code of this time step is used; False where it, or a later one, was already.

    `forename.web.settings` takes codes of the present step only, so that step is the code's.
    """
    step = int(time.time()) // app_settings.TOTP_PERIOD
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        if row.data.get(LAST_STEP, -1) >= step:
            return False
        row.data[LAST_STEP] = step
        row.save(update_fields=["data"])
    return True


class _Once:
    """A form with a code that is refused when it was used before."""

    authenticator: Any

    def clean_code(self) -> str:
        """Return the code where it is right and was not used."""
        code: str = super().clean_code()  # type: ignore[misc]
        totp = self.authenticator.type == Authenticator.Type.TOTP
        if totp and not use_once(self.authenticator):
            raise get_adapter().validation_error("incorrect_code")
        return code


class SignInForm(_Once, AuthenticateForm):  # type: ignore[misc]
    """The code asked for after the password."""


class SignInAgainForm(_Once, ReauthenticateForm):  # type: ignore[misc]
    """The code asked for before something sensitive."""
