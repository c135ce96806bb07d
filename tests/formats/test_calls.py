from __future__ import annotations

import pytest

from forename.exceptions import UnusableInputError
from forename.formats.calls import Notes, profile_of, read_allele
from forename.genetics.findings import Location
from forename.genetics.profiles import Call, Sex

PLACE = Location("table.txt", 7, 3)


@pytest.mark.parametrize(
    ("cell", "label", "noted"),
    [
        ("12", "12", []),
        ("9.3", "9.3", []),
        ("09", "9", ["leading_zero"]),
        ("09.3", "9.3", ["leading_zero"]),
        ("9,3", "9.3", ["decimal_comma"]),
        ("9.30", "9.3", ["trailing_zero"]),
        ("9,30", "9.3", ["decimal_comma", "trailing_zero"]),
        ("12.0", "12", ["trailing_zero"]),
        ("٩٫٣", "9.3", ["digits_rewritten"]),
        ("١٢", "12", ["digits_rewritten"]),
        ("٩،٣", "9.3", ["decimal_comma", "digits_rewritten"]),
        ("９．３", "9.3", ["digits_rewritten"]),
        ("१२", "12", ["digits_rewritten"]),
        ("0", None, ["zero_is_missing"]),
        ("", None, []),
        ("-", None, []),
        ("NULL", None, []),
        ("n/a", None, []),
        ("OL", "OL", []),
        ("OL Allele", "OL", []),
        ("<8", "<8", []),
        ("> 20", ">20", []),
        ("8.x", "8.X", []),
    ],
)
def test_read_allele__gives_one_spelling_and_notes_every_repair(
    cell: str, label: str | None, noted: list[str]
) -> None:
    notes = Notes("table.txt")
    assert read_allele(cell, "TH01", PLACE, notes) == label
    assert sorted(notes.rewritten) == noted


@pytest.mark.parametrize(
    "cell",
    [
        "9-Mar",
        "09.Mar",
        "Mar-09",
        "9. Mrz",
        "2026-03-09",
        "2026-03-09 00:00:00",
        "9/3/2026",
        "09:03",
        "09.03",
        "9.12.",
        "45359",
        "43168",
    ],
)
def test_read_allele__refuses_a_date_and_says_what_to_do(cell: str) -> None:
    with pytest.raises(UnusableInputError, match="is a date") as caught:
        read_allele(cell, "TH01", PLACE, Notes("table.txt"))
    assert (caught.value.line, caught.value.column, caught.value.field) == (7, 3, "TH01")
    assert "original" in str(caught.value)


@pytest.mark.parametrize(
    "cell", ["abc", "9.333", "1234", "-3", "12 13", "#N/A", "1e3", "14,16", "9.31", "9²"]
)
def test_read_allele__refuses_what_is_no_allele(cell: str) -> None:
    with pytest.raises(UnusableInputError, match="not an allele"):
        read_allele(cell, "TH01", PLACE, Notes("table.txt"))


def test_read_allele__takes_only_x_and_y_at_amelogenin() -> None:
    notes = Notes("table.txt")
    assert read_allele("y", "AMEL", PLACE, notes) == "Y"
    with pytest.raises(UnusableInputError, match="not an allele"):
        read_allele("12", "AMEL", PLACE, notes)


def profile(sex: Sex = Sex.UNKNOWN, **seen: tuple[str, ...]):
    notes = Notes("table.txt")
    cells = {marker: (alleles, 2, PLACE) for marker, alleles in seen.items()}
    return profile_of("A", cells, notes, sex=sex), notes


def test_profile_of__takes_one_filled_cell_as_one_allele_known() -> None:
    seen, notes = profile(TH01=("12",), VWA=("12", "12"), FGA=())
    assert dict(seen.calls) == {"TH01": Call(("12",), partial=True), "VWA": Call(("12", "12"))}
    assert [finding.code for finding in notes.finished()] == ["one_allele_known"]
    assert "TH01" in str(notes.finished()[0].text)


def test_profile_of__takes_one_allele_of_a_man_on_x_and_of_y_as_complete() -> None:
    seen, _ = profile(AMEL=("X", "Y"), DXS10135=("21",), DYS391=("10",))
    assert not any(call.partial for call in seen.calls.values())
    seen, _ = profile(AMEL=("X", "X"), DXS10135=("21",))
    assert seen.calls["DXS10135"].partial
    seen, _ = profile(DXS10135=("21",))
    assert seen.calls["DXS10135"].partial


@pytest.mark.parametrize(
    ("alleles", "stated", "sex"),
    [
        (("X", "Y"), Sex.UNKNOWN, Sex.MALE),
        (("X", "X"), Sex.UNKNOWN, Sex.FEMALE),
        (("Y",), Sex.UNKNOWN, Sex.MALE),
        ((), Sex.UNKNOWN, Sex.UNKNOWN),
        (("X", "Y"), Sex.FEMALE, Sex.FEMALE),  # both are kept for the check
    ],
)
def test_profile_of__derives_sex_from_amelogenin(
    alleles: tuple[str, ...], stated: Sex, sex: Sex
) -> None:
    seen, _ = profile(sex=stated, AMEL=alleles)
    assert (seen.sex, seen.amelogenin) == (sex, alleles)
    assert "AMEL" not in seen.calls


@pytest.mark.parametrize("stated", [Sex.UNKNOWN, Sex.MALE])
def test_profile_of__takes_half_of_amelogenin_as_not_typed(stated: Sex) -> None:
    """A blank second cell may hide a Y: a lone X contradicts no man, and joins with X,Y."""
    seen, notes = profile(sex=stated, AMEL=("X",))
    assert (seen.sex, seen.amelogenin) == (stated, ())
    (finding,) = notes.finished()
    assert finding.code == "one_allele_known"
    assert "AMEL" in str(finding.text)


def test_profile_of__takes_one_cell_that_holds_an_x_as_a_woman() -> None:
    seen = profile_of("A", {"AMEL": (("X",), 1, PLACE)}, Notes("table.txt"))
    assert (seen.sex, seen.amelogenin) == (Sex.FEMALE, ("X",))
