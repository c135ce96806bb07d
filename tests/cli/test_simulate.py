from __future__ import annotations

import json
import shutil

import pytest
from tests.cli.command import FORMATS, assert_refused, run, run_json

from forename.formats import read_case

SMALL = ("--seed", 3, "--families", 6, "--persons", 8, "--remains", 11)


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated") / "case"
    assert run("simulate", folder, *SMALL).exit_code == 0
    return folder


def _contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_simulate__makes_what_was_asked_for(case, tmp_path):
    found = run_json("simulate", tmp_path / "again", *SMALL)
    assert found["simulated"]
    assert (found["remains"], found["persons"], found["families"]) == (11, 8, 6)
    truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
    assert truth["simulated"]
    assert len(truth["samples"]) == 11


def test_simulate__same_seed_same_bytes(case, tmp_path):
    run("simulate", tmp_path / "same", *SMALL)
    assert _contents(tmp_path / "same") == _contents(case)
    run("simulate", tmp_path / "other", "--seed", 4, *SMALL[2:])
    assert _contents(tmp_path / "other") != _contents(case)


def test_simulate__draws_who_is_who_from_a_prior(tmp_path):
    prior = ("--prior", "missing-total:12")
    found = run_json("simulate", tmp_path / "case", *SMALL, *prior)
    assert found["persons"] == 8
    assert read_case(tmp_path / "case").settings.prior == "missing-total:12"


def test_simulate__writes_nothing_over_what_is_there(case, tmp_path):
    before = _contents(case)
    assert_refused(run("simulate", case, *SMALL), "holds something already")
    assert _contents(case) == before
    (tmp_path / "file").write_text("mine")
    assert_refused(run("simulate", tmp_path / "file", *SMALL), "file")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--persons", 0), "persons"),
        (("--present", 0, "--persons", 3, "--remains", 2), "too few"),
        (("--present", 1, "--persons", 1), "more than the 1"),
        (("--present", "nan"), "present_fraction"),
        (("--degraded", 2), "degraded_fraction"),
        (("--dropout", 1), "allele_drop_out"),
        (("--mutation", "rubbish"), "rubbish"),
        (("--prior", "flat"), "--persons"),
        (("--prior", "rubbish", "--persons", 9), "rubbish"),
        (("--graves", 0), "graves"),
        (("--families", -1), "families"),
        (("--seed", -1), "--seed"),
    ],
)
def test_simulate__refuses_a_plan_that_cannot_be(tmp_path, options, word):
    seed = () if "--seed" in options else ("--seed", 1)
    assert_refused(run("simulate", tmp_path / "case", "--families", 5, *seed, *options), word)
    assert list(tmp_path.iterdir()) == []


def test_simulate__needs_a_seed(tmp_path):
    assert_refused(run("simulate", tmp_path / "case"), "--seed")


def test_evaluate__judges_a_new_analysis_and_a_written_one_alike(case, tmp_path):
    fresh = run_json("evaluate", case)
    results = tmp_path / "results"
    assert run("identify", case, "--out", results).exit_code == 0
    written = run_json("evaluate", case, "--results", results / "results.json")
    assert written == fresh
    counts = fresh["missing_persons"]
    assert sum(counts.values()) == len(fresh["outcomes"])
    assert fresh["false_names"] == counts["false_name"] == 0
    assert sum(row["statements"] for row in fresh["calibration"]) > 0


def test_evaluate__prefers_the_results_in_the_case(case):
    # As `identify DIR --out DIR/results` leaves them; here they claim a wrong name.
    truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
    wrong = next(
        (sample, missing)
        for missing, row in truth["missing"].items()
        for sample, person in truth["samples"].items()
        if person and person != row["person"]
    )
    results = case / "results"
    results.mkdir()
    (results / "results.json").write_text(
        json.dumps(
            {
                "same_person_groups": [],
                "posteriors": [],
                "proposals": [
                    {"remains": [wrong[0]], "missing_person": wrong[1], "posterior": 0.9999}
                ],
                "findings": [],
            }
        )
    )
    result = run("evaluate", case)
    (results / "results.json").unlink()
    results.rmdir()
    assert result.exit_code == 0
    assert "false name: 1" in result.stdout
    assert f"{wrong[1]} (false name): proposed {wrong[0]}" in result.stdout


def test_evaluate__takes_the_answer_that_lies_beside_the_truth(case, tmp_path):
    beside = tmp_path / "case"
    shutil.copytree(case, beside)
    assert run("identify", case, "--out", beside, "--proposal-posterior", 1).exit_code == 0
    strict = run_json("evaluate", beside)
    assert strict["proposals"] < run_json("evaluate", case)["proposals"]


def test_evaluate__refuses_the_answer_to_another_case(case, tmp_path):
    other = tmp_path / "other"
    assert run("identify", FORMATS / "case-of-files", "--out", other).exit_code == 0
    result = run("evaluate", case, "--results", other / "results.json")
    assert_refused(result, "EX1, which the truth does not know")


def test_evaluate__needs_a_truth(tmp_path):
    assert_refused(run("evaluate", tmp_path), "holds no truth.json", "--results")
    assert_refused(run("evaluate", tmp_path / "absent"), "absent", "not a folder")
    (tmp_path / "truth.json").write_text("{}")
    assert_refused(run("evaluate", tmp_path), "truth.json")
