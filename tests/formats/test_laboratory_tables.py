from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from forename.exceptions import InvalidPedigreeError, InvalidProfileError
from forename.formats import read_families, read_frequencies, read_profiles
from forename.formats.laboratory_tables import (
    frequencies_text,
    pedigrees_table,
    relatives_table,
    remains_table,
)
from forename.genetics.family_shapes import SHAPES
from forename.genetics.profiles import Call, Profile
from forename.genetics.simulation import simulate
from forename.genetics.simulation_settings import FamilyPlan, SimulationSettings


@pytest.fixture(scope="module")
def problem():
    settings = SimulationSettings(
        families=0, plan=tuple(FamilyPlan(shape) for shape in SHAPES), allele_drop_out=0.1
    )
    return simulate(settings, np.random.default_rng(5)).problem


@pytest.fixture(scope="module")
def markers(problem):
    return tuple(problem.frequencies.frequencies)


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def test_remains_table__reads_back_identically(problem, markers, tmp_path):
    reading = read_profiles(_write(tmp_path, "pm.tsv", remains_table(problem.remains, markers)))
    assert reading.value == problem.remains
    staff = read_profiles(_write(tmp_path, "s.tsv", remains_table(problem.elimination, markers)))
    assert staff.value == problem.elimination


def test_relatives_table__reads_back_identically(problem, markers, tmp_path):
    worded = tuple(family for family in problem.families if family.kinship)
    assert len(worded) == sum(not shape.explicit for shape in SHAPES.values())
    reading = read_families(_write(tmp_path, "am.tsv", relatives_table(worded, markers)))
    assert reading.value == worded


def test_pedigrees_table__reads_back_the_same_descent_and_calls(problem, markers, tmp_path):
    explicit = tuple(family for family in problem.families if not family.kinship)
    assert len(explicit) == sum(shape.explicit for shape in SHAPES.values())
    reading = read_families(_write(tmp_path, "am.ped", pedigrees_table(explicit, markers)))
    for read, written in zip(reading.value, explicit, strict=True):
        assert read.pedigree.persons == written.pedigree.persons
        assert read.missing == written.missing
        assert [read.label(m) for m in read.missing] == [written.label(m) for m in written.missing]
        assert {i: p[0].calls for i, p in read.profiles.items()} == {
            i: p[0].calls for i, p in written.profiles.items()
        }


def test_frequencies_text__reads_back_identically(problem, tmp_path):
    table = problem.frequencies.frequencies
    reading = read_frequencies(_write(tmp_path, "f.txt", frequencies_text(table)))
    assert reading.value.frequencies == table


def test_relatives_table__a_relative_without_a_word_is_refused(problem, markers):
    with pytest.raises(InvalidPedigreeError, match="kinship word"):
        relatives_table(problem.families, markers)


def test_pedigrees_table__missing_persons_of_another_name_are_refused(problem, markers):
    with pytest.raises(InvalidPedigreeError, match="MP"):
        pedigrees_table(problem.families[:1], markers)


def test_remains_table__three_alleles_are_refused_never_cut():
    profile = Profile("A", {"VWA": Call(("14", "15", "16"))})
    with pytest.raises(InvalidProfileError, match="14, 15, 16"):
        remains_table([profile], ["VWA"])
