"""Checks of families: stated relationships against the data, and whether anyone can be found.

Formulas and limits: ``docs/methods/tree-quality-control.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from forename.exceptions import BudgetExceededError
from forename.genetics.comparison import MISSING, Comparison, MarkerComparison
from forename.genetics.family_comparison import explicable_markers
from forename.genetics.findings import Finding, Severity
from forename.genetics.likelihood import Hypothesis, log_likelihoods
from forename.genetics.markers import Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.pair_search import Indices, pairs_above
from forename.genetics.problem import Family, Problem, Settings
from forename.genetics.relationships import (
    FULL_SIBLINGS,
    PARENT_CHILD,
    SAME_PERSON,
    Descent,
    Relationships,
    Sharing,
)
from forename.genetics.sentences import Sentence, say
from forename.genetics.stated_checks import check_stated
from forename.genetics.typed_samples import Source, TypedSample, locations_of, with_kinship

_ONE_MUTATION = say("One mutation is not rare; it counts in the likelihoods.")

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
    findings += check_stated(problem.families, members, samples, relationships, problem.settings)
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
    names = tuple(with_kinship(p, "parent") for p in parents)
    own = with_kinship(child, "child")
    if len(parents) == 2:
        text = say(
            "Family {family}: that {parents:and} are the parents of {child} needs a mutation at "
            "{markers}.",
            family=family.id,
            parents=names,
            child=own,
            markers=_counted(markers),
        )
    else:
        text = say(
            "Family {family}: that {parent} is a parent of {child} needs a mutation at {markers}.",
            family=family.id,
            parent=names[0],
            child=own,
            markers=_counted(markers),
        )
    return Finding(
        "impossible_parent",
        Severity.WARNING if len(markers) > 1 else Severity.INFO,
        (family.id, *(p.profile.sample for p in people)),
        text,
        say("Several mutations are unlikely: ask the family, and check for exchanged samples.")
        if len(markers) > 1
        else _ONE_MUTATION,
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
        markers = explicable_markers(family, everyone, settings, reported.get(family.id, set()))
        try:
            values = log_likelihoods(
                Hypothesis(family.pedigree, family.profiles), markers, rates=rates
            )
        except BudgetExceededError as error:
            yield Finding(
                "family_too_complex_to_check",
                Severity.WARNING,
                (family.id,),
                say(
                    "Family {family} was not checked for consistency: an exact answer would cost "
                    "{cost:.3g}, the budget is {budget:.3g}.",
                    family=family.id,
                    cost=error.cost,
                    budget=error.budget,
                ),
                say("Split the pedigree, or leave out relatives that add little."),
            )
            continue
        impossible = tuple(m for m, v in zip(markers, values, strict=True) if v == -np.inf)
        if impossible:
            odd = _odd_ones_out(family, impossible, rates)
            yield Finding(
                "family_needs_mutation",
                Severity.WARNING if len(impossible) > 1 else Severity.INFO,
                (family.id, *family.profiles),
                _needs_mutation(family, tuple(m.name for m in impossible), odd),
                say("Check the stated kinship of each relative.")
                if len(impossible) > 1
                else _ONE_MUTATION,
            )


def _needs_mutation(family: Family, markers: tuple[str, ...], odd: tuple[str, ...]) -> Sentence:
    count = len(family.profiles)
    if not odd:
        return say(
            "Family {family}: its {count} typed relatives together need a mutation at {markers}.",
            family=family.id,
            count=count,
            markers=markers,
        )
    return say(
        "Family {family}: its {count} typed relatives together need a mutation at {markers}; "
        "without {odd:or} they need none.",
        family=family.id,
        count=count,
        markers=markers,
        odd=odd,
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


def _counted(markers: Sequence[str]) -> Sentence:
    if len(markers) == 1:
        return say("1 marker: {marker}", marker=markers[0])
    return say("{count} markers: {markers}", count=len(markers), markers=tuple(markers))


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
            say(
                "{a} and {b} look like {relationship} (log10 LR {log10_lr:.2f} against unrelated).",
                a=samples[a].name,
                b=samples[b].name,
                relationship=sharing.name,
                log10_lr=value,
            ),
            say(
                "Ask whether the two families are one: two missing of one family registered apart, "
                "or one missing person registered twice."
            ),
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
            why = say("no relative is typed")
        elif not blood:
            why = say(
                "{relatives} share no descent with the missing person",
                relatives=tuple(with_kinship(s, "relative") for s in typed),
            )
        else:
            why = say("its relatives have no usable marker")
        yield Finding(
            "relatives_cannot_identify",
            Severity.WARNING,
            (family.id, *(s.profile.sample for s in typed)),
            say(
                "Family {family} cannot identify {missing}: {why}. Every LR is 1.",
                family=family.id,
                missing=family.label(missing),
                why=why,
            ),
            say("Sample a parent, a child with the other parent, or two full siblings."),
            locations_of(typed),
        )
