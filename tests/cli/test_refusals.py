"""Input that cannot be used: exit code 2, one message, no traceback, nothing written."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.cli.command import THREE_FILES, assert_refused, files, run

REMAINS, RELATIVES, FREQUENCIES = THREE_FILES.values()


def _refused(tmp_path, arguments, *words):
    """Run the same with and without JSON: the error says the same, and nothing is written."""
    out = tmp_path / "out"
    for command in ("identify", "check"):
        extra = ("--out", out) if command == "identify" else ()
        assert_refused(run(command, *arguments, *extra), *words)
        result = run(command, *arguments, *extra, "--json")
        assert result.exit_code == 2
        error = json.loads(result.stdout)["error"]
        assert {"file", "line", "column", "field", "problem", "expected"} <= error.keys()
        assert error["problem"] in result.stderr
        assert not out.exists()


@pytest.mark.parametrize("role", ["postmortem", "antemortem", "frequencies"])
class TestFiles:
    def test_absent(self, tmp_path, role):
        _refused(tmp_path, files(**{role: tmp_path / "absent.txt"}), "absent.txt", "cannot be read")

    def test_folder(self, tmp_path, role):
        _refused(tmp_path, files(**{role: tmp_path}), "this is a folder")

    @pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
    def test_empty(self, tmp_path, role, content):
        path = tmp_path / "empty.txt"
        path.write_bytes(content)
        _refused(tmp_path, files(**{role: path}), "empty.txt:1", "empty")

    @pytest.mark.parametrize("seed", range(5))
    def test_binary_rubbish(self, tmp_path, role, seed):
        path = tmp_path / "rubbish.bin"
        path.write_bytes(np.random.default_rng(seed).bytes(2000))
        _refused(tmp_path, files(**{role: path}), "rubbish.bin")


def test_swapped_tables(tmp_path):
    swapped = files(postmortem=RELATIVES, antemortem=REMAINS)
    _refused(tmp_path, swapped, "familias-relatives.txt:1", "relatives, not of remains")


@pytest.mark.parametrize("other", [REMAINS, RELATIVES])
def test_profiles_given_as_frequencies(tmp_path, other):
    _refused(tmp_path, files(frequencies=other), f"{other.name}:1")


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("theta", "much", "'--theta'"),
        ("theta", "nan", "theta"),
        ("theta", "0.9", "0 or lie in [1e-12, 0.5]"),
        ("theta", "-0.1", "0 or lie in [1e-12, 0.5]"),
        ("dropout", "inf", "drop_out"),
        ("dropin", "nan", "drop_in"),
        ("typing-error", "2", "typing_error"),
        ("minimum-frequency", "nan", "minimum_frequency"),
        ("proposal-posterior", "0.2", "proposal_posterior"),
        ("same-person-lr", "nan", "--same-person-lr"),
        ("same-person-lr", "0", "--same-person-lr"),
        ("same-person-lr", "0.1", "must not be negative"),
        ("theta-scope", "galaxy", "theta_scope"),
        ("mutation", "rubbish:1", "rubbish"),
        ("mutation", "equal", "not complete"),
        ("mutation", "equal:nan", "nan"),
        ("mutation-female", "equal:2", "[0, 1]"),
        ("prior", "nonsense", "Accepted"),
        ("prior", "odds:nan", "finite"),
        ("prior", "missing-total:1", "exceed 1"),
        ("prior", "victims:2.5", "whole number"),
        ("prior", "victims:1", "4 persons found"),
        ("missing-total", "nan", "finite"),
        ("nonsense", "1", "--nonsense"),
    ],
)
def test_unusable_settings(tmp_path, option, value, word):
    arguments = [*files(), f"--{option}", value]
    if (option, value) == ("prior", "victims:1"):
        # Whether a prior suits the case is known when it is used.
        assert_refused(run("identify", *arguments, "--out", tmp_path / "out"), word)
        assert not (tmp_path / "out").exists()
        return
    _refused(tmp_path, arguments, word)


def test_two_priors(tmp_path):
    _refused(tmp_path, [*files(prior="flat"), "--missing-total", 193], "give one of them")


def test_language_that_no_report_has(tmp_path):
    assert_refused(run("identify", *files(), "--language", "xx"), "'en', 'ar'")


def test_too_few_and_too_many_inputs(tmp_path):
    _refused(tmp_path, [], "--postmortem, --antemortem, --frequencies")
    _refused(tmp_path, ["--postmortem", REMAINS], "--antemortem, --frequencies")
    _refused(tmp_path, [tmp_path, *files()], "either a case folder or the files")


def test_no_case_folder(tmp_path):
    _refused(tmp_path, [tmp_path / "absent"], "absent", "this is not a folder")
    _refused(tmp_path, [REMAINS], REMAINS.name)
    _refused(tmp_path, [tmp_path], tmp_path.name, "holds no case.toml")


def test_case_folder_with_an_unusable_setting(tmp_path):
    path = tmp_path / "case.toml"
    for setting in (
        'mutation = "rubbish"',
        'prior = "rubbish"',
        "theta = nan",
        "same_person_log10_lr = nan",
        "same_person_log10_lr = -1",
        "minimum_markers = 0",
        "exclusion_markers = -1",
        "best_assignments = 0",
    ):
        path.write_text(f"forename_case = 1\n[settings]\n{setting}\n", encoding="utf-8")
        result = run("check", tmp_path)
        assert result.exit_code == 2, setting
        assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", ["identify", "check", "likelihood", "joint", "evaluate"])
def test_every_command__refuses_an_unknown_option(command):
    assert_refused(run(command, "--nonsense"), "--nonsense", f"forename {command} --help")


def test_unknown_command():
    assert_refused(run("identfy"), "identify")
    assert_refused(run("--nonsense"), "--nonsense")
