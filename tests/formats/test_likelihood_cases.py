from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from tests.formats.format_sources import EXAMPLES

from forename.exceptions import UnusableInputError
from forename.formats import read_identification_case, read_likelihood_cases
from forename.genetics.profiles import Call


def test_read_likelihood_cases__reads_hypotheses_and_markers() -> None:
    (case,) = read_likelihood_cases(EXAMPLES / "likelihood-cases.json")
    assert (case.id, case.kind, case.theta) == ("EX-1", "parent_child", 0.0)
    assert case.likelihood_ratios == (("related", "unrelated"),)
    related = case.hypotheses["related"]
    assert related.pedigree["C"].father == "F"
    assert related.profiles["C"][0].calls["L2"] == Call(("12",), partial=True)
    assert case.markers[0].mutation_male is None
    matrix = np.full((3, 3), 0.001) + np.eye(3) * 0.997  # equal model: rate / (k - 1)
    np.testing.assert_allclose(case.markers[1].mutation_female, matrix, rtol=1e-12)


def test_read_identification_case__places_the_missing_in_their_families() -> None:
    case = read_identification_case(EXAMPLES / "identification-case.json")
    assert (case.dataset, case.missing) == ("EX-2", ("MP1",))
    assert case.families[0].missing == ("MP1",)
    assert case.families[0].label("MP1") == "MP1"
    assert case.remains[0].calls["L1"] == Call(("A", "C"))


def altered(tmp_path: Path, name: str, **changes: object) -> Path:
    """Return an example with values replaced at paths such as ``cases/0/theta``."""
    root = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    for path, value in changes.items():
        *parents, last = path.split("/")
        place = root
        for key in parents:
            place = place[int(key) if key.isdigit() else key]
        place[int(last) if last.isdigit() else last] = value
    target = tmp_path / "cases.json"
    target.write_text(json.dumps(root), encoding="utf-8")
    return target


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("cases", {}, "cases"),
        ("cases/0/id", 3, "cases[0].id"),
        ("cases/0/theta", 2, "cases[0].theta"),
        ("cases/0/theta", 0.6, "cases[0].theta"),
        ("cases/0/hypotheses", {"likelihood_ratios": {"members": []}}, "cases[0].hypotheses"),
        ("cases/0/markers/0/freqs", [0.5, 0.5], "cases[0].markers[0].freqs"),
        ("cases/0/markers/0/freqs", [0.5, 0.5, 0.5], "cases[0].markers[0]"),
        ("cases/0/markers/0/freqs", [1e-320, 0.4, 0.6], "cases[0].markers[0].freqs[0]"),
        ("cases/0/markers/0/chrom", "Z", "cases[0].markers[0].chrom"),
        ("cases/0/markers/1/name", "L1", "cases[0].markers[1].name"),
        ("cases/0/markers/1/mutation/male", {"model": "magic"}, "mutation.male.model"),
        ("cases/0/markers/1/mutation/male", {"matrix": [[1]]}, "mutation.male.matrix"),
        ("cases/0/hypotheses/related/members/0/sex", "x", "members[0].sex"),
        ("cases/0/hypotheses/related/members/2/mother", None, "related.members"),
        ("cases/0/hypotheses/related/genotypes/F/L1", ["A", "Z"], "genotypes.F.L1[1]"),
        ("cases/0/hypotheses/related/genotypes/F/L1", ["A"], "genotypes.F.L1"),
        ("cases/0/hypotheses/related/genotypes/F/L9", ["A", "B"], "genotypes.F.L9"),
        ("cases/0/hypotheses/related/genotypes/Z", {}, "genotypes.Z"),
        ("cases/0/likelihood_ratios/0/numerator", "other", "likelihood_ratios[0].numerator"),
    ],
)
def test_read_likelihood_cases__names_the_field_that_is_wrong(
    tmp_path: Path, path: str, value: object, field: str
) -> None:
    with pytest.raises(UnusableInputError) as caught:
        read_likelihood_cases(altered(tmp_path, "likelihood-cases.json", **{path: value}))
    assert caught.value.file == "cases.json"
    assert caught.value.field.endswith(field)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("missing", ["MP1", "MP1"]),
        ("missing", ["MP1", "MP2"]),
        ("pm/0/members", []),
        ("am/0/family", 1),
        ("am/0/genotypes/MP1", {"L1": ["A", "B"]}),
    ],
)
def test_read_identification_case__refuses_what_does_not_fit(
    tmp_path: Path, path: str, value: object
) -> None:
    with pytest.raises(UnusableInputError):
        read_identification_case(altered(tmp_path, "identification-case.json", **{path: value}))


def test_read_identification_case__refuses_the_name_that_results_give_to_nobody(
    tmp_path: Path,
) -> None:
    changes = {"missing": ["*"], "am/0/members/2/id": "*"}
    with pytest.raises(UnusableInputError, match="means nobody") as caught:
        read_identification_case(altered(tmp_path, "identification-case.json", **changes))
    assert caught.value.field == "missing"


def test_read_likelihood_cases__reads_the_reference_cases(shared) -> None:
    cases = read_likelihood_cases(shared / "oracle" / "likelihood_cases_a.json")
    assert len(cases) == 165
    assert all(math.isclose(m.frequencies.sum(), 1, abs_tol=1e-6) for c in cases for m in c.markers)


def test_read_identification_case__reads_the_reference_cases(shared) -> None:
    folder = shared / "oracle" / "dvir"
    sizes = {
        case.dataset: (len(case.remains), len(case.missing), len(case.families), len(case.markers))
        for case in map(read_identification_case, sorted(folder.glob("*_data.json")))
    }
    assert sizes == {
        "example1": (3, 3, 1, 1),
        "example2": (3, 3, 2, 1),
        "KETPchap481": (2, 2, 1, 21),
        "KETPexer498": (3, 3, 1, 16),
        "fire": (3, 3, 1, 23),
        "symmetricSibs": (5, 5, 3, 13),
        "grave": (8, 8, 1, 23),
    }
