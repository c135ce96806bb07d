"""``forename joint``: a small identification case with every assignment weighed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forename.cli.json_text import natural_ratio, number, print_json, table

if TYPE_CHECKING:
    from forename.formats import IdentificationCase
    from forename.genetics.dvi_joint import JointTables


def joint(
    case: Annotated[
        Path, typer.Argument(metavar="CASE_data.json", help="Remains, missing persons, families.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Weigh every assignment of a small case, under a flat prior over all of them."""
    from forename.formats import read_identification_case
    from forename.genetics.dvi_joint import weigh_assignments

    question = read_identification_case(case)
    value = joint_value(question, weigh_assignments(question))
    if as_json:
        print_json(value)
    else:
        _print_joint(value)


def joint_value(question: IdentificationCase, tables: JointTables) -> dict[str, Any]:
    """Return the answer with the keys of ``docs/guides/command-line.md``, natural logarithms."""
    rows = [profile.sample for profile in question.remains]
    cols = [*question.missing, "*"]
    top = [
        {
            "assignment": {row: cols[at] for row, at in zip(rows, best.columns, strict=True)},
            "loglik": number(best.log_likelihood),
            "posterior": number(best.posterior),
        }
        for best in tables.best
    ]
    excluded = [[None if n < 0 else n for n in row] for row in tables.exclusions.tolist()]
    return {
        "dataset": question.dataset,
        "loglik_pm": {k: number(v) for k, v in tables.log_likelihood_of_remains.items()},
        "loglik_am": {k: number(v) for k, v in tables.log_likelihood_of_families.items()},
        "pairwise_lr": table(rows, cols[:-1], _ratios(tables.log_lr.tolist())),
        "exclusion_matrix": table(rows, cols[:-1], excluded),
        "joint_full": {
            "n_assignments": tables.n_assignments,
            "top": top,
            "bmarginal": table(
                rows, cols, [[number(p) for p in row] for row in tables.posteriors.tolist()]
            ),
            "bmarginal_error_bound": tables.error_bound,
            "pairwise_glr": table(rows, cols[:-1], _ratios(tables.log_glr.tolist())),
        },
    }


def _ratios(logs: list[list[float]]) -> list[list[Any]]:
    return [[natural_ratio(x) for x in row] for row in logs]


def _print_joint(value: dict[str, Any]) -> None:
    answer = value["joint_full"]
    count = answer["n_assignments"]
    counted = "too many to count" if count is None else f"{count:,.12g}"
    typer.echo(f"Assignments, all equally likely before the DNA: {counted}")
    typer.echo("Best assignments: posterior, natural log-likelihood, who is who")
    for best in answer["top"]:
        pairs = ", ".join(f"{row} = {col}" for row, col in best["assignment"].items())
        typer.echo(f"  {best['posterior']:.6g}  {best['loglik']:.6f}  {pairs}")
    marginal = answer["bmarginal"]
    typer.echo("Posterior of each pairing (* none of the missing persons)")
    for row, own in zip(marginal["rows"], marginal["values"], strict=True):
        likely = sorted(
            ((p, col) for p, col in zip(own, marginal["cols"], strict=True) if p),
            key=lambda one: -one[0],
        )
        typer.echo(f"  {row}: " + ", ".join(f"{col} {p:.6g}" for p, col in likely))
