"""Small sources for the tests of formats; all names and values are invented."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl

from forename.formats.source import Source, source_of_bytes

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "formats"


def source(text: str, name: str = "table.txt", encoding: str = "utf-8") -> Source:
    return source_of_bytes(name, text.encode(encoding))


def example(name: str) -> Source:
    return source_of_bytes(name, (EXAMPLES / name).read_bytes())


def rows(*lines: str, separator: str = "\t") -> str:
    """Return lines whose cells are separated by blanks; an underscore is a blank cell."""
    return "".join(
        separator.join("" if cell == "_" else cell for cell in line.split()) + "\n"
        for line in lines
    )


def workbook(*sheets: list[list[object]]) -> Source:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, sheet_rows in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in sheet_rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return source_of_bytes("book.xlsx", stream.getvalue())
