"""Findings for a person to read."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from forename.genetics.findings import Finding, Severity

_NAMES = {
    Severity.BLOCKING: ("blocking finding", "blocking findings"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("remark", "remarks"),
}


def summary(findings: Sequence[Finding]) -> str:
    """Return how many findings of each severity there are, such as "1 warning, 3 remarks"."""
    counts = {s: sum(f.severity is s for f in findings) for s in _NAMES}
    said = [f"{count} {_NAMES[s][count != 1]}" for s, count in counts.items() if count]
    return ", ".join(said) or "no findings"


def finding_lines(finding: Finding) -> list[str]:
    """Return a finding as lines: where, what was seen, what to do."""
    places = ", ".join(str(place) for place in finding.locations[:3])
    more = len(finding.locations) - 3
    if more > 0:
        places += f" and {more} more"
    lines = [f"- {finding.text}"]
    if places:
        lines.append(f"    at {places}")
    if finding.advice:
        lines.append(f"    {finding.advice}")
    return lines


def print_findings(findings: Sequence[Finding], err: bool = False) -> None:
    """Print all findings, the gravest first, and their number."""
    for severity, (_, plural) in _NAMES.items():
        own = [f for f in findings if f.severity is severity]
        if own:
            typer.echo(plural.capitalize(), err=err)
        for finding in own:
            for line in finding_lines(finding):
                typer.echo(line, err=err)
        if own:
            typer.echo("", err=err)
    typer.echo(f"{summary(findings).capitalize()}.", err=err)
