"""``forename answer``: one joint answer over all remains and families of a store."""

from __future__ import annotations

import gc
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forename.cli.json_text import print_json
from forename.cli.options import named_folder
from forename.cli.store_options import (
    AsJson,
    Dropin,
    Dropout,
    MinimumFrequency,
    Mutation,
    MutationFemale,
    StoreFolder,
    Threads,
    model_settings,
)

if TYPE_CHECKING:
    from forename.search.answer import Tell

_SHOWN = 20  # proposals printed


def answer(
    store: StoreFolder,
    out: Annotated[
        Path,
        typer.Option("--out", help="Folder for the answer.", metavar="DIR", parser=named_folder),
    ],
    since: Annotated[
        Path | None,
        typer.Option(
            "--since", help="An earlier answer, to say what moved and why.", metavar="DIR"
        ),
    ] = None,
    prior: Annotated[
        str,
        typer.Option(
            "--prior", help="victims:N, missing-total:N or odds:X. (default: one more than is seen)"
        ),
    ] = "",
    proposal: Annotated[
        float, typer.Option("--proposal", help="Posterior from which on a name is proposed.")
    ] = 0.9999,
    same_person: Annotated[
        float,
        typer.Option(
            "--same-person", help="LR from which on samples are one person.", metavar="LR"
        ),
    ] = 1e6,
    sex_error: Annotated[
        float, typer.Option("--sex-error", help="Probability that a stated sex is wrong.")
    ] = 0.001,
    mutation: Mutation = "equal:0.001",
    mutation_female: MutationFemale = "",
    dropout: Dropout = 0.0,
    dropin: Dropin = 0.0,
    minimum_frequency: MinimumFrequency = 0.001,
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Answer who of all the dead of a store is who of all the missing, all at once.

    Parts of one person are put together, likely pairs are judged jointly, and everything unlikely
    is weighed within bounds. Writes posteriors with their bounds, and the names to propose.
    """
    import math
    from dataclasses import replace

    from forename.cli.findings_text import print_findings
    from forename.exceptions import InvalidSettingError
    from forename.formats.results_json import findings_value
    from forename.search.answer import answer as answer_store
    from forename.search.answer_files import write_answer
    from forename.search.changes import read_earlier
    from forename.search.store import open_store

    gc.enable()  # many arrays that refer to each other live only for one part
    if not 1 <= same_person < math.inf:
        raise InvalidSettingError(f"--same-person must be an LR of 1 or more, not {same_person}")
    model = model_settings(mutation, mutation_female, dropout, dropin, minimum_frequency)
    settings = replace(
        model,
        prior=prior,
        proposal_posterior=proposal,
        same_person_log10_lr=math.log10(same_person),
        sex_error=sex_error,
    )
    begun = time.monotonic()
    earlier = None if since is None else read_earlier(since)
    if earlier is not None and not prior:  # the same question as before
        settings = replace(settings, prior=str(earlier.told["prior"]))
    kept = {} if earlier is None else earlier.together
    found = answer_store(
        open_store(store), settings, threads or os.cpu_count() or 1, _teller(), kept
    )
    told = write_answer(found, out, earlier)
    seconds = round(time.monotonic() - begun, 2)
    if as_json:
        findings = findings_value(found.findings)
        print_json({**told, "seconds": seconds, "out": str(out), "findings": findings})
        return
    print_findings(found.findings)
    _say(told, out)


def _teller() -> Tell | None:
    """Return what says the stage on standard error, where somebody can see it."""
    if not sys.stderr.isatty():
        return None
    return lambda stage: typer.echo(f"{stage} …", err=True)


def _say(told: dict[str, Any], out: Path) -> None:
    import pyarrow.parquet as pq

    typer.echo(
        f"{told['samples']:,} samples of {told['persons']:,} persons, "
        f"{told['missing_persons']:,} missing persons, {len(told['markers'])} markers; "
        f"prior {told['prior']}."
    )
    typer.echo(
        f"{told['parts']:,} parts judged jointly, the largest of {told['largest_part']} persons."
    )
    if told["drawn"]:
        typer.echo(
            f"{told['drawn']:,} persons are in parts too wide for a sum: their posteriors were "
            "drawn, with an error, and are no ground for a proposal."
        )
    if told["open"]:
        typer.echo(f"Of {told['open']:,} persons nothing can be said: their part is too wide.")
    gap = told["best_assignment_gap_log10"]
    proof = "proven to be the best" if gap == 0 else f"within log10 {gap:.3g} of the best"
    typer.echo(f"Best assignment: {told['best_assignment_pairs']:,} placements, {proof}.")
    typer.echo(
        f"{told['identified_to_expect']:,.1f} persons are expected to be among the missing. "
        f"{told['proposals']:,} names to propose, of which "
        f"{told['false_proposals_to_expect']:.2g} are expected to be wrong:"
    )
    rows = pq.read_table(out / "proposals.parquet").slice(0, _SHOWN).to_pylist()
    for row in rows:
        lr = "" if row["log10_lr"] is None else f"  log10 LR {row['log10_lr']:.4f}"
        typer.echo(
            f"  {row['person']}  {row['missing_person']}  posterior {row['posterior']:.9f}{lr}"
        )
    if told["proposals"] > len(rows):
        more = told["proposals"] - len(rows)
        typer.echo(f"  … and {more:,} more in {out / 'proposals.parquet'}")
    if "moved" in told:
        _say_moved(told["moved"], out)


def _say_moved(moved: int, out: Path) -> None:
    import pyarrow.parquet as pq

    typer.echo(f"{moved:,} posteriors moved since the earlier answer.")
    for row in pq.read_table(out / "changes.parquet").slice(0, _SHOWN).to_pylist():
        typer.echo(
            f"  {row['person']}  {row['missing_person']}  {row['before']:.6f} → "
            f"{row['after']:.6f}, because {row['because']}"
        )
    if moved > _SHOWN:
        typer.echo(f"  … and {moved - _SHOWN:,} more in {out / 'changes.parquet'}")
