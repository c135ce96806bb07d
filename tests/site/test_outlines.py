"""Outlines in local metres: what is read, what is refused and why, what is measured."""

from __future__ import annotations

import math

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from forename.formats.source import source_of_bytes
from forename.site.outline_files import read_local_geojson
from forename.site.outlines import (
    area_m2,
    checked_outline,
    crossing_sides,
    encloses,
    label_point,
    on_the_globe,
    read_outline,
    write_outline,
)

SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 1.0), (0.0, 1.0))


@pytest.mark.parametrize(
    "text",
    [
        "0 0\n2 0\n2 1\n0 1",
        "0,0; 2,0; 2,1; 0,1",
        "0, 0\n2, 0\n2, 1\n0, 1\n0, 0",
        "0,0 0,0\n2,0 0,0\n2,0 1,0\n0,0 1,0",
        "٠ ٠\n٢ ٠\n٢ ١\n٠ ١",
        "0 0\n\n0 0\n2 0\n2 1\n0 1\n",
        "'0 0; 2 0; 2 1; 0 1",
    ],
)
def test_read_outline__takes_pairs_as_people_write_them(text: str) -> None:
    assert read_outline(text) == SQUARE


def test_read_outline__negative_numbers_and_nothing() -> None:
    assert read_outline("-0.5 −1; 1.25 -1; 0 2")[0] == (-0.5, -1.0)
    assert read_outline("  \n ") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 0\nabc\n1 1", "Line 2, “abc”"),
        ("0 0 0\n1 1 1\n2 0 1", "Line 1"),
        ("1e3 0\n1 1\n2 0", "Line 1"),
        ("nan 0\n1 1\n2 0", "Line 1"),
        ("0 0\n1 1", "three corners or more; 2 differ"),
        ("0 0\n1 1\n0 0\n", "three corners or more; 2 differ"),
        ("0 0\n1 1\n2 2", "on one line"),
        ("0 0\n1 1\n1 0\n0 1", "crosses itself: the side after corner 1 meets the side after"),
        ("0 0\n2 0\n1 0\n1 1", "crosses itself"),
        ("600000 4026000\n600001 4026000\n600001 4026001", "Corner 1 lies more than 1000 m"),
        ("\n".join(f"{i} {i * i}" for i in range(10_000)), "at most 1000 corners"),
    ],
)
def test_read_outline__says_what_is_wrong_and_where(text: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        read_outline(text)


def _turned(count: int) -> list[tuple[float, float]]:
    angles = [2 * math.pi * i / count for i in range(count)]
    return [(math.cos(a) * (1 + i % 2), math.sin(a) * (1 + i % 2)) for i, a in enumerate(angles)]


def test_checked_outline__a_thousand_corners_of_a_star_are_taken() -> None:
    assert len(checked_outline(_turned(1000))) == 1000


CORNERS = st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=4, max_size=7)


def _meets(a: object, b: object, c: object, d: object) -> bool:
    """Tell whether two sides share a point, by halving one into many and looking for each."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = a, b, c, d  # type: ignore[misc]
    det = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if det == 0:
        steps = [(ax + (bx - ax) * t / 840, ay + (by - ay) * t / 840) for t in range(841)]
        return any(
            abs((dx - cx) * (y - cy) - (dy - cy) * (x - cx)) < 1e-9
            and min(cx, dx) - 1e-9 <= x <= max(cx, dx) + 1e-9
            and min(cy, dy) - 1e-9 <= y <= max(cy, dy) + 1e-9
            for x, y in steps
        )
    t = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / det
    u = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / det
    return -1e-9 <= t <= 1 + 1e-9 and -1e-9 <= u <= 1 + 1e-9


@given(CORNERS)
def test_crossing_sides__agrees_with_comparing_every_pair(corners: list[tuple[int, int]]) -> None:
    ring = [(float(x), float(y)) for x, y in corners]
    count = len(ring)
    if any(ring[i] == ring[i - 1] for i in range(count)):
        return  # `checked_outline` drops repeated corners first
    pairs = [(i, j) for i in range(count) for j in range(i + 2, count) if j - i != count - 1]
    apart = any(
        _meets(ring[i], ring[i + 1], ring[j], ring[(j + 1) % count]) for i, j in pairs
    )  # fmt: skip
    folded = any(
        math.isclose(
            math.atan2(ring[i - 1][1] - ring[i][1], ring[i - 1][0] - ring[i][0]),
            math.atan2(
                ring[(i + 1) % count][1] - ring[i][1], ring[(i + 1) % count][0] - ring[i][0]
            ),
        )
        for i in range(count)
    )
    assert (crossing_sides(ring) is not None) is (apart or folded)


def test_measures__of_a_rectangle_and_a_horseshoe() -> None:
    assert area_m2(SQUARE) == 2.0
    assert label_point(SQUARE) == (1.0, 0.5)
    horseshoe = [(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)]
    assert area_m2(horseshoe) == 7.0
    assert encloses(horseshoe, label_point(horseshoe))
    assert not encloses(horseshoe, (1.5, 2))
    assert read_outline(write_outline(SQUARE)) == SQUARE


def test_on_the_globe__turns_with_the_grid() -> None:
    straight = on_the_globe([(0, 0), (0, 100), (100, 0)], (36.0, 39.0), 0.0)
    origin, north, east, closed = straight["coordinates"][0]
    assert origin == closed == [39.0, 36.0]
    assert north[0] == 39.0
    assert north[1] == pytest.approx(36.0 + 100 / 110_963, abs=1e-6)  # a degree at 36° north
    assert east[0] == pytest.approx(39.0 + 100 / 90_164, abs=1e-6)
    turned = on_the_globe([(0, 0), (0, 100), (100, 0)], (36.0, 39.0), 90.0)
    assert turned["coordinates"][0][1] == pytest.approx(east)  # y runs east now


def _read(text: str) -> object:
    known = {"number": "number", "kind": "kind", "outline": "outline"}
    return read_local_geojson(source_of_bytes("invented.geojson", text.encode()), known)


def test_geojson__becomes_rows_with_located_problems() -> None:
    read = _read(
        '{"type": "FeatureCollection", "features": ['
        '{"type": "Feature", "properties": {"number": "12", "Kind": "cut", "fid": 4}, "geometry": '
        '{"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 1], [0, 0]]]}},'
        '{"type": "Feature", "properties": null, "geometry": {"type": "Point", '
        '"coordinates": [1, 2]}},'
        '{"type": "Feature", "properties": {}, "geometry": null}, 7]}'
    )
    assert read.table.header.cells == ("number", "kind", "outline")
    first = read.table.rows[0].cells
    assert first[:2] == ("12", "cut")
    assert read_outline(first[2]) == ((0.0, 0.0), (2.0, 0.0), (2.0, 1.0))
    assert [p.line for p in read.problems] == [2, 4]
    assert [(r.line, r.text) for r in read.remarks] == [(1, "Left out: fid.")]


def test_geojson__a_number_past_all_bounds_is_located() -> None:
    corner = "[1" + "0" * 400 + ", 1]"
    read = _read(
        '{"features": [{"geometry": {"type": "Polygon", "coordinates": [['
        f"{corner}, [1, 2], [3, 4], {corner}]]}}}}]}}"
    )
    assert [(p.line, p.field) for p in read.problems] == [(1, "outline")]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"features": []}',
        "[" * 3000,
        "12",
        '{"features": [{"properties": {"number": "\\ud800"}}]}',
        '{"features": [{"properties": {"number": "\\u0000"}}]}',
    ],
)
def test_geojson__that_is_none_is_refused(text: str) -> None:
    from forename.exceptions import UnusableInputError

    with pytest.raises(UnusableInputError):
        _read(text)
