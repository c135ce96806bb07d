"""GeoJSON of a drawing program in local metres as a table of contexts: one feature a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from forename.exceptions import UnusableInputError
from forename.formats.json_fields import json_of_text
from forename.formats.rows import Row
from forename.formats.source import Source
from forename.formats.tables import Table
from forename.formats.text import decode
from forename.notation.folding import fold
from forename.records.readings import Located, ReadFile

OUTLINE = "outline"


def read_local_geojson(source: Source, known: Mapping[str, str]) -> ReadFile:
    """Return features as rows: their properties, and their polygon as the field ``outline``.

    ``known`` maps folded names to fields; other properties are left out with a remark. A feature
    that is no single polygon without holes is a problem. Raises `UnusableInputError` for a file
    that is no feature collection. Rows are numbered by feature, from 1.
    """
    features = _features(source)
    fields = list(dict.fromkeys(known.values()))
    rows, problems, remarks = [], [], []
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        values: dict[str, str] = {}
        left_out = []
        for name, value in (properties if isinstance(properties, dict) else {}).items():
            field = known.get(fold(str(name)), "")
            if field and field != OUTLINE:
                values.setdefault(field, "" if value is None else str(value).strip())
            elif not field:
                left_out.append(str(name)[:40])
        try:
            values[OUTLINE] = _corners(feature.get("geometry") if isinstance(feature, dict) else {})
        except (TypeError, ValueError, KeyError, IndexError, OverflowError):
            text = _("Expected one polygon without holes, its corners two numbers in local metres.")
            problems.append(Located(number, OUTLINE, text))
        if left_out:
            text = _("Left out: %(names)s.") % {"names": _(", ").join(left_out[:12])}
            remarks.append(Located(number, "", text))
        rows.append(Row(number, tuple(values.get(name, "") for name in fields)))
    table = Table(source.file, source.digest, Row(1, tuple(fields)), tuple(rows))
    return ReadFile(table, tuple(problems), tuple(remarks))


def _features(source: Source) -> list[Any]:
    read = json_of_text(decode(source)).value
    features = read.get("features") if isinstance(read, dict) else None
    if not isinstance(features, list) or not features:
        raise UnusableInputError(
            "there are no features.", file=source.file, expected="a GeoJSON feature collection"
        )
    return features


def _corners(geometry: Any) -> str:
    """Return a polygon's corners as they are typed, '' for no geometry."""
    if geometry is None:
        return ""
    rings = geometry["coordinates"]
    if geometry["type"] == "MultiPolygon":
        (rings,) = rings
    elif geometry["type"] != "Polygon":
        raise ValueError(geometry["type"])
    (ring,) = rings
    return "; ".join(f"{_decimal(corner[0])} {_decimal(corner[1])}" for corner in ring)


def _decimal(number: Any) -> str:
    """Return a JSON number without an exponent; a text or a truth value is no number."""
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise TypeError(number)
    return f"{float(number):.6f}"
