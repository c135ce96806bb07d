"""The header of a table of profiles: which column holds the sample, the sex, each marker."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forename.exceptions import UnusableInputError
from forename.formats.calls import Notes, is_haploid_y, is_x_linked
from forename.formats.tables import Table
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import canonical_marker_name
from forename.genetics.sentences import say

# Headers with spaces, case and punctuation folded away.
SAMPLE_HEADERS = frozenset(
    "sample sampleid sampleinfo samplename samplecode sampleno samplenumber specimen specimenid "
    "رقمالعينة العينة".split()
)
FAMILY_HEADERS = frozenset("family familyid familycode famid fam العائلة الأسرة".split())
# Taken only where no column has a better name: a list may hold people's names beside their ids.
WEAK_HEADERS = {"id": "sample", "name": "sample", "person": "sample", "familyname": "family"}
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
# "vWA Height 1": what a genotyping program measured, not an allele.
_MEASURED = re.compile(r"(?:.*[\s_.\-])?(?:height|area|size|rfu|peak|data ?point)", re.IGNORECASE)
_MARKER_NAME = re.compile(
    r"D\d{1,2}S\d{2,5}|DXS\d+|DYS\d+.*|DYF\d+.*|YINDEL|PENTA [A-E]|AMEL|HPRTB|VWA|TH01|TPOX|FGA|"
    r"CSF1PO|SE33|ACTBP2|F13A1|F13B|FES/?FPS|FESFPS|LPL|CD4|F13A01|YGATAH4"
)


@dataclass(frozen=True, slots=True)
class ProfileColumns:
    """Which column (0-based) holds what.

    ``roles`` are sample, family, kinship, sex, stratum, drop_out and drop_in where present;
    ``markers`` maps a canonical name to its columns in the order of their numbers.
    """

    roles: Mapping[str, int]
    markers: Mapping[str, tuple[int, ...]]


def folded(header: str) -> str:
    """Return a header without case, spaces and punctuation, for comparison."""
    return re.sub(r"[\s_.\-#:]+", "", header).lower()


def numbered_header(written: str) -> tuple[str, int] | None:
    """Return marker and number of a header such as ``vWA 1``, or ``None`` for any other header."""
    found = _NUMBERED.fullmatch(written)
    if found is None or _MEASURED.fullmatch(found["marker"]):
        return None
    return found["marker"], int(found["index"])


def profile_columns(table: Table, notes: Notes) -> ProfileColumns:
    """Return the columns of a table of profiles; ones that are not understood are noted.

    Raises `UnusableInputError` for tables of another kind, without markers, or with a column
    that stands twice.
    """
    header = table.header
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
    roles = _roles(table)
    columns: dict[str, list[tuple[int, int]]] = {}
    unused: list[int] = []
    plain: set[str] = set()  # headers of markers without a column number
    times = Counter(map(canonical_marker_name, header.cells))
    for position, written in enumerate(header.cells):
        if position in roles.values():
            continue
        before = header.cells[position - 1] if position else ""
        if not written and before in plain and any(r.cells[position] for r in table.rows):
            # Two merged header cells over the two columns of a marker.
            columns[canonical_marker_name(before)].append((0, position))
            continue
        numbered = numbered_header(written)
        name = numbered[0] if numbered else written
        if not written or not (numbered or _may_be_marker(written, times)):
            unused.append(position)
            continue
        if not numbered:
            plain.add(written)
        index = numbered[1] if numbered else 0
        columns.setdefault(notes.marker(name), []).append((index, position))
    if "ALLELE" in columns:
        raise _header_error(
            table,
            columns["ALLELE"][0][1],
            "an allele column stands without a column for the marker",
            "a column Marker, or two columns a marker, such as 'vWA 1' and 'vWA 2'",
        )
    for marker, placed in columns.items():
        _check_indices(table, marker, placed)
    if not columns:
        raise UnusableInputError(
            "no marker columns were found in the header.",
            file=table.file,
            line=header.line,
            expected="two columns a marker, such as 'vWA 1' and 'vWA 2', separated by tabs, "
            "semicolons or commas; the header in the first row, no title above it",
        )
    _tell_unused(table, unused, notes)
    ordered = {m: tuple(p for _, p in sorted(placed)) for m, placed in columns.items()}
    return ProfileColumns(roles, ordered)


def _roles(table: Table) -> dict[str, int]:
    """Return the column of each role; a weak header counts where no better one stands."""
    headers = [folded(written) for written in table.header.cells]
    named = {header: role for role, known in _ROLES.items() for header in known}
    strong = {named[header] for header in headers if header in named}
    named |= {header: role for header, role in WEAK_HEADERS.items() if role not in strong}
    roles: dict[str, int] = {}
    for position, header in enumerate(headers):
        role = named.get(header)
        if role is None:
            continue
        if role in roles:
            raise _header_error(table, position, f"a second column for the {role}", "one only")
        roles[role] = position
    return roles


def _may_be_marker(written: str, times: Mapping[str, int]) -> bool:
    """Tell whether a header without a number is a marker: a known name, or written twice."""
    name = canonical_marker_name(written)
    known = _MARKER_NAME.fullmatch(name) or is_haploid_y(name) or is_x_linked(name)
    return bool(known) or times[name] == 2


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
        notes.findings.append(
            Finding(
                "column_not_used",
                Severity.WARNING,
                (table.file,),
                say(
                    "{file}: columns that are neither an identity nor a marker: {columns}.",
                    file=table.file,
                    columns=tuple(repr(table.header.cells[p]) for p in filled),
                ),
                say("Rename a column that holds a marker to 'NAME 1' and 'NAME 2'."),
                tuple(Location(table.file, table.header.line, p + 1) for p in filled),
            )
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
