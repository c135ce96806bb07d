"""Stated relationships against alternatives: one finding for every family that is doubtful.

A family whose typed relatives are linked by descent is compared with other pedigrees as a whole,
once some pair makes that worth its time. A pair by itself adds only what no pedigree of the same
people shows: relatives stated as unrelated, and twins who are none. Formulas, thresholds and
error rates: ``docs/methods/tree-quality-control.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from forename.exceptions import BudgetExceededError
from forename.genetics.family_comparison import (
    FamilyComparison,
    compare_family,
    tolerant_markers,
)
from forename.genetics.findings import Finding, Severity
from forename.genetics.other_pedigrees import Claim, OtherPedigree
from forename.genetics.problem import Family, Settings
from forename.genetics.relationships import (
    ALTERNATIVES,
    FULL_SIBLINGS,
    PARENT_CHILD,
    SAME_PERSON,
    UNRELATED,
    Descent,
    Relationships,
    Sharing,
)
from forename.genetics.sentences import Sentence, Value, say
from forename.genetics.typed_samples import TypedSample, locations_of, with_kinship

# An alternative that fits the profiles this many times better than what is stated.
DOUBTFUL_LOG10_LR = 3.0

# A whole family is compared where another relationship fits one pair five times better. None
# that a comparison shows to be doubtful was lost by this in simulated cases.
_WORTH_COMPARING_LOG10 = 0.7

# Alternatives that fit less than ten times worse than the best are named beside it.
_AS_GOOD_LOG10 = 1.0
_NAMED_OTHERS = 3

_ADVICE = say(
    "Ask the family again through its liaison, and take and type new samples of the relatives "
    "named. Until then, see what the family's results are without them."
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two relatives whom another relationship fits ``gain`` powers of ten better than stated."""

    one: TypedSample
    other: TypedSample
    stated: Sharing
    alternative: Sharing
    gain: float
    markers: int

    @property
    def is_new(self) -> bool:
        """Tell whether no other pedigree of the family shows this."""
        if self.stated is SAME_PERSON:
            return True
        return self.stated is UNRELATED and self.alternative in (PARENT_CHILD, FULL_SIBLINGS)


def check_stated(
    families: Sequence[Family],
    members: Mapping[tuple[str, str], int],
    samples: Sequence[TypedSample],
    relationships: Relationships,
    settings: Settings,
) -> Iterator[Finding]:
    """Yield at most one finding a family on relationships that the profiles speak against.

    ``members`` gives the row of each typed member in ``samples``. Families that hold one profile
    under two names are left to the finding that says so.
    """
    odd = _odd_pairs(families, members, samples, relationships)
    markers = tolerant_markers([m.marker for m in relationships.markers])
    for family in families:
        pairs = odd.get(family.id, [])
        doubtful = [pair for pair in pairs if pair.gain > DOUBTFUL_LOG10_LR]
        if not pairs or any(pair.alternative is SAME_PERSON for pair in doubtful):
            continue
        try:
            comparison = compare_family(family, markers, settings)
        except BudgetExceededError as error:
            yield _not_compared(family, error)
        else:
            if comparison.log10_lr[0] < -DOUBTFUL_LOG10_LR:
                typed = {m: samples[members[family.id, m]] for m in family.profiles}
                yield _doubtful_family(family, typed, comparison)
                continue
            doubtful = [pair for pair in doubtful if pair.is_new]
        if doubtful:
            yield _doubtful_pair(family, max(doubtful, key=lambda pair: pair.gain))


# --- whole families


def _doubtful_family(
    family: Family, typed: Mapping[str, TypedSample], comparison: FamilyComparison
) -> Finding:
    best = comparison.others[0]
    behind = [value - comparison.log10_lr[0] for value in comparison.log10_lr]
    as_good = sum(value < _AS_GOOD_LOG10 for value in behind)
    first = comparison.others[: min(as_good, 1 + _NAMED_OTHERS)]
    named = [member for other in first for member in other.members]
    concerned = [typed[m] for m in dict.fromkeys(named) if m in typed]
    labels = [family.label(m) for m in best.members if m in family.missing]
    return Finding(
        "stated_relationship_doubtful",
        Severity.WARNING,
        tuple(dict.fromkeys((family.id, *(s.profile.sample for s in concerned), *labels))),
        say(
            "Family {family}, stated as {relatives:and}: the profiles fit {times} times "
            "better if {claim} (log10 LR of what is stated {log10_lr:.2f}, {count} markers). "
            "{others}",
            family=family.id,
            relatives=tuple(_stated_role(family, m, typed[m]) for m in typed),
            times=_times(-comparison.log10_lr[0]),
            claim=_claimed(family, best),
            log10_lr=comparison.log10_lr[0],
            count=comparison.markers,
            others=_next_best(family, comparison.others, behind),
        ),
        _ADVICE,
        locations_of(concerned),
    )


def _stated_role(family: Family, member: str, sample: TypedSample) -> Value:
    """Return a relative's sample with what is stated: the kinship word, or else the parents."""
    if sample.kinship:
        return with_kinship(sample, sample.kinship)
    person = family.pedigree[member]
    if person.father is None or person.mother is None:
        return sample.profile.sample
    return say(
        "{sample} (child of {father} and {mother})",
        sample=sample.profile.sample,
        father=person.father,
        mother=person.mother,
    )


def _next_best(
    family: Family, others: Sequence[OtherPedigree], behind: Sequence[float]
) -> Sentence:
    """Return how much worse the rest fits than the first, by powers of ten ``behind`` it."""
    equal = [o for o, value in zip(others, behind, strict=True) if value < _AS_GOOD_LOG10][1:]
    if not equal:
        return say(
            "The next best fits {times} times worse: {claim}.",
            times=_times(behind[1]),
            claim=_claimed(family, others[1]),
        )
    claims = tuple(_claimed(family, other) for other in equal[:_NAMED_OTHERS])
    if len(equal) <= _NAMED_OTHERS:
        return say(
            "The profiles cannot tell this, within a factor of ten, from: {claims:;}.",
            claims=claims,
        )
    return say(
        "The profiles cannot tell this, within a factor of ten, from: {claims:;}; nor from "
        "{count} more.",
        claims=claims,
        count=len(equal) - _NAMED_OTHERS,
    )


def _claimed(family: Family, other: OtherPedigree) -> Sentence:
    """Return in words what an alternative says."""
    names = tuple(_named(family, member) for member in other.members)
    first, last = names[0], names[-1]
    match other.claim:
        case Claim.OTHER_PARENT:
            return say("{child} has another father or another mother than stated", child=first)
        case Claim.OTHER_FATHER:
            return say("{child} has another father than stated", child=first)
        case Claim.OTHER_MOTHER:
            return say("{child} has another mother than stated", child=first)
        case Claim.OTHER_PARENTS:
            return say("{child} is a child of neither stated parent", child=first)
        case Claim.COMMON_OTHER_FATHER:
            return say("{children:and} have one father, but not the stated one", children=names)
        case Claim.COMMON_OTHER_MOTHER:
            return say("{children:and} have one mother, but not the stated one", children=names)
        case Claim.SAME_FATHER:
            return say("{children:and} all have the same father", children=names)
        case Claim.SAME_MOTHER:
            return say("{children:and} all have the same mother", children=names)
        case Claim.GRANDCHILD:
            return say("{child} is a grandchild, not a child, of the stated parents", child=first)
        case Claim.STRANGER:
            return say("the sample of {member} is from nobody in this family", member=first)
        case Claim.EXCHANGED:
            return say("the samples of {one} and {other} are exchanged", one=first, other=last)
        case Claim.IN_PLACE:
            return say("the sample of {member} is that of {place}", member=first, place=last)


def _named(family: Family, member: str) -> Value:
    if member in family.missing:
        return say("the missing person {label}", label=family.label(member))
    if member in family.profiles:
        return member
    return say("{member} (not typed)", member=member)


def _times(log10: float) -> str:
    return f"{10**log10:,.0f}" if log10 < 6 else f"10^{log10:.1f}"


def _not_compared(family: Family, error: BudgetExceededError) -> Finding:
    return Finding(
        "family_too_complex_to_check",
        Severity.INFO,
        (family.id,),
        say(
            "Family {family} was compared with other pedigrees pair by pair only: as a whole, a "
            "comparison would cost {cost:.3g} multiplications a marker, the budget is "
            "{budget:.3g}.",
            family=family.id,
            cost=error.cost,
            budget=error.budget,
        ),
        say("Split the pedigree, or leave out relatives that add little."),
    )


# --- pairs


def _odd_pairs(
    families: Sequence[Family],
    members: Mapping[tuple[str, str], int],
    samples: Sequence[TypedSample],
    relationships: Relationships,
) -> dict[str, list[_Pair]]:
    """Return each family's pairs that another relationship fits five times better than stated."""
    pairs: list[tuple[Family, int, int]] = []
    stated: list[Sharing] = []
    for family in families:
        if len(family.profiles) < 2:
            continue
        descent = Descent(family.pedigree)
        for a, b in combinations(family.profiles, 2):
            pairs.append((family, members[family.id, a], members[family.id, b]))
            stated.append(descent.sharing(a, b))
    if not pairs:
        return {}
    left = np.array([row for _, row, _ in pairs], dtype=np.intp)
    right = np.array([row for _, _, row in pairs], dtype=np.intp)
    count = relationships.common_markers(left, right)
    own = relationships.stated(left, right, stated)
    others = np.array([relationships.pairs(left, right, s) for s in ALTERNATIVES])
    best = others.argmax(axis=0)
    gain = others.max(axis=0) - own
    odd: dict[str, list[_Pair]] = {}
    for n in np.flatnonzero(gain > _WORTH_COMPARING_LOG10):
        family, one, other = pairs[n]
        pair = _Pair(
            samples[one],
            samples[other],
            stated[n],
            ALTERNATIVES[best[n]],
            float(gain[n]),
            int(count[n]),
        )
        odd.setdefault(family.id, []).append(pair)
    return odd


def _doubtful_pair(family: Family, pair: _Pair) -> Finding:
    return Finding(
        "stated_relationship_doubtful",
        Severity.WARNING,
        (family.id, pair.one.profile.sample, pair.other.profile.sample),
        say(
            "Family {family}: {one} and {other} are stated as {stated}. Their {count} markers fit "
            "{alternative} {times} times better (log10 LR of what is stated {log10_lr:.2f}).",
            family=family.id,
            one=with_kinship(pair.one, "relative"),
            other=with_kinship(pair.other, "relative"),
            stated=pair.stated.name,
            alternative=pair.alternative.name,
            count=pair.markers,
            times=_times(pair.gain),
            log10_lr=-pair.gain,
        ),
        _ADVICE,
        locations_of((pair.one, pair.other)),
    )
