"""The first screen: three figures, what waits, a small map of what this person may see."""

from __future__ import annotations

import pytest
from tests.web_fixtures import Operations

from forename.report.actions.counts import record_count
from forename.site.actions import add_position, record_site
from forename.site.models import Sensitivity

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
