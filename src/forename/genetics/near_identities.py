"""Samples that would count as one person but for a marker or two.

A typing error or a lost allele hides parts of one person, contamination and shared relatives from
the rule of `forename.genetics.identity.is_same_person`, which is why they are told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from forename.genetics.comparison import Comparison
from forename.genetics.findings import Finding, Severity
from forename.genetics.identity import is_same_person, pair_at
from forename.genetics.markers import AMELOGENIN
from forename.genetics.pair_search import pairs_above
from forename.genetics.problem import Settings
from forename.genetics.profiles import Profile
from forename.genetics.results import SamePersonPair
from forename.genetics.sentences import Sentence, say
from forename.genetics.typed_samples import Source, TypedSample, locations_of

# What a differing marker takes from the LR: about one typing error in a thousand markers.
DIFFERENCE_LOG10_LR = -3.0


def check_near_identities(
    samples: Sequence[TypedSample], comparison: Comparison, settings: Settings
) -> Iterator[Finding]:
    """Yield a finding where two samples are one person but for markers that differ.

    Samples that are taken as one person count once. Relatives of one family are left out: they
    resemble each other.
    """
    tables = [m.same_person_log10_lr() for m in comparison.markers]
    lenient = [
        np.where(m.impossible, np.maximum(table, DIFFERENCE_LOG10_LR), table)
        for m, table in zip(comparison.markers, tables, strict=True)
    ]
    everyone = np.arange(len(samples))
    level = np.nextafter(settings.same_person_log10_lr, -np.inf)
    person = everyone.copy()
    near: list[tuple[float, int, int, SamePersonPair]] = []
    for i, j in pairs_above(comparison.codes(), lenient, everyone, everyone, level).tolist():
        pair = pair_at(comparison, tables, i, j, settings)
        if is_same_person(pair, settings) or _same_record(samples[i], samples[j]):
            person[person == person[j]] = person[i]
        elif pair.mismatches and not _same_family(samples[i], samples[j]):
            near.append((-pair_at(comparison, lenient, i, j, settings).log10_lr, i, j, pair))
    told: set[frozenset[int]] = set()
    for _, i, j, pair in sorted(near, key=lambda found: found[:3]):
        persons = frozenset((int(person[i]), int(person[j])))
        if len(persons) == 2 and persons not in told:
            told.add(persons)
            yield _finding(samples[i], samples[j], pair)


def _same_record(a: TypedSample, b: TypedSample) -> bool:
    return (a.source, a.family, a.profile.sample) == (b.source, b.family, b.profile.sample)


def _same_family(a: TypedSample, b: TypedSample) -> bool:
    return a.source is b.source is Source.RELATIVE and a.family == b.family


def _finding(a: TypedSample, b: TypedSample, pair: SamePersonPair) -> Finding:
    count = len(pair.per_marker)
    return Finding(
        "nearly_same_profile",
        Severity.WARNING,
        tuple(dict.fromkeys(a.records + b.records)),
        say(
            "{a} and {b} would be one person by {same} of {count} markers, but differ at "
            "{differences:;}.",
            a=a.name,
            b=b.name,
            same=count - sum(name in pair.per_marker for name in pair.mismatches),
            count=count,
            differences=tuple(
                say(
                    "{marker} ({one} and {other})",
                    marker=name,
                    one=_seen(a.profile, name),
                    other=_seen(b.profile, name),
                )
                for name in pair.mismatches
            ),
        ),
        _advice({a.source, b.source}),
        locations_of((a, b)),
    )


def _seen(profile: Profile, marker: str) -> str:
    alleles = profile.amelogenin if marker == AMELOGENIN else profile.calls[marker].alleles
    return ",".join(alleles)


def _advice(sources: set[Source]) -> Sentence:
    if sources == {Source.REMAINS}:
        return say(
            "Type these markers again. The samples are not joined; a rate of typing errors or of "
            "drop-out in the settings would allow it."
        )
    if Source.STAFF in sources:
        return say("Suspect contamination by a member of staff; type both samples again.")
    if sources == {Source.REMAINS, Source.RELATIVE}:
        return say("Suspect contamination or an exchange of samples; type both samples again.")
    return say(
        "Type both samples again. If they are one person, the two families are one question: ask "
        "whether the missing person is the same."
    )
