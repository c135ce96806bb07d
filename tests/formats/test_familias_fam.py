from __future__ import annotations

import pytest
from tests.formats.format_sources import example, source

from forename.exceptions import UnusableInputError
from forename.formats.familias_fam import SILENT, read_familias, read_familias_frequencies
from forename.formats.source import source_of_bytes
from forename.genetics.mutation import parse_mutation
from forename.genetics.profiles import Call, Sex


def lines_of(name: str) -> list[str]:
    return example(name).data.decode().split("\r\n")


def read_lines(lines: list[str]):
    return read_familias(source_of_bytes("case.fam", "\r\n".join(lines).encode())).value


def test_read_familias__reads_loci_with_models_and_silent_alleles() -> None:
    table = read_familias_frequencies(example("familias.fam")).value
    assert table.frequencies["TH01"]["9.3"] == 0.31
    assert table.silent_alleles == {"PENTA D": SILENT}
    assert table.frequencies["PENTA D"][SILENT] == 0.003
    # Female rate and model stand first in the file; the table has (male, female).
    assert table.mutation["D3S1358"] == ("equal:rate=0.002", "equal:rate=0.001")
    assert table.mutation["FGA"] == (
        "dawid:rate=0.002,range=0.1",
        "stepwise-position:rate=0.001,range=0.1",
    )
    models = [parse_mutation(text).name for pair in table.mutation.values() for text in pair]
    assert set(models) == {"equal", "proportional", "stepwise", "stepwise-position", "dawid"}


def test_read_familias__reads_unidentified_persons_and_reference_families() -> None:
    dvi = read_familias(example("familias.fam")).value.dvi
    assert [profile.sample for profile in dvi.remains] == ["EX1", "EX2", "EX3", "EX4"]
    assert dvi.remains[2].calls["FGA"] == Call(("21",), partial=True)
    assert "PENTA D" not in dvi.remains[2].calls
    mother_and_brother, _, widow = dvi.families
    assert mother_and_brother.missing == ("Missing person",)
    missing = mother_and_brother.pedigree["Missing person"]
    assert (missing.father, missing.mother) == ("Father1", "R1")
    assert set(mother_and_brother.profiles) == {"R1", "R2"}
    assert widow.pedigree["Missing person"].sex == Sex.MALE  # his child's mother is a woman
    assert widow.label("Missing person") == "X3"


def test_read_familias__reads_persons_relations_and_alternatives() -> None:
    value = read_familias(example("familias-paternity.fam")).value
    father, child = value.profiles
    assert father.calls["TH01"] == Call(("6", "9.3"))
    assert (child.sample, child.sex) == ("CH", Sex.MALE)
    assert value.known_relations["CH"].mother == "MO"
    related, unrelated = value.pedigrees
    assert (related.name, related.pedigree["CH"].father) == ("H1", "AF")
    assert unrelated.pedigree["CH"].father == "extra male 1"
    assert value.dvi.remains == value.dvi.families == ()


def test_read_familias__reads_drop_out_where_a_person_considers_it() -> None:
    text = example("familias-paternity.fam").data.replace(
        b"Dropout probability = 0 ", b"Dropout probability = 0.1 "
    )
    father, child = read_familias(source_of_bytes("case.fam", text)).value.profiles
    assert (father.drop_out, child.drop_out) == (None, 0.1)


def test_read_familias__reads_identical_twins() -> None:
    lines = lines_of("familias-paternity.fam")
    start = lines.index('"H2"')
    lines[start + 3 : start + 6] = ["1", "0 (Direct)", "2"]
    pedigree = read_lines(lines).pedigrees[1].pedigree
    assert pedigree["CH"].twin_of == "AF"
    assert pedigree["CH"].mother == pedigree["AF"].mother == "MO"


def test_read_familias__tells_settings_of_the_file_that_are_not_applied() -> None:
    text = example("familias.fam").data.replace(b"Fst: 0 ", b"Fst: 0.02 ")
    text = text.replace(b"Dropin= 0", b"Dropin= 0.05")
    findings = read_familias(source_of_bytes("case.fam", text)).findings
    told = next(f for f in findings if f.code == "file_settings_not_applied")
    assert "theta 0.02" in str(told.text)
    assert "drop-in 0.05" in str(told.text)


def changed(name: str, old: str, new: str) -> tuple[list[str], int]:
    """Return the lines of an example with one line replaced, and its number."""
    lines = lines_of(name)
    number = lines.index(old)
    lines[number] = new
    return lines, number + 1


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("familias.fam", '"Known relations"', '"Relations"', "persons should end"),
        ("familias.fam", '"9.3"', '"9"', "listed twice"),
        ("familias.fam", "0.31", "1.31", "not such a number"),
        ("familias.fam", "0.31", "1e-320", "too small"),
        ("familias.fam", "0.31", "?", "not such a number"),
        ("familias.fam", "nPersons= 4", "nPersons= 5", "announces 5 and holds 4"),
        ("familias.fam", "nSystems= 5", "nSystems= 6", "announces 6"),
        ("familias.fam", "nRelations= 4", "nRelations= 3", "announces 3"),
        ("familias.fam", "nPedigrees= 2", "nPedigrees= 1", "announces 1"),
        ("familias.fam", "Gender= Male", "Gender= Plenty", "not a sex"),
        ("familias.fam", "Name= EX1", "Name=", "blank"),
        ("familias.fam", "[[[Person 1 ]]]", "[[[[[Person 1 ]]]]]", "brackets"),
        ("familias.fam", "Child= Missing person", "Parent= Missing person", "does not belong"),
        ("familias-paternity.fam", "#TRUE#", "TRUE", "not readable"),
    ],
)
def test_read_familias__locates_what_is_wrong(name: str, old: str, new: str, said: str) -> None:
    lines, number = changed(name, old, new)
    with pytest.raises(UnusableInputError, match=said) as caught:
        read_lines(lines)
    assert (caught.value.file, caught.value.line) == ("case.fam", number)


def test_read_familias__loses_nobody_whose_heading_is_lost() -> None:
    lines = lines_of("familias.fam")
    for heading in ("[[[[DNA data]]]]", "[[[[[[DNA data]]]]]]"):
        place = lines.index(heading)
        with pytest.raises(UnusableInputError, match="outside the DNA data") as caught:
            read_lines(lines[:place] + lines[place + 1 :])
        assert caught.value.line == place + 1


def test_read_familias__keeps_remains_without_data() -> None:
    lines = lines_of("familias.fam")
    start = lines.index("[[[[DNA data]]]]")
    end = lines.index("[[[Person 2 ]]]")
    remains = read_lines(lines[:start] + lines[end:]).dvi.remains
    assert [(profile.sample, len(profile.calls)) for profile in remains[:2]] == [
        ("EX1", 0),
        ("EX2", 5),
    ]


def test_read_familias__takes_no_other_line_for_an_allele() -> None:
    lines = lines_of("familias.fam")
    place = lines.index('"6"')
    lines[place - 1], lines[place] = lines[place], lines[place - 1]
    with pytest.raises(UnusableInputError, match="allele 1 of 6 is missing") as caught:
        read_lines(lines)
    assert caught.value.line == place + 1


def test_read_familias__judges_an_endless_heading_at_once() -> None:
    lines = [*lines_of("familias.fam"), "[" + " " * 3000 + "x["]
    with pytest.raises(UnusableInputError, match="does not belong here"):
        read_lines(lines)


@pytest.mark.parametrize("name", ["familias.fam", "familias-paternity.fam"])
def test_read_familias__never_takes_part_of_a_truncated_file(name: str) -> None:
    lines = [line for line in lines_of(name) if line]
    end = next(i for i, line in enumerate(lines) if line == "[Advanced]")
    # Up to here a file that ends early lacks something that it announced.
    for count in range(1, end - 3):
        if lines[count].startswith("[DVI]"):
            continue  # a file without its DVI part is whole
        with pytest.raises(UnusableInputError) as caught:
            read_lines(lines[:count])
        assert caught.value.line is not None


def test_read_familias__refuses_other_files() -> None:
    with pytest.raises(UnusableInputError, match="not a Familias file"):
        read_familias(source("Sample\tvWA 1\n"))


def test_read_familias__reads_the_screening_exercise(shared) -> None:
    path = shared / "data" / "screening" / "Exercise-Screening-Freq.fam"
    reading = read_familias(source_of_bytes(path.name, path.read_bytes()))
    assert len(reading.value.frequencies.frequencies) == 16
    assert set(reading.value.frequencies.mutation.values()) == {
        ("equal:rate=0.001", "equal:rate=0.001")
    }
    assert reading.value.frequencies.frequencies["TH01"]["9.3"] == 0.3402
