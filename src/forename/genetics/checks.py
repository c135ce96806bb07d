"""What is doubtful about the data, before any answer: findings, with nothing dropped or repaired.

``check_problem`` looks at single samples here, at pairs of samples in ``identity_checks`` and at
stated relationships in ``family_checks``. Codes and their meaning: ``docs/methods/checks.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from forename.genetics.comparison import compare_observations
from forename.genetics.family_checks import check_families
from forename.genetics.findings import Finding, Severity
from forename.genetics.identity_checks import check_identities, shared_relatives
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.panel import Panel
from forename.genetics.problem import Problem, Settings
from forename.genetics.profiles import Sex, sex_from_amelogenin
from forename.genetics.relationships import relationships_of
from forename.genetics.typed_samples import Source, TypedSample, locations_of, typed_samples


def check_problem(problem: Problem, panel: Panel) -> tuple[Finding, ...]:
    """Return the findings about samples, names, contamination and families.

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
    joined = {frozenset((pair.family_a, pair.family_b)) for pair in shared}
    findings += check_families(problem, samples, comparison, relationships, joined)
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
            f"Only {len(names)} markers are in the frequencies and in the profiles; the minimum "
            f"is {settings.minimum_markers}.",
            "Give frequencies for more of the typed markers.",
        )
    for sample in samples:
        calls = sample.profile.calls
        extra = [n for n in names if n in calls and len(calls[n].distinct) > 2]
        if extra:
            yield Finding(
                "three_alleles",
                Severity.WARNING,
                sample.records,
                f"{sample.name} shows three or more alleles at {_listed(extra, sample)}.",
                "A mixture of two persons, a stutter peak read as an allele, or rarely a "
                "duplication: look at the electropherogram. "
                + ("" if settings.drop_in else "Without drop-in these markers cannot be used."),
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
                    f"{sample.name} is male and shows two alleles at {_listed(double, sample)}.",
                    "Check the sex, and the sample for a mixture.",
                    locations_of([sample]),
                )
        usable = sum(name in calls for name in names)
        if usable < settings.minimum_markers <= len(names):
            yield Finding(
                "too_few_markers",
                Severity.WARNING if sample.source is not Source.STAFF else Severity.INFO,
                sample.records,
                f"{sample.name} has {usable} of {len(names)} markers; "
                f"the minimum is {settings.minimum_markers}.",
                "Type it again, or another sample; its results stay weak.",
                locations_of([sample]),
            )


def check_sexes(samples: Sequence[TypedSample]) -> Iterable[Finding]:
    """Yield a finding for every sample whose stated sex contradicts its amelogenin."""
    words = {Sex.MALE: "male", Sex.FEMALE: "female"}
    for sample in samples:
        typed = sex_from_amelogenin(sample.profile.amelogenin)
        stated = sample.stated_sex
        if Sex.UNKNOWN in (typed, stated) or typed is stated:
            continue
        cause = (
            "A deletion or drop-out of the Y peak can do this; otherwise the sample or the stated "
            "kinship is someone else's."
            if stated is Sex.MALE
            else "Check whether samples or rows were exchanged."
        )
        yield Finding(
            "sex_contradicts_amelogenin",
            Severity.WARNING,
            sample.records,
            f"{sample.name} is {words[stated]} as stated, but amelogenin shows "
            f"{','.join(sample.profile.amelogenin)} ({words[typed]}).",
            cause,
            locations_of([sample]),
        )


def _listed(markers: Sequence[str], sample: TypedSample) -> str:
    return "; ".join(f"{m} ({', '.join(sample.profile.calls[m].alleles)})" for m in markers)
