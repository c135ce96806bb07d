"""Checks of families: stated relationships against the data, and whether anyone can be found.

Formulas and limits: ``docs/methods/tree-quality-control.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    relationships_of,
)
from forename.genetics.typed_samples import Source, TypedSample, locations_of

# An alternative that explains two relatives this many times better than what is stated.
DOUBTFUL_LOG10_LR = 3.0

_Members = dict[tuple[str, str], int]


def check_families(
    problem: Problem, samples: Sequence[TypedSample], comparison: Comparison
) -> list[Finding]:
    """Return the findings on parents, stated relationships, and families that cannot help."""
    descents = {family.id: Descent(family.pedigree) for family in problem.families}
    members = _representatives(samples, comparison)
    findings: list[Finding] = []
    for family in problem.families:
        findings += _check_parents(family, members, samples, comparison)
    findings += _check_consistency(problem, comparison, {f.records[0] for f in findings})
    findings += _check_stated(problem.families, descents, members, samples, comparison)
    findings += _check_between(members, samples, comparison, problem.settings)
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


def _check_parents(
    family: Family,
    members: _Members,
    samples: Sequence[TypedSample],
    comparison: Comparison,
) -> Iterator[Finding]:
    for child in family.profiles:
        person = family.pedigree[child]
        parents = [p for p in (person.father, person.mother) if p in family.profiles]
        for chosen in [[p] for p in parents] + ([parents] if len(parents) == 2 else []):
            rows = [members[family.id, str(p)] for p in chosen]
            markers = _impossible_markers(members[family.id, child], rows, comparison)
            if len(chosen) == 2:
                # Only what neither parent alone shows.
                single = {
                    name
                    for row in rows
                    for name in _impossible_markers(members[family.id, child], [row], comparison)
                }
                markers = [name for name in markers if name not in single]
            if markers:
                people = [samples[members[family.id, child]], *(samples[row] for row in rows)]
                yield _impossible_parent(family, people, markers)


def _impossible_markers(child: int, parents: Sequence[int], comparison: Comparison) -> list[str]:
    return [
        m.marker.name
        for m in autosomal(comparison)
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
    problem: Problem, comparison: Comparison, already: set[str]
) -> Iterator[Finding]:
    """Yield families whose relatives together cannot be as stated without mutation.

    Families whose parents were found impossible are left out: the same markers would return.
    """
    settings = problem.settings
    rates = ErrorRates(settings.drop_out, settings.drop_in)
    everyone = tuple(
        replace(m.marker, mutation_male=None, mutation_female=None) for m in autosomal(comparison)
    )
    for family in problem.families:
        if len(family.profiles) < 2 or family.id in already:
            continue
        markers = _explicable(family, everyone, settings)
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
    family: Family, markers: tuple[Marker, ...], settings: Settings
) -> tuple[Marker, ...]:
    """Leave out markers with three alleles in somebody, which no genotype explains."""
    if settings.drop_in > 0:
        return markers
    extra = {
        name
        for profiles in family.profiles.values()
        for profile in profiles
        for name, call in profile.calls.items()
        if len(call.distinct) > 2
    }
    return tuple(m for m in markers if m.name not in extra) if extra else markers


# --- stated relationships against alternatives


def _check_stated(
    families: Sequence[Family],
    descents: dict[str, Descent],
    members: _Members,
    samples: Sequence[TypedSample],
    comparison: Comparison,
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
    count = markers_compared(comparison, left, right)
    own = stated_log10_lrs(comparison, left, right, stated)
    others = np.array([pair_log10_lrs(comparison, left, right, s) for s in ALTERNATIVES])
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
    comparison: Comparison,
    settings: Settings,
) -> Iterator[Finding]:
    """Yield close relatives found between families, at the level asked of the same person."""
    rows = np.array(sorted(members.values()), dtype=np.intp)
    chosen = autosomal(comparison)
    if not len(rows) or not chosen:
        return
    codes = np.stack([m.codes for m in chosen], axis=1)
    close = (PARENT_CHILD, FULL_SIBLINGS)
    tables = {s: [relationship_log10_lr(m, s) for m in chosen] for s in (*close, SAME_PERSON)}
    found: dict[tuple[int, int], tuple[float, Sharing]] = {}
    for sharing in close:
        hits = pairs_above(codes, tables[sharing], rows, rows, settings.same_person_log10_lr)
        for i, j in hits:
            a, b = int(i), int(j)
            if samples[a].family == samples[b].family:
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
