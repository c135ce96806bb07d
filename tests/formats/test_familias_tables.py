from __future__ import annotations

import datetime

import pytest
from tests.formats.format_sources import rows, source, workbook

from forename.exceptions import UnusableInputError
from forename.formats.familias_tables import read_relatives_table, read_remains_table
from forename.genetics.profiles import Call, Sex


@pytest.mark.parametrize(
    "sample", ["Sample", "Sample Info", "SAMPLE_ID", "specimenId", "رقم العينة"]
)
@pytest.mark.parametrize(
    "columns",
    [
        ("vWA 1", "vWA 2"), ("VWA_1", "VWA_2"), ("vwa.1", "vwa.2"), ("vWA-1", "vWA-2"),
        ("vWA (1)", "vWA (2)"), ("vWA Allele 1", "vWA Allele 2"), ("vWA", "vWA"),
        ("vWA", "vWA.1"), ("vWA", ""),
    ],
)  # fmt: skip
def test_read_remains_table__knows_the_headers_that_laboratories_use(
    sample: str, columns: tuple[str, str]
) -> None:
    text = "\t".join([sample, *columns, "TH01 1", "TH01 2"]) + "\nA\t17\t18\t9.3\t6\n"
    (profile,) = read_remains_table(source(text)).value
    assert profile.sample == "A"
    assert dict(profile.calls) == {"VWA": Call(("17", "18")), "TH01": Call(("9.3", "6"))}
    assert profile.calls["TH01"].location.column == 4


def test_read_remains_table__puts_numbered_columns_in_order_wherever_they_stand() -> None:
    text = rows("vWA_2 Sample TH01_1 vWA_1 TH01_2", "18 A 6 17 9.3")
    (profile,) = read_remains_table(source(text)).value
    assert dict(profile.calls) == {"VWA": Call(("17", "18")), "TH01": Call(("6", "9.3"))}


def test_read_remains_table__keeps_three_alleles_and_equal_sample_ids() -> None:
    text = rows("Sample vWA_1 vWA_2 vWA_3", "A 16 17 18", "A 16 16 _")
    first, second = read_remains_table(source(text)).value
    assert first.calls["VWA"].alleles == ("16", "17", "18")
    assert second.calls["VWA"] == Call(("16", "16"))


def test_read_remains_table__reads_sex_stratum_and_rates_of_a_sample() -> None:
    text = rows("Sample Sex Site Drop-out vWA_1 vWA_2", "A F Pit 0,05 17 18", "B _ _ _ 17 18")
    first, second = read_remains_table(source(text)).value
    assert (first.sex, first.stratum, first.drop_out) == (Sex.FEMALE, "Pit", 0.05)
    assert (second.sex, second.stratum, second.drop_out) == (Sex.UNKNOWN, "", None)


def test_read_remains_table__tells_of_columns_it_does_not_use() -> None:
    reading = read_remains_table(source(rows("Sample Colour vWA_1 vWA_2", "A blue 17 18")))
    assert [finding.code for finding in reading.findings] == ["column_not_used"]
    assert "'Colour'" in str(reading.findings[0].text)


def test_read_remains_table__suspects_homozygotes_written_once() -> None:
    lines = [f"S{i} 16 17" for i in range(30)]
    reading = read_remains_table(source(rows("Sample vWA_1 vWA_2", *lines, "T 16 _")))
    assert "homozygotes_perhaps_single" in [finding.code for finding in reading.findings]
    assert reading.value[-1].calls["VWA"].partial
    once = read_remains_table(source(rows("Sample vWA_1 vWA_2", *lines, "T 16 _", "U 16 16")))
    assert "homozygotes_perhaps_single" not in [finding.code for finding in once.findings]


def test_read_remains_table__sums_up_repairs_in_one_finding() -> None:
    text = rows("Sample TH01_1 TH01_2", "A 9,3 9,3", "B 9,3 8")
    (finding,) = read_remains_table(source(text)).findings
    assert finding.code == "decimal_comma"
    assert [(p.line, p.column) for p in finding.locations] == [(2, 2), (2, 3), (3, 2)]


def test_read_remains_table__takes_names_of_people_as_ids_only_where_there_are_no_ids() -> None:
    (profile,) = read_remains_table(source(rows("Name vWA_1 vWA_2", "A 17 18"))).value
    assert profile.sample == "A"
    both = read_remains_table(source(rows("Name Sample_ID vWA_1 vWA_2", "Somebody A 17 18")))
    assert both.value[0].sample == "A"
    assert [finding.code for finding in both.findings] == ["column_not_used"]


def test_read_remains_table__sees_through_marks_of_text_direction() -> None:
    text = "Sample,vWA 1,vWA 2\n\u200fA\u200e,\u202a17\u202c,18\u00a0\n"
    (profile,) = read_remains_table(source(text)).value
    assert (profile.sample, profile.calls["VWA"].alleles) == ("A", ("17", "18"))


@pytest.mark.parametrize(
    ("lines", "line", "column", "said"),
    [
        (["Sample vWA_1 vWA_1", "A 1 2"], 1, 2, "second column"),
        (["Sample vWA vWA vWA", "A 1 2 3"], 1, 2, "second column"),
        (["Sample Sample vWA_1 vWA_2", "A A 1 2"], 1, 2, "second column"),
        (["Sample Colour", "A blue"], 1, None, "no marker columns"),
        (["vWA_1 vWA_2", "17 18"], 1, None, "no column for the sample"),
        (["Sample Lane Allele_1 Allele_2", "A 1 17 18"], 1, 3, "column for the marker"),
        (["Sample vWA_1 vWA_2", "_ 17 18"], 2, 1, "blank"),
        (["Sample vWA_1 vWA_2", "A 17 ab"], 2, 3, "not an allele"),
        (["Sample Sex vWA_1 vWA_2", "A maybe 17 18"], 2, 2, "not a sex"),
        (["Sample Dropout vWA_1 vWA_2", "A 2 17 18"], 2, 2, "not such a number"),
        (["Sample vWA FGA", "A 14,16 21/22"], 2, 2, "two alleles or a decimal comma"),
        (["Sample vWA FGA", "A 9,3 21/22"], 2, 2, "two alleles or a decimal comma"),
        (["Sample vWA_1 vWA_2", "#N/A 17 18"], 2, 1, "error of a spreadsheet"),
        (["Sample vWA_1 vWA_2"], 1, None, "no rows"),
        (["Family Kinship Sample vWA_1 vWA_2", "F son A 17 18"], 1, 2, "table of relatives"),
        (["Allele TH01 vWA", "9 0.2 _"], 1, 1, "allele frequencies"),
    ],
)
def test_read_remains_table__locates_what_is_wrong(
    lines: list[str], line: int, column: int | None, said: str
) -> None:
    with pytest.raises(UnusableInputError, match=said) as caught:
        read_remains_table(source(rows(*lines)))
    error = caught.value
    assert (error.file, error.line, error.column) == ("table.txt", line, column)
    assert error.expected


def test_read_remains_table__takes_no_peak_height_for_an_allele() -> None:
    text = rows("Sample vWA_1 vWA_2 vWA_Height_1 Height_2 Peak_Area_1", "A 17 18 812 1790 99")
    reading = read_remains_table(source(text))
    assert set(reading.value[0].calls) == {"VWA"}
    (finding,) = reading.findings
    assert finding.code == "column_not_used"
    assert [place.column for place in finding.locations] == [4, 5, 6]


def test_read_remains_table__tells_the_decimal_comma_of_a_probability() -> None:
    reading = read_remains_table(source(rows("Sample Dropout vWA_1 vWA_2", "A 0,05 17 18")))
    assert reading.value[0].drop_out == 0.05
    assert [finding.code for finding in reading.findings] == ["decimal_comma"]


def test_read_remains_table__refuses_a_date_cell_of_a_workbook() -> None:
    book = workbook([["Sample", "TH01 1", "TH01 2"], ["A", datetime.date(2026, 3, 9), 6]])
    with pytest.raises(UnusableInputError, match="is a date") as caught:
        read_remains_table(book)
    assert (caught.value.line, caught.value.column) == (2, 2)


@pytest.mark.parametrize(
    "header",
    ["Family_ID Kinship Sample_ID", "Family Relationship Sample", "FAMID Kin Sample_Name"],
)
@pytest.mark.parametrize("word", ["[mother]", "mother", "(mother)"])
def test_read_relatives_table__knows_the_headers_that_laboratories_use(
    header: str, word: str
) -> None:
    text = rows(f"{header} vWA_1 vWA_2", f"F1 {word} R1 17 18")
    (relative,) = read_relatives_table(source(text)).value
    assert (relative.family, relative.kinship, relative.profile.sample) == ("F1", "mother", "R1")
    assert relative.location.line == 2


@pytest.mark.parametrize(
    ("lines", "line", "column"),
    [
        (["Sample vWA_1 vWA_2", "A 17 18"], 1, None),
        (["Family Sample vWA_1 vWA_2", "F A 17 18"], 1, None),
        (["Kinship Family Sample vWA_1 vWA_2", "[] F A 17 18"], 2, 1),
        (["Kinship Family Sample vWA_1 vWA_2", "son _ A 17 18"], 2, 2),
        (["Allele Family Kinship", "9 0.1 0.2"], 1, 1),
    ],
)
def test_read_relatives_table__locates_what_is_wrong(
    lines: list[str], line: int, column: int | None
) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_relatives_table(source(rows(*lines)))
    assert (caught.value.line, caught.value.column) == (line, column)
