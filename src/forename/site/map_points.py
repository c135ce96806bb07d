"""Points that would cover each other on a map, drawn as one. Pure."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

APART_PX = 40.0  # symbols are 28 wide, and a thumb needs some room
WORLD_PX = 256.0  # width of the world at zoom 0, as map scripts have it
HIGHEST_LATITUDE = 85.0  # beyond it the projection has no end


@dataclass
class Cluster:
    """Points near each other at a zoom: the first one's place, the keys, the box of all."""

    latitude: float
    longitude: float
    keys: list[Hashable] = field(default_factory=list)
    south: float = 90.0
    west: float = 180.0
    north: float = -90.0
    east: float = -180.0

    def take(self, key: Hashable, latitude: float, longitude: float) -> None:
        """Add a point."""
        self.keys.append(key)
        self.south, self.north = min(self.south, latitude), max(self.north, latitude)
        self.west, self.east = min(self.west, longitude), max(self.east, longitude)


def clustered(
    points: Iterable[tuple[Hashable, float, float]], zoom: float, apart_px: float = APART_PX
) -> list[Cluster]:
    """Return (key, latitude, longitude) in clusters whose places are at least so far apart.

    Each point goes to the first cluster found within ``apart_px`` on the screen, else it begins
    one: looking at the nine cells around it is enough, so the work grows with the points.
    """
    width = WORLD_PX * math.pow(2, zoom)
    cells: dict[tuple[int, int], list[tuple[float, float, Cluster]]] = {}
    made: list[Cluster] = []
    for key, latitude, longitude in points:
        x, y = _on_screen(latitude, longitude, width)
        column, row = int(x // apart_px), int(y // apart_px)
        near = _near(cells, column, row, (x, y), apart_px)
        if near is None:
            near = Cluster(latitude, longitude)
            made.append(near)
            cells.setdefault((column, row), []).append((x, y, near))
        near.take(key, latitude, longitude)
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
