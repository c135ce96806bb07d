"""Positions written in five notations, each with the precision that is known."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from forename.notation.positions import METRES_PER_DEGREE, Position, radius, utm_grid


def write_decimal(position: Position, decimals: int | None = None) -> str:
    """Return ``36.20210, 37.13430``, with the decimals that the uncertainty allows by default."""
    if decimals is None:
        decimals = _decimals(position, 1.0, 7)
    return f"{position.latitude + 0.0:.{decimals}f}, {position.longitude + 0.0:.{decimals}f}"


def write_dms(position: Position, decimals: int | None = None) -> str:
    """Return ``36°12'07.6"N 37°08'03.5"E``, seconds with the decimals that are known."""
    if decimals is None:
        decimals = _decimals(position, 1 / 3600, 3)
    latitude = _write_angle(position.latitude, "NS", decimals)
    return f"{latitude} {_write_angle(position.longitude, 'EW', decimals)}"


def _decimals(position: Position, unit_deg: float, most: int) -> int:
    """Return the fewest decimals of a unit of so many degrees that keep what is known."""
    for decimals in range(most):
        half = 0.5 * unit_deg * 10.0**-decimals
        if radius(position.latitude, half, half) <= position.uncertainty_m * 1.001:
            return decimals
    return most


def _write_angle(degrees: float, letters: str, decimals: int) -> str:
    steps = round(abs(degrees) * 3600 * 10**decimals)  # whole, so that 60" never appears
    seconds, fraction = divmod(steps, 10**decimals)
    minutes, seconds = divmod(seconds, 60)
    whole, minutes = divmod(minutes, 60)
    shown = f"{seconds:02}" + (f".{fraction:0{decimals}}" if decimals else "")
    return f"{whole}°{minutes:02}'{shown}\"{letters[degrees < 0]}"


def write_utm(position: Position) -> str:
    """Return ``37N 332345 4007890``, zone and half of the earth; '' beyond 84° N and 80° S.

    Not the latitude band: that of Syria is S, which reads as south.
    """
    written = write_mgrs(position, 1)
    if not written or not written[0].isdigit():
        return ""
    zone, band = re.match(r"(\d+)([A-Z])", written).groups()  # type: ignore[union-attr]
    east, north = utm_grid(int(zone), band >= "N")(position.longitude, position.latitude)
    return f"{zone}{'N' if band >= 'N' else 'S'} {round(east)} {round(north)}"


def write_mgrs(position: Position, side_m: int | None = None) -> str:
    """Return ``37S CV 32345 07890``, squares of 1 m to 100 km; '' beyond 84° N and 80° S.

    The default is the smallest square that is not smaller than what is known.
    """
    if not -80 <= position.latitude < 84:
        return ""
    if side_m is None:
        known = max(1.0, position.uncertainty_m * math.sqrt(2) * 0.999)
        side_m = 10 ** min(5, math.ceil(math.log10(known)))
    from mgrs import MGRS

    precision = 5 - round(math.log10(side_m))
    # A hair south of the equator rounds to the northern half's first square.
    latitude = 0.0 if -1e-6 < position.latitude < 0 else position.latitude
    written = MGRS().toMGRS(latitude, position.longitude, MGRSPrecision=precision)
    match = re.fullmatch(r"0?(\d+[A-Z])([A-Z]{2})(\d*)", written)
    assert match is not None
    zone, square, digits = match.groups()
    half = len(digits) // 2
    return " ".join(filter(None, (zone, square, digits[:half], digits[half:])))


def write_plus(position: Position) -> str:
    """Return a Plus code with as many digits as the uncertainty allows (4 to 11)."""
    from openlocationcode import openlocationcode as codes

    sides = {4: 1.0, 6: 1 / 20, 8: 1 / 400, 10: 1 / 8000, 11: 1 / 40000}
    known = position.uncertainty_m * math.sqrt(2) * 0.999 / METRES_PER_DEGREE
    length = max((n for n, side in sides.items() if side >= known), default=4)
    return str(codes.encode(position.latitude, position.longitude, length))


WRITERS: dict[str, Callable[[Position], str]] = {
    "decimal": write_decimal,
    "dms": write_dms,
    "utm": write_utm,
    "mgrs": write_mgrs,
    "plus": write_plus,
}
