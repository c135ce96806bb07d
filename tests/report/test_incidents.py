"""Incidents: alternatives stand side by side, alleged actors are open to the inquiry only."""

from __future__ import annotations

from typing import Any

from tests.web_fixtures import Operations

from forename.report.actions import mark_claim, record_report
from forename.report.actions.incidents import add_alternative, allege_actor, record_incident
from forename.report.models import AllegedActor, Incident, IncidentClaim


def _incident(operations: Operations) -> Any:
    return record_incident(operations.actor("investigator"), title="Invented raid", description="")


def _claim(operations: Operations, text: str, asked: str = "when") -> Any:
    by = operations.actor("investigator")
    report = record_report(by, channel="media", language="en", text=text)
    return mark_claim(by, report=report, words=text, asserted_by="Dawn Post", asked=asked)


def test_alternatives__stand_side_by_side(operations: Operations) -> None:
    incident = _incident(operations)
    browser = operations.browser("investigator")
    address = f"/o/own/report/incidents/{incident.pk}/"
    for text in ("Invented: on Monday night.", "Invented: at dawn on Tuesday."):
        claim = _claim(operations, text)
        values = {"claim": claim.code, "aspect": "time", "answer": text, "seen_version": "1"}
        assert browser.post(f"{address}alternative/", values).status_code == 302
        again = browser.post(f"{address}alternative/", values)
        assert again.status_code == 422
        assert "stands under this aspect already" in again.content.decode()
    page = browser.get(address).content.decode()
    assert "on Monday night." in page
    assert "at dawn on Tuesday." in page
    assert "2 alternatives" in page
    row = IncidentClaim.objects.first()
    withdraw = f"/o/own/report/alternatives/{row.pk}/withdraw/"
    assert browser.post(withdraw, {"reason": "Invented", "seen_version": "1"}).status_code == 302
    assert IncidentClaim.objects.filter(withdrawn_at__isnull=True).count() == 1
    assert IncidentClaim.objects.count() == 2


def test_alternative__a_claim_of_another_operation_is_not_found(operations: Operations) -> None:
    incident = _incident(operations)
    by = operations.actor("investigator", "other")
    report = record_report(by, channel="media", language="en", text="Invented.")
    claim = mark_claim(by, report=report, words="Invented.", asserted_by="X", asked="when")
    values = {"claim": claim.code, "aspect": "time", "answer": "x", "seen_version": "1"}
    address = f"/o/own/report/incidents/{incident.pk}/alternative/"
    assert operations.browser("investigator").post(address, values).status_code == 422


def test_actors__are_hidden_on_every_path(operations: Operations) -> None:
    by = operations.actor("investigator")
    incident = _incident(operations)
    claim = _claim(operations, "Invented Brigade 77 did it.", asked="by_whom")
    alleged = allege_actor(
        by, incident, 1, claim=claim, name="Invented Brigade 77", part="guarded the road"
    )
    row = add_alternative(
        by, incident, 1, claim=claim, aspect="actor", answer="Invented Brigade 77", reason=""
    )
    pages = [
        f"/o/own/report/incidents/{incident.pk}/",
        "/o/own/report/incidents/",
        "/o/own/report/alternatives/",
        "/o/own/report/alternatives/?aspect=actor",
        "/o/own/report/alternatives/?q=Brigade",
        "/o/own/report/alternatives/export/csv/",
        "/o/own/report/claims/?q=Brigade",
        "/o/own/report/claims/export/csv/",
    ]
    for role in ("custodian", "site_lead", "family_liaison", "examiner"):
        browser = operations.browser(role)
        for page in pages:
            answer = browser.get(page)
            text = b"".join(answer.streaming_content if answer.streaming else [answer.content])
            assert answer.status_code == 200, page
            assert b"Brigade 77" not in text, page
        gone = [
            "/o/own/report/actors/",
            "/o/own/report/actors/export/csv/",
            f"/o/own/report/actors/{alleged.pk}/",
            f"/o/own/report/alternatives/{row.pk}/",
            f"/o/own/report/claims/{claim.pk}/",
            f"/api/o/own/report/actors/{alleged.pk}/history/",
        ]
        for page in gone:
            assert browser.get(page).status_code in (401, 404), page
        assert not AllegedActor.objects.visible_to(operations.actor(role)).exists()
        assert not IncidentClaim.objects.visible_to(operations.actor(role)).exists()
    page = operations.browser("prosecutor").get(pages[0]).content.decode()
    assert page.count("Invented Brigade 77") >= 2


def test_incident__an_empty_one_explains_itself(operations: Operations) -> None:
    incident = _incident(operations)
    page = operations.browser("custodian").get(f"/o/own/report/incidents/{incident.pk}/")
    assert "No claim stands here yet." in page.content.decode()
    assert Incident.objects.get().code.startswith("I-00001")
