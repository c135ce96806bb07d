from __future__ import annotations

import json
import shutil

import pytest
from tests.cli.command import FORMATS, THREE_FILES, assert_refused, files, run, run_json

from forename.genetics.problem import Settings

RESULT_FILES = {"results.json", "matches.csv", "results.xlsx", "report.html", "report.pdf"}


@pytest.fixture(scope="module")
def answer():
    return run_json("identify", *files())


def test_identify__prints_results_json_and_nothing_else(answer, tmp_path):
    out = tmp_path / "new" / "results"
    result = run("identify", *files(), "--out", out, "--json")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == (out / "results.json").read_text(encoding="utf-8")
    assert json.loads(result.stdout) == answer
    assert {path.name for path in out.iterdir()} == RESULT_FILES
    assert [path.name for path in out.parent.iterdir()] == ["results"]


def test_identify__tells_a_person_what_is_proposed_and_what_is_open():
    result = run("identify", *files(), "--proposal-posterior", 0.99)
    assert result.exit_code == 0
    assert result.stderr == ""
    for words in ("Proposed names: 2", "What would help next", "Prior: missing-total:5", "--out"):
        assert words in result.stdout
    assert "!" not in result.stdout


def test_identify__ends_with_the_path_of_the_report(tmp_path):
    result = run("identify", *files(), "--out", tmp_path / "out")
    assert result.stdout.splitlines()[-1] == str(tmp_path / "out" / "report.html")


def test_identify__reads_a_case_folder_and_lets_options_go_before_it(answer):
    case = FORMATS / "case-of-files"
    found = run_json("identify", case)
    stated = found["provenance"]["settings"]
    changed = run_json("identify", case, "--theta", 0.02, "--missing-total", 193)
    assert changed["provenance"]["settings"] == {
        **stated,
        "theta": "0.02",
        "prior": "missing-total:193",
    }


def test_identify__options_reach_the_settings():
    options = {
        "mutation": "stepwise:0.002,rate2=1e-5,range=0.1",
        "mutation-female": "equal:0.0005",
        "theta": 0.01,
        "theta-scope": "component",
        "dropout": 0.05,
        "dropin": 0.01,
        "typing-error": 0.002,
        "minimum-frequency": 0.005,
        "prior": "odds:0.1",
        "proposal-posterior": 0.9,
        "same-person-lr": 10000,
    }
    found = run_json("identify", *files(**options))["provenance"]["settings"]
    expected = Settings(
        mutation="stepwise:0.002,rate2=1e-5,range=0.1",
        mutation_female="equal:0.0005",
        theta=0.01,
        theta_scope="component",
        drop_out=0.05,
        drop_in=0.01,
        typing_error=0.002,
        minimum_frequency=0.005,
        prior="odds:0.1",
        proposal_posterior=0.9,
        same_person_log10_lr=4.0,
    )
    assert found == {name: str(getattr(expected, name)) for name in expected.__slots__}


def test_identify__defaults_in_the_help_are_those_of_the_settings():
    text = " ".join(run("identify", "--help").stdout.replace("│", " ").split())
    settings = Settings()
    for value in (
        settings.mutation,
        f"{settings.theta:g}",
        settings.theta_scope,
        f"{settings.minimum_frequency:g}",
        f"{settings.proposal_posterior:g}",
        f"{10**settings.same_person_log10_lr:.0f}",
    ):
        assert f"(default {value})" in text
    assert (settings.drop_out, settings.drop_in, settings.typing_error) == (0, 0, 0)


def test_identify__takes_every_further_file(tmp_path):
    remains = json.loads(run("identify", *files(), "--json").stdout)["groups"][0]["label"]
    evidence = tmp_path / "evidence.csv"
    evidence.write_text(f"remains,missing_person,log10_weight,source\n{remains},X3,2.5,a ring\n")
    found = run_json("identify", *files(evidence=evidence, elimination=FORMATS / "staff.csv"))
    assert {"evidence.csv", "staff.csv"} <= found["provenance"]["digests"].keys()


def test_identify__takes_a_second_file_of_families(tmp_path, answer):
    further = tmp_path / "further.ped"
    further.write_text(
        (FORMATS / "families.ped").read_text(encoding="utf-8").replace("X", "Y"), encoding="utf-8"
    )
    found = run_json("identify", *files(pedigrees=further))
    assert found["counts"]["families"] == 2 * answer["counts"]["families"]
    # The same families once as kinship words and once as pedigrees; the second ones are related.
    lr = {(p["remains"], p["missing_person"]): p["log10_lr"] for p in found["pairs"]}
    assert lr["EX1", "X1"] == pytest.approx(lr["EX1", "Y1"], abs=1e-9)
    assert "further.ped" in found["provenance"]["digests"]


def test_identify__refuses_a_family_that_stands_in_both_files():
    for other in ("families.ped", "familias-relatives.txt", "familias.fam"):
        result = run("identify", *files(pedigrees=FORMATS / other))
        assert_refused(result, other, "family X1", "familias-relatives.txt", "each family in one")


def test_identify__counts_in_good_english(tmp_path):
    remains, relatives = tmp_path / "remains.txt", tmp_path / "relatives.txt"
    for path, source, rows in (
        (remains, "--postmortem", 2),
        (relatives, "--antemortem", 3),
    ):
        lines = THREE_FILES[source].read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(lines[:rows]) + "\n", encoding="utf-8")
    result = run("identify", *files(postmortem=remains, antemortem=relatives))
    assert result.stdout.startswith(
        "1 set of remains, parts of 1 person as far as DNA can tell. 1 missing person of 1 family. "
    )


def test_identify__leaves_other_files_of_the_folder_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "results.json").write_text("an earlier answer")
    assert run("identify", *files(), "--out", tmp_path).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == RESULT_FILES | {"notes.txt"}
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert json.loads((tmp_path / "results.json").read_text())["schema_version"] == 1


def test_identify__writes_nothing_where_one_file_cannot_be_written(tmp_path):
    (tmp_path / "report.pdf").mkdir()
    assert_refused(run("identify", *files(), "--out", tmp_path), "report.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_identify__does_not_take_a_file_for_the_folder(tmp_path):
    path = tmp_path / "out"
    path.write_text("mine")
    assert_refused(run("identify", *files(), "--out", path), "out", "a folder")
    assert path.read_text() == "mine"


def test_identify__does_not_take_an_empty_name_for_the_present_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert_refused(run("identify", *files(), "--out", ""), "--out", "no folder is named")
    assert list(tmp_path.iterdir()) == []


def test_identify__writes_an_arabic_report(tmp_path):
    assert run("identify", *files(), "--out", tmp_path, "--language", "ar").exit_code == 0
    assert 'dir="rtl"' in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def contradiction(tmp_path):
    """Remains in which one sample is listed twice with different alleles."""
    path = tmp_path / "remains.txt"
    shutil.copy(THREE_FILES["--postmortem"], path)
    lines = path.read_text().splitlines()
    cells = lines[1].split("\t")
    others = lines[2].split("\t")
    path.write_text("\n".join([*lines, "\t".join([cells[0], *others[1:]])]) + "\n")
    return path


def test_identify__stops_at_findings_that_block(contradiction, tmp_path):
    out = tmp_path / "out"
    result = run("identify", *files(postmortem=contradiction), "--out", out)
    assert result.exit_code == 1
    assert "contradict each other" in result.stdout
    assert "remains.txt:2" in result.stdout
    assert "--despite-findings" in result.stdout
    assert not out.exists()
    result = run("identify", *files(postmortem=contradiction), "--json")
    assert result.exit_code == 1
    value = json.loads(result.stdout)
    assert value["blocking"] == 1
    assert value["findings"][0]["severity"] == "blocking"


def test_identify__answers_despite_findings_when_told(contradiction, tmp_path):
    out = tmp_path / "out"
    options = ("--out", out, "--despite-findings")
    result = run("identify", *files(postmortem=contradiction), *options)
    assert result.exit_code == 0
    assert "1 blocking finding" in result.stdout
    assert (out / "results.json").exists()


def test_check__says_what_blocks_and_gives_the_exit_code(contradiction):
    result = run("check", *files(postmortem=contradiction))
    assert result.exit_code == 1
    assert result.stdout.startswith("Blocking findings\n")
    assert "1 blocking finding" in result.stdout.splitlines()[-1]
    result = run("check", *files(postmortem=contradiction), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["blocking"] == 1


def test_check__finds_what_an_analysis_finds(answer, tmp_path):
    found = run_json("check", *files())
    assert found["blocking"] == 0
    codes = [finding["code"] for finding in answer["findings"]]
    assert [finding["code"] for finding in found["findings"]] == codes
    evidence = tmp_path / "evidence.csv"
    evidence.write_text("remains,missing_person,log10_weight,source\nEX9,X1,1,a ring\n")
    doubtful = files(evidence=evidence, prior="missing-total:2")
    codes = [finding["code"] for finding in run_json("check", *doubtful)["findings"]]
    assert {"evidence_without_record", "prior_total_too_small"} <= set(codes)
    analysed = run_json("identify", *doubtful)["findings"]
    assert [finding["code"] for finding in analysed] == codes
