"""``forename search``: every remains of a store against every missing person."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import Annotated

import typer

from forename.cli.json_text import print_json
from forename.cli.options import named_folder

_SHOWN = 20  # hits printed


def search(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="Made by `forename store add`.")],
    out: Annotated[
        Path,
        typer.Option("--out", help="Folder for the results.", metavar="DIR", parser=named_folder),
    ],
    threshold: Annotated[
        float, typer.Option("--threshold", help="Report every pair from this LR on.", metavar="LR")
    ] = 1e4,
    best: Annotated[
        int, typer.Option("--best", min=0, help="And the best of each remains and missing person.")
    ] = 3,
    best_threshold: Annotated[
        float, typer.Option("--best-threshold", help="Those from this LR on.", metavar="LR")
    ] = 1.0,
    mutation: Annotated[
        str, typer.Option("--mutation", help="Mutation model where the frequencies state none.")
    ] = "equal:0.001",
    mutation_female: Annotated[
        str, typer.Option("--mutation-female", help="The same for mothers, where it differs.")
    ] = "",
    dropout: Annotated[
        float, typer.Option("--dropout", help="Probability that an allele copy is not seen.")
    ] = 0.0,
    dropin: Annotated[
        float, typer.Option("--dropin", help="Probability of a stray allele at a marker.")
    ] = 0.0,
    minimum_frequency: Annotated[
        float, typer.Option("--minimum-frequency", help="Least frequency of an allele.")
    ] = 0.001,
    threads: Annotated[
        int, typer.Option("--threads", min=0, help="Threads; 0 for one a processor.")
    ] = 0,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the search that this folder holds.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Compare all remains of a store with all missing persons, exactly.

    Writes every pair from the threshold on, and the best of each side. Stopped, it loses at most
    the blocks in work: the same command with --resume goes on.
    """
    from forename.cli.progress import counting_bar
    from forename.exceptions import InvalidSettingError
    from forename.genetics.mutation import parse_mutation
    from forename.genetics.problem import Settings
    from forename.search.job import Wanted, prepare
    from forename.search.outcome import best_hits
    from forename.search.run import Threads, run_search
    from forename.search.store import open_store

    for name, lr in (("threshold", threshold), ("best-threshold", best_threshold)):
        if not 0 < lr < math.inf:
            raise InvalidSettingError(f"--{name} must be a positive LR, not {lr}")
    for text in filter(None, (mutation, mutation_female)):
        parse_mutation(text)
    settings = Settings(
        mutation=mutation,
        mutation_female=mutation_female,
        drop_out=dropout,
        drop_in=dropin,
        minimum_frequency=minimum_frequency,
    )
    wanted = Wanted(math.log10(threshold), best, math.log10(best_threshold))
    begun = time.monotonic()
    job = prepare(open_store(store), settings, wanted)
    with counting_bar("Missing persons searched") as tell:
        run_search(job, out, Threads(threads or os.cpu_count() or 1), resume=resume, tell=tell)
    hits, first = best_hits(out, _SHOWN)
    told = {
        "remains": len(job.columns.of),
        "missing_persons": len(job.order),
        "markers": len(job.markers),
        "hits": hits,
        "seconds": round(time.monotonic() - begun, 2),
    }
    if as_json:
        print_json({**told, "out": str(out), "best_hits": first})
        return
    typer.echo(
        f"{told['remains']:,} remains against {told['missing_persons']:,} missing persons at "
        f"{told['markers']} markers: {hits:,} pairs with an LR of {threshold:,g} or more."
    )
    for row in first:
        typer.echo(f"  {row['remains']}  {row['missing_person']}  log10 LR {row['log10_lr']:.4f}")
    if hits > len(first):
        typer.echo(f"  … and {hits - len(first):,} more in {out / 'hits.parquet'}")
