"""A position, how far it is known, and the ellipsoid (WGS 84) that it lies on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from forename.notation.remarks import Remark

METRES_PER_DEGREE = 111_320.0  # of latitude; of longitude times the cosine of the latitude


@dataclass(frozen=True)
class Position:
    """A position in degrees (WGS 84) with the radius in metres within which it was written.

    ``notation`` is ``decimal``, ``dms``, ``utm``, ``mgrs`` or ``plus``; ``said`` the words.
    """

    latitude: float
    longitude: float
    uncertainty_m: float
    notation: str = "decimal"
    said: str = ""

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"{self.latitude}, {self.longitude} is no position.")

    def to_json(self) -> dict[str, Any]:
        """Return the position as JSON values."""
        return vars(self).copy()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Position:
        """Return a position from its JSON values; KeyError or ValueError where they are none."""
        latitude, longitude = float(stored["latitude"]), float(stored["longitude"])
        uncertainty_m = float(stored["uncertainty_m"])
        return cls(
            latitude,
            longitude,
            uncertainty_m,
            str(stored.get("notation", "decimal")),
            str(stored.get("said", "")),
        )


@dataclass(frozen=True)
class PositionReading:
    """What words can mean as a position: none and why, one, or several to choose from."""

    said: str
    readings: tuple[Position, ...] = ()
    problem: Remark | None = None
    remarks: tuple[Remark, ...] = ()

    @property
    def position(self) -> Position | None:
        """Return the only reading; None where there is none or a person has to choose."""
        return self.readings[0] if len(self.readings) == 1 and self.problem is None else None


class Unreadable(Exception):  # noqa: N818 - an answer about the words, not a fault
    """The words say no position that can be read; ``offered`` is what they may have meant."""

    def __init__(self, why: Remark, offered: tuple[Position, ...] = ()) -> None:
        super().__init__(why.code)
        self.why = why
        self.offered = offered


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the length of the shortest line on the ellipsoid between two positions, in km."""
    _, _, metres = geod().inv(one[1], one[0], other[1], other[0])
    return float(metres) / 1000


@cache
def geod() -> Any:
    """Return the WGS 84 ellipsoid, for lines and distances on it."""
    from pyproj import Geod

    return Geod(ellps="WGS84")


def radius(latitude: float, high: float, wide: float) -> float:
    """Return the radius in metres around a cell of half-height and half-width in degrees."""
    across = wide * METRES_PER_DEGREE * math.cos(math.radians(latitude))
    return math.hypot(high * METRES_PER_DEGREE, across)


@cache
def utm_grid(zone: int, northern: bool) -> Any:
    """Return the grid of a UTM zone: longitude and latitude to metres, and back."""
    from pyproj import Proj

    return Proj(proj="utm", zone=zone, south=not northern, ellps="WGS84")


def from_utm(zone: int, northern: bool, east: float, north: float) -> tuple[float, float]:
    """Return latitude and longitude of a UTM position; ValueError where there is none."""
    longitude, latitude = utm_grid(zone, northern)(east, north, inverse=True)
    if not (math.isfinite(longitude) and math.isfinite(latitude)):
        raise ValueError("no such position")
    return float(latitude), float(longitude)


def beside(longitude: float, other: float) -> float:
    """Return a longitude counted so that it is at most half a turn from another one."""
    if abs(longitude - other) <= 180:
        return longitude
    return other + (longitude - other + 180) % 360 - 180
