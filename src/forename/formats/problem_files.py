"""From the files that laboratories send to the problem that the engine answers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from forename.exceptions import InvalidPedigreeError, UnusableInputError
from forename.formats.calls import Notes, ascii_digits
from forename.formats.codis_cmf import looks_like_xml, read_cmf_relatives, read_cmf_remains
from forename.formats.familias_fam import (
    looks_like_familias,
    read_familias,
    read_familias_frequencies,
)
from forename.formats.familias_tables import relatives_of_table, remains_of_table
from forename.formats.frequencies import read_tabular_frequencies
from forename.formats.genemapper import looks_like_long_table, remains_of_long_table
from forename.formats.numbers import read_number
from forename.formats.pedtools_ped import families_of_ped, looks_like_ped
from forename.formats.source import Reading, Source, read_source
from forename.formats.strider import read_strider
from forename.formats.tables import identity_cell, read_rows, read_table
from forename.formats.workbooks import is_workbook
from forename.genetics.evaluation import NONE_OF_THE_MISSING
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.kinship import family_from_relatives
from forename.genetics.problem import Evidence, Family, FrequencyTable, Problem, Relative, Settings
from forename.genetics.profiles import Profile
from forename.genetics.sentences import say

T = TypeVar("T")
U = TypeVar("U")
FilePath = str | Path


def read_profiles(path: FilePath) -> Reading[tuple[Profile, ...]]:
    """Return the profiles of remains (or of staff) in a file, its kind detected by content.

    Familias table, CODIS CMF message, GENis or GeneMapper table, ``.fam`` with unidentified
    persons; CSV, other delimited text or .xlsx. Raises `UnusableInputError`.
    """
    return _profiles(read_source(path))


def read_relatives(path: FilePath) -> Reading[tuple[Relative, ...]]:
    """Return the relatives in a Familias "multiple families" table or a CODIS CMF message.

    Raises `UnusableInputError`; files that hold whole pedigrees are for `read_families`.
    """
    source = read_source(path)
    if looks_like_xml(source):
        return read_cmf_relatives(source)
    return relatives_of_table(read_table(source))


def read_families(path: FilePath) -> Reading[tuple[Family, ...]]:
    """Return the families in a file: kinship table, CODIS CMF, ``.fam`` with DVI part, ``.ped``.

    Raises `UnusableInputError`.
    """
    return _families(read_source(path))


def read_frequencies(path: FilePath) -> Reading[FrequencyTable]:
    """Return the allele frequencies in a file: matrix, long list, Familias text or ``.fam``,
    STRidER XML, GENis with ``fmin``; delimited text or .xlsx. Raises `UnusableInputError`.
    """
    return _frequencies(read_source(path))


def read_evidence(path: FilePath) -> Reading[tuple[Evidence, ...]]:
    """Return evidence other than DNA: columns remains, missing_person, log10_weight, source."""
    return _evidence(read_source(path))


def read_problem(
    postmortem: FilePath,
    antemortem: FilePath,
    frequencies: FilePath,
    elimination: FilePath | None = None,
    settings: Settings | None = None,
    *,
    pedigrees: FilePath | None = None,
    evidence: FilePath | None = None,
    title: str = "",
) -> Problem:
    """Return the problem that the files state: remains, families, frequencies, staff profiles.

    ``pedigrees`` is a second file of families, for those that kinship words cannot say (``.ped``,
    ``.fam``). Everything noticed while reading stands in ``findings``; each file's SHA-256 in
    ``digests``. Raises `UnusableInputError` for the first file that cannot be read.
    """
    files = (postmortem, antemortem, frequencies, elimination, pedigrees, evidence)
    paths = [Path(p) for p in files if p]
    sources = _named_apart(paths)
    remains = _profiles(sources[Path(postmortem)])
    families = _families(sources[Path(antemortem)])
    table = _frequencies(sources[Path(frequencies)])
    staff = _profiles(sources[Path(elimination)]) if elimination else None
    more = _families(sources[Path(pedigrees)]) if pedigrees else None
    other = _evidence(sources[Path(evidence)]) if evidence else None
    readings: list[Reading[object]] = [
        r for r in (remains, families, table, staff, more, other) if r
    ]
    if more:
        _check_families_apart(families, more)
    findings = dict.fromkeys(f for reading in readings for f in reading.findings)
    return Problem(
        remains=remains.value,
        families=families.value + (more.value if more else ()),
        frequencies=table.value,
        settings=settings if settings is not None else Settings(),
        elimination=staff.value if staff else (),
        evidence=other.value if other else (),
        findings=(*findings, *spelling_findings(readings)),
        digests={reading.file: reading.digest for reading in readings},
        title=title,
    )


def read_parts(
    postmortem: FilePath | None,
    antemortem: FilePath | None,
    frequencies: FilePath | None,
    known: FrequencyTable | None = None,
) -> Problem:
    """Return what some of the files state; ``known`` frequencies stand in for a file of them.

    Raises `UnusableInputError` for the first file that cannot be read.
    """
    sources = _named_apart([Path(p) for p in (postmortem, antemortem, frequencies) if p])
    remains = _profiles(sources[Path(postmortem)]) if postmortem else None
    families = _families(sources[Path(antemortem)]) if antemortem else None
    table = _frequencies(sources[Path(frequencies)]) if frequencies else None
    readings: list[Reading[object]] = [r for r in (remains, families, table) if r]
    findings = dict.fromkeys(f for reading in readings for f in reading.findings)
    return Problem(
        remains=remains.value if remains else (),
        families=families.value if families else (),
        frequencies=table.value if table else (known or FrequencyTable({})),
        findings=(*findings, *spelling_findings(readings)),
        digests={reading.file: reading.digest for reading in readings},
    )


def spelling_findings(readings: Iterable[Reading[object]]) -> tuple[Finding, ...]:
    """Return one finding for each marker that the files write in different ways."""
    written: dict[str, dict[str, list[str]]] = {}
    for reading in readings:
        for marker, spellings in reading.spellings.items():
            for spelling in spellings:
                files = written.setdefault(marker, {}).setdefault(spelling, [])
                if reading.file not in files:
                    files.append(reading.file)
    return tuple(
        Finding(
            "marker_spelling_differs",
            Severity.INFO,
            (marker,),
            say(
                "marker {marker} is written {spellings}; these were taken as one marker.",
                marker=marker,
                spellings=tuple(
                    say("{spelling} in {files:and}", spelling=repr(s), files=tuple(files))
                    for s, files in spellings.items()
                ),
            ),
        )
        for marker, spellings in written.items()
        if len(spellings) > 1
    )


def families_of_relatives(
    reading: Reading[tuple[Relative, ...]],
) -> Reading[tuple[Family, ...]]:
    """Return the families that the rows of a relatives table describe, in order of appearance.

    Raises `UnusableInputError` at the row whose kinship cannot be made into a pedigree.
    """
    rows: dict[str, list[Relative]] = {}
    for relative in reading.value:
        rows.setdefault(relative.family, []).append(relative)
    families: list[Family] = []
    findings: list[Finding] = []
    for family_id, relatives in rows.items():
        try:
            family, assumed = family_from_relatives(family_id, relatives)
        except InvalidPedigreeError as error:
            place = _row_of(error, relatives) or Location(reading.file)
            raise UnusableInputError(
                f"{error}.",
                file=place.file,
                line=place.line,
                field=f"family {family_id}",
                expected="kinship words that fit together in one family",
            ) from error
        families.append(family)
        findings.extend(assumed)
    findings.extend(_families_alike(reading.file, rows))
    return Reading(
        tuple(families),
        reading.file,
        reading.digest,
        (*reading.findings, *findings),
        reading.spellings,
    )


def _families_alike(file: str, rows: Mapping[str, Sequence[Relative]]) -> Iterable[Finding]:
    """Tell family ids that look the same: one family may have become two."""
    for ids in _alike(rows):
        yield Finding(
            "family_ids_alike",
            Severity.WARNING,
            ids,
            say(
                "{file}: the families {families} were read as different ones.",
                file=file,
                families=tuple(map(repr, ids)),
            ),
            say("Give relatives of one family the same id, letter by letter."),
            tuple(place for i in ids if (place := rows[i][0].location) is not None),
        )


def _samples_alike(file: str, profiles: Sequence[Profile]) -> Iterable[Finding]:
    """Tell sample ids that look the same: one sample may stand in the table twice."""
    places = {profile.sample: profile.location for profile in reversed(profiles)}
    for ids in _alike(profile.sample for profile in profiles):
        yield Finding(
            "sample_ids_alike",
            Severity.WARNING,
            ids,
            say(
                "{file}: the samples {samples} were read as different ones.",
                file=file,
                samples=tuple(map(repr, ids)),
            ),
            say("Where they are one sample, give both rows the same id, letter by letter."),
            tuple(place for i in ids if (place := places[i]) is not None),
        )


def _alike(names: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """Yield names that differ only in case, blanks, and the script or width of letters."""
    alike: dict[str, dict[str, None]] = {}
    for name in names:
        plain = ascii_digits(unicodedata.normalize("NFKC", name)).casefold()
        alike.setdefault("".join(plain.split()), {})[name] = None
    return (tuple(ids) for ids in alike.values() if len(ids) > 1)


def _row_of(error: Exception, relatives: Sequence[Relative]) -> Location | None:
    """Return the place of the relative that an error names, the last one named if several."""
    text = str(error)
    named = [
        r
        for r in relatives
        if f" {r.profile.sample} " in f"{text} ".replace(",", " ").replace(":", " ")
    ]
    return (named or list(relatives))[-1 if named else 0].location


def _named_apart(paths: Sequence[Path]) -> Mapping[Path, Source]:
    """Return the source of each path, named by the file, or by the path where names coincide."""
    names = [path.name for path in dict.fromkeys(paths)]
    sources = {}
    for path in paths:
        source = read_source(path)
        if names.count(path.name) > 1:
            source = Source(path.as_posix(), source.data, source.digest)
        sources[path] = source
    return sources


def _check_families_apart(
    first: Reading[tuple[Family, ...]], second: Reading[tuple[Family, ...]]
) -> None:
    twice = {family.id for family in first.value} & {family.id for family in second.value}
    if twice:
        raise UnusableInputError(
            f"family {min(twice)} also stands in {first.file}.",
            file=second.file,
            field=f"family {min(twice)}",
            expected="each family in one file",
        )


def _check_no_star(reading: Reading[tuple[Family, ...]]) -> Reading[tuple[Family, ...]]:
    """Refuse a family or missing person by the name that results give to nobody."""
    for family in reading.value:
        if NONE_OF_THE_MISSING in (family.id, *family.missing):
            own = (profile for profiles in family.profiles.values() for profile in profiles)
            place = next((profile.location for profile in own if profile.location), None)
            raise UnusableInputError(
                f"a family or missing person is called {NONE_OF_THE_MISSING}, which in results "
                "means 'none of the missing persons'.",
                file=reading.file,
                line=place.line if place else None,
                field=f"family {family.id}",
                expected="another name",
            )
    return reading


@contextmanager
def _naming_sheets(source: Source) -> Iterator[None]:
    """Say in an error about a workbook of several sheets which one was read."""
    try:
        yield
    except UnusableInputError as error:
        found = read_rows(source).findings if is_workbook(source) else ()
        told = [finding for finding in found if finding.code == "other_sheets_not_read"]
        if not told:
            raise
        raise UnusableInputError(
            error.problem,
            file=error.file,
            line=error.line,
            column=error.column,
            field=error.field,
            expected=f"{error.expected}. {told[0].text} {told[0].advice}",
        ) from error


def _profiles(source: Source) -> Reading[tuple[Profile, ...]]:
    with _naming_sheets(source):
        reading = _profiles_of(source)
    return _with(reading, reading.value, _samples_alike(reading.file, reading.value))


def _profiles_of(source: Source) -> Reading[tuple[Profile, ...]]:
    if looks_like_familias(source.data):
        reading = read_familias(source)
        dvi = reading.value.dvi
        if dvi is None or not dvi.remains:
            raise UnusableInputError(
                "this Familias file holds no unidentified persons.",
                file=source.file,
                line=1,
                expected="a .fam file with a DVI part, or a table of profiles",
            )
        return _with(reading, dvi.remains)
    if looks_like_xml(source):
        return read_cmf_remains(source)
    table = read_table(source)
    return remains_of_long_table(table) if looks_like_long_table(table) else remains_of_table(table)


def _families(source: Source) -> Reading[tuple[Family, ...]]:
    with _naming_sheets(source):
        return _check_no_star(_families_of(source))


def _families_of(source: Source) -> Reading[tuple[Family, ...]]:
    if looks_like_familias(source.data):
        reading = read_familias(source)
        dvi = reading.value.dvi
        if dvi is None or not dvi.families:
            raise UnusableInputError(
                "this Familias file holds no reference families.",
                file=source.file,
                line=1,
                expected="a .fam file with a DVI part, or a table of relatives",
            )
        return _with(reading, dvi.families)
    if looks_like_xml(source):
        return families_of_relatives(read_cmf_relatives(source))
    table = read_table(source)
    if looks_like_ped(table):
        return families_of_ped(table)
    return families_of_relatives(relatives_of_table(table))


def _frequencies(source: Source) -> Reading[FrequencyTable]:
    with _naming_sheets(source):
        return _frequencies_of(source)


def _frequencies_of(source: Source) -> Reading[FrequencyTable]:
    if looks_like_familias(source.data):
        return read_familias_frequencies(source)
    if looks_like_xml(source):
        return read_strider(source)
    return read_tabular_frequencies(source)


def _evidence(source: Source) -> Reading[tuple[Evidence, ...]]:
    table = read_table(source)
    wanted = ("remains", "missing_person", "log10_weight", "source")
    header = [cell.strip().lower().replace(" ", "_") for cell in table.header.cells]
    if any(header.count(name) != 1 for name in wanted):
        raise UnusableInputError(
            "the header is not one of an evidence table.",
            file=table.file,
            line=table.header.line,
            expected="the columns remains, missing_person, log10_weight, source, once each",
        )
    columns = [header.index(name) for name in wanted]
    notes = Notes(table.file)
    items: list[Evidence] = []
    lines: dict[tuple[str, str, str], int] = {}
    for row in table.rows:
        remains, missing, weight = (
            identity_cell(table, row, column, "a value in each of the four columns")
            for column in columns[:3]
        )
        origin = row.cells[columns[3]]
        same = lines.setdefault((remains, missing, origin), row.line)
        if not origin or same != row.line:
            raise UnusableInputError(
                f"this evidence also stands on line {same}." if origin else "this cell is blank.",
                file=table.file,
                line=row.line,
                column=columns[3] + 1,
                field=table.header.cells[columns[3]],
                expected="the source of this weight; each piece of evidence once",
            )
        place = Location(table.file, row.line, columns[2] + 1)
        value = read_number(
            weight, place, field="log10_weight", expected="a log10 weight from -300 to 300",
            low=-300, high=300, notes=notes,
        )  # fmt: skip
        items.append(Evidence(remains, missing, value, origin))
    findings = (*table.findings, *notes.finished())
    return Reading(tuple(items), table.file, table.digest, findings)


def _with(reading: Reading[U], value: T, more: Iterable[Finding] = ()) -> Reading[T]:
    findings = (*reading.findings, *more)
    return Reading(value, reading.file, reading.digest, findings, reading.spellings)
