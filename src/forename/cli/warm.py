"""Compile the numeric kernels by analysing one tiny case, so that no user waits for it.

Run at installation: ``python -m forename.cli.warm``. The compiled code is cached beside the
sources and loaded by every later run.
"""

from __future__ import annotations

import numpy as np

from forename.genetics.analysis import analyse
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, FrequencyTable, Problem, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.statistics.assignment import AssignmentProblem, solve


def warm_up() -> None:
    """Analyse two remains against three invented families, with and without coancestry."""
    for theta in (0.0, 0.01):
        analyse(_tiny_problem(theta))
    # A joint question too wide to be summed goes another way.
    rows, columns = np.indices((30, 40))
    solve(AssignmentProblem(-5.0 - (rows * 7 + columns * 3) % 11), budget=2.0**20)


def _tiny_problem(theta: float) -> Problem:
    alleles = {"10": 0.2, "11": 0.3, "12": 0.3, "13": 0.2}
    child = Family(
        id="F1",
        pedigree=Pedigree(
            [
                Person("MISSING", sex=Sex.MALE),
                Person("SPOUSE", sex=Sex.FEMALE),
                Person("CHILD", "MISSING", "SPOUSE", Sex.FEMALE),
            ]
        ),
        missing=("MISSING",),
        profiles={"CHILD": (_profile("R1", "10", "12"),), "SPOUSE": (_profile("R2", "12", "13"),)},
    )
    sibling = Family(
        id="F2",
        pedigree=Pedigree(
            [
                Person("FATHER", sex=Sex.MALE),
                Person("MOTHER", sex=Sex.FEMALE),
                Person("MISSING", "FATHER", "MOTHER"),
                Person("SIBLING", "FATHER", "MOTHER", Sex.MALE),
            ]
        ),
        missing=("MISSING",),
        profiles={"SIBLING": (_profile("R3", "11", "12"),)},
    )
    brothers = Family(
        id="F3",
        pedigree=Pedigree(
            [
                Person("FATHER", sex=Sex.MALE),
                Person("MOTHER", sex=Sex.FEMALE),
                Person("ELDER", "FATHER", "MOTHER", Sex.MALE),
                Person("YOUNGER", "FATHER", "MOTHER", Sex.MALE),
            ]
        ),
        missing=("ELDER", "YOUNGER"),
        profiles={"MOTHER": (_profile("R4", "12", "13"),)},
    )
    return Problem(
        remains=(_profile("B1", "10", "11"), _profile("B2", "11", "12")),
        families=(child, sibling, brothers),
        frequencies=FrequencyTable({"M1": alleles, "M2": alleles}),
        settings=Settings(theta=theta),
    )


def _profile(sample: str, first: str, second: str) -> Profile:
    return Profile(sample, {marker: Call((first, second)) for marker in ("M1", "M2")})


if __name__ == "__main__":
    warm_up()
