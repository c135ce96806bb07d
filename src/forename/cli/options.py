"""The options of commands that take a case: its files, or its folder, and the settings."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

FILES, MODEL, LEVELS = "Files", "Model (defaults: the case folder's own settings)", "Levels"


def named_folder(text: str) -> Path:
    """Return the path of a folder; nothing typed (an unset variable) is not the present folder."""
    if not text.strip():
        raise typer.BadParameter("no folder is named; write . for the present one.")
    return Path(text)


def _file(name: str, text: str) -> Any:
    return typer.Option(f"--{name}", help=text, metavar="FILE", rich_help_panel=FILES)


def _model(name: str, text: str, metavar: str) -> Any:
    return typer.Option(f"--{name}", help=text, metavar=metavar, rich_help_panel=MODEL)


def _level(name: str, text: str, metavar: str) -> Any:
    return typer.Option(f"--{name}", help=text, metavar=metavar, rich_help_panel=LEVELS)


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """What was typed; None where nothing was. ``same_person_lr`` is an LR, not its logarithm."""

    case: Annotated[
        Path | None,
        typer.Argument(metavar="CASE_DIR", help="A case folder, instead of the files."),
    ] = None
    postmortem: Annotated[Path | None, _file("postmortem", "Profiles of the remains.")] = None
    antemortem: Annotated[
        Path | None, _file("antemortem", "Profiles of the relatives, with their kinship.")
    ] = None
    frequencies: Annotated[Path | None, _file("frequencies", "Allele frequencies.")] = None
    pedigrees: Annotated[
        Path | None, _file("pedigrees", "More families, as whole pedigrees (.ped, .fam).")
    ] = None
    elimination: Annotated[
        Path | None, _file("elimination", "Profiles of the staff, laid out as the remains'.")
    ] = None
    evidence: Annotated[
        Path | None,
        _file("evidence", "Other evidence: remains, missing_person, log10_weight, source."),
    ] = None
    mutation: Annotated[
        str | None,
        _model(
            "mutation",
            "Mutation model where the frequencies state none: none, equal:RATE, "
            "proportional:RATE, stepwise:RATE,rate2=RATE,range=NUMBER and others. "
            "(default equal:0.001)",
            "MODEL",
        ),
    ] = None
    mutation_female: Annotated[
        str | None, _model("mutation-female", "The same for mothers, where it differs.", "MODEL")
    ] = None
    theta: Annotated[float | None, _model("theta", "Coancestry. (default 0)", "NUMBER")] = None
    theta_scope: Annotated[
        str | None,
        _model(
            "theta-scope",
            "Who shares it: each family apart (component) or all of a hypothesis. "
            "(default hypothesis)",
            "component|hypothesis",
        ),
    ] = None
    dropout: Annotated[
        float | None,
        _model(
            "dropout",
            "Probability that an allele copy is not seen, where a sample states none. (default 0)",
            "NUMBER",
        ),
    ] = None
    dropin: Annotated[
        float | None,
        _model("dropin", "Probability of a stray allele at a marker. (default 0)", "NUMBER"),
    ] = None
    typing_error: Annotated[
        float | None,
        _model(
            "typing-error",
            "Probability of a wrong call at a marker, when two samples are compared. (default 0)",
            "NUMBER",
        ),
    ] = None
    minimum_frequency: Annotated[
        float | None,
        _model(
            "minimum-frequency",
            "Least frequency of an allele, for those never seen too. (default 0.001)",
            "NUMBER",
        ),
    ] = None
    prior: Annotated[
        str | None,
        _model(
            "prior",
            "flat, odds:X, missing-total:N, victims:N or strata:NAME=N,NAME=N. "
            "(default missing-total, one more than can be seen)",
            "PRIOR",
        ),
    ] = None
    missing_total: Annotated[
        float | None,
        _model("missing-total", "How many persons are missing: prior missing-total:N.", "N"),
    ] = None
    proposal_posterior: Annotated[
        float | None,
        _level(
            "proposal-posterior", "Posterior from which a name is proposed. (default 0.9999)", "P"
        ),
    ] = None
    same_person_lr: Annotated[
        float | None,
        _level(
            "same-person-lr",
            "LR from which two samples are taken as one person. (default 1000000)",
            "LR",
        ),
    ] = None


def command_of(function: Callable[..., None]) -> Callable[..., None]:
    """Return a command with every option of `CaseOptions`, then those of the function.

    The function takes a `CaseOptions` first; typer reads one parameter for each option.
    """
    hints = get_type_hints(function, include_extras=True)
    own = list(inspect.signature(function).parameters.values())[1:]
    case_hints = get_type_hints(CaseOptions, include_extras=True)
    parameters = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=case_hints[field.name],
        )
        for field in fields(CaseOptions)
    ] + [p.replace(annotation=hints[p.name], kind=inspect.Parameter.KEYWORD_ONLY) for p in own]

    def command(**values: Any) -> None:
        options = CaseOptions(**{f.name: values.pop(f.name) for f in fields(CaseOptions)})
        function(options, **values)

    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return command
