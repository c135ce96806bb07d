"""One person but for a marker or two: told, never joined."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forename.genetics.checks import check_problem
from forename.genetics.findings import Severity
from forename.genetics.problem import Settings

from .test_checks import MARKERS, PANEL, altered, codes, found, person, problem, renamed
from .test_checks import family as family_of

FIRST, SECOND = MARKERS[0].name, MARKERS[1].name


def _copy(name, other, *markers):
    return renamed(altered(person(name), *markers), other)


def near(*args, **kwargs):
    return [f for f in found(*args, **kwargs) if f.code == "nearly_same_profile"]


def test_near_identities__a_part_with_one_other_marker_is_told():
    one, part = person("r1"), _copy("r1", "r2", FIRST)
    (finding,) = found([one, part, person("r3")])
    assert (finding.code, finding.severity) == ("nearly_same_profile", Severity.WARNING)
    assert finding.records == ("r1", "r2")
    seen = [",".join(p.calls[FIRST].alleles) for p in (one, part)]
    assert f"15 of 16 markers, but differ at {FIRST} ({seen[0]} and {seen[1]})" in str(finding.text)
    assert "not joined" in str(finding.advice)
    assert len(finding.locations) == 2


def test_near_identities__equal_profiles_and_very_different_ones_are_not():
    assert near([person("r1"), renamed(person("r1"), "r2"), person("r3")]) == []
    many = [marker.name for marker in MARKERS[:9]]
    assert near([person("r1"), _copy("r1", "r2", *many)]) == []


def test_near_identities__a_typing_error_in_the_settings_joins_them_instead():
    remains = [person("r1"), _copy("r1", "r2", FIRST)]
    assert near(remains, settings=Settings(typing_error=0.001)) == []
    assert "same_person_differences" in codes(found(remains, settings=Settings(typing_error=0.001)))


def test_near_identities__amelogenin_alone_can_differ():
    one = replace(person("r1"), amelogenin=("X", "Y"))
    other = replace(renamed(person("r1"), "r2"), amelogenin=("X",))
    (finding,) = near([one, other])
    assert "16 of 16 markers, but differ at AMEL (X,Y and X)" in str(finding.text)


def test_near_identities__parts_of_one_person_count_once():
    parts = [person("r1"), renamed(person("r1"), "r2"), renamed(person("r1"), "r3")]
    assert len(near([*parts, _copy("r1", "r4", FIRST)])) == 1
    # Two different errors are two questions.
    two = [_copy("r1", "r4", FIRST), _copy("r1", "r5", SECOND)]
    assert {f.records[-1] for f in near([*parts, *two])} >= {"r4", "r5"}


@pytest.mark.parametrize(
    ("source", "word"), [("staff", "member of staff"), ("relative", "exchange of samples")]
)
def test_near_identities__contamination_is_not_hidden_by_a_lost_allele(source, word):
    remains = [_copy("x", "r1", FIRST)]
    if source == "staff":
        (finding,) = near(remains, elimination=[person("x")])
    else:
        (finding,) = near(remains, [family_of("F1", ("brother", person("x")))])
    assert word in str(finding.advice)


def test_near_identities__relatives_of_two_families_and_of_one():
    one = family_of("F1", ("mother", person("m")))
    apart = family_of("F2", ("mother", _copy("m", "m2", FIRST)))
    (finding,) = near(families=[one, apart])
    assert finding.records == ("m", "F1", "m2", "F2")
    assert "one question" in str(finding.advice)
    same = family_of("F1", ("brother", person("m")), ("brother", _copy("m", "m2", FIRST)))
    assert near(families=[same]) == []


def test_near_identities__two_records_of_one_sample_are_told_as_such():
    findings = check_problem(problem([person("r1"), _copy("r1", "r1", FIRST)]), PANEL)
    assert codes(findings) == ["same_sample_twice"]
