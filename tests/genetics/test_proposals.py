"""Advice on families that stay open, in words."""

from __future__ import annotations

import pytest
from tests.formats.invented_analysis import profile

from forename.genetics.kinship import family_from_relatives
from forename.genetics.problem import Relative
from forename.genetics.profiles import Sex
from forename.genetics.proposals import untyped_near_relatives


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (("brother",), ["the mother", "the father", "a child"]),
        (("mother",), ["the father", "a child"]),
        (("mother", "father"), ["a child"]),
        (("son",), ["the other parent of the children", "the mother", "the father"]),
        (("son", "wife"), ["the mother", "the father"]),
        (("son", "wife", "mother", "father"), []),
    ],
)
def test_untyped_near_relatives__are_named_in_words(typed, wanted):
    relatives = [
        Relative("F1", word, profile(f"R{n}", Sex.UNKNOWN)) for n, word in enumerate(typed)
    ]
    family, _ = family_from_relatives("F1", relatives)
    named = untyped_near_relatives(family, family.missing[0])
    assert [str(word) for word in named] == wanted
