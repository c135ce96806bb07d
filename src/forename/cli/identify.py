"""``forename identify``: who the dead are, as far as DNA can say."""

from __future__ import annotations

import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from forename.cli.errors import ExitCode
from forename.cli.json_text import print_json
from forename.cli.options import CaseOptions, named_folder


class Language(StrEnum):
    """Languages of the report."""

    ENGLISH = "en"
    ARABIC = "ar"


def identify(
    options: CaseOptions,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for results and report.", metavar="DIR", parser=named_folder
        ),
    ] = None,
    language: Annotated[
        Language, typer.Option("--language", help="Language of the report.")
    ] = Language.ENGLISH,
    despite_findings: Annotated[
        bool, typer.Option("--despite-findings", help="Answer although findings block.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print results.json and nothing else.")
    ] = False,
) -> None:
    """Name the people: compare remains with families and give one joint answer.

    Takes a case folder, or the files. Findings that block: exit code 1, nothing is written.
    """
    from forename.cli.answer_text import print_answer
    from forename.cli.findings_text import print_findings
    from forename.cli.inputs import blocking, load_problem
    from forename.cli.progress import progress_bar
    from forename.formats.results_folder import check_folder, write_answer
    from forename.formats.results_json import findings_value, results_value
    from forename.genetics.analysis import analyse

    if out is not None:
        check_folder(out)
    problem = load_problem(options)
    with progress_bar() as tell:
        analysis = analyse(problem, tell)
    blocked = blocking(analysis.findings)
    if blocked and not despite_findings:
        if as_json:
            print_json({"blocking": len(blocked), "findings": findings_value(analysis.findings)})
        else:
            print_findings(analysis.findings)
            typer.echo("No answer is given. Correct the data, or add --despite-findings.")
        raise typer.Exit(ExitCode.BLOCKED)
    report = None
    if out is not None:
        today = datetime.datetime.now().astimezone().date()
        report = write_answer(analysis, out, language=language.value, issued=today)
    if as_json:
        print_json(results_value(analysis))
    else:
        print_answer(analysis, report)
