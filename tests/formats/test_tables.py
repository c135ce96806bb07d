from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest
from tests.formats.format_sources import source

from forename.exceptions import UnusableInputError
from forename.formats.source import Source, source_of_bytes
from forename.formats.tables import read_table


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


@pytest.mark.parametrize("separator", ["\t", ";", ",", "|"])
def test_read_table__finds_the_separator(separator: str) -> None:
    text = separator.join(["Sample", "vWA 1", "vWA 2"]) + "\n" + separator.join("abc") + "\n"
    table = read_table(source(text))
    assert table.header.cells == ("Sample", "vWA 1", "vWA 2")
    assert table.rows[0].cells == ("a", "b", "c")


def test_read_table__prefers_semicolons_to_decimal_commas() -> None:
    table = read_table(source("Allele;TH01\n9,3;0,31\n"))
    assert table.rows[0].cells == ("9,3", "0,31")


def test_read_table__understands_a_sep_line_and_keeps_line_numbers() -> None:
    table = read_table(source("sep=|\nSample|vWA 1\n\nA|12\n"))
    assert [(row.line, row.cells) for row in (table.header, *table.rows)] == [
        (2, ("Sample", "vWA 1")),
        (4, ("A", "12")),
    ]


def test_read_table__counts_lines_inside_quotes() -> None:
    table = read_table(source('Sample,Note\n"A","two\nlines"\nB,x\n'))
    assert [row.line for row in table.rows] == [2, 4]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a,b,c\n1,2,3\n1,2\n", 3, 3),
        ("a,b\n1,2,3\n", 2, 3),
        ("a,b\n1,2,,,x\n", 2, 5),
        ('a,b\n1,2\n1,"2\n', 3, None),
    ],
)
def test_read_table__locates_a_ragged_or_torn_row(text: str, line: int, column: int | None) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_table(source(text))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_read_table__leaves_out_columns_that_are_wholly_blank() -> None:
    assert read_table(source("a,b,,\n1,2,,\n")).header.cells == ("a", "b")


def test_read_table__reads_a_workbook_as_it_is_shown() -> None:
    table = read_table(
        workbook([[], ["Sample", "TH01 1", "p"], ["A", 9.3, 0.1 + 0.2], ["B", 10.0, None]])
    )
    assert table.header.line == 2
    assert [row.cells for row in table.rows] == [("A", "9.3", "0.3"), ("B", "10", "")]


def test_read_table__keeps_all_digits_of_a_workbooks_number() -> None:
    value = 5.2159400000000001e-05
    table = read_table(workbook([["Allele", "TH01"], [9, value]]))
    assert float(table.rows[0].cells[1]) == value


def test_read_table__marks_dates_of_a_workbook() -> None:
    table = read_table(workbook([["Sample", "TH01 1"], ["A", datetime.date(2026, 3, 9)]]))
    assert table.date_cells == {(2, 2)}


def test_read_table__tells_of_other_sheets() -> None:
    table = read_table(workbook([], [["Sample", "a"], ["A", 1]], [["more", "b"]]))
    assert table.header.cells == ("Sample", "a")
    assert [finding.code for finding in table.findings] == ["other_sheets_not_read"]


def test_read_table__refuses_a_formula_without_its_result() -> None:
    with pytest.raises(UnusableInputError, match="formula") as caught:
        read_table(workbook([["Sample", "TH01 1"], ["A", "=4+5"]]))
    assert (caught.value.line, caught.value.column) == (2, 2)


def archive(**parts: bytes) -> Source:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr("[Content_Types].xml" if name == "types" else name, data)
    return source_of_bytes("book.xlsx", stream.getvalue())


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"photo.jpg": b"x"}, "not a workbook"),
        ({"types": b"<Types/>", "xl": bytes(20_000_000)}, "more than is plausible"),
        ({"types": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "XML entities"),
        ({"types": b"<Types/>"}, "damaged"),
    ],
)
def test_read_table__refuses_archives_that_are_no_workbooks(
    parts: dict[str, bytes], said: str
) -> None:
    with pytest.raises(UnusableInputError, match=said):
        read_table(archive(**parts))
