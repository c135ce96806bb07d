"""From what was typed to the problem: files read, settings checked before anything is read."""

from __future__ import annotations

import math
from dataclasses import replace

from forename.cli.options import CaseOptions
from forename.exceptions import InvalidSettingError, UnusableInputError
from forename.formats import read_case, read_problem
from forename.genetics.checks import check_problem
from forename.genetics.findings import Finding, Severity
from forename.genetics.mutation import parse_mutation
from forename.genetics.panel import build_panel
from forename.genetics.problem import Problem, Settings
from forename.genetics.typed_samples import typed_samples
from forename.statistics.priors import parse_prior

_FILES = ("postmortem", "antemortem", "frequencies", "pedigrees", "elimination", "evidence")
_SETTINGS = {
    "mutation": "mutation",
    "mutation_female": "mutation_female",
    "theta": "theta",
    "theta_scope": "theta_scope",
    "drop_out": "dropout",
    "drop_in": "dropin",
    "typing_error": "typing_error",
    "minimum_frequency": "minimum_frequency",
    "proposal_posterior": "proposal_posterior",
}


def load_problem(options: CaseOptions) -> Problem:
    """Return the problem of a case folder or of the files; options go before its settings.

    Raises `UnusableInputError`, `InvalidSettingError` or `InvalidPedigreeError`.
    """
    given = [name for name in _FILES if getattr(options, name) is not None]
    if options.case is not None:
        if given:
            raise UnusableInputError(
                f"a case folder names its own files, but --{given[0]} is given too.",
                expected="either a case folder or the files",
            )
        changed_settings(Settings(), options)  # what was typed wrongly is said before reading
        problem = read_case(options.case)
        return replace(problem, settings=changed_settings(problem.settings, options))
    if options.postmortem is None or options.antemortem is None or options.frequencies is None:
        needed = [name for name in _FILES[:3] if name not in given]
        raise UnusableInputError(
            "files are missing: " + ", ".join(f"--{name}" for name in needed) + ".",
            expected="a case folder, or --postmortem, --antemortem and --frequencies",
        )
    settings = changed_settings(Settings(), options)
    return read_problem(
        options.postmortem,
        options.antemortem,
        options.frequencies,
        options.elimination,
        settings,
        pedigrees=options.pedigrees,
        evidence=options.evidence,
    )


def changed_settings(settings: Settings, options: CaseOptions) -> Settings:
    """Return the settings with everything that was typed; raise `InvalidSettingError`."""
    changes = {
        name: getattr(options, typed)
        for name, typed in _SETTINGS.items()
        if getattr(options, typed) is not None
    }
    prior = stated_prior(options)
    if prior is not None:
        changes["prior"] = prior
    lr = options.same_person_lr
    if lr is not None:
        if not 0 < lr < math.inf:
            raise InvalidSettingError(f"--same-person-lr must be a positive LR, not {lr}")
        changes["same_person_log10_lr"] = math.log10(lr)
    changed = replace(settings, **changes)
    parse_mutation(changed.mutation)
    if changed.mutation_female:
        parse_mutation(changed.mutation_female)
    if changed.prior:
        parse_prior(changed.prior)
    return changed


def stated_prior(options: CaseOptions) -> str | None:
    """Return the prior that was typed, None for none; raise `InvalidSettingError`."""
    if options.missing_total is None:
        return options.prior
    if options.prior is not None:
        raise InvalidSettingError(
            "--prior and --missing-total both state the prior; give one of them"
        )
    return f"missing-total:{options.missing_total:.15g}"


def find_before_answer(problem: Problem) -> tuple[Finding, ...]:
    """Return everything noticed while reading and checking, the gravest first."""
    profiles = [sample.profile for sample in typed_samples(problem)]
    panel = build_panel(problem.frequencies, profiles, problem.settings)
    findings = (*problem.findings, *panel.findings, *check_problem(problem, panel))
    order = list(reversed(Severity))
    return tuple(sorted(findings, key=lambda f: (order.index(f.severity), f.code, f.records)))


def blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that block an answer."""
    return tuple(f for f in findings if f.severity is Severity.BLOCKING)
