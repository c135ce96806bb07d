"""``forename likelihood``: the likelihood of stated hypotheses about pedigrees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forename.cli.json_text import natural_ratio, number, print_json

if TYPE_CHECKING:
    from forename.formats import LikelihoodCase


def likelihood(
    cases: Annotated[Path, typer.Argument(metavar="CASES.json", help="Cases with hypotheses.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Compute the log-likelihood of every hypothesis in a file, exactly."""
    from forename.formats import read_likelihood_cases

    values = {case.id: case_value(case) for case in read_likelihood_cases(cases)}
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        _print_case(name, value)


def case_value(case: LikelihoodCase) -> dict[str, Any]:
    """Return the natural log-likelihoods of a case by hypothesis, and its LRs."""
    from forename.genetics.likelihood import Theta, log_likelihoods

    theta = Theta(case.theta, case.theta_scope)
    names = [marker.name for marker in case.markers]
    logs = {
        name: log_likelihoods(hypothesis, case.markers, theta=theta).tolist()
        for name, hypothesis in case.hypotheses.items()
    }
    value: dict[str, Any] = {
        name: {
            "loglik_per_marker": {m: number(x) for m, x in zip(names, own, strict=True)},
            "loglik_total": number(sum(own)),
        }
        for name, own in logs.items()
    }
    value["likelihood_ratios"] = [
        ratio_value(case.likelihood_ratios[at], names, logs)
        for at in range(len(case.likelihood_ratios))
    ]
    return value


def ratio_value(
    pair: tuple[str, str], names: list[str], logs: dict[str, list[float]]
) -> dict[str, Any]:
    """Return the LR of two hypotheses: null where both are impossible, inf where one is."""
    numerator, denominator = pair
    # -inf less -inf is NaN: an LR of two impossible hypotheses is not defined.
    differences = [a - b for a, b in zip(logs[numerator], logs[denominator], strict=True)]
    total = sum(logs[numerator]) - sum(logs[denominator])
    return {
        "numerator": numerator,
        "denominator": denominator,
        "lr_per_marker": {m: natural_ratio(x) for m, x in zip(names, differences, strict=True)},
        "lr_total": natural_ratio(total),
        "log_lr_total": number(total),
    }


def _print_case(name: str, value: dict[str, Any]) -> None:
    typer.echo(f"{name}")
    ratios = value.pop("likelihood_ratios")
    for hypothesis, own in value.items():
        typer.echo(f"  ln P(data | {hypothesis}) = {own['loglik_total']}")
    for ratio in ratios:
        typer.echo(f"  LR {ratio['numerator']} / {ratio['denominator']} = {ratio['lr_total']}")
