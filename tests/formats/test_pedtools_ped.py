from __future__ import annotations

from pathlib import Path

import pytest
from tests.formats.format_sources import example, rows, source, workbook

from forename.exceptions import UnusableInputError
from forename.formats import read_families
from forename.formats.pedtools_ped import looks_like_ped, read_ped
from forename.formats.tables import read_table
from forename.genetics.profiles import Call, Sex


def test_read_ped__reads_families_with_their_missing_persons() -> None:
    first, second, third = read_ped(example("families.ped")).value
    assert (first.id, first.missing) == ("X1", ("Missing1",))
    assert first.pedigree["Missing1"].father == "Father1"
    assert second.pedigree["Missing2"].sex == Sex.UNKNOWN
    assert third.profiles["R6"][0].calls["TH01"] == Call(("6", "8"))
    assert set(first.profiles) == {"R1", "R2"}


def test_read_ped__reads_genotypes_known_in_part_and_letters() -> None:
    text = (
        "id fid mid sex L1 TH01 DXS10135\n"
        "F 0 0 1 a/b 9.3/- 21\nM 0 0 2 -/- -/- -/-\nMissing F M 1 -/- -/- -/-\n"
    )
    (family,) = read_ped(source(text)).value
    calls = family.profiles["F"][0].calls
    assert calls["L1"] == Call(("a", "b"))
    assert calls["TH01"] == Call(("9.3",), partial=True)
    assert calls["DXS10135"] == Call(("21",))


def test_read_ped__finds_the_one_untyped_leaf() -> None:
    text = "id\tfid\tmid\tsex\tL1\nF\t0\t0\t1\t1/2\nM\t0\t0\t2\t-/-\nC\tF\tM\t0\t-/-\n"
    assert read_ped(source(text)).value[0].missing == ("C",)


def test_read_ped__reads_every_layout_of_a_table_alike() -> None:
    text = example("families.ped").data.decode()
    lines = [line.split(" ") for line in text.splitlines()]
    expected = read_ped(source(text)).value
    for separator in "\t;,|":
        assert read_ped(source(text.replace(" ", separator))).value == expected
    quoted = "".join(" ".join(f'"{cell}"' for cell in line) + "\n" for line in lines)
    assert read_ped(source(quoted)).value == expected
    assert read_ped(workbook(lines)).value == expected


@pytest.mark.parametrize("header", ["TH01_1 TH01_2", "TH01 TH01", "TH01 TH01.1", "TH01.1 TH01.2"])
def test_read_ped__reads_two_columns_a_marker(header: str) -> None:
    people = ["F 0 0 1 6 9.3", "M 0 0 2 0 0", "Missing F M 1 0 0"]
    (family,) = read_ped(source(rows(f"id fid mid sex {header}", *people, separator=" "))).value
    assert {person: dict(p.calls) for person, (p,) in family.profiles.items()} == {
        "F": {"TH01": Call(("6", "9.3"))}
    }


def test_read_ped__keeps_numbered_markers_with_whole_genotypes_apart() -> None:
    people = ["F 0 0 1 1/2 3/4", "M 0 0 2 -/- -/-", "Missing F M 1 -/- -/-"]
    (family,) = read_ped(source(rows("id fid mid sex L_1 L_2", *people, separator=" "))).value
    assert dict(family.profiles["F"][0].calls) == {"L1": Call(("1", "2")), "L2": Call(("3", "4"))}


@pytest.mark.parametrize(
    ("people", "line", "said"),
    [
        (["F 0 0 1 1/2", "M 0 0 2 -/-", "C F M 0 -/-", "D F M 0 -/-"], 5, "not clear"),
        (["F 0 0 1 1/2", "M 0 0 2 1/2", "C F M 1 1/2"], 2, "no missing"),
        (["F 0 0 1 1/2", "C F 0 1 -/-"], 3, "only one parent"),
        (["F 0 0 2 1/2", "M 0 0 2 -/-", "C F M 1 -/-"], 4, "has sex F"),
        (["F 0 0 1 1/2", "F 0 0 1 1/2"], 3, "twice"),
        (["F 0 0 3 1/2"], 2, "not a sex"),
        (["0 0 0 1 1/2"], 2, "no id"),
        (["F 0 0 1 1/2/3"], 2, "two alleles"),
        (["F 0 0 1 14,16"], 2, "two alleles or a decimal comma"),
        (["F 0 0 1"], 2, "cells"),
        ([], 1, "no persons"),
        (["A B C 1 -/-", "B A C 1 -/-", "C 0 0 2 -/-"], 2, "own ancestor"),
    ],
)
def test_read_ped__locates_what_is_wrong(people: list[str], line: int, said: str) -> None:
    with pytest.raises(UnusableInputError, match=said) as caught:
        read_ped(source("\n".join(["id fid mid sex L1", *people]) + "\n"))
    assert caught.value.line == line


def test_looks_like_ped__knows_the_header() -> None:
    assert looks_like_ped(read_table(example("families.ped")))
    assert not looks_like_ped(read_table(example("familias-relatives.txt")))


@pytest.mark.parametrize("lost", ["id", "fid", "mid", "sex"])
def test_read_families__names_the_column_that_a_ped_file_lacks(tmp_path: Path, lost: str) -> None:
    header = " ".join(name for name in "famid id fid mid sex TH01".split() if name != lost)
    path = tmp_path / "families.ped"
    path.write_text(rows(header, "F1 MP 0 0 -/-"), "utf-8")
    with pytest.raises(UnusableInputError, match=f"0 columns {lost}"):
        read_families(path)
