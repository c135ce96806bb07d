"""Places as map programs exchange them: what GeoJSON, KML and GPX have in common."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from forename.exceptions import UnusableInputError
from forename.formats.xml_tree import Element
from forename.notation.positions import beside

MOST_CORNERS = 1000  # of an outline
MOST_PLACES = 20_000
MOST_ELEMENTS = 500_000  # of XML, objects of JSON: 25 for a place
MOST_DECIMALS = 7  # a hundredth of a metre
_IN_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was noticed about a place: a code, and the value that it is about.

    Problems: ``not-a-number``, ``latitude``, ``longitude``, ``metres``, ``order``, ``incomplete``,
    ``corners``, ``shape``, ``link``. Remarks: ``altitude``, ``holes``, ``tracks``.
    """

    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class GeoPlace:
    """One place of a file, in the file's own words.

    ``line`` is its line (in GeoJSON the number of the feature), ``corners`` are pairs of
    longitude and latitude in degrees (WGS 84) as written: none, one (a point), or three and more
    (the outer ring of an outline, not closed). ``said`` maps names of the file to texts.
    """

    line: int
    corners: tuple[tuple[Decimal, Decimal], ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Noticed, ...] = ()
    remarks: tuple[Noticed, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenPlace:
    """A place to write: its key, title, GeoJSON geometry (None for none), named values."""

    key: str
    title: str
    geometry: Mapping[str, Any] | None
    values: Mapping[str, Any]


Pair = tuple[Decimal, Decimal]


def pair_of(values: Sequence[str]) -> tuple[Pair | None, list[Noticed], list[Noticed]]:
    """Return longitude and latitude of one written position, problems, and remarks.

    A third value is an altitude, which is told and left out.
    """
    if len(values) < 2:
        return None, [Noticed("incomplete", ", ".join(values))], []
    try:
        longitude, latitude = Decimal(values[0]), Decimal(values[1])
        finite = longitude.is_finite() and latitude.is_finite()
    except InvalidOperation:
        finite = False
    if not finite:
        return None, [Noticed("not-a-number", ", ".join(values[:2])[:60])], []
    remarks = [Noticed("altitude")] if len(values) > 2 else []
    # copy_abs, since abs rounds and can overflow.
    if longitude.copy_abs() > 180 or latitude.copy_abs() > 90:
        return None, [_out_of_range(longitude, latitude)], remarks
    return (longitude, latitude), [], remarks


def _out_of_range(longitude: Decimal, latitude: Decimal) -> Noticed:
    written = f"{str(longitude)[:30]}, {str(latitude)[:30]}"
    if longitude.copy_abs() > 1000 or latitude.copy_abs() > 1000:
        return Noticed("metres", written)
    if longitude.copy_abs() <= 90 and latitude.copy_abs() <= 180:
        return Noticed("order", written)
    return Noticed("longitude" if abs(longitude) > 180 else "latitude", written)


def place_of(
    line: int,
    positions: Iterable[Sequence[str]],
    said: Mapping[str, str],
    remarks: Iterable[Noticed] = (),
    *,
    outline: bool,
) -> GeoPlace:
    """Return the place of written positions: those of a point, or the ring of an outline."""
    corners: list[Pair] = []
    problems: list[Noticed] = []
    noticed = list(remarks)
    for values in positions:
        pair, wrong, told = pair_of(values)
        problems += wrong
        noticed += told
        if pair is not None:
            corners.append(pair)
    if outline and len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if outline and not problems and len(set(corners)) < 3:
        problems.append(Noticed("incomplete", str(len(set(corners)))))
    if len(corners) > MOST_CORNERS:
        problems.append(Noticed("corners", str(len(corners))))
    return GeoPlace(line, tuple(corners), said, _each_once(problems), _each_once(noticed))


def _each_once(noticed: Iterable[Noticed]) -> tuple[Noticed, ...]:
    return tuple({each.code: each for each in reversed(list(noticed))}.values())[::-1]


def written_position(place: GeoPlace) -> str:
    """Return a place's position as a person would type it: latitude and longitude, a line each.

    Both have as many decimals as the longer one, since files drop zeros at the end.
    """
    return "\n".join(_written(*corner) for corner in place.corners)


def _written(longitude: Decimal, latitude: Decimal) -> str:
    decimals = min(MOST_DECIMALS, max(_decimals(longitude), _decimals(latitude)))
    return f"{latitude:.{decimals}f}, {longitude:.{decimals}f}"


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def middle_of(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """Return longitude and latitude of a point, or of the middle of an outline's box."""
    if geometry["type"] == "Point":
        longitude, latitude = geometry["coordinates"][:2]
        return float(longitude), float(latitude)
    ring = geometry["coordinates"][0]
    longitudes, latitudes = [beside(p[0], ring[0][0]) for p in ring], [p[1] for p in ring]
    longitude = beside((min(longitudes) + max(longitudes)) / 2, 0.0)
    return longitude, (min(latitudes) + max(latitudes)) / 2


def degrees(value: float) -> str:
    """Return degrees as text, without needless digits."""
    assert math.isfinite(value)
    return f"{value:.9f}".rstrip("0").rstrip(".")


def xml_text(value: object) -> str:
    """Return a value as the text of an element: signs that XML cannot hold are left out."""
    return _IN_NO_XML.sub("", str(value))


def check_number(count: int, file: str) -> None:
    """Raise `UnusableInputError` for a file with no place, or with too many."""
    if count == 0:
        raise UnusableInputError("the file holds no place.", file=file, expected="points, outlines")
    if count > MOST_PLACES:
        raise UnusableInputError(
            f"the file holds {count:,} places.", file=file, expected=f"at most {MOST_PLACES:,}"
        )


def every(element: Element, name: str) -> list[Element]:
    """Return the elements of a name below an element, in the order of the file."""
    found: list[Element] = []
    waiting = [element]
    while waiting:
        each = waiting.pop()
        found += [each] if each.name == name else []
        waiting += reversed(each.children)
    return found
