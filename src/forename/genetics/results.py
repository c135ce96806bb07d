"""What an analysis answers: the values behind every page, table and file of results.

All likelihood ratios are log10. Every LR of a pairing compares "these remains are this missing
person" with "these remains are unrelated to this family".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forename.genetics.findings import Finding
from forename.genetics.problem import Problem
from forename.genetics.sentences import Sentence


@dataclass(frozen=True, slots=True)
class SamePersonPair:
    """Two samples compared: "both come from one person" against "from two unrelated persons".

    ``mismatches`` are markers whose complete genotypes differ.
    """

    sample_a: str
    sample_b: str
    log10_lr: float
    per_marker: Mapping[str, float]
    mismatches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SamePersonGroup:
    """Samples taken as parts of one person; ``label`` names the group in results.

    A sample that matches no other is a group of one. ``conflicts`` are markers at which samples
    of the group differ: they are reported and combined by likelihood, never averaged.
    """

    label: str
    samples: tuple[str, ...]
    conflicts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pair:
    """One set of remains (a sample, or a merged group) against one missing person.

    ``per_marker`` holds log10 LRs and ``log10_lr`` their sum; ``sex_log10_lr`` is the sex evidence,
    which enters the joint answer beside it.
    ``exclusions`` are the markers whose data are impossible without mutation.
    """

    remains: str
    samples: tuple[str, ...]
    missing_person: str
    family: str
    log10_lr: float
    per_marker: Mapping[str, float]
    sex_log10_lr: float
    exclusions: tuple[str, ...]
    markers: int


@dataclass(frozen=True, slots=True)
class Posterior:
    """Joint posterior probability that the remains are the missing person.

    ``missing_person`` is ``*`` for "none of the registered missing". ``error_bound`` bounds the
    absolute error from pairings left out of the exact sum (0 where nothing was left out).
    """

    remains: str
    samples: tuple[str, ...]
    missing_person: str
    posterior: float
    error_bound: float = 0.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """One complete answer: every group's missing person or ``*``, with its posterior."""

    pairs: Mapping[str, str]
    log10_weight: float
    posterior: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name put before the board, never a decision.

    ``reasons`` are sentences; ``rivals`` the next likely answers for these remains with their
    posteriors; ``linked`` other ids that are one question with ``missing_person``;
    ``undisputed`` says that the LR exceeds every rival in row and column 10,000-fold;
    ``log10_glr`` is the generalised likelihood ratio, ``log10_lr0`` the same pairing judged by
    the other remains alone, without the references' genotypes.
    """

    remains: tuple[str, ...]
    group: str
    missing_person: str
    family: str
    posterior: float
    log10_lr: float
    reasons: tuple[Sentence, ...]
    rivals: tuple[tuple[str, float], ...] = ()
    linked: tuple[str, ...] = ()
    undisputed: bool = False
    log10_glr: float | None = None
    log10_lr0: float | None = None


@dataclass(frozen=True, slots=True)
class SymmetricMatch:
    """Remains and missing persons that belong together although DNA cannot tell which is which."""

    groups: tuple[str, ...]
    missing_persons: tuple[str, ...]
    posterior: float
    text: Sentence


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A pairing that fails at few markers, with the mutation each would need."""

    remains: str
    samples: tuple[str, ...]
    missing_person: str
    log10_lr: float
    posterior: float
    markers: tuple[str, ...]
    text: Sentence


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A pairing judged impossible without more mutations than the settings allow."""

    remains: str
    samples: tuple[str, ...]
    missing_person: str
    markers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """Posterior of one pairing under one changed setting (``name`` = value)."""

    remains: str
    missing_person: str
    name: str
    value: str
    log10_lr: float
    posterior: float


@dataclass(frozen=True, slots=True)
class Advice:
    """What would help next for one family or set of remains."""

    record: str
    text: Sentence


@dataclass(frozen=True, slots=True)
class Provenance:
    """All that is needed to compute the answer again."""

    version: str
    settings: Mapping[str, str]
    prior: str
    markers: tuple[str, ...]
    digests: Mapping[str, str]
    frequencies: str
    method: Mapping[str, Sentence]


@dataclass(frozen=True, slots=True)
class Analysis:
    """The whole answer to one `Problem`."""

    problem: Problem
    groups: tuple[SamePersonGroup, ...]
    same_person_pairs: tuple[SamePersonPair, ...]
    pairs: tuple[Pair, ...]
    group_pairs: tuple[Pair, ...]
    posteriors: tuple[Posterior, ...]
    assignments: tuple[Assignment, ...]
    proposals: tuple[Proposal, ...]
    symmetric: tuple[SymmetricMatch, ...]
    near_misses: tuple[NearMiss, ...]
    exclusions: tuple[Exclusion, ...]
    sensitivity: tuple[SensitivityRow, ...]
    advice: tuple[Advice, ...]
    findings: tuple[Finding, ...]
    provenance: Provenance
