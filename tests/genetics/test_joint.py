from __future__ import annotations

import numpy as np
import pytest
from tests.genetics.random_pedigrees import drop_genes, random_marker

from forename.genetics.joint import LN10, pose_joint_question
from forename.genetics.likelihood import Hypothesis, Theta, log10_lr
from forename.genetics.markers import Marker
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Call, Profile, Sex
from forename.genetics.ranking import Candidate, rank_matches

M, F = Sex.MALE, Sex.FEMALE
PEDIGREE = Pedigree(
    [
        Person("GF", sex=M),
        Person("GM", sex=F),
        Person("A", "GF", "GM", M),
        Person("B", "GF", "GM", M),
        Person("W", sex=F),
        Person("C", "A", "W", M),
    ]
)


def _typed_family(seed: int, linked: bool) -> tuple[Family, list[Candidate], tuple[Marker, ...]]:
    """Two brothers missing, their mother, and the wife and son of one typed; three remains."""
    rng = np.random.default_rng(seed)
    markers = tuple(
        random_marker(rng, f"M{m}", mutates=True, linked=linked, silent=False, size=4)
        for m in range(3)
    )
    calls: dict[str, dict[str, Call]] = {i: {} for i in (*PEDIGREE.order, "stranger")}
    persons = PEDIGREE.with_persons([Person("stranger", sex=M)])
    for marker in markers:
        for i, own in drop_genes(rng, persons, marker).items():
            calls[i][marker.name] = Call(tuple(marker.alleles[a] for a in own))
    profiles = {i: (Profile(i, calls[i]),) for i in ("GM", "W", "C")}
    family = Family("F", PEDIGREE, ("A", "B"), profiles)
    remains = [Candidate(i, (Profile(i, calls[i]),), M) for i in ("A", "B", "stranger")]
    return family, remains, markers


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("theta", [0.0, 0.03])
def test_pose_joint_question__weighs_placements_against_the_same_remains_unrelated(
    theta: float, linked: bool
) -> None:
    for seed in range(4):
        family, remains, markers = _typed_family(seed, linked)
        settings = Settings(theta=theta, sex_error=0.5)  # sex then says nothing
        ranking = rank_matches(remains, [family], markers, settings)
        (table,) = pose_joint_question(ranking, [], settings).problem.tables
        assert 4 <= len(table.placements) <= 1 + 3 + 3 + 6  # pairings that are possible
        for row, weight in zip(table.placements, table.log_weights, strict=True):
            inside, outside = dict(family.profiles), dict(family.profiles)
            strangers = []
            for member, r in zip(family.missing, row.tolist(), strict=True):
                if r >= 0:
                    inside[member] = outside[f"not {member}"] = remains[r].profiles
                    strangers.append(Person(f"not {member}", sex=M))
            expected = log10_lr(
                Hypothesis(PEDIGREE, inside),
                Hypothesis(PEDIGREE.with_persons(strangers), outside),
                markers,
                theta=Theta(theta),
            ).sum()
            assert weight / LN10 == pytest.approx(expected, abs=1e-9)
            if (row >= 0).sum() == 1:  # then it is the LR of the pairing by itself
                (column,) = np.flatnonzero(row >= 0)
                alone = ranking.totals()[row[column], column]
                assert weight / LN10 == pytest.approx(alone, abs=1e-9)
