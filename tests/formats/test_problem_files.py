from __future__ import annotations

import hashlib
from pathlib import Path

import openpyxl
import pytest
from tests.formats.format_sources import EXAMPLES, rows

from forename.exceptions import UnusableInputError
from forename.formats import read_evidence, read_families, read_problem, read_profiles
from forename.genetics.profiles import Sex


def read_example(**names: str):
    parts = {
        "postmortem": "familias-remains.txt",
        "antemortem": "familias-relatives.txt",
        "frequencies": "frequencies-matrix.txt",
        **names,
    }
    return read_problem(**{role: EXAMPLES / name for role, name in parts.items()})


@pytest.mark.parametrize(
    "antemortem", ["familias-relatives.txt", "codis-relatives.xml", "families.ped", "familias.fam"]
)
def test_read_problem__reads_families_of_every_kind(antemortem: str) -> None:
    problem = read_example(antemortem=antemortem)
    assert [family.id for family in problem.families] == ["X1", "X2", "X3"]
    typed = {
        profile.sample: {marker: call.distinct for marker, call in profile.calls.items()}
        for family in problem.families
        for profiles in family.profiles.values()
        for profile in profiles
    }
    assert list(typed) == ["R1", "R2", "R3", "R4", "R5", "R6"]
    assert typed["R6"]["TH01"] == {"6", "8"}


def test_read_problem__keeps_digests_and_says_how_markers_are_spelt() -> None:
    problem = read_example(postmortem="remains-semicolon.csv", elimination="staff.csv")
    data = (EXAMPLES / "staff.csv").read_bytes()
    assert problem.digests["staff.csv"] == hashlib.sha256(data).hexdigest()
    assert len(problem.digests) == 4
    spelt = {
        f.records[0]: str(f.text) for f in problem.findings if f.code == "marker_spelling_differs"
    }
    assert set(spelt) == {"PENTA D", "AMEL"}
    assert "'Penta_D' in remains-semicolon.csv" in spelt["PENTA D"]


def test_read_problem__tells_files_of_one_name_apart(tmp_path: Path) -> None:
    paths = []
    for name in ("familias-remains.txt", "familias-relatives.txt", "frequencies-matrix.txt"):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "data.txt"
        path.write_bytes((EXAMPLES / name).read_bytes())
        paths.append(path)
    assert len(read_problem(*paths).digests) == 3


def test_read_problem__tells_each_remark_of_a_file_once() -> None:
    problem = read_example(
        postmortem="familias.fam", antemortem="familias.fam", frequencies="familias.fam"
    )
    assert [f.code for f in problem.findings] == ["one_allele_known"]
    assert list(problem.digests) == ["familias.fam"]


def test_read_families__locates_a_kinship_that_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "am.txt"
    path.write_text(
        rows("Family Kinship Sample TH01_1 TH01_2", "F son A 6 7", "F friend B 6 7"), "utf-8"
    )
    with pytest.raises(UnusableInputError, match="friend") as caught:
        read_families(path)
    assert (caught.value.file, caught.value.line) == ("am.txt", 3)


def test_read_evidence__reads_weights_with_their_source() -> None:
    (item,) = read_evidence(EXAMPLES / "evidence.csv").value
    assert (item.remains, item.missing_person, item.log10_weight) == ("EX1", "X1", 1.5)
    assert "fracture" in item.source


@pytest.mark.parametrize(
    ("row", "column"), [("EX1 X1 much radiograph", 3), ("EX1 X1 nan x", 3), ("_ X1 1 x", 1)]
)
def test_read_evidence__locates_what_is_wrong(tmp_path: Path, row: str, column: int) -> None:
    path = tmp_path / "evidence.txt"
    path.write_text(rows("remains missing_person log10_weight source", row), "utf-8")
    with pytest.raises(UnusableInputError) as caught:
        read_evidence(path)
    assert (caught.value.line, caught.value.column) == (2, column)


def test_read_evidence__takes_each_piece_once(tmp_path: Path) -> None:
    path = tmp_path / "evidence.csv"
    header = "remains;missing_person;log10_weight;source\n"
    path.write_text(header + "EX1;X1;1,5;ring\nEX1;X1;0.5;letter\n", "utf-8")
    reading = read_evidence(path)
    assert [item.log10_weight for item in reading.value] == [1.5, 0.5]
    assert [finding.code for finding in reading.findings] == ["decimal_comma"]
    path.write_text(header + "EX1;X1;1;ring\nEX2;X1;1;ring\nEX1;X1;2;ring\n", "utf-8")
    with pytest.raises(UnusableInputError, match="also stands on line 2") as caught:
        read_evidence(path)
    assert (caught.value.line, caught.value.column) == (4, 4)


def test_read_families__tells_families_whose_ids_are_alike(tmp_path: Path) -> None:
    path = tmp_path / "families.txt"
    lines = ["F1 mother R1 6 7", "F2 mother R2 6 7", "f1 father R3 6 7"]
    path.write_text(rows("Family Kinship Sample TH01_1 TH01_2", *lines), "utf-8")
    reading = read_families(path)
    assert [family.id for family in reading.value] == ["F1", "F2", "f1"]
    (finding,) = [f for f in reading.findings if f.code == "family_ids_alike"]
    assert finding.records == ("F1", "f1")
    assert [place.line for place in finding.locations] == [2, 4]


@pytest.mark.parametrize("other", ["ex1", "EX 1", "EX\u00a01", "EX١", "ＥX1"])
def test_read_profiles__tells_samples_whose_ids_are_alike(tmp_path: Path, other: str) -> None:
    path = tmp_path / "remains.txt"
    lines = ["EX1\t6\t7", "EX11\t6\t7", f"{other}\t6\t7", "EX2\t6\t7", "EX2\t6\t7"]
    path.write_text("\n".join(["Sample\tTH01 1\tTH01 2", *lines, ""]), "utf-8")
    reading = read_profiles(path)
    assert [profile.sample for profile in reading.value] == ["EX1", "EX11", other, "EX2", "EX2"]
    (finding,) = [f for f in reading.findings if f.code == "sample_ids_alike"]
    assert finding.records == ("EX1", other)
    assert [place.line for place in finding.locations] == [2, 4]


@pytest.mark.parametrize(
    "content",
    [
        rows("Family Kinship Sample TH01_1 TH01_2", "F1 father R0 6 7", "* mother R1 6 7"),
        rows("famid id fid mid sex TH01", "* MP 0 0 1 -/-", "* R1 MP M 1 6/7", "* M 0 0 2 -/-"),
    ],
)
def test_read_families__refuses_the_name_that_results_give_to_nobody(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "families.txt"
    path.write_text(content, "utf-8")
    with pytest.raises(UnusableInputError, match="none of the missing persons") as caught:
        read_families(path)
    assert caught.value.line == 3
    assert caught.value.field == "family *"


def test_read_relatives__names_the_sheets_of_a_workbook_whose_first_is_another_table(
    tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Remains"
    book.active.append(["Sample", "TH01 1", "TH01 2"])
    book.active.append(["EX1", 6, 7])
    book.create_sheet("Families").append(["Family ID", "Kinship", "Sample ID", "TH01 1", "TH01 2"])
    path = tmp_path / "all.xlsx"
    book.save(path)
    with pytest.raises(UnusableInputError, match="of remains, not of relatives") as caught:
        read_families(path)
    assert "only the sheet 'Remains' was read" in caught.value.expected
    assert "'Families'" in caught.value.expected


def test_read_profiles__says_that_a_title_stands_above_the_header(tmp_path: Path) -> None:
    path = tmp_path / "remains.txt"
    for title in ("Laboratory of the exercise", "Laboratory\t\t"):
        path.write_text(f"{title}\nSample\tTH01 1\tTH01 2\nEX1\t6\t7\n", "utf-8")
        with pytest.raises(UnusableInputError) as caught:
            read_profiles(path)
        assert "no title above" in caught.value.expected


def test_read_problem__reads_the_mass_grave_exercise(shared) -> None:
    folder = shared / "data" / "ghep"
    problem = read_problem(
        folder / "GHEP-PM-profiles.txt",
        folder / "GHEP-AM-profiles.txt",
        folder / "GHEP-STR-freq.txt",
    )
    assert len(problem.remains) == 87
    assert len(problem.families) == 119
    assert sum(len(p) for f in problem.families for p in f.profiles.values()) == 286
    markers = {marker for profile in problem.remains for marker in profile.calls}
    assert len(markers) == 15
    assert markers <= set(problem.frequencies.frequencies)
    assert len(problem.frequencies.frequencies) == 17
    first = problem.remains[0]
    assert (first.sample, first.sex, first.location.line) == ("BS1", Sex.FEMALE, 2)
    assert "TPOX" not in first.calls  # two empty cells
    assert first.calls["D21S11"].alleles == ("31.2", "32.2")
    assert first.calls["D21S11"].location.column == 4
    spelt = [f.records for f in problem.findings if f.code == "marker_spelling_differs"]
    assert spelt == [("VWA",)]


def test_read_problem__reads_the_screening_exercise(shared) -> None:
    folder = shared / "data" / "screening"
    problem = read_problem(
        folder / "Exercise-Screening-PM-Data.txt",
        folder / "Exercise-Screening-AM-Data.txt",
        folder / "Exercise-Screening-Freq.fam",
    )
    assert (len(problem.remains), len(problem.families)) == (8, 8)
    assert sum(len(p) for f in problem.families for p in f.profiles.values()) == 14
    assert {profile.sex for profile in problem.remains} == {Sex.FEMALE}
    assert set(problem.remains[0].calls) == set(problem.frequencies.frequencies)


def test_read_profiles__reads_a_population_workbook(shared) -> None:
    profiles = read_profiles(shared / "data" / "population" / "nist-1036-genotypes-2017.xlsx").value
    assert len(profiles) == 1036
    assert profiles[0].calls["CSF1PO"].alleles == ("11", "12")
    assert len(profiles[0].calls) == 29
