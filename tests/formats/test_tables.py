from __future__ import annotations

import pytest
from tests.formats.format_sources import source

from forename.exceptions import UnusableInputError
from forename.formats.tables import identity_cell, read_table


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
        # A decimal comma splits a cell and pushes a blank one out of the row.
        ("a,b,c\n9,3,\n9,3,,\n", 3, 4),
        ("a,b,c\n9,3,,\n9,3,,\n", 2, 4),
        # A blank cell too many may have moved all that follow it.
        ("a\tb\tc\n\t1\t2\t\n1\t2\t3\n", 2, 4),
        ("a\tb\tc\n\t1\t2\t\n", 2, 4),
        ('a,b\n1,2\n1,"2\n', 3, None),
    ],
)
def test_read_table__locates_a_ragged_or_torn_row(text: str, line: int, column: int | None) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_table(source(text))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_read_table__leaves_out_columns_that_are_wholly_blank() -> None:
    assert read_table(source("a,b,,\n1,2,,\n")).header.cells == ("a", "b")


def test_read_table__bears_a_separator_at_the_end_of_every_row() -> None:
    table = read_table(source("a\tb\n1\t2\t\n3\t\t\n"))
    assert [row.cells for row in table.rows] == [("1", "2"), ("3", "")]


@pytest.mark.parametrize(
    "text",
    [
        'Sample\tNote\tvWA 1\nA\t"x\t16\nB\ty\t17\nC\tz"\t18\n',
        'Sample;vWA 1;vWA 2\n"A;16;17\nB";17;18\n',
    ],
)
def test_read_table__loses_no_rows_in_a_quotation_mark_that_is_not_closed(text: str) -> None:
    with pytest.raises(UnusableInputError, match="whole rows") as caught:
        read_table(source(text))
    assert caught.value.line == 2


@pytest.mark.parametrize("blank", ["\u00a0", "\u2009", "\u202f", "\u3000", "\u200f"])
def test_read_table__strips_blanks_of_every_kind(blank: str) -> None:
    table = read_table(source(f"Sample\t{blank}vWA 1\nA{blank}\t{blank}16{blank}\n"))
    assert (table.header.cells, table.rows[0].cells) == (("Sample", "vWA 1"), ("A", "16"))


def test_read_table__splits_at_spaces_where_a_header_of_many_words_has_no_other_separator() -> None:
    table = read_table(source('"Sample"  "vWA 1" "vWA 2" "FGA 1"\n"A 1" 16 17 21 \n'))
    assert table.header.cells == ("Sample", "vWA 1", "vWA 2", "FGA 1")
    assert table.rows[0].cells == ("A 1", "16", "17", "21")


def test_read_table__says_that_the_last_line_has_no_end() -> None:
    (finding,) = read_table(source("Sample\tvWA 1\nA\t16\nB\t1")).findings
    assert finding.code == "last_line_open"
    assert finding.locations[0].line == 3
    assert read_table(source("Sample\tvWA 1\nA\t16\n")).findings == ()


@pytest.mark.parametrize("name", ["", "two\nlines", "a\tb", "#REF!", "x" * 201])
def test_identity_cell__refuses_what_cannot_be_a_name(name: str) -> None:
    table = read_table(source(f'Sample,vWA 1\n"{name}",16\n'))
    with pytest.raises(UnusableInputError) as caught:
        identity_cell(table, table.rows[0], 0, "the sample")
    assert (caught.value.line, caught.value.column, caught.value.field) == (2, 1, "Sample")
    assert caught.value.expected.startswith("the sample")
