"""JSON on standard output: every number with all its digits, nothing that JSON does not have."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

import typer


def print_json(value: object) -> None:
    """Print a value as JSON; a number that is not finite is an error of the caller."""
    typer.echo(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))


def number(value: float) -> float | str | None:
    """Return a number for JSON: infinities as text, null for what is not defined (NaN)."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return float(value)


def natural_ratio(log_value: float) -> float | str | None:
    """Return exp of a natural logarithm for JSON; ``inf`` also where a double cannot hold it."""
    if math.isnan(log_value):
        return None
    try:
        return number(math.exp(log_value))
    except OverflowError:
        return "inf"


def table(rows: Iterable[str], cols: Iterable[str], values: Any) -> dict[str, Any]:
    """Return a table of remains (rows) and missing persons (columns)."""
    return {"rows": list(rows), "cols": list(cols), "values": values}
