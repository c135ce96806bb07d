"""What the commands that search a store have in common: their options, and how they are read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from forename.genetics.problem import Settings
    from forename.search.chance import ChanceMatches

StoreFolder = Annotated[Path, typer.Argument(metavar="STORE", help="Made by `forename store add`.")]
Threshold = Annotated[
    float | None,
    typer.Option(
        "--threshold", help="A pair counts from this LR on. (default 10000)", metavar="LR"
    ),
]
Budget = Annotated[
    float | None,
    typer.Option(
        "--budget",
        help="Instead: the LR at which so many chance matches are expected in all.",
        metavar="NUMBER",
    ),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="The same seed, the same figures.")]
Mutation = Annotated[
    str, typer.Option("--mutation", help="Mutation model where the frequencies state none.")
]
MutationFemale = Annotated[
    str, typer.Option("--mutation-female", help="The same for mothers, where it differs.")
]
Dropout = Annotated[
    float, typer.Option("--dropout", help="Probability that an allele copy is not seen.")
]
Dropin = Annotated[
    float, typer.Option("--dropin", help="Probability of a stray allele at a marker.")
]
MinimumFrequency = Annotated[
    float, typer.Option("--minimum-frequency", help="Least frequency of an allele.")
]
Threads = Annotated[int, typer.Option("--threads", min=0, help="Threads; 0 for one a processor.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def check_levels(
    threshold: float | None, budget: float | None, others: Mapping[str, float] | None = None
) -> None:
    """Raise `InvalidSettingError` where the LRs or the number of chance matches make no sense."""
    from forename.exceptions import InvalidSettingError

    if budget is not None and threshold is not None:
        raise InvalidSettingError("--budget and --threshold both state the least LR; give one")
    given = {"threshold": threshold, **(others or {}), "budget": budget}
    for name, value in given.items():
        if value is not None and not 0 < value < math.inf:
            what = "number" if name == "budget" else "LR"
            raise InvalidSettingError(f"--{name} must be a positive {what}, not {value}")


def model_settings(
    mutation: str,
    mutation_female: str,
    drop_out: float,
    drop_in: float,
    minimum_frequency: float,
) -> Settings:
    """Return the settings of a search; raise `InvalidSettingError`."""
    from forename.genetics.mutation import parse_mutation
    from forename.genetics.problem import Settings

    for text in filter(None, (mutation, mutation_female)):
        parse_mutation(text)
    return Settings(
        mutation=mutation,
        mutation_female=mutation_female,
        drop_out=drop_out,
        drop_in=drop_in,
        minimum_frequency=minimum_frequency,
    )


def level_within(expected: ChanceMatches, budget: float) -> float:
    """Return the least log10 LR that keeps a budget; raise `InvalidSettingError` for none."""
    from forename.exceptions import InvalidSettingError
    from forename.search.chance import GRID

    level = expected.level_within(budget)
    if level is None:
        raise InvalidSettingError(
            f"--budget {budget:g}: more chance matches are expected even at LR {lr_text(GRID[-1])}"
        )
    return level


def lr_text(log10_lr: float) -> str:
    """Return an LR to read, given its logarithm."""
    return f"{10**log10_lr:,.0f}" if log10_lr < 9 else f"1e{log10_lr:.3g}"
