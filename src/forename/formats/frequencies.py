"""Allele frequencies, in whatever layout a laboratory sends them."""

from __future__ import annotations

from dataclasses import dataclass, field

from forename.exceptions import UnusableInputError
from forename.formats.calls import (
    NOT_TESTED,
    Notes,
    date_error,
    is_haploid_y,
    is_x_linked,
    read_allele,
)
from forename.formats.json_fields import JsonField, json_of_text
from forename.formats.numbers import LEAST_FREQUENCY, read_number
from forename.formats.profile_columns import SAMPLE_HEADERS, folded
from forename.formats.rows import SourceRows
from forename.formats.source import Reading, Source
from forename.formats.tables import Table, read_rows, table_of_rows
from forename.formats.text import decode
from forename.formats.workbooks import is_workbook
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import Chromosome
from forename.genetics.problem import FrequencyTable
from forename.genetics.sentences import say

_ALLELE_HEADERS = frozenset("allele alleles alelo alelos allel".split())
_MARKER_HEADERS = frozenset("marker locus loci markername system".split())
_FREQUENCY_HEADERS = frozenset("frequency freq frequencies p".split())
_FLOOR_ROWS = frozenset({"fmin", "minfreq", "minimumfrequency"})
# Rows that published tables put under the alleles; they are not frequencies of alleles.
_STATISTIC_ROWS = frozenset(
    "n 2n total sum ho he hobs hexp hetobs hetexp pic pd pe pm mp ppow pval p pi tpi hwe".split()
)
_EXPECTED = "a frequency from 0 to 1"


@dataclass(slots=True)
class FrequencyRows:
    """Frequencies gathered while a file is read; every duplicate and misfit raises at its place."""

    notes: Notes
    frequencies: dict[str, dict[str, float]] = field(default_factory=dict)
    floors: dict[str, float] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)
    zeros: list[tuple[str, str, Location]] = field(default_factory=list)

    def start(self, written: str, location: Location) -> str:
        """Begin a marker; the same marker twice, in any spelling, is an error."""
        marker = self.notes.marker(written)
        if marker in self.frequencies:
            raise UnusableInputError(
                f"marker {written} stands in the table twice (also at {self.locations[marker]}).",
                file=location.file,
                line=location.line,
                column=location.column,
                field=written,
                expected="each marker once",
            )
        self.frequencies[marker] = {}
        self.locations[marker] = location
        return marker

    def add(self, marker: str, allele: str, frequency: float, location: Location) -> None:
        """Add one allele's frequency; a zero is noted and left out, a second value is an error."""
        if allele in self.frequencies[marker]:
            raise UnusableInputError(
                f"allele {allele} of marker {marker} has two frequencies.",
                file=location.file,
                line=location.line,
                column=location.column,
                field=marker,
                expected="each allele once a marker",
            )
        if frequency == 0:
            self.zeros.append((marker, allele, location))
            return
        if frequency < LEAST_FREQUENCY:
            raise UnusableInputError(
                f"the frequency {frequency:g} of allele {allele} is too small to be one.",
                file=location.file,
                line=location.line,
                column=location.column,
                field=marker,
                expected=f"0 for an allele never seen, or from {LEAST_FREQUENCY:g} to 1",
            )
        self.frequencies[marker][allele] = frequency

    def allele(self, text: str, marker: str, location: Location) -> str:
        """Return the canonical label of an allele; a blank one is an error.

        ``rest`` (all alleles not listed) and the X and Y of amelogenin are taken as they stand.
        """
        if folded(text) in ("rest", "restallele", "other", "others"):
            return "rest"
        if text.upper() in ("X", "Y"):
            return text.upper()
        label = read_allele(text, marker, location, self.notes)
        if label is None:
            raise UnusableInputError(
                "the allele is missing.",
                file=location.file,
                line=location.line,
                column=location.column,
                field=marker,
                expected="a repeat number such as 12 or 9.3",
            )
        return label

    def frequency(self, text: str, marker: str, location: Location) -> float:
        """Return a frequency in [0, 1]; a decimal comma is understood and noted."""
        return read_number(
            text, location, field=marker, expected=_EXPECTED, low=0, high=1, notes=self.notes
        )

    def finished(
        self, file: str, digest: str, found: tuple[Finding, ...]
    ) -> Reading[FrequencyTable]:
        """Return what was read; markers without any frequency are an error."""
        if not self.frequencies:
            raise UnusableInputError(
                "no marker was found.", file=file, line=1, expected="a table of allele frequencies"
            )
        for marker, alleles in self.frequencies.items():
            if not alleles:
                place = self.locations[marker]
                raise UnusableInputError(
                    f"marker {marker} has no allele with a frequency.",
                    file=file,
                    line=place.line,
                    column=place.column,
                    field=marker,
                    expected="at least one allele",
                )
        self.notes.findings.extend(without_y_markers(file, self.frequencies, self.locations))
        if not self.frequencies:
            raise UnusableInputError(
                "all markers are of the Y chromosome.", file=file, line=1, expected="autosomal or X"
            )
        if self.zeros:
            self.notes.findings.append(_zero_finding(file, self.zeros))
        table = FrequencyTable(
            self.frequencies,
            chromosomes={m: Chromosome.X for m in self.frequencies if is_x_linked(m)},
            minimum_frequency=self.floors,
            locations=self.locations,
        )
        findings = (*found, *self.notes.finished())
        return Reading(table, file, digest, findings, self.notes.frozen_spellings())


def without_y_markers(
    file: str, frequencies: dict[str, dict[str, float]], locations: dict[str, Location]
) -> tuple[Finding, ...]:
    """Take Y markers out of ``frequencies`` and tell it: they are inherited as one haplotype."""
    found = [marker for marker in frequencies if is_haploid_y(marker)]
    for marker in found:
        del frequencies[marker]
    return tuple(
        Finding(
            "y_marker_not_used",
            Severity.WARNING,
            (marker,),
            say(
                "{file}: {marker} is a marker of the Y chromosome and is not used.",
                file=file,
                marker=marker,
            ),
            say("Evaluate the Y haplotype apart and enter it as other evidence."),
            (locations.pop(marker),),
        )
        for marker in found
    )


def frequencies_of_table(table: Table) -> Reading[FrequencyTable]:
    """Return the frequencies of a table: a matrix (one column a marker) or a long list.

    The matrix has ``Allele`` (GENis: ``alelo``) as first header, one column a marker, blanks for
    alleles not seen, and may have a row ``fmin``. The long list has the columns marker, allele,
    frequency in any order. Raises `UnusableInputError` with line and column.
    """
    headers = [folded(cell) for cell in table.header.cells]
    kinds = (_MARKER_HEADERS, _ALLELE_HEADERS, _FREQUENCY_HEADERS)
    if sum(any(h in kind for h in headers) for kind in kinds) >= 2:
        return _long_list(table, headers)
    if headers[0].startswith(("allele", "alelo")) or (headers[0] == "" and len(headers) > 1):
        return _matrix(table)
    problem = "the header is not one of a frequency table."
    if any(h in SAMPLE_HEADERS for h in headers):
        problem = "this looks like a table of profiles, not of allele frequencies."
    raise UnusableInputError(
        problem,
        file=table.file,
        line=table.header.line,
        column=1,
        field=table.header.cells[0][:40],
        expected="'Allele' and one column a marker, or the columns marker, allele, frequency; "
        "no title above the header",
    )


def _matrix(table: Table) -> Reading[FrequencyTable]:
    rows = FrequencyRows(Notes(table.file))
    header = table.header
    markers: list[tuple[int, str]] = []
    for position, written in enumerate(header.cells[1:], start=1):
        place = Location(table.file, header.line, position + 1)
        if not written:
            if any(row.cells[position] for row in table.rows):
                raise UnusableInputError(
                    "this column has no header.", file=table.file, line=header.line,
                    column=position + 1, expected="the marker's name",
                )  # fmt: skip
            continue
        markers.append((position, rows.start(written, place)))
    unused: list[tuple[str, Location]] = []
    seen: dict[str, int] = {}
    for row in table.rows:
        place = Location(table.file, row.line, 1)
        kind = folded(row.cells[0])
        if kind in _STATISTIC_ROWS:
            unused.append((row.cells[0], place))
            continue
        if (row.line, 1) in table.date_cells:
            raise date_error(row.cells[0], "Allele", place)
        label = "" if kind in _FLOOR_ROWS else rows.allele(row.cells[0], "Allele", place)
        if label in seen:
            raise UnusableInputError(
                f"allele {row.cells[0]} has a second row (the first is line {seen[label]}).",
                file=table.file,
                line=row.line,
                column=1,
                field=header.cells[0],
                expected="each allele once",
            )
        seen[label] = row.line
        for position, marker in markers:
            text = row.cells[position]
            if text.upper() in NOT_TESTED:
                continue
            cell = Location(table.file, row.line, position + 1)
            if (row.line, position + 1) in table.date_cells:
                raise date_error(text, marker, cell)
            value = rows.frequency(text, marker, cell)
            if label:
                rows.add(marker, label, value, cell)
            else:
                rows.floors[marker] = value
    if unused:
        rows.notes.findings.append(_statistics_finding(table.file, unused))
    # An empty column is a marker of the kit that this population was not typed for.
    for marker in [m for m, alleles in rows.frequencies.items() if not alleles]:
        del rows.frequencies[marker]
        rows.notes.findings.append(
            Finding(
                "marker_without_frequencies",
                Severity.WARNING,
                (marker,),
                say("{file}: the column of {marker} is empty.", file=table.file, marker=marker),
                say("The marker is not used unless its frequencies are added."),
                (rows.locations[marker],),
            )
        )
    return rows.finished(table.file, table.digest, table.findings)


def _long_list(table: Table, headers: list[str]) -> Reading[FrequencyTable]:
    rows = FrequencyRows(Notes(table.file))
    columns: dict[str, int] = {}
    for role, known in (
        ("marker", _MARKER_HEADERS),
        ("allele", _ALLELE_HEADERS),
        ("frequency", _FREQUENCY_HEADERS),
    ):
        found = [position for position, header in enumerate(headers) if header in known]
        if len(found) != 1:
            raise UnusableInputError(
                f"the header has {len(found)} columns for the {role}.",
                file=table.file,
                line=table.header.line,
                column=found[1] + 1 if len(found) > 1 else None,
                field=role,
                expected="the columns marker, allele, frequency, once each",
            )
        columns[role] = found[0]
    started: dict[str, str] = {}
    for row in table.rows:
        place = {role: Location(table.file, row.line, c + 1) for role, c in columns.items()}
        written = row.cells[columns["marker"]]
        if not written:
            raise UnusableInputError(
                "the marker is missing.", file=table.file, line=row.line,
                column=columns["marker"] + 1, field="marker", expected="the marker's name",
            )  # fmt: skip
        if written not in started:
            started[written] = rows.start(written, place["marker"])
        marker = started[written]
        for role in ("allele", "frequency"):
            if (row.line, columns[role] + 1) in table.date_cells:
                raise date_error(row.cells[columns[role]], marker, place[role])
        text = row.cells[columns["allele"]]
        if folded(text) in _FLOOR_ROWS:
            if marker in rows.floors:
                raise UnusableInputError(
                    f"marker {marker} has a second minimum frequency.", file=table.file,
                    line=row.line, column=columns["allele"] + 1, field=marker, expected="one only",
                )  # fmt: skip
            floor = rows.frequency(row.cells[columns["frequency"]], marker, place["frequency"])
            rows.floors[marker] = floor
            continue
        allele = rows.allele(text, marker, place["allele"])
        value = rows.frequency(row.cells[columns["frequency"]], marker, place["frequency"])
        rows.add(marker, allele, value, place["frequency"])
    return rows.finished(table.file, table.digest, table.findings)


def frequencies_of_familias_rows(source: SourceRows) -> Reading[FrequencyTable]:
    """Return Familias' exported frequencies: marker line, ``allele<TAB>frequency`` lines, blank.

    Raises `UnusableInputError` with the line.
    """
    rows = FrequencyRows(Notes(source.file))
    marker = ""
    last = 0
    for row in source.rows:
        if row.blank:
            continue
        cells = [cell for cell in row.cells if cell]
        if row.line > last + 1:
            marker = ""  # blank lines stand between
        last = row.line
        if not marker:
            if len(cells) != 1 or not row.cells[0]:
                raise UnusableInputError(
                    "a marker's name should stand alone on this line.",
                    file=source.file,
                    line=row.line,
                    expected="marker line, then allele<TAB>frequency lines, then a blank line",
                )
            marker = rows.start(cells[0], Location(source.file, row.line, 1))
            continue
        if len(cells) != 2 or not all(row.cells[:2]):
            raise UnusableInputError(
                f"the line has {len(cells)} parts.",
                file=source.file,
                line=row.line,
                field=marker,
                expected="allele<TAB>frequency, or a blank line before the next marker",
            )
        if (row.line, 1) in source.date_cells:
            raise date_error(cells[0], marker, Location(source.file, row.line, 1))
        allele = rows.allele(cells[0], marker, Location(source.file, row.line, 1))
        where = Location(source.file, row.line, 2)
        rows.add(marker, allele, rows.frequency(cells[1], marker, where), where)
    return rows.finished(source.file, source.digest, source.findings)


def looks_like_familias_rows(source: SourceRows) -> bool:
    """Tell whether the first row is a name that stands alone and the second has two cells."""
    first = [row.cells for row in source.rows if not row.blank][:2]
    filled = [[column for column, cell in enumerate(cells) if cell] for cells in first]
    return filled == [[0], [0, 1]] and folded(first[0][0]) not in _ALLELE_HEADERS


def frequencies_of_json(
    root: JsonField, digest: str, found: tuple[Finding, ...]
) -> Reading[FrequencyTable]:
    """Return the frequencies of a JSON file ``{"markers": {marker: {allele: frequency}}}``."""
    rows = FrequencyRows(Notes(root.file))
    place = Location(root.file)
    for written, alleles in root.field("markers").fields().items():
        marker = rows.start(written, place)
        for text, frequency in alleles.fields().items():
            rows.add(marker, rows.allele(text, marker, place), frequency.frequency(), place)
    return rows.finished(root.file, digest, found)


def read_tabular_frequencies(source: Source) -> Reading[FrequencyTable]:
    """Return the frequencies of a delimited, workbook, JSON or Familias text file."""
    if not is_workbook(source):
        text = decode(source)
        if text.text.lstrip().startswith("{"):
            return frequencies_of_json(json_of_text(text), source.digest, text.findings)
    rows = read_rows(source)
    if looks_like_familias_rows(rows):
        return frequencies_of_familias_rows(rows)
    return frequencies_of_table(table_of_rows(rows))


def _zero_finding(file: str, zeros: list[tuple[str, str, Location]]) -> Finding:
    return Finding(
        "zero_frequency",
        Severity.INFO,
        tuple(dict.fromkeys(marker for marker, _, _ in zeros)),
        say(
            "{file}: alleles with the frequency 0, which count as not listed: {count} ({alleles}).",
            file=file,
            count=len(zeros),
            alleles=tuple(f"{marker} {allele}" for marker, allele, _ in zeros[:8]),
        ),
        say("An allele that is seen all the same gets the minimum frequency."),
        tuple(location for _, _, location in zeros),
    )


def _statistics_finding(file: str, unused: list[tuple[str, Location]]) -> Finding:
    return Finding(
        "row_not_used",
        Severity.INFO,
        (file,),
        say(
            "{file}: rows that are not alleles: {rows}.",
            file=file,
            rows=tuple(name for name, _ in unused),
        ),
        locations=tuple(location for _, location in unused),
    )
