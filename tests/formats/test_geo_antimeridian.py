"""Outlines across the antimeridian: cut where GeoJSON is written, joined where it is read."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest

from forename.formats.geo_antimeridian import cut, unwrapped
from forename.formats.geo_gpx import write_gpx
from forename.formats.geo_json import read_geojson, write_geojson
from forename.formats.geo_places import WrittenPlace, written_position
from forename.formats.source import source_of_bytes

# A square of 2 by 2 degrees, its western half before the antimeridian, and a notched one.
SQUARE = [[179.0, 10.0], [-179.0, 10.0], [-179.0, 12.0], [179.0, 12.0], [179.0, 10.0]]
WEST = [[-179.0, 10.0], [-179.0, 12.0], [179.0, 12.0], [179.0, 10.0], [-179.0, 10.0]]
# Its corner lies on the antimeridian.
WEDGE = [[179.0, 10.0], [180.0, 9.0], [-179.0, 10.0], [-179.0, 12.0], [179.0, 12.0], [179.0, 10.0]]


def _polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def _written(geometry: dict[str, Any]) -> Any:
    text = write_geojson("Invented", [WrittenPlace("1", "S-1", geometry, {})])
    return text, json.loads(text)["features"][0]["geometry"]


def _corners(position: str) -> set[str]:
    return set(position.splitlines())


def test_cut__a_square_becomes_two_within_180_degrees() -> None:
    made = cut(_polygon(SQUARE))
    assert made["type"] == "MultiPolygon"
    west, east = (part[0] for part in made["coordinates"])
    halves = ({(179.0, 10.0), (180.0, 10.0), (180.0, 12.0), (179.0, 12.0)},
              {(-180.0, 10.0), (-179.0, 10.0), (-179.0, 12.0), (-180.0, 12.0)})  # fmt: skip
    assert [{tuple(p) for p in ring} for ring in (west, east)] == list(halves)
    for ring in (west, east):  # closed, and against the clock as the square was
        assert ring[0] == ring[-1]
        assert sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) > 0


def test_cut__elsewhere_nothing_changes() -> None:
    near = _polygon([[178.0, 1.0], [180.0, 1.0], [180.0, 2.0], [178.0, 1.0]])
    point = {"type": "Point", "coordinates": [179.0, 1.0]}
    assert cut(near) == near
    assert cut(point) == point


def test_cut__a_hole_is_cut_with_the_outline() -> None:
    hole = [[179.5, 10.5], [179.5, 11.5], [-179.5, 11.5], [-179.5, 10.5], [179.5, 10.5]]
    parts = cut(_polygon(SQUARE, hole))["coordinates"]
    assert [len(rings) for rings in parts] == [2, 2]
    one_sided = [[179.2, 10.5], [179.2, 11.5], [179.4, 11.5], [179.2, 10.5]]
    parts = cut(_polygon(SQUARE, one_sided))["coordinates"]
    assert [len(rings) for rings in parts] == [2, 1]


def test_unwrapped__longitudes_run_on_beyond_180() -> None:
    (ring,) = unwrapped(_polygon(SQUARE))["coordinates"]
    assert [p[0] for p in ring] == [179.0, 181.0, 181.0, 179.0, 179.0]


@pytest.mark.parametrize("ring", [SQUARE, WEST, WEDGE], ids=["from-east", "from-west", "wedge"])
def test_read_geojson__what_was_cut_is_read_as_the_one_outline(ring: list[list[float]]) -> None:
    text, geometry = _written(_polygon(ring))
    assert geometry["type"] == "MultiPolygon"
    (place,) = read_geojson(source_of_bytes("invented", text.encode()))
    assert place.problems == ()
    assert _corners(written_position(place)) == {f"{p[1]:.1f}, {p[0]:.1f}" for p in ring}


@pytest.mark.parametrize(
    "other",
    [
        [[-180.0, 10.0], [-179.0, 10.0], [-179.0, 11.0], [-180.0, 11.0], [-180.0, 10.0]],
        [[-178.0, 10.0], [-177.0, 10.0], [-177.0, 12.0], [-178.0, 10.0]],
        [[-180.0, 10.0], [-179.0, 910.0], [-179.0, 12.0], [-180.0, 12.0], [-180.0, 10.0]],
        [],
    ],
    ids=["other side", "apart", "no position", "empty"],
)
def test_read_geojson__two_outlines_that_were_never_one_are_a_problem(other: Any) -> None:
    west = [[179.0, 10.0], [180.0, 10.0], [180.0, 12.0], [179.0, 12.0], [179.0, 10.0]]
    geometry = {"type": "MultiPolygon", "coordinates": [[west], [other]]}
    (place,) = read_geojson(source_of_bytes("invented", json.dumps(geometry).encode()))
    assert [each.code for each in place.problems] == ["shape"]


def test_write_gpx__the_middle_lies_on_the_near_side_of_the_globe() -> None:
    text = write_gpx("Invented", [WrittenPlace("1", "S-1", _polygon(SQUARE), {})])
    assert 'lat="11" lon="180"' in text or 'lat="11" lon="-180"' in text
