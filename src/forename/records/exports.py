"""What a list shows, as a table or for a map; safe against cells that become formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from forename.accounts.access import Actor
from forename.formats.geo_gpx import write_gpx
from forename.formats.geo_json import write_geojson
from forename.formats.geo_kml import write_kml
from forename.formats.geo_places import WrittenPlace
from forename.records.kinds import Column, Kind
from forename.records.seeing import seen_rows

EXPORT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "kml": "application/vnd.google-earth.kml+xml",
    "gpx": "application/gpx+xml",
}
_WRITERS = {"geojson": write_geojson, "kml": write_kml, "gpx": write_gpx}
# A spreadsheet takes text that begins so for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_text(value: Any) -> Any:
    """Return a cell's value: numbers as they are, a quote before text that could be a formula."""
    if isinstance(value, (int, float)) or value is None:
        return "" if value is None else value
    text = force_str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def csv_lines(columns: list[Column], rows: Iterable[list[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file (UTF-8 with BOM, so that spreadsheets read Arabic)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([safe_text(c.label) for c in columns])
    for row in rows:
        writer.writerow([safe_text(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def xlsx_bytes(title: str, columns: list[Column], rows: Iterable[list[Any]]) -> bytes:
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
        sheet.append(cells(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def places_written(
    kind: Kind,
    actor: Actor,
    columns: list[Column],
    rows: Iterable[tuple[Any, list[Any]]],
    form: str,
) -> str:
    """Return records as a map program reads them; what a simulated operation gives says so."""
    assert kind.geometry is not None
    written = (
        WrittenPlace(
            str(row.pk),
            str(kind.title(row)),
            kind.geometry(row),
            {c.name: _plain(value) for c, value in zip(columns, values, strict=True)},
        )
        for row, values in rows
    )
    title = f"{actor.operation} · {capfirst(kind.plural)}"
    notes = []
    if actor.operation.simulated:
        title = f"SIMULATED · {title}"
        notes = [_("SIMULATED — invented people and data")]
    return _WRITERS[form](title, written, notes)


def forms_of_export(kind: Kind) -> list[str]:
    """Return the forms that a list can be exported in."""
    return ["csv", "xlsx", *(_WRITERS if kind.geometry is not None else ())]


def export_name(kind: Kind, actor: Actor, form: str) -> str:
    """Return the name of an export's file; that of a simulated operation says so."""
    marked = "SIMULATED-" if actor.operation.simulated else ""
    return f"{marked}{actor.operation.slug}-{kind.path}-{timezone.localdate():%Y-%m-%d}.{form}"


def exported(kind: Kind, actor: Actor, rows: Iterable[Any], form: str) -> Iterator[bytes]:
    """Yield the bytes of an export: what the actor may see of these rows."""
    columns = kind.columns_for(actor)
    seen = seen_rows(actor, columns, rows)
    if form == "csv":
        for line in csv_lines(columns, (values for _, values in seen)):
            yield line.encode()
    elif form == "xlsx":
        marked = "SIMULATED-" if actor.operation.simulated else ""
        yield xlsx_bytes(f"{marked}{kind.path}", columns, (values for _, values in seen))
    else:
        yield places_written(kind, actor, columns, seen, form).encode()


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float, bool)) or value is None else force_str(value)
