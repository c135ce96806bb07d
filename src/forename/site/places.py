"""Reading a place typed into one field: coordinates, an outline, or words relative to a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from forename.notation.coordinates import read_position
from forename.notation.directions import RelativePlace, area, read_relative
from forename.notation.positions import Position, beside, geod
from forename.notation.remarks import Remark, remark
from forename.site.outlines import area_m2, crossing_sides

LatLon = tuple[float, float]
_FLAT = 1e-12  # square degrees: about a square decimetre


@dataclass(frozen=True)
class Anchor:
    """A place that words start from, as the gazetteer or a person gives it."""

    name: str
    latitude: float
    longitude: float
    about: str = ""  # what tells it from others of the name: governorate, kind

    @property
    def at(self) -> LatLon:
        """Return latitude and longitude."""
        return self.latitude, self.longitude


@dataclass(frozen=True)
class ReadPlace:
    """A place that was read: its form, the circle around it, what is drawn, how it was meant."""

    how: str  # point, polygon, relative
    notation: str
    latitude: float
    longitude: float
    uncertainty_m: float
    geometry: dict[str, Any]
    relative: dict[str, Any] | None = None


class UnreadPlace(Exception):  # noqa: N818 - an answer, not a fault
    """Words that give no one place: what is to say about it, and what may have been meant."""

    def __init__(
        self,
        problem: Remark | None = None,
        *,
        line: int = 0,
        positions: Sequence[Position] = (),
        anchor: str = "",
        anchors: Sequence[Anchor] = (),
    ) -> None:
        super().__init__(problem.code if problem else f"anchor {anchor!r}")
        self.problem = problem
        self.line = line  # of an outline, from 1; 0 for the whole
        self.positions = tuple(positions)
        self.anchor = anchor  # the words of a place that has to be found
        self.anchors = tuple(anchors)  # several places of that name


Find = Callable[[str], Sequence[Anchor]]


def read_place(
    words: str,
    find: Find,
    near: LatLon | None = None,
    anchor_at: LatLon | None = None,
) -> ReadPlace:
    """Return the place that words give; raise `UnreadPlace` where a person has to say more.

    Three or more lines of coordinates are the corners of an outline; one line of coordinates is
    a point; anything else is read as a distance and direction from a place that ``find`` looks
    up, unless ``anchor_at`` says where it is.
    """
    lines = [line for line in words.splitlines() if line.strip()]
    if len(lines) >= 3 and read_position(lines[0], near).readings:
        return _outline(lines, near)
    reading = read_position(words, near)
    if reading.position is not None:
        return _point(reading.position)
    if reading.readings:
        raise UnreadPlace(
            reading.problem or next(iter(reading.remarks), None), positions=reading.readings
        )
    if len(lines) == 2 and all(read_position(line, near).readings for line in lines):
        raise UnreadPlace(remark("place-outline-flat"))
    said = read_relative(words)
    if said.place is None:
        looks_relative = any(letter.isalpha() for letter in words) and said.problem is not None
        meant_as_words = looks_relative and said.problem.code != "relative-none"  # type: ignore[union-attr]
        raise UnreadPlace(said.problem if meant_as_words else reading.problem)
    return _relative(said.place, find, anchor_at)


def _point(position: Position) -> ReadPlace:
    geometry = {"type": "Point", "coordinates": [position.longitude, position.latitude]}
    return ReadPlace(
        "point", position.notation, position.latitude, position.longitude,
        position.uncertainty_m, geometry,
    )  # fmt: skip


def _outline(lines: Sequence[str], near: LatLon | None) -> ReadPlace:
    corners: list[Position] = []
    for number, line in enumerate(lines, 1):
        reading = read_position(line, near)
        if reading.position is None:
            problem = reading.problem or next(iter(reading.remarks), None)
            raise UnreadPlace(problem, line=number, positions=reading.readings)
        corners.append(reading.position)
    ring = [[p.longitude, p.latitude] for p in corners]
    if ring[0] != ring[-1]:
        ring.append(list(ring[0]))
    _check_outline(ring)
    latitude, longitude, radius = circle_around(ring)
    written = max(p.uncertainty_m for p in corners)
    return ReadPlace(
        "polygon", corners[0].notation, latitude, longitude, radius + written,
        {"type": "Polygon", "coordinates": [ring]},
    )  # fmt: skip


def _check_outline(ring: Sequence[Sequence[float]]) -> None:
    """Raise `UnreadPlace` where a closed ring of degrees crosses itself or bounds no area."""
    first = ring[0][0]
    corners = [(beside(longitude, first), latitude) for longitude, latitude in ring[:-1]]
    numbers = [i for i, corner in enumerate(corners) if corner != corners[i - 1]]
    differing = [corners[i] for i in numbers]
    if len(differing) < 3:
        raise UnreadPlace(remark("place-outline-flat"))
    crossing = crossing_sides(differing)
    if crossing is not None:
        one, other = (str(numbers[i] + 1) for i in crossing)
        raise UnreadPlace(remark("place-outline-crosses", one=one, other=other))
    if area_m2(differing) < _FLAT:
        raise UnreadPlace(remark("place-outline-flat"))


def _relative(place: RelativePlace, find: Find, anchor_at: LatLon | None) -> ReadPlace:
    anchor = Anchor(place.anchor, *anchor_at) if anchor_at else _one(place.anchor, find)
    other = _one(place.other, find) if place.other else None
    geometry = area(place, anchor.at, other.at if other else None)
    latitude, longitude, radius = circle_around(geometry["coordinates"][0])
    relative = {
        "kind": place.kind,
        "anchor": {
            "name": anchor.name, "latitude": anchor.latitude, "longitude": anchor.longitude,
        },
        "distance_km": place.distance_km,
        "nearest_km": place.nearest_km,
        "farthest_km": place.farthest_km,
        "bearing_deg": place.bearing_deg,
        "tolerance_deg": place.tolerance_deg,
    }  # fmt: skip
    if other is not None:
        relative["other"] = {
            "name": other.name, "latitude": other.latitude, "longitude": other.longitude,
        }  # fmt: skip
    return ReadPlace("relative", "", latitude, longitude, radius, geometry, relative)


def _one(name: str, find: Find) -> Anchor:
    found = find(name)
    if len(found) != 1:
        raise UnreadPlace(anchor=name, anchors=found)
    return found[0]


def metres_between(one: LatLon, other: LatLon) -> float:
    """Return the distance of two points on the ellipsoid in metres."""
    _, _, metres = geod().inv(one[1], one[0], other[1], other[0])
    return float(metres)


def circle_around(ring: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Return latitude and longitude of the middle of a ring's box, and the radius in metres
    of the circle around that middle which holds every corner of the ring.
    """
    longitudes = [beside(point[0], ring[0][0]) for point in ring]
    latitudes = [point[1] for point in ring]
    longitude = beside((min(longitudes) + max(longitudes)) / 2, 0.0)
    latitude = (min(latitudes) + max(latitudes)) / 2
    count = len(ring)
    _, _, metres = geod().inv([longitude] * count, [latitude] * count, longitudes, latitudes)
    return latitude, longitude, float(max(metres))
