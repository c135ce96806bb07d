"""Compile the numeric kernels by analysing tiny cases, so that no user waits for it.

Run at installation: ``python -m forename.cli.warm``. The compiled code is cached beside the
sources and loaded by every later run.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from forename.genetics.alike_families import conditional_tables, lay_side_by_side
from forename.genetics.analysis import analyse
from forename.genetics.markers import Marker
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, FrequencyTable, Problem, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.search.answer import answer
from forename.search.job import Wanted, blocks_of, prepare, search_block
from forename.search.store import add_problem
from forename.statistics.assignment import AssignmentProblem, pairwise_glr, solve
from forename.statistics.placements import list_placements
from forename.statistics.sampling import draw

_MALE, _FEMALE = Sex.MALE, Sex.FEMALE


def warm_up() -> None:
    """Analyse three remains and three invented families, and solve two joint questions.

    One of the families is also laid beside another of its shape, and all are searched in a store.
    """
    for theta in (0.0, 0.01):
        analyse(_tiny_problem(theta))
    family = _tiny_problem(0.0).families[0]
    profiles = {member: own for member, (own,) in family.profiles.items()}
    markers = [Marker("M1", ("10", "11", "12", "13"), np.full(4, 0.25))]
    conditional_tables(
        lay_side_by_side(family.pedigree, "MISSING", [profiles, profiles], markers), markers
    )
    even = AssignmentProblem(np.zeros((3, 3)))
    solve(even)
    pairwise_glr(even)
    _search_tiny_store()
    # Too wide for the exact sum under this budget: enclosed between bounds.
    solve(AssignmentProblem(np.full((14, 14), -4.0)), budget=2.0**14, tolerance=0.5)
    draw(list_placements(even), np.arange(6), 1)


def _search_tiny_store() -> None:
    """Search a store of the same remains and families."""
    with TemporaryDirectory() as folder:
        store, _ = add_problem(Path(folder), _tiny_problem(0.0))
        job = prepare(store, Settings(), Wanted())
        for block in blocks_of(job, 8):
            search_block(job, block)
        answer(store, Settings(), 1)


def _tiny_problem(theta: float) -> Problem:
    alleles = {"10": 0.2, "11": 0.3, "12": 0.3, "13": 0.2}
    child = Family(
        id="F1",
        pedigree=Pedigree(
            [
                Person("MISSING", sex=_MALE),
                Person("SPOUSE", sex=_FEMALE),
                Person("CHILD", "MISSING", "SPOUSE", _FEMALE),
            ]
        ),
        missing=("MISSING",),
        profiles={"CHILD": (_profile("R1", "10", "12"),), "SPOUSE": (_profile("R2", "12", "13"),)},
    )
    parents = [Person("FATHER", sex=_MALE), Person("MOTHER", sex=_FEMALE)]
    sibling = Family(
        id="F2",
        pedigree=Pedigree(
            [
                *parents,
                Person("MISSING", "FATHER", "MOTHER"),
                Person("SIBLING", "FATHER", "MOTHER", _MALE),
            ]
        ),
        missing=("MISSING",),
        profiles={"SIBLING": (_profile("R3", "11", "12"),)},
    )
    several = Family(
        id="F3",
        pedigree=Pedigree(
            [
                *parents,
                Person("SON", "FATHER", "MOTHER", _MALE),
                Person("DAUGHTER", "FATHER", "MOTHER", _FEMALE),
            ]
        ),
        missing=("SON", "DAUGHTER"),
        profiles={"MOTHER": (_profile("R4", "11", "13"),)},
    )
    return Problem(
        remains=(
            _profile("B1", "10", "11"),
            _profile("B2", "11", "12"),
            _profile("B3", "12", "13"),
        ),
        families=(child, sibling, several),
        frequencies=FrequencyTable({"M1": alleles, "M2": alleles}),
        settings=Settings(theta=theta),
    )


def _profile(sample: str, first: str, second: str) -> Profile:
    return Profile(sample, {marker: Call((first, second)) for marker in ("M1", "M2")})


if __name__ == "__main__":
    warm_up()
