"""KML 2.2: placemarks with points and outlines, longitude first, WGS 84."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from forename.formats.geo_places import (
    MOST_ELEMENTS,
    GeoPlace,
    Noticed,
    WrittenPlace,
    check_number,
    degrees,
    every,
    place_of,
    xml_text,
)
from forename.formats.source import Source
from forename.formats.xml_tree import Element, read_tree

NAMESPACE = "http://www.opengis.net/kml/2.2"
_SHAPES = ("Point", "Polygon", "LineString", "LinearRing", "MultiGeometry", "Model", "Track",
           "MultiTrack")  # fmt: skip


def read_kml(source: Source) -> tuple[GeoPlace, ...]:
    """Return the placemarks of a KML file.

    Folders, styles and pictures are passed over; a link to another file is a problem, since
    nothing is fetched. Raises `UnusableInputError` with line and column.
    """
    root = read_tree(source, MOST_ELEMENTS)
    if root.name != "kml":
        raise root.error(f"the XML's root is <{root.name}>: this is no KML file.", "<kml>")
    links = every(root, "NetworkLink")
    marks = every(root, "Placemark")
    check_number(len(marks) + len(links), source.file)
    linked = [GeoPlace(_line(each), problems=(Noticed("link"),)) for each in links]
    return (*(_placemark(each) for each in marks), *linked)


def _line(element: Element) -> int:
    return element.location.line or 1


def _placemark(mark: Element) -> GeoPlace:
    said = {
        name: element.text
        for name in ("name", "description")
        for element in mark.named(name)
        if element.text
    }
    for data in every(mark, "Data"):
        value = " ".join(child.text for child in data.named("value"))
        if value:
            said[data.attributes.get("name", "")] = value
    for data in every(mark, "SimpleData"):
        if data.text:
            said[data.attributes.get("name", "")] = data.text
    line = _line(mark)
    shapes = [child for child in mark.children if child.name in _SHAPES]
    while len(shapes) == 1 and shapes[0].name == "MultiGeometry":
        shapes = [child for child in shapes[0].children if child.name in _SHAPES]
    if not shapes:
        return GeoPlace(line, (), said)
    if len(shapes) > 1 or shapes[0].name not in ("Point", "Polygon"):
        name = "MultiGeometry" if len(shapes) > 1 else shapes[0].name
        return GeoPlace(line, (), said, (Noticed("shape", name),))
    (shape,) = shapes
    if shape.name == "Point":
        return place_of(line, _positions(shape)[:1] or [()], said, outline=False)
    holes = len(shape.named("innerBoundaryIs"))
    remarks = [Noticed("holes", str(holes))] if holes else []
    outer = shape.named("outerBoundaryIs")
    return place_of(line, _positions(outer[0]) if outer else [], said, remarks, outline=True)


def _positions(element: Element) -> list[tuple[str, ...]]:
    """Return the written values of each position: commas within, spaces between."""
    return [
        tuple(value for value in position.split(","))
        for coordinates in every(element, "coordinates")
        for position in coordinates.text.split()
    ]


def write_kml(title: str, places: Iterable[WrittenPlace], notes: Sequence[str] = ()) -> str:
    """Return a KML document; values stand in ``ExtendedData`` under their names."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<kml xmlns="{NAMESPACE}"><Document><name>{_safe(title)}</name>',
        f"<description>{_safe(' '.join(notes))}</description>",
    ]
    for place in places:
        data = "".join(
            f"<Data name={quoteattr(xml_text(name))}><value>{_safe(value)}</value></Data>"
            for name, value in place.values.items()
            if value not in (None, "")
        )
        lines.append(
            f"<Placemark><name>{_safe(place.title)}</name>"
            f"<ExtendedData>{data}</ExtendedData>{_shape(place)}</Placemark>"
        )
    lines.append("</Document></kml>\n")
    return "\n".join(lines)


def _safe(value: object) -> str:
    return escape(xml_text(value))


def _shape(place: WrittenPlace) -> str:
    geometry = place.geometry
    if geometry is None:
        return ""
    if geometry["type"] == "Point":
        return (
            f"<Point><coordinates>{_coordinates([geometry['coordinates']])}</coordinates></Point>"
        )
    rings = [
        f"<LinearRing><coordinates>{_coordinates(ring)}</coordinates></LinearRing>"
        for ring in geometry["coordinates"]
    ]
    inner = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in rings[1:])
    return f"<Polygon><outerBoundaryIs>{rings[0]}</outerBoundaryIs>{inner}</Polygon>"


def _coordinates(positions: Iterable[Sequence[float]]) -> str:
    return " ".join(f"{degrees(p[0])},{degrees(p[1])}" for p in positions)
