"""The way back for people who cannot sign in: who may help, what a link does, what is recorded."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone
from tests.web_fixtures import PASSWORD, Operations

from forename.accounts.access import system_actor
from forename.accounts.actions import give_role
from forename.accounts.models import Grant, Help, Recovery, User
from forename.accounts.rules import Role
from forename.audit.models import Event
from forename.web.mail import MailServer, mail_server
from forename.web.recovery import mail_link

NEW = "another invented password"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _quick(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def _grant(user: User) -> Any:
    return Grant.objects.filter(user=user).order_by("created_at").first()


def _ask(operations: Operations, user: User, helper: str = "coordinator") -> Any:
    address = f"/o/own/people/roles/{_grant(user).pk}/new-password/"
    return operations.browser(helper).post(address, {"reason": "Met in person."})


def _link(answer: Any) -> str:
    found = re.search(r"/account/new-password/[\w-]+/", answer.content.decode())
    assert found is not None, answer.status_code
    return found.group()


def _sign_in(client: Client, user: User, password: str) -> Any:
    return client.post("/account/login/", {"login": user.email, "password": password})


def test_link__gives_a_new_password_once_and_ends_sessions(
    person: User, operations: Operations
) -> None:
    there = Client()
    _sign_in(there, person, PASSWORD)
    assert there.get("/o/own/").status_code == 200
    link = _link(_ask(operations, person))
    client = Client()
    assert client.get(link).status_code == 200
    assert client.post(link, {"password": "short"}).status_code == 422
    answer = client.post(link, {"password": NEW})
    assert answer["Location"] == "/account/login/", "nobody is signed in by the link alone"
    assert client.get("/o/own/").status_code == 404
    assert there.get("/o/own/").status_code == 404
    assert client.get(link).status_code == 404
    assert _sign_in(client, person, PASSWORD).status_code == 200
    assert _sign_in(client, person, NEW).status_code == 302
    assert client.get("/o/own/").status_code == 200


def test_link__is_recorded_without_its_secret(person: User, operations: Operations) -> None:
    link = _link(_ask(operations, person))
    Client().post(link, {"password": NEW})
    events = Event.objects.filter(record_type="accounts.recovery").order_by("id")
    assert [e.action for e in events] == ["accounts.give_link", "accounts.set_password"]
    assert [e.by for e in events] == [operations.people["own", "coordinator"], person]
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert token not in str([e.state for e in events])
    listed = operations.browser("coordinator").get("/o/own/people/recoveries/").content.decode()
    assert person.name in listed
    recovery = Recovery.objects.get()
    one = operations.browser("coordinator").get(f"/api/o/own/accounts/recoveries/{recovery.pk}/")
    assert "token_digest" not in one.json()["values"]
    assert operations.browser("examiner").get("/o/own/people/recoveries/").status_code == 404


def test_link__leaves_the_second_factor(person: User, operations: Operations) -> None:
    TOTP.activate(person, SECRET)
    Client().post(_link(_ask(operations, person)), {"password": NEW})
    client = Client()
    answer = _sign_in(client, person, NEW)
    assert answer["Location"].startswith("/account/mfa/authenticate/")
    assert client.get("/o/own/").status_code == 404


def test_second_factor__is_taken_away_by_another_helper(
    person: User, operations: Operations
) -> None:
    TOTP.activate(person, SECRET)
    _ask(operations, person)
    grant = _grant(person)
    address = f"/o/own/people/roles/{grant.pk}/second-factor/"
    sent = {"reason": "Lost the telephone.", "seen_version": grant.version}
    alone = operations.browser("coordinator").post(address, sent)
    assert alone.status_code == 422
    assert "two different helpers" in alone.content.decode()
    assert Authenticator.objects.filter(user=person).exists()
    assert operations.browser("administrator").post(address, sent).status_code == 302
    assert not Authenticator.objects.filter(user=person).exists()
    taken = Recovery.objects.get(what=Help.SECOND_FACTOR)
    assert (taken.why, taken.user) == ("Lost the telephone.", person)
    assert Event.objects.filter(record_id=taken.pk).get().by.name == "Invented administrator of own"
    again = _ask(operations, person, "administrator")
    assert again.status_code == 422


def test_helper__is_somebody_else_who_gives_roles_wherever_the_person_is(
    person: User, operations: Operations
) -> None:
    assert _ask(operations, operations.people["own", "coordinator"]).status_code == 422
    for role in ("examiner", "investigator", "statistics"):
        assert _ask(operations, person, role).status_code == 404
    give_role(system_actor(operations.other), person, Role.EXAMINER)
    refused = _ask(operations, person)
    assert refused.status_code == 422
    assert "another operation" in refused.content.decode()
    assert not Recovery.objects.exists()


def test_link__expires_and_does_not_open_for_who_was_shut_out(
    person: User, operations: Operations
) -> None:
    link = _link(_ask(operations, person))
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert Client().get(link).status_code == 404
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert Client().get(link).status_code == 200
    Recovery.objects.update(expires_at=timezone.now() - timedelta(seconds=1))  # two days later
    assert Client().get(link).status_code == 404
    assert Client().get("/account/new-password/nonsense/").status_code == 404


def test_new_password__makes_the_other_links_useless(person: User, operations: Operations) -> None:
    first = _link(_ask(operations, person))
    second = _link(_ask(operations, person, "administrator"))
    Client().post(second, {"password": NEW})
    assert Client().get(first).status_code == 404


def test_link__by_the_api(person: User, operations: Operations) -> None:
    address = f"/api/o/own/accounts/roles/{_grant(person).pk}/new-password/"
    answer = operations.browser("coordinator").post(
        address, {"reason": "Met."}, content_type="application/json"
    )
    assert answer.status_code == 201
    assert "/account/new-password/" in answer.json()["link"]
    refused = operations.browser("examiner").post(
        address, {"reason": "Met."}, content_type="application/json"
    )
    assert refused.status_code == 404


def test_forgotten__without_mail_sends_nothing(person: User) -> None:
    page = Client().post("/account/forgotten/", {"email": person.email})
    assert "A coordinator or an administrator" in page.content.decode()
    assert not mail.outbox
    assert not Recovery.objects.exists()


@pytest.fixture
def _mailing(settings: Any) -> None:
    settings.MAIL_SERVER = mail_server("smtps://u:p@mail.example?from=f@own.example")


@pytest.mark.usefixtures("_mailing")
def test_forgotten__says_the_same_and_mails_only_the_account(person: User) -> None:
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    pages = [
        token.sub("", Client().post("/account/forgotten/", {"email": each}).content.decode())
        for each in (person.email, "nobody@own.example")
    ]
    assert pages[0] == pages[1]
    (sent,) = mail.outbox
    assert sent.to == [person.email]
    link = re.search(r"http://testserver(/account/new-password/[\w-]+/)", str(sent.body))
    assert link is not None
    assert person.name not in sent.body
    assert Client().post(link.group(1), {"password": NEW}).status_code == 302
    assert _sign_in(Client(), person, NEW).status_code == 302
    event = Event.objects.filter(action="accounts.give_link").get()
    assert (event.by, event.channel) == (None, "public")


@pytest.mark.usefixtures("_mailing")
def test_forgotten__is_delayed_more_and_more_for_an_address_known_or_not(person: User) -> None:
    other = "nobody@own.example"
    for email in (person.email, other):
        answers = [Client().post("/account/forgotten/", {"email": email}) for _ in range(6)]
        assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert len(mail.outbox) == 5
    assert _sign_in(Client(), person, PASSWORD).status_code == 302, "signing in is not held up"


@pytest.mark.usefixtures("_mailing")
@pytest.mark.parametrize("email", ["", "\0", "no address", "x" * 300 + "@own.example"])
def test_forgotten__refuses_what_is_no_address(email: str) -> None:
    assert Client().post("/account/forgotten/", {"email": email}).status_code == 422


def test_mail_link__does_nothing_for_who_belongs_to_no_operation(db: None) -> None:
    User.objects.create_user("alone@own.example", PASSWORD, name="Invented")
    mail_link.call("alone@own.example", "http://testserver/")
    assert not mail.outbox


def test_mail_server__is_one_address() -> None:
    assert mail_server("") is None
    assert mail_server("smtp://me:p%40ss@mail.example?from=a@b.example") == MailServer(
        "mail.example", 587, "me", "p@ss", "a@b.example", starttls=True, tls=False
    )
    secure = mail_server("smtps://mail.example:4650?from=a@b.example")
    assert secure is not None
    assert (secure.port, secure.tls, secure.starttls) == (4650, True, False)
    for wrong in (
        "mail.example",
        "http://mail.example",
        "smtp://mail.example",
        "smtp://h:x?from=a@b",
    ):
        with pytest.raises(ImproperlyConfigured):
            mail_server(wrong)
