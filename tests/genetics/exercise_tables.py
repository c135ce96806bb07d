"""A tiny reader of the mass-grave exercise tables, independent of ``forename.formats``."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from forename.genetics.kinship import family_from_relatives
from forename.genetics.markers import AMELOGENIN, canonical_marker_name
from forename.genetics.problem import Family, FrequencyTable, Problem, Relative, Settings
from forename.genetics.profiles import Call, Profile

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
GHEP = DATA / "ghep"

needs_exercise = pytest.mark.skipif(not GHEP.is_dir(), reason="exercise tables are not here")


def read_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="latin-1", newline="") as stream:
        return [row for row in csv.reader(stream, delimiter="\t") if any(row)]


def profile_of(sample: str, header: list[str], row: list[str]) -> Profile:
    seen: dict[str, list[str]] = {}
    for title, cell in zip(header, row, strict=False):
        if cell.strip():
            marker = canonical_marker_name(title.strip()[:-2])
            seen.setdefault(marker, []).append(cell.strip())
    amelogenin = tuple(seen.pop(AMELOGENIN, ()))
    return Profile(sample, {m: Call(tuple(a)) for m, a in seen.items()}, amelogenin=amelogenin)


def read_remains(path: Path) -> tuple[Profile, ...]:
    header, *rows = read_rows(path)
    return tuple(profile_of(row[0], header[1:], row[1:]) for row in rows)


def read_families(path: Path) -> tuple[Family, ...]:
    header, *rows = read_rows(path)
    families: dict[str, list[Relative]] = {}
    for row in rows:
        relative = Relative(row[0], row[1], profile_of(row[2], header[3:], row[3:]))
        families.setdefault(row[0], []).append(relative)
    return tuple(family_from_relatives(name, members)[0] for name, members in families.items())


def read_frequencies(path: Path) -> FrequencyTable:
    header, *rows = read_rows(path)
    table: dict[str, dict[str, float]] = {canonical_marker_name(m): {} for m in header[1:]}
    for row in rows:
        for title, cell in zip(header[1:], row[1:], strict=False):
            if cell.strip():
                table[canonical_marker_name(title)][row[0].strip()] = float(cell)
    return FrequencyTable(table)


def read_exercise(settings: Settings | None = None) -> Problem:
    return Problem(
        remains=read_remains(GHEP / "GHEP-PM-profiles.txt"),
        families=read_families(GHEP / "GHEP-AM-profiles.txt"),
        frequencies=read_frequencies(GHEP / "GHEP-STR-freq.txt"),
        settings=settings or Settings(),
    )
