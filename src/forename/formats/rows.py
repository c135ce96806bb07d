"""Rows of cells, each with its place in the file, as every kind of table gives them."""

from __future__ import annotations

from dataclasses import dataclass

from forename.genetics.findings import Finding

MAX_CELLS = 5_000_000
# Spaces of every width, and marks of text direction that programs put around Arabic and numbers.
BLANKS = (
    " \t\r\n\f\v\u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\u200e\u200f\u061c"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
)


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
class SourceRows:
    """All rows of a file, the header not yet told from the others.

    ``separator`` is the character between cells, empty in a workbook. ``date_cells`` are places
    (line, column) that a spreadsheet stores as a date.
    """

    file: str
    digest: str
    rows: tuple[Row, ...]
    separator: str = ""
    findings: tuple[Finding, ...] = ()
    date_cells: frozenset[tuple[int, int]] = frozenset()
