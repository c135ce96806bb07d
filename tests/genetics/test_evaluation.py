from __future__ import annotations

import pytest

from forename.genetics.evaluation import (
    Answer,
    GroupOutcome,
    Outcome,
    StatedPosterior,
    evaluate,
    is_true,
    stated_and_happened,
)
from forename.genetics.truth import NOBODY, Truth, TruthNote

TRUTH = Truth(
    samples={"a1": "P1", "a2": "P1", "b": "P2", "c": "P3", "u": "P4", "s": NOBODY},
    missing={"F1": "P1", "F2": "P2", "F3": "P3", "F4": NOBODY, "F5": NOBODY},
    notes=(
        TruthNote("adopted", ("F2", "R2"), ""),
        TruthNote("swapped", ("F3", "F4", "R3", "R4"), ""),
    ),
)


def _answer(
    *proposals: tuple[tuple[str, ...], str, float], noticed: tuple[str, ...] = ()
) -> Answer:
    return Answer(
        groups=(("a1", "a2"), ("b",), ("c", "u"), ("s",)),
        posteriors=(),
        proposals=tuple(StatedPosterior(*proposal) for proposal in proposals),
        noticed=frozenset(noticed),
    )


def test_evaluate__tells_found_missed_false_and_rightly_unnamed():
    judged = evaluate(
        _answer((("a1", "a2"), "F1", 0.9999), (("b",), "F4", 0.99), (("c", "u"), "F3", 0.9)), TRUTH
    )
    assert {row.missing_person: row.outcome for row in judged.missing} == {
        "F1": Outcome.FOUND,
        "F2": Outcome.MISSED,
        "F3": Outcome.FALSE_NAME,
        "F4": Outcome.FALSE_NAME,
        "F5": Outcome.RIGHTLY_UNNAMED,
    }
    assert judged.proposals == 3
    assert judged.false_names == 2
    assert judged.expected_false_names == pytest.approx(0.0001 + 0.01 + 0.1)
    assert judged.count(Outcome.FALSE_NAME) == 2


def test_evaluate__part_of_a_person_is_found_in_part():
    judged = evaluate(_answer((("a1",), "F1", 1.0)), TRUTH)
    assert judged.missing[0].outcome is Outcome.FOUND_IN_PART
    assert judged.missing[0].true == ("a1", "a2")
    assert judged.false_names == 0


def test_evaluate__a_name_the_truth_does_not_know_is_false():
    judged = evaluate(_answer((("u",), "F99", 1.0)), TRUTH)
    assert judged.missing[-1].outcome is Outcome.FALSE_NAME


def test_evaluate__groups_are_right_incomplete_or_mixed():
    judged = evaluate(_answer(), TRUTH)
    assert dict(judged.groups) == {
        ("a1", "a2"): GroupOutcome.RIGHT,
        ("b",): GroupOutcome.RIGHT,
        ("c", "u"): GroupOutcome.MIXED,
        ("s",): GroupOutcome.RIGHT,
    }
    part = evaluate(Answer((("a1",),), (), ()), TRUTH)
    assert part.group_count(GroupOutcome.INCOMPLETE) == 1


def test_evaluate__wrong_relationships_count_as_noticed_when_a_finding_names_one_record():
    assert evaluate(_answer(noticed=("R4",)), TRUTH).wrong_relationships_noticed == 1
    assert evaluate(_answer(noticed=("R9",)), TRUTH).wrong_relationships_noticed == 0
    assert evaluate(_answer(), TRUTH).wrong_relationships == 2


def test_is_true__none_of_the_missing_holds_for_strangers_and_contamination_only():
    assert is_true(StatedPosterior(("u",), "*", 0.5), TRUTH)
    assert is_true(StatedPosterior(("s",), "*", 0.5), TRUTH)
    assert not is_true(StatedPosterior(("a1",), "*", 0.5), TRUTH)


def test_stated_and_happened__keeps_order_and_length():
    stated, happened = stated_and_happened(
        [StatedPosterior(("a1",), "F1", 0.7), StatedPosterior(("a1",), "F2", 0.2)], TRUTH
    )
    assert stated.tolist() == [0.7, 0.2]
    assert happened.tolist() == [True, False]


def test_evaluate__linked_ids_are_found_when_each_has_its_own_proposal():
    """Two ids that are one question: either name may stand first."""
    proposals = (
        StatedPosterior(("b",), "F2", 0.9999, ("F3",)),
        StatedPosterior(("c",), "F2", 0.9998, ("F3",)),
    )
    judged = evaluate(Answer((("b",), ("c",)), (), proposals), TRUTH)
    outcomes = {row.missing_person: (row.outcome, row.proposed) for row in judged.missing}
    assert outcomes["F2"] == (Outcome.FOUND, ("b",))
    assert outcomes["F3"] == (Outcome.FOUND, ("c",))
    assert judged.false_names == 0


def test_evaluate__a_linked_proposal_of_somebody_else_is_one_false_name():
    proposal = StatedPosterior(("u",), "F2", 0.9999, ("F3",))
    judged = evaluate(Answer((("u",),), (), (proposal,)), TRUTH)
    assert judged.false_names == 1
    assert judged.count(Outcome.FALSE_NAME) == 1
    assert {r.missing_person for r in judged.missing if r.outcome is Outcome.MISSED} == {"F1", "F3"}
