"""``forename power``: would each missing person be found, and whom to sample next."""

from __future__ import annotations

import csv
import io
import math
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
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
    from forename.search.job import Job
    from forename.search.power import MissingPerson, Prospect, Ranked
    from forename.search.store import Store

_SHOWN = 20  # samples printed


def power(
    store: StoreFolder,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for all figures (CSV).", metavar="DIR", parser=named_folder
        ),
    ] = None,
    threshold: Threshold = None,
    budget: Budget = None,
    quality: Annotated[
        str,
        typer.Option(
            "--quality",
            help="Remains to expect: complete, or store (the gaps of the stored ones).",
            metavar="complete|store",
        ),
    ] = "complete",
    kit: Annotated[
        list[str] | None,
        typer.Option(
            "--kit",
            help="A kit that typed relatives could be typed with too; may be repeated.",
            metavar="NAME=MARKER,MARKER",
        ),
    ] = None,
    present: Annotated[
        float,
        typer.Option(
            "--present", help="Prior probability that a missing person is here.", metavar="P"
        ),
    ] = 1.0,
    draws: Annotated[
        int,
        typer.Option("--draws", min=2, help="Patterns of gaps drawn where the store has more."),
    ] = 64,
    seed: Seed = 1,
    today: Annotated[
        bool, typer.Option("--today", help="Only today's figures, no samples to take: much faster.")
    ] = False,
    mutation: Mutation = "equal:0.001",
    mutation_female: MutationFemale = "",
    dropout: Dropout = 0.0,
    dropin: Dropin = 0.0,
    minimum_frequency: MinimumFrequency = 0.001,
    threads: Threads = 0,
    as_json: AsJson = False,
) -> None:
    """Say how surely each missing person would be found, and rank whom to sample next.

    Every untyped member of a family is taken as somebody who could be asked; samples are ranked by
    the identifications to expect from them.
    """
    from forename.cli.progress import counting_bar
    from forename.exceptions import InvalidSettingError
    from forename.search.chance import Drawing, expected_chance_matches
    from forename.search.job import Wanted, gathered, prepare
    from forename.search.power import Asked, Quality, power_of, ranked
    from forename.search.store import open_store
    from forename.search.sums import grid_error

    check_levels(threshold, budget)
    settings = model_settings(mutation, mutation_female, dropout, dropin, minimum_frequency)
    if quality not in set(Quality):
        raise InvalidSettingError(f"--quality is complete or store, not {quality!r}")
    if not 0 < present <= 1:
        raise InvalidSettingError(f"--present must lie above 0 and at most at 1, not {present}")
    if today and kit:
        raise InvalidSettingError("--today weighs no samples to take; give --kit without it")
    begun = time.monotonic()
    at_once = threads or os.cpu_count() or 1
    opened = open_store(store)
    kits = _kits(kit or (), opened)
    level = math.log10(threshold or 1e4)
    if budget is not None:
        searched = prepare(opened, settings, Wanted())
        with counting_bar("Chance matches to expect") as tell:
            expected = expected_chance_matches(searched, Drawing(seed=seed), at_once, tell)
        level = level_within(expected, budget)
    unseen = {name for own in kits.values() for name in own if not opened.labels[name]}
    job = gathered(opened, settings, Wanted(level), unseen=sorted(unseen))
    _check_filled(job, quality)
    asked = Asked(level, Quality(quality), draws, seed, kits, today_only=today)
    with counting_bar("Missing persons") as tell:
        persons = power_of(job, asked, at_once, tell)
    rows = None if today else ranked(persons, present)
    if out is not None:
        _write(persons, rows, out)
    told = {
        "missing_persons": len(persons),
        "remains": job.remains.num_rows,
        "markers": len(job.markers),
        "threshold_log10_lr": level,
        "threshold_known_to": grid_error(len(job.markers)),
        "quality": quality,
        "draws": draws,
        "seed": seed,
        "present": present,
        "expected_found": present * sum(p.today.found for p in persons),
        "expected_found_error": present * math.hypot(*(p.today.found_error for p in persons)),
        "samples_to_take": None if rows is None else len(rows),
        "seconds": round(time.monotonic() - begun, 2),
    }
    if as_json:
        print_json(
            {
                **told,
                "out": None if out is None else str(out),
                "today": [_person_row(person) for person in persons],
                "options": [_option_row(p, prospect) for p in persons for prospect in p.prospects],
                "next_samples": [_ranked_row(n, row) for n, row in enumerate(rows or (), 1)],
            }
        )
        return
    _say(persons, rows, told)
    if out is not None:
        typer.echo(f"All figures: {out}")


def _kits(texts: Iterable[str], store: Store) -> Mapping[str, tuple[str, ...]]:
    """Return the markers of each kit; raise `InvalidSettingError` for what is none."""
    from forename.exceptions import InvalidSettingError

    kits: dict[str, tuple[str, ...]] = {}
    for text in texts:
        name, _, listed = text.partition("=")
        markers = tuple(dict.fromkeys(filter(None, (m.strip() for m in listed.split(",")))))
        if not name.strip() or not markers:
            raise InvalidSettingError(f"--kit {text!r}: write a kit as NAME=MARKER,MARKER")
        if name.strip() in kits:
            raise InvalidSettingError(f"--kit {name.strip()} is given twice; give each kit once")
        unknown = [m for m in markers if m not in store.labels]
        if unknown:
            raise InvalidSettingError(
                f"--kit {name.strip()}: the store's frequencies lack {', '.join(unknown)}; "
                f"they have {', '.join(store.labels)}"
            )
        kits[name.strip()] = markers
    return kits


def _check_filled(job: Job, quality: str) -> None:
    """Raise `UnusableInputError` where the store lacks what the question is about."""
    from forename.exceptions import UnusableInputError

    lacking = {
        "families": not len(job.order),
        "remains, whose gaps --quality store is about": quality == "store"
        and not job.remains.num_rows,
        "sample with a call at a marker of its frequencies": not job.markers,
    }
    for what, lacks in lacking.items():
        if lacks:
            raise UnusableInputError(
                f"the store has no {what}.",
                file=str(job.store.folder),
                expected="some, added with `forename store add`",
            )


def _say(
    persons: Sequence[MissingPerson], rows: Sequence[Ranked] | None, told: Mapping[str, Any]
) -> None:
    gaps = "complete remains" if told["quality"] == "complete" else "gaps as in the store"
    typer.echo(
        f"{told['missing_persons']:,} missing persons at {told['markers']} markers, {gaps}, LR "
        f"{lr_text(told['threshold_log10_lr'])} or more, each present with probability "
        f"{told['present']:g}:"
    )
    typer.echo(
        f"  {told['expected_found']:,.2f}{_error(told['expected_found_error'])} would be found "
        "today"
    )
    unsure = [person for person in persons if person.today.found < 0.5]
    typer.echo(f"  {len(unsure):,} would be found with a probability below a half")
    if rows is None:
        return
    if not rows:
        typer.echo("There is nobody left to sample.")
        return
    typer.echo("Whom to sample next (identifications to expect from one sample):")
    for number, row in enumerate(rows[:_SHOWN], 1):
        what = f"{row.option.kit} for {row.sample}, {row.relation}" if row.sample else row.relation
        whose = ", ".join(row.missing)
        typer.echo(f"  {number:>3}. {row.gain:+.4f}{_error(row.gain_error)}  {whose}: {what}")
    if len(rows) > _SHOWN:
        typer.echo(f"  … and {len(rows) - _SHOWN:,} more; --out DIR writes all")


def _error(error: float) -> str:
    return f" ± {error:.1g}" if error else ""


def _person_row(person: MissingPerson) -> dict[str, Any]:
    return {"missing_person": person.name, "family": person.family, **asdict(person.today)}


def _option_row(person: MissingPerson, prospect: Prospect) -> dict[str, Any]:
    from forename.search.relatives import relation

    member = prospect.option.member
    return {
        "missing_person": person.name,
        "member": int(member),
        "relation": relation(person.shape.pedigree, person.shape.missing, member),
        "kit": prospect.option.kit,
        **asdict(prospect.figures),
        "gain": prospect.gain,
        "gain_error": prospect.gain_error,
    }


def _ranked_row(number: int, row: Ranked) -> dict[str, Any]:
    return {
        "rank": number,
        "family": row.family,
        "missing_persons": list(row.missing),
        "member": int(row.option.member),
        "relation": row.relation,
        "kit": row.option.kit,
        "sample": row.sample,
        "expected_identifications": row.gain,
        "standard_error": row.gain_error,
    }


def _write(persons: Sequence[MissingPerson], rows: Sequence[Ranked] | None, out: Path) -> None:
    """Write ``today.csv`` to a folder, and ``options.csv`` and ``next_samples.csv`` if ranked."""
    from forename.written_whole import folder_written_whole, write_texts

    texts = {"today.csv": _csv([_person_row(person) for person in persons])}
    if rows is not None:
        next_samples = [
            {**row, "missing_persons": " ".join(row["missing_persons"])}
            for row in (_ranked_row(n, row) for n, row in enumerate(rows, 1))
        ]
        options = [_option_row(p, prospect) for p in persons for prospect in p.prospects]
        texts |= {"options.csv": _csv(options), "next_samples.csv": _csv(next_samples)}
    with folder_written_whole(out, "the figures") as made:
        write_texts(made, texts)


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    stream = io.StringIO()
    if rows:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return stream.getvalue()
