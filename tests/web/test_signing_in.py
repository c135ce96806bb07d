"""Signing in: growing delays, second factor, sessions that end when they should."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from tests.web_fixtures import PASSWORD, Operations

from forename.accounts.actions import end_role
from forename.accounts.models import FailedTries, Grant, User
from forename.web.delays import delay_after

LOGIN = "/account/login/"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def _try(email: str, password: str, client: Client | None = None) -> Any:
    return (client or Client()).post(LOGIN, {"login": email, "password": password})


def _wait(minutes: float) -> None:
    """Let time pass: what was counted, was so long ago."""
    FailedTries.objects.update(last_at=F("last_at") - timedelta(minutes=minutes))


def test_delay__doubles_after_five_failures_up_to_an_hour() -> None:
    minutes = [delay_after(n) / timedelta(minutes=1) for n in range(14)]
    assert minutes == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_failures__delay_this_address_only(person: User, operations: Operations) -> None:
    for _ in range(4):
        assert _try(person.email, "wrong").status_code == 200
    assert _try(person.email, "wrong").status_code == 429
    assert _try(person.email, PASSWORD).status_code == 429, "not even the right password"
    other = operations.people["own", "examiner"]
    other.set_password(PASSWORD)
    other.save()
    assert _try(other.email, PASSWORD).status_code == 302
    _wait(1.01)
    assert _try(person.email, PASSWORD).status_code == 302


def test_failures__ten_thousand_guesses_get_few_answers(person: User) -> None:
    """Evaluated guesses in the first hour, one guess a second: 5 + after 1, 2, 4, 8, 16 minutes."""
    evaluated = 0
    for _ in range(5):
        _try(person.email, "wrong")
    for failures, minutes in ((5, 1), (6, 2), (7, 4), (8, 8), (9, 16)):
        _wait(minutes - 0.1)
        assert _try(person.email, "guess").status_code == 429
        assert FailedTries.objects.get().failures == failures
        _wait(0.2)
        assert _try(person.email, "guess").status_code == 429
        evaluated += 1
        assert FailedTries.objects.get().failures == failures + 1
    assert 5 + evaluated <= 50


def test_failures__are_forgotten_when_somebody_signs_in(person: User) -> None:
    for _ in range(4):
        _try(person.email, "wrong")
    assert FailedTries.objects.get().failures == 4
    assert _try(person.email, PASSWORD).status_code == 302
    assert FailedTries.objects.get().failures == 0


def test_failures__of_an_unknown_address_look_the_same(person: User) -> None:
    token = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|value="[^"]*@[^"]*"')
    for _ in range(6):
        known = _try(person.email, "wrong")
        unknown = _try("nobody@own.example", "wrong")
        assert known.status_code == unknown.status_code
        assert token.sub(b"", known.content) == token.sub(b"", unknown.content)


def test_failures__keep_no_address_and_no_password(person: User) -> None:
    _try(person.email, "a wrong password")
    kept = str(FailedTries.objects.values())
    assert person.email not in kept
    assert "a wrong password" not in kept


@pytest.mark.parametrize("login", ["\0", "x" * 5000, "no address", "", "ي@م.example"])
def test_sign_in__answers_nonsense_calmly(login: str, db: None) -> None:
    assert _try(login, "\0wrong").status_code in (200, 429)


def _code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def _with_second_factor(person: User) -> None:
    """Give a person an authenticator that was activated long ago."""
    authenticator = TOTP.activate(person, SECRET).instance
    authenticator.data["last_step"] = 0
    authenticator.save()


def _second_step(person: User) -> Client:
    client = Client()
    answer = _try(person.email, PASSWORD, client)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/mfa/authenticate/")
    assert client.get("/o/own/report/reports/").status_code == 404, "not signed in yet"
    return client


def _signed_in(client: Client) -> bool:
    return client.get("/o/own/report/reports/").status_code == 200


def test_second_factor__is_asked_for_and_used_once(person: User) -> None:
    _with_second_factor(person)
    if time.time() % 30 > 25:  # both tries in one period of the code
        time.sleep(6)
    first = _second_step(person)
    code = _code()
    assert first.post("/account/mfa/authenticate/", {"code": code}).status_code == 302
    assert _signed_in(first)
    second = _second_step(person)
    answer = second.post("/account/mfa/authenticate/", {"code": code})
    assert answer.status_code == 200
    assert not _signed_in(second)


def test_second_factor__is_used_once_in_another_process_too(person: User) -> None:
    """Another process shares the database and nothing else: its memory is empty."""
    _with_second_factor(person)
    if time.time() % 30 > 25:
        time.sleep(6)
    first, second = _second_step(person), _second_step(person)
    code = _code()
    assert first.post("/account/mfa/authenticate/", {"code": code}).status_code == 302
    cache.clear()
    assert second.post("/account/mfa/authenticate/", {"code": code}).status_code == 200
    assert _signed_in(first)
    assert not _signed_in(second)


def test_second_factor__guesses_are_limited(person: User) -> None:
    _with_second_factor(person)
    for _ in range(5):
        _second_step(person).post("/account/mfa/authenticate/", {"code": "000000"})
    cache.clear()  # as in another process
    late = _second_step(person)
    answer = late.post("/account/mfa/authenticate/", {"code": _code()})
    assert answer.status_code == 429
    assert not _signed_in(late)
    _wait(1.01)
    answer = _second_step(person).post("/account/mfa/authenticate/", {"code": _code()})
    assert answer.status_code == 302


def test_second_factor__a_guess_of_nothing_is_answered_calmly(person: User) -> None:
    _with_second_factor(person)
    for sent in ({}, {"code": ""}, {"code": "\0"}, {"code": "é" * 5000}, {"credential": "{"}):
        assert _second_step(person).post("/account/mfa/authenticate/", sent).status_code == 200


def test_recovery_code__works_once(person: User) -> None:
    _with_second_factor(person)
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    for worked in (True, False):
        client = _second_step(person)
        client.post("/account/mfa/authenticate/", {"code": code})
        assert _signed_in(client) is worked


def test_second_factor__can_be_set_up_from_the_pages(person: User) -> None:
    client = Client()
    _try(person.email, PASSWORD, client)
    asked = client.get("/account/mfa/totp/activate/")["Location"]
    assert asked.startswith("/account/reauthenticate/")
    assert client.post(asked, {"password": "wrong"}).status_code == 200
    assert client.post(asked, {"password": PASSWORD}).status_code == 302
    shown = client.get("/account/mfa/totp/activate/")
    assert shown.status_code == 200
    page = shown.content.decode()
    assert "style=" not in page
    assert "<script>" not in page
    secret = client.session["mfa.totp.secret"]
    code = _code(secret)
    answer = client.post("/account/mfa/totp/activate/", {"code": code})
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert client.get("/account/mfa/").status_code == 200
    another = _second_step(person)
    cache.clear()
    again = another.post("/account/mfa/authenticate/", {"code": code})
    assert again.status_code == 200, "the code that activated is used"
    assert not _signed_in(another)


def test_session__ends_with_the_next_request_of_somebody_deactivated(person: User) -> None:
    client = Client()
    _try(person.email, PASSWORD, client)
    assert _signed_in(client)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not _signed_in(client)
    assert client.get("/").status_code == 302


def test_session__sees_nothing_after_the_last_role_ended(
    person: User, operations: Operations
) -> None:
    client = Client()
    _try(person.email, PASSWORD, client)
    assert _signed_in(client)
    end_role(operations.actor("coordinator"), Grant.objects.get(user=person), 1, reason="left")
    assert not _signed_in(client)


def test_password_change__ends_the_other_sessions(person: User) -> None:
    here, there = Client(), Client()
    _try(person.email, PASSWORD, here)
    _try(person.email, PASSWORD, there)
    assert here.get("/account/password/change/").status_code == 200
    new = "another invented password"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/account/password/change/", sent).status_code == 302
    assert _signed_in(here)
    assert not _signed_in(there)


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "password/set/"])
def test_pages_that_would_need_mail__are_not_there(path: str, db: None) -> None:
    assert Client().get(f"/account/{path}").status_code == 404
