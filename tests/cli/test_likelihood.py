from __future__ import annotations

import json
import math

import pytest
from tests.cli.command import FORMATS, assert_refused, run, run_json

TOLERANCE = 1e-9


def _same(found: object, expected: object) -> bool:
    if isinstance(expected, str) or isinstance(found, str) or expected is None:
        return found == expected
    assert isinstance(found, float | int)
    assert isinstance(expected, float | int)
    return abs(found - expected) <= TOLERANCE


def _same_ratio(found: object, expected: object) -> bool:
    """Compare LRs as logarithms: their error is relative."""
    if found == expected:
        return True
    assert isinstance(found, float | int)
    assert isinstance(expected, float | int)
    return abs(math.log(found) - math.log(expected)) <= 2 * TOLERANCE


def test_likelihood__agrees_with_every_reference_value(shared):
    path = shared / "oracle" / "likelihood_cases_a.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    found = run_json("likelihood", path)
    assert found.keys() == {case["id"] for case in cases}
    wrong = []
    for case in cases:
        own = found[case["id"]]
        for name, hypothesis in case["hypotheses"].items():
            expected = hypothesis["expected"]
            assert own[name]["loglik_per_marker"].keys() == expected["loglik_per_marker"].keys()
            wrong += [
                (case["id"], name, marker)
                for marker, value in expected["loglik_per_marker"].items()
                if not _same(own[name]["loglik_per_marker"][marker], value)
            ]
            # The total adds up to as many errors as there are markers.
            if not _same(own[name]["loglik_total"], expected["loglik_total"]):
                wrong.append((case["id"], name, "total"))
        for ratio, expected in zip(
            own["likelihood_ratios"], case["likelihood_ratios"], strict=True
        ):
            assert ratio.keys() == expected.keys()
            assert ratio["numerator"] == expected["numerator"]
            assert ratio["denominator"] == expected["denominator"]
            if not _same(ratio["log_lr_total"], expected["log_lr_total"]):
                wrong.append((case["id"], "log_lr_total"))
            for marker, value in expected["lr_per_marker"].items():
                if not _same_ratio(ratio["lr_per_marker"][marker], value):
                    wrong.append((case["id"], "lr", marker))
            if not _same_ratio(ratio["lr_total"], expected["lr_total"]):
                wrong.append((case["id"], "lr_total"))
    assert wrong == []


def _case(child: list[str], **more: object) -> dict[str, object]:
    """Return a father A/A and a child, related or not, at one marker with p = 0.1, 0.2, 0.7."""

    def persons(father: str | None, mother: str | None) -> list[dict[str, object]]:
        return [
            {"id": "F", "father": None, "mother": None, "sex": "M"},
            {"id": "M", "father": None, "mother": None, "sex": "F"},
            {"id": "C", "father": father, "mother": mother, "sex": "F"},
        ]

    genotypes = {"F": {"L": ["A", "A"]}, "C": {"L": child}}
    marker = {"name": "L", "chrom": "autosomal", "alleles": ["A", "B", "C"], "mutation": None}
    return {
        "cases": [
            {
                "id": "one",
                "kind": "parent_child",
                "theta": 0,
                "markers": [{**marker, "freqs": [0.1, 0.2, 0.7]}],
                "hypotheses": {
                    "related": {"members": persons("F", "M"), "genotypes": genotypes},
                    "unrelated": {"members": persons(None, None), "genotypes": genotypes},
                },
                "likelihood_ratios": [{"numerator": "related", "denominator": "unrelated"}],
                **more,
            }
        ]
    }


def test_likelihood__gives_closed_form_of_parent_and_child(tmp_path):
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(_case(["A", "B"])))
    (ratio,) = run_json("likelihood", path)["one"]["likelihood_ratios"]
    # AA and AB: 1 / (2 p_A)
    assert ratio["lr_total"] == pytest.approx(5.0, abs=1e-12)


def test_likelihood__zero_is_minus_inf_and_undefined_is_null(tmp_path):
    path = tmp_path / "cases.json"
    case = _case(["B", "B"])
    case["cases"][0]["likelihood_ratios"] = [
        {"numerator": "related", "denominator": "unrelated"},
        {"numerator": "unrelated", "denominator": "related"},
        {"numerator": "related", "denominator": "related"},
    ]
    path.write_text(json.dumps(case))
    found = run_json("likelihood", path)["one"]
    assert found["related"] == {"loglik_per_marker": {"L": "-inf"}, "loglik_total": "-inf"}
    assert [r["lr_total"] for r in found["likelihood_ratios"]] == [0.0, "inf", None]
    assert [r["log_lr_total"] for r in found["likelihood_ratios"]] == ["-inf", "inf", None]


def test_likelihood__restarts_theta_for_every_family_unless_told(tmp_path):
    totals = {}
    for scope in (None, "component", "hypothesis"):
        path = tmp_path / "cases.json"
        more = {"theta": 0.1} if scope is None else {"theta": 0.1, "theta_scope": scope}
        path.write_text(json.dumps(_case(["A", "B"], **more)))
        totals[scope] = run_json("likelihood", path)["one"]["unrelated"]["loglik_total"]
    # Separate urns: (theta p + (1 - theta) p^2) 2 (1 - theta) p q; one urn by the formula.
    p, q, t = 0.1, 0.2, 0.1
    apart = (t * p + (1 - t) * p * p) * 2 * (1 - t) * p * q
    # The first two draws of the urn are A, A; then A and B in either order.
    joint = (t * p + (1 - t) * p * p) * 2 * (2 * t + (1 - t) * p) * (1 - t) * q
    joint /= (1 + t) * (1 + 2 * t)
    assert totals[None] == totals["component"] == pytest.approx(math.log(apart), abs=1e-12)
    assert totals["hypothesis"] == pytest.approx(math.log(joint), abs=1e-12)


def test_likelihood__prints_totals_for_a_person():
    result = run("likelihood", FORMATS / "likelihood-cases.json")
    assert result.exit_code == 0
    assert "ln P(data |" in result.stdout


def test_likelihood__refuses_other_files(tmp_path):
    assert_refused(run("likelihood", tmp_path / "absent.json"), "absent.json")
    assert_refused(run("likelihood", tmp_path), tmp_path.name)
    assert_refused(run("likelihood", FORMATS / "familias-remains.txt"), "familias-remains.txt:1")
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(_case(["A", "X"])))
    assert_refused(run("likelihood", path), "cases[0].hypotheses.related.genotypes.C.L[1]")
