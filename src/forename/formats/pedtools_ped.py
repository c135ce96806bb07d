"""pedtools ``.ped`` files: ``famid id fid mid sex``, then one column a marker as ``a/b``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from forename.exceptions import InvalidPedigreeError, UnusableInputError
from forename.formats.calls import NOT_TESTED, Notes, profile_of, read_allele
from forename.formats.source import Reading, Source
from forename.formats.tables import is_workbook
from forename.formats.text import SourceText, decode
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
class _Line:
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Member:
    family: str
    person: Person
    profile: Profile | None
    line: int


def looks_like_ped(source: Source) -> bool:
    """Tell whether the first line names the columns id, fid, mid and sex."""
    if is_workbook(source):
        return False
    head = source.data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    first = head.split(b"\n", 1)[0].decode("ascii", "replace").replace('"', "").lower()
    words = re.split(r"[\s,;|]+", first.strip())
    return {"id", "fid", "mid", "sex"} <= set(words)


def read_ped(source: Source) -> Reading[tuple[Family, ...]]:
    """Return the families of a ``.ped`` file with header, cells separated by blanks or as CSV.

    ``fid`` and ``mid`` are 0 for founders; a family is a value of ``famid`` (family 1 without
    that column). Missing are the members called ``Missing…`` or ``MP…``; without such a name the
    one untyped member that is not needed as a parent. Genotypes are ``a/b``, ``-/-`` for not
    tested, ``a/-`` for one known allele. Raises `UnusableInputError` with the line.
    """
    text = decode(source)
    lines = _lines(text)
    header = [cell.lower() for cell in lines[0].cells]
    notes = Notes(text.file)
    members = [_member(text.file, lines[0], header, line, notes) for line in lines[1:]]
    if not members:
        raise UnusableInputError(
            "the file has a header and no persons.", file=text.file, line=1, expected="persons"
        )
    families: dict[str, list[_Member]] = {}
    for member in members:
        families.setdefault(member.family, []).append(member)
    value = tuple(_family(text.file, name, people) for name, people in families.items())
    findings = (*text.findings, *notes.finished())
    return Reading(value, text.file, text.digest, findings, notes.frozen_spellings())


def _lines(text: SourceText) -> list[_Line]:
    rows = []
    head = text.text.lstrip("\n").split("\n", 1)[0]
    separator = next((s for s in "\t,;|" if s in head), None)
    for number, line in enumerate(text.text.split("\n"), start=1):
        if line.strip():
            cells = line.strip(" ").split(separator) if separator else line.split()
            rows.append(_Line(number, tuple(cell.strip().strip('"') for cell in cells)))
    width = len(rows[0].cells)
    for row in rows:
        if len(row.cells) != width:
            raise UnusableInputError(
                f"the row has {len(row.cells)} cells, the header has {width}.",
                file=text.file,
                line=row.number,
                column=min(len(row.cells), width) + 1,
                expected=f"{width} cells: famid id fid mid sex, then one a marker",
            )
    return rows


def _member(file: str, header: _Line, names: Sequence[str], line: _Line, notes: Notes) -> _Member:
    def error(column: int, problem: str, expected: str) -> UnusableInputError:
        return UnusableInputError(
            problem,
            file=file,
            line=line.number,
            column=column + 1,
            field=header.cells[column],
            expected=expected,
        )

    fixed = {}
    for name in ("famid", "id", "fid", "mid", "sex"):
        if names.count(name) > 1 or (name != "famid" and name not in names):
            raise UnusableInputError(
                f"the header has {names.count(name)} columns {name}.",
                file=file,
                line=header.number,
                field=name,
                expected="famid id fid mid sex, once each, then the markers",
            )
        if name in names:
            fixed[name] = names.index(name)
    person_id = line.cells[fixed["id"]]
    if person_id in _NOBODY:
        raise error(fixed["id"], "the person has no id.", "an id that is not 0")
    stated = line.cells[fixed["sex"]].lower()
    if stated not in _SEXES:
        raise error(fixed["sex"], f"{stated[:20]!r} is not a sex.", "1 male, 2 female, 0 unknown")
    sex = _SEXES[stated]
    seen = {}
    for column in range(len(names)):
        if column in fixed.values():
            continue
        place = Location(file, line.number, column + 1)
        marker = notes.marker(header.cells[column])
        if marker in seen:
            raise error(column, "this marker stands twice in the header.", "each marker once")
        parts = line.cells[column].split("/")
        if len(parts) > 2:
            raise error(column, "a genotype has two alleles.", "a/b, a/- or -/-")
        alleles = [a for part in parts if (a := _allele(part, marker, place, notes)) is not None]
        seen[marker] = (tuple(alleles), 2, place)
    typed = any(alleles for alleles, _, _ in seen.values())
    place = Location(file, line.number)
    profile = profile_of(person_id, seen, notes, sex=sex, location=place) if typed else None
    father, mother = (
        None if line.cells[fixed[name]] in _NOBODY else line.cells[fixed[name]]
        for name in ("fid", "mid")
    )
    family = line.cells[fixed["famid"]] if "famid" in fixed else _DEFAULT_FAMILY
    return _Member(family, Person(person_id, father, mother, sex), profile, line.number)


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
