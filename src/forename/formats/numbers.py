"""Numbers in input files, read at a place so that an error can name it."""

from __future__ import annotations

import math
import re

from forename.exceptions import UnusableInputError
from forename.formats.calls import Notes, ascii_digits
from forename.genetics.findings import Location

# No table states a smaller one but 0; the likelihood of few persons who share it would underflow.
LEAST_FREQUENCY = 1e-30

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


def read_number(
    text: str,
    location: Location,
    *,
    field: str,
    expected: str,
    low: float = -math.inf,
    high: float = math.inf,
    notes: Notes | None = None,
) -> float:
    """Return a finite number in [``low``, ``high``].

    A decimal comma and digits of another script are understood; ``notes`` takes the remark, and
    without it both are errors. Raises `UnusableInputError` at the place, with ``field`` and
    ``expected``.
    """
    plain = text.strip()
    if notes is not None and plain != ascii_digits(plain):
        plain = ascii_digits(plain)
        notes.rewrote("digits_rewritten", text.strip(), location)
    if notes is not None and plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
        notes.rewrote("decimal_comma", text.strip(), location)
    # float() also takes 'nan', 'inf' and '1_000', which are damage here.
    value = float(plain) if _NUMBER.fullmatch(plain) else math.nan
    if not math.isfinite(value) or not low <= value <= high:
        shown = text if len(text) <= 40 else text[:37] + "..."
        raise UnusableInputError(
            f"{shown!r} is not such a number.",
            file=location.file,
            line=location.line,
            column=location.column,
            field=field,
            expected=expected,
        )
    return value


def read_integer(
    text: str, location: Location, *, field: str, expected: str, low: int = 0, high: int = 10**6
) -> int:
    """Return a whole number in [``low``, ``high``]; raises `UnusableInputError` at the place."""
    plain = text.strip()
    if re.fullmatch(r"[+-]?[0-9]{1,9}", plain) and low <= int(plain) <= high:
        return int(plain)
    shown = text if len(text) <= 40 else text[:37] + "..."
    raise UnusableInputError(
        f"{shown!r} is not such a whole number.",
        file=location.file,
        line=location.line,
        column=location.column,
        field=field,
        expected=expected,
    )
