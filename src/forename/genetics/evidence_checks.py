"""Checks of what is believed apart from the DNA: the prior, and other evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from forename.genetics.findings import Finding, Severity
from forename.genetics.problem import Problem
from forename.genetics.sentences import say
from forename.statistics.priors import PriorKind, parse_prior


def check_evidence(problem: Problem) -> Iterator[Finding]:
    """Yield a finding for each piece of evidence about somebody whom the case does not hold."""
    remains = {profile.sample for profile in problem.remains}
    missing = {family.label(m) for family in problem.families for m in family.missing}
    for item in problem.evidence:
        unknown = [
            name
            for name, known in ((item.remains, remains), (item.missing_person, missing))
            if name not in known
        ]
        if unknown:
            yield Finding(
                "evidence_without_record",
                Severity.WARNING,
                (item.remains, item.missing_person),
                say(
                    "Evidence on {remains} and {missing} ({source}) is not used: this case does "
                    "not hold {unknown:or}.",
                    remains=item.remains,
                    missing=item.missing_person,
                    source=item.source,
                    unknown=tuple(unknown),
                ),
                say("Correct the names or remove the line."),
            )


def check_prior(problem: Problem) -> Iterator[Finding]:
    """Yield findings where the stated prior contradicts the number of registered missing persons.

    The totals of ``missing-total`` and ``strata`` count everybody whom remains could be, those
    registered included. Raises `InvalidSettingError` for a prior that cannot be read.
    """
    if not problem.settings.prior:
        return
    prior = parse_prior(problem.settings.prior)
    strata = Counter(
        family.strata.get(member, "") for family in problem.families for member in family.missing
    )
    if prior.kind is PriorKind.MISSING_TOTAL:
        registered = {prior.text: (prior.value, strata.total())}
    elif prior.kind is PriorKind.STRATA:
        registered = {name: (total, strata[name]) for name, total in prior.strata}
        seen = {*strata, *(profile.stratum for profile in problem.remains)}
        for name in sorted(registered.keys() - seen):
            yield Finding(
                "prior_stratum_unused",
                Severity.WARNING,
                (name,),
                say(
                    "No remains and no missing person belong to {stratum} of the prior.",
                    stratum=name,
                ),
                say("Check the name of the stratum in the prior and in the tables."),
            )
    else:
        return
    for name, (total, count) in registered.items():
        if total < count:
            yield Finding(
                "prior_total_too_small",
                Severity.WARNING,
                (name,),
                say(
                    "The prior counts {total:.12g} persons whom remains could be, but {count} "
                    "missing persons are registered ({name}).",
                    total=total,
                    count=count,
                    name=name,
                ),
                say("State the number of all missing persons, registered or not."),
            )
