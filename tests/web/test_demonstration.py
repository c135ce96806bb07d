"""The demonstration operation: whole, openable by each role, marked on every page and export."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from forename.accounts.models import Operation, User
from forename.accounts.rules import Role
from forename.records.exports import forms_of_export
from forename.records.kinds import registered
from forename.site.models import Grave, Site
from forename.web.demonstration import SLUG, make_demonstration
from forename.web.demonstration.people import DOMAIN, name_of

FILLED = (
    "report.report", "report.claim", "report.count", "report.incident", "report.victimlist",
    "report.mediaitem", "site.site", "site.positionclaim", "site.sitestep", "site.condition",
    "site.confirmation", "site.sitelogentry", "site.siteimage",
    "site.grave", "site.context", "site.contextrelation",
)  # fmt: skip


@pytest.fixture
def logins(settings: Any, db: None) -> dict[str, str]:
    """The demonstration without an answer of the engine, and its logins."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_demonstration(None)


def test_demonstration__has_records_in_every_room_and_a_login_for_each_role(
    logins: dict[str, str],
) -> None:
    for role in Role:
        email = f"{name_of(role)}@{DOMAIN}"
        client = Client()
        answer = client.post("/account/login/", {"login": email, "password": logins[email]})
        assert answer.status_code == 302, role
        assert client.get(f"/o/{SLUG}/").status_code == 200
    for name in FILLED:
        model = next(k.model for k in registered() if k.model.type_name() == name)
        assert model._base_manager.exists(), name
    assert {s.status for s in Site.objects.all()} >= {"reported", "located", "refuted",
                                                      "excavating"}  # fmt: skip


def test_demonstration__draws_the_grave_as_plan_and_diagram(logins: dict[str, str]) -> None:
    grave = Grave.objects.get()
    client = Client()
    client.force_login(
        User.objects.get(email=f"site-lead@{DOMAIN}"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    drawn = client.get(reverse("site-grave-plan-file", args=[SLUG, grave.pk])).content
    assert drawn.count(b"<polygon") + drawn.count(b"<path") >= 5, "five contexts have an outline"
    address = reverse("site-grave-sequence", args=[SLUG, grave.pk])
    page = client.get(address).content.decode()
    assert "contradict" not in page.lower()


def test_demonstration__twice_keeps_its_records(logins: dict[str, str]) -> None:
    sites = Site.objects.count()
    again = make_demonstration(None)
    assert Site.objects.count() == sites
    assert Operation.objects.count() == 1
    assert again.keys() == logins.keys()
    assert again != logins, "new passwords"


def test_demonstration__is_marked_on_every_page_and_export(logins: dict[str, str]) -> None:
    client = Client()
    client.force_login(
        User.objects.get(email=f"coordinator@{DOMAIN}"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    for language, mark in (("en", "SIMULATED"), ("ar", 'class="simulated"')):
        for kind in registered():
            address = reverse(kind.list_name, args=[SLUG])
            answer = client.get(f"{address}?lang={language}")
            if answer.status_code == 404:
                continue
            assert mark in answer.content.decode(), address
            record = kind.model._base_manager.first()
            if record is not None and language == "en":
                assert mark in client.get(kind.address(record)).content.decode(), kind.path
    for kind in registered():
        address = reverse(kind.list_name, args=[SLUG])
        if client.get(address).status_code == 404:
            continue
        for form in forms_of_export(kind):
            answer = client.get(f"{address}export/{form}/")
            assert "SIMULATED" in answer["Content-Disposition"], (kind.path, form)
            assert answer["X-Simulated"] == "true"
            data = b"".join(answer.streaming_content)
            if form == "xlsx":
                assert load_workbook(io.BytesIO(data)).sheetnames[0].startswith("SIMULATED")
            else:
                assert "SIMULATED" in data.decode(), (kind.path, form)
    for path in ("api/o/{}/report/reports/", "o/{}/site/map/sites/", "api/o/{}/site/map/sites/"):
        assert client.get(f"/{path.format(SLUG)}")["X-Simulated"] == "true"
    grave = Grave.objects.first()
    assert grave is not None
    for name in ("plan.svg", "sequence.svg"):
        assert (
            "SIMULATED"
            in client.get(f"/o/{SLUG}/site/graves/{grave.pk}/{name}?lang=en").content.decode()
        )
