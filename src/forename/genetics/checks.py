"""What is doubtful about the data, before any answer: findings, with nothing dropped or repaired.

``check_problem`` looks at single samples here, at pairs of samples in ``identity_checks`` and
``near_identities``, at stated relationships in ``family_checks``, and at the prior and other
evidence in ``evidence_checks``. Codes and their meaning: ``docs/methods/checks.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forename.genetics.comparison import compare_observations
from forename.genetics.evidence_checks import check_evidence, check_prior
from forename.genetics.family_checks import check_families
from forename.genetics.findings import Finding, Severity
from forename.genetics.identity_checks import check_identities, shared_relatives
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.near_identities import check_near_identities
from forename.genetics.panel import Panel
from forename.genetics.problem import Problem, Settings
from forename.genetics.profiles import Sex, sex_from_amelogenin
from forename.genetics.relationships import relationships_of
from forename.genetics.sentences import Sentence, say
from forename.genetics.typed_samples import Source, TypedSample, locations_of, typed_samples


def check_problem(problem: Problem, panel: Panel) -> tuple[Finding, ...]:
    """Return the findings about samples, names, contamination, families, evidence and prior.

    The findings of ``problem`` (reading) and of ``panel`` (frequencies) are not repeated. A
    finding is blocking only where two records of one sample contradict each other: nobody can
    tell which of them to use. Raises `InvalidProfileError` when a profile holds an allele that
    the panel lacks, as only a panel built from other profiles can.
    """
    settings = problem.settings
    samples = typed_samples(problem)
    comparison = compare_observations([s.profile for s in samples], panel.markers, settings)
    findings: list[Finding] = []
    findings += check_sample_calls(samples, panel.markers, settings)
    findings += check_sexes(samples)
    relationships = relationships_of(comparison)
    shared = shared_relatives(samples, comparison, settings)
    findings += check_identities(problem, samples, comparison, relationships, shared)
    findings += check_near_identities(samples, comparison, settings)
    joined = {frozenset((pair.family_a, pair.family_b)) for pair in shared}
    findings += check_families(problem, samples, comparison, relationships, joined)
    findings += check_evidence(problem)
    findings += check_prior(problem)
    return tuple(findings)


def check_sample_calls(
    samples: Sequence[TypedSample], markers: Sequence[Marker], settings: Settings
) -> Iterable[Finding]:
    """Yield findings on three alleles, two of a man on X, and too few usable markers."""
    names = [marker.name for marker in markers]
    linked = {marker.name for marker in markers if marker.chromosome is Chromosome.X}
    if len(names) < settings.minimum_markers:
        yield Finding(
            "too_few_markers",
            Severity.WARNING,
            (),
            say(
                "Markers both in the frequencies and in the profiles: {count}; the minimum is "
                "{minimum}.",
                count=len(names),
                minimum=settings.minimum_markers,
            ),
            say("Give frequencies for more of the typed markers."),
        )
    for sample in samples:
        calls = sample.profile.calls
        extra = [n for n in names if n in calls and len(calls[n].distinct) > 2]
        if extra:
            yield Finding(
                "three_alleles",
                Severity.WARNING,
                sample.records,
                say(
                    "{sample} shows three or more alleles at {markers:;}.",
                    sample=sample.name,
                    markers=_with_alleles(extra, sample),
                ),
                _three_alleles_advice(settings),
                locations_of([sample]),
            )
        if sample.stated_sex is Sex.MALE:
            double = [
                n
                for n in names
                if n in linked and n in calls and n not in extra and len(calls[n].distinct) == 2
            ]
            if double:
                yield Finding(
                    "two_x_alleles_in_man",
                    Severity.WARNING,
                    sample.records,
                    say(
                        "{sample} is male and shows two alleles at {markers:;}.",
                        sample=sample.name,
                        markers=_with_alleles(double, sample),
                    ),
                    say("Check the sex, and the sample for a mixture."),
                    locations_of([sample]),
                )
        usable = sum(name in calls for name in names)
        if usable < settings.minimum_markers <= len(names):
            yield Finding(
                "too_few_markers",
                Severity.WARNING if sample.source is not Source.STAFF else Severity.INFO,
                sample.records,
                say(
                    "{sample} has {usable} of {count} markers; the minimum is {minimum}.",
                    sample=sample.name,
                    usable=usable,
                    count=len(names),
                    minimum=settings.minimum_markers,
                ),
                say("Type it again, or another sample; its results stay weak."),
                locations_of([sample]),
            )


def check_sexes(samples: Sequence[TypedSample]) -> Iterable[Finding]:
    """Yield a finding for every sample whose stated sex contradicts its amelogenin."""
    for sample in samples:
        typed = sex_from_amelogenin(sample.profile.amelogenin)
        stated = sample.stated_sex
        if Sex.UNKNOWN in (typed, stated) or typed is stated:
            continue
        if stated is Sex.MALE:
            text = say(
                "{sample} is male as stated, but amelogenin shows {seen} (female).",
                sample=sample.name,
                seen=",".join(sample.profile.amelogenin),
            )
            cause = say(
                "A deletion or drop-out of the Y peak can do this; otherwise the sample or the "
                "stated kinship is someone else's."
            )
        else:
            text = say(
                "{sample} is female as stated, but amelogenin shows {seen} (male).",
                sample=sample.name,
                seen=",".join(sample.profile.amelogenin),
            )
            cause = say("Check whether samples or rows were exchanged.")
        yield Finding(
            "sex_contradicts_amelogenin",
            Severity.WARNING,
            sample.records,
            text,
            cause,
            locations_of([sample]),
        )


def _three_alleles_advice(settings: Settings) -> Sentence:
    if settings.drop_in:
        return say(
            "A mixture of two persons, a stutter peak read as an allele, or rarely a duplication: "
            "look at the electropherogram."
        )
    return say(
        "A mixture of two persons, a stutter peak read as an allele, or rarely a duplication: "
        "look at the electropherogram. Without drop-in these markers cannot be used."
    )


def _with_alleles(markers: Sequence[str], sample: TypedSample) -> tuple[str, ...]:
    return tuple(f"{m} ({', '.join(sample.profile.calls[m].alleles)})" for m in markers)
