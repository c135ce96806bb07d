"""Rows and cells of .xlsx workbooks: the shown sheet, the stored values, nothing that is run."""

from __future__ import annotations

import datetime
import io
import math
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from forename.exceptions import UnusableInputError
from forename.formats.rows import BLANKS, MAX_CELLS, Row, SourceRows
from forename.formats.source import Source
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.sentences import say

# A workbook is a ZIP archive: honest ones unpack to less than this, bombs to far more.
MAX_UNPACKED_BYTES = 400 * 1024 * 1024
MAX_RATIO = 200
_ROW = re.compile(rb"<(?:\w+:)?row[ />]")


def is_workbook(source: Source) -> bool:
    """Tell whether the bytes are a ZIP archive, as .xlsx files are."""
    return source.data.startswith(b"PK\x03\x04")


def check_extent(source: Source, most_bytes: int, most_rows: int) -> None:
    """Refuse a workbook that unpacks to more bytes, or holds more rows, before it is read.

    Rows are counted as they stand, blank ones too. Raises `UnusableInputError`.
    """
    _check_archive(source)
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > most_bytes:
            raise _too_large(source, f"it unpacks to more than {most_bytes:,} bytes.")
        rows = 0
        for part in parts:
            if part.filename.startswith("xl/worksheets/"):
                rows += len(_ROW.findall(_unpacked(source, archive, part)))
            if rows > most_rows:
                raise _too_large(source, f"it holds more than {most_rows:,} rows.")


def _unpacked(source: Source, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(part)
    except Exception as error:  # zipfile raises many kinds on damaged archives
        raise _too_large(
            source, f"its part {part.filename!r} is damaged ({type(error).__name__})."
        ) from error


def _too_large(source: Source, problem: str) -> UnusableInputError:
    return UnusableInputError(
        problem, file=source.file, line=1, expected="a sheet with the table alone"
    )


def workbook_rows(source: Source, sheet_name: str = "") -> SourceRows:
    """Return the rows of the first sheet that holds anything, shown sheets before hidden ones.

    With ``sheet_name``, the rows of that sheet. Raises `UnusableInputError` for damaged or bloated
    archives, too many cells, no sheet of that name, and formulas without a stored result. openpyxl
    raises errors of many kinds on damaged files, undocumented ones too; they are confined here, and
    nothing is returned unless the whole sheet was read.
    """
    import openpyxl  # imported late: it is slow, and text tables do not need it

    _check_archive(source)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False
        )
        filled = []
        rows: list[Row] = []
        dates: set[tuple[int, int]] = set()
        for sheet in _sheets(book, sheet_name, source.file):
            sheet.reset_dimensions()
            if not rows:
                rows, dates = _sheet_rows(source.file, sheet.iter_rows())
                _check_formulas(source, sheet.title, rows)
                if rows:
                    filled.append(sheet.title)
            elif any(cell.value is not None for row in sheet.iter_rows(max_row=50) for cell in row):
                filled.append(sheet.title)
        book.close()
    except UnusableInputError:
        raise
    except Exception as error:
        raise UnusableInputError(
            f"the workbook is damaged or is not a workbook ({type(error).__name__}).",
            file=source.file,
            line=1,
            expected="an .xlsx file that a spreadsheet program opens",
        ) from error
    findings: tuple[Finding, ...] = ()
    if len(filled) > 1:
        findings = (
            Finding(
                "other_sheets_not_read",
                Severity.WARNING,
                (source.file,),
                say(
                    "{file}: only the sheet {sheet} was read; others that hold data: {others}.",
                    file=source.file,
                    sheet=repr(filled[0]),
                    others=tuple(map(repr, filled[1:])),
                ),
                say("Save the other sheets as files of their own if they are needed."),
                (Location(source.file, 1),),
            ),
        )
    return SourceRows(source.file, source.digest, tuple(rows), "", findings, frozenset(dates))


def _sheets(book: Any, name: str, file: str) -> list[Any]:
    """Return the sheet of a name, or all, shown ones first."""
    if not name:
        return sorted(book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
    found = [each for each in book.worksheets if each.title.strip() == name.strip()]
    if not found:
        raise UnusableInputError(
            f"no sheet is called {name!r}.",
            file=file,
            line=1,
            expected=", ".join(repr(each.title) for each in book.worksheets),
        )
    return found


def _sheet_rows(
    file: str, sheet_rows: Iterator[tuple[object, ...]]
) -> tuple[list[Row], set[tuple[int, int]]]:
    rows: list[Row] = []
    dates: set[tuple[int, int]] = set()
    seen = 0
    for line, cells in enumerate(sheet_rows, start=1):
        values = [getattr(cell, "value", None) for cell in cells]
        seen += len(values) + 1
        if seen > MAX_CELLS:
            raise UnusableInputError(
                "the sheet is too large.", file=file, line=line, expected=f"{MAX_CELLS:,} cells"
            )
        for column, value in enumerate(values, start=1):
            if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
                dates.add((line, column))
        if any(value is not None for value in values):
            rows.append(Row(line, tuple(_cell_text(value) for value in values)))
    return _padded(rows), dates


def _check_formulas(source: Source, title: str, rows: list[Row]) -> None:
    """Refuse a formula whose result the workbook does not hold: it would read as a blank cell."""
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(re.search(rb"<f[ >/]", archive.read(name)) for name in parts):
            return
    results = {row.line: row.cells for row in rows}
    book = openpyxl.load_workbook(io.BytesIO(source.data), read_only=True, keep_links=False)
    sheet = book[title]
    sheet.reset_dimensions()
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        for column, cell in enumerate(cells):
            if getattr(cell, "data_type", "") != "f":
                continue
            held = results.get(line, ())
            if column >= len(held) or not held[column]:
                raise UnusableInputError(
                    "this cell holds a formula without its result.",
                    file=source.file,
                    line=line,
                    column=column + 1,
                    expected="a value; open the file in a spreadsheet program and save it again",
                )
    book.close()


def _padded(rows: list[Row]) -> list[Row]:
    """Return rows of one width: a sheet does not store the empty cells at a row's end."""
    width = max((len(row.cells) for row in rows), default=0)
    return [Row(row.line, row.cells + ("",) * (width - len(row.cells))) for row in rows]


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # 9.3 typed in a sheet may be stored as 9.300000000000001.
        short = round(value, 2) if math.isfinite(value) else value
        value = short if abs(short - value) <= 4 * math.ulp(value) else value
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip(BLANKS)


def _check_archive(source: Source) -> None:
    """Refuse archives that unpack to far more than they are, or that declare XML entities."""

    def refuse(problem: str) -> UnusableInputError:
        return UnusableInputError(
            problem, file=source.file, line=1, expected="an .xlsx file that a spreadsheet wrote"
        )

    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            names = {info.filename for info in archive.infolist()}
            if "[Content_Types].xml" not in names:
                raise refuse("this is a ZIP archive, not a workbook.")
            total = 0
            for info in archive.infolist():
                total += info.file_size
                packed = max(info.compress_size, 1)
                if info.file_size > 10_000_000 and info.file_size / packed > MAX_RATIO:
                    raise refuse(f"its part {info.filename!r} unpacks to more than is plausible.")
                if total > MAX_UNPACKED_BYTES:
                    raise refuse(f"it unpacks to more than {MAX_UNPACKED_BYTES:,} bytes.")
            for info in archive.infolist():
                if info.filename.endswith((".xml", ".rels")):
                    with archive.open(info) as part:
                        head = part.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise refuse(f"its part {info.filename!r} declares XML entities.")
    except UnusableInputError:
        raise
    except Exception as error:  # zipfile raises many kinds on damaged archives
        raise refuse(f"the archive is damaged ({type(error).__name__}).") from error
