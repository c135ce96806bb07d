"""Checks of who is who: names used twice, one profile under two names, contamination.

Two samples count as one person by the rule of `forename.genetics.identity.is_same_person`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from forename.genetics.comparison import Comparison, compare_observations
from forename.genetics.findings import Finding, Severity
from forename.genetics.identity import (
    group_compared,
    is_same_person,
    pair_at,
    same_person_conflicts,
)
from forename.genetics.markers import Marker
from forename.genetics.pair_search import pairs_above
from forename.genetics.problem import Problem, Settings
from forename.genetics.relationships import (
    FULL_SIBLINGS,
    SAME_PERSON,
    Descent,
    Relationships,
)
from forename.genetics.results import SamePersonPair
from forename.genetics.sentences import Sentence, Value, say
from forename.genetics.typed_samples import (
    Source,
    TypedSample,
    locations_of,
    typed_samples,
)

_TABLES = {
    Source.REMAINS: say("remains"),
    Source.RELATIVE: say("a relative"),
    Source.STAFF: say("an elimination profile"),
}

# Full siblings share profiles often enough that "one person" needs this much against them.
SIBLING_LOG10_LR = 3.0


@dataclass(frozen=True, slots=True)
class SharedRelative:
    """One typed person in two families: their missing persons are related, or one and the same."""

    family_a: str
    sample_a: str
    family_b: str
    sample_b: str
    log10_lr: float


@dataclass(frozen=True, slots=True)
class _Match:
    a: TypedSample
    b: TypedSample
    row_a: int
    row_b: int
    pair: SamePersonPair

    @property
    def records(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.a.records + self.b.records))

    @property
    def evidence(self) -> Sentence:
        return say(
            "the same at {count} markers, log10 LR {log10_lr:.2f} for one person against two "
            "unrelated persons",
            count=len(self.pair.per_marker),
            log10_lr=self.pair.log10_lr,
        )


def check_identities(
    problem: Problem,
    samples: Sequence[TypedSample],
    comparison: Comparison,
    relationships: Relationships,
    shared: Sequence[SharedRelative],
) -> list[Finding]:
    """Return the findings on names and on samples that look like one person.

    ``shared`` are the families' common relatives, as `shared_relatives` finds them.
    """
    settings = problem.settings
    findings = list(_check_names(samples, comparison, settings))
    matches = _matches(samples, comparison, settings)
    findings += _check_remains(samples, comparison, relationships, matches, settings)
    direct = _direct_references(problem)
    for match in matches:
        finding = _match_finding(match, direct)
        if finding:
            findings.append(finding)
    findings += _check_shared_relatives(shared, samples)
    return findings


def linked_families(problem: Problem, markers: Sequence[Marker]) -> tuple[SharedRelative, ...]:
    """Return the pairs of families that share a typed relative and so are one question.

    A family pair comes once for every person they share. The rule is that of the finding
    ``families_share_relative``.
    """
    samples = tuple(s for s in typed_samples(problem) if s.source is Source.RELATIVE)
    profiles = [sample.profile for sample in samples]
    comparison = compare_observations(profiles, markers, problem.settings)
    return shared_relatives(samples, comparison, problem.settings)


def shared_relatives(
    samples: Sequence[TypedSample], comparison: Comparison, settings: Settings
) -> tuple[SharedRelative, ...]:
    """Return the relatives who stand in two families, by profile or by name and profile.

    A common sample name counts when the two profiles share a marker and do not contradict each
    other; names such as ``Father``, used in many families for different people, do not.
    """
    tables = [m.same_person_log10_lr() for m in comparison.markers]
    found: dict[tuple[int, int], SamePersonPair] = {}
    for match in _matches(samples, comparison, settings):
        found[match.row_a, match.row_b] = match.pair
    for rows in _rows_by_name(samples, Source.RELATIVE).values():
        for i, j in combinations(rows, 2):
            if samples[i].family != samples[j].family:
                pair = pair_at(comparison, tables, i, j, settings)
                if pair.log10_lr > 0 and not pair.mismatches:
                    found[i, j] = pair
    shared: dict[tuple[str, str, str, str], SharedRelative] = {}
    for (i, j), pair in sorted(found.items()):
        a, b = samples[i], samples[j]
        both = a.source is Source.RELATIVE and b.source is Source.RELATIVE
        if both and a.family != b.family:
            key = (a.family, a.profile.sample, b.family, b.profile.sample)
            shared.setdefault(key, SharedRelative(*key, pair.log10_lr))
    return tuple(shared.values())


def _matches(
    samples: Sequence[TypedSample], comparison: Comparison, settings: Settings
) -> list[_Match]:
    """Return all pairs of samples, of any tables, that are taken as one person."""
    tables = [m.same_person_log10_lr() for m in comparison.markers]
    everyone = np.arange(len(samples))
    level = np.nextafter(settings.same_person_log10_lr, -np.inf)
    matches = []
    for i, j in pairs_above(comparison.codes(), tables, everyone, everyone, level):
        pair = pair_at(comparison, tables, int(i), int(j), settings)
        if is_same_person(pair, settings):
            matches.append(_Match(samples[i], samples[j], int(i), int(j), pair))
    return matches


def _rows_by_name(samples: Sequence[TypedSample], source: Source) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, sample in enumerate(samples):
        if sample.source is source:
            rows.setdefault(sample.profile.sample, []).append(row)
    return rows


def _check_names(
    samples: Sequence[TypedSample], comparison: Comparison, settings: Settings
) -> Iterator[Finding]:
    tables = [m.same_person_log10_lr() for m in comparison.markers]
    by_person: dict[tuple[Source, str, str], list[int]] = {}
    for row, sample in enumerate(samples):
        key = (sample.source, sample.family, sample.profile.sample)
        by_person.setdefault(key, []).append(row)
    for rows in by_person.values():
        if len(rows) < 2:
            continue
        same = [samples[row] for row in rows]
        pairs = [pair_at(comparison, tables, i, j, settings) for i, j in combinations(rows, 2)]
        markers = tuple(dict.fromkeys(name for pair in pairs for name in pair.mismatches))
        contradict = any(p.mismatches and not is_same_person(p, settings) for p in pairs)
        if contradict:
            yield Finding(
                "same_sample_twice",
                Severity.BLOCKING,
                same[0].records,
                say(
                    "{sample} is listed {count} times; the records contradict each other at "
                    "{markers}.",
                    sample=same[0].name,
                    count=len(rows),
                    markers=markers,
                ),
                say("Find out which record is right and remove or rename the other."),
                locations_of(same),
            )
        else:
            yield Finding(
                "same_sample_twice",
                Severity.WARNING,
                same[0].records,
                say(
                    "{sample} is listed {count} times; the records agree and are combined as "
                    "replicates of one sample.",
                    sample=same[0].name,
                    count=len(rows),
                ),
                say("Remove the repetition if it is a copy and not a second typing."),
                locations_of(same),
            )
    yield from _check_names_across(samples)


def _check_names_across(samples: Sequence[TypedSample]) -> Iterator[Finding]:
    tables = {source: _rows_by_name(samples, source) for source in Source}
    for one, other in combinations(Source, 2):
        for name in tables[one]:
            if name in tables[other]:
                same = [samples[tables[source][name][0]] for source in (one, other)]
                yield Finding(
                    "name_in_two_tables",
                    Severity.WARNING,
                    same[1].records,
                    say(
                        "The name {name} stands for {one} and for {other}: {sample}.",
                        name=name,
                        one=_TABLES[one],
                        other=_TABLES[other],
                        sample=same[1].name,
                    ),
                    say(
                        "Give the two samples different names, unless one was entered in the wrong "
                        "table."
                    ),
                    locations_of(same),
                )


def _check_remains(
    samples: Sequence[TypedSample],
    comparison: Comparison,
    relationships: Relationships,
    matches: Sequence[_Match],
    settings: Settings,
) -> Iterator[Finding]:
    pairs = [m for m in matches if m.a.source is m.b.source is Source.REMAINS]
    rows = [row for row, sample in enumerate(samples) if sample.source is Source.REMAINS]
    linked = sorted({row for m in pairs for row in (m.row_a, m.row_b)})
    groups = group_compared(comparison.select(linked), [m.pair for m in pairs], settings)
    by_name = {samples[row].profile.sample: samples[row] for row in rows}
    group_of = {name: number for number, group in enumerate(groups) for name in group.samples}
    within: dict[int, list[_Match]] = {}
    for match in pairs:
        a, b = match.a.profile.sample, match.b.profile.sample
        if a != b and group_of[a] == group_of[b]:
            within.setdefault(group_of[a], []).append(match)
    for number, inside in within.items():
        group = groups[number]
        members = [by_name[name] for name in group.samples]
        weakest = min(m.pair.log10_lr for m in inside)
        yield Finding(
            "same_profile_two_names",
            Severity.INFO,
            group.samples,
            say(
                "{samples} have one profile (log10 LR at least {log10_lr:.2f} between those "
                "compared) and are taken as parts of one person.",
                samples=group.samples,
                log10_lr=weakest,
            ),
            say("Compare with where they were found and with the bones."),
            locations_of(members),
        )
        if group.conflicts:
            yield Finding(
                "same_person_differences",
                Severity.WARNING,
                group.samples,
                say(
                    "{differences:;}: samples of {group} differ, which a typing error may explain.",
                    differences=tuple(f"{m}: {', '.join(c)}" for m, c in group.conflicts.items()),
                    group=group.label,
                ),
                say("Type these markers again."),
                locations_of(members),
            )
        yield from _check_siblings(group.samples, inside, relationships, by_name)
    yield from same_person_conflicts(groups, [m.pair for m in pairs], settings)


def _check_siblings(
    names: Sequence[str],
    inside: Sequence[_Match],
    relationships: Relationships,
    by_name: dict[str, TypedSample],
) -> Iterator[Finding]:
    left = np.array([m.row_a for m in inside], dtype=np.intp)
    right = np.array([m.row_b for m in inside], dtype=np.intp)
    margin = relationships.pairs(left, right, SAME_PERSON)
    margin = margin - relationships.pairs(left, right, FULL_SIBLINGS)
    best = dict.fromkeys(names, -np.inf)
    for match, value in zip(inside, margin, strict=True):
        for name in (match.a.profile.sample, match.b.profile.sample):
            best[name] = max(best[name], float(value))
    weak = [name for name in names if best[name] < SIBLING_LOG10_LR]
    if weak:
        yield Finding(
            "could_be_siblings",
            Severity.WARNING,
            tuple(names),
            say(
                "{samples}: the LR of one person against two full siblings is below 1,000 "
                "({ratios}).",
                samples=tuple(weak),
                ratios=tuple(f"{name} {10 ** best[name]:.3g}" for name in weak),
            ),
            say("Type more markers before the parts are joined, when relatives may lie together."),
            locations_of(by_name[name] for name in weak),
        )


def _direct_references(problem: Problem) -> set[tuple[str, str]]:
    """Return (family, member) of relatives who carry a missing person's own genotype."""
    direct = set()
    for family in problem.families:
        descent = (
            Descent(family.pedigree)
            if any(p.twin_of for p in family.pedigree.persons.values())
            else None
        )
        for member in family.profiles:
            if descent and any(
                descent.sharing(member, missing) is SAME_PERSON for missing in family.missing
            ):
                direct.add((family.id, member))
    return direct


def _match_finding(match: _Match, direct: set[tuple[str, str]]) -> Finding | None:
    a, b = match.a, match.b
    said: dict[str, Value] = {"a": a.name, "b": b.name, "evidence": match.evidence}
    sources = {a.source, b.source}
    if Source.STAFF in sources and len(sources) == 2:
        code = "contamination_staff"
        text = say("{a} has the profile of {b}: {evidence}.", **said)
        advice = say("Presume contamination by this person; take and type the sample again.")
    elif sources == {Source.REMAINS, Source.RELATIVE}:
        if (b.family, b.member) in direct:
            return None
        code = "contamination_relative"
        text = say("{a} has the profile of {b}, a living relative: {evidence}.", **said)
        advice = say(
            "Presume contamination or an exchange of samples; type both again. If the relative is "
            "dead and among the remains, enter the relative as a missing person."
        )
    elif sources == {Source.RELATIVE} and a.family == b.family and a.member != b.member:
        if {(a.family, a.member), (b.family, b.member)} <= direct:
            return None
        code = "same_profile_two_names"
        text = say("{a} and {b} have one profile: {evidence}.", **said)
        advice = say(
            "One person typed twice, exchanged samples, or identical twins: ask the family."
        )
    elif sources == {Source.STAFF} and a.profile.sample != b.profile.sample:
        code = "same_profile_two_names"
        text = say("{a} and {b} have one profile: {evidence}.", **said)
        advice = say("One person listed twice among the elimination profiles.")
    else:
        return None
    return Finding(code, Severity.WARNING, match.records, text, advice, locations_of((a, b)))


def _check_shared_relatives(
    shared: Iterable[SharedRelative], samples: Sequence[TypedSample]
) -> Iterator[Finding]:
    by_key = {(s.family, s.profile.sample): s for s in samples}
    for pair in shared:
        a = by_key[pair.family_a, pair.sample_a]
        b = by_key[pair.family_b, pair.sample_b]
        yield Finding(
            "families_share_relative",
            Severity.WARNING,
            (pair.family_a, pair.family_b, pair.sample_a, pair.sample_b),
            say(
                "{a} and {b} are one person (log10 LR {log10_lr:.2f} against two unrelated "
                "persons). Families {family_a} and {family_b} are therefore one question: one "
                "missing person registered twice, or two missing of one family registered apart.",
                a=a.name,
                b=b.name,
                log10_lr=pair.log10_lr,
                family_a=pair.family_a,
                family_b=pair.family_b,
            ),
            say(
                "Ask the family whether the missing person is the same, and give one pedigree. "
                "Until then the two ids may not both claim the same remains."
            ),
            locations_of((a, b)),
        )
