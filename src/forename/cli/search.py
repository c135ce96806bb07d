"""``forename search``: every remains of a store against every missing person."""

from __future__ import annotations

import math
import os
import time
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forename.cli.json_text import print_json
from forename.cli.options import named_folder
from forename.cli.store_options import (
    AsJson,
    Budget,
    Dropin,
    Dropout,
    MinimumFrequency,
    Mutation,
    MutationFemale,
    Seed,
    StoreFolder,
    Threads,
    Threshold,
    check_levels,
    level_within,
    lr_text,
    model_settings,
)

if TYPE_CHECKING:
    from forename.genetics.problem import Settings
    from forename.search.chance import ChanceMatches, Drawing
    from forename.search.job import Job, Wanted

_SHOWN = 20  # hits printed
_FORETELL = 10_000  # missing persons from which on it is worth to foretell how long it takes
_LONG = 10.0  # seconds worth to be told


class Among(StrEnum):
    """Whose samples are searched among each other, or missing persons reported twice."""

    REMAINS = "remains"
    RELATIVES = "relatives"
    MISSING = "missing"


def search(
    store: StoreFolder,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the results.", metavar="DIR", parser=named_folder),
    ] = None,
    new: Annotated[
        Path | None,
        typer.Option(
            "--new",
            help="Instead: these remains, which the store need not hold, at once.",
            metavar="FILE",
        ),
    ] = None,
    new_families: Annotated[
        Path | None,
        typer.Option(
            "--new-families",
            help="Instead: the missing persons of these families, which the store need not hold.",
            metavar="FILE",
        ),
    ] = None,
    among: Annotated[
        Among | None,
        typer.Option(
            "--among",
            help="Instead: samples among each other, or missing persons reported by two families.",
        ),
    ] = None,
    every_pair: Annotated[
        bool,
        typer.Option(
            "--every-pair",
            help="With --among missing: weigh pairs one by one that are not compared otherwise.",
        ),
    ] = False,
    threshold: Threshold = None,
    budget: Budget = None,
    expect: Annotated[
        bool, typer.Option("--expect", help="Say first how many chance matches to expect.")
    ] = False,
    draws: Annotated[
        int, typer.Option("--draws", min=2, help="People drawn for each family, to expect by.")
    ] = 1000,
    seed: Seed = 1,
    best: Annotated[
        int, typer.Option("--best", min=0, help="And the best of each remains and missing person.")
    ] = 3,
    best_threshold: Annotated[
        float, typer.Option("--best-threshold", help="Those from this LR on.", metavar="LR")
    ] = 1.0,
    mutation: Mutation = "equal:0.001",
    mutation_female: MutationFemale = "",
    dropout: Dropout = 0.0,
    dropin: Dropin = 0.0,
    minimum_frequency: MinimumFrequency = 0.001,
    threads: Threads = 0,
    workers: Annotated[
        int,
        typer.Option("--workers", min=0, help="Processes instead; one that is killed is replaced."),
    ] = 0,
    cluster: Annotated[
        str, typer.Option("--cluster", help="A Ray cluster instead.", metavar="HOST:PORT")
    ] = "",
    block_size: Annotated[
        int | None,
        typer.Option(
            "--block-size",
            min=1,
            help="Families a block, what a stop may lose. (a sixteenth of all, 64 to 2048)",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the search that this folder holds.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare all remains of a store with all missing persons, exactly.

    Writes every pair from the threshold on, and the best of each side. Stopped, it loses at most
    the blocks in work: the same command with --resume goes on.
    """
    from forename.cli.progress import counting_bar
    from forename.exceptions import InvalidSettingError
    from forename.search.job import Wanted, prepare

    if sum(each is not None for each in (out, new, new_families)) != 1:
        raise InvalidSettingError(
            "--out DIR is needed for a search, or --new FILE, or --new-families FILE; give one"
        )
    if out is None and (expect or budget is not None or resume or workers or cluster or block_size):
        raise InvalidSettingError(
            "--expect, --budget, --resume, --workers, --cluster and --block-size go with --out"
        )
    check_levels(threshold, budget, {"best-threshold": best_threshold})
    if sum(map(bool, (threads, workers, cluster))) > 1:
        raise InvalidSettingError("--threads, --workers and --cluster exclude each other; give one")
    settings = model_settings(mutation, mutation_female, dropout, dropin, minimum_frequency)
    if among and (out is None or expect or budget is not None):
        raise InvalidSettingError(
            "--among goes with none of --new, --new-families, --expect and --budget"
        )
    if every_pair and among is not Among.MISSING:
        raise InvalidSettingError("--every-pair goes with --among missing alone")
    wanted = Wanted(
        math.log10(threshold or 1e4),
        0 if among else best,
        math.log10(best_threshold),
        among or "",
        every_pair,
    )
    begun = time.monotonic()
    if new is not None:
        _answer_new(store, new, settings, wanted, threads, as_json)
        return
    if new_families is not None:
        _answer_new_families(store, new_families, settings, wanted, as_json)
        return
    assert out is not None
    # What the answer for new remains does without, for it is to come at once.
    from forename.search.chance import Drawing, expected_chance_matches, write_chance_matches
    from forename.search.executors import Cluster, Executor, Processes
    from forename.search.executors import Threads as InThreads
    from forename.search.outcome import best_hits
    from forename.search.run import run_search
    from forename.search.store import open_store

    at_once = threads or workers or os.cpu_count() or 1
    executor: Executor = InThreads(at_once)
    if workers:
        executor = Processes(workers)
    elif cluster:
        executor = Cluster(cluster)
    opened = open_store(store)
    job = prepare(opened, settings, wanted)
    drawing, expected = Drawing(draws, seed), None
    if expect or budget is not None:
        with counting_bar("Chance matches to expect") as tell:
            expected = expected_chance_matches(job, drawing, at_once, tell)
        if budget is not None:
            job = prepare(
                opened, settings, replace(wanted, log10_lr=level_within(expected, budget))
            )
        if not as_json:
            _say_expected(expected, drawing, job.wanted.log10_lr)
    seconds: float | None = None
    started = begun

    def foretell(families: int) -> None:
        nonlocal seconds, started
        # A trial on this machine does not say what a cluster will do, and one of missing persons
        # among each other takes as long as their first blocks.
        if families >= _FORETELL and not cluster and among is not Among.MISSING:
            from forename.search.forecast import foretold

            seconds = foretold(job, at_once, families)
            if seconds > _LONG:
                typer.echo(f"The search will take about {_duration(seconds)}.", err=True)
        started = time.monotonic()

    with counting_bar(
        "Samples searched"
        if among in (Among.REMAINS, Among.RELATIVES)
        else "Missing persons searched"
    ) as tell:
        run_search(
            job,
            out,
            executor,
            size=block_size or _block_size(job),
            resume=resume,
            before=foretell,
            tell=tell,
        )
    searched = time.monotonic() - started
    if expected is not None:
        write_chance_matches(job, expected, out)
    hits, first = best_hits(out, _SHOWN)
    if among is Among.MISSING:
        _say_twice(job, hits, first, out, as_json)
        return
    if among:
        _say_related(job, among, hits, first, out, as_json)
        return
    told = {
        "remains": len(job.columns.of),
        "missing_persons": len(job.order),
        "markers": len(job.markers),
        "threshold_log10_lr": job.wanted.log10_lr,
        "hits": hits,
        "seconds": round(time.monotonic() - begun, 2),
        "seconds_of_search": round(searched, 2),
        "seconds_foretold": seconds and round(seconds, 2),
    }
    if as_json:
        chance = {} if expected is None else {"chance": _chance_value(expected, drawing, job, out)}
        print_json({**told, "out": str(out), **chance, "best_hits": first})
        return
    typer.echo(
        f"{told['remains']:,} remains against {told['missing_persons']:,} missing persons at "
        f"{told['markers']} markers: {hits:,} pairs with an LR of "
        f"{lr_text(job.wanted.log10_lr)} or more."
    )
    if expected is not None:
        typer.echo("Found, and expected by chance:")
        for row in _levels(expected, job.wanted.log10_lr, out):
            if row["found"] is not None:
                typer.echo(
                    f"  LR {lr_text(row['log10_lr'])} or more: {row['found']:,} found, "
                    f"{_about(row['expected'], row['standard_error'])} by chance"
                )
    for row in first:
        typer.echo(f"  {row['remains']}  {row['missing_person']}  log10 LR {row['log10_lr']:.4f}")
    if hits > len(first):
        typer.echo(f"  … and {hits - len(first):,} more in {out / 'hits.parquet'}")


def _duration(seconds: float) -> str:
    return f"{seconds:,.0f} seconds" if seconds < 120 else f"{seconds / 60:,.0f} minutes"


def _say_related(
    job: Job, among: Among, hits: int, first: list[dict[str, Any]], out: Path, as_json: bool
) -> None:
    told = {
        "samples": len(job.columns.of),
        "among": str(among),
        "markers": len(job.markers),
        "threshold_log10_lr": job.wanted.log10_lr,
        "hits": hits,
    }
    if as_json:
        print_json({**told, "out": str(out), "best_hits": first})
        return
    typer.echo(
        f"{told['samples']:,} samples of {among} among each other at {told['markers']} markers: "
        f"{hits:,} pairs with an LR of {lr_text(job.wanted.log10_lr)} or more."
    )
    for row in first:
        related = f"{row['sample']}  {row['relation']}  {row['other']}"
        typer.echo(f"  {related}  log10 LR {row['log10_lr']:.4f}")
    if hits > len(first):
        typer.echo(f"  … and {hits - len(first):,} more in {out / 'hits.parquet'}")


def _say_twice(job: Job, hits: int, first: list[dict[str, Any]], out: Path, as_json: bool) -> None:
    from forename.search.outcome import compared_pairs

    done, others = compared_pairs(job)
    told = {
        "missing_persons": len(job.order),
        "among": str(Among.MISSING),
        "markers": len(job.markers),
        "threshold_log10_lr": job.wanted.log10_lr,
        "pairs_compared": done,
        "pairs_not_compared": others,
        "hits": hits,
    }
    if as_json:
        print_json({**told, "out": str(out), "best_hits": first})
        return
    typer.echo(
        f"{told['missing_persons']:,} missing persons among each other at {told['markers']} "
        f"markers: {hits:,} pairs are one person with an LR of "
        f"{lr_text(job.wanted.log10_lr)} or more."
    )
    if others:
        typer.echo(
            f"{others:,} pairs were not compared ({done:,} were): "
            + (
                "the families contradict each other."
                if job.wanted.every_pair
                else "both families have several relatives typed who are kin through the missing "
                "person's parents. --every-pair weighs them one by one, about 0.5 ms each."
            )
        )
    for row in first:
        typer.echo(f"  {row['missing_person']}  {row['other']}  log10 LR {row['log10_lr']:.4f}")
    if hits > len(first):
        typer.echo(f"  … and {hits - len(first):,} more in {out / 'hits.parquet'}")


def _block_size(job: Job) -> int:
    """Return the families of a block: few enough for every processor, and to lose at a stop.

    Of missing persons among each other each block lays out all others anew, unless each pair of
    them takes longer than that.
    """
    if job.wanted.among == Among.MISSING:
        return 64 if job.wanted.every_pair else 2048
    return min(2048, max(64, -(-len(job.order) // 16)))


def _answer_new(
    folder: Path, file: Path, settings: Settings, wanted: Wanted, threads: int, as_json: bool
) -> None:
    """Print the matches of new remains among the families of a store."""
    from forename.cli.findings_text import print_findings
    from forename.cli.progress import counting_bar
    from forename.formats import read_parts
    from forename.formats.results_json import findings_value
    from forename.search.new_remains import standing
    from forename.search.store import open_store

    opened = open_store(folder)
    problem = read_parts(file, None, None, opened.frequencies)
    with counting_bar("Families made ready, once") as tell:
        ready = standing(opened, settings, threads, tell)
    begun = time.monotonic()
    found = ready.hits(problem.remains, wanted)
    seconds = time.monotonic() - begun
    answers = [
        {"remains": profile.sample, "matches": matches.to_pylist()}
        for profile, matches in zip(problem.remains, found, strict=True)
    ]
    families = len(ready.families)
    if as_json:
        told = {"missing_persons": families, "threshold_log10_lr": wanted.log10_lr}
        findings = findings_value(problem.findings)
        print_json({**told, "seconds": round(seconds, 4), "answers": answers, "findings": findings})
        return
    print_findings(problem.findings)
    for answer in answers:
        count = sum(row["log10_lr"] >= wanted.log10_lr for row in answer["matches"])
        typer.echo(
            f"{answer['remains']} among {families:,} missing persons: {count:,} with an LR of "
            f"{lr_text(wanted.log10_lr)} or more."
        )
        for row in answer["matches"]:
            typer.echo(f"  {row['missing_person']}  log10 LR {row['log10_lr']:.4f}")


def _answer_new_families(
    folder: Path, file: Path, settings: Settings, wanted: Wanted, as_json: bool
) -> None:
    """Print the matches of the missing persons of new families among the remains of a store."""
    from forename.cli.findings_text import print_findings
    from forename.formats import read_parts
    from forename.formats.results_json import findings_value
    from forename.search.new_families import StandingRemains
    from forename.search.store import open_store

    opened = open_store(folder)
    problem = read_parts(None, file, None, opened.frequencies)
    ready = StandingRemains(opened, settings)
    begun = time.monotonic()
    found, unsearchable = ready.hits(problem.families, wanted)
    seconds = time.monotonic() - begun
    remains = len(ready.remains)
    if as_json:
        told = {
            "remains": remains,
            "threshold_log10_lr": wanted.log10_lr,
            "seconds": round(seconds, 4),
            "answers": [
                {"missing_person": name, "matches": matches.to_pylist()} for name, matches in found
            ],
            "without_a_typed_relative": unsearchable,
            "findings": findings_value(problem.findings),
        }
        print_json(told)
        return
    print_findings(problem.findings)
    for name, matches in found:
        count = int((matches["log10_lr"].to_numpy() >= wanted.log10_lr).sum())
        typer.echo(
            f"{name} among {remains:,} remains: {count:,} with an LR of "
            f"{lr_text(wanted.log10_lr)} or more."
        )
        for row in matches.to_pylist():
            typer.echo(f"  {row['remains']}  log10 LR {row['log10_lr']:.4f}")
    for name in unsearchable:
        typer.echo(f"{name}: no relative is typed, so nothing can be said.")


def _say_expected(expected: ChanceMatches, drawing: Drawing, level: float) -> None:
    typer.echo(
        "Chance matches to expect if none of the remains were of a missing person "
        f"({drawing.draws:,} people drawn for each family, seed {drawing.seed}):"
    )
    for row in _levels(expected, level, None):
        told = _about(row["expected"], row["standard_error"])
        typer.echo(f"  LR {lr_text(row['log10_lr'])} or more: {told}")


def _chance_value(expected: ChanceMatches, drawing: Drawing, job: Job, out: Path) -> dict[str, Any]:
    mean, error = expected.at(job.wanted.log10_lr)
    return {
        "draws": drawing.draws,
        "seed": drawing.seed,
        "expected": mean,
        "standard_error": error,
        "levels": _levels(expected, job.wanted.log10_lr, out),
    }


def _levels(expected: ChanceMatches, level: float, out: Path | None) -> list[dict[str, Any]]:
    """Return what is expected at each level, and what was found where all of it is reported."""
    from forename.search.chance import LEVELS
    from forename.search.outcome import hits_from

    rows = []
    for own in sorted({*LEVELS, level}):
        mean, error = expected.at(own)
        found = hits_from(out, own) if out is not None and own >= level else None
        rows.append({"log10_lr": own, "expected": mean, "standard_error": error, "found": found})
    return rows


def _about(number: float, error: float) -> str:
    return f"{number:,.3g} ± {error:.1g}" if number < 1000 else f"{number:,.0f} ± {error:,.0f}"
