"""What is believed apart from the DNA, against the records of the case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forename.exceptions import InvalidSettingError
from forename.genetics.evidence_checks import check_evidence, check_prior
from forename.genetics.problem import Evidence, Settings

from .test_checks import family, person, problem


def case(prior="", **more):
    families = [family(name, ("mother", person(f"m{name}"))) for name in ("F1", "F2", "F3")]
    return replace(problem([person("r1")], families, settings=Settings(prior=prior)), **more)


def test_check_evidence__names_what_the_case_does_not_hold():
    ring = Evidence("r1", "F1", 1.0, "a ring")
    findings = check_evidence(
        case(
            evidence=(
                ring,
                replace(ring, remains="r9"),
                replace(ring, missing_person="F9"),
                Evidence("r9", "F9", 1.0, "a tooth"),
            )
        )
    )
    assert [str(f.text).partition(": ")[2] for f in findings] == [
        "this case does not hold r9.",
        "this case does not hold F9.",
        "this case does not hold r9 or F9.",
    ]


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        ("", []),
        ("flat", []),
        ("odds:0.1", []),
        ("missing-total:3", []),
        ("missing-total:2.5", ["2.5 persons"]),
        ("missing-total:2", ["2 persons"]),
    ],
)
def test_check_prior__total_counts_everybody_registered(prior, said):
    findings = list(check_prior(case(prior)))
    assert [f.code for f in findings] == ["prior_total_too_small"] * len(said)
    assert all(
        words in str(f.text) and "3 missing" in str(f.text)
        for words, f in zip(said, findings, strict=True)
    )


def test_check_prior__strata_are_counted_one_by_one():
    base = case("strata:North=2,South=9,West=9")
    families = tuple(
        replace(f, strata=dict.fromkeys(f.missing, s))
        for f, s in zip(base.families, ("North", "North", "South"), strict=True)
    )
    findings = list(check_prior(replace(base, families=families)))
    assert [(f.code, f.records) for f in findings] == [("prior_stratum_unused", ("West",))]
    more = (replace(families[2], strata=dict.fromkeys(families[2].missing, "North")),)
    remains = (replace(base.remains[0], stratum="West"),)
    crowded = replace(base, families=families[:2] + more, remains=remains)
    assert [(f.code, f.records) for f in check_prior(crowded)] == [
        ("prior_stratum_unused", ("South",)),
        ("prior_total_too_small", ("North",)),
    ]


def test_check_prior__refuses_what_is_no_prior():
    with pytest.raises(InvalidSettingError, match="not known"):
        list(check_prior(case("rubbish")))
