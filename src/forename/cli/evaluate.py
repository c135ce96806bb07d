"""``forename evaluate``: an answer held against the truth of a simulated case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forename.cli.json_text import number, print_json
from forename.exceptions import UnusableInputError

if TYPE_CHECKING:
    from forename.genetics.evaluation import Answer, Evaluation
    from forename.genetics.truth import Truth


def evaluate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A case folder with truth.json.")],
    results: Annotated[
        Path | None,
        typer.Option(
            "--results",
            metavar="FILE",
            help="The answer. (default results.json in DIR/results or DIR, else the case is "
            "analysed)",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Compare an answer with the truth: found, missed, false names, calibration."""
    from forename.formats.truth import TRUTH_FILE, read_truth
    from forename.genetics.evaluation import evaluate as judge

    if not (folder / TRUTH_FILE).exists():
        raise UnusableInputError(
            f"it holds no {TRUTH_FILE}." if folder.is_dir() else "this is not a folder.",
            file=str(folder),
            expected="a simulated case; an answer that lies elsewhere is given with --results",
        )
    truth = read_truth(folder / TRUTH_FILE)
    answer = _answer(folder, results)
    _check_same_case(answer, truth)
    value = evaluation_value(judge(answer, truth))
    if as_json:
        print_json(value)
    else:
        _print_evaluation(value)


def _answer(folder: Path, results: Path | None) -> Answer:
    """Return the answer of a results file, or of an analysis made now."""
    from forename.formats import read_case
    from forename.formats.results_files import RESULTS_JSON
    from forename.formats.truth import read_answer

    places = (folder / "results" / RESULTS_JSON, folder / RESULTS_JSON)
    written = results or next((path for path in places if path.exists()), None)
    if written is not None:
        return read_answer(written)
    from forename.cli.progress import progress_bar
    from forename.genetics.analysis import analyse
    from forename.genetics.evaluation import answer_of

    problem = read_case(folder)
    with progress_bar() as tell:
        return answer_of(analyse(problem, tell))


def _check_same_case(answer: Answer, truth: Truth) -> None:
    """Raise `UnusableInputError` for an answer about records that the truth does not know."""
    stated = (*answer.posteriors, *answer.proposals)
    samples = {name for one in stated for name in one.samples}
    samples.update(name for group in answer.groups for name in group)
    missing = {one.missing_person for one in stated} - {"*"}
    unknown = (samples - truth.samples.keys()) | (missing - truth.missing.keys())
    if unknown:
        raise UnusableInputError(
            f"the answer is about {min(unknown)}, which the truth does not know.",
            expected="the answer to this very case",
        )


def evaluation_value(found: Evaluation) -> dict[str, Any]:
    """Return an evaluation for JSON: counts, then every missing person, then calibration."""
    from forename.genetics.evaluation import GroupOutcome, Outcome
    from forename.statistics.calibration import reliability_table

    return {
        "missing_persons": {o.value.replace(" ", "_"): found.count(o) for o in Outcome},
        "proposals": found.proposals,
        "false_names": found.false_names,
        "expected_false_names": number(found.expected_false_names),
        "groups": {o.value: found.group_count(o) for o in GroupOutcome},
        "wrong_relationships": found.wrong_relationships,
        "wrong_relationships_noticed": found.wrong_relationships_noticed,
        "calibration": [
            {
                "from": row.low,
                "to": row.high,
                "statements": row.statements,
                "true": row.true,
                "expected_true": number(row.expected),
            }
            for row in reliability_table(found.stated, found.happened)
        ],
        "outcomes": [
            {
                "missing_person": row.missing_person,
                "outcome": row.outcome.value.replace(" ", "_"),
                "proposed": list(row.proposed),
                "true": list(row.true),
                "posterior": row.posterior,
            }
            for row in found.missing
        ],
    }


def _print_evaluation(value: dict[str, Any]) -> None:
    counts = value["missing_persons"]
    typer.echo("Missing persons")
    for outcome, count in counts.items():
        typer.echo(f"  {outcome.replace('_', ' ')}: {count}")
    for outcome in ("missed", "false_name", "found_in_part"):
        for row in value["outcomes"]:
            if row["outcome"] == outcome:
                typer.echo(f"  {_outcome_line(row)}")
    typer.echo(
        f"Proposals: {value['proposals']}, false: {value['false_names']}; their posteriors "
        f"announce {value['expected_false_names']:.2g} false ones"
    )
    groups = ", ".join(f"{count} {outcome}" for outcome, count in value["groups"].items())
    typer.echo(f"Groups of remains: {groups}")
    typer.echo(
        f"Misstated relationships: {value['wrong_relationships']}, noticed in a finding: "
        f"{value['wrong_relationships_noticed']}"
    )
    typer.echo("Calibration: of the statements with a posterior from - to, so many were true")
    for row in value["calibration"]:
        typer.echo(
            f"  {row['from']:g} - {row['to']:g}: {row['true']} of {row['statements']}, "
            f"expected {row['expected_true']:.1f}"
        )


def _outcome_line(row: dict[str, Any]) -> str:
    proposed = ", ".join(row["proposed"]) or "nothing"
    true = ", ".join(row["true"]) or "none of the remains"
    outcome = row["outcome"].replace("_", " ")
    return f"{row['missing_person']} ({outcome}): proposed {proposed}, true {true}"
