"""One field for a place: coordinates, an outline, or words relative to a place."""

from __future__ import annotations

import math

import pytest

from forename.notation.positions import distance_km
from forename.site.places import Anchor, UnreadPlace, circle_around, read_place

SULUK = Anchor("Suluk", 36.6, 39.13, "Invented for this test")


def _find(name: str) -> list[Anchor]:
    return [SULUK] if name == "Suluk" else [SULUK, SULUK] if name == "Twins" else []


@pytest.mark.parametrize(
    ("words", "notation"),
    [
        ("36.37500, 39.13000", "decimal"),
        ("36°22'30.0\"N 39°07'48.0\"E", "dms"),
        ("37S EA 11657 25546", "mgrs"),
        ("8GCF949J+2XQ", "plus"),
    ],
)
def test_read_place__coordinates_in_any_notation_are_a_point(words: str, notation: str) -> None:
    place = read_place(words, _find)
    assert (place.how, place.notation) == ("point", notation)
    assert place.geometry["type"] == "Point"
    assert place.geometry["coordinates"] == [place.longitude, place.latitude]


def test_read_place__words_from_a_village_are_a_sector_on_the_right_side() -> None:
    place = read_place("25 km south of Suluk", _find)
    assert place.how == "relative"
    assert place.geometry["type"] == "Polygon"
    assert place.relative is not None
    assert place.relative["anchor"]["name"] == "Suluk"
    assert place.relative["distance_km"] == 25
    assert place.relative["bearing_deg"] == 180
    # All of it lies south of the village, the said distance among the distances drawn.
    ring = place.geometry["coordinates"][0]
    assert all(latitude < SULUK.latitude for _, latitude in ring)
    lengths = [distance_km(SULUK.at, (latitude, longitude)) for longitude, latitude in ring]
    assert min(lengths) < 25 < max(lengths)
    # The circle around the middle holds every corner.
    for longitude, latitude in ring:
        away = distance_km((place.latitude, place.longitude), (latitude, longitude)) * 1000
        assert away <= place.uncertainty_m + 1e-6


def test_read_place__arabic_words_are_read_the_same_way() -> None:
    english = read_place("25 km south of Suluk", _find)
    arabic = read_place("25 كم جنوب سلوك", lambda _name: [SULUK])
    assert arabic.geometry == english.geometry


def test_read_place__typed_coordinates_stand_in_for_a_place_nobody_lists() -> None:
    place = read_place("3 km east of Nowhere", _find, anchor_at=(36.0, 39.0))
    assert place.relative is not None
    assert place.relative["anchor"] == {"name": "Nowhere", "latitude": 36.0, "longitude": 39.0}


def test_read_place__unknown_and_ambiguous_villages_are_asked_about() -> None:
    with pytest.raises(UnreadPlace) as unknown:
        read_place("3 km east of Nowhere", _find)
    assert (unknown.value.anchor, unknown.value.anchors) == ("Nowhere", ())
    with pytest.raises(UnreadPlace) as several:
        read_place("3 km east of Twins", _find)
    assert len(several.value.anchors) == 2


def test_read_place__corners_line_by_line_are_an_outline() -> None:
    place = read_place("36.0, 39.0\n36.0, 39.001\n36.001, 39.001\n36.001, 39.0", _find)
    assert place.how == "polygon"
    ring = place.geometry["coordinates"][0]
    assert ring[0] == ring[-1]
    assert len(ring) == 5
    assert (place.latitude, place.longitude) == pytest.approx((36.0005, 39.0005))


def test_read_place__a_wrong_corner_is_named_by_its_line() -> None:
    with pytest.raises(UnreadPlace) as unread:
        read_place("36.0, 39.0\n36.0, 239.001\n36.001, 39.001", _find)
    assert unread.value.line == 2


@pytest.mark.parametrize("words", ["", "behind the school", "96.0, 239.0", "\x00", "-", "٣٦"])
def test_read_place__what_gives_no_place_is_refused_with_a_reason(words: str) -> None:
    with pytest.raises(UnreadPlace) as unread:
        read_place(words, _find)
    assert unread.value.problem is not None


def test_circle_around__holds_a_square_with_half_its_diagonal() -> None:
    # A square of 0.002 degrees at the equator: half the diagonal is 0.001 · √2 degrees, 111,320 m
    # a degree along the equator and 110,574 m a degree of longitude's meridian.
    latitude, longitude, radius = circle_around(
        [[-0.001, -0.001], [0.001, -0.001], [0.001, 0.001], [-0.001, 0.001]]
    )
    assert (latitude, longitude) == (0.0, 0.0)
    assert radius == pytest.approx(math.hypot(111.320, 110.574), rel=1e-4)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("36.0 39.0\n36.1 39.1\n36.1 39.0\n36.0 39.1", "place-outline-crosses"),
        ("36.0 39.0\n36.1 39.1\n36.2 39.2", "place-outline-flat"),
        ("36.0 39.0\n36.0 39.0\n36.0 39.0", "place-outline-flat"),
        ("0 km south of Suluk", "relative-distance"),
        ("99999 km south of Suluk", "relative-distance"),
    ],
)
def test_read_place__what_bounds_no_ground_is_refused(words: str, code: str) -> None:
    with pytest.raises(UnreadPlace) as refusal:
        read_place(words, _find)
    assert refusal.value.problem is not None
    assert refusal.value.problem.code == code


def test_read_place__an_outline_across_the_antimeridian_stays_small() -> None:
    # 0.2° of longitude and 0.1° of latitude at the equator: half the diagonal is about 12.4 km.
    place = read_place("0.0 179.9\n0.0 -179.9\n0.1 -179.9\n0.1 179.9", _find)
    assert abs(place.longitude) == pytest.approx(180)
    assert place.latitude == pytest.approx(0.05)
    assert 12_000 < place.uncertainty_m < 25_000
    north = circle_around([[179.9, 0.0], [-179.9, 0.0], [-179.9, 0.1], [179.9, 0.1]])
    assert north[2] == pytest.approx(12_430, rel=0.01)


def test_read_place__two_corners_are_no_outline() -> None:
    with pytest.raises(UnreadPlace) as unread:
        read_place("36.1, 39.2\n36.2, 39.3", _find)
    assert unread.value.problem is not None
    assert unread.value.problem.code == "place-outline-flat"
    # One position may stand on two lines.
    assert read_place("36°12'N\n39°10'E", _find).how == "point"
