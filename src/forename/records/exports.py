"""What a list shows, as a table or for a map; safe against cells that become formulas."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from forename.accounts.access import Actor
from forename.accounts.models import Operation
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
# A spreadsheet takes text that begins so for a formula (OWASP, CSV injection), also behind signs
# that it passes over, and some take the wide signs of East Asia for the narrow ones.
_PASSED_OVER = r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
_FORMULA = re.compile(rf"{_PASSED_OVER}[=+@\uff1d\uff0b\uff0d\uff20-]|[\t\r\n]")
SIMULATED = "SIMULATED"  # also the header of the column that says so in every row
LONGEST_CELL = 32_767  # what a cell of a workbook holds


def safe_text(value: Any) -> Any:
    """Return a cell's value: numbers as they are, a quote before text that could be a formula."""
    if isinstance(value, (int, float)) or value is None:
        return "" if value is None else value
    text = force_str(value)
    return "'" + text if _FORMULA.match(text) else text


def as_it_was(text: str) -> str:
    """Return a cell's text without the quote that `safe_text` put before it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def csv_lines(
    columns: list[Column], rows: Iterable[list[Any]], operation: Operation
) -> Iterator[str]:
    """Yield the lines of a CSV file (UTF-8 with BOM, so that spreadsheets read Arabic).

    Text stands in quotation marks, so that no sign in it begins another cell.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC)
    buffer.write("\ufeff")
    for row in _marked(columns, rows, operation):
        writer.writerow([safe_text(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def xlsx_bytes(
    title: str, columns: list[Column], rows: Iterable[list[Any]], operation: Operation
) -> bytes:
    """Return a workbook with one sheet; text stays text, and says where it is cut."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet((f"{SIMULATED}-{title}" if operation.simulated else title)[:31])
    for row in _marked(columns, rows, operation):
        made = []
        for value in row:
            plain = isinstance(value, (int, float, bool)) or value is None
            cell = WriteOnlyCell(sheet, value if plain else _cell_text(value))
            if not plain:
                cell.data_type = "s"
            made.append(cell)
        sheet.append(made)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _marked(
    columns: list[Column], rows: Iterable[list[Any]], operation: Operation
) -> Iterator[list[Any]]:
    """Yield the header and the rows; each says so where the operation is simulated."""
    mark = [SIMULATED] if operation.simulated else []
    yield [*(column.label for column in columns), *mark]
    for row in rows:
        yield [*row, *mark]


def _cell_text(value: Any) -> str:
    text = ILLEGAL_CHARACTERS_RE.sub("\ufffd", force_str(value))
    if len(text) <= LONGEST_CELL:
        return text
    told = _("… (cut here; CSV holds the whole)")
    return text[: LONGEST_CELL - len(told)] + told


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
        title = f"{SIMULATED} · {title}"
        notes = [_("SIMULATED — invented people and data")]
    return _WRITERS[form](title, written, notes)


def forms_of_export(kind: Kind) -> list[str]:
    """Return the forms that a list can be exported in."""
    return ["csv", "xlsx", *(_WRITERS if kind.geometry is not None else ())]


def export_name(kind: Kind, actor: Actor, form: str) -> str:
    """Return the name of an export's file; that of a simulated operation says so."""
    marked = f"{SIMULATED}-" if actor.operation.simulated else ""
    return f"{marked}{actor.operation.slug}-{kind.path}-{timezone.localdate():%Y-%m-%d}.{form}"


def exported(kind: Kind, actor: Actor, rows: Iterable[Any], form: str) -> Iterator[bytes]:
    """Yield the bytes of an export: what the actor may see of these rows."""
    columns = kind.columns_for(actor)
    seen = seen_rows(actor, columns, rows)
    if form == "csv":
        for line in csv_lines(columns, (values for _, values in seen), actor.operation):
            yield line.encode()
    elif form == "xlsx":
        yield xlsx_bytes(kind.path, columns, (values for _, values in seen), actor.operation)
    else:
        yield places_written(kind, actor, columns, seen, form).encode()


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float, bool)) or value is None else force_str(value)
