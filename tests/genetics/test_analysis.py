"""What an analysis as a whole says about a question that no single family holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from forename.genetics.analysis import analyse
from forename.genetics.kinship import family_from_relatives
from forename.genetics.problem import Family, FrequencyTable, Problem, Relative, Settings
from forename.genetics.profiles import Call, Profile
from forename.genetics.results import Analysis

MARKERS = [f"M{number}" for number in range(8)]
# Father 10,11 and mother 12,13 everywhere; two sons who share no allele.
FATHER, MOTHER, ONE_SON, OTHER_SON = ("10", "11"), ("12", "13"), ("10", "12"), ("11", "13")


def _profile(sample: str, genotype: tuple[str, str]) -> Profile:
    return Profile(sample, {marker: Call(genotype) for marker in MARKERS})


def _parents_register(family: str) -> Family:
    rows = [
        Relative(family, "father", _profile("D1", FATHER)),
        Relative(family, "mother", _profile("M1", MOTHER)),
    ]
    return family_from_relatives(family, rows)[0]


def _with_markers(profile: Profile, count: int) -> Profile:
    return Profile(profile.sample, dict(list(profile.calls.items())[:count]))


def _analysis(families: Sequence[str], **remains: tuple[str, str]) -> Analysis:
    even = {str(allele): 0.1 for allele in range(10, 20)}
    return analyse(
        Problem(
            remains=tuple(_profile(sample, genotype) for sample, genotype in remains.items()),
            families=tuple(_parents_register(family) for family in families),
            frequencies=FrequencyTable(dict.fromkeys(MARKERS, even)),
            settings=Settings(mutation="none", prior="missing-total:101"),
        )
    )


def _posteriors(analysis: Analysis) -> dict[tuple[str, str], float]:
    return {(p.remains, p.missing_person): p.posterior for p in analysis.posteriors}


def test_analyse__two_brothers_registered_apart_are_one_question_in_words():
    analysis = _analysis(["FA", "FB"], R1=ONE_SON, R2=OTHER_SON)
    # LR of a child of both parents 12.5 a marker, prior odds 1/100; each of the four single
    # pairings weighs w, both ways of placing the two w * w.
    w = 12.5**8 / 100
    either_way = (w + w * w) / (1 + 4 * w + 2 * w * w)
    posteriors = _posteriors(analysis)
    for sample in ("R1", "R2"):
        for name in ("FA", "FB"):
            assert posteriors[sample, name] == pytest.approx(either_way, rel=1e-9)
    (match,) = analysis.symmetric
    assert (set(match.groups), set(match.missing_persons)) == ({"R1", "R2"}, {"FA", "FB"})
    assert "DNA cannot tell which is which" in str(match.text)
    assert not analysis.proposals
    shared = [f for f in analysis.findings if f.code == "families_share_relative"]
    assert {frozenset(f.records) for f in shared} == {
        frozenset({"FA", "FB", "D1"}),
        frozenset({"FA", "FB", "M1"}),
    }


def test_analyse__one_son_of_a_family_registered_twice_is_proposed_once():
    analysis = _analysis(["FA", "FB"], R1=ONE_SON)
    w = 12.5**8 / 100
    posteriors = _posteriors(analysis)
    assert posteriors["R1", "FA"] == posteriors["R1", "FB"] == pytest.approx(w / (1 + 2 * w))
    (proposal,) = analysis.proposals
    assert proposal.posterior == pytest.approx(2 * w / (1 + 2 * w), rel=1e-9)
    assert {proposal.missing_person, *proposal.linked} == {"FA", "FB"}


def test_analyse__a_family_registered_once_is_no_such_question():
    analysis = _analysis(["FA"], R1=ONE_SON, R2=OTHER_SON)
    w = 12.5**8 / 100
    assert _posteriors(analysis)["R1", "FA"] == pytest.approx(w / (1 + 2 * w), rel=1e-9)
    assert not [f for f in analysis.findings if f.code == "families_share_relative"]


@pytest.mark.parametrize(("typed", "read", "told"), [(8, 5, True), (8, 6, False), (5, 5, False)])
def test_analyse__few_markers_are_a_reason_to_type_again_where_the_panel_has_more(
    typed, read, told
):
    base = _analysis(["FA"], R1=ONE_SON).problem
    families = tuple(
        replace(
            family,
            profiles={
                name: tuple(_with_markers(p, typed) for p in own)
                for name, own in family.profiles.items()
            },
        )
        for family in base.families
    )
    remains = (_with_markers(_profile("R9", ("18", "19")), read),)
    advice = analyse(replace(base, families=families, remains=remains)).advice
    assert [a.record for a in advice if "Repeat the extraction" in str(a.text)] == ["R9"] * told
