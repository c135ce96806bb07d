"""Points that would cover each other on a map, drawn as one. Pure."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

APART_PX = 40.0  # symbols are 28 wide, and a thumb needs some room
WORLD_PX = 256.0  # width of the world at zoom 0, as map scripts have it
HIGHEST_LATITUDE = 85.0  # beyond it the projection has no end


@dataclass(frozen=True)
class Box:
    """What lies between two meridians and two parallels, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def around(self, other: Box) -> Box:
        """Return the box around two boxes."""
        return Box(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )

    @property
    def is_point(self) -> bool:
        """Tell whether nothing in the box is apart."""
        return self.west == self.east and self.south == self.north


@dataclass(frozen=True)
class Spot:
    """Points so near each other that no symbol parts them: how many, the box, one's key."""

    count: int
    box: Box
    key: Hashable

    @property
    def latitude(self) -> float:
        """Return the middle's latitude in degrees."""
        return (self.box.south + self.box.north) / 2

    @property
    def longitude(self) -> float:
        """Return the middle's longitude in degrees."""
        return (self.box.west + self.box.east) / 2


@dataclass
class Cluster:
    """Spots that one symbol stands for, at the place of the first."""

    first: Spot
    count: int
    box: Box

    def take(self, spot: Spot) -> None:
        """Add a spot."""
        self.count += spot.count
        self.box = self.box.around(spot.box)


def degrees_across(pixels: float, zoom: float) -> float:
    """Return how many degrees of longitude so many pixels of the screen show."""
    return pixels * 360 / (WORLD_PX * math.pow(2, zoom))


def clustered(spots: Iterable[Spot], zoom: float, apart_px: float = APART_PX) -> list[Cluster]:
    """Return spots in clusters whose places are at least so far apart.

    Each goes to the first cluster found within ``apart_px`` on the screen, else it begins one:
    looking at the nine cells around it is enough, so the work grows with the spots.
    """
    width = WORLD_PX * math.pow(2, zoom)
    cells: dict[tuple[int, int], list[tuple[float, float, Cluster]]] = {}
    made: list[Cluster] = []
    for spot in spots:
        x, y = _on_screen(spot.latitude, spot.longitude, width)
        column, row = int(x // apart_px), int(y // apart_px)
        near = _near(cells, column, row, (x, y), apart_px)
        if near is None:
            near = Cluster(spot, spot.count, spot.box)
            made.append(near)
            cells.setdefault((column, row), []).append((x, y, near))
        else:
            near.take(spot)
    return made


def _near(
    cells: dict[tuple[int, int], list[tuple[float, float, Cluster]]],
    column: int,
    row: int,
    at: tuple[float, float],
    apart_px: float,
) -> Cluster | None:
    for beside in (0, -1, 1):
        for below in (0, -1, 1):
            for x, y, cluster in cells.get((column + beside, row + below), ()):
                # In squares, as symbols are: two boxes of this width do not overlap.
                if max(abs(x - at[0]), abs(y - at[1])) < apart_px:
                    return cluster
    return None


def _on_screen(latitude: float, longitude: float, width: float) -> tuple[float, float]:
    latitude = max(-HIGHEST_LATITUDE, min(HIGHEST_LATITUDE, latitude))
    y = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
    return (longitude / 360 + 0.5) * width, (0.5 - y / (2 * math.pi)) * width


def metres_per_pixel(latitude: float, zoom: float) -> float:
    """Return how many metres of ground one pixel of the screen shows."""
    return 40_075_016.7 * math.cos(math.radians(latitude)) / (WORLD_PX * math.pow(2, zoom))
