from __future__ import annotations

import json
import math

import pytest
from tests.cli.command import FORMATS, assert_refused, run, run_json

# The README of the reference values: frequencies sum to 1 only within about 1e-9.
LOG_TOLERANCE = 1e-8
CASES = (
    "example1",
    "example2",
    "KETPchap481",
    "KETPexer498",
    "fire",
    "symmetricSibs",
    "grave",
)


def _cells(table):
    assert len(table["values"]) == len(table["rows"])
    return {
        (row, col): value
        for row, values in zip(table["rows"], table["values"], strict=True)
        for col, value in zip(table["cols"], values, strict=True)
    }


def _assert_ratios(found, expected):
    found, expected = _cells(found), _cells(expected)
    assert found.keys() == expected.keys()
    for place, value in expected.items():
        if value is None or value == 0:
            assert found[place] == value, place
        else:
            assert math.log(found[place]) == pytest.approx(math.log(value), abs=LOG_TOLERANCE)


@pytest.mark.parametrize("name", CASES)
def test_joint__agrees_with_every_reference_value(shared, name):
    folder = shared / "oracle" / "dvir"
    found = run_json("joint", folder / f"{name}_data.json")
    expected = json.loads((folder / f"{name}_expected.json").read_text(encoding="utf-8"))
    for key in ("loglik_pm", "loglik_am"):
        assert found[key] == pytest.approx(expected[key], abs=LOG_TOLERANCE)
    _assert_ratios(found["pairwise_lr"], expected["pairwise_lr"])
    assert _cells(found["exclusion_matrix"]) == _cells(expected["exclusion_matrix"])

    joint, reference = found["joint_full"], expected["joint_full"]
    assert joint["n_assignments"] == reference["n_assignments"]
    _assert_ratios(joint["pairwise_glr"], reference["pairwise_glr"])
    marginal, wanted = _cells(joint["bmarginal"]), _cells(reference["bmarginal"])
    assert marginal == pytest.approx(wanted, abs=1e-9, rel=1e-8)
    assert joint["bmarginal_error_bound"] == 0

    assert len(joint["top"]) == len(reference["top"])
    logs = [answer["loglik"] for answer in joint["top"]]
    assert logs == sorted(logs, reverse=True)
    assert logs == pytest.approx([t["loglik"] for t in reference["top"]], abs=LOG_TOLERANCE)
    # Answers of equal likelihood come in any order, and any of them may be the last one listed.
    listed = {tuple(sorted(t["assignment"].items())): t for t in joint["top"]}
    for answer in reference["top"]:
        own = listed.get(tuple(sorted(answer["assignment"].items())))
        if answer["loglik"] > logs[-1] + LOG_TOLERANCE:
            assert own is not None
            assert own["loglik"] == pytest.approx(answer["loglik"], abs=LOG_TOLERANCE)
            assert own["posterior"] == pytest.approx(answer["posterior"], rel=1e-7)


def test_joint__prints_the_best_answers_for_a_person():
    result = run("joint", FORMATS / "identification-case.json")
    assert result.exit_code == 0
    assert "assignments" in result.stdout


def test_joint__no_remains_leave_the_families_alone(tmp_path):
    case = json.loads((FORMATS / "identification-case.json").read_text(encoding="utf-8"))
    path = tmp_path / "case.json"
    path.write_text(json.dumps({**case, "pm": []}), encoding="utf-8")
    found = run_json("joint", path)
    everything = run_json("joint", FORMATS / "identification-case.json")
    assert found["loglik_am"] == everything["loglik_am"]
    assert found["joint_full"]["n_assignments"] == 1
    (only,) = found["joint_full"]["top"]
    assert (only["assignment"], only["posterior"]) == ({}, 1.0)
    assert "Assignments, all equally likely before the DNA: 1\n" in run("joint", path).stdout


def test_joint__refuses_other_files(tmp_path):
    assert_refused(run("joint", tmp_path / "absent.json"), "absent.json")
    assert_refused(run("joint", FORMATS / "likelihood-cases.json"), "likelihood-cases.json")
    result = run("joint", tmp_path / "absent.json", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["file"] == "absent.json"
