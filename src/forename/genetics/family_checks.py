"""Checks of families: stated relationships against the data, and whether anyone can be found.

Formulas and limits: ``docs/methods/tree-quality-control.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import combinations

import numpy as np
import numpy.typing as npt

from forename.exceptions import BudgetExceededError
from forename.genetics.comparison import MISSING, Comparison, MarkerComparison
from forename.genetics.findings import Finding, Severity
from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.pair_search import Indices, pairs_above
from forename.genetics.problem import Family, Problem, Settings
from forename.genetics.relationships import (
    ALTERNATIVES,
    FULL_SIBLINGS,
    PARENT_CHILD,
    SAME_PERSON,
    Descent,
    Relationships,
    Sharing,
)
from forename.genetics.typed_samples import Source, TypedSample, locations_of

# An alternative that explains two relatives this many times better than what is stated.
DOUBTFUL_LOG10_LR = 3.0

_Members = dict[tuple[str, str], int]


def check_families(
    problem: Problem,
    samples: Sequence[TypedSample],
    comparison: Comparison,
    relationships: Relationships,
    joined: Set[frozenset[str]],
) -> list[Finding]:
    """Return the findings on parents, stated relationships, and families that cannot help.

    ``joined`` are pairs of families already known to be one question.
    """
    descents = {family.id: Descent(family.pedigree) for family in problem.families}
    members = _representatives(samples, comparison)
    findings: list[Finding] = []
    reported: dict[str, set[str]] = {}
    for family in problem.families:
        for people, markers in _impossible_parents(family, members, samples, relationships):
            findings.append(_impossible_parent(family, people, markers))
            reported.setdefault(family.id, set()).update(markers)
    findings += _check_consistency(problem, relationships, reported)
    findings += _check_stated(problem.families, descents, members, samples, relationships)
    findings += _check_between(members, samples, relationships, problem.settings, joined)
    for family in problem.families:
        findings += _check_power(family, descents[family.id], samples, members, comparison)
    return findings


def _representatives(samples: Sequence[TypedSample], comparison: Comparison) -> _Members:
    """Return each typed member's row, that of the replicate with most markers."""
    typed = comparison.codes() != MISSING
    rows: _Members = {}
    for row, sample in enumerate(samples):
        if sample.source is not Source.RELATIVE:
            continue
        key = (sample.family, sample.member)
        if key not in rows or typed[row].sum() > typed[rows[key]].sum():
            rows[key] = row
    return rows


# --- parents and children


def _impossible_parents(
    family: Family,
    members: _Members,
    samples: Sequence[TypedSample],
    relationships: Relationships,
) -> Iterator[tuple[list[TypedSample], list[str]]]:
    """Yield a child with one or both parents, and the markers that need a mutation."""
    for child in family.profiles:
        person = family.pedigree[child]
        parents = [p for p in (person.father, person.mother) if p in family.profiles]
        for chosen in [[p] for p in parents] + ([parents] if len(parents) == 2 else []):
            rows = [members[family.id, str(p)] for p in chosen]
            markers = _impossible_markers(members[family.id, child], rows, relationships)
            if len(chosen) == 2:
                # Only what neither parent alone shows.
                single = {
                    name
                    for row in rows
                    for name in _impossible_markers(members[family.id, child], [row], relationships)
                }
                markers = [name for name in markers if name not in single]
            if markers:
                people = [samples[members[family.id, child]], *(samples[row] for row in rows)]
                yield people, markers


def _impossible_markers(
    child: int, parents: Sequence[int], relationships: Relationships
) -> list[str]:
    return [
        m.marker.name
        for m in relationships.markers
        if m.codes[child] != MISSING
        and all(m.codes[row] != MISSING for row in parents)
        and not _transmission_possible(m, child, parents)
    ]


def _transmission_possible(m: MarkerComparison, child: int, parents: Sequence[int]) -> bool:
    size = len(m.marker.alleles)
    genotypes = m.possible.reshape(-1, size, size)
    carried = [genotypes[m.codes[row]].any(axis=1) for row in parents]
    other = carried[1] if len(carried) == 2 else np.ones(size, dtype=np.bool_)
    return bool((genotypes[m.codes[child]] & np.logical_and.outer(carried[0], other)).any())


def _impossible_parent(
    family: Family, people: Sequence[TypedSample], markers: Sequence[str]
) -> Finding:
    child, *parents = people
    names = " and ".join(f"{p.profile.sample} ({p.kinship or 'parent'})" for p in parents)
    verb = "are the parents" if len(parents) == 2 else "is a parent"
    text = (
        f"Family {family.id}: that {names} {verb} of {child.profile.sample} "
        f"({child.kinship or 'child'}) needs a mutation at {len(markers)} "
        f"marker{'s' if len(markers) > 1 else ''}: {', '.join(markers)}."
    )
    return Finding(
        "impossible_parent",
        Severity.WARNING if len(markers) > 1 else Severity.INFO,
        (family.id, *(p.profile.sample for p in people)),
        text,
        "Several mutations are unlikely: ask the family, and check for exchanged samples."
        if len(markers) > 1
        else "One mutation is not rare; it counts in the likelihoods.",
        locations_of(people),
    )


def _check_consistency(
    problem: Problem, relationships: Relationships, reported: Mapping[str, Set[str]]
) -> Iterator[Finding]:
    """Yield families whose relatives together cannot be as stated without mutation.

    Markers ``reported`` for a family's parents are left out: they would return here.
    """
    settings = problem.settings
    rates = ErrorRates(settings.drop_out, settings.drop_in)
    everyone = tuple(
        replace(m.marker, mutation_male=None, mutation_female=None) for m in relationships.markers
    )
    for family in problem.families:
        if len(family.profiles) < 2:
            continue
        markers = _explicable(family, everyone, settings, reported.get(family.id, set()))
        try:
            values = log_likelihoods(
                Hypothesis(family.pedigree, family.profiles), markers, rates=rates
            )
        except BudgetExceededError as error:
            yield Finding(
                "family_too_complex_to_check",
                Severity.WARNING,
                (family.id,),
                f"Family {family.id} was not checked for consistency: {error}",
                "Split the pedigree, or leave out relatives that add little.",
            )
            continue
        impossible = tuple(m for m, v in zip(markers, values, strict=True) if v == -np.inf)
        if impossible:
            names = ", ".join(m.name for m in impossible)
            odd = _odd_ones_out(family, impossible, rates)
            yield Finding(
                "family_needs_mutation",
                Severity.WARNING if len(impossible) > 1 else Severity.INFO,
                (family.id, *family.profiles),
                f"Family {family.id}: its {len(family.profiles)} typed relatives together need a "
                f"mutation at {names}"
                + (f"; without {' or without '.join(odd)} they need none." if odd else "."),
                "Check the stated kinship of each relative."
                if len(impossible) > 1
                else "One mutation is not rare; it counts in the likelihoods.",
            )


def _odd_ones_out(
    family: Family, markers: tuple[Marker, ...], rates: ErrorRates
) -> tuple[str, ...]:
    """Return the relatives without whom no marker needs a mutation, where one alone suffices."""
    odd = []
    for member in family.profiles:
        rest = {name: p for name, p in family.profiles.items() if name != member}
        values = log_likelihoods(Hypothesis(family.pedigree, rest), markers, rates=rates)
        if np.isfinite(values).all():
            odd.append(member)
    return tuple(odd) if len(odd) < len(family.profiles) else ()


def _explicable(
    family: Family, markers: tuple[Marker, ...], settings: Settings, reported: Set[str]
) -> tuple[Marker, ...]:
    """Leave out ``reported`` markers, and those where somebody's calls no genotype explains."""
    extra = set(reported)
    for profiles in family.profiles.values():
        for name in {name for profile in profiles for name in profile.calls}:
            calls = [profile.calls[name] for profile in profiles if name in profile.calls]
            three = any(len(call.distinct) > 2 for call in calls)
            differ = len({call.distinct for call in calls if not call.partial}) > 1
            if (three and settings.drop_in == 0) or differ:
                extra.add(name)
    return tuple(m for m in markers if m.name not in extra) if extra else markers


# --- stated relationships against alternatives


def _check_stated(
    families: Sequence[Family],
    descents: dict[str, Descent],
    members: _Members,
    samples: Sequence[TypedSample],
    relationships: Relationships,
) -> Iterator[Finding]:
    pairs: list[tuple[Family, int, int]] = []
    stated: list[Sharing] = []
    for family in families:
        for a, b in combinations(family.profiles, 2):
            pairs.append((family, members[family.id, a], members[family.id, b]))
            stated.append(descents[family.id].sharing(a, b))
    if not pairs:
        return
    left = np.array([row for _, row, _ in pairs], dtype=np.intp)
    right = np.array([row for _, _, row in pairs], dtype=np.intp)
    count = relationships.common_markers(left, right)
    own = relationships.stated(left, right, stated)
    others = np.array([relationships.pairs(left, right, s) for s in ALTERNATIVES])
    best = others.argmax(axis=0)
    gain = others.max(axis=0) - own
    for n in np.flatnonzero(gain > DOUBTFUL_LOG10_LR):
        alternative = ALTERNATIVES[best[n]]
        family, one, other = pairs[n]
        if alternative is SAME_PERSON:
            continue  # reported as one profile under two names
        yield Finding(
            "stated_relationship_doubtful",
            Severity.WARNING,
            (family.id, samples[one].profile.sample, samples[other].profile.sample),
            f"Family {family.id}: {_role(samples[one])} and {_role(samples[other])} are stated as "
            f"{stated[n].name}; {alternative.name} explains their {count[n]} markers "
            f"{10 ** gain[n]:.3g} times better.",
            "Ask the family again, and check for exchanged samples, before this family's results "
            "are used.",
            locations_of((samples[one], samples[other])),
        )


def _role(sample: TypedSample) -> str:
    return f"{sample.profile.sample} ({sample.kinship or 'relative'})"


def _check_between(
    members: _Members,
    samples: Sequence[TypedSample],
    relationships: Relationships,
    settings: Settings,
    joined: Set[frozenset[str]],
) -> Iterator[Finding]:
    """Yield close relatives found between families, at the level asked of the same person."""
    rows = np.array(sorted(members.values()), dtype=np.intp)
    if not len(rows) or not relationships.markers:
        return
    codes = np.stack([m.codes for m in relationships.markers], axis=1)
    close = (PARENT_CHILD, FULL_SIBLINGS)
    tables = {s: relationships.log10_tables(s) for s in (*close, SAME_PERSON)}
    found: dict[tuple[int, int], tuple[float, Sharing]] = {}
    for sharing in close:
        hits = pairs_above(codes, tables[sharing], rows, rows, settings.same_person_log10_lr)
        for i, j in hits:
            a, b = int(i), int(j)
            families = frozenset((samples[a].family, samples[b].family))
            if len(families) == 1 or families in joined:
                continue
            value = _summed(tables[sharing], codes, a, b)
            if value < _summed(tables[SAME_PERSON], codes, a, b):
                continue  # one person in two families: reported as such
            if (a, b) not in found or value > found[a, b][0]:
                found[a, b] = (value, sharing)
    for (a, b), (value, sharing) in sorted(found.items()):
        yield Finding(
            "families_related",
            Severity.WARNING,
            (
                samples[a].family,
                samples[b].family,
                samples[a].profile.sample,
                samples[b].profile.sample,
            ),
            f"{samples[a].name} and {samples[b].name} look like {sharing.name} "
            f"(log10 LR {value:.2f} against unrelated).",
            "Ask whether the two families are one: two missing of one family registered apart, or "
            "one missing person registered twice.",
            locations_of((samples[a], samples[b])),
        )


def _summed(tables: Sequence[npt.NDArray[np.float64]], codes: Indices, a: int, b: int) -> float:
    return float(sum(t[codes[a, m], codes[b, m]] for m, t in enumerate(tables)))


# --- can the relatives identify anyone?


def _check_power(
    family: Family,
    descent: Descent,
    samples: Sequence[TypedSample],
    members: _Members,
    comparison: Comparison,
) -> Iterator[Finding]:
    for missing in family.missing:
        blood = [m for m in family.profiles if descent.kinship(missing, m) > 0]
        usable = [
            m
            for m in blood
            if any(c.codes[members[family.id, m]] != MISSING for c in comparison.markers)
        ]
        if usable:
            continue
        typed = [samples[members[family.id, m]] for m in family.profiles]
        if not typed:
            why = "no relative is typed"
        elif not blood:
            why = f"{', '.join(_role(s) for s in typed)} share no descent with the missing person"
        else:
            why = "its relatives have no usable marker"
        yield Finding(
            "relatives_cannot_identify",
            Severity.WARNING,
            (family.id, *(s.profile.sample for s in typed)),
            f"Family {family.id} cannot identify {family.label(missing)}: {why}. Every LR is 1.",
            "Sample a parent, a child with the other parent, or two full siblings.",
            locations_of(typed),
        )
