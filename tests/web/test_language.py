"""The language of a page: switched in place, kept in the cookie and for the person."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.web_fixtures import Operations


def address(operations: Operations) -> str:
    return f"/o/{operations.own.slug}/"


def test_language_switch__keeps_the_query() -> None:
    page = Client().get("/account/login/?next=/a/&lang=en").content.decode()
    assert 'href="?next=%2Fa%2F&amp;lang=ar"' in page


def test_language__a_choice_is_kept_in_the_cookie() -> None:
    client = Client()
    assert 'lang="ar" dir="rtl"' in client.get("/account/login/?lang=ar").content.decode()
    assert 'lang="ar" dir="rtl"' in client.get("/account/login/").content.decode()


@pytest.mark.parametrize("asked", ["fr", "../ar", "", "ar\x00"])
def test_language__an_unknown_one_is_passed_over(asked: str) -> None:
    answer = Client().get("/account/login/", {"lang": asked})
    assert answer.status_code == 200
    assert '<html lang="en" dir="ltr">' in answer.content.decode()
    assert "language" not in answer.cookies


def test_language__is_remembered_for_the_person(operations: Operations) -> None:
    client = operations.browser("coordinator")
    client.get(f"{address(operations)}?lang=ar")
    person = operations.people["own", "coordinator"]
    person.refresh_from_db()
    assert person.language == "ar"
    del client.cookies["language"]
    assert '<html lang="ar" dir="rtl">' in client.get(address(operations)).content.decode()


def test_language__nobody_signed_in_changes_nobody(operations: Operations) -> None:
    Client().get("/account/login/?lang=ar")
    assert {each.language for each in operations.people.values()} == {"en"}
