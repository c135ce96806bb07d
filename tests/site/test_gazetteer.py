"""Places of Syria are found by any spelling in either script."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override
from tests.web_fixtures import Operations

from forename.notation.name_words import fold
from forename.site import gazetteer
from forename.site.actions import add_place, add_position, record_site
from forename.site.queries import own_places


@pytest.mark.parametrize(
    ("name", "latitude", "longitude"),
    [
        ("Suluk", 36.597, 39.131),
        ("سلوك", 36.597, 39.131),
        ("Raqqa", 35.95, 39.01),
        ("ar-Raqqah", 35.95, 39.01),
        ("الرقه", 35.95, 39.01),
        ("Deir ez-Zor", 35.34, 40.14),
        ("Dayr az-Zawr", 35.34, 40.14),
        ("دير الزور", 35.34, 40.14),
        ("Aleppo", 36.20, 37.16),
        ("حلب", 36.20, 37.16),
        ("DAMASCUS", 33.51, 36.29),
    ],
)
def test_find__one_place_by_any_spelling(name: str, latitude: float, longitude: float) -> None:
    (found,) = gazetteer.find(name)
    assert found.at == pytest.approx((latitude, longitude), abs=0.02)


@pytest.mark.parametrize("name", ["", " ", "Nowhere", "()|*", "ال", "x" * 100_000])
def test_find__what_is_no_place_gives_none(name: str) -> None:
    assert gazetteer.find(name) == ()


def test_find__several_places_of_one_name_are_all_given() -> None:
    assert {found.about for found in gazetteer.find("Suran")} == {"Aleppo", "Hama"}


def test_places__lie_in_syria_and_have_a_governorate() -> None:
    assert len(gazetteer.places()) == 308
    for place in gazetteer.places():
        assert 32 < place.latitude < 37.5, place
        assert 35.5 < place.longitude < 42.5, place
        assert place.governorate, place


def test_add_position__a_phrase_starts_from_a_place_of_the_gazetteer(
    operations: Operations,
) -> None:
    by = operations.actor("investigator")
    site = record_site(by, name="Invented pit")
    claim = add_position(by, site, 1, words="25 km south of Suluk")
    # 25 km are 0.2253° of latitude there, so the middle lies near 36.371 N.
    assert claim.relative["anchor"]["name"] == "Sulūk"
    assert claim.latitude == pytest.approx(36.37, abs=0.03)


def test_search__the_order_is_that_of_the_readers_script() -> None:
    assert [place.name for place in gazetteer.search("")][:2] == ["Abū az̧ Z̧uhūr", "Abū Qalqal"]
    arabic = [place.name_ar for place in gazetteer.search("", arabic=True)]
    named = [name for name in arabic if name]
    # The article is passed over, and hamza makes no other letter: أريحا, إزرع and الأتارب stand
    # under ا, البوكمال under ب.
    letters = [fold(re.sub(r"^ال(?=..)", "", name))[0] for name in named]
    assert letters == sorted(letters)
    assert letters[0] == "ا"
    assert arabic[: len(named)] == named, "places without an Arabic name come last"


def test_places__every_governorate_has_an_arabic_name() -> None:
    for place in gazetteer.places():
        assert re.fullmatch("[ء-ي ]+", place.area(arabic=True)), place


def test_page__in_arabic_names_and_governorates_in_arabic_first(operations: Operations) -> None:
    browser = operations.browser("custodian")
    page = browser.get("/o/own/site/gazetteer/", {"q": "سلوك", "lang": "ar"}).content.decode()
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert row.index("سلوك") < row.index("Sulūk")
    assert "الرقة" in row
    assert "Raqqa" not in row
    page = browser.get("/o/own/site/gazetteer/", {"q": "suluk", "lang": "en"}).content.decode()
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert row.index("Sulūk") < row.index("سلوك")
    assert "Raqqa" in row


def test_own_places__in_arabic_by_the_arabic_name(operations: Operations) -> None:
    by = operations.actor("investigator")
    for name, name_ar in (("A", "ياء"), ("B", ""), ("C", "باء")):
        add_place(by, name=name, name_ar=name_ar, position=(36, 39), position_source="Invented")
    for language, order in (("en", ["A", "B", "C"]), ("ar", ["C", "A", "B"])):
        with override(language):
            assert [place.name for place in own_places(by, "")] == order
