"""Relative places: words read by a table, areas measured on the ellipsoid."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.notation.directions import RelativePlace, area, read_relative, sector
from forename.notation.positions import distance_km, geod

# said | kind | anchor | other | km | nearest | farthest | bearing | tolerance
TABLE = """
25 km south of Al-Wawi | bearing | Al-Wawi |  | 25 | 20 | 30 | 180 | 30
a field 25 km south of Al-Wawi, in Raqqa | bearing | Al-Wawi |  | 25 | 20 | 30 | 180 | 30
35 km to the north of Raqqa | bearing | Raqqa |  | 35 | 28 | 42 | 0 | 30
about 3 km north-east of the town of Suluk | bearing | Suluk |  | 3 | 1.95 | 4.05 | 45 | 22.5
20 km SSW of Suluk | bearing | Suluk |  | 20 | 15 | 25 | 202.5 | 22.5
20 km south-southwest of Suluk | bearing | Suluk |  | 20 | 15 | 25 | 202.5 | 22.5
على بعد 25 كم شمال شمال شرق سلوك | bearing | سلوك |  | 25 | 20 | 30 | 22.5 | 22.5
5 km N of Tabqa | bearing | Tabqa |  | 5 | 4 | 6 | 0 | 30
Raqqa, 10 km due south | bearing | Raqqa |  | 10 | 6.5 | 13.5 | 180 | 15
500 m west of the well at Al-Karama | bearing | well at Al-Karama |  | 0.5 | 0.4 | 0.6 | 270 | 30
five miles east of Homs | bearing | Homs |  | 8.04672 | 6.437376 | 9.656064 | 90 | 30
20-30 km from Raqqa | distance | Raqqa |  | 25 | 20 | 30 | - | 180
between 20 and 30 km west of Raqqa | bearing | Raqqa |  | 25 | 20 | 30 | 270 | 30
south of Raqqa | bearing | Raqqa |  | - | 0 | 30 | 180 | 30
between Raqqa and Tabqa | between | Raqqa | Tabqa | - | 0 | 0 | - | 180
on the road between Raqqa and Tabqa | between | Raqqa | Tabqa | - | 0 | 0 | - | 180
10 km from Raqqa towards Tabqa | towards | Raqqa | Tabqa | 10 | 6.5 | 13.5 | - | 30
10 km from Raqqa on the road to Tabqa | towards | Raqqa | Tabqa | 10 | 3.9 | 13.5 | - | 30
near Suluk | near | Suluk |  | - | 0 | 5 | - | 180
on the outskirts of the city of Raqqa | near | Raqqa |  | - | 0 | 5 | - | 180
حوالي 5 كم شمال غرب الرقة | bearing | الرقة |  | 5 | 3.25 | 6.75 | 315 | 22.5
على بعد ٢٥ كيلومتراً جنوب قرية الواوي | bearing | الواوي |  | 25 | 20 | 30 | 180 | 30
خمسة كيلومترات شرقي الكرامة | bearing | الكرامة |  | 5 | 4 | 6 | 90 | 30
شمالي الرقة بحوالي 5 كم | bearing | الرقة |  | 5 | 4 | 6 | 0 | 30
جنوب مدينة الرقة | bearing | الرقة |  | - | 0 | 30 | 180 | 30
على بعد كيلومترين من الطبقة | distance | الطبقة |  | 2 | 1.6 | 2.4 | - | 180
بين الرقة والطبقة | between | الرقة | الطبقة | - | 0 | 0 | - | 180
قرب قرية السلحبية | near | السلحبية |  | - | 0 | 5 | - | 180
Raqqa - 5 km south | bearing | Raqqa |  | 5 | 4 | 6 | 180 | 30
Raqqa-Tabqa road, 5 -10 km south of Raqqa | bearing | Raqqa |  | 7.5 | 3 | 10 | 180 | 30
بالقرب من الجسر | near | الجسر |  | - | 0 | 5 | - | 180
"""
ROWS = [tuple(cell.strip() for cell in line.split("|")) for line in TABLE.strip().splitlines()]


def _number(cell: str) -> float | None:
    return None if cell == "-" else float(cell)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_read_relative__table(row: tuple[str, ...]) -> None:
    said, kind, anchor, other, km, nearest, farthest, bearing, tolerance = row
    place = read_relative(said).place
    assert place is not None
    assert (place.said, place.kind, place.anchor, place.other) == (said, kind, anchor, other)
    assert place.distance_km == pytest.approx(_number(km))
    assert place.nearest_km == pytest.approx(_number(nearest))
    assert place.farthest_km == pytest.approx(_number(farthest))
    assert place.bearing_deg == _number(bearing)
    assert place.tolerance_deg == float(tolerance)
    assert RelativePlace.from_json(place.to_json()) == place


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "relative-none"),
        ("in the desert", "relative-none"),
        ("the grave is in North Street", "relative-none"),
        ("في الحي الشرقي", "relative-none"),
        ("25 km south", "relative-no-anchor"),
        ("two hours' drive south of Raqqa", "relative-time"),
        ("20 minutes from Raqqa", "relative-time"),
        ("على مسافة ساعتين من الرقة", "relative-time"),
        ("-5 km south of Raqqa", "relative-sign"),
        ("−5 km south of Raqqa", "relative-sign"),
        ("Raqqa, minus 5 km south", "relative-sign"),
        ("about -5 km south of Raqqa", "relative-sign"),
        ("-5-10 km south of Raqqa", "relative-sign"),
        ("على بعد -٥ كم جنوب الرقة", "relative-sign"),
        ("ناقص 5 كم جنوب الرقة", "relative-sign"),
    ],
)
def test_read_relative__problems(said: str, code: str) -> None:
    reading = read_relative(said)
    assert reading.place is None
    assert reading.problem is not None
    assert reading.problem.code == code


def _signed_area(polygon: dict) -> list[float]:
    return [
        geod().polygon_area_perimeter([p[0] for p in ring], [p[1] for p in ring])[0]
        for ring in polygon["coordinates"]
    ]


def test_area__a_sector_south_of_an_anchor() -> None:
    place = read_relative("25 km south of Al-Wawi").place
    assert place is not None
    polygon = area(place, (36.0, 39.0))
    (ring,) = polygon["coordinates"]
    assert ring[0] == ring[-1]
    for longitude, latitude in ring:
        bearing, _, metres = geod().inv(39.0, 36.0, longitude, latitude)
        assert 19.999 <= metres / 1000 <= 30.001
        assert abs((bearing - 180 + 180) % 360 - 180) <= 30.001
    # A sixth of the ring: pi (30^2 - 20^2) / 6 = 261.8 km2; the chords take off less than 1 %.
    assert _signed_area(polygon)[0] / 1e6 == pytest.approx(261.8, rel=0.01)


def test_area__rings_turn_as_geojson_asks() -> None:
    assert _signed_area(sector(36, 39, 0, 5))[0] / 1e6 == pytest.approx(78.54, rel=0.01)
    outer, inner = _signed_area(sector(36, 39, 20, 30))
    assert outer > 0 > inner
    assert (outer + inner) / 1e6 == pytest.approx(1570.8, rel=0.01)
    assert _signed_area(sector(36, 39, 0, 10, 90, 22.5))[0] > 0


def test_area__between_two_places_holds_both_and_the_middle() -> None:
    place = read_relative("between Raqqa and Tabqa").place
    assert place is not None
    raqqa, tabqa = (35.95, 39.01), (35.84, 38.55)
    (ring,) = area(place, raqqa, tabqa)["coordinates"]
    length = distance_km(raqqa, tabqa)
    # A corridor as long as the way and two fifths as wide.
    size = geod().polygon_area_perimeter([p[0] for p in ring], [p[1] for p in ring])[0] / 1e6
    assert size == pytest.approx(length * length * 0.4, rel=0.01)
    with pytest.raises(ValueError, match="both places"):
        area(place, raqqa)


def test_area__towards_another_place() -> None:
    place = read_relative("10 km from Raqqa towards Tabqa").place
    assert place is not None
    (ring,) = area(place, (35.95, 39.01), (35.84, 38.55))["coordinates"]
    ahead = geod().inv(39.01, 35.95, 38.55, 35.84)[0] % 360
    for longitude, latitude in ring:
        bearing = geod().inv(39.01, 35.95, longitude, latitude)[0]
        assert abs((bearing - ahead + 180) % 360 - 180) <= 30.001


def test_sector__impossible_distances_are_refused() -> None:
    for nearest, farthest in ((5, 3), (-1, 3), (0, 0)):
        with pytest.raises(ValueError, match="no distance"):
            sector(36, 39, nearest, farthest)


@given(
    st.floats(-80, 80), st.floats(-179, 179), st.floats(0, 50), st.floats(0.1, 100),
    st.floats(0, 360), st.floats(1, 179),
)  # fmt: skip
def test_sector__closed_counter_clockwise_within_its_distances(
    latitude: float, longitude: float, nearest: float, more: float, bearing: float, wide: float
) -> None:
    ring = sector(latitude, longitude, nearest, nearest + more, bearing, wide)["coordinates"][0]
    assert ring[0] == ring[-1]
    for x, y in ring:
        away = distance_km((latitude, longitude), (y, x))
        assert away <= nearest + more + 1e-6
        assert away >= nearest - 1e-6 or (nearest == 0)


@given(st.text(max_size=40) | st.lists(st.sampled_from(
    "25 km south of Raqqa and between كم جنوب الرقة و بين near قرب towards - hours".split()
)).map(" ".join))  # fmt: skip
def test_read_relative__any_words_get_an_answer(said: str) -> None:
    reading = read_relative(said)
    assert (reading.place is None) == (reading.problem is not None)
    if reading.place is not None:
        assert reading.place.anchor
        assert 0 <= reading.place.nearest_km <= reading.place.farthest_km


def test_remark__in_arabic_what_was_written_keeps_its_direction() -> None:
    problem = read_relative("-5 km south of Raqqa").problem
    assert problem is not None
    assert "«\u2068-5 km\u2069»" in problem.in_words("ar")
    assert "“-5 km”" in problem.in_words("en")


def test_read_relative__a_long_row_of_digits_is_no_distance() -> None:
    for count in (16, 400, 5000):
        problem = read_relative("9" * count + " km south of Suluk").problem
        assert problem is not None
        assert problem.code == "relative-distance"
