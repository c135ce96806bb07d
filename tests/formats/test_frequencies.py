from __future__ import annotations

import datetime

import pytest
from tests.formats.format_sources import EXAMPLES, rows, workbook

from forename.exceptions import UnusableInputError
from forename.formats import read_frequencies
from forename.genetics.findings import Severity
from forename.genetics.markers import Chromosome

ALIKE = [
    "frequencies-matrix.txt",
    "frequencies-long.csv",
    "frequencies-familias.txt",
    "frequencies-strider.xml",
    "frequencies-genis.csv",
    "frequencies.json",
    "frequencies.xlsx",
]


@pytest.fixture
def written(tmp_path):
    def write(text: str, name: str = "f.txt"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("name", ALIKE)
def test_read_frequencies__gives_the_same_table_from_every_layout(name: str) -> None:
    table = read_frequencies(EXAMPLES / name).value
    first = read_frequencies(EXAMPLES / ALIKE[0]).value
    assert table.frequencies == first.frequencies
    assert table.frequencies["TH01"]["9.3"] == 0.31
    assert list(table.frequencies) == ["D3S1358", "VWA", "TH01", "FGA", "PENTA D"]


def test_read_frequencies__takes_genis_own_minimum() -> None:
    floors = read_frequencies(EXAMPLES / "frequencies-genis.csv").value.minimum_frequency
    assert floors == dict.fromkeys(["D3S1358", "VWA", "TH01", "FGA", "PENTA D"], 0.002)


def test_read_frequencies__repairs_decimal_commas_and_says_so(written) -> None:
    reading = read_frequencies(written("Allele;TH01;vWA\n9,30;0,31;\n17;;0,2\n"))
    assert reading.value.frequencies == {"TH01": {"9.3": 0.31}, "VWA": {"17": 0.2}}
    assert [f.code for f in reading.findings] == ["decimal_comma", "trailing_zero"]


def test_read_frequencies__knows_x_markers_and_tells_zeros_and_statistics(written) -> None:
    text = rows("Allele DXS10135 TH01", "20 0.5 0", "21 0.5 1", "N 200 200", "PIC 0.7 0.8")
    reading = read_frequencies(written(text))
    assert reading.value.chromosomes == {"DXS10135": Chromosome.X}
    assert reading.value.frequencies["TH01"] == {"21": 1.0}
    assert {f.code for f in reading.findings} == {"zero_frequency", "row_not_used"}


def test_read_frequencies__leaves_out_y_markers_and_says_so(written) -> None:
    reading = read_frequencies(written(rows("Allele DYS391 TH01", "10 0.5 0.1")))
    assert list(reading.value.frequencies) == list(reading.value.locations) == ["TH01"]
    assert [f.code for f in reading.findings] == ["y_marker_not_used"]
    with pytest.raises(UnusableInputError, match="Y chromosome"):
        read_frequencies(written(rows("Allele DYS391", "10 0.5")))


def test_read_frequencies__tells_of_an_empty_column(written) -> None:
    reading = read_frequencies(written(rows("Allele TH01 vWA", "9 1 _")))
    assert list(reading.value.frequencies) == ["TH01"]
    assert [f.code for f in reading.findings] == ["marker_without_frequencies"]


FAMILIAS_TEXT = "Penta D\n9.3{0}0{1}5\n6{0}0{1}5\n\nFGA\n21{0}0{1}4\n22{0}0{1}6\n"


@pytest.mark.parametrize(("separator", "point"), [("\t", "."), ("\t", ","), (";", ","), (",", ".")])
def test_read_frequencies__reads_familias_text_with_any_separator(
    written, separator: str, point: str
) -> None:
    table = read_frequencies(written(FAMILIAS_TEXT.format(separator, point))).value
    assert table.frequencies == {"PENTA D": {"9.3": 0.5, "6": 0.5}, "FGA": {"21": 0.4, "22": 0.6}}


def test_read_frequencies__reads_familias_text_in_a_workbook(tmp_path) -> None:
    path = tmp_path / "f.xlsx"
    path.write_bytes(workbook([["FGA"], [21, 0.4], [22.2, 0.6], [], ["TH01"], [9.3, 1]]).data)
    table = read_frequencies(path).value
    assert table.frequencies == {"FGA": {"21": 0.4, "22.2": 0.6}, "TH01": {"9.3": 1.0}}
    path.write_bytes(workbook([["TH01"], [datetime.date(2026, 3, 9), 1.0]]).data)
    with pytest.raises(UnusableInputError, match="is a date"):
        read_frequencies(path)


def test_read_frequencies__tells_a_matrix_of_one_marker_from_familias_text(written) -> None:
    table = read_frequencies(written("\tTH01\n9.3\t0.4\n6\t0.6\n")).value
    assert table.frequencies == {"TH01": {"9.3": 0.4, "6": 0.6}}


def test_read_frequencies__says_the_encoding_of_every_layout(tmp_path) -> None:
    path = tmp_path / "f.json"
    path.write_bytes('{"name": "España", "markers": {"TH01": {"6": 1}}}'.encode("cp1252"))
    assert [finding.code for finding in read_frequencies(path).findings] == ["encoding_detected"]


def test_read_frequencies__reads_digits_of_other_scripts_and_says_so(written) -> None:
    reading = read_frequencies(written("Allele\tTH01\n٩٫٣\t٠٫٣١\n６\t０．６９\n"))
    assert reading.value.frequencies == {"TH01": {"9.3": 0.31, "6": 0.69}}
    assert [finding.code for finding in reading.findings] == ["digits_rewritten"]
    assert len(reading.findings[0].locations) == 4


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        (rows("Allele TH01 THO1", "9 0.2 0.2"), 1, 3, "twice"),
        (rows("Allele TH01", "9 0.2", "9.0 0.1"), 3, 1, "second row"),
        (rows("Allele TH01", "9 1.2"), 2, 2, "not such a number"),
        (rows("Allele TH01", "9 -0.1"), 2, 2, "not such a number"),
        (rows("Allele TH01", "9 inf"), 2, 2, "not such a number"),
        (rows("Allele TH01", "8 1", "9 1e-320"), 3, 2, "too small"),
        (rows("Allele TH01", "9 x"), 2, 2, "not such a number"),
        (rows("Allele TH01", "abc 0.1"), 2, 1, "not an allele"),
        (rows("Allele TH01", "9-Mar 0.1"), 2, 1, "is a date"),
        (rows("Allele TH01", "_ 0.1"), 2, 1, "missing"),
        (rows("Allele TH01", "9 _"), 1, None, "no marker"),
        (rows("Allele TH01 _", "9 0.1 0.2"), 1, 3, "no header"),
        (rows("marker allele frequency", "TH01 9 0.2", "TH01 9 0.2"), 3, 3, "two frequencies"),
        (rows("marker allele frequency", "TH01 9 0.2", "THO1 8 0.2"), 3, 1, "twice"),
        (rows("marker allele frequency", "_ 9 0.2"), 2, 1, "missing"),
        (rows("marker allele allele", "TH01 9 0.2"), 1, 3, "columns"),
        (
            rows("marker allele frequency", "TH01 9 1", "TH01 fmin 0.1", "TH01 fmin 0.2"),
            4,
            2,
            "second minimum",
        ),
        ("Allele,TH01,vWA\n9.3,0,3,\n", 2, 4, "header has 3"),
        ('{"markers": {"\\ud800": {"9": 1}}}', None, None, "no character"),
        (rows("allele frequency", "8 0.2"), 1, None, "0 columns for the marker"),
        (rows("marker frequency", "TH01 0.2"), 1, None, "0 columns for the allele"),
        (rows("marker allele share", "TH01 9 0.2"), 1, None, "columns"),
        (rows("Sample TH01_1 TH01_2", "A 9 9"), 1, 1, "profiles"),
        ("TH01\n9\t0.2\nvWA\n17\t0.2\n", 3, None, "parts"),
        ("TH01\n9\t0.2\n\n17\t0.2\n", 4, None, "name"),
        ("<genotypes/>", 1, 1, "STRidER"),
        ("<frequencies><marker>\n</marker></frequencies>", 1, 14, "name"),
        ("<frequencies>\n<marker>", 2, 9, "well formed"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><frequencies/>', 1, None, "declares"),
        ('{"markers": {"TH01": {"9": 1e-320}}}', None, None, "too small"),
        ('{"markers": {"TH01": {"9": 2}}}', None, None, "number"),
        ('{"markers": ', 1, 13, "JSON"),
    ],
)
def test_read_frequencies__locates_what_is_wrong(
    written, text: str, line: int | None, column: int | None, said: str
) -> None:
    with pytest.raises(UnusableInputError, match=said) as caught:
        read_frequencies(written(text))
    assert (caught.value.file, caught.value.line, caught.value.column) == ("f.txt", line, column)


def test_read_frequencies__asks_for_one_population_of_several(written) -> None:
    def marker(*origins: str) -> str:
        shares = "".join(
            f'<origin name="{name}" n="9"><frequency allele="9">{value}</frequency></origin>'
            for name, value in (origin.split("=") for origin in origins)
        )
        return f"<frequencies><marker><name>TH01</name>{shares}</marker></frequencies>"

    with pytest.raises(UnusableInputError, match="A, B"):
        read_frequencies(written(marker("A=0.2", "B=0.3")))
    whole = read_frequencies(written(marker("A=0.2", "Entire Database=0.25")))
    assert whole.value.frequencies == {"TH01": {"9": 0.25}}
    one, other = (marker(origin)[len("<frequencies>") :] for origin in ("A=0.2", "B=0.3"))
    mixed = f"<frequencies>{one.removesuffix('</frequencies>')}{other.replace('TH01', 'FGA')}"
    (finding,) = read_frequencies(written(mixed)).findings
    assert (finding.code, finding.severity) == ("population_used", Severity.WARNING)


def test_read_frequencies__reads_the_reference_tables(shared) -> None:
    folder = shared / "data" / "frequencies"
    norwegian = read_frequencies(folder / "norwegian_str35.csv").value
    assert (
        norwegian.frequencies == read_frequencies(folder / "norwegian_str35.json").value.frequencies
    )
    assert len(norwegian.frequencies) == 35
    assert sum(map(len, norwegian.frequencies.values())) == 647
    assert all(abs(sum(f.values()) - 1) < 2e-9 for f in norwegian.frequencies.values())
    west_asia = read_frequencies(folder / "west_asia_familias_2023.txt").value
    assert west_asia.frequencies["TPOX"]["8"] == 0.515197
