"""Rows and cells of delimited text and of workbooks, each with its place in the file."""

from __future__ import annotations

import csv
import datetime
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forename.exceptions import UnusableInputError
from forename.formats.source import Source
from forename.formats.text import SourceText, decode
from forename.genetics.findings import Finding, Location, Severity

SEPARATORS = "\t;,|"
MAX_CELLS = 5_000_000
MAX_COLUMNS = 4_096
MAX_NAME = 200
# Spaces, and marks of text direction that programs put around Arabic and numbers.
BLANKS = " \t\r\n\f\v\u00a0\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
# A workbook is a ZIP archive: honest ones unpack to less than this, bombs to far more.
MAX_UNPACKED_BYTES = 400 * 1024 * 1024
MAX_RATIO = 200

_SEPARATOR_NAMES = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "vertical bar"}


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, stripped of spaces; ``line`` is 1-based, columns are cell numbers."""

    line: int
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """Tell whether the row holds nothing."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows under it; every row has as many cells as the header.

    ``date_cells`` are places (line, column) that a spreadsheet stores as a date.
    """

    file: str
    digest: str
    header: Row
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()
    date_cells: frozenset[tuple[int, int]] = frozenset()


def is_workbook(source: Source) -> bool:
    """Tell whether the bytes are a ZIP archive, as .xlsx files are."""
    return source.data.startswith(b"PK\x03\x04")


def read_table(source: Source) -> Table:
    """Return the table in a delimited text or .xlsx file, blank rows left out.

    The separator (tab, semicolon, comma, vertical bar) is the most frequent one of the header.
    Raises `UnusableInputError` for an empty file, ragged rows, unclosed quotes, too many cells.
    """
    if is_workbook(source):
        rows, findings, dates = _workbook_rows(source)
    else:
        text = decode(source)
        rows, findings, dates = text_rows(text), text.findings, frozenset()
    return table_of_rows(source.file, source.digest, rows, findings, dates)


def table_of_rows(
    file: str,
    digest: str,
    rows: Iterable[Row],
    findings: tuple[Finding, ...] = (),
    date_cells: frozenset[tuple[int, int]] = frozenset(),
) -> Table:
    """Return a `Table` of rows, the first one that is not blank being the header."""
    kept = [row for row in rows if not row.blank]
    if not kept:
        raise UnusableInputError(
            "the table is empty.", file=file, line=1, expected="a header and rows"
        )
    header = _trimmed(kept[0], kept[1:])
    if len(header.cells) > MAX_COLUMNS:
        raise UnusableInputError(
            f"the header has {len(header.cells):,} columns.",
            file=file,
            line=header.line,
            expected=f"at most {MAX_COLUMNS:,}",
        )
    for column, cell in enumerate(header.cells, start=1):
        if len(cell) > MAX_NAME:
            raise UnusableInputError(
                f"this header has {len(cell):,} characters.",
                file=file,
                line=header.line,
                column=column,
                expected=f"at most {MAX_NAME}",
            )
    return Table(
        file,
        digest,
        header,
        tuple(_fitted(row, header, file) for row in kept[1:]),
        findings,
        date_cells,
    )


def text_rows(text: SourceText, separator: str = "") -> list[Row]:
    """Return the rows of delimited text; quotes as in CSV, an Excel ``sep=`` line understood."""
    body, first_line = text.text, 1
    head, _, rest = body.partition("\n")
    if head.lower().startswith("sep=") and len(head) == 5:
        separator, body, first_line = head[4], rest, 2
    separator = separator or detect_separator(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    cells = 0
    start = first_line
    try:
        for record in reader:
            rows.append(Row(start, tuple(cell.strip(BLANKS) for cell in record)))
            cells += len(record)
            if cells > MAX_CELLS:
                raise UnusableInputError(
                    "the table is too large.",
                    file=text.file,
                    line=start,
                    expected=f"at most {MAX_CELLS:,} cells",
                )
            start = first_line + reader.line_num
    except csv.Error as error:
        raise UnusableInputError(
            f"the row that starts here cannot be split into cells ({error}).",
            file=text.file,
            line=start,
            expected=f"cells separated by {_SEPARATOR_NAMES.get(separator, separator)}, "
            "quotation marks closed",
        ) from error
    return rows


def detect_separator(text: str) -> str:
    """Return the separator that is most frequent, outside quotes, in the first line with text."""
    head = next((line for line in text.split("\n") if line.strip()), "")
    outside = "".join(head.split('"')[::2])
    best = max(SEPARATORS, key=outside.count)
    return best if best in outside else "\t"


def _trimmed(header: Row, rows: Iterable[Row]) -> Row:
    """Return the header without the columns at its end that are blank in every row."""
    width = len(header.cells)
    filled = [i for row in (header, *rows) for i, c in enumerate(row.cells[:width]) if c]
    return Row(header.line, header.cells[: max(filled) + 1])


def _fitted(row: Row, header: Row, file: str) -> Row:
    width = len(header.cells)
    extra = row.cells[width:]
    if len(row.cells) < width or any(extra):
        column = width + 1 + next((i for i, cell in enumerate(extra) if cell), 0)
        raise UnusableInputError(
            f"the row has {len(row.cells)} cells, the header has {width}.",
            file=file,
            line=row.line,
            column=column if extra else len(row.cells) + 1,
            expected=f"{width} cells separated as in the header",
        )
    return Row(row.line, row.cells[:width])


def _workbook_rows(
    source: Source,
) -> tuple[list[Row], tuple[Finding, ...], frozenset[tuple[int, int]]]:
    """Return rows, findings and date cells of the first sheet that holds anything.

    openpyxl raises errors of many kinds on damaged files, undocumented ones too; they are
    confined here, and nothing is returned unless the whole sheet was read.
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
        for sheet in book.worksheets:
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
                f"{source.file}: only the sheet '{filled[0]}' was read; "
                f"{', '.join(repr(title) for title in filled[1:])} also hold data.",
                "Save the other sheets as files of their own if they are needed.",
                (Location(source.file, 1),),
            ),
        )
    return rows, findings, frozenset(dates)


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
