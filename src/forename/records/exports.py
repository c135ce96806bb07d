"""What a list shows, as CSV, XLSX or GeoJSON; safe against cells that become formulas."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.encoding import force_str
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from forename.accounts.access import Actor
from forename.records.kinds import Column, Kind

EXPORT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}
# A spreadsheet takes text that begins so for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_text(value: Any) -> Any:
    """Return a cell's value: numbers as they are, a quote before text that could be a formula."""
    if isinstance(value, (int, float)) or value is None:
        return "" if value is None else value
    text = force_str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def csv_lines(columns: list[Column], rows: Iterable[Any]) -> Iterator[str]:
    """Yield the lines of a CSV file (UTF-8 with BOM, so that spreadsheets read Arabic)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([safe_text(c.label) for c in columns])
    for row in rows:
        writer.writerow([safe_text(c.cell(row)) for c in columns])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def xlsx_bytes(title: str, columns: list[Column], rows: Iterable[Any]) -> bytes:
    """Return a workbook with one sheet; text stays text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])

    def cells(values: Iterable[Any]) -> list[Any]:
        made = []
        for value in values:
            plain = isinstance(value, (int, float, bool)) or value is None
            cell = WriteOnlyCell(sheet, value if plain else force_str(value))
            if not plain:
                cell.data_type = "s"
            made.append(cell)
        return made

    sheet.append(cells(c.label for c in columns))
    for row in rows:
        sheet.append(cells(c.cell(row) for c in columns))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def geojson_text(kind: Kind, columns: list[Column], rows: Iterable[Any]) -> str:
    """Return a feature collection; records without a place have a null geometry."""
    assert kind.geometry is not None
    features = [
        {
            "type": "Feature",
            "id": str(row.pk),
            "geometry": kind.geometry(row),
            "properties": {c.name: _plain(c.cell(row)) for c in columns},
        }
        for row in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def forms_of_export(kind: Kind) -> list[str]:
    """Return the forms that a list can be exported in."""
    return ["csv", "xlsx", *(["geojson"] if kind.geometry is not None else [])]


def export_name(kind: Kind, actor: Actor, form: str) -> str:
    """Return the name of an export's file; that of a simulated operation says so."""
    marked = "SIMULATED-" if actor.operation.simulated else ""
    return f"{marked}{actor.operation.slug}-{kind.path}-{timezone.localdate():%Y-%m-%d}.{form}"


def exported(kind: Kind, actor: Actor, rows: Iterable[Any], form: str) -> Iterator[bytes]:
    """Yield the bytes of an export: what the actor may see of these rows."""
    columns = kind.columns_for(actor)
    if form == "csv":
        for line in csv_lines(columns, rows):
            yield line.encode()
    elif form == "xlsx":
        marked = "SIMULATED-" if actor.operation.simulated else ""
        yield xlsx_bytes(f"{marked}{kind.path}", columns, rows)
    else:
        yield geojson_text(kind, columns, rows).encode()


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float, bool)) or value is None else force_str(value)
