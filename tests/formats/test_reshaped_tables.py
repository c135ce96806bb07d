"""One table in many shapes: a reader gives the same result, or refuses the file; nothing between.

Shapes that keep the meaning (encoding, separator, quotes, workbook, order of rows and columns)
must not change what is read. Shapes that move cells must be refused, whatever stands in them.
"""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Sequence

import pytest
from tests.formats.format_sources import EXAMPLES, workbook

from forename.exceptions import UnusableInputError
from forename.formats import read_families, read_frequencies, read_profiles
from forename.formats.source import Reading

Lines = list[list[str]]
TABLES: list[tuple[str, Callable[..., Reading]]] = [
    ("familias-remains.txt", read_profiles),
    ("familias-relatives.txt", read_families),
    ("genemapper.txt", read_profiles),
    ("genis-autosomal.tsv", read_profiles),
    ("staff.csv", read_profiles),
    ("families.ped", read_families),
    ("frequencies-matrix.txt", read_frequencies),
    ("frequencies-long.csv", read_frequencies),
    ("frequencies-genis.csv", read_frequencies),
]
OTHER_DIGITS = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")


def lines_of(name: str) -> Lines:
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    separator = "\t" if "\t" in text else "," if name.endswith(".csv") else " "
    return [line.split(separator) for line in text.splitlines()]


def delimited(lines: Lines, separator: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, quoting=quoting, lineterminator="\n").writerows(lines)
    return stream.getvalue()


def meaning(value: object) -> object:
    """Return what was read, without the order of rows and markers."""
    if hasattr(value, "frequencies"):
        return {m: dict(alleles) for m, alleles in value.frequencies.items()}, dict(
            value.minimum_frequency
        )
    assert isinstance(value, tuple)
    if hasattr(value[0], "calls"):
        return {(p.sample, p.sex, p.amelogenin): dict(p.calls) for p in value}
    return {
        f.id: (f.missing, {m: [dict(p.calls) for p in ps] for m, ps in f.profiles.items()})
        for f in value
    }


@pytest.fixture(params=TABLES, ids=[name for name, _ in TABLES])
def table(request, tmp_path):
    """Give the lines of a table and a function from bytes to what is read."""
    name, reader = request.param

    def read(data: bytes) -> object:
        path = tmp_path / name
        path.write_bytes(data)
        return meaning(reader(path).value)

    return lines_of(name), read, read((EXAMPLES / name).read_bytes())


@pytest.mark.parametrize("separator", list("\t;,|"))
def test_readers__read_the_same_with_any_separator_and_encoding(table, separator: str) -> None:
    lines, read, expected = table
    text = delimited(lines, separator)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        assert read(text.encode(encoding)) == expected, encoding
    assert read(delimited(lines, separator, csv.QUOTE_ALL).replace("\n", "\r\n").encode()) == (
        expected
    )
    assert read(f"sep={separator}\r{text}".replace("\n", "\r").encode()) == expected
    blank = [[f"\u00a0{cell}\u2009" if cell else cell for cell in line] for line in lines]
    assert read(delimited(blank, separator).encode()) == expected


def test_readers__read_the_same_from_a_workbook(table) -> None:
    lines, read, expected = table
    numbers = [
        [float(c) if re.fullmatch(r"\d+(\.\d+)?", c) else c or None for c in line] for line in lines
    ]
    for cells in (lines, numbers):
        assert read(workbook(cells).data) == expected


def test_readers__read_the_same_in_any_order(table) -> None:
    lines, read, expected = table
    chance = random.Random(3)
    first = 1 if lines[0][0].lower() in ("allele", "alelo") else 0
    for _ in range(5):
        body = chance.sample(lines[1:], len(lines) - 1)
        columns = [
            *range(first),
            *chance.sample(range(first, len(lines[0])), len(lines[0]) - first),
        ]
        shuffled = [[line[c] for c in columns] for line in (lines[0], *body)]
        assert read(delimited(shuffled, "\t").encode()) == expected


def test_readers__read_the_same_with_other_digits_and_decimal_commas(table) -> None:
    lines, read, expected = table

    def rewritten(change: Callable[[str], str]) -> bytes:
        cells = [
            [change(c) if re.fullmatch(r"\d+\.\d+", c) else c for c in line] for line in lines[1:]
        ]
        return delimited([lines[0], *cells], ";").encode()

    assert read(rewritten(lambda cell: cell.replace(".", ","))) == expected
    assert read(rewritten(lambda cell: cell.translate(OTHER_DIGITS))) == expected


@pytest.mark.parametrize("separator", list("\t;,"))
def test_readers__refuse_every_row_with_a_cell_too_many_or_too_few(table, separator: str) -> None:
    lines, read, _ = table

    def refused(number: int, cells: Sequence[str]) -> None:
        before, after = (
            delimited(lines[:number], separator),
            delimited(lines[number + 1 :], separator),
        )
        text = f"{before}{separator.join(cells)}\n{after}"
        with pytest.raises(UnusableInputError) as caught:
            read(text.encode())
        assert caught.value.line == number + 1
        assert caught.value.column
        assert caught.value.expected

    chance = random.Random(4)
    for number in range(1, len(lines)):
        line, place = lines[number], chance.randrange(len(lines[number]))
        refused(number, [*line[:place], *line[place + 1 :]])
        refused(number, [*line[:place], "", *line[place:]])
        if separator == "," and any("." in cell for cell in line):
            refused(number, [cell.replace(".", ",") for cell in line])


def test_readers__refuse_a_table_without_its_header(table) -> None:
    lines, read, _ = table
    with pytest.raises(UnusableInputError):
        read(delimited(lines[1:], "\t").encode())
