"""Joining by invitation: once, by whom it is for, while its inviter gives roles."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests.web_fixtures import Operations

from forename.accounts.access import system_actor
from forename.accounts.actions import accept_invitation, end_role, invite, open_invitation
from forename.accounts.models import Grant, User
from forename.accounts.rules import Role
from forename.web import views

EMAIL = "new@own.example"
SENT = {"name": "Invented newcomer", "password": "an invented long password"}


def _link(operations: Operations, email: str = EMAIL, role: str = "coordinator") -> str:
    by = operations.actor(role)
    _invitation, token = invite(by, email=email, roles=[Role.INVESTIGATOR])
    return f"/join/{token}/"


def _roles(email: str, operation: str = "own") -> set[str]:
    held = Grant.objects.filter(user__email=email, operation__slug=operation)
    return set(held.filter(ended_at__isnull=True).values_list("role", flat=True))


def test_join__makes_an_account_with_the_roles_and_signs_in(operations: Operations) -> None:
    link = _link(operations)
    browser = Client()
    assert browser.get(link).status_code == 200
    assert browser.post(link, {**SENT, "password": "short"}).status_code == 422
    answer = browser.post(link, SENT)
    assert answer["Location"] == "/o/own/"
    assert _roles(EMAIL) == {"investigator"}
    assert browser.get("/o/own/report/reports/").status_code == 200


def test_join__sent_twice_leads_home_and_changes_nothing(operations: Operations) -> None:
    link = _link(operations)
    assert Client().post(link, SENT).status_code == 302
    for answer in (Client().post(link, SENT), Client().get(link)):
        assert (answer.status_code, answer["Location"]) == (302, "/")
    assert User.objects.filter(email=EMAIL).count() == 1
    assert Client().get("/join/none/").status_code == 404


def test_join__sent_twice_at_once_leads_home(
    operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = _link(operations)
    found = open_invitation(link.split("/")[2])
    first = Client().post(link, SENT)
    assert first.status_code == 302
    # The other request had found the invitation open, and nobody of this address.
    monkeypatch.setattr(views, "open_invitation", lambda _token: found)
    monkeypatch.setattr(views, "user_of", lambda _email: None)
    assert Client().post(link, SENT)["Location"] == "/"
    assert _roles(EMAIL) == {"investigator"}


def test_join__a_known_person_has_to_be_signed_in(operations: Operations) -> None:
    known = operations.people["other", "custodian"]
    link = _link(operations, known.email)
    for browser in (Client(), operations.browser("investigator", "other")):
        assert "account/login" in browser.get(link).content.decode()
        browser.post(link, SENT)
        assert _roles(known.email) == set()
    assert operations.browser("custodian", "other").post(link)["Location"] == "/o/own/"
    assert _roles(known.email) == {"investigator"}
    assert not User.objects.get(pk=known.pk).check_password(SENT["password"])


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_join__not_by_the_link_of_who_gives_roles_no_more(
    role: str, operations: Operations
) -> None:
    link = _link(operations, role=role)
    grant = Grant.objects.get(user=operations.people["own", role])
    end_role(system_actor(operations.own), grant, 1, reason="left")
    assert Client().get(link).status_code == 404
    assert Client().post(link, SENT).status_code == 404
    assert not User.objects.filter(email=EMAIL).exists()


def test_join__not_by_the_link_of_who_was_shut_out(operations: Operations) -> None:
    link = _link(operations)
    User.objects.filter(pk=operations.people["own", "coordinator"].pk).update(is_active=False)
    assert Client().get(link).status_code == 404


def test_accept_invitation__twice_is_stale(operations: Operations) -> None:
    found: Any = open_invitation(_link(operations).split("/")[2])
    accept_invitation(found, operations.people["other", "custodian"])
    with pytest.raises(views.StaleEdit):
        accept_invitation(found, operations.people["other", "examiner"])
    assert _roles("examiner@other.example") == set()
