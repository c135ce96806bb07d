"""One code, or many guesses, in several processes at the same moment."""

from __future__ import annotations

import time
from typing import Any

from tests.installation import Run, ended, fork

PASSWORD = "an invented long password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PROCESSES = 8
SIGNED_IN, REFUSED, HAS_TO_WAIT = 0, 1, 2
OUTCOMES = {302: SIGNED_IN, 200: REFUSED, 429: HAS_TO_WAIT}


def test_second_factor__holds_across_processes(in_installation: Run) -> None:
    in_installation(_race)


def _race() -> None:
    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
    from django.conf import settings

    from forename.accounts.models import FailedTries, User
    from forename.web.delays import FREE_FAILURES

    settings.ALLOWED_HOSTS.append("testserver")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    user = User.objects.create_user("person@own.example", PASSWORD, name="Invented")
    _wait_for_time_in_the_period()
    authenticator = TOTP.activate(user, SECRET).instance

    def code_now() -> str:
        return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))

    assert SIGNED_IN not in _try_at_once(user, code_now()), "it activated the authenticator"
    for _ in range(3):
        FailedTries.objects.all().delete()
        del authenticator.data["last_step"]  # as if it had been activated long ago
        authenticator.save()
        authenticator.data["last_step"] = 0
        _wait_for_time_in_the_period()
        outcomes = _try_at_once(user, code_now())
        assert outcomes.count(SIGNED_IN) == 1, outcomes
    FailedTries.objects.all().delete()
    outcomes = _try_at_once(user, "guess")
    assert outcomes.count(REFUSED) == FREE_FAILURES
    assert outcomes.count(HAS_TO_WAIT) == PROCESSES - FREE_FAILURES


def _wait_for_time_in_the_period() -> None:
    """Return when at least 15 of the 30 seconds of a code are left."""
    if (gone := time.time() % 30) > 15:
        time.sleep(30.1 - gone)


def _try_at_once(user: Any, code: str) -> list[int]:
    """Return how every process fared with a code; each has given the password before."""
    from django.test import Client

    clients = [Client() for _ in range(PROCESSES)]
    for client in clients:
        answer = client.post("/account/login/", {"login": user.email, "password": PASSWORD})
        assert answer["Location"].startswith("/account/mfa/authenticate/")
    begin = time.monotonic() + 0.2

    def attempt(client: Client) -> int:
        client.get("/account/mfa/authenticate/")  # connected, everything loaded
        while time.monotonic() < begin:
            time.sleep(0.001)
        return OUTCOMES[client.post("/account/mfa/authenticate/", {"code": code}).status_code]

    pids = [fork(lambda c=c: attempt(c)) for c in clients]  # type: ignore[misc]
    outcomes = [ended(pid) for pid in pids]
    assert set(outcomes) <= set(OUTCOMES.values()), outcomes
    return outcomes
