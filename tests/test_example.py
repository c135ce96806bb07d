"""The shipped example is what its script makes, and reads as the case it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripts.make_example import FOLDER, example_files, make_example

from forename.formats.case import read_case
from forename.formats.truth import read_truth


@pytest.fixture(scope="module")
def made():
    return make_example()


def test_example__is_regenerated_identically():
    files = example_files()
    assert {path.name for path in FOLDER.iterdir()} == set(files)
    for name, text in files.items():
        assert (FOLDER / name).read_bytes() == text.encode("utf-8"), name


def test_example__reads_as_the_simulated_problem(made):
    read = read_case(FOLDER)
    assert read.simulated
    assert read.remains == made.problem.remains
    assert read.elimination == made.problem.elimination
    assert read.frequencies.frequencies == made.problem.frequencies.frequencies
    assert read.settings == made.problem.settings
    by_id = {family.id: family for family in read.families}
    assert set(by_id) == {family.id for family in made.problem.families}
    for family in made.problem.families:
        assert by_id[family.id].pedigree.persons == family.pedigree.persons
        assert by_id[family.id].missing == family.missing
        assert by_id[family.id].profiles.keys() == family.profiles.keys()


def test_example__truth_is_that_of_the_simulation(made):
    assert read_truth(FOLDER / "truth.json") == made.truth


def test_example__holds_what_it_promises(made):
    problem, truth = made.problem, made.truth
    assert len(problem.remains) == 115
    assert len({profile.stratum for profile in problem.remains}) == 2
    assert len(truth.persons()) == 80
    assert 85 <= len(problem.families) <= 95
    assert {note.kind for note in truth.notes} == {
        "adopted",
        "contamination",
        "mutation",
        "registered_apart",
    }
    assert sum(len(family.missing) == 2 for family in problem.families) == 2
    assert 20 <= sum(not person for person in truth.missing.values()) <= 40


def test_example__every_text_file_says_simulated_or_invented():
    for name in ("README.md", "case.toml", "truth.json"):
        text = (Path(FOLDER) / name).read_text(encoding="utf-8")
        assert "simulated" in text.lower()
