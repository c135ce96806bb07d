"""Familias' tables: remains (one row a sample) and "multiple families" (one row a relative)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from forename.exceptions import UnusableInputError
from forename.formats.calls import (
    Notes,
    date_error,
    is_haploid_y,
    profile_of,
    read_allele,
)
from forename.formats.numbers import read_number
from forename.formats.profile_columns import ProfileColumns, profile_columns
from forename.formats.rows import Row
from forename.formats.source import Reading, Source
from forename.formats.tables import Table, identity_cell, read_table
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import AMELOGENIN
from forename.genetics.problem import Relative
from forename.genetics.profiles import Profile, Sex
from forename.genetics.sentences import say

T = TypeVar("T")

_SEXES = {
    "m": Sex.MALE, "male": Sex.MALE, "1": Sex.MALE, "ذكر": Sex.MALE, "xy": Sex.MALE,
    "f": Sex.FEMALE, "female": Sex.FEMALE, "2": Sex.FEMALE, "أنثى": Sex.FEMALE, "xx": Sex.FEMALE,
    "": Sex.UNKNOWN, "u": Sex.UNKNOWN, "unknown": Sex.UNKNOWN, "0": Sex.UNKNOWN, "?": Sex.UNKNOWN,
    "na": Sex.UNKNOWN, "-": Sex.UNKNOWN,
}  # fmt: skip


def read_remains_table(source: Source) -> Reading[tuple[Profile, ...]]:
    """Return the profiles of a table with one row a sample and one or more columns a marker.

    Markers may be written ``vWA 1``/``vWA 2``, ``vWA_1``/``vWA_2``, ``vWA.1``/``vWA.2`` or as two
    equal headers. Optional columns: sex, stratum (site, incident, grave), drop-out, drop-in.
    Every row is kept, equal sample ids too. Raises `UnusableInputError` with line and column.
    """
    table = read_table(source)
    return remains_of_table(table)


def remains_of_table(table: Table) -> Reading[tuple[Profile, ...]]:
    """Return the profiles of a table already split into cells; see `read_remains_table`."""
    notes = Notes(table.file)
    layout = profile_columns(table, notes)
    if "family" in layout.roles or "kinship" in layout.roles:
        column = layout.roles.get("kinship", layout.roles.get("family", 0))
        raise UnusableInputError(
            "this looks like a table of relatives, not of remains.",
            file=table.file,
            line=table.header.line,
            column=column + 1,
            field=table.header.cells[column],
            expected="one row a sample: Sample, then two columns a marker",
        )
    _need(table, layout, "sample", "a column Sample (or Sample ID, Sample Info)")
    profiles = tuple(_profile(table, layout, row, notes) for row in table.rows)
    _suspect_single_homozygotes(profiles, notes)
    return _reading(table, profiles, notes)


def read_relatives_table(source: Source) -> Reading[tuple[Relative, ...]]:
    """Return the relatives of a "multiple families" table: family, kinship, sample, markers.

    ``kinship`` is what this relative is to the missing person (``[mother]`` or ``mother``).
    Every row is kept. Raises `UnusableInputError` with line and column.
    """
    return relatives_of_table(read_table(source))


def relatives_of_table(table: Table) -> Reading[tuple[Relative, ...]]:
    """Return the relatives of a table already split into cells; see `read_relatives_table`."""
    notes = Notes(table.file)
    layout = profile_columns(table, notes)
    if "family" not in layout.roles and "kinship" not in layout.roles and "sample" in layout.roles:
        raise UnusableInputError(
            "this looks like a table of remains, not of relatives.",
            file=table.file,
            line=table.header.line,
            expected="columns Family ID, Kinship, Sample ID, then two columns a marker",
        )
    _need(table, layout, "family", "a column Family ID (or Family)")
    _need(table, layout, "kinship", "a column Kinship (or Relationship)")
    _need(table, layout, "sample", "a column Sample ID (or Sample)")
    relatives = []
    for row in table.rows:
        family = _identity(table, layout, row, "family")
        kinship = _identity(table, layout, row, "kinship").strip("[](){} ")
        if not kinship:
            raise UnusableInputError(
                "this cell holds brackets and no word.",
                file=table.file,
                line=row.line,
                column=layout.roles["kinship"] + 1,
                field=table.header.cells[layout.roles["kinship"]],
                expected="a kinship word such as [mother]",
            )
        profile = _profile(table, layout, row, notes)
        relatives.append(Relative(family, kinship, profile, Location(table.file, row.line)))
    _suspect_single_homozygotes([relative.profile for relative in relatives], notes)
    return _reading(table, tuple(relatives), notes)


def _reading(table: Table, value: T, notes: Notes) -> Reading[T]:
    if not table.rows:
        raise UnusableInputError(
            "the table has a header and no rows.",
            file=table.file,
            line=table.header.line,
            expected="at least one row under the header",
        )
    findings = (*table.findings, *notes.finished())
    return Reading(value, table.file, table.digest, findings, notes.frozen_spellings())


def _profile(table: Table, layout: ProfileColumns, row: Row, notes: Notes) -> Profile:
    sample = _identity(table, layout, row, "sample")
    sex = _sex(table, layout, row)
    seen: dict[str, tuple[tuple[str, ...], int, Location]] = {}
    for marker, positions in layout.markers.items():
        seen[marker] = _alleles(table, row, marker, positions, notes)
    return profile_of(
        sample,
        seen,
        notes,
        sex=sex,
        drop_out=_rate(table, layout, row, "drop_out", notes),
        drop_in=_rate(table, layout, row, "drop_in", notes),
        stratum=row.cells[layout.roles["stratum"]] if "stratum" in layout.roles else "",
        location=Location(table.file, row.line),
    )


def _alleles(
    table: Table, row: Row, marker: str, positions: Sequence[int], notes: Notes
) -> tuple[tuple[str, ...], int, Location]:
    """Return the alleles in a marker's cells, the number of cells, and the first one's place."""
    first = Location(table.file, row.line, positions[0] + 1)
    alleles: list[str] = []
    cells = 0
    for position in positions:
        cell = row.cells[position]
        if not cell:
            cells += 1
            continue
        location = Location(table.file, row.line, position + 1)
        if (row.line, position + 1) in table.date_cells:
            raise date_error(cell, marker, location)
        # One column a marker may hold the whole genotype, as 14/16.
        parts = cell.split("/") if len(positions) == 1 and "/" in cell else [cell]
        if len(positions) == 1 and len(parts) == 1 and "," in cell:
            raise UnusableInputError(
                f"{cell[:40]!r} may be two alleles or a decimal comma.",
                file=table.file,
                line=row.line,
                column=position + 1,
                field=marker,
                expected="a genotype such as 14/16 or 9.3/10, or two columns a marker",
            )
        cells += len(parts)
        for part in parts:
            allele = read_allele(part, marker, location, notes)
            if allele is not None:
                alleles.append(allele)
    if cells == 1 and marker != AMELOGENIN and not is_haploid_y(marker):
        cells = 2  # a lone column of an autosomal marker leaves the other allele unknown
    return tuple(alleles), cells, first


def _identity(table: Table, layout: ProfileColumns, row: Row, role: str) -> str:
    return identity_cell(table, row, layout.roles[role], f"the {role} of this row")


def _sex(table: Table, layout: ProfileColumns, row: Row) -> Sex:
    if "sex" not in layout.roles:
        return Sex.UNKNOWN
    position = layout.roles["sex"]
    try:
        return _SEXES[row.cells[position].lower()]
    except KeyError:
        raise UnusableInputError(
            f"{row.cells[position][:40]!r} is not a sex.",
            file=table.file,
            line=row.line,
            column=position + 1,
            field=table.header.cells[position],
            expected="M, F, or blank for unknown",
        ) from None


def _rate(table: Table, layout: ProfileColumns, row: Row, role: str, notes: Notes) -> float | None:
    if role not in layout.roles or not row.cells[layout.roles[role]]:
        return None
    position = layout.roles[role]
    return read_number(
        row.cells[position],
        Location(table.file, row.line, position + 1),
        field=table.header.cells[position],
        expected="a number from 0 to less than 1, or a blank cell",
        low=0,
        high=math.nextafter(1, 0),
        notes=notes,
    )


def _need(table: Table, layout: ProfileColumns, role: str, expected: str) -> None:
    if role not in layout.roles:
        raise UnusableInputError(
            f"the header has no column for the {role}.",
            file=table.file,
            line=table.header.line,
            expected=expected,
        )


def _suspect_single_homozygotes(profiles: Sequence[Profile], notes: Notes) -> None:
    """Warn when a file never writes an allele twice although it leaves second cells blank.

    With heterozygosity about 0.8, thirty complete genotypes without a homozygote happen by
    chance once in 800 files; the file then more likely writes homozygotes once.
    """
    calls = [call for profile in profiles for call in profile.calls.values()]
    complete = [call for call in calls if len(call.alleles) == 2]
    single = [call for call in calls if call.partial]
    if single and len(complete) >= 30 and all(len(call.distinct) == 2 for call in complete):
        notes.findings.append(
            Finding(
                "homozygotes_perhaps_single",
                Severity.WARNING,
                (notes.file,),
                say(
                    "{file}: no allele is written twice in {complete} complete genotypes; "
                    "genotypes with one allele: {single}. The file may write homozygotes once; "
                    "they were read as one allele known.",
                    file=notes.file,
                    complete=len(complete),
                    single=len(single),
                ),
                say("If so, export again with homozygous alleles written twice."),
                tuple(call.location for call in single if call.location),
            )
        )
