"""Moving a site: two people confirm, digging waits for its conditions, overrides stay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web_fixtures import Operations

from forename.audit.models import Event
from forename.audit.queries import history_of
from forename.audit.recording import StaleEdit
from forename.records.files import files_of
from forename.site.actions import (
    accept_position,
    add_position,
    confirm_assessment,
    move_site,
    record_condition,
    record_site,
    withdraw_condition,
    withdraw_confirmation,
)
from forename.site.models import Site, SiteStep
from forename.site.queries import facts_of, missing_while_digging, waiting_for_confirmation
from forename.site.rules import BEFORE_DIGGING, MEETERS, ConditionKind

TODAY = timezone.localdate


def site_of(operations: Operations) -> Site:
    """Return a site that the investigator recorded."""
    site: Site = record_site(operations.actor("investigator"), name="Invented pit")
    return site


def move(operations: Operations, site: Site, role: str, rung: str, **values: Any) -> Any:
    """Move a site as somebody who has just read it."""
    site.refresh_from_db()
    return move_site(
        operations.actor(role), site, site.version, to_rung=rung, why="Invented.", **values
    )


def locate(operations: Operations, site: Site) -> None:
    """Give a site an accepted position and move it to located."""
    by = operations.actor("investigator")
    claim = add_position(by, site, 1, words="36.3772, 39.1405")
    accept_position(by, site, site.version, position=claim, reason="Seen.")
    move(operations, site, "investigator", "located")


def climb(operations: Operations, site: Site, to: str) -> None:
    """Bring a site up to a rung in the regular way."""
    locate(operations, site)
    move(operations, site, "site_lead", "assessed")
    confirm_assessment(operations.actor("coordinator"), site, 1, grounds="Saw it.")
    confirm_assessment(operations.actor("examiner"), site, 1, grounds="Human bone.")
    for rung, role in (("confirmed", "coordinator"), ("secured", "site_lead")):
        move(operations, site, role, rung)
    if to == "secured":
        return
    meet(operations, site, "authority")
    move(operations, site, "prosecutor", "authorised")


def meet(operations: Operations, site: Site, kind: str, **values: Any) -> Any:
    """Record a condition of digging."""
    role = next(r for r in MEETERS[ConditionKind(kind)] if r != "coordinator")
    given = {"given_on": TODAY(), "document": "INV-1", **values}
    return record_condition(
        operations.actor(role), site, 1, kind=kind, statement="Invented.", given_by="Invented.",
        **given,
    )  # fmt: skip


def test_move_site__writes_step_status_and_two_events_together(operations: Operations) -> None:
    site = site_of(operations)
    locate(operations, site)
    site.refresh_from_db()
    assert site.status == "located"
    step = SiteStep.objects.get(site=site)
    assert (step.from_rung, step.to_rung, step.created_by) == (
        "reported", "located", operations.people["own", "investigator"],
    )  # fmt: skip
    assert [e.action for e in history_of(step)] == ["site.move_site"]
    event = history_of(site).first()
    assert event is not None
    assert event.changes == {"status": ["reported", "located"]}


def test_move_site__located_needs_an_accepted_position(operations: Operations) -> None:
    site = site_of(operations)
    add_position(operations.actor("investigator"), site, 1, words="36.3772, 39.1405")
    with pytest.raises(ValidationError, match="an accepted position"):
        move(operations, site, "coordinator", "located", override_reason="hurry")


def test_move_site__refuses_a_jump_and_writes_nothing(operations: Operations) -> None:
    site = site_of(operations)
    before = Event.objects.count()
    with pytest.raises(ValidationError, match="does not follow"):
        move(operations, site, "coordinator", "excavating", override_reason="hurry")
    assert Event.objects.count() == before


def test_confirmed__needs_two_other_people(operations: Operations) -> None:
    site = site_of(operations)
    locate(operations, site)
    move(operations, site, "site_lead", "assessed")
    with pytest.raises(ValidationError, match="You recorded this site"):
        confirm_assessment(operations.actor("investigator"), site, 1, grounds="Mine.")
    confirm_assessment(operations.actor("coordinator"), site, 1, grounds="Saw it.")
    with pytest.raises(ValidationError, match="already"):
        confirm_assessment(operations.actor("coordinator"), site, 1, grounds="Again.")
    with pytest.raises(ValidationError, match="second confirmation"):
        move(operations, site, "coordinator", "confirmed", override_reason="hurry")
    confirm_assessment(operations.actor("examiner"), site, 1, grounds="Human bone.")
    move(operations, site, "coordinator", "confirmed")
    site.refresh_from_db()
    assert site.status == "confirmed"


def test_confirmed__a_withdrawn_confirmation_and_an_old_assessment_do_not_count(
    operations: Operations,
) -> None:
    site = site_of(operations)
    locate(operations, site)
    move(operations, site, "site_lead", "assessed")
    confirm_assessment(operations.actor("coordinator"), site, 1, grounds="Saw it.")
    given = confirm_assessment(operations.actor("examiner"), site, 1, grounds="Human bone.")
    with pytest.raises(ValidationError, match="Only the person"):
        withdraw_confirmation(operations.actor("coordinator"), given, 1, reason="not mine")
    withdraw_confirmation(operations.actor("examiner"), given, 1, reason="Animal bone.")
    with pytest.raises(ValidationError, match="second confirmation"):
        move(operations, site, "coordinator", "confirmed")
    confirm_assessment(operations.actor("examiner"), site, 1, grounds="Human bone after all.")
    move(operations, site, "coordinator", "confirmed")
    move(operations, site, "coordinator", "assessed")  # back: to be assessed anew
    with pytest.raises(ValidationError, match="first confirmation"):
        move(operations, site, "coordinator", "confirmed")


def test_waiting_for_confirmation__until_one_has_confirmed_and_not_for_who_recorded(
    operations: Operations,
) -> None:
    site = site_of(operations)
    locate(operations, site)
    move(operations, site, "site_lead", "assessed")
    roles = ("coordinator", "examiner", "investigator", "custodian")

    def waits() -> list[str]:
        return [r for r in roles if waiting_for_confirmation(operations.actor(r)).exists()]

    assert waits() == ["coordinator", "examiner"]
    confirm_assessment(operations.actor("coordinator"), site, 1, grounds="Saw it.")
    assert waits() == ["examiner"]
    move(operations, site, "site_lead", "located")
    move(operations, site, "site_lead", "assessed")
    assert waits() == ["coordinator", "examiner"]


def test_excavating__waits_for_each_condition_and_names_those_missing(
    operations: Operations,
) -> None:
    site = site_of(operations)
    climb(operations, site, "authorised")
    for kind in BEFORE_DIGGING[1:-1]:
        with pytest.raises(ValidationError) as refusal:
            move(operations, site, "site_lead", "excavating")
        (message,) = refusal.value.message_dict["to_rung"]
        assert str(kind.label) in message
        assert "authority" not in message
        meet(operations, site, kind)
    with pytest.raises(ValidationError, match="hypothesis of who is looked for"):
        move(operations, site, "site_lead", "excavating")
    meet(operations, site, "hypothesis")
    step = move(operations, site, "site_lead", "excavating")
    assert step.overridden == []


def test_excavating__expired_future_and_withdrawn_conditions_do_not_hold(
    operations: Operations,
) -> None:
    site = site_of(operations)
    day = timedelta(days=1)
    meet(operations, site, "clearance", given_on=TODAY() - 9 * day, until=TODAY() - day)
    meet(operations, site, "storage", given_on=TODAY() + day)
    held = meet(operations, site, "laboratory", until=TODAY())
    assert facts_of(site).standing == {ConditionKind.LABORATORY}
    withdraw_condition(operations.actor("laboratory"), held, 1, reason="The machine stopped.")
    assert facts_of(site).standing == frozenset()


def test_excavating__conditions_that_end_while_people_dig_are_named(
    operations: Operations,
) -> None:
    site = site_of(operations)
    climb(operations, site, "authorised")
    kept = {kind: meet(operations, site, kind) for kind in BEFORE_DIGGING[1:]}
    move(operations, site, "site_lead", "excavating")
    site.refresh_from_db()
    assert missing_while_digging(site, facts_of(site)) == ()
    withdraw_condition(
        operations.actor("site_lead"), kept[ConditionKind.CLEARANCE], 1, reason="A mine was found."
    )
    assert missing_while_digging(site, facts_of(site)) == (ConditionKind.CLEARANCE,)
    page = operations.browser("examiner").get(f"/o/own/site/sites/{site.pk}/")
    assert b"People dig here without what has to hold" in page.content


def test_override__by_a_coordinator_with_a_reason_and_shown_for_ever(
    operations: Operations,
) -> None:
    site = site_of(operations)
    climb(operations, site, "authorised")
    with pytest.raises(ValidationError, match="only a coordinator"):
        move(operations, site, "site_lead", "excavating", override_reason="Rain is coming.")
    with pytest.raises(ValidationError, match="give the reason"):
        move(operations, site, "coordinator", "excavating", override_reason="  ")
    step = move(
        operations, site, "coordinator", "excavating", override_reason="The river rises tonight."
    )
    assert step.overridden == ["clearance", "storage", "laboratory", "liaison", "hypothesis"]
    for kind in BEFORE_DIGGING[1:]:
        meet(operations, site, kind)
    for role, rung in (("site_lead", "suspended"), ("coordinator", "closed")):
        move(operations, site, role, rung)
    page = operations.browser("examiner").get(f"/o/own/site/sites/{site.pk}/").content.decode()
    assert "The river rises tonight." in page
    assert "explosives clearance" in page


def test_override_reason__is_not_kept_where_nothing_was_missing(operations: Operations) -> None:
    site = site_of(operations)
    locate(operations, site)
    step = move(operations, site, "coordinator", "assessed", override_reason="not needed")
    assert (step.overridden, step.override_reason) == ([], "")


def test_move_site__a_rung_has_its_roles(operations: Operations) -> None:
    site = site_of(operations)
    climb(operations, site, "secured")
    meet(operations, site, "authority")
    with pytest.raises(PermissionDenied):
        move(operations, site, "investigator", "authorised")
    for role in ("administrator", "statistics", "examiner", "laboratory"):
        with pytest.raises(PermissionDenied):
            move(operations, site, role, "authorised")


def test_move_site__a_stale_move_is_refused(operations: Operations) -> None:
    site = site_of(operations)
    locate(operations, site)
    with pytest.raises(StaleEdit):
        move_site(operations.actor("site_lead"), site, 1, to_rung="assessed", why="Invented.")
    assert SiteStep.objects.filter(site=site).count() == 1


def test_move_site__documents_belong_to_the_step(operations: Operations) -> None:
    site = site_of(operations)
    locate(operations, site)
    paper = SimpleUploadedFile("assessment.pdf", b"%PDF-1.7 invented", "application/pdf")
    step = move(operations, site, "site_lead", "assessed", documents=[paper])
    (stored,) = files_of(step)
    reader = operations.browser("examiner")
    answer = reader.get(f"/o/own/file/{stored.pk}/")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 invented"
    for role, where in (("administrator", "own"), ("statistics", "own"), ("coordinator", "other")):
        asked = operations.browser(role, where).get(f"/o/own/file/{stored.pk}/")
        assert asked.status_code == 404


def test_move_site__not_on_a_day_to_come(operations: Operations) -> None:
    site = site_of(operations)
    with pytest.raises(ValidationError, match="future"):
        move(operations, site, "coordinator", "located", happened_on=TODAY() + timedelta(days=1))


def test_authority__needs_its_document(operations: Operations) -> None:
    site = site_of(operations)
    with pytest.raises(ValidationError, match="needs its document"):
        meet(operations, site, "authority", document=" ")
    paper = SimpleUploadedFile("order.pdf", b"%PDF invented", "application/pdf")
    meet(operations, site, "authority", document="", documents=[paper])


def test_condition__only_those_who_can_meet_it_and_in_order(operations: Operations) -> None:
    site = site_of(operations)
    with pytest.raises(PermissionDenied):
        record_condition(
            operations.actor("laboratory"), site, 1, kind="clearance", statement="x",
            given_by="x", given_on=TODAY(),
        )  # fmt: skip
    with pytest.raises(ValidationError, match="before the day"):
        meet(operations, site, "storage", until=TODAY() - timedelta(days=1))


def test_move_site__a_paper_of_today_covers_no_digging_of_last_week(
    operations: Operations,
) -> None:
    site = site_of(operations)
    climb(operations, site, "authorised")
    for kind in BEFORE_DIGGING:
        if kind != ConditionKind.AUTHORITY:
            meet(operations, site, kind)
    earlier = TODAY() - timedelta(days=7)
    with pytest.raises(ValidationError, match="explosives clearance"):
        move(operations, site, "site_lead", "excavating", happened_on=earlier)
    step = move(
        operations, site, "coordinator", "excavating", happened_on=earlier,
        override_reason="Invented: found out afterwards.",
    )  # fmt: skip
    assert "clearance" in step.overridden


def test_page__asks_once_for_the_papers_of_all_steps(operations: Operations) -> None:
    site = site_of(operations)
    locate(operations, site)
    browser = operations.browser("coordinator")

    def queries_about_files() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"/o/own/site/sites/{site.pk}/").status_code == 200
        return sum("records_storedfile" in query["sql"] for query in asked)

    before = queries_about_files()
    for rung in ("assessed", "located", "assessed"):
        move(operations, site, "site_lead", rung)
    assert queries_about_files() == before
