"""The first screen: three figures, what waits, a small map of what this person may see."""

from __future__ import annotations

import re
from datetime import date

import pytest
from tests.web_fixtures import Operations

from forename.accounts.rules import Role
from forename.report.actions.counts import record_count
from forename.site.actions import add_position, record_condition, record_site
from forename.site.models import Sensitivity, Site
from forename.site.rules import ConditionKind, Rung

DAY = {
    "said": "9 May 2018", "edtf": "2018-05-09", "earliest": "2018-05-09", "latest": "2018-05-09",
    "calendar": "gregorian", "notes": [],
}  # fmt: skip


def _site(operations: Operations, name: str, sensitivity: str = Sensitivity.ORDINARY) -> None:
    by = operations.actor("investigator")
    site = record_site(by, name=name, sensitivity=sensitivity)
    add_position(by, site, 1, words="36.37102, 39.12840", source="Invented visit")


def _first(operations: Operations, role: str) -> str:
    return str(operations.browser(role).get("/o/own/").content.decode())


@pytest.mark.parametrize("role", ["coordinator", "examiner", "statistics", "administrator"])
def test_map__shows_each_role_the_sites_it_may_see(operations: Operations, role: str) -> None:
    _site(operations, "qzopen")
    _site(operations, "qzprotected", Sensitivity.PROTECTED)
    shown = _first(operations, role)
    assert ("qzopen" in shown) is (role in ("coordinator", "examiner"))
    assert ("qzprotected" in shown) is (role == "coordinator")
    assert ("small-map" in shown) is (role in ("coordinator", "examiner"))


def test_map__is_left_out_where_no_site_has_a_position(operations: Operations) -> None:
    record_site(operations.actor("investigator"), name="qzopen")
    assert "small-map" not in _first(operations, "coordinator")


def test_own_count__stands_there_with_scope_day_and_definition(operations: Operations) -> None:
    by = operations.actor("investigator")
    for number, unit in ((14, "bodies"), (3, "identified")):
        record_count(by, low=number, high=number, unit=unit, scope=f"qz{unit}", as_of=DAY,
                     counting="cumulative", definition="Whole skulls.")  # fmt: skip
    for role in ("coordinator", "statistics"):
        shown = _first(operations, role)
        assert "<b>14</b> bodies" in shown, role
        assert "qzbodies, as of 9 May 2018. Whole skulls." in shown
        assert "qzidentified" not in shown, "3 is withheld"
        assert shown.count('class="figure"') <= 3
    assert "qzbodies" not in _first(operations, "administrator")


def test_record_page__names_the_record_beside_its_code(operations: Operations) -> None:
    _site(operations, "qzopen")
    rows = operations.browser("examiner").get("/api/o/own/site/sites/").json()["rows"]
    page = operations.browser("examiner").get(rows[0]["address"]).content.decode()
    assert '<bdi class="big-name">qzopen</bdi>' in page


def _choices(operations: Operations, role: str) -> list[tuple[str, str]]:
    """Return what the first screen offers this role: addresses and texts."""
    shown = _first(operations, role)
    lists = re.findall(r'class="big-list">(.*?)</[ou]l>', shown, re.DOTALL)
    return re.findall(r'<a href="([^"]*)">(?:<b>\d+</b> )?([^<]*)</a>', " ".join(lists))


@pytest.mark.parametrize("role", [each.value for each in Role])
def test_empty_operation__says_its_next_step_to_each_role(
    operations: Operations, role: str
) -> None:
    choices = _choices(operations, role)
    assert len(choices) <= 3
    for address, _text in choices:
        assert operations.browser(role).get(address).status_code == 200
    if not choices:
        assert "It begins with the first report or the first site" in _first(operations, role)
    assert "Nothing waits for you." not in _first(operations, role)
    record_site(operations.actor("investigator"), name="qzopen")
    assert "It begins with" not in _first(operations, role)


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("prosecutor", "site lacks: authority to dig"),
        ("coordinator", "site lacks: a condition of digging"),
        ("custodian", ""),  # storage is asked for once digging is authorised
    ],
)
def test_waiting__a_secured_site_lacks_its_authority(
    operations: Operations, role: str, text: str
) -> None:
    site = record_site(operations.actor("investigator"), name="qzopen")
    Site.objects.filter(pk=site.pk).update(status=Rung.SECURED)
    assert [said for _address, said in _choices(operations, role)] == ([text] if text else [])


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("site_lead", ConditionKind.CLEARANCE),
        ("custodian", ConditionKind.STORAGE),
        ("laboratory", ConditionKind.LABORATORY),
        ("family_liaison", ConditionKind.LIAISON),
        ("investigator", ConditionKind.HYPOTHESIS),
        ("prosecutor", ConditionKind.AUTHORITY),
    ],
)
def test_waiting__each_role_sees_the_sites_that_lack_what_it_can_give(
    operations: Operations, role: str, kind: ConditionKind
) -> None:
    by = operations.actor("investigator")
    for name, sensitivity in (("qzopen", Sensitivity.ORDINARY), ("qzhid", Sensitivity.PROTECTED)):
        site = record_site(by, name=name, sensitivity=sensitivity)
        Site.objects.filter(pk=site.pk).update(status=Rung.AUTHORISED)
    ((address, text),) = _choices(operations, role)
    assert text in (f"site lacks: {kind.label}", f"sites lack: {kind.label}")
    listed = operations.browser(role).get(address).content.decode()
    assert "qzopen" in listed
    hidden = role in ("custodian", "laboratory", "family_liaison")
    assert ("qzhid" in listed) is not hidden
    open_site = Site.objects.get(name="qzopen")
    record_condition(
        operations.actor(role), open_site, open_site.version, kind=kind, statement="Invented.",
        given_by="Invented office", given_on=date(2020, 1, 1), document="1",
    )  # fmt: skip
    assert "qzopen" not in operations.browser(role).get(address).content.decode()
    if hidden:
        assert _choices(operations, role) == []


def test_waiting__a_condition_that_ended_is_missing_again(operations: Operations) -> None:
    by = operations.actor("custodian")
    site = record_site(operations.actor("investigator"), name="qzopen")
    Site.objects.filter(pk=site.pk).update(status=Rung.EXCAVATING)
    record_condition(by, site, 1, kind=ConditionKind.STORAGE, statement="Invented.",
                     given_by="Invented store", given_on=date(2020, 1, 1),
                     until=date(2020, 2, 1))  # fmt: skip
    ((_address, text),) = _choices(operations, "custodian")
    assert text == "site lacks: storage capacity"


def test_waiting__a_recorder_sees_where_people_dig(operations: Operations) -> None:
    site = record_site(operations.actor("investigator"), name="qzopen")
    assert _choices(operations, "recovery_recorder") == []
    Site.objects.filter(pk=site.pk).update(status=Rung.EXCAVATING)
    ((address, text),) = _choices(operations, "recovery_recorder")
    assert text == "site where people dig"
    assert "qzopen" in operations.browser("recovery_recorder").get(address).content.decode()
