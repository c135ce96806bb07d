from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from forename.exceptions import UnusableInputError
from forename.formats.truth import read_answer, read_truth, truth_json
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import SimulationSettings


@pytest.fixture
def truth():
    settings = SimulationSettings(families=12, wrong_fraction=0.4, contaminated=1)
    return simulate(settings, np.random.default_rng(3), 3).truth


def test_truth_json__reads_back_identically(truth, tmp_path: Path):
    path = tmp_path / "truth.json"
    path.write_text(truth_json(truth), encoding="utf-8")
    assert read_truth(path) == truth
    assert json.loads(path.read_text(encoding="utf-8"))["simulated"] is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda c: c.pop("samples"), "whole file"),
        (lambda c: c.update(format="other"), "format"),
        (lambda c: c.update(version=99), "version"),
        pytest.param(lambda c: c.update(version=True), "version", id="version true"),
        (lambda c: c.update(seed="x"), "seed"),
        (lambda c: c.update(samples=[1]), "samples"),
        (lambda c: c["samples"].update({"G1-001": 4}), "samples.G1-001"),
        (lambda c: c["missing"]["F001"].pop("person"), "missing.F001"),
        (lambda c: c["missing"]["F001"].update(samples=["nobody"]), "missing.F001.samples"),
        (lambda c: c.update(notes=[{"kind": "a", "records": "x", "text": ""}]), "notes[0].records"),
    ],
)
def test_read_truth__error_names_file_and_field(truth, tmp_path: Path, change, field):
    content = json.loads(truth_json(truth))
    change(content)
    path = tmp_path / "truth.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UnusableInputError) as caught:
        read_truth(path)
    assert caught.value.file == "truth.json"
    assert field in caught.value.field
    assert caught.value.expected


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "null", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, '{"format": 1e999}'],
)
def test_read_truth__text_that_is_no_truth_is_refused_at_its_place(tmp_path: Path, text):
    path = tmp_path / "truth.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnusableInputError) as caught:
        read_truth(path)
    assert caught.value.file == "truth.json"


def test_read_truth__cut_anywhere_is_refused_without_a_traceback(truth, tmp_path: Path):
    text = truth_json(truth)
    path = tmp_path / "truth.json"
    for length in range(1, len(text) - 2, 97):
        path.write_text(text[:length], encoding="utf-8")
        with pytest.raises(UnusableInputError):
            read_truth(path)


def test_read_answer__takes_the_rows_of_a_group_together(tmp_path: Path):
    path = tmp_path / "results.json"
    content = {
        "same_person_groups": [["a1", "a2"]],
        "posteriors": [
            {"remains": "a1", "missing_person": "F1", "posterior": 0.9},
            {"remains": "a2", "missing_person": "F1", "posterior": 0.9},
            {"remains": "b", "missing_person": "F1", "posterior": 0.1},
        ],
        "proposals": [
            {"remains": ["a1", "a2"], "missing_person": "F1", "posterior": 0.9, "linked": ["F2"]}
        ],
        "findings": [{"code": "x", "severity": "info", "records": ["R1"], "text": ""}],
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    answer = read_answer(path)
    assert answer.groups == (("a1", "a2"), ("b",))
    assert [(p.samples, p.posterior) for p in answer.posteriors] == [
        (("a1", "a2"), 0.9),
        (("b",), 0.1),
    ]
    assert answer.proposals[0].samples == ("a1", "a2")
    assert answer.proposals[0].linked == ("F2",)
    assert answer.noticed == {"R1"}


def test_read_answer__posterior_out_of_range_is_refused(tmp_path: Path):
    path = tmp_path / "results.json"
    row = {"remains": "a", "missing_person": "F1", "posterior": 1.2}
    path.write_text(
        json.dumps(
            {"same_person_groups": [], "posteriors": [row], "proposals": [], "findings": []}
        ),
        encoding="utf-8",
    )
    with pytest.raises(UnusableInputError) as caught:
        read_answer(path)
    assert caught.value.field == "posteriors[0].posterior"
