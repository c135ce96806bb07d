"""Coordinates in five notations: read by hand-worked tables, written and read back, compared."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mgrs import MGRS
from openlocationcode import openlocationcode
from pyproj import Transformer

from forename.notation.coordinates import (
    WRITERS,
    Position,
    distance_km,
    read_position,
    write_decimal,
    write_dms,
    write_mgrs,
    write_plus,
    write_utm,
)

RAQQA = (35.95, 39.01)


@pytest.mark.parametrize(
    ("said", "latitude", "longitude", "notation"),
    [
        ("36.2021, 37.1343", 36.2021, 37.1343, "decimal"),
        ("36.2021 37.1343", 36.2021, 37.1343, "decimal"),
        ("(36.2021; 37.1343)", 36.2021, 37.1343, "decimal"),
        ("36,2021; 37,1343", 36.2021, 37.1343, "decimal"),
        ("36,2021, 37,1343", 36.2021, 37.1343, "decimal"),
        ("36,37", 36, 37, "decimal"),
        ("36.2021° N, 37.1343° E", 36.2021, 37.1343, "decimal"),
        ("36.2n 37.1e", 36.2, 37.1, "decimal"),
        ("E 37.1343 N 36.2021", 36.2021, 37.1343, "decimal"),
        ("-33.9, 151.2", -33.9, 151.2, "decimal"),
        ("33.9 S 151.2 E", -33.9, 151.2, "decimal"),
        ("geo:36.2,37.1", 36.2, 37.1, "decimal"),
        ("Lat: 36.2021 Long: 37.1343", 36.2021, 37.1343, "decimal"),
        ("٣٦٫٢٠٢١، ٣٧٫١٣٤٣", 36.2021, 37.1343, "decimal"),
        ("٣٦.٢٠٢١ شمالا ٣٧.١٣٤٣ شرقا", 36.2021, 37.1343, "decimal"),
        ("36.2021 ش 37.1343 ق", 36.2021, 37.1343, "decimal"),
        ("36.2 ج 37.1 غ", -36.2, -37.1, "decimal"),
        ("خط العرض 36.2 خط الطول 37.1", 36.2, 37.1, "decimal"),
        ("35°57'12\"N 39°00'33\"E", 35.953333, 39.009167, "dms"),
        ("35° 57′ 12″ N, 39° 0′ 33″ E", 35.953333, 39.009167, "dms"),
        ("35º57'12''N 39º00'33''E", 35.953333, 39.009167, "dms"),
        ("35 57 12 N, 39 0 33 E", 35.953333, 39.009167, "dms"),
        ("35 57 12 39 0 33", 35.953333, 39.009167, "dms"),
        ("35:57:12N 39:00:33E", 35.953333, 39.009167, "dms"),
        ("35d57m12s N 39d0m33s E", 35.953333, 39.009167, "dms"),
        ("35 deg 57 min 12 sec N 39 deg 0 min 33 sec E", 35.953333, 39.009167, "dms"),
        ("N35°57.2' E39°0.55'", 35.953333, 39.009167, "dms"),
        ("39°00'33\"E 35°57'12\"N", 35.953333, 39.009167, "dms"),
        ("٣٥° ٥٧′ ١٢″ شمالا، ٣٩° ٠′ ٣٣″ شرقا", 35.953333, 39.009167, "dms"),
        ("35°57'12\" ش 39°00'33\" ق", 35.953333, 39.009167, "dms"),
        ("37N 332270 4007978", 36.2021, 37.1343, "utm"),
        ("UTM 37 N 332270mE 4007978mN", 36.2021, 37.1343, "utm"),
        ("zone 37N E 332270 N 4007978", 36.2021, 37.1343, "utm"),
        ("37S CA 32269 07977", 36.2021, 37.1343, "mgrs"),
        ("37SCA3226907977", 36.2021, 37.1343, "mgrs"),
        ("MGRS: 37s ca 32269 07977", 36.2021, 37.1343, "mgrs"),
        ("8G8V642M+RP", 36.202063, 37.134313, "plus"),
    ],
)
def test_read_position__notations(
    said: str, latitude: float, longitude: float, notation: str
) -> None:
    reading = read_position(said)
    assert reading.problem is None
    found = reading.position
    assert found is not None
    assert found.latitude == pytest.approx(latitude, abs=1e-5)
    assert found.longitude == pytest.approx(longitude, abs=1e-5)
    assert (found.notation, found.said) == (notation, said)
    assert Position.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    ("said", "code", "part"),
    [
        ("", "place-empty", ""),
        ("the well", "place-not-read", "the well"),
        ("36.20, 37.13 near the well", "place-not-read", "near"),
        ("37.1343", "place-two-needed", ""),
        ("35°61'12\"N 39°00'33\"E", "place-minutes", "35°61'12\"N"),
        ("35°57'60\"N 39°00'33\"E", "place-minutes", "35°57'60\"N"),
        ("35.5°12'N 39°E", "place-fraction", "35.5°12'N"),
        ("-35.2N, 39E", "place-sign", "-35.2N"),
        ("35N 36N", "place-hemisphere", "35N 36N"),
        ("35N 36", "place-hemisphere", "35N 36"),
        ("36,2021,37,1343", "place-comma", "36,2021,37,1343"),
        ("91.5N, 36E", "place-latitude", "91.5N"),
        ("36N, 181E", "place-longitude", "181E"),
        ("200, 300", "place-latitude", "200"),
        ("95.2, 36.1", "place-swapped", "95.2, 36.1"),
        ("1 2 3", "place-not-read", "1 2 3"),
        ("UTM 61N 332345 4007890", "place-utm-zone", "61"),
        ("37N 99999 4007890", "place-utm-easting", "99999"),
        ("37N 332345 40078900", "place-utm-northing", "40078900"),
        ("37T 332345 4007890", "place-utm-band", "T"),
        ("37O 332345 4007890", "place-utm-band", "O"),
        ("37SDV123", "place-mgrs-digits", "37SDV123"),
        ("37S DV 12 123", "place-mgrs-digits", "37S DV 12 123"),
        ("37SZZ1234567890", "place-mgrs", "37SZZ1234567890"),
        ("X2R5+9V", "place-plus-short", "X2R5+9V"),
        ("8G7QX2R5+9", "place-plus", "8G7QX2R5+9"),
        ("8G7QX2R5+9V at the well", "place-not-read", "at"),
    ],
)
def test_read_position__problems_say_where(said: str, code: str, part: str) -> None:
    reading = read_position(said)
    assert reading.position is None
    assert reading.problem is not None
    assert reading.problem.code == code
    assert said[reading.problem.start : reading.problem.end] == part


def test_read_position__exchanged_is_refused_and_offered() -> None:
    reading = read_position("95.2, 36.1")
    assert [(p.latitude, p.longitude) for p in reading.readings] == [(36.1, 95.2)]
    # 39.01, 35.95 is Anatolia, and 59.5, 24.8 Tallinn: only the area of the operation can tell.
    far = read_position("15.95, 48.01", near=(48.0, 16.0))
    assert far.position is None
    assert far.problem is not None
    assert far.problem.code == "place-swapped"
    assert (far.readings[0].latitude, far.readings[0].longitude) == (48.01, 15.95)
    named = read_position("15.95N, 48.01E", near=(48.0, 16.0))
    assert named.position is not None
    assert [each.code for each in named.remarks] == ["place-far"]
    assert read_position("36.2021, 37.1343", near=RAQQA).remarks == ()


def test_read_position__a_utm_letter_that_says_two_things() -> None:
    # S is the band of Aleppo and the southern half; the northing fits both.
    reading = read_position("37S 332270 4007978")
    assert reading.position is None
    assert [round(p.latitude, 2) for p in reading.readings] == [36.2, -54.05]
    assert [each.code for each in reading.remarks] == ["place-utm-letter"]
    near = read_position("37S 332270 4007978", near=RAQQA).position
    assert near is not None
    assert round(near.latitude, 2) == 36.2


def test_read_position__a_short_plus_code_near_a_place() -> None:
    found = read_position("X2R5+9V Raqqa", near=RAQQA).position
    assert found is not None
    assert distance_km(RAQQA, (found.latitude, found.longitude)) < 10
    again = openlocationcode.decode(openlocationcode.recoverNearest("X2R5+9V", *RAQQA))
    assert found.latitude == again.latitudeCenter


@pytest.mark.parametrize(
    ("said", "metres"),
    [
        # half the diagonal of the cell: at 60° N a degree of longitude is half one of latitude
        ("60.0000, 10.0000", 0.00005 * 111_320 * math.sqrt(1.25)),
        ("60.00, 10.00", 0.005 * 111_320 * math.sqrt(1.25)),
        ("60°00'00\"N 10°00'00\"E", 0.5 / 3600 * 111_320 * math.sqrt(1.25)),
        ("60°00'N 10°00'E", 0.5 / 60 * 111_320 * math.sqrt(1.25)),
        ("37N 332270 4007978", 0.5 * math.sqrt(2)),
        ("37N 332270.5 4007978.0", 0.05 * math.sqrt(2)),
        ("37SCA3226907977", 0.5 * math.sqrt(2)),
        ("37SCA3207", 500 * math.sqrt(2)),
        ("37SCA", 50_000 * math.sqrt(2)),
    ],
)
def test_uncertainty__follows_from_the_notation(said: str, metres: float) -> None:
    found = read_position(said).position
    assert found is not None
    assert found.uncertainty_m == pytest.approx(metres, rel=1e-9)


def test_write__known_values() -> None:
    place = Position(36.2021, 37.1343, 7.15)
    assert write_decimal(place) == "36.2021, 37.1343"
    assert write_dms(place) == "36°12'07.6\"N 37°08'03.5\"E"
    assert write_utm(place) == "37N 332270 4007978"
    assert write_mgrs(place, 1) == "37S CA 32269 07977"
    assert write_mgrs(place) == "37S CA 322 079"
    assert write_plus(place) == "8G8V642M+RP"
    assert write_dms(Position(-0.0, -10.9999999, 1.0)).endswith("11°00'00.00\"W")
    assert write_utm(Position(85, 10, 1.0)) == write_mgrs(Position(85, 10, 1.0)) == ""


def test_position__outside_the_earth_is_refused() -> None:
    with pytest.raises(ValueError, match="no position"):
        Position(91, 0, 1)


PLACES = st.builds(
    Position,
    st.floats(-79.5, 83.5),
    st.floats(-179.9, 179.9),
    st.sampled_from([0.71, 7.1, 71.0, 710.0]),
)


@pytest.mark.parametrize("notation", sorted(WRITERS))
@given(place=PLACES)
def test_write__read_back_within_the_stated_precision(notation: str, place: Position) -> None:
    written = WRITERS[notation](place)
    readings = read_position(written).readings
    assert readings, written
    away = min(
        1000 * distance_km((place.latitude, place.longitude), (r.latitude, r.longitude))
        for r in readings
    )
    # The radius is worked out on a sphere: up to 1 % of the ellipsoid.
    assert away <= readings[0].uncertainty_m * 1.01 + 1e-6, written
    if notation != "utm":
        assert len(readings) == 1


@given(place=PLACES.filter(lambda p: abs(p.latitude) > 0.01))
def test_utm_and_mgrs__agree_with_the_libraries(place: Position) -> None:
    written = write_utm(place)
    zone, east, north = written[:-1].split()[0][:-1], *map(float, written.split()[1:])
    code = (32600 if place.latitude >= 0 else 32700) + int(zone)
    moved = Transformer.from_crs("EPSG:4326", f"EPSG:{code}", always_xy=True)
    x, y = moved.transform(place.longitude, place.latitude)
    assert (east, float(written.split()[2])) == pytest.approx((x, y), abs=0.51)
    assert north
    grid = write_mgrs(place, 1).replace(" ", "")
    assert grid.zfill(len(grid) + (len(zone) < 2)) == MGRS().toMGRS(place.latitude, place.longitude)


@given(st.text(max_size=30) | st.lists(st.sampled_from(
    "36 37.5 N E ° ' \" , ; - S W 37S CA 12345 + ش ق 8G7Q 61 : UTM".split()
)).map(" ".join))  # fmt: skip
def test_read_position__any_words_get_an_answer(said: str) -> None:
    reading = read_position(said)
    assert reading.readings or reading.problem is not None
    if reading.problem is not None:
        assert 0 <= reading.problem.start <= reading.problem.end <= len(said)
        assert reading.problem.in_words("ar")
