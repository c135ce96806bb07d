"""An answer for a person to read in a terminal: calm, complete, with the way to the rest."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from forename.cli.findings_text import finding_lines, summary
from forename.formats.report_numbers import decimal, percent
from forename.genetics.findings import Severity
from forename.genetics.results import Analysis, Proposal

_MOST_LINES = 12  # of a list that the report shows in full
_PIPED_WIDTH = 120
_TABLE_WIDTH = 70  # below it a table breaks every id
_NOTICEABLE = 0.001  # posterior of a rival that the table mentions


class _Terminal(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the caller: rich would end with the exit code of findings that block."""
        raise BrokenPipeError


def print_answer(analysis: Analysis, report: Path | None) -> None:
    """Print what the DNA says, what stays open, and where the report is."""
    terminal = sys.stdout.isatty()
    console = _Terminal(
        highlight=False,
        markup=False,
        emoji=False,
        width=None if terminal else _PIPED_WIDTH,
        soft_wrap=not terminal,  # in a file one line stays one line
    )
    for line in _opening(analysis):
        console.print(line)
    _section(console, "Findings", _findings(analysis), _MOST_LINES * 3)
    _section(console, "Parts of one person", _parts(analysis), len(analysis.groups))
    _print_proposals(console, analysis)
    _section(
        console,
        "Remains and missing persons that DNA cannot tell apart",
        (f"{match.text} Posterior {percent(match.posterior)}." for match in analysis.symmetric),
    )
    _section(
        console,
        "Near misses",
        (f"{miss.remains} and {miss.missing_person}: {miss.text}" for miss in analysis.near_misses),
    )
    _section(
        console,
        "What would help next",
        (f"{advice.record}: {advice.text}" for advice in analysis.advice),
    )
    console.print(f"\nPrior: {analysis.provenance.prior}. Every posterior depends on it.")
    console.print("These are proposals. An identification is decided by named people.")
    if report is None:
        console.print("For the report and tables of everything: --out DIR")
    else:
        console.print(f"Results and report: {report.parent}")
        console.print(str(report), soft_wrap=True)  # a path is copied whole


def _opening(analysis: Analysis) -> Iterator[str]:
    problem = analysis.problem
    if problem.title:
        yield problem.title
    if problem.simulated:
        yield "SIMULATED data: nothing here is about a real person."
    missing = sum(len(family.missing) for family in problem.families)
    yield (
        f"{_number(len(problem.remains), 'set')} of remains, parts of "
        f"{_number(len(analysis.groups), 'person')} as far as DNA can tell. "
        f"{_number(missing, 'missing person')} of "
        f"{_number(len(problem.families), 'family', 'families')}. "
        f"{_number(len(analysis.provenance.markers), 'marker')}."
    )


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _section(console: Console, title: str, items: Iterable[str], most: int = _MOST_LINES) -> None:
    lines = list(items)
    if not lines:
        return
    console.print(f"\n{title}", style="bold")
    for line in lines[:most]:
        console.print(line if line.startswith(("-", " ")) else f"- {line}")
    if len(lines) > most:
        console.print(f"- and {len(lines) - most} more in the report.")


def _findings(analysis: Analysis) -> Iterator[str]:
    yield f"{summary(analysis.findings)}; forename check lists them all."
    for finding in analysis.findings:
        if finding.severity is not Severity.INFO:
            yield from finding_lines(finding)[:1]


def _parts(analysis: Analysis) -> Iterator[str]:
    for group in analysis.groups:
        if len(group.samples) < 2:
            continue
        conflicts = ", ".join(group.conflicts)
        yield " + ".join(group.samples) + (f" (they differ at {conflicts})" if conflicts else "")


def _print_proposals(console: Console, analysis: Analysis) -> None:
    threshold = percent(analysis.problem.settings.proposal_posterior)
    console.print(f"\nProposed names: {len(analysis.proposals)}", style="bold")
    if not analysis.proposals:
        console.print(f"No pairing reaches the posterior of {threshold} that a proposal needs.")
        return
    if console.width < _TABLE_WIDTH:
        for proposal in analysis.proposals:
            console.print(_proposal_line(proposal))
    else:
        console.print(_proposal_table(analysis.proposals), soft_wrap=False)


def _proposal_line(proposal: Proposal) -> str:
    said = "; ".join(
        (
            f"posterior {percent(proposal.posterior)}",
            f"log10 LR {decimal(proposal.log10_lr)}",
            *_remarks(proposal),
        )
    )
    return f"- {' + '.join(proposal.remains)} may be {proposal.missing_person}: {said}"


def _proposal_table(proposals: Iterable[Proposal]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("Remains", "Missing person"):
        table.add_column(name, overflow="fold")  # an id is never cut off
    for name in ("Posterior", "log10 LR"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Remarks", overflow="fold")
    for proposal in proposals:
        table.add_row(
            Text(" + ".join(proposal.remains)),
            Text(proposal.missing_person),
            percent(proposal.posterior),
            decimal(proposal.log10_lr),
            Text("; ".join(_remarks(proposal))),
        )
    return table


def _remarks(proposal: Proposal) -> Iterator[str]:
    if proposal.linked:
        yield f"one question with {', '.join(proposal.linked)}"
    for name, posterior in proposal.rivals[:1]:
        if posterior < _NOTICEABLE:
            break
        rival = "none of the missing" if name == "*" else name
        yield f"next: {rival}, {percent(posterior)}"
