"""Tables with one row a sample and marker: GeneMapper exports and GENis' autosomal files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forename.exceptions import UnusableInputError
from forename.formats.calls import (
    Notes,
    date_error,
    is_haploid_y,
    is_x_linked,
    profile_of,
    read_allele,
)
from forename.formats.profile_columns import folded
from forename.formats.rows import Row
from forename.formats.source import Reading, Source
from forename.formats.tables import Table, identity_cell, read_table
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import AMELOGENIN
from forename.genetics.profiles import Profile
from forename.genetics.sentences import say

_SAMPLE = ("samplename", "sample", "sampleid", "sampleinfo")
_MARKER = ("marker", "markername", "locus")
_ALLELE = re.compile(r"allele([0-9]{1,2})")
# Sample types of a run that are no samples: Allelic Ladder, Positive Control, Custom Control, …
_CONTROL_TYPE = re.compile(r".*(ladder|control|blank).*")


@dataclass(frozen=True, slots=True)
class _Columns:
    sample: int
    marker: int
    alleles: tuple[int, ...]
    sample_file: int | None
    sample_type: int | None


def looks_like_long_table(table: Table) -> bool:
    """Tell whether a header has a column for the marker and columns ``Allele 1``, ``Allele 2``."""
    headers = [folded(cell) for cell in table.header.cells]
    has_marker = any(header in _MARKER for header in headers)
    return has_marker and any(_ALLELE.fullmatch(header) for header in headers)


def read_genemapper(source: Source) -> Reading[tuple[Profile, ...]]:
    """Return the profiles of a GeneMapper or GENis table; see `remains_of_long_table`."""
    return remains_of_long_table(read_table(source))


def remains_of_long_table(table: Table) -> Reading[tuple[Profile, ...]]:
    """Return the profiles of a table with one row for each sample and marker.

    Rows of one sample (and sample file, where given) make one profile; ladders and controls are
    left out and told. Where the table writes homozygous alleles twice, a lone allele means "one
    allele known"; where at least 30 complete genotypes show no homozygote, a lone allele is a
    homozygote, and a finding says so. Raises `UnusableInputError` with line and column.
    """
    notes = Notes(table.file)
    columns = _columns(table)
    rows = _rows_by_sample(table, columns, notes)
    genotypes = {
        key: _genotypes(table, columns, sample_rows, notes) for key, sample_rows in rows.items()
    }
    if _writes_homozygotes_once(genotypes):
        genotypes = {key: _doubled(seen) for key, seen in genotypes.items()}
        _tell_convention(table.file, notes)
    profiles = tuple(
        profile_of(sample, seen, notes, location=Location(table.file, rows[sample, run][0].line))
        for (sample, run), seen in genotypes.items()
    )
    if not profiles:
        raise UnusableInputError(
            "the table holds no sample.",
            file=table.file,
            line=table.header.line,
            expected="rows of samples that are not ladders or controls",
        )
    findings = (*table.findings, *notes.finished())
    return Reading(profiles, table.file, table.digest, findings, notes.frozen_spellings())


_Seen = dict[str, tuple[tuple[str, ...], int, Location]]


def _columns(table: Table) -> _Columns:
    headers = [folded(cell) for cell in table.header.cells]

    def one(names: Sequence[str], expected: str) -> int:
        found = [headers.index(name) for name in names if name in headers]
        if not found:
            raise UnusableInputError(
                "the header lacks a column.",
                file=table.file,
                line=table.header.line,
                expected=expected,
            )
        if headers.count(headers[found[0]]) > 1:
            again = len(headers) - headers[::-1].index(headers[found[0]])
            raise UnusableInputError(
                "this column stands twice.",
                file=table.file,
                line=table.header.line,
                column=again,
                field=table.header.cells[again - 1],
                expected="each column once",
            )
        return found[0]

    def perhaps(*names: str) -> int | None:
        return next((headers.index(name) for name in names if name in headers), None)

    numbered = [
        (int(m[1]), i) for i, header in enumerate(headers) if (m := _ALLELE.fullmatch(header))
    ]
    stated = sorted(number for number, _ in numbered)
    if len(stated) < 2 or stated != list(range(1, len(stated) + 1)):
        twice = len(set(stated)) != len(stated)
        raise UnusableInputError(
            "an allele column stands twice." if twice else "the header lacks an allele column.",
            file=table.file,
            line=table.header.line,
            expected="Allele 1, Allele 2, … once each",
        )
    return _Columns(
        one(_SAMPLE, "a column 'Sample Name'"),
        one(_MARKER, "a column 'Marker'"),
        tuple(position for _, position in sorted(numbered)),
        perhaps("samplefile", "runname"),
        perhaps("sampletype"),
    )


def _rows_by_sample(
    table: Table, columns: _Columns, notes: Notes
) -> Mapping[tuple[str, str], list[Row]]:
    rows: dict[tuple[str, str], list[Row]] = {}
    controls: dict[str, Location] = {}
    for row in table.rows:
        sample = identity_cell(table, row, columns.sample, "the sample's name")
        kind = row.cells[columns.sample_type] if columns.sample_type is not None else ""
        if _CONTROL_TYPE.fullmatch(folded(kind)):
            controls.setdefault(f"{sample} ({kind.lower()})", Location(table.file, row.line))
            continue
        run = row.cells[columns.sample_file] if columns.sample_file is not None else ""
        rows.setdefault((sample, run), []).append(row)
    if controls:
        notes.findings.append(
            Finding(
                "controls_not_used",
                Severity.INFO,
                tuple(controls),
                say(
                    "{file}: controls were left out: {controls}.",
                    file=table.file,
                    controls=tuple(controls),
                ),
                locations=tuple(controls.values()),
            )
        )
    return rows


def _genotypes(table: Table, columns: _Columns, rows: Sequence[Row], notes: Notes) -> _Seen:
    seen: _Seen = {}
    for row in rows:
        written = identity_cell(table, row, columns.marker, "the marker's name")
        marker = notes.marker(written)
        if marker in seen:
            raise UnusableInputError(
                f"sample {row.cells[columns.sample]!r} has a second row for this marker.",
                file=table.file,
                line=row.line,
                column=columns.marker + 1,
                field=written,
                expected="one row for each sample and marker",
            )
        alleles = []
        for position in columns.alleles:
            place = Location(table.file, row.line, position + 1)
            if (row.line, position + 1) in table.date_cells:
                raise date_error(row.cells[position], marker, place)
            allele = read_allele(row.cells[position], marker, place, notes)
            if allele is not None:
                alleles.append(allele)
        first = Location(table.file, row.line, columns.alleles[0] + 1)
        seen[marker] = (tuple(alleles), max(2, len(columns.alleles)), first)
    return seen


def _diploid(seen: _Seen) -> list[tuple[str, ...]]:
    return [
        alleles
        for marker, (alleles, _, _) in seen.items()
        if alleles and not (is_haploid_y(marker) or is_x_linked(marker) or marker == AMELOGENIN)
    ]


def _writes_homozygotes_once(genotypes: Mapping[tuple[str, str], _Seen]) -> bool:
    """Tell whether 30 or more complete genotypes hold no homozygote although lone alleles exist.

    With heterozygosity 0.8 that happens by chance once in 800 files.
    """
    calls = [alleles for seen in genotypes.values() for alleles in _diploid(seen)]
    complete = [alleles for alleles in calls if len(alleles) >= 2]
    if len(complete) < 30 or len(complete) == len(calls):
        return False
    return all(len(set(alleles)) == len(alleles) for alleles in complete)


def _doubled(seen: _Seen) -> _Seen:
    """Return the genotypes with lone alleles written twice, except a lone Y of amelogenin."""
    return {
        marker: (
            (alleles * 2 if len(alleles) == 1 and alleles != ("Y",) else alleles),
            cells,
            place,
        )
        if not is_haploid_y(marker)
        else (alleles, cells, place)
        for marker, (alleles, cells, place) in seen.items()
    }


def _tell_convention(file: str, notes: Notes) -> None:
    notes.findings.append(
        Finding(
            "single_allele_as_homozygote",
            Severity.WARNING,
            (file,),
            say(
                "{file}: no complete genotype is homozygous, so a lone allele was read as a "
                "homozygote.",
                file=file,
            ),
            say("Export again with homozygous alleles written twice to be sure."),
            (Location(file, 1),),
        )
    )
