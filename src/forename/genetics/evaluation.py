"""An answer held against the truth: who was found, who was missed, who was named wrongly.

Only simulated cases (or exercises) have a truth. See ``docs/methods/evaluation.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from forename.genetics.results import Analysis
from forename.genetics.truth import NOBODY, Truth

NONE_OF_THE_MISSING = "*"


class Outcome(StrEnum):
    """What became of one missing person."""

    FOUND = "found"
    FOUND_IN_PART = "found in part"
    MISSED = "missed"
    FALSE_NAME = "false name"
    RIGHTLY_UNNAMED = "rightly unnamed"


class GroupOutcome(StrEnum):
    """How a group of samples compares with the persons they came from."""

    RIGHT = "right"
    INCOMPLETE = "incomplete"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class StatedPosterior:
    """A posterior that was stated: that the samples are the missing person (``*``: none).

    ``linked`` are further ids that are one question with it: the posterior is that of all
    together.
    """

    samples: tuple[str, ...]
    missing_person: str
    posterior: float
    linked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The part of an analysis that a truth can judge.

    ``groups`` are the samples taken as one person, ``noticed`` the labels named in findings.
    """

    groups: tuple[tuple[str, ...], ...]
    posteriors: tuple[StatedPosterior, ...]
    proposals: tuple[StatedPosterior, ...]
    noticed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class MissingOutcome:
    """One missing person: the samples proposed, the samples that are theirs, the outcome."""

    missing_person: str
    outcome: Outcome
    proposed: tuple[str, ...]
    true: tuple[str, ...]
    posterior: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An answer judged. Counts are of missing persons, proposals, groups or statements.

    ``expected_false_names`` is the sum of (1 - posterior) over the proposals: the number of false
    names that the stated posteriors themselves announce. ``stated`` and ``happened``, shape (n,),
    are the posteriors and whether each was true, for a reliability table.
    ``wrong_relationships`` counts what was misstated, ``wrong_relationships_noticed`` those with
    a record that some finding names.
    """

    missing: tuple[MissingOutcome, ...]
    proposals: int
    false_names: int
    expected_false_names: float
    groups: tuple[tuple[tuple[str, ...], GroupOutcome], ...]
    stated: npt.NDArray[np.float64]
    happened: npt.NDArray[np.bool_]
    wrong_relationships: int
    wrong_relationships_noticed: int

    def count(self, outcome: Outcome) -> int:
        """Return how many missing persons had this outcome."""
        return sum(1 for row in self.missing if row.outcome is outcome)

    def group_count(self, outcome: GroupOutcome) -> int:
        """Return how many groups had this outcome."""
        return sum(1 for _, found in self.groups if found is outcome)


def answer_of(analysis: Analysis) -> Answer:
    """Return the part of an analysis that a truth can judge."""
    return Answer(
        groups=tuple(group.samples for group in analysis.groups),
        posteriors=tuple(
            StatedPosterior(p.samples, p.missing_person, p.posterior) for p in analysis.posteriors
        ),
        proposals=tuple(
            StatedPosterior(p.remains, p.missing_person, p.posterior, p.linked)
            for p in analysis.proposals
        ),
        noticed=frozenset(record for finding in analysis.findings for record in finding.records),
    )


def evaluate(answer: Answer, truth: Truth) -> Evaluation:
    """Judge an answer by the truth.

    A proposal is right when every sample it names is the missing person's, or all are those of one
    id that is linked to it. Missing persons are listed in the order of the truth.
    """
    by_person: dict[str, list[StatedPosterior]] = {}
    for proposal in answer.proposals:
        for label in (proposal.missing_person, *proposal.linked):
            by_person.setdefault(label, []).append(proposal)
    labels = list(dict.fromkeys([*truth.missing, *by_person]))
    stated, happened = stated_and_happened(answer.posteriors, truth)
    wrong = truth.wrong_relationships()
    return Evaluation(
        missing=tuple(_missing_outcome(x, by_person.get(x, []), truth) for x in labels),
        proposals=len(answer.proposals),
        false_names=sum(1 for p in answer.proposals if not is_true(p, truth)),
        expected_false_names=float(sum(1.0 - p.posterior for p in answer.proposals)),
        groups=tuple((tuple(g), _group_outcome(g, truth)) for g in answer.groups),
        stated=stated,
        happened=happened,
        wrong_relationships=len(wrong),
        wrong_relationships_noticed=sum(
            1 for note in wrong if answer.noticed.intersection(note.records)
        ),
    )


def is_true(statement: StatedPosterior, truth: Truth) -> bool:
    """Tell whether all the samples are the missing person, or all a linked one (``*``: none)."""
    owners = {truth.samples.get(sample, NOBODY) for sample in statement.samples}
    if statement.missing_person == NONE_OF_THE_MISSING:
        claimed = {person for person in truth.missing.values() if person != NOBODY}
        return not owners & claimed
    labels = (statement.missing_person, *statement.linked)
    return any(owners == {_person(label, truth)} for label in labels)


def _person(label: str, truth: Truth) -> str | None:
    """Return the dead person a missing person is, or ``None`` when they are not in the graves."""
    return truth.missing.get(label, NOBODY) or None


def stated_and_happened(
    statements: Iterable[StatedPosterior], truth: Truth
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the stated posteriors and whether each was true, both of shape (n,)."""
    rows = [(s.posterior, is_true(s, truth)) for s in statements]
    return (
        np.array([posterior for posterior, _ in rows], dtype=np.float64),
        np.array([true for _, true in rows], dtype=np.bool_),
    )


def _missing_outcome(
    label: str, proposals: Sequence[StatedPosterior], truth: Truth
) -> MissingOutcome:
    true = truth.samples_of(label)
    wrong = [p for p in proposals if p.missing_person == label and not is_true(p, truth)]
    # A proposal for linked ids may hold the samples of another of them: that is no false name.
    own = [
        p for p in proposals if {truth.samples.get(s) for s in p.samples} == {_person(label, truth)}
    ]
    told = wrong or own
    proposed = tuple(sorted({sample for p in told for sample in p.samples}))
    posterior = max((p.posterior for p in told), default=None)
    if wrong:
        outcome = Outcome.FALSE_NAME
    elif own:
        outcome = Outcome.FOUND if proposed == true else Outcome.FOUND_IN_PART
    else:
        outcome = Outcome.MISSED if true else Outcome.RIGHTLY_UNNAMED
    return MissingOutcome(label, outcome, proposed, true, posterior)


def _group_outcome(samples: Sequence[str], truth: Truth) -> GroupOutcome:
    owners = Counter(truth.samples.get(sample, NOBODY) for sample in samples)
    if len(owners) > 1:
        return GroupOutcome.MIXED
    person = next(iter(owners))
    whole = 1 if person == NOBODY else sum(1 for o in truth.samples.values() if o == person)
    return GroupOutcome.RIGHT if len(samples) == whole else GroupOutcome.INCOMPLETE
