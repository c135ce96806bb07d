"""GeoJSON, KML and GPX: what is read, what is refused with its place, what comes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from forename.exceptions import UnusableInputError
from forename.formats.geo_gpx import read_gpx, write_gpx
from forename.formats.geo_json import read_geojson, write_geojson
from forename.formats.geo_kml import read_kml, write_kml
from forename.formats.geo_places import GeoPlace, WrittenPlace, written_position
from forename.formats.source import Source, source_of_bytes

Reader = Callable[[Source], tuple[GeoPlace, ...]]
READERS = {"geojson": read_geojson, "kml": read_kml, "gpx": read_gpx}
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>%s</Document></kml>'
GPX = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">%s</gpx>'


def _source(text: str | bytes, name: str = "invented") -> Source:
    return source_of_bytes(name, text if isinstance(text, bytes) else text.encode())


def _feature(geometry: Any, **properties: Any) -> str:
    feature = {"type": "Feature", "geometry": geometry, "properties": properties}
    return json.dumps({"type": "FeatureCollection", "features": [feature]})


def _point(*values: object) -> str:
    written = ", ".join(str(v) for v in values)
    return _feature("POINT").replace('"POINT"', f'{{"type": "Point", "coordinates": [{written}]}}')


def _codes(place: GeoPlace) -> tuple[list[str], list[str]]:
    return [n.code for n in place.problems], [n.code for n in place.remarks]


def test_read_geojson__a_point_keeps_its_digits_in_both_numbers() -> None:
    # 39.10000 is written 39.1 in JSON; the other number tells how exact the point is.
    (place,) = read_geojson(_source(_point("39.1", "36.37721")))
    assert written_position(place) == "36.37721, 39.10000"
    assert place.line == 1


def test_read_geojson__properties_become_texts() -> None:
    text = _feature(None, name="حفرة", depth=1.5, n=3, empty=None, more={"a": [1]})
    (place,) = read_geojson(_source(text))
    assert place.said == {"name": "حفرة", "depth": "1.5", "n": "3", "more": '{"a": [1]}'}
    assert place.corners == ()
    assert place.problems == ()


def test_read_geojson__an_outline_is_opened_and_its_holes_are_told() -> None:
    ring = [[39.1, 36.3], [39.2, 36.3], [39.2, 36.4], [39.1, 36.3]]
    (place,) = read_geojson(_source(_feature({"type": "Polygon", "coordinates": [ring, ring]})))
    assert written_position(place) == "36.3, 39.1\n36.3, 39.2\n36.4, 39.2"
    assert _codes(place) == ([], ["holes"])


@pytest.mark.parametrize(
    ("coordinates", "problem"),
    [
        (["39.1", "136.3"], "order"),  # 136.3 can be a longitude, 39.1 a latitude
        (["139.1", "136.3"], "latitude"),
        (["200.5", "36.3"], "longitude"),
        (["491234.5", "4021234.5"], "metres"),  # UTM
        (["39.1"], "incomplete"),
        ([], "incomplete"),
        (['"39.1"', "36.3"], "not-a-number"),
        (["true", "36.3"], "not-a-number"),
        (["null", "36.3"], "not-a-number"),
        (["1e999", "36.3"], "not-a-number"),
    ],
)
def test_read_geojson__what_is_no_position_is_a_problem_of_its_place(
    coordinates: list[str], problem: str
) -> None:
    (place,) = read_geojson(_source(_point(*coordinates)))
    assert _codes(place) == ([problem], [])
    assert place.corners == ()


def test_read_geojson__a_third_number_is_told_and_left_out() -> None:
    (place,) = read_geojson(_source(_point(39.14, 36.37, 312.5)))
    assert _codes(place) == ([], ["altitude"])
    assert written_position(place) == "36.37, 39.14"


@pytest.mark.parametrize(
    ("geometry", "problem"),
    [
        ({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}, "shape"),
        ({"type": "GeometryCollection", "geometries": []}, "shape"),
        ({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}, "shape"),
        ({"type": "Circle", "coordinates": [1, 2]}, "shape"),
        ({"type": "Polygon", "coordinates": []}, "incomplete"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]}, "incomplete"),
        ({"type": "Polygon", "coordinates": [[[i / 99, i * i / 99999] for i in range(1500)]]},
         "corners"),
    ],
)  # fmt: skip
def test_read_geojson__other_shapes_are_problems(geometry: Any, problem: str) -> None:
    (place,) = read_geojson(_source(_feature(geometry)))
    assert problem in _codes(place)[0]


def test_read_geojson__one_point_of_many_is_a_point() -> None:
    (place,) = read_geojson(
        _source(_feature({"type": "MultiPoint", "coordinates": [[39.5, 36.5]]}))
    )
    assert written_position(place) == "36.5, 39.5"


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32637"}},
        {"type": "link", "properties": {"href": "https://example.org/crs"}},
        "EPSG:3857",
    ],
)
def test_read_geojson__another_coordinate_system_is_refused(crs: Any) -> None:
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": []})
    with pytest.raises(UnusableInputError, match="coordinate system"):
        read_geojson(_source(text))


def test_read_geojson__wgs_84_by_its_old_names_is_taken() -> None:
    for name in ("urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326"):
        root = json.loads(_point(39.5, 36.5))
        root["crs"] = {"type": "name", "properties": {"name": name}}
        assert len(read_geojson(_source(json.dumps(root)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "{",
        _point(39.1, 36.3)[:-3],
        _point("NaN", 36.3),
        _point("Infinity", 36.3),
        "[]",
        "12",
        '{"type": "FeatureCollection"}',
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "FeatureCollection", "features": [3]}',
        '{"type": "FeatureCollection", "features": [{"type": "Point"}]}',
        '{"type": "Topology", "objects": {}}',
        '{"type": 5}',
        "[" * 100_000,
        _point("9" * 5000, 36.3),
        b"\xff\xfe\x00\xd8\x00",
        b"PK\x03\x04 an archive",
    ],
)
def test_read_geojson__what_is_none_is_refused_whole(text: str | bytes) -> None:
    with pytest.raises(UnusableInputError):
        read_geojson(_source(text))


def test_read_kml__points_and_outlines_with_their_data() -> None:
    text = KML % (
        "\n<Folder><Placemark><name>Pit</name><description>seen</description><ExtendedData>"
        '<Data name="code"><value>S-1</value></Data><SchemaData><SimpleData name="depth">2'
        "</SimpleData></SchemaData></ExtendedData><Point><coordinates>39.10,36.377,0</coordinates>"
        "</Point></Placemark></Folder>\n<Placemark><Polygon><outerBoundaryIs><LinearRing>"
        "<coordinates>39.1,36.3 39.2,36.3 39.2,36.4 39.1,36.3</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon></Placemark>"
    )
    point, outline = read_kml(_source(text))
    assert point.said == {"name": "Pit", "description": "seen", "code": "S-1", "depth": "2"}
    assert written_position(point) == "36.377, 39.100"
    assert (point.line, outline.line) == (2, 3)
    assert len(outline.corners) == 3


@pytest.mark.parametrize(
    ("inside", "problem"),
    [
        ("<Placemark><LineString><coordinates>1,2 3,4</coordinates></LineString></Placemark>",
         "shape"),
        ("<Placemark><Point><coordinates>39.1, 36.3</coordinates></Point></Placemark>",
         "not-a-number"),
        ("<Placemark><Point><coordinates>39.1</coordinates></Point></Placemark>", "incomplete"),
        ("<Placemark><Point/></Placemark>", "incomplete"),
        ("<Placemark><Polygon/></Placemark>", "incomplete"),
        ("<Placemark><Point><coordinates>NaN,36.3</coordinates></Point></Placemark>",
         "not-a-number"),
        ("<Placemark><Point><coordinates>1e999999999,36.3</coordinates></Point></Placemark>",
         "metres"),
        ("<Placemark><Point><coordinates>39.1,136.3</coordinates></Point></Placemark>", "order"),
        ("<NetworkLink><Link><href>http://example.org/a.kml</href></Link></NetworkLink>", "link"),
    ],
)  # fmt: skip
def test_read_kml__problems_stand_at_their_place(inside: str, problem: str) -> None:
    (place,) = read_kml(_source(KML % inside))
    assert _codes(place)[0] == [problem]


def test_written_position__tiny_numbers_stay_short() -> None:
    mark = "<Placemark><Point><coordinates>1e-99999,36.3</coordinates></Point></Placemark>"
    (place,) = read_kml(_source(KML % mark))
    assert written_position(place) == "36.3000000, 0.0000000"


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "xxxxxxxxxx">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("read", [read_kml, read_gpx])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "<kml><Document>",
        "<gpx><wpt",
        BOMB + "<kml><Placemark><name>&c;</name></Placemark></kml>",
        OUTSIDE + "<gpx><wpt lat='1' lon='2'><name>&a;</name></wpt></gpx>",
        "<html/>",
        KML % "",
        GPX % "",
        "<a>" * 100,
        b"\x00\x01\x02",
        "<kml>\ud83d".encode("utf-8", "surrogatepass"),
        '{"type": "Point"}',
    ],
)
def test_read_xml__what_is_none_is_refused_whole(read: Reader, text: str | bytes) -> None:
    with pytest.raises(UnusableInputError):
        read(_source(text))


def test_read_gpx__waypoints_have_the_uncertainty_of_a_receiver() -> None:
    text = GPX % (
        '\n<wpt lat="36.37721" lon="39.1"><ele>312</ele><name>S-1</name><desc>seen</desc></wpt>'
        "\n<trk><trkseg/></trk><rte/>"
    )
    (place,) = read_gpx(_source(text))
    assert written_position(place) == "36.37721, 39.10000"
    assert place.said == {"uncertainty_m": "15", "name": "S-1", "description": "seen"}
    assert place.line == 2
    assert sorted(_codes(place)[1]) == ["altitude", "tracks"]


def test_read_gpx__tracks_alone_are_refused() -> None:
    with pytest.raises(UnusableInputError, match="tracks or routes only"):
        read_gpx(_source(GPX % "<trk><trkseg/></trk>"))


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ('lat="91" lon="39"', "order"),
        ('lat="91" lon="139"', "latitude"),
        ('lat="36"', "not-a-number"),
        ('lat="nan" lon="39"', "not-a-number"),
        ('lat="36,3" lon="39"', "not-a-number"),
    ],
)
def test_read_gpx__problems_stand_at_their_place(attributes: str, problem: str) -> None:
    (place,) = read_gpx(_source(GPX % f"<wpt {attributes}/>"))
    assert _codes(place)[0] == [problem]


RING = [[39.1, 36.3], [39.2, 36.3], [39.2, 36.4], [39.1, 36.3]]
PLACES = [
    WrittenPlace("1", "S-1 <Pit> & \x0b more", {"type": "Point", "coordinates": [39.14051, 36.5]},
                 {"code": "S-1", "name": "حفرة <&>\"'", "uncertainty_m": 12.5, "none": None}),
    WrittenPlace("2", "S-2", {"type": "Polygon", "coordinates": [RING]}, {"code": "S-2"}),
    WrittenPlace("3", "S-3", None, {"code": "S-3"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("write", "form"), [(write_geojson, "geojson"), (write_kml, "kml"), (write_gpx, "gpx")]
)
def test_write__is_read_again(write: Any, form: str) -> None:
    text = write("SIMULATED · Invented & more", PLACES, ["SIMULATED — invented"])
    assert text.count("SIMULATED") == 2
    places = READERS[form](_source(text))
    assert [p.said["code"] for p in places] == ["S-1", "S-2", "S-3"][: 2 if form == "gpx" else 3]
    assert written_position(places[0]) == "36.50000, 39.14051"
    assert places[0].said["name"] == "حفرة <&>\"'"
    assert places[0].said["uncertainty_m"] == "12.5"
    # A receiver knows points only: the middle of the outline's box.
    middle = "36.35, 39.15" if form == "gpx" else "36.3, 39.1\n36.3, 39.2\n36.4, 39.2"
    assert written_position(places[1]) == middle
    assert all(p.problems == () for p in places)


@pytest.mark.parametrize("form", ["geojson", "kml", "gpx"])
def test_read__a_cut_file_is_refused_wherever_it_is_cut(form: str) -> None:
    write: Any = {"geojson": write_geojson, "kml": write_kml, "gpx": write_gpx}[form]
    data = write("Invented", PLACES, []).strip().encode()
    for end in range(1, len(data), 7):
        with pytest.raises(UnusableInputError):
            READERS[form](_source(data[:end]))
