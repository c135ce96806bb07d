"""Delimited text and workbooks as tables: one header, rows as wide, cells with their places."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from forename.exceptions import UnusableInputError
from forename.formats.rows import BLANKS, MAX_CELLS, Row, SourceRows
from forename.formats.source import Source
from forename.formats.text import SourceText, decode
from forename.formats.workbooks import is_workbook, workbook_rows
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.sentences import say

SEPARATORS = "\t;,|"
MAX_COLUMNS = 4_096
MAX_NAME = 200

_SEPARATOR_NAMES = {
    "\t": "tab", ";": "semicolon", ",": "comma", "|": "vertical bar", " ": "space",
}  # fmt: skip
# What a spreadsheet shows, and exports, where a formula failed.
_SHEET_ERRORS = frozenset(
    "#N/A #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #SPILL! #CALC! #FIELD!".split()
)


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


def read_table(source: Source) -> Table:
    """Return the table in a delimited text or .xlsx file, blank rows left out.

    Raises `UnusableInputError` for an empty file, ragged rows, unclosed quotes, too many cells.
    """
    return table_of_rows(read_rows(source))


def read_rows(source: Source, sheet: str = "") -> SourceRows:
    """Return the rows of a delimited text or .xlsx file; see `text_rows` and `workbook_rows`."""
    return workbook_rows(source, sheet) if is_workbook(source) else text_rows(decode(source))


def table_of_rows(rows: SourceRows) -> Table:
    """Return a `Table` of rows, the first one that is not blank being the header.

    Further blank cells at a row's end do no harm where every row has the same number of them.
    """
    kept = [row for row in rows.rows if not row.blank]
    if not kept:
        raise UnusableInputError(
            "the table is empty.", file=rows.file, line=1, expected="a header and rows"
        )
    stated, body = kept[0], kept[1:]
    header = _trimmed(stated, body)
    _check_header(header, rows.file)
    # A blank cell too many in one row may be one that pushed the others to the right, and a
    # decimal comma makes two cells of one; a separator at the end of every row is a habit.
    widths = {len(row.cells) for row in body}
    habit = len(widths) == 1 and len(body) > 1 and rows.separator != ","
    widest = max(widths, default=0) if habit else len(stated.cells)
    return Table(
        rows.file,
        rows.digest,
        header,
        tuple(_fitted(row, header, widest, rows) for row in body),
        rows.findings,
        rows.date_cells,
    )


def text_rows(text: SourceText) -> SourceRows:
    """Return the rows of delimited text; quotes as in CSV, an Excel ``sep=`` line understood.

    The separator is the one that `detect_separator` finds. Raises `UnusableInputError` for
    unclosed quotes and too many cells.
    """
    body, first_line, separator = text.text, 1, ""
    head, _, rest = body.partition("\n")
    if head.lower().startswith("sep=") and len(head) == 5:
        separator, body, first_line = head[4], rest, 2
    separator = separator or detect_separator(body)
    if separator == " ":
        body = "\n".join(line.strip() for line in body.split("\n"))
    reader = csv.reader(
        io.StringIO(body, newline=""),
        delimiter=separator,
        skipinitialspace=separator == " ",
        strict=True,
    )
    rows: list[Row] = []
    cells = 0
    start = first_line
    try:
        for record in reader:
            _check_torn(record, separator, start, text.file)
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
        raise _torn(text.file, start, separator, str(error)) from error
    findings = (*text.findings, *_last_line_open(text))
    return SourceRows(text.file, text.digest, tuple(rows), separator, findings)


def detect_separator(text: str) -> str:
    """Return the separator that is most frequent, outside quotes, in the first line with text.

    Where that line has none, many words there are separated by spaces; a few are a name that
    stands alone, and the next line tells.
    """
    head, below = ([line for line in text.split("\n") if line.strip()] + ["", ""])[:2]
    outside = "".join(head.split('"')[::2])
    best = max(SEPARATORS, key=outside.count)
    if best in outside:
        return best
    if len(re.findall(r'"[^"]*"|\S+', head)) > 3:
        return " "
    # Numbers stand below, perhaps with decimal commas, so the first kind counts, not the most.
    return next((separator for separator in SEPARATORS if separator in below), "\t")


def identity_cell(table: Table, row: Row, position: int, expected: str) -> str:
    """Return the text of a cell (0-based ``position``) that names a record.

    Raises `UnusableInputError` where it is blank, too long, of several lines, a date or an error
    of a spreadsheet: two records could then bear one name, or one another's.
    """
    text = row.cells[position]
    problem = ""
    if not text:
        problem = "this cell is blank."
    elif len(text) > MAX_NAME:
        problem = f"this cell has {len(text):,} characters."
        expected += f", at most {MAX_NAME} characters"
    elif "\n" in text or "\t" in text:
        problem = "this cell holds several lines or a tab; a quotation mark may not be closed."
    elif (row.line, position + 1) in table.date_cells:
        problem = f"a spreadsheet has made a date of this name ({text})."
        expected += ", in a cell formatted as text"
    elif text in _SHEET_ERRORS:
        problem = f"this cell holds {text}, an error of a spreadsheet."
    if problem:
        raise UnusableInputError(
            problem,
            file=table.file,
            line=row.line,
            column=position + 1,
            field=table.header.cells[position],
            expected=expected,
        )
    return text


def _check_header(header: Row, file: str) -> None:
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


def _check_torn(record: Sequence[str], separator: str, line: int, file: str) -> None:
    """Refuse a cell that holds whole rows: its quotation marks belong to different ones."""
    for cell in record:
        ends = cell.count("\n")
        if ends and len(record) > 2 and cell.count(separator) == ends * (len(record) - 1):
            raise _torn(file, line, separator, f"one cell holds {ends} line ends and whole rows")


def _torn(file: str, line: int, separator: str, reason: str) -> UnusableInputError:
    return UnusableInputError(
        f"the row that starts here cannot be split into cells ({reason}).",
        file=file,
        line=line,
        expected=f"cells separated by {_SEPARATOR_NAMES.get(separator, separator)}, "
        "quotation marks closed",
    )


def _last_line_open(text: SourceText) -> tuple[Finding, ...]:
    """Tell that a file may have been cut: only then does its last line usually lack an end."""
    lines = text.text.split("\n")
    if not lines[-1] or len(lines) < 2:
        return ()
    return (
        Finding(
            "last_line_open",
            Severity.INFO,
            (text.file,),
            say(
                "{file}: the last line has no line end; if the file was cut short, its last value "
                "may be incomplete and rows may be missing.",
                file=text.file,
            ),
            say("Compare the last row with the laboratory's original."),
            (Location(text.file, len(lines)),),
        ),
    )


def _trimmed(header: Row, rows: Sequence[Row]) -> Row:
    """Return the header without the columns at its end that are blank in every row."""
    width = len(header.cells)
    filled = [i for row in (header, *rows) for i, c in enumerate(row.cells[:width]) if c]
    return Row(header.line, header.cells[: max(filled) + 1])


def _fitted(row: Row, header: Row, widest: int, rows: SourceRows) -> Row:
    """Return a row cut to the header's width, if what is cut is blank and no row is wider."""
    width = len(header.cells)
    extra = row.cells[width:]
    if width <= len(row.cells) <= widest and not any(extra):
        return Row(row.line, row.cells[:width])
    column = width + 1 + next((i for i, cell in enumerate(extra) if cell), 0)
    expected = f"{width} cells separated as in the header"
    if rows.separator == "," and extra:
        expected += "; a decimal comma needs quotation marks, or semicolons between the cells"
    if (any(extra) or rows.separator == " ") and row.line <= header.line + 2:
        expected += f"; no title above the header, which is taken from line {header.line}"
    raise UnusableInputError(
        f"the row has {len(row.cells)} cells, the header has {width}.",
        file=rows.file,
        line=row.line,
        column=column if extra else len(row.cells) + 1,
        expected=expected,
    )
