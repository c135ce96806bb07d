from __future__ import annotations

from forename.genetics.truth import NOBODY, Truth, TruthNote

TRUTH = Truth(
    samples={"G1-003": "P1", "G1-001": "P1", "G1-002": "P2", "G1-004": NOBODY},
    missing={"F1": "P1", "F2": NOBODY},
    notes=(TruthNote("adopted", ("F2", "R2"), ""), TruthNote("mutation", ("F1",), "")),
)


def test_samples_of__are_sorted_and_none_for_a_person_who_is_not_there():
    assert TRUTH.samples_of("F1") == ("G1-001", "G1-003")
    assert TRUTH.samples_of("F2") == ()
    assert TRUTH.samples_of("F9") == ()


def test_missing_person_of__is_nobody_for_unrelated_remains_and_contamination():
    assert TRUTH.missing_person_of("G1-003") == "F1"
    assert TRUTH.missing_person_of("G1-002") == NOBODY
    assert TRUTH.missing_person_of("G1-004") == NOBODY


def test_persons__leaves_contamination_out():
    assert TRUTH.persons() == {"P1": ("G1-001", "G1-003"), "P2": ("G1-002",)}


def test_wrong_relationships__leaves_mutations_out():
    assert [note.kind for note in TRUTH.wrong_relationships()] == ["adopted"]
