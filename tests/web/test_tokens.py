"""API tokens: shown once, scoped, useless the moment they are withdrawn or expire."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone
from tests.web_fixtures import Operations

from forename.accounts.access import system_actor
from forename.accounts.actions import end_role, give_role
from forename.accounts.models import Grant
from forename.accounts.rules import Role
from forename.audit.models import Event
from forename.records.models import ApiToken

PAGE = "/o/own/tokens/"
SITE = {"name": "Invented pit", "site_type": "unknown", "sensitivity": "ordinary"}
REPORTS = "/api/o/own/report/reports/"


def _make(operations: Operations, role: str = "coordinator", **changes: object) -> str:
    sent = {"name": "invented script", "roles": [role], "days": 30, **changes}
    answer = operations.browser(role).post(PAGE, sent)
    assert answer.status_code == 200
    found = re.search(r"fn_[\w-]{43}", answer.content.decode())
    assert found is not None
    return found[0]


def _status(secret: str, address: str = REPORTS) -> int:
    return Client().get(address, headers={"Authorization": f"Bearer {secret}"}).status_code


def test_token__is_shown_once_and_not_stored(operations: Operations) -> None:
    secret = _make(operations)
    assert secret not in operations.browser("coordinator").get(PAGE).content.decode()
    token = ApiToken._base_manager.get()
    assert secret not in str(vars(token))
    assert not Event.objects.filter(state__icontains=secret).exists()
    assert "invented script" in operations.browser("coordinator").get(PAGE).content.decode()


def test_token__opens_its_own_operation_only(operations: Operations) -> None:
    secret = _make(operations)
    assert _status(secret) == 200
    assert _status(secret, "/api/o/other/report/reports/") == 404
    assert _status(secret, "/api/o/nowhere/report/reports/") == 404
    assert _status(secret + "x") == 401


def test_token__does_not_open_pages(operations: Operations) -> None:
    secret = _make(operations)
    assert _status(secret, "/o/own/report/reports/") == 404


def test_withdrawn_token__fails_at_once(operations: Operations) -> None:
    secret = _make(operations)
    token = ApiToken._base_manager.get()
    answer = operations.browser("coordinator").post(f"{PAGE}{token.pk}/withdraw/")
    assert answer.status_code == 302
    assert _status(secret) == 401


def test_expired_token__fails(operations: Operations) -> None:
    secret = _make(operations, days=1)
    past = timezone.now() - timedelta(seconds=1)
    ApiToken._base_manager.update(expires_at=past)  # a day later
    assert _status(secret) == 401


def test_token__of_another_person_cannot_be_withdrawn(operations: Operations) -> None:
    secret = _make(operations)
    token = ApiToken._base_manager.get()
    answer = operations.browser("investigator").post(f"{PAGE}{token.pk}/withdraw/")
    assert answer.status_code == 404
    assert _status(secret) == 200


def test_token__has_only_roles_that_its_owner_holds(operations: Operations) -> None:
    asked = {"name": "more than mine", "roles": ["coordinator"], "days": 1}
    assert operations.browser("laboratory").post(PAGE, asked).status_code == 422
    assert not ApiToken._base_manager.exists()


def test_token__of_one_role_reads_nothing_of_another(operations: Operations) -> None:
    give_role(
        system_actor(operations.own), operations.people["own", "coordinator"], Role.ADMINISTRATOR
    )
    assert _status(_make(operations)) == 200
    operations.browsers.clear()
    answer = operations.browser("coordinator").post(
        PAGE, {"name": "only administers", "roles": ["administrator"], "days": 1}
    )
    found = re.search(r"fn_[\w-]{43}", answer.content.decode())
    assert found is not None
    assert _status(found[0]) == 404


def test_token__loses_what_its_owner_loses(operations: Operations) -> None:
    secret = _make(operations, "investigator")
    grant = Grant.objects.get(user=operations.people["own", "investigator"])
    end_role(operations.actor("coordinator"), grant, 1, reason="has left")
    assert _status(secret) == 404


def test_token__of_somebody_who_left_names_no_operation(operations: Operations) -> None:
    secret = _make(operations, "investigator")
    bearer = {"Authorization": f"Bearer {secret}"}
    listed = Client().get("/api/operations/", headers=bearer).json()
    assert [each["slug"] for each in listed] == ["own"]
    person = operations.people["own", "investigator"]
    give_role(system_actor(operations.other), person, Role.CUSTODIAN)
    end_role(operations.actor("coordinator"), Grant.objects.get(user=person, role="investigator"),
             1, reason="has left")  # fmt: skip
    assert Client().get("/api/operations/", headers=bearer).json() == []
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert _status(secret, "/api/operations/") == 401


def test_token__gets_no_answer_that_another_token_was_given(operations: Operations) -> None:
    person = operations.people["own", "investigator"]
    give_role(system_actor(operations.own), person, Role.SITE_LEAD)
    first = _make(operations, "investigator")
    second = _make(operations, "investigator", roles=["site_lead"])
    answers = [
        Client().post(
            "/api/o/own/site/sites/record/", SITE, "application/json",
            headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"},
        )
        for secret in (first, first, second)
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [201, 201, 422]
    assert answers[0].json() == answers[1].json()


def test_token_form__refuses_nonsense(operations: Operations) -> None:
    browser = operations.browser("coordinator")
    for wrong in (
        {"name": "", "roles": ["coordinator"], "days": 1},
        {"name": "x", "roles": [], "days": 1},
        {"name": "x", "roles": ["king"], "days": 1},
        {"name": "x", "roles": ["coordinator"], "days": 0},
        {"name": "x", "roles": ["coordinator"], "days": 366},
        {"name": "x" * 101, "roles": ["coordinator"], "days": "many"},
    ):
        assert browser.post(PAGE, wrong).status_code == 422, wrong
    assert not ApiToken._base_manager.exists()
