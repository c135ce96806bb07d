"""Familias' tables: remains (one row a sample) and "multiple families" (one row a relative)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from forename.exceptions import UnusableInputError
from forename.formats.calls import (
    Notes,
    date_error,
    is_haploid_y,
    is_x_linked,
    profile_of,
    read_allele,
)
from forename.formats.source import Reading, Source
from forename.formats.tables import MAX_NAME, Row, Table, read_table
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import AMELOGENIN, canonical_marker_name
from forename.genetics.problem import Relative
from forename.genetics.profiles import Profile, Sex

T = TypeVar("T")

# Headers with spaces, case and punctuation folded away.
SAMPLE_HEADERS = frozenset(
    "sample sampleid sampleinfo samplename samplecode sampleno samplenumber specimen specimenid "
    "id name person personid رقمالعينة العينة".split()
)
FAMILY_HEADERS = frozenset("family familyid familycode familyname famid fam العائلة الأسرة".split())
KINSHIP_HEADERS = frozenset("kinship relationship relation kin relative القرابة صلةالقرابة".split())
SEX_HEADERS = frozenset("sex gender الجنس".split())
STRATUM_HEADERS = frozenset("stratum site incident grave".split())
DROP_OUT_HEADERS = frozenset("dropout dropoutprobability".split())
DROP_IN_HEADERS = frozenset("dropin dropinprobability".split())

_ROLES: Mapping[str, frozenset[str]] = {
    "family": FAMILY_HEADERS,
    "kinship": KINSHIP_HEADERS,
    "sample": SAMPLE_HEADERS,
    "sex": SEX_HEADERS,
    "stratum": STRATUM_HEADERS,
    "drop_out": DROP_OUT_HEADERS,
    "drop_in": DROP_IN_HEADERS,
}
# "vWA 1", "vWA_2", "vWA.1", "vWA-2", "vWA (1)", "vWA Allele 2": a separator is needed, for TH01.
_NUMBERED = re.compile(
    r"(?P<marker>.*?[^\s_.\-])[\s_.\-]+(?:allele[\s_.\-]*|all?[\s_.\-]*)?\(?(?P<index>[1-9])\)?",
    re.IGNORECASE,
)
_MARKER_NAME = re.compile(
    r"D\d{1,2}S\d{2,5}|DXS\d+|DYS\d+.*|DYF\d+.*|YINDEL|PENTA [A-E]|AMEL|HPRTB|VWA|TH01|TPOX|FGA|"
    r"CSF1PO|SE33|ACTBP2|F13A1|F13B|FES/?FPS|FESFPS|LPL|CD4|F13A01|YGATAH4"
)
_SEXES = {
    "m": Sex.MALE, "male": Sex.MALE, "1": Sex.MALE, "ذكر": Sex.MALE, "xy": Sex.MALE,
    "f": Sex.FEMALE, "female": Sex.FEMALE, "2": Sex.FEMALE, "أنثى": Sex.FEMALE, "xx": Sex.FEMALE,
    "": Sex.UNKNOWN, "u": Sex.UNKNOWN, "unknown": Sex.UNKNOWN, "0": Sex.UNKNOWN, "?": Sex.UNKNOWN,
    "na": Sex.UNKNOWN, "-": Sex.UNKNOWN,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which column (0-based) holds what: roles by name, marker columns by canonical name."""

    roles: Mapping[str, int]
    markers: Mapping[str, tuple[int, ...]]


def folded(header: str) -> str:
    """Return a header without case, spaces and punctuation, for comparison."""
    return re.sub(r"[\s_.\-#:]+", "", header).lower()


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
    layout = _layout(table, notes)
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
    layout = _layout(table, notes)
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
            raise _missing(table, row, layout.roles["kinship"], "a kinship word such as [mother]")
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


def _layout(table: Table, notes: Notes) -> _Layout:
    header = table.header
    roles: dict[str, int] = {}
    columns: dict[str, list[tuple[int, int]]] = {}
    unused: list[int] = []
    plain: set[str] = set()  # headers of markers without a column number
    for position, written in enumerate(header.cells):
        role = next((name for name, known in _ROLES.items() if folded(written) in known), "")
        if role:
            if role in roles:
                raise _header_error(table, position, f"a second column for the {role}", "one only")
            roles[role] = position
            continue
        before = header.cells[position - 1] if position else ""
        if not written and before in plain and any(r.cells[position] for r in table.rows):
            # Two merged header cells over the two columns of a marker.
            columns[canonical_marker_name(before)].append((0, position))
            continue
        numbered = _NUMBERED.fullmatch(written)
        name = numbered["marker"] if numbered else written
        if not written or not (numbered or _may_be_marker(written, header)):
            unused.append(position)
            continue
        index = int(numbered["index"]) if numbered else 0
        if not numbered:
            plain.add(written)
        columns.setdefault(canonical_marker_name(name), []).append((index, position))
        notes.marker(name)
    if "rangefrom" in map(folded, header.cells):
        raise UnusableInputError(
            "this looks like a table of mitochondrial DNA, which is not used here.",
            file=table.file,
            line=header.line,
            expected="a table of STR profiles",
        )
    if folded(header.cells[0]) in ("allele", "alleles", "alelo", "marker", "locus"):
        raise UnusableInputError(
            "this looks like a table of allele frequencies.",
            file=table.file,
            line=header.line,
            column=1,
            field=header.cells[0],
            expected="a table of profiles: Sample, then two columns a marker",
        )
    for marker, placed in columns.items():
        _check_indices(table, marker, placed)
    if not columns:
        raise UnusableInputError(
            "no marker columns were found in the header.",
            file=table.file,
            line=header.line,
            expected="two columns a marker, such as 'vWA 1' and 'vWA 2', separated by tabs, "
            "semicolons or commas",
        )
    _tell_unused(table, unused, notes)
    return _Layout(roles, {m: tuple(p for _, p in sorted(placed)) for m, placed in columns.items()})


def _may_be_marker(written: str, header: Row) -> bool:
    """Tell whether a header without a number is a marker: a known name, or written twice."""
    name = canonical_marker_name(written)
    if _MARKER_NAME.fullmatch(name) or is_haploid_y(name) or is_x_linked(name):
        return True
    return sum(canonical_marker_name(cell) == name for cell in header.cells) == 2


def _check_indices(table: Table, marker: str, placed: Sequence[tuple[int, int]]) -> None:
    """Refuse a column that stands twice: the same number, or three equal headers."""
    indices = [index for index, _ in placed]
    plain = indices.count(0)
    for index, position in placed:
        if plain > 2 or (index and indices.count(index) > 1) or (plain > 1 and len(indices) > 2):
            raise _header_error(
                table, position, f"a second column with this header for marker {marker}",
                "each column once (vWA 1, vWA 2)",
            )  # fmt: skip


def _tell_unused(table: Table, unused: Sequence[int], notes: Notes) -> None:
    filled = [p for p in unused if table.header.cells[p] or any(r.cells[p] for r in table.rows)]
    if filled:
        names = ", ".join(repr(table.header.cells[p]) for p in filled)
        notes.findings.append(
            Finding(
                "column_not_used",
                Severity.WARNING,
                (table.file,),
                f"{table.file}: columns that are neither an identity nor a marker: {names}.",
                "Rename a column that holds a marker to 'NAME 1' and 'NAME 2'.",
                tuple(Location(table.file, table.header.line, p + 1) for p in filled),
            )
        )


def _profile(table: Table, layout: _Layout, row: Row, notes: Notes) -> Profile:
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
        drop_out=_rate(table, layout, row, "drop_out"),
        drop_in=_rate(table, layout, row, "drop_in"),
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
        location = Location(table.file, row.line, position + 1)
        cell = row.cells[position]
        if (row.line, position + 1) in table.date_cells:
            raise date_error(cell, marker, location)
        # One column a marker may hold the whole genotype, as 14/16.
        parts = cell.split("/") if len(positions) == 1 and "/" in cell else [cell]
        cells += len(parts)
        for part in parts:
            allele = read_allele(part, marker, location, notes)
            if allele is not None:
                alleles.append(allele)
    if cells == 1 and marker != AMELOGENIN and not is_haploid_y(marker):
        cells = 2  # a lone column of an autosomal marker leaves the other allele unknown
    return tuple(alleles), cells, first


def _identity(table: Table, layout: _Layout, row: Row, role: str) -> str:
    position = layout.roles[role]
    text = row.cells[position]
    if not text:
        raise _missing(table, row, position, f"the {role} of this row")
    if len(text) > MAX_NAME:
        raise UnusableInputError(
            f"this cell has {len(text):,} characters.",
            file=table.file,
            line=row.line,
            column=position + 1,
            field=table.header.cells[position],
            expected=f"the {role} of this row, at most {MAX_NAME} characters",
        )
    return text


def _missing(table: Table, row: Row, position: int, expected: str) -> UnusableInputError:
    return UnusableInputError(
        "this cell is blank.",
        file=table.file,
        line=row.line,
        column=position + 1,
        field=table.header.cells[position],
        expected=expected,
    )


def _sex(table: Table, layout: _Layout, row: Row) -> Sex:
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


def _rate(table: Table, layout: _Layout, row: Row, role: str) -> float | None:
    if role not in layout.roles or not row.cells[layout.roles[role]]:
        return None
    position = layout.roles[role]
    try:
        value = float(row.cells[position].replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise UnusableInputError(
            f"{row.cells[position][:40]!r} is not a probability.",
            file=table.file,
            line=row.line,
            column=position + 1,
            field=table.header.cells[position],
            expected="a number from 0 to less than 1, or a blank cell",
        )
    return value


def _need(table: Table, layout: _Layout, role: str, expected: str) -> None:
    if role not in layout.roles:
        raise UnusableInputError(
            f"the header has no column for the {role}.",
            file=table.file,
            line=table.header.line,
            expected=expected,
        )


def _header_error(table: Table, position: int, problem: str, expected: str) -> UnusableInputError:
    return UnusableInputError(
        f"{problem}.",
        file=table.file,
        line=table.header.line,
        column=position + 1,
        field=table.header.cells[position],
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
                f"{notes.file}: no allele is written twice in {len(complete)} complete genotypes, "
                f"and {len(single)} genotypes have one allele. The file may write homozygotes "
                "once; they were read as one allele known.",
                "If so, export again with homozygous alleles written twice.",
                tuple(call.location for call in single if call.location),
            )
        )
