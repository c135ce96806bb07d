"""Coordinates as people write them, read and written: decimal, DMS, UTM, MGRS, Plus codes.

All positions are WGS 84. What a notation leaves open is kept: ``uncertainty_m`` is the radius
of the circle around the middle of all positions that would be written the same. How it follows
from each notation is stated in docs/methods/coordinates.md.
"""

from __future__ import annotations

import math
import re
from typing import Any

from forename.notation.angles import read_degrees
from forename.notation.coordinate_writing import (
    WRITERS,
    write_decimal,
    write_dms,
    write_mgrs,
    write_plus,
    write_utm,
)
from forename.notation.numbers import western_digits
from forename.notation.positions import (
    Position,
    PositionReading,
    Unreadable,
    distance_km,
    from_utm,
    radius,
)
from forename.notation.remarks import Remark, remark

__all__ = [
    "WRITERS", "Position", "PositionReading", "distance_km", "read_position",
    "write_decimal", "write_dms", "write_mgrs", "write_plus", "write_utm",
]  # fmt: skip

FAR_KM = 1000.0  # from the area of the operation: looks exchanged or mistyped
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_Found = tuple[list[Position], tuple[Remark, ...]]


def read_position(said: str, near: tuple[float, float] | None = None) -> PositionReading:
    """Return what words mean as a position, in any of the notations, in either script.

    ``near`` is the latitude and longitude of the area of the operation: short Plus codes are
    read near it, and a position more than 1000 km from it is remarked on, or refused where
    exchanging latitude and longitude would bring it there. A refused position keeps what it may
    have meant among its readings, with the problem.
    """
    text = _plain(said)
    if not text.strip():
        return PositionReading(said, (), remark("place-empty"))
    try:
        found = _plus(text, near) or _mgrs(text) or _utm(text)
        angles = read_degrees(text) if found is None else None
        if angles is not None:
            found = [angles], ()
        if found is None:
            start = len(text) - len(text.lstrip())
            part = said[start : len(text.rstrip())]
            raise Unreadable(
                remark("place-not-read", start=start, end=start + len(part), part=part)
            )
    except Unreadable as unreadable:
        return PositionReading(said, unreadable.offered, unreadable.why)
    positions, remarks = found
    kept = tuple(
        Position(p.latitude, p.longitude, p.uncertainty_m, p.notation, said) for p in positions
    )
    return _where_expected(PositionReading(said, kept, None, remarks), near)


def _where_expected(reading: PositionReading, near: tuple[float, float] | None) -> PositionReading:
    """Refuse what looks exchanged and remark on what lies far from the area of the operation."""
    if near is None or not reading.readings:
        return reading
    kept = [p for p in reading.readings if distance_km(near, (p.latitude, p.longitude)) <= FAR_KM]
    if kept:  # of two readings of a UTM letter, the one in the area
        remarks = reading.remarks if len(kept) == len(reading.readings) else ()
        return PositionReading(reading.said, tuple(kept), None, remarks)
    first = reading.readings[0]
    if len(reading.readings) > 1:
        return reading
    far = distance_km(near, (first.latitude, first.longitude))
    if first.notation in {"decimal", "dms"} and abs(first.longitude) <= 90:
        exchanged = Position(
            first.longitude, first.latitude, first.uncertainty_m, first.notation, first.said
        )
        named = re.search(r"[NSEW]", _plain(first.said))
        if not named and distance_km(near, (first.longitude, first.latitude)) <= FAR_KM:
            return PositionReading(reading.said, (exchanged,), remark("place-swapped"))
    more = remark("place-far", km=round(far))
    return PositionReading(reading.said, reading.readings, None, (*reading.remarks, more))


_WORDS = (
    (r"(?i)north|شمالا|شمالي|شمال|(?<![\w])ش(?![\w])|(?<=[\d\s°'\"″′])ش(?!\w)", "N"),
    (r"(?i)south|جنوبا|جنوبي|جنوب|(?<![\w])ج(?![\w])|(?<=[\d\s°'\"″′])ج(?!\w)", "S"),
    (r"(?i)east|شرقا|شرقي|شرق|(?<![\w])ق(?![\w])|(?<=[\d\s°'\"″′])ق(?!\w)", "E"),
    (r"(?i)west|غربا|غربي|غرب|(?<![\w])غ(?![\w])|(?<=[\d\s°'\"″′])غ(?!\w)", "W"),
)
_SIGNS = str.maketrans(
    "′’‘´`ʹ″”“ʺ˝º˚ᵒ\u2212–—،؛٫\u00a0\u202f\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069",
    "''''''\"\"\"\"\"°°°---,;." + " " * 11,
)


def _plain(said: str) -> str:
    """Return words with digits 0-9, plain signs and N, S, E, W; each letter keeps its place."""
    text = western_digits(said).translate(_SIGNS)
    for pattern, letter in _WORDS:
        for match in list(re.finditer(pattern, text)):
            text = text[: match.start()] + letter.ljust(len(match.group())) + text[match.end() :]
    return text


# Plus codes


def _plus(text: str, near: tuple[float, float] | None) -> _Found | None:
    match = re.search(r"(?<![\w+])([0-9A-Za-z]{2,8}\+[0-9A-Za-z]{0,7})(?!\w)", text)
    if not match:
        return None
    from openlocationcode import openlocationcode as codes

    code = match.group(1).upper()
    place: dict[str, Any] = {"start": match.start(), "end": match.end(), "part": match.group(1)}
    if not codes.isValid(code):
        raise Unreadable(remark("place-plus", **place))
    if codes.isShort(code):
        if near is None:
            raise Unreadable(remark("place-plus-short", **place))
        code = codes.recoverNearest(code, *near)
    elif text[: match.start()].strip() or text[match.end() :].strip(" ,."):
        _refuse_rest(text, match.span())
    area = codes.decode(code)
    middle = area.latitudeCenter, area.longitudeCenter
    high = (area.latitudeHi - area.latitudeLo) / 2
    wide = (area.longitudeHi - area.longitudeLo) / 2
    return [Position(*middle, radius(middle[0], high, wide), "plus")], ()


def _refuse_rest(text: str, used: tuple[int, int]) -> None:
    """Raise where words stand beside a coordinate that they may change."""
    rest = text[: used[0]] + " " * (used[1] - used[0]) + text[used[1] :]
    match = re.search(r"[^\s,;.()]+", rest)
    if match:
        raise Unreadable(
            remark("place-not-read", start=match.start(), end=match.end(), part=match.group())
        )


# MGRS


def _mgrs(text: str) -> _Found | None:
    match = re.fullmatch(
        r"\s*(?:MGRS:?\s*)?(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z]{2})\s*(\d*)\s*(\d*)\s*",
        text,
        flags=re.IGNORECASE,
    )
    if not match:
        return None
    zone, band, square, first, second = (group.upper() for group in match.groups())
    place: dict[str, Any] = {
        "start": match.start(1), "end": len(text.rstrip()),
        "part": text[match.start(1) :].rstrip(),
    }  # fmt: skip
    digits = first + second
    uneven = bool(second) and len(first) != len(second)
    if uneven or len(digits) % 2 or len(digits) > 10:
        raise Unreadable(remark("place-mgrs-digits", **place))
    precision = len(digits) // 2
    half = 10 ** (5 - precision) / 2
    from mgrs import MGRS
    from mgrs.core import MGRSError

    try:
        _, hemisphere, *point = MGRS().MGRSToUTM(f"{zone}{band}{square}{digits}")
        # Versions of the library return the corner or the middle of the square.
        east, north = (2 * half * math.floor(at / (2 * half) + 1e-6) + half for at in point)
        middle = from_utm(int(zone), hemisphere == "N", east, north)
    except (MGRSError, ValueError):
        raise Unreadable(remark("place-mgrs", **place)) from None
    return [Position(*middle, half * math.sqrt(2), "mgrs")], ()


# UTM


def _utm(text: str) -> _Found | None:
    match = re.fullmatch(
        r"\s*(?:UTM:?\s*)?(?:zone\s*)?(\d{1,2})\s*([A-Z])?\s*[,:]?\s*"
        r"(?:E(?:asting)?[:=\s]*)?(\d{5,7}(?:\.\d+)?)\s*(?:m?\s*E)?\s*[,;/\s]\s*"
        r"(?:N(?:orthing)?[:=\s]*)?(\d{1,8}(?:\.\d+)?)\s*(?:m?\s*N|m)?\s*",
        text,
        flags=re.IGNORECASE,
    )
    if not match or (match.group(2) is None and "utm" not in text.casefold()):
        return None
    zone, letter = int(match.group(1)), (match.group(2) or "").upper()
    east, north = float(match.group(3)), float(match.group(4))
    for group, code, wrong in (
        (1, "place-utm-zone", not 1 <= zone <= 60),
        (3, "place-utm-easting", not 100_000 <= east <= 900_000),
        (4, "place-utm-northing", not 0 <= north <= 10_000_000),
        (2, "place-utm-band", letter not in {*_BANDS}),
    ):
        if wrong:
            raise Unreadable(
                remark(code, start=match.start(group), end=match.end(group),
                       part=match.group(group) or "UTM")
            )  # fmt: skip
    decimals = max(len(match.group(g).partition(".")[2]) for g in (3, 4))
    around = 0.5 * 10.0**-decimals * math.sqrt(2)
    # N is the northern half and a band just north of the equator, S the southern half and a
    # band that holds Aleppo: where both are possible a person has to say.
    readings = []
    if _in_band(zone, letter, east, north):
        readings.append(letter >= "N")
    if letter in "NS" and (letter == "N") not in readings:
        readings.append(letter == "N")
    if not readings:
        raise Unreadable(
            remark("place-utm-band", start=match.start(2), end=match.end(2), part=letter)
        )
    positions = [Position(*from_utm(zone, half, east, north), around, "utm") for half in readings]
    if len(positions) == 1:
        return positions, ()
    both = remark("place-utm-letter", start=match.start(2), end=match.end(2), part=letter)
    return positions, (both,)


def _in_band(zone: int, letter: str, east: float, north: float) -> bool:
    """Tell whether a position lies in a latitude band (8 degrees high, X 12)."""
    latitude, _ = from_utm(zone, letter >= "N", east, north)
    begins = -80 + 8 * _BANDS.index(letter)
    slack = 0.01  # a position on the border is written with either band
    return begins - slack <= latitude <= begins + (12 if letter == "X" else 8) + slack
