"""Cells of a case folder's tables: any text, safe in a spreadsheet, read back exactly."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forename.exceptions import UnusableInputError
from forename.formats.numbers import read_number
from forename.genetics.findings import Location
from forename.genetics.profiles import Call

# A spreadsheet would run a cell that begins with one of these as a formula, or strip it.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", " ", "'", "＝", "＋", "－", "＠")
_UNKNOWN = "?"
_EMPTY = "\\e"  # a text of no characters in a list; a backslash in a text is doubled


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row of a table of a case folder, by column name; ``extra`` are the marker columns."""

    file: str
    line: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]
    extra: Mapping[str, str]

    def error(self, column: str, problem: str, expected: str) -> UnusableInputError:
        """Return an error at a cell of this row."""
        return UnusableInputError(
            problem,
            file=self.file,
            line=self.line,
            column=self.columns.get(column),
            field=column,
            expected=expected,
        )

    def text(self, column: str) -> str:
        """Return the text of a cell, which may be empty."""
        return plain_text(self.cells[column])

    def stated(self, column: str) -> str | None:
        """Return the text of a cell, or ``None`` when it is blank."""
        return plain_text(self.cells[column]) if self.cells[column] else None

    def needed(self, column: str) -> str:
        """Return the text of a cell that must not be blank."""
        if not self.cells[column]:
            raise self.error(column, "this cell is blank.", "a value")
        return plain_text(self.cells[column])

    def number(self, column: str, low: float, high: float) -> float | None:
        """Return a number in [``low``, ``high``], or ``None`` when the cell is blank."""
        if not self.cells[column]:
            return None
        place = Location(self.file, self.line, self.columns[column])
        expected = f"a number from {low:g} to {high:g}, or a blank cell"
        return read_number(
            self.cells[column], place, field=column, expected=expected, low=low, high=high
        )

    def integer(self, column: str) -> int | None:
        """Return a whole number from 0, or ``None`` when the cell is blank."""
        if not self.cells[column]:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", self.cells[column]):
            raise self.error(column, "this is not a whole number.", "a whole number, or a blank")
        return int(self.cells[column])


def safe_text(text: str) -> str:
    """Return text as a cell: an apostrophe before what a spreadsheet would take as a formula."""
    return f"'{text}" if text.startswith(_RISKY) or text != text.rstrip() else text


def optional_text(text: str | None) -> str:
    """Return text as a cell where blank means "not stated": an empty text is an apostrophe."""
    if text is None:
        return ""
    return safe_text(text) or "'"


def plain_text(cell: str) -> str:
    """Return what `safe_text` or `optional_text` was given."""
    return cell.removeprefix("'")


def call_cell(call: Call) -> str:
    """Return a call as a cell: ``12|14``, ``12|`` for a single peak, ``12|?`` when partial.

    A spreadsheet makes dates of ``10/14`` and of a lone ``9.3``; of these it makes nothing.
    """
    parts = [_escaped(allele) for allele in call.alleles]
    last = _UNKNOWN if call.partial else ""
    return safe_text("|".join([*parts, last] if call.partial or len(parts) == 1 else parts))


def call_of_cell(cell: str, location: Location) -> Call | None:
    """Return the call of a cell, ``None`` when it is blank."""
    if not cell:
        return None
    parts = _parts(cell)
    partial = parts[-1] == _UNKNOWN
    single = len(parts) == 2 and not parts[-1]
    kept = [_plain(part) for part in (parts[:-1] if partial or single else parts)]
    # A separator is always written: a cell without one was changed by hand or by a spreadsheet.
    torn = "|".join(parts) != plain_text(cell)
    if torn or len(parts) == 1 or not all(parts[: len(kept)]) or _UNKNOWN in parts[:-1]:
        raise UnusableInputError(
            f"{cell[:40]!r} is not a genotype.",
            file=location.file,
            line=location.line,
            column=location.column,
            expected="12|14, 12| for a single peak, 12|? for one known allele, or a blank cell",
        )
    return Call(tuple(kept), partial, location)


def list_cell(texts: Sequence[str]) -> str:
    """Return texts as one cell, separated by ``|``."""
    return safe_text("|".join(_escaped(text) for text in texts))


def list_of_cell(cell: str) -> tuple[str, ...]:
    """Return what `list_cell` was given; a blank cell is no text."""
    return tuple(_plain(part) for part in _parts(cell)) if cell else ()


def _parts(cell: str) -> list[str]:
    """Return the parts of a cell between bars, still escaped."""
    return re.findall(r"(?:^|\|)((?:[^|\\]|\\.)*)", plain_text(cell), re.DOTALL)


def _escaped(text: str) -> str:
    if text == _UNKNOWN:
        return "\\?"
    return text.replace("\\", "\\\\").replace("|", "\\|") or _EMPTY


def _plain(part: str) -> str:
    if part == _EMPTY:
        return ""
    return re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL)


def table_text(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a CSV table with LF line ends; cells are already safe."""
    # Python's own writer leaves a carriage return unquoted when lines end with LF.
    return "".join(",".join(map(_quoted, row)) + "\n" for row in (header, *rows))


def _quoted(cell: str) -> str:
    if any(sign in cell for sign in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def table_rows(text: str, file: str, fixed: Sequence[str]) -> list[CaseRow]:
    """Return the rows of a table whose first columns are ``fixed``; further ones are markers.

    Raises `UnusableInputError` for another header, a ragged row or an unclosed quote.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[CaseRow] = []
    start = 1
    try:
        header = next(reader, [])
        if tuple(header[: len(fixed)]) != tuple(fixed):
            raise UnusableInputError(
                "the header is not the one of this table.",
                file=file,
                line=1,
                expected=",".join(fixed),
            )
        markers = [plain_text(cell) for cell in header[len(fixed) :]]
        if len(set(markers)) != len(markers):
            twice = next(m for m in markers if markers.count(m) > 1)
            raise UnusableInputError(
                f"marker {twice[:40]!r} has two columns.", file=file, line=1, expected="one"
            )
        columns = {name: i for i, name in reversed([*enumerate((*fixed, *markers), 1)])}
        start = reader.line_num + 1
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not cells:
                continue
            if len(cells) != len(header):
                raise UnusableInputError(
                    f"the row has {len(cells)} cells, the header has {len(header)}.",
                    file=file,
                    line=line,
                    column=min(len(cells), len(header)) + 1,
                    expected=f"{len(header)} cells separated by commas",
                )
            rows.append(
                CaseRow(
                    file,
                    line,
                    dict(zip(fixed, cells, strict=False)),
                    columns,
                    dict(zip(markers, cells[len(fixed) :], strict=True)),
                )
            )
    except csv.Error as error:
        raise UnusableInputError(
            f"the row that starts here cannot be split into cells ({error}).",
            file=file,
            line=start,
            expected="cells separated by commas, quotation marks closed",
        ) from error
    return rows
