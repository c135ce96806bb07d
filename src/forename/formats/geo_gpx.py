"""GPX 1.1: waypoints of satellite receivers, WGS 84."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from xml.sax.saxutils import escape, quoteattr

from forename.exceptions import UnusableInputError
from forename.formats.geo_places import (
    MOST_ELEMENTS,
    GeoPlace,
    Noticed,
    WrittenPlace,
    check_number,
    degrees,
    every,
    middle_of,
    place_of,
    xml_text,
)
from forename.formats.source import Source
from forename.formats.xml_tree import Element, read_tree

NAMESPACE = "http://www.topografix.com/GPX/1/1"
VALUES = "urn:forename:values"
RECEIVER_M = 15  # a hand-held receiver under an open sky, where the file says nothing


def read_gpx(source: Source) -> tuple[GeoPlace, ...]:
    """Return the waypoints of a GPX file; tracks and routes are told and left out.

    A waypoint that states no uncertainty gets that of a hand-held receiver, 15 m. Raises
    `UnusableInputError` with line and column.
    """
    root = read_tree(source, MOST_ELEMENTS)
    if root.name != "gpx":
        raise root.error(f"the XML's root is <{root.name}>: this is no GPX file.", "<gpx>")
    points = root.named("wpt")
    ways = len(root.named("trk")) + len(root.named("rte"))
    if ways and not points:
        raise UnusableInputError(
            "the file holds tracks or routes only.",
            file=source.file,
            line=root.location.line,
            expected="waypoints",
        )
    check_number(len(points), source.file)
    places = [_waypoint(each) for each in points]
    if ways:
        told = (*places[0].remarks, Noticed("tracks", str(ways)))
        places[0] = replace(places[0], remarks=told)
    return tuple(places)


def _waypoint(point: Element) -> GeoPlace:
    said = {"uncertainty_m": str(RECEIVER_M)}
    for name, field in (("name", "name"), ("cmt", "description"), ("desc", "description")):
        for element in point.named(name):
            if element.text:
                said[field] = element.text
    for value in every(point, "value"):
        if value.namespace == VALUES and value.text:
            said[value.attributes.get("name", "")] = value.text
    at = tuple(point.attributes.get(name, "") for name in ("lon", "lat"))
    place = place_of(point.location.line or 1, [at], said, outline=False)
    if point.named("ele"):
        place = replace(place, remarks=(*place.remarks, Noticed("altitude")))
    return place


def write_gpx(title: str, places: Iterable[WrittenPlace], notes: Sequence[str] = ()) -> str:
    """Return a GPX file of waypoints, an outline by its middle; places without one are left out.

    Values stand in ``extensions`` under their names.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gpx version="1.1" creator="Forename" xmlns="{NAMESPACE}" xmlns:f="{VALUES}">',
        f"<metadata><name>{_safe(title)}</name><desc>{_safe(' '.join(notes))}</desc></metadata>",
    ]
    for place in places:
        if place.geometry is None:
            continue
        longitude, latitude = middle_of(place.geometry)
        values = "".join(
            f"<f:value name={quoteattr(xml_text(name))}>{_safe(value)}</f:value>"
            for name, value in place.values.items()
            if value not in (None, "")
        )
        lines.append(
            f'<wpt lat="{degrees(latitude)}" lon="{degrees(longitude)}">'
            f"<name>{_safe(place.title)}</name><extensions>{values}</extensions></wpt>"
        )
    lines.append("</gpx>\n")
    return "\n".join(lines)


def _safe(value: object) -> str:
    return escape(xml_text(value))
