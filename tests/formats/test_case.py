from __future__ import annotations

import csv
import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.formats.format_sources import EXAMPLES, rows
from tests.formats.invented_problems import problems

from forename.exceptions import InvalidPedigreeError, UnusableInputError
from forename.formats import is_case, read_case, read_families, read_problem, write_case
from forename.genetics.findings import Finding, Severity
from forename.genetics.problem import Problem, Settings
from forename.genetics.sentences import quoted, say


@pytest.fixture
def problem() -> Problem:
    return read_problem(
        EXAMPLES / "remains-semicolon.csv",
        EXAMPLES / "familias-relatives.txt",
        EXAMPLES / "familias.fam",
        EXAMPLES / "staff.csv",
        Settings(theta=0.02, mutation="proportional:0.002"),
        evidence=EXAMPLES / "evidence.csv",
        title="Invented case",
    )


def test_read_case__gives_what_write_case_was_given(problem: Problem, tmp_path: Path) -> None:
    write_case(problem, tmp_path / "case")
    again = read_case(tmp_path / "case")
    for field in dataclasses.fields(Problem):
        assert getattr(again, field.name) == getattr(problem, field.name), field.name
    assert is_case(tmp_path / "case")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case"]


@settings(max_examples=60)
@given(problem=problems())
def test_read_case__gives_any_problem_back(problem: Problem, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("round") / "case"
    write_case(problem, folder)
    assert read_case(folder) == problem
    shutil.rmtree(folder.parent)


def test_read_case__keeps_the_order_of_the_relatives(problem: Problem, tmp_path: Path) -> None:
    """A pedigree lists parents first; the table of relatives, and findings, do not."""
    table = tmp_path / "relatives.txt"
    lines = ["F1 sister R1 6 7", "F1 brother R2 6 7", "F1 father R3 6 7"]
    table.write_text(rows("Family Kinship Sample TH01_1 TH01_2", *lines), "utf-8")
    stated = dataclasses.replace(problem, families=read_families(table).value)
    write_case(stated, tmp_path / "case")
    again = read_case(tmp_path / "case")
    assert list(again.families[0].profiles) == list(stated.families[0].profiles)
    write_case(again, tmp_path / "again")
    for path in (tmp_path / "case").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_write_case__gives_the_same_bytes_for_the_same_problem(
    problem: Problem, tmp_path: Path
) -> None:
    for name in "ab":
        write_case(problem, tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_write_case__replaces_a_case_and_nothing_else(problem: Problem, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    write_case(problem, folder)
    write_case(dataclasses.replace(problem, title="second"), folder)
    assert read_case(folder).title == "second"
    (folder / "letter.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(UnusableInputError, match=r"letter\.txt"):
        write_case(problem, folder)
    assert read_case(folder).title == "second"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case"]


def test_write_case__leaves_the_truth_of_a_simulated_case_alone(
    problem: Problem, tmp_path: Path
) -> None:
    folder = tmp_path / "case"
    write_case(problem, folder)
    (folder / "truth.json").write_text("{}", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(UnusableInputError, match="not be the truth of the new case"):
        write_case(dataclasses.replace(problem, title="second"), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_write_case__leaves_nothing_behind_when_it_fails(problem: Problem, tmp_path: Path) -> None:
    twice = dataclasses.replace(problem, families=problem.families * 2)
    with pytest.raises(InvalidPedigreeError, match="used twice"):
        write_case(twice, tmp_path / "case")
    assert list(tmp_path.iterdir()) == []


def test_write_case__writes_no_cell_that_a_spreadsheet_would_run(
    problem: Problem, tmp_path: Path
) -> None:
    danger = dataclasses.replace(problem.remains[0], sample='=HYPERLINK("x")', stratum="@SUM(A1)")
    write_case(dataclasses.replace(problem, remains=(danger,)), tmp_path / "case")
    line = (tmp_path / "case" / "remains.csv").read_text(encoding="utf-8").splitlines()[1]
    assert line.startswith('"\'=HYPERLINK(""x"")",')
    assert "'@SUM(A1)" in line
    assert read_case(tmp_path / "case").remains[0].sample == '=HYPERLINK("x")'


def test_read_case__says_which_table_was_changed(problem: Problem, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    write_case(problem, folder)
    table = folder / "remains.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("EX1", "EX9"), encoding="utf-8")
    again = read_case(folder)
    assert again.remains[0].sample == "EX9"
    changed = [f for f in again.findings if f.code == "case_table_changed"]
    assert [f.records for f in changed] == [("remains.csv",)]
    assert "remains.csv" in again.digests


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "said"),
    [
        ("remains.csv", "15|16", "15-Mar", 2, "not a genotype"),
        ("remains.csv", ",M,", ",Man,", 2, "not a sex"),
        ("remains.csv", "sample,sex", "sex,sample", 1, "header"),
        ("pedigrees.csv", "X1:father,", ",", 2, "only one parent"),
        ("relatives.csv", "X1,R1", "X9,R1", 2, "no pedigree"),
        ("relatives.csv", "X1,R1", "X1,R9", 3, "profiles"),
        ("frequencies.csv", "D3S1358,14,0.13\n", "", 2, "alleles"),
        ("frequencies.csv", "0.13", "much", 2, "number"),
        ("markers.csv", "VWA,", "TH01,", 4, "twice"),
        ("evidence.csv", "1.5", "", 2, "blank"),
        ("case.toml", "forename_case = 1", "forename_case = 2", 1, "version"),
        ("case.toml", '"theta" = 0.02', '"theta" = 3.0', 8, "theta"),
        ("case.toml", '"theta" = 0.02', '"theta" = "x"', 8, "wrong kind"),
        ("case.toml", '"theta" = 0.02', '"thetta" = 0.02', 8, "no setting"),
        ("case.toml", "title = ", "title : ", 2, "TOML"),
    ],
)
def test_read_case__locates_what_is_wrong(
    problem: Problem, tmp_path: Path, file: str, old: str, new: str, line: int, said: str
) -> None:
    folder = tmp_path / "case"
    write_case(problem, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UnusableInputError, match=said) as caught:
        read_case(folder)
    assert caught.value.file.endswith(".csv") or caught.value.file == "case.toml"
    assert caught.value.line == line


def finding_of(folder: Path) -> Finding:
    return next(f for f in read_case(folder).findings if f.code == "frequencies_scaled")


def change_findings(folder: Path, change: Callable[[dict[str, str]], None]) -> None:
    """Change every row of a written case's findings."""
    path = folder / "findings.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def told(problem: Problem, tmp_path: Path) -> Path:
    """Return a case folder with one finding, of two sentences."""
    finding = Finding(
        "frequencies_scaled",
        Severity.INFO,
        ("TH01",),
        say("Sums: {sums:and}.", sums=("TH01 1.01", "FGA 0.99")),
        say("Check the table."),
    )
    write_case(dataclasses.replace(problem, findings=(finding,)), tmp_path / "told")
    assert finding_of(tmp_path / "told") == finding
    return tmp_path / "told"


def test_read_case__a_finding_changed_by_hand_counts_as_it_reads(told: Path) -> None:
    change_findings(told, lambda row: row.update(text="Look again.", advice=""))
    assert (finding_of(told).text, finding_of(told).advice) == (quoted("Look again."), None)


def test_read_case__findings_without_their_templates_are_read(told: Path) -> None:
    change_findings(told, lambda row: row.pop("sentences") and None)
    assert finding_of(told).text == quoted("Sums: TH01 1.01 and FGA 0.99.")


@pytest.mark.parametrize(
    "kept", ["", "x", "[]x", "null", '{"text": 1}', '{"text": {"template": "{a}", "values": {}}}']
)
def test_read_case__templates_that_are_none_are_located(told: Path, kept: str) -> None:
    change_findings(told, lambda row: row.update(sentences=kept))
    with pytest.raises(UnusableInputError) as caught:
        read_case(told)
    assert (caught.value.file, caught.value.line, caught.value.column) == ("findings.csv", 2, 7)


def test_read_case__reads_the_laboratories_own_files() -> None:
    case = read_case(EXAMPLES / "case-of-files")
    assert (case.title, case.simulated, case.settings.theta) == ("Invented example", True, 0.01)
    assert len(case.remains) == 4
    assert set(case.digests) == {"remains.txt", "relatives.txt", "frequencies.csv"}


def test_read_case__judges_a_header_of_many_blank_lines_at_once(tmp_path: Path) -> None:
    (tmp_path / "case.toml").write_text("\n \t" * 20_000 + "\nunknown = 1\n", encoding="utf-8")
    with pytest.raises(UnusableInputError, match="'unknown' is not known") as caught:
        read_case(tmp_path)
    assert caught.value.line == 20_002


@pytest.mark.parametrize("name", ["../remains.txt", "/etc/passwd", "", "sub/remains.txt"])
def test_read_case__opens_no_file_outside_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "case.toml").write_text(
        f'forename_case = 1\n[files]\npostmortem = "{name}"\n', encoding="utf-8"
    )
    with pytest.raises(UnusableInputError, match="not a file of this folder"):
        read_case(tmp_path)


def test_read_case__says_what_is_missing(problem: Problem, tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match=r"case\.toml"):
        read_case(tmp_path)
    write_case(problem, tmp_path / "case")
    (tmp_path / "case" / "remains.csv").unlink()
    with pytest.raises(UnusableInputError, match=r"remains\.csv"):
        read_case(tmp_path / "case")
