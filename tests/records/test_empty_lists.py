"""A list without rows says where its records come about."""

from __future__ import annotations

from django.urls import reverse
from tests.web_fixtures import Operations

import forename.web.urls  # noqa: F401 - registers every kind
from forename.records.kinds import registered


def test_kinds__each_says_where_its_records_come_about(operations: Operations) -> None:
    assert operations.own
    silent = [kind.url_name for kind in registered() if not str(kind.empty).endswith(".")]
    assert not silent


def test_list__empty_names_the_next_step_and_a_search_without_answer_says_so(
    operations: Operations,
) -> None:
    browser = operations.browser("site_lead")
    empty = browser.get("/o/own/site/graves/").content.decode()
    assert "Nothing is recorded yet. Graves are recorded on the page of their site" in empty
    assert "Nothing recorded answers this." not in empty
    searched = browser.get("/o/own/site/graves/", {"q": "x"}).content.decode()
    assert "Nothing recorded answers this." in searched


def test_map__empty_names_the_next_step(operations: Operations) -> None:
    page = operations.browser("site_lead").get("/o/own/site/map/").content.decode()
    assert "Sites are recorded here one by one" in page


def test_invitations__lead_to_inviting_at_any_time(operations: Operations) -> None:
    address = reverse("accounts-invitations-list", args=["own"])
    page = operations.browser("coordinator").get(address)
    assert f'href="{reverse("invite", args=["own"])}' in page.content.decode()
