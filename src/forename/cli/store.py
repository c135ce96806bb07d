"""``forename store``: remains and families kept on disk for searches, added and corrected."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forename.cli.json_text import print_json
from forename.cli.options import named_folder

app = typer.Typer(
    help="Keep remains and families on disk, to be searched.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _file(name: str, text: str) -> object:
    return typer.Option(f"--{name}", help=text, metavar="FILE")


@app.command("add")
def add(
    store: Annotated[
        Path,
        typer.Argument(metavar="STORE", help="The store; made if new.", parser=named_folder),
    ],
    case: Annotated[
        Path | None, typer.Option("--case", help="A case folder to add.", metavar="CASE_DIR")
    ] = None,
    postmortem: Annotated[Path | None, _file("postmortem", "Profiles of remains.")] = None,
    antemortem: Annotated[
        Path | None, _file("antemortem", "Families: relatives with their kinship, or pedigrees.")
    ] = None,
    frequencies: Annotated[
        Path | None, _file("frequencies", "Allele frequencies; needed for a new store.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Add remains or families to a store, from every file that `identify` reads.

    All of an addition is kept or nothing; a record that the store holds already is passed over.
    """
    from forename.cli.findings_text import print_findings
    from forename.exceptions import UnusableInputError
    from forename.formats import read_case, read_parts
    from forename.formats.results_json import findings_value
    from forename.search.store import add_problem, open_store

    given = (postmortem, antemortem, frequencies)
    if (case is None) == (not any(given)):
        raise UnusableInputError(
            "there is nothing to add, or a case folder and files.",
            expected="--case, or some of --postmortem, --antemortem and --frequencies",
        )
    if case is not None:
        problem = read_case(case)
    else:
        known = open_store(store).frequencies if frequencies is None else None
        problem = read_parts(postmortem, antemortem, frequencies, known)
    made, added = add_problem(store, problem)
    counts = {
        "remains_added": added.remains,
        "missing_persons_added": added.families,
        "known_already": added.known,
        "withdrawn_before_and_passed_over": added.withdrawn,
        "calls_of_three_alleles_left_out": added.calls_left_out,
        "families_without_a_typed_relative": len(added.unsearchable),
        "remains": sum(part.rows for part in made.remains),
        "missing_persons": sum(part.rows for part in made.families),
    }
    if as_json:
        print_json({"store": str(store), **counts, "findings": findings_value(problem.findings)})
        return
    print_findings(problem.findings)
    for name, count in counts.items():
        typer.echo(f"{name.replace('_', ' ')}: {count}")
    typer.echo(f"Next: forename search {store} --out DIR")


@app.command("correct")
def correct(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="The store.", parser=named_folder)],
    reason: Annotated[str, typer.Option("--reason", help="Why, in words; kept with the store.")],
    postmortem: Annotated[Path | None, _file("postmortem", "Remains as they should be.")] = None,
    antemortem: Annotated[Path | None, _file("antemortem", "Families as they should be.")] = None,
    withdraw: Annotated[
        list[str] | None,
        typer.Option("--withdraw", help="Remains, or a family, to leave out.", metavar="NAME"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Replace records of a store by others of the same name, or withdraw them.

    All of a correction is kept or nothing. The files that held the earlier records stay in the
    store's folder, and the store keeps what was corrected, when and why.
    """
    from datetime import UTC, datetime

    from forename.cli.findings_text import print_findings
    from forename.exceptions import UnusableInputError
    from forename.formats import read_parts
    from forename.formats.results_json import findings_value
    from forename.search.corrections import correct_store
    from forename.search.store import open_store

    problem = None
    if postmortem is not None or antemortem is not None:
        problem = read_parts(postmortem, antemortem, None, open_store(store).frequencies)
    elif not withdraw:
        raise UnusableInputError(
            "there is nothing to correct.",
            expected="--postmortem, --antemortem or --withdraw",
        )
    at = datetime.now(UTC).isoformat(timespec="seconds")
    made, corrected = correct_store(store, problem, withdraw or [], reason, at)
    counts = {
        "remains_corrected": len(corrected.remains),
        "families_corrected": len(corrected.families),
        "withdrawn": len(corrected.withdrawn),
        "known_already": corrected.known,
        "remains": sum(part.rows for part in made.remains),
        "missing_persons": sum(part.rows for part in made.families),
    }
    findings = () if problem is None else problem.findings
    if as_json:
        print_json({"store": str(store), **counts, "findings": findings_value(findings)})
        return
    if problem is not None:
        print_findings(findings)
    for name, count in counts.items():
        typer.echo(f"{name.replace('_', ' ')}: {count}")
