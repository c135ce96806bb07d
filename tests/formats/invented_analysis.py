"""A small analysis with a value in every field; the numbers are invented, not computed."""

from __future__ import annotations

import math

from tests.formats.format_sources import EXAMPLES

from forename.formats import read_problem
from forename.genetics.results import (
    Advice,
    Analysis,
    Assignment,
    Exclusion,
    NearMiss,
    Pair,
    Posterior,
    Proposal,
    Provenance,
    SamePersonGroup,
    SamePersonPair,
    SensitivityRow,
    SymmetricMatch,
)


def invented_analysis(sample: str = "EX1", text: str = "A sentence.") -> Analysis:
    """Return an analysis whose first sample and sentences are the given texts."""
    problem = read_problem(
        EXAMPLES / "familias-remains.txt",
        EXAMPLES / "familias-relatives.txt",
        EXAMPLES / "frequencies-matrix.txt",
        title="Invented case",
    )
    part = (sample, "EX3")
    pair = Pair(sample, part, "X1", "X1", 7.25, {"TH01": 1.5, "FGA": -math.inf}, 0.3, ("FGA",), 5)
    weak = Pair("EX4", ("EX4",), "X2", "X2", -3.0, {"TH01": -3.0}, 0.0, (), 5)
    return Analysis(
        problem=problem,
        groups=(
            SamePersonGroup(sample, part, {"FGA": part}),
            SamePersonGroup("EX2", ("EX2",)),
            SamePersonGroup("EX4", ("EX4",)),
        ),
        same_person_pairs=(SamePersonPair(sample, "EX3", 8.1, {"TH01": 2.0}, ()),),
        pairs=(pair, weak),
        group_pairs=(weak, pair),
        posteriors=(
            Posterior(sample, part, "X1", 0.999, 1e-9),
            Posterior(sample, part, "*", 0.001),
            Posterior("EX4", ("EX4",), "*", 1.0),
        ),
        assignments=(Assignment({sample: "X1", "EX4": "*"}, 7.25, 0.999),),
        proposals=(
            Proposal(
                part, sample, "X1", "X1", 0.999, 7.25, (text,), (("*", 0.001),), (), True, 7.2
            ),
        ),
        symmetric=(SymmetricMatch((sample, "EX4"), ("X1", "X2"), 0.5, text),),
        near_misses=(NearMiss("EX4", ("EX4",), "X2", -3.0, 0.0, ("TH01",), text),),
        exclusions=(Exclusion("EX2", ("EX2",), "X3", ("TH01", "FGA", "VWA")),),
        sensitivity=(SensitivityRow(sample, "X1", "theta", "0.01", 7.0, 0.998),),
        advice=(Advice("X2", text),),
        findings=problem.findings,
        provenance=Provenance(
            "0.1", {"theta": "0.0"}, "flat", ("TH01", "FGA"), dict(problem.digests), "f", {"m": "x"}
        ),
    )
