"""What a search takes for an LR is what the engine says of the pair, for every kind of family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.genetics.random_pedigrees import random_case
from tests.search.arrays import samples_of

from forename.exceptions import ForenameError
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.problem import Family, Settings
from forename.genetics.profiles import Profile, Sex
from forename.genetics.ranking import Candidate, rank_matches, usable_profile
from forename.search.columns import SEXES, Samples, columns_of
from forename.search.families import Families, FamilyRatios, Shape


def _fits(profile: Profile, markers: Sequence[Marker]) -> bool:
    """Tell whether a store could hold the profile: visible alleles, at most two at a marker."""
    known = {m.name: set(m.alleles) - {m.silent_allele} for m in markers}
    return all(len(c.distinct) <= 2 and c.distinct <= known[n] for n, c in profile.calls.items())


@pytest.mark.parametrize("kind", ["plain", "mutation", "observation", "x-linked", "twins", "all"])
def test_family_ratios__are_the_engines(kind: str) -> None:
    compared = 0
    for seed in range(60):
        rng = np.random.default_rng([seed, len(kind), 7])
        case = random_case(rng, kind)
        settings = Settings(drop_out=case.drop_out, drop_in=case.drop_in)
        markers = case.markers
        member = str(rng.choice(case.pedigree.order))
        family = Family(
            "F",
            case.pedigree,
            (member,),
            {i: own for i, own in case.profiles.items() if i != member and own},
        )
        typed = [(i, p) for i, own in family.profiles.items() for p in own]
        others = [random_case(rng, kind) for _ in range(3)]
        seen = [p for c in (case, *others) for own in c.profiles.values() for p in own]
        remains = [
            replace(p, sample=f"V{n}", sex=list(Sex)[n % 3])
            for n, p in enumerate(seen)
            if p.calls and all(name in {m.name for m in markers} for name in p.calls)
        ]
        remains = [p for p in remains if _fits(p, markers)]
        if not typed or not remains or not all(_fits(p, markers) for _, p in typed):
            continue
        candidates = [
            Candidate(p.sample, (usable_profile(p, markers, settings),), p.sex) for p in remains
        ]
        family = Family(
            "F",
            case.pedigree,
            (member,),
            {
                i: tuple(usable_profile(p, markers, settings) for p in own)
                for i, own in family.profiles.items()
            },
        )
        try:
            expected = rank_matches(candidates, [family], markers, settings).log10_lr[:, 0]
        except ForenameError as refused:  # the engine's refusals have to be the search's too
            with pytest.raises(type(refused)):
                _log10_lrs(remains, case.pedigree, member, typed, markers, settings)
            continue
        found = _log10_lrs(remains, case.pedigree, member, typed, markers, settings)
        np.testing.assert_allclose(found, expected, atol=1e-9, err_msg=f"{kind} {seed}")
        compared += int((np.abs(expected) > 1e-9).sum())
    assert compared > 100


def _log10_lrs(remains, pedigree, member, typed, markers, settings) -> np.ndarray:
    columns = columns_of(samples_of(remains, markers, settings), markers)
    shape = Shape(
        tuple(pedigree.persons[i] for i in pedigree.order), member, tuple(i for i, _ in typed)
    )
    families = Families(shape, samples_of([p for _, p in typed], markers, settings))
    (ratios,) = FamilyRatios(columns, markers).of(families)
    with np.errstate(divide="ignore"):
        return np.log10(ratios[columns.bounds[:-1] + columns.of])


def test_columns__each_different_observation_is_one() -> None:
    p = np.array([0.2, 0.3, 0.5])
    markers = (Marker("M", ("A", "B", "C"), p), Marker("X", ("A", "B", "C"), p, Chromosome.X))
    alleles = np.array(
        [[[0, 1], [0, 0]], [[0, 1], [0, 0]], [[0, 0], [0, 1]], [[-1, -1], [0, 1]]], np.int16
    )
    sexes = np.array([SEXES.index(s) for s in (Sex.MALE, Sex.FEMALE, Sex.FEMALE, Sex.MALE)])
    samples = Samples(alleles, np.zeros((4, 2), np.bool_), np.zeros((4, 2)), sexes.astype(np.int8))
    columns = columns_of(samples, markers)
    assert columns.of[:, 0].tolist() == [2, 2, 1, 0]
    # On X the sexes are told apart, and a man's call of two alleles is none.
    assert columns.of[3, 1] == 0
    assert len(set(columns.of[:3, 1].tolist())) == 3
    assert columns.shown.sum() == 8
