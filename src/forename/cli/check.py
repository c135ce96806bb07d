"""``forename check``: what is doubtful about the data, before any answer."""

from __future__ import annotations

from typing import Annotated

import typer

from forename.cli.errors import ExitCode
from forename.cli.json_text import print_json
from forename.cli.options import CaseOptions


def check(
    options: CaseOptions,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Check the files of a case and print what was found. Exit code 1 if something blocks."""
    from forename.cli.findings_text import print_findings
    from forename.cli.inputs import blocking, find_before_answer, load_problem
    from forename.formats.results_json import findings_value

    findings = find_before_answer(load_problem(options))
    blocked = blocking(findings)
    if as_json:
        print_json({"blocking": len(blocked), "findings": findings_value(findings)})
    else:
        print_findings(findings)
    if blocked:
        raise typer.Exit(ExitCode.BLOCKED)
