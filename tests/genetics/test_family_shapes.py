from __future__ import annotations

import numpy as np
import pytest

from forename.exceptions import InvalidSettingError
from forename.genetics.family_shapes import (
    REGISTERED_APART,
    SHAPES,
    FamilyShape,
    draw_pedigree,
    kinship_word,
)
from forename.genetics.kinship_words import kinship_of
from forename.genetics.profiles import Sex


@pytest.mark.parametrize("name", SHAPES)
def test_draw_pedigree__every_shape_holds_its_typed_and_missing_members(name):
    shape = SHAPES[name]
    for seed in range(10):
        pedigree = draw_pedigree(shape, np.random.default_rng(seed))
        assert all(member in pedigree for member in (*shape.typed, *shape.missing))
        assert not set(shape.typed) & set(shape.missing)
        assert all(pedigree[i].sex is not Sex.UNKNOWN for i in pedigree.order)


def test_draw_pedigree__couples_are_father_and_mother_by_sex():
    shape = FamilyShape("A:? B:~A C:?=A+B", {"C": "child"}, missing=("A",))
    seen = set()
    for seed in range(20):
        pedigree = draw_pedigree(shape, np.random.default_rng(seed))
        seen.add(pedigree["C"].father)
        assert pedigree["A"].sex is not pedigree["B"].sex
    assert seen == {"A", "B"}


def test_draw_pedigree__siblings_registered_apart_have_one_sex():
    for seed in range(20):
        pedigree = draw_pedigree(REGISTERED_APART, np.random.default_rng(seed))
        assert pedigree["MP1"].sex is pedigree["MP2"].sex


def test_draw_pedigree__unreadable_sex_is_refused():
    with pytest.raises(InvalidSettingError, match="A:Q"):
        draw_pedigree(FamilyShape("A:Q", {}, missing=("A",)), np.random.default_rng(0))


def test_kinship_word__is_understood_by_the_reader_of_family_tables():
    for shape in (*SHAPES.values(), REGISTERED_APART):
        for role in shape.typed.values():
            for sex in (Sex.MALE, Sex.FEMALE):
                known = kinship_of(kinship_word(role, sex))
                assert known is not None
                assert known.sex is sex
