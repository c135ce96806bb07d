"""GeoJSON (RFC 7946): places with their properties, longitude first, WGS 84."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from forename.exceptions import UnusableInputError
from forename.formats.geo_antimeridian import cut, joined
from forename.formats.geo_places import (
    MOST_ELEMENTS,
    GeoPlace,
    Noticed,
    WrittenPlace,
    check_number,
    place_of,
)
from forename.formats.json_fields import JsonField, json_of_text
from forename.formats.source import Source
from forename.formats.text import decode

_WGS_84 = ("CRS84", "4326")  # how files of the time before RFC 7946 name it
_GEOMETRIES = ("Point", "Polygon", "MultiPoint", "MultiPolygon", "LineString", "MultiLineString",
               "GeometryCollection")  # fmt: skip


def read_geojson(source: Source) -> tuple[GeoPlace, ...]:
    """Return the places of a GeoJSON file; ``line`` is the number of the feature.

    Points and outlines are taken; what else a feature is, is a problem of that place. Raises
    `UnusableInputError` for what is no GeoJSON, another coordinate system, no feature or too many.
    """
    if source.data.count(b"{") > MOST_ELEMENTS:
        raise UnusableInputError(
            "the file holds too many objects.",
            file=source.file,
            expected=f"at most {MOST_ELEMENTS:,}",
        )
    root = json_of_text(decode(source))
    members = root.fields()
    _check_crs(members.get("crs"))
    kind = root.field("type").text()
    if kind == "FeatureCollection":
        features = root.field("features").items()
    elif kind == "Feature":
        features = [root]
    elif kind in _GEOMETRIES:
        check_number(1, source.file)
        return (_place(1, root, {}),)
    else:
        raise members["type"].error(f"{kind!r} is no kind of GeoJSON.", "FeatureCollection")
    check_number(len(features), source.file)
    return tuple(_feature(number, each) for number, each in enumerate(features, start=1))


def _check_crs(crs: JsonField | None) -> None:
    if crs is None or crs.value is None:
        return
    name = json.dumps(crs.value)
    if not any(known in name for known in _WGS_84):
        raise crs.error(
            f"the file is in another coordinate system ({name[:80]}).",
            "longitude and latitude on WGS 84; export the file again as EPSG:4326",
        )


def _feature(number: int, feature: JsonField) -> GeoPlace:
    members = feature.fields()
    if members.get("type") is None or members["type"].value != "Feature":
        raise feature.error("this is no feature.", '"type": "Feature"')
    properties = members.get("properties")
    said: dict[str, str] = {}
    if properties is not None and properties.value is not None:
        said = {
            name: text
            for name, value in properties.fields().items()
            if (text := _text(value.value))
        }
    geometry = members.get("geometry")
    if geometry is None or geometry.value is None:
        return GeoPlace(number, (), said)
    return _place(number, geometry, said)


def _place(number: int, geometry: JsonField, said: Mapping[str, str]) -> GeoPlace:
    kind = geometry.field("type").text()
    if kind not in ("Point", "Polygon", "MultiPoint", "MultiPolygon"):
        return GeoPlace(number, (), said, (Noticed("shape", kind[:40]),))
    coordinates = geometry.field("coordinates")
    if kind.startswith("Multi"):
        parts = coordinates.items()
        if kind == "MultiPolygon" and len(parts) == 2:
            return _cut_outline(number, parts, said)
        if len(parts) != 1:
            return GeoPlace(number, (), said, (Noticed("shape", kind),))
        coordinates = parts[0]
    if kind.endswith("Point"):
        return place_of(number, [_numbers(coordinates)], said, outline=False)
    return _outline(number, coordinates, said)


def _cut_outline(number: int, parts: Sequence[JsonField], said: Mapping[str, str]) -> GeoPlace:
    """Return the outline that was cut at the antimeridian into two; other two are a problem."""
    one, other = (_outline(number, part, said) for part in parts)
    corners = joined(one.corners, other.corners)
    if corners is None or one.problems or other.problems:
        return GeoPlace(number, (), said, (Noticed("shape", "MultiPolygon"),))
    remarks = {each.code: each for each in (*one.remarks, *other.remarks)}
    return GeoPlace(number, corners, said, (), tuple(remarks.values()))


def _outline(number: int, coordinates: JsonField, said: Mapping[str, str]) -> GeoPlace:
    rings = coordinates.items()
    if not rings:
        return GeoPlace(number, (), said, (Noticed("incomplete", "0"),))
    remarks = [Noticed("holes", str(len(rings) - 1))] if len(rings) > 1 else []
    corners = [_numbers(each) for each in rings[0].items()]
    return place_of(number, corners, said, remarks, outline=True)


def _numbers(position: JsonField) -> list[str]:
    values = [each.value for each in position.items()]
    return [
        repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else "?"
        for value in values
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return repr(value) if isinstance(value, float) else str(value)


def write_geojson(title: str, places: Iterable[WrittenPlace], notes: Sequence[str] = ()) -> str:
    """Return a feature collection; places without a position have a null geometry.

    An outline across the antimeridian is cut there, as the RFC asks.
    """
    features = [
        {
            "type": "Feature",
            "id": place.key,
            "geometry": None if place.geometry is None else cut(place.geometry),
            "properties": dict(place.values),
        }
        for place in places
    ]
    head: dict[str, Any] = {"type": "FeatureCollection", "name": title}
    if notes:
        head["note"] = " ".join(notes)
    return json.dumps(head | {"features": features}, ensure_ascii=False)
