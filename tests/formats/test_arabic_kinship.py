"""Kinship words in Arabic: every English word that a table may hold has one."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from forename.formats.arabic_kinship import ARABIC_LETTER, arabic_kinship, kinship_as_written
from forename.genetics.kinship import family_from_relatives
from forename.genetics.kinship_words import ACCEPTED_WORDS, kinship_of
from forename.genetics.problem import Relative
from forename.genetics.profiles import Profile, Sex

ENGLISH = [word.strip() for word in ACCEPTED_WORDS.split(";")[0].split(",")]
PLAIN = [word.removeprefix("[maternal or paternal] ") for word in ENGLISH]
SIDED = [f"{side} {word}" for side in ("maternal", "paternal") for word in PLAIN]
SPELT = ["[Mother]", "Brother1", "mum", "half-sister", "mother's brother", "sister's son",
         "first cousin", "MZ twin", "twin", "aunt (father's side)", "direct reference",
         "relative"]  # fmt: skip


@pytest.mark.parametrize(
    "word", [*PLAIN, *(word for word in SIDED if kinship_of(word)), *SPELT], ids=str
)
def test_arabic_kinship__translates_every_accepted_word(word):
    arabic = arabic_kinship(word)
    assert ARABIC_LETTER.search(arabic)
    assert not re.search("[A-Za-z]", arabic)


@pytest.mark.parametrize(
    ("word", "arabic"),
    [
        ("mother's brother", "الخال"),
        ("Paternal aunt", "العمة"),
        ("uncle on the father's side", "العم"),
        ("sister's daughter", "ابنة الأخت"),
    ],
)
def test_arabic_kinship__goes_by_the_meaning(word, arabic):
    assert arabic_kinship(word) == arabic


def test_arabic_kinship__leaves_arabic_and_unknown_words_as_they_are():
    assert arabic_kinship("[ابن عم]") == "ابن عم"
    assert arabic_kinship("neighbour") == "neighbour"


def test_arabic_kinship__translates_the_persons_that_kinship_words_imply():
    person = Profile("x", {}, Sex.UNKNOWN)
    words = [word for word in (*PLAIN, *SIDED) if kinship_of(word)]
    roles = set()
    for word in (*words, "niece", "nephew"):
        more = [] if word in ("niece", "nephew") else ["nephew"]
        relatives = [
            Relative("F1", said, replace(person, sample=f"R{n}"))
            for n, said in enumerate([word, *more])
        ]
        family, _ = family_from_relatives("F1", relatives)
        roles |= {i.removeprefix("F1:") for i in family.pedigree.order if i.startswith("F1:")}
    assert len(roles) > 10
    assert [role for role in roles if not ARABIC_LETTER.search(arabic_kinship(role))] == []


def test_kinship_as_written__takes_brackets_away():
    assert kinship_as_written("[niece]") == "niece"
