"""Codes within sentences: isolated, so that Arabic neither turns nor breaks them."""

from __future__ import annotations

import pytest
from django.utils.safestring import mark_safe
from tests.web_fixtures import Operations

from forename.site.actions import add_position, record_site
from forename.web.templatetags.records import codes


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("مع L-00004-T", 'مع <bdi dir="ltr">L-00004-T</bdi>'),
        ("<R-00042-K>", '&lt;<bdi dir="ltr">R-00042-K</bdi>&gt;'),
        ("S-123456-8.", '<bdi dir="ltr">S-123456-8</bdi>.'),
        ("AR-00042-K-2, R-0042-K, R-00042-KL, xR-00042-K", None),
        ("", ""),
        (7, "7"),
    ],
)  # fmt: skip
def test_codes__each_is_isolated_and_nothing_else(text: object, marked: str | None) -> None:
    assert codes(text) == (text if marked is None else marked)


def test_codes__what_is_marked_up_stays() -> None:
    text = mark_safe('<a href="/R-00042-K/">R-00042-K</a>')
    assert codes(text) == text


def test_pages__isolate_the_codes_in_errors_and_crumbs(operations: Operations) -> None:
    browser = operations.browser("investigator")
    site = record_site(operations.actor("investigator"), name="حقل مخترع")
    add_position(operations.actor("investigator"), site, 1, words="36.37102, 39.12840")
    address = f"/o/own/site/sites/{site.pk}/add-position/?lang=ar"
    page = browser.post(
        address, {"words": "36.1, 39.2", "report": "R-00099-K", "seen_version": "1"}
    )
    assert page.status_code == 422
    shown = page.content.decode()
    assert shown.count('<bdi dir="ltr">R-00099-K</bdi>') == 2  # in the summary and at the field
    assert f'<bdi><bdi dir="ltr">{site.code}</bdi> ' in shown
