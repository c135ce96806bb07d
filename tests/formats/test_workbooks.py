from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import pytest
from tests.formats.format_sources import workbook

from forename.exceptions import UnusableInputError
from forename.formats.source import Source, source_of_bytes
from forename.formats.tables import identity_cell, read_table


def test_workbook_rows__reads_a_workbook_as_it_is_shown() -> None:
    table = read_table(
        workbook([[], ["Sample", "TH01 1", "p"], ["A", 9.3, 0.1 + 0.2], ["B", 10.0, None]])
    )
    assert table.header.line == 2
    assert [row.cells for row in table.rows] == [("A", "9.3", "0.3"), ("B", "10", "")]


def test_workbook_rows__keeps_all_digits_of_a_workbooks_number() -> None:
    value = 5.2159400000000001e-05
    table = read_table(workbook([["Allele", "TH01"], [9, value]]))
    assert float(table.rows[0].cells[1]) == value


def test_workbook_rows__marks_dates_of_a_workbook() -> None:
    table = read_table(workbook([["Sample", "TH01 1"], ["A", datetime.date(2026, 3, 9)]]))
    assert table.date_cells == {(2, 2)}


def test_workbook_rows__tells_of_other_sheets() -> None:
    table = read_table(workbook([], [["Sample", "a"], ["A", 1]], [["more", "b"]]))
    assert table.header.cells == ("Sample", "a")
    assert [finding.code for finding in table.findings] == ["other_sheets_not_read"]


def test_workbook_rows__refuses_a_formula_without_its_result() -> None:
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
        ({"types": b" " * 5000 + b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "damaged"),
        ({"types": b"<Types/>"}, "damaged"),
    ],
)
def test_workbook_rows__refuses_archives_that_are_no_workbooks(
    parts: dict[str, bytes], said: str
) -> None:
    with pytest.raises(UnusableInputError, match=said):
        read_table(archive(**parts))


def test_workbook_rows__reads_the_shown_sheet_before_a_hidden_one() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook([["Sample"], ["old"]], [["Sample"]]).data))
    book.worksheets[0].sheet_state = "hidden"
    book.worksheets[1].append(["new"])
    book.active = 1
    stream = io.BytesIO()
    book.save(stream)
    table = read_table(source_of_bytes("book.xlsx", stream.getvalue()))
    assert table.rows[0].cells == ("new",)
    assert [finding.code for finding in table.findings] == ["other_sheets_not_read"]


def test_identity_cell__refuses_a_name_that_a_workbook_holds_as_a_date() -> None:
    table = read_table(workbook([["Sample", "vWA 1"], [datetime.date(2026, 1, 3), 16]]))
    with pytest.raises(UnusableInputError, match="made a date of this name") as caught:
        identity_cell(table, table.rows[0], 0, "the sample")
    assert (caught.value.line, caught.value.column) == (2, 1)
