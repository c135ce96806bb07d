"""Positions are claims beside each other; a person accepts one, another person grades."""

from __future__ import annotations

import json
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.web_fixtures import Operations

from forename.audit.queries import history_of
from forename.audit.recording import StaleEdit
from forename.report.models import Report
from forename.site.actions import (
    accept_position,
    add_position,
    grade_position,
    record_site,
    withdraw_position,
)
from forename.site.map_queries import placed, shown_sites
from forename.site.models import PositionClaim, Site

SULUK = (36.597, 39.131)


def _site(operations: Operations, **values: object) -> Site:
    site: Site = record_site(operations.actor("investigator"), name="Invented pit", **values)
    return site


def test_add_position__a_phrase_is_kept_word_for_word_and_drawn(operations: Operations) -> None:
    site = _site(operations)
    by = operations.actor("investigator")
    claim = add_position(by, site, 1, words="25 km south of Suluk", anchor_at=SULUK)
    assert (claim.how, claim.words) == ("relative", "25 km south of Suluk")
    assert claim.geometry["type"] == "Polygon"
    assert claim.relative["anchor"]["name"] == "Suluk"
    site.refresh_from_db()
    assert site.accepted_position is None


def test_add_position__a_stated_uncertainty_only_widens(operations: Operations) -> None:
    site = _site(operations)
    by = operations.actor("investigator")
    coarse = add_position(by, site, 1, words="36.4, 39.1", uncertainty_m=10)
    # 36.4, 39.1 leaves open 0.05° of latitude and of longitude: 5566 m and 4480 m.
    assert coarse.uncertainty_m == pytest.approx(7145, rel=0.01)
    fine = add_position(by, site, 1, words="36.37721, 39.14051", uncertainty_m=40)
    assert fine.uncertainty_m == 40


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("", "words"),
        ("behind the school", "words"),
        ("91.0, 195.0", "words"),
        ("3 km east of Nowhere", "anchor_at"),
    ],
)
def test_add_position__what_cannot_be_placed_says_why(
    operations: Operations, words: str, field: str
) -> None:
    site = _site(operations)
    with pytest.raises(ValidationError) as refusal:
        add_position(operations.actor("investigator"), site, 1, words=words)
    assert list(refusal.value.message_dict) == [field]
    assert not PositionClaim.objects.exists()


def test_add_position__words_nobody_can_read_are_kept_beside_what_they_mean(
    operations: Operations,
) -> None:
    site = _site(operations)
    by = operations.actor("investigator")
    said = "past the second silo, where the canal bends"
    claim = add_position(by, site, 1, words=said, read_as="2 km east of Suluk", anchor_at=SULUK)
    assert (claim.words, claim.how) == (said, "relative")
    assert claim.relative["bearing_deg"] == 90
    with pytest.raises(ValidationError) as refusal:
        add_position(by, site, 1, words=said, read_as="over there")
    assert list(refusal.value.message_dict) == ["read_as"]


def test_add_position__another_site_with_an_accepted_position_is_an_anchor(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    tower = record_site(by, name="Water tower", name_ar="خزان المياه")
    site = _site(operations)
    with pytest.raises(ValidationError, match="not in the gazetteer"):
        add_position(by, site, 1, words="3 km east of Water tower")
    stands = add_position(by, tower, 1, words="36.37720, 39.14050")
    accept_position(by, tower, 1, position=stands, reason="Seen.")
    for words in ("3 km east of Water tower", "3 كم شرق خزان المياه"):
        claim = add_position(by, site, 1, words=words)
        assert claim.relative["anchor"]["latitude"] == 36.3772
        assert claim.longitude > 39.1405


def test_positions__are_found_by_the_code_of_their_site(operations: Operations) -> None:
    by = operations.actor("investigator")
    first, second = _site(operations), _site(operations)
    add_position(by, first, 1, words="36.1, 39.1")
    add_position(by, second, 1, words="36.2, 39.2")
    page = operations.browser("examiner").get("/o/own/site/positions/", {"q": first.code})
    assert b"36.1, 39.1" in page.content
    assert b"36.2, 39.2" not in page.content


def test_accept_position__accepting_another_is_a_new_event(operations: Operations) -> None:
    site = _site(operations)
    by = operations.actor("investigator")
    sector = add_position(by, site, 1, words="25 km south of Suluk", anchor_at=SULUK)
    point = add_position(by, site, 1, words="36.3772, 39.1405")
    site = accept_position(by, site, 1, position=sector, reason="All that is known.")
    site = accept_position(by, site, 2, position=point, reason="A team stood there.")
    assert site.accepted_position == point
    assert [e.reason for e in history_of(site)][:2] == ["A team stood there.", "All that is known."]
    assert PositionClaim.objects.filter(site=site).count() == 2
    with pytest.raises(StaleEdit):
        accept_position(by, site, 2, position=sector, reason="Late.")


def test_accept_position__not_of_another_site_and_not_without_a_reason(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    site, other = _site(operations), _site(operations)
    claim = add_position(by, other, 1, words="36.3772, 39.1405")
    with pytest.raises(ValidationError, match="another site"):
        accept_position(by, site, 1, position=claim, reason="x")
    with pytest.raises(ValidationError, match="why"):
        accept_position(by, other, 1, position=claim, reason=" ")
    with pytest.raises(PermissionDenied):
        accept_position(operations.actor("examiner"), other, 1, position=claim, reason="x")


def test_grade_position__not_by_who_recorded_it(operations: Operations) -> None:
    by = operations.actor("investigator")
    claim = add_position(by, _site(operations), 1, words="36.3772, 39.1405")
    grade = {"reliability": "B", "credibility": "2", "graded_reason": "Invented."}
    with pytest.raises(ValidationError, match="somebody else"):
        grade_position(by, claim, 1, **grade)
    graded = grade_position(operations.actor("site_lead"), claim, 1, **grade)
    assert graded.grade() == "B2"


def test_page__shows_every_notation_and_the_sketch(operations: Operations) -> None:
    by = operations.actor("investigator")
    site = _site(operations)
    claim = add_position(by, site, 1, words="36.37720, 39.14050")
    accept_position(by, site, 1, position=claim, reason="Seen.")
    page = operations.browser("examiner").get(f"/o/own/site/sites/{site.pk}/").content.decode()
    for text in ("36.37720, 39.14050", "36°22&#x27;37.92&quot;N", "37S EA 126", "8G8X94GR"):
        assert text in page, text
    assert "<svg" in page
    assert 'type="application/json"' in page
    assert "style=" not in page.replace('rel="stylesheet"', "")


def test_form__coordinates_that_are_wrong_are_named_at_their_field(operations: Operations) -> None:
    site = _site(operations)
    answer = operations.browser("investigator").post(
        f"/o/own/site/sites/{site.pk}/add-position/",
        {"seen_version": "1", "words": "36.9, 239.1", "report": "R-00099-X"},
    )
    assert answer.status_code == 422
    assert b'href="#id_report"' in answer.content
    answer = operations.browser("investigator").post(
        f"/o/own/site/sites/{site.pk}/add-position/",
        {"seen_version": "1", "words": "36.9, 239.1"},
    )
    assert answer.status_code == 422
    assert b'href="#id_words"' in answer.content


def test_report_behind_a_position__is_hidden_with_the_report(operations: Operations) -> None:
    by = operations.actor("investigator")
    site = _site(operations)
    report = Report.objects.model(
        operation=operations.own, code="R-00001-T", channel="phone", confidential=True
    )
    from forename.audit.recording import create

    create(report, by=by, action="test.record")
    add_position(by, site, 1, words="36.37720, 39.14050", report=report)
    address = f"/o/own/site/sites/{site.pk}/"
    assert b"R-00001-T" in operations.browser("prosecutor").get(address).content
    assert b"R-00001-T" not in operations.browser("custodian").get(address).content


def test_protected_site__is_hidden_on_every_path(operations: Operations) -> None:
    by = operations.actor("investigator")
    site = _site(operations, sensitivity="protected")
    claim = add_position(by, site, 1, words="36.37720, 39.14050")
    accept_position(by, site, 1, position=claim, reason="Seen.")
    for role, seen in (("site_lead", True), ("custodian", False), ("examiner", False)):
        browser = operations.browser(role)
        status = 200 if seen else 404
        assert browser.get(f"/o/own/site/sites/{site.pk}/").status_code == status
        assert browser.get(f"/o/own/site/positions/{claim.pk}/").status_code == status
        assert browser.get(f"/o/own/site/sites/{site.pk}/compare/").status_code == status
        assert (b"Invented pit" in browser.get("/o/own/site/sites/").content) is seen
        assert (b"36.37720" in browser.get("/o/own/site/positions/").content) is seen
        features = json.loads(browser.get("/o/own/site/sites/export/geojson/").getvalue())[
            "features"
        ]
        assert bool(features) is seen


def test_geojson__gives_the_accepted_position_and_nothing_to_outsiders(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    site = _site(operations)
    claim = add_position(by, site, 1, words="36.37720, 39.14050")
    accept_position(by, site, 1, position=claim, reason="Seen.")
    address = "/o/own/site/sites/export/geojson/"
    (feature,) = json.loads(operations.browser("custodian").get(address).getvalue())["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [39.1405, 36.3772]}
    for role in ("statistics", "administrator"):
        assert operations.browser(role).get(address).status_code == 404


def test_add_position__an_open_site_is_never_placed_by_a_protected_one(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    guarded = record_site(by, name="Guarded tower", sensitivity="protected")
    stands = add_position(by, guarded, 1, words="36.37720, 39.14050")
    accept_position(by, guarded, 1, position=stands, reason="Seen.")
    with pytest.raises(ValidationError, match="not in the gazetteer"):
        add_position(by, _site(operations), 1, words="3 km east of Guarded tower")
    also_guarded = _site(operations, sensitivity="protected")
    claim = add_position(by, also_guarded, 1, words="3 km east of Guarded tower")
    assert claim.relative["anchor"]["latitude"] == 36.3772


def test_withdraw_position__stays_on_record_and_is_on_no_map(operations: Operations) -> None:
    site = _site(operations)
    by = operations.actor("investigator")
    wrong = add_position(by, site, 1, words="36.37721, 38.14051", source="qzwrong")
    right = add_position(by, site, 1, words="36.37721, 39.14051", source="qzright")
    ((shown,),) = [shown_sites(by, [site])]
    assert [c.pk for c in shown.apart] == [wrong.pk]
    withdraw_position(by, wrong, 1, reason="A digit was mistyped.")
    ((shown,),) = [shown_sites(by, [site])]
    assert (shown.claim, shown.others, shown.apart) == (right, (), ())
    assert list(placed(Site.objects.all()).values_list("shown_latitude", "shown_longitude")) == [
        (36.37721, 39.14051)
    ]
    browser = operations.browser("investigator")
    page = browser.get(f"/o/own/site/sites/{site.pk}/").content.decode()
    assert "qzwrong" in page
    assert '<tr class="withdrawn">' in page
    drawn = json.loads(re.search(r'type="application/json">(.*?)</script>', page)[1])  # type: ignore[index]
    assert [each["number"] for each in drawn] == [2]  # as in the table
    page = browser.get(f"/o/own/site/positions/{wrong.pk}/").content.decode()
    assert "This position was withdrawn." in page
    assert "A digit was mistyped." in page
    assert f"?position={wrong.pk}" not in page
    form = browser.get(f"/o/own/site/sites/{site.pk}/accept-position/").content.decode()
    assert str(wrong.pk) not in form
    assert str(right.pk) in form
    withdraw_position(by, right, 1, reason="Invented.")
    assert not placed(Site.objects.all()).exists()


def test_withdraw_position__what_is_refused(operations: Operations) -> None:
    site = _site(operations)
    by = operations.actor("investigator")
    claim = add_position(by, site, 1, words="36.37721, 39.14051")
    other = add_position(by, site, 1, words="36.37722, 39.14052")
    site = accept_position(by, site, 1, position=claim, reason="seen")
    with pytest.raises(ValidationError, match="Accept another one first"):
        withdraw_position(by, claim, 1, reason="x")
    withdrawn = withdraw_position(by, other, 1, reason="x")
    with pytest.raises(ValidationError, match="withdrawn already"):
        withdraw_position(by, withdrawn, 2, reason="x")
    with pytest.raises(ValidationError, match="withdrawn already"):
        accept_position(by, site, site.version, position=other, reason="x")
    with pytest.raises(PermissionDenied):
        withdraw_position(operations.actor("custodian"), other, 2, reason="x")
    with pytest.raises(StaleEdit):
        withdraw_position(by, add_position(by, site, 1, words="36.4, 39.1"), 7, reason="x")


def test_position_page__offers_to_accept_to_those_who_may(operations: Operations) -> None:
    site = _site(operations)
    claim = add_position(operations.actor("investigator"), site, 1, words="36.37721, 39.14051")
    address = f"/o/own/site/positions/{claim.pk}/"
    for role, offered in (("site_lead", True), ("custodian", False)):
        page = operations.browser(role).get(address).content.decode()
        assert ("Accept this one" in page) is offered
        assert (f"{address}withdraw/" in page) is offered
