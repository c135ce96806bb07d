from __future__ import annotations

import pytest
from tests.formats.format_sources import EXAMPLES, rows, source

from forename.exceptions import UnusableInputError
from forename.formats import read_profiles
from forename.formats.genemapper import read_genemapper
from forename.genetics.profiles import Call, Sex


@pytest.mark.parametrize(
    "name",
    [
        "genemapper.txt",
        "genis-autosomal.tsv",
        "remains.xlsx",
        "remains-semicolon.csv",
        "familias.fam",
    ],
)
def test_read_profiles__gives_the_same_profiles_from_every_layout(name: str) -> None:
    profiles = read_profiles(EXAMPLES / name).value
    expected = read_profiles(EXAMPLES / "familias-remains.txt").value
    assert [(p.sample, p.sex, p.calls) for p in profiles] == [
        (p.sample, p.sex, p.calls) for p in expected
    ]


def test_read_genemapper__leaves_ladders_and_controls_out_and_says_so() -> None:
    findings = read_profiles(EXAMPLES / "genemapper.txt").findings
    told = next(finding for finding in findings if finding.code == "controls_not_used")
    assert "Ladder" in str(told.text)


def test_read_genemapper__knows_every_type_of_control() -> None:
    kinds = ["Allelic Ladder", "Ladder", "Positive Control", "Custom Control", "Reagent Blank"]
    lines = [f"C{number}\t{kind}\tvWA\t16\t17\n" for number, kind in enumerate(kinds)]
    head = "Sample Name\tSample Type\tMarker\tAllele 1\tAllele 2\n"
    reading = read_genemapper(source(head + "".join(lines) + "A\tSample\tvWA\t16\t18\n"))
    assert [profile.sample for profile in reading.value] == ["A"]
    (finding,) = reading.findings
    assert len(finding.records) == len(kinds)


def test_read_genemapper__keeps_more_than_nine_alleles() -> None:
    numbers = range(1, 12)
    header = " ".join(["Sample_Name Marker", *(f"Allele_{n}" for n in numbers)])
    cells = " ".join(["A vWA", *map(str, numbers)])
    (profile,) = read_genemapper(source(rows(header, cells))).value
    assert profile.calls["VWA"].alleles == tuple(map(str, numbers))


def test_read_genemapper__keeps_two_runs_of_one_sample_apart() -> None:
    text = rows(
        "Sample_File Sample_Name Marker Allele_1 Allele_2", "a.fsa A vWA 16 17", "b.fsa A vWA 16 18"
    )
    first, second = read_genemapper(source(text)).value
    assert (first.sample, second.sample) == ("A", "A")
    assert second.calls["VWA"] == Call(("16", "18"))


def test_read_genemapper__takes_a_lone_allele_as_the_file_writes_homozygotes() -> None:
    header = "Sample_Name Marker Allele_1 Allele_2"
    complete = [f"S{i} vWA 16 17" for i in range(30)]
    few = read_genemapper(source(rows(header, *complete[:29], "T vWA 16 _"))).value
    assert few[-1].calls["VWA"] == Call(("16",), partial=True)
    once = read_genemapper(source(rows(header, *complete, "T vWA 16 _", "T AMEL X _")))
    assert once.value[-1].calls["VWA"] == Call(("16", "16"))
    assert once.value[-1].sex == Sex.FEMALE
    assert "single_allele_as_homozygote" in [finding.code for finding in once.findings]
    twice = read_genemapper(source(rows(header, *complete, "T vWA 16 _", "U vWA 16 16"))).value
    assert twice[-2].calls["VWA"] == Call(("16",), partial=True)


@pytest.mark.parametrize(
    ("lines", "line", "column", "said"),
    [
        (["A vWA 16 17", "A vwa 16 17"], 3, 2, "second row"),
        (["_ vWA 16 17"], 2, 1, "blank"),
        (["A _ 16 17"], 2, 2, "blank"),
        (["A vWA 16 x"], 2, 4, "not an allele"),
        (["A TH01 9-Mar 9"], 2, 3, "is a date"),
    ],
)
def test_read_genemapper__locates_what_is_wrong(
    lines: list[str], line: int, column: int, said: str
) -> None:
    text = rows("Sample_Name Marker Allele_1 Allele_2", *lines)
    with pytest.raises(UnusableInputError, match=said) as caught:
        read_genemapper(source(text))
    assert (caught.value.line, caught.value.column) == (line, column)


def test_read_genemapper__refuses_columns_that_stand_twice_or_lack() -> None:
    for header in (
        "Sample Marker Marker Allele_1",
        "Marker Allele_1",
        "Sample Marker Allele_1 Allele_1",
    ):
        with pytest.raises(UnusableInputError) as caught:
            read_genemapper(source(rows(header, "a b c d" if header.count(" ") == 3 else "a b")))
        assert caught.value.line == 1


@pytest.mark.parametrize("alleles", ["Allele_2 Height", "Allele_1 Height", "Allele_1 Allele_3"])
def test_read_genemapper__refuses_half_of_the_genotypes(alleles: str) -> None:
    text = rows(f"Sample Marker {alleles}", "A vWA 16 17")
    with pytest.raises(UnusableInputError, match="lacks an allele column") as caught:
        read_genemapper(source(text))
    assert caught.value.line == 1
