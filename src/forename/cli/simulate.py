"""``forename simulate``: a mass grave with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forename.cli.json_text import print_json
from forename.cli.options import named_folder


def simulate(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new folder for the case.", parser=named_folder)
    ],
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed, the same case.")],
    graves: Annotated[int, typer.Option("--graves", help="Number of graves.")] = 2,
    families: Annotated[int, typer.Option("--families", help="Families that miss someone.")] = 30,
    persons: Annotated[
        int | None,
        typer.Option("--persons", help="Dead persons. (default those present, and 8 others)"),
    ] = None,
    remains: Annotated[
        int | None,
        typer.Option("--remains", help="Sets of remains. (default 12 more than persons)"),
    ] = None,
    present: Annotated[
        float,
        typer.Option("--present", help="Chance that a missing person lies in the graves."),
    ] = 0.8,
    wrong: Annotated[
        float,
        typer.Option("--wrong", help="Share of families with a relative who is not what is said."),
    ] = 0.0,
    degraded: Annotated[
        float, typer.Option("--degraded", help="Share of remains with poor DNA.")
    ] = 0.3,
    dropout: Annotated[
        float, typer.Option("--dropout", help="Drop-out of an allele copy in poor DNA.")
    ] = 0.0,
    contaminated: Annotated[
        int, typer.Option("--contaminated", help="Samples that show a member of staff.")
    ] = 0,
    mutation: Annotated[
        str, typer.Option("--mutation", help="Mutation model, of the genes and of the case.")
    ] = "equal:0.001",
    prior: Annotated[
        str | None,
        typer.Option(
            "--prior", help="Draw who is who from this prior (see identify); needs --persons."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Make a simulated case with its truth, to try Forename on: nothing in it is real."""
    import numpy as np

    from forename.exceptions import InvalidSettingError
    from forename.formats.simulated_case import write_simulation
    from forename.genetics.problem import Settings
    from forename.genetics.simulation import simulate as make_case
    from forename.genetics.simulation_settings import SimulationSettings

    if prior is not None and persons is None:
        raise InvalidSettingError("--prior draws who is who among --persons: give their number")
    settings = SimulationSettings(
        graves=graves,
        families=families,
        present_fraction=present,
        wrong_fraction=wrong,
        persons=persons,
        prior=prior or "",
        remains=remains,
        degraded_fraction=degraded,
        allele_drop_out=dropout,
        contaminated=contaminated,
        analysis=Settings(mutation=mutation, prior=prior or ""),
    )
    made = make_case(settings, np.random.default_rng(seed), seed)
    write_simulation(made, folder)
    counts = {
        "graves": graves,
        "remains": len(made.problem.remains),
        "persons": len(made.truth.persons()),
        "families": len(made.problem.families),
        "missing_persons": len(made.truth.missing),
        "missing_persons_in_the_graves": sum(1 for p in made.truth.missing.values() if p),
    }
    if as_json:
        print_json({"folder": str(folder), "seed": seed, "simulated": True, **counts})
        return
    typer.echo("SIMULATED: nothing in it is about a real person.")
    for name, count in counts.items():
        typer.echo(f"{name.replace('_', ' ')}: {count}")
    typer.echo(f"Next: forename identify {folder} --out {folder / 'results'}")
