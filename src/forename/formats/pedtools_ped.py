"""pedtools ``.ped`` files: ``famid id fid mid sex``, then a column a marker (``a/b``) or two."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forename.exceptions import InvalidPedigreeError, UnusableInputError
from forename.formats.calls import NOT_TESTED, Notes, date_error, profile_of, read_allele
from forename.formats.profile_columns import numbered_header
from forename.formats.rows import Row
from forename.formats.source import Reading, Source
from forename.formats.tables import Table, identity_cell, read_table
from forename.genetics.findings import Location
from forename.genetics.markers import AMELOGENIN
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Family
from forename.genetics.profiles import Profile, Sex

_SEXES = {"1": Sex.MALE, "2": Sex.FEMALE, "0": Sex.UNKNOWN, "m": Sex.MALE, "f": Sex.FEMALE}
_MISSING = re.compile(r"(missing|MP)", re.IGNORECASE)
_NOBODY = frozenset({"0", "*", "NA", ""})
_DEFAULT_FAMILY = "1"


@dataclass(frozen=True, slots=True)
class _Member:
    family: str
    person: Person
    profile: Profile | None
    line: int


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column (0-based) holds what; a marker has one column or two."""

    fixed: Mapping[str, int]
    markers: Mapping[str, tuple[int, ...]]


def looks_like_ped(table: Table) -> bool:
    """Tell whether the header names three or more of the columns id, fid, mid and sex."""
    return len({"id", "fid", "mid", "sex"} & {cell.lower() for cell in table.header.cells}) >= 3


def read_ped(source: Source) -> Reading[tuple[Family, ...]]:
    """Return the families of a ``.ped`` file with header, in any layout of a table.

    See `families_of_ped`.
    """
    return families_of_ped(read_table(source))


def families_of_ped(table: Table) -> Reading[tuple[Family, ...]]:
    """Return the families of a table whose header is ``famid id fid mid sex`` and the markers.

    ``fid`` and ``mid`` are 0 for founders; a family is a value of ``famid`` (family 1 without
    that column). Missing are the members called ``Missing…`` or ``MP…``; without such a name the
    one untyped member that is not needed as a parent. Genotypes are ``a/b``, ``-/-`` for not
    tested, ``a/-`` for one known allele, or two columns ``NAME_1`` and ``NAME_2`` (``NAME`` and
    ``NAME.1``, twice ``NAME``). Raises `UnusableInputError` with the line.
    """
    notes = Notes(table.file)
    columns = _columns(table, notes)
    members = [_member(table, columns, row, notes) for row in table.rows]
    if not members:
        raise UnusableInputError(
            "the file has a header and no persons.", file=table.file, line=1, expected="persons"
        )
    families: dict[str, list[_Member]] = {}
    for member in members:
        families.setdefault(member.family, []).append(member)
    value = tuple(_family(table.file, name, people) for name, people in families.items())
    findings = (*table.findings, *notes.finished())
    return Reading(value, table.file, table.digest, findings, notes.frozen_spellings())


def _columns(table: Table, notes: Notes) -> _Columns:
    names = [cell.lower() for cell in table.header.cells]
    fixed: dict[str, int] = {}
    for name in ("famid", "id", "fid", "mid", "sex"):
        if names.count(name) > 1 or (name != "famid" and name not in names):
            raise UnusableInputError(
                f"the header has {names.count(name)} columns {name}.",
                file=table.file,
                line=table.header.line,
                field=name,
                expected="famid id fid mid sex, once each, then the markers",
            )
        if name in names:
            fixed[name] = names.index(name)
    pairs = _pairs(table, [column for column in range(len(names)) if column not in fixed.values()])
    markers: dict[str, tuple[int, ...]] = {}
    for written, columns in pairs:
        marker = notes.marker(written)
        if marker in markers or not written:
            raise _error(
                table, table.header, columns[0],
                "this header is blank, or its marker stands twice.", "each marker once",
            )  # fmt: skip
        markers[marker] = columns
    return _Columns(fixed, markers)


def _pairs(table: Table, columns: Sequence[int]) -> list[tuple[str, tuple[int, ...]]]:
    """Return (marker as written, its columns): two columns where they hold one allele each."""
    single = [c for c in columns if not any("/" in row.cells[c] for row in table.rows)]
    named: dict[str, list[int]] = {}
    for column in columns:
        header = table.header.cells[column]
        numbered = numbered_header(header) if column in single else None
        named.setdefault(numbered[0] if numbered else header, []).append(column)
    found = []
    for name, placed in named.items():
        if len(placed) == 2 and set(placed) <= set(single):
            found.append((name, tuple(placed)))
        else:
            found += [(table.header.cells[column], (column,)) for column in placed]
    return found


def _member(table: Table, columns: _Columns, row: Row, notes: Notes) -> _Member:
    fixed = columns.fixed
    person_id = row.cells[fixed["id"]]
    if person_id in _NOBODY:
        raise _error(table, row, fixed["id"], "the person has no id.", "an id that is not 0")
    identity_cell(table, row, fixed["id"], "the person's id")
    stated = row.cells[fixed["sex"]].lower()
    if stated not in _SEXES:
        raise _error(
            table, row, fixed["sex"], f"{stated[:20]!r} is not a sex.",
            "1 male, 2 female, 0 unknown",
        )  # fmt: skip
    sex = _SEXES[stated]
    seen = {}
    for marker, positions in columns.markers.items():
        alleles = _alleles(table, row, marker, positions, notes)
        seen[marker] = (alleles, 2, Location(table.file, row.line, positions[0] + 1))
    typed = any(alleles for alleles, _, _ in seen.values())
    place = Location(table.file, row.line)
    profile = profile_of(person_id, seen, notes, sex=sex, location=place) if typed else None
    father, mother = (
        None
        if row.cells[fixed[name]] in _NOBODY
        else identity_cell(table, row, fixed[name], "a parent's id, or 0")
        for name in ("fid", "mid")
    )
    family = _DEFAULT_FAMILY
    if "famid" in fixed:
        family = identity_cell(table, row, fixed["famid"], "the family of this row")
    return _Member(family, Person(person_id, father, mother, sex), profile, row.line)


def _alleles(
    table: Table, row: Row, marker: str, positions: Sequence[int], notes: Notes
) -> tuple[str, ...]:
    alleles = []
    for position in positions:
        cell = row.cells[position]
        place = Location(table.file, row.line, position + 1)
        if (row.line, position + 1) in table.date_cells:
            raise date_error(cell, marker, place)
        parts = cell.split("/")
        if len(parts) > 2:
            raise _error(table, row, position, "a genotype has two alleles.", "a/b, a/- or -/-")
        if len(positions) == 1 and len(parts) == 1 and "," in cell:
            raise _error(
                table, row, position, f"{cell[:40]!r} may be two alleles or a decimal comma.",
                "a/b, a/- or -/-",
            )  # fmt: skip
        alleles += [a for part in parts if (a := _allele(part, marker, place, notes)) is not None]
    return tuple(alleles)


def _error(table: Table, row: Row, column: int, problem: str, expected: str) -> UnusableInputError:
    return UnusableInputError(
        problem,
        file=table.file,
        line=row.line,
        column=column + 1,
        field=table.header.cells[column],
        expected=expected,
    )


def _allele(part: str, marker: str, place: Location, notes: Notes) -> str | None:
    """Return an allele label; letters are kept, for pedtools allows any label."""
    text = part.strip()
    if text == "0" or text.upper() in NOT_TESTED:
        return None
    if marker != AMELOGENIN and re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,9}", text):
        return text
    return read_allele(text, marker, place, notes)


def _family(file: str, name: str, members: Sequence[_Member]) -> Family:
    first = members[0].line
    by_id = {}
    for member in members:
        if member.person.id in by_id:
            raise UnusableInputError(
                f"person {member.person.id} stands twice in family {name}.",
                file=file,
                line=member.line,
                expected="each id once in a family",
            )
        by_id[member.person.id] = member
    try:
        pedigree = Pedigree([member.person for member in members])
    except InvalidPedigreeError as error:
        named = [
            m for m in members if re.search(rf"(?<!\S){re.escape(m.person.id)}(?!\S)", str(error))
        ]
        raise UnusableInputError(
            f"family {name}: {error}.",
            file=file,
            line=(named[-1] if named else members[0]).line,
            field="fid, mid",
            expected="both parents or none, both of them in the same family",
        ) from error
    untyped = [m.person.id for m in members if m.profile is None]
    missing = [i for i in untyped if _MISSING.match(i)]
    if not missing:
        parents = {p for m in members for p in (m.person.father, m.person.mother)}
        missing = [i for i in untyped if i not in parents]
    if not missing:
        raise UnusableInputError(
            f"family {name} has no missing person.",
            file=file,
            line=first,
            field="id",
            expected="an untyped member whose id begins with 'Missing' or 'MP'",
        )
    if len(missing) > 1 and not all(_MISSING.match(i) for i in missing):
        raise UnusableInputError(
            f"family {name}: it is not clear who is missing ({', '.join(missing)}).",
            file=file,
            line=by_id[missing[1]].line,
            field="id",
            expected="ids of missing members that begin with 'Missing' or 'MP'",
        )
    profiles = {m.person.id: (m.profile,) for m in members if m.profile is not None}
    return Family(name, pedigree, tuple(missing), profiles)
