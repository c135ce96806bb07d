"""The tables of a case folder: what each holds, to text and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from forename.exceptions import InvalidPedigreeError, UnusableInputError
from forename.formats.case_cells import (
    CaseRow,
    call_cell,
    call_of_cell,
    list_cell,
    list_of_cell,
    optional_text,
    safe_text,
    table_rows,
    table_text,
)
from forename.formats.sentence_json import sentence_of_value, sentence_value
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import Chromosome
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.problem import Evidence, Family, FrequencyTable
from forename.genetics.profiles import Profile, Sex
from forename.genetics.sentences import Sentence, quoted

SAMPLE = ("sample", "sex", "amelogenin", "drop_out", "drop_in", "stratum")
RELATIVE = ("family", "person", *SAMPLE)
PERSON = (
    "family", "person", "father", "mother", "sex", "twin_of", "inbreeding", "missing",
    "label", "stratum", "kinship", "profiles",
)  # fmt: skip
FREQUENCY = ("marker", "allele", "frequency")
MARKER = (
    "marker", "alleles", "chromosome", "silent_allele", "minimum_frequency", "mutation_male",
    "mutation_female", "file", "line", "column",
)  # fmt: skip
EVIDENCE = ("remains", "missing_person", "log10_weight", "source")
FINDING = ("code", "severity", "records", "text", "advice", "locations")
# A further column keeps templates and values, for reports in another language than English.
_SENTENCES = "sentences"


def profiles_text(profiles: Sequence[Profile]) -> str:
    """Return the table of remains or staff: one row a sample, one column a marker."""
    markers = _markers(profiles)
    rows = (_sample_cells(profile, markers) for profile in profiles)
    return table_text([*SAMPLE, *map(safe_text, markers)], rows)


def profiles_of_text(text: str, file: str) -> tuple[Profile, ...]:
    """Return what `profiles_text` was given."""
    return tuple(_profile(row) for row in table_rows(text, file, SAMPLE))


def relatives_text(families: Sequence[Family]) -> str:
    """Return the table of typed relatives: family, member, then the sample's columns."""
    typed = [
        (family.id, member, profile)
        for family in families
        for member, profiles in family.profiles.items()
        for profile in profiles
    ]
    markers = _markers([profile for _, _, profile in typed])
    rows = (
        [safe_text(family), safe_text(member), *_sample_cells(profile, markers)]
        for family, member, profile in typed
    )
    return table_text([*RELATIVE, *map(safe_text, markers)], rows)


def pedigrees_text(families: Sequence[Family]) -> str:
    """Return the table of pedigrees: one row a person.

    ``missing`` is the rank of a missing person in its family, ``profiles`` the number of rows
    that the person has in the relatives' table. Raises `InvalidPedigreeError` for what a row a
    person cannot hold.
    """
    rows = []
    ids: set[str] = set()
    for family in families:
        if family.id in ids or not family.id:
            raise InvalidPedigreeError(f"family id {family.id!r} is blank or used twice")
        ids.add(family.id)
        for what in (family.labels, family.strata, family.kinship):
            strangers = set(what) - set(family.pedigree.persons)
            if strangers:
                raise InvalidPedigreeError(
                    f"family {family.id}: {min(strangers)} is not in its pedigree"
                )
        for person in family.pedigree.persons.values():
            rank = family.missing.index(person.id) + 1 if person.id in family.missing else None
            count = len(family.profiles[person.id]) if person.id in family.profiles else None
            rows.append(
                [
                    safe_text(family.id),
                    safe_text(person.id),
                    safe_text(person.father or ""),
                    safe_text(person.mother or ""),
                    person.sex.value,
                    safe_text(person.twin_of or ""),
                    repr(person.inbreeding) if person.inbreeding else "",
                    "" if rank is None else str(rank),
                    optional_text(family.labels.get(person.id)),
                    optional_text(family.strata.get(person.id)),
                    optional_text(family.kinship.get(person.id)),
                    "" if count is None else str(count),
                ]
            )
    return table_text(PERSON, rows)


def families_of_texts(
    pedigrees: str, pedigrees_file: str, relatives: str, relatives_file: str
) -> tuple[Family, ...]:
    """Return what `pedigrees_text` and `relatives_text` were given."""
    members: dict[str, list[CaseRow]] = {}
    for row in table_rows(pedigrees, pedigrees_file, PERSON):
        members.setdefault(row.needed("family"), []).append(row)
    profiles: dict[str, dict[str, list[Profile]]] = {}
    for row in table_rows(relatives, relatives_file, RELATIVE):
        family, person = row.needed("family"), row.needed("person")
        if family not in members:
            raise row.error("family", f"family {family[:40]!r} has no pedigree.", pedigrees_file)
        profiles.setdefault(family, {}).setdefault(person, []).append(_profile(row))
    return tuple(_family(name, rows, profiles.get(name, {})) for name, rows in members.items())


def frequencies_text(table: FrequencyTable) -> str:
    """Return the long table of allele frequencies, in the order of the alleles."""
    rows = (
        [safe_text(marker), safe_text(allele), repr(frequency)]
        for marker, alleles in table.frequencies.items()
        for allele, frequency in alleles.items()
    )
    return table_text(FREQUENCY, rows)


def markers_text(table: FrequencyTable) -> str:
    """Return the table of what is stated about each marker apart from frequencies."""
    names = dict.fromkeys(
        marker
        for mapping in (
            table.frequencies, table.chromosomes, table.silent_alleles, table.minimum_frequency,
            table.mutation, table.locations,
        )
        for marker in mapping
    )  # fmt: skip
    return table_text(MARKER, (_marker_cells(marker, table) for marker in names))


def _marker_cells(marker: str, table: FrequencyTable) -> list[str]:
    place = table.locations.get(marker)
    male, female = table.mutation.get(marker, (None, None))
    floor = table.minimum_frequency.get(marker)
    return [
        safe_text(marker),
        str(len(table.frequencies[marker])) if marker in table.frequencies else "",
        table.chromosomes[marker].value if marker in table.chromosomes else "",
        optional_text(table.silent_alleles.get(marker)),
        "" if floor is None else repr(floor),
        optional_text(male),
        optional_text(female),
        optional_text(place.file if place else None),
        str(place.line) if place and place.line is not None else "",
        str(place.column) if place and place.column is not None else "",
    ]


def frequencies_of_texts(
    frequencies: str, frequencies_file: str, markers: str, markers_file: str
) -> FrequencyTable:
    """Return what `frequencies_text` and `markers_text` were given."""
    listed: dict[str, dict[str, float]] = {}
    counts: dict[str, CaseRow] = {}
    chromosomes: dict[str, Chromosome] = {}
    silent: dict[str, str] = {}
    floors: dict[str, float] = {}
    mutation: dict[str, tuple[str, str]] = {}
    locations: dict[str, Location] = {}
    for row in table_rows(markers, markers_file, MARKER):
        marker = row.text("marker")
        if marker in counts:
            raise row.error("marker", f"marker {marker[:40]!r} stands twice.", "each marker once")
        counts[marker] = row
        if row.integer("alleles") is not None:
            listed[marker] = {}
        chromosome = row.stated("chromosome")
        if chromosome is not None:
            if chromosome not in tuple(Chromosome):
                raise row.error("chromosome", f"{chromosome[:40]!r} is none.", "autosomal or X")
            chromosomes[marker] = Chromosome(chromosome)
        allele = row.stated("silent_allele")
        if allele is not None:
            silent[marker] = allele
        floor = row.number("minimum_frequency", 0, 1e300)
        if floor is not None:
            floors[marker] = floor
        male, female = row.stated("mutation_male"), row.stated("mutation_female")
        if (male is None) != (female is None):
            raise row.error("mutation_female", "only one mutation model is stated.", "both")
        if male is not None and female is not None:
            mutation[marker] = (male, female)
        file = row.stated("file")
        if file is not None:
            locations[marker] = Location(file, row.integer("line"), row.integer("column"))
    for row in table_rows(frequencies, frequencies_file, FREQUENCY):
        marker, allele = row.text("marker"), row.text("allele")
        if marker not in listed:
            raise row.error("marker", f"marker {marker[:40]!r} is not announced.", markers_file)
        frequency = row.number("frequency", 0, 1e300)
        if frequency is None or allele in listed[marker]:
            raise row.error("frequency", "the frequency is blank or stands twice.", "one number")
        listed[marker][allele] = frequency
    for marker, alleles in listed.items():
        if counts[marker].integer("alleles") != len(alleles):
            raise counts[marker].error(
                "alleles",
                f"marker {marker[:40]!r} has {len(alleles)} alleles in {frequencies_file}.",
                "the same number here and there; a file may be incomplete",
            )
    return FrequencyTable(listed, chromosomes, silent, floors, mutation, locations)


def evidence_text(evidence: Sequence[Evidence]) -> str:
    """Return the table of evidence other than DNA."""
    rows = (
        [
            safe_text(item.remains),
            safe_text(item.missing_person),
            repr(item.log10_weight),
            safe_text(item.source),
        ]
        for item in evidence
    )
    return table_text(EVIDENCE, rows)


def evidence_of_text(text: str, file: str) -> tuple[Evidence, ...]:
    """Return what `evidence_text` was given."""
    items = []
    for row in table_rows(text, file, EVIDENCE):
        weight = row.number("log10_weight", -1e300, 1e300)
        if weight is None:
            raise row.error("log10_weight", "the weight is blank.", "a log10 weight")
        items.append(
            Evidence(row.text("remains"), row.text("missing_person"), weight, row.text("source"))
        )
    return tuple(items)


def findings_text(findings: Sequence[Finding]) -> str:
    """Return the table of findings that were made when the case was first read."""
    rows = (
        [
            safe_text(item.code),
            item.severity.value,
            list_cell(item.records),
            safe_text(str(item.text)),
            safe_text(str(item.advice or "")),
            json.dumps([[p.file, p.line, p.column] for p in item.locations], ensure_ascii=False),
            json.dumps(
                {
                    column: sentence_value(said)
                    for column, said in (("text", item.text), ("advice", item.advice))
                    if said is not None
                }
            ),
        ]
        for item in findings
    )
    return table_text((*FINDING, _SENTENCES), rows)


def findings_of_text(text: str, file: str) -> tuple[Finding, ...]:
    """Return what `findings_text` was given."""
    return tuple(_finding(row) for row in table_rows(text, file, FINDING))


def _finding(row: CaseRow) -> Finding:
    severity = row.text("severity")
    if severity not in tuple(Severity):
        raise row.error("severity", f"{severity[:40]!r} is none.", "info, warning or blocking")
    locations = _locations(row)
    return Finding(
        row.text("code"),
        Severity(severity),
        list_of_cell(row.cells["records"]),
        _sentence(row, "text") or quoted(""),
        _sentence(row, "advice"),
        locations,
    )


def _sentence(row: CaseRow, column: str) -> Sentence | None:
    """Return the sentence that a cell shows, as it was made where that is kept beside it.

    A cell that was written anew by hand counts as it reads.
    """
    shown = row.text(column)
    try:
        kept = json.loads(row.extra.get(_SENTENCES, "{}"))
        if column in kept:
            said = sentence_of_value(kept[column])
            if str(said) == shown:
                return said
    except (TypeError, ValueError, LookupError, RecursionError) as error:
        raise row.error(
            _SENTENCES, f"the {column} is not kept here.", "what was written with this case"
        ) from error
    return quoted(shown) if shown else None


def _locations(row: CaseRow) -> tuple[Location, ...]:
    def number(value: object) -> bool:
        return value is None or type(value) is int

    try:
        places: object = json.loads(row.cells["locations"])
    except (ValueError, RecursionError):
        places = None
    found = []
    for place in places if isinstance(places, list) else [None]:
        match place:
            case [str(file), line, column] if number(line) and number(column):
                found.append(Location(file, line, column))
            case _:
                raise row.error("locations", "no places stand here.", '[["file", line, column]]')
    return tuple(found)


def _markers(profiles: Iterable[Profile]) -> list[str]:
    return list(dict.fromkeys(marker for profile in profiles for marker in profile.calls))


def _sample_cells(profile: Profile, markers: Sequence[str]) -> list[str]:
    calls = (profile.calls.get(marker) for marker in markers)
    return [
        safe_text(profile.sample),
        profile.sex.value,
        list_cell(profile.amelogenin),
        "" if profile.drop_out is None else repr(profile.drop_out),
        "" if profile.drop_in is None else repr(profile.drop_in),
        safe_text(profile.stratum),
        *("" if call is None else call_cell(call) for call in calls),
    ]


def _sex(row: CaseRow) -> Sex:
    text = row.text("sex")
    if text not in tuple(Sex):
        raise row.error("sex", f"{text[:40]!r} is not a sex.", "M, F or U")
    return Sex(text)


def _profile(row: CaseRow) -> Profile:
    calls = {}
    for column, (marker, cell) in enumerate(row.extra.items(), start=len(row.cells) + 1):
        call = call_of_cell(cell, Location(row.file, row.line, column))
        if call is not None:
            calls[marker] = call
    return Profile(
        row.text("sample"),
        calls,
        sex=_sex(row),
        amelogenin=list_of_cell(row.cells["amelogenin"]),
        drop_out=row.number("drop_out", 0, 1),
        drop_in=row.number("drop_in", 0, 1),
        stratum=row.text("stratum"),
        location=Location(row.file, row.line),
    )


def _family(
    name: str, rows: Sequence[CaseRow], profiles: Mapping[str, Sequence[Profile]]
) -> Family:
    persons: list[Person] = []
    missing: dict[int, str] = {}
    stated: dict[str, dict[str, str]] = {"label": {}, "stratum": {}, "kinship": {}}
    typed: dict[str, tuple[Profile, ...]] = {}
    for row in rows:
        person = row.needed("person")
        persons.append(
            Person(
                person,
                row.text("father") or None,
                row.text("mother") or None,
                _sex(row),
                row.text("twin_of") or None,
                row.number("inbreeding", 0, 1) or 0.0,
            )
        )
        rank = row.integer("missing")
        if rank is not None:
            if rank in missing:
                raise row.error("missing", f"rank {rank} stands twice.", "1, 2, … in each family")
            missing[rank] = person
        for column, mapping in stated.items():
            text = row.stated(column)
            if text is not None:
                mapping[person] = text
        count = row.integer("profiles")
        found = tuple(profiles.get(person, ()))
        if (count or 0) != len(found):
            raise row.error(
                "profiles",
                f"person {person[:40]!r} of family {name[:40]!r} has {len(found)} profiles in the "
                "relatives' table.",
                "the same number here and there; a file may be incomplete",
            )
        if count is not None:
            typed[person] = found
    known = {person.id for person in persons}
    strangers = set(profiles) - known
    if strangers:
        raise rows[0].error(
            "person", f"{min(strangers)[:40]!r} has a profile and is not in the pedigree.", "both"
        )
    try:
        return Family(
            name,
            Pedigree(persons),
            tuple(missing[rank] for rank in sorted(missing)),
            {person: typed[person] for person in dict.fromkeys((*profiles, *typed))},
            stated["kinship"],
            stated["label"],
            stated["stratum"],
        )
    except InvalidPedigreeError as error:
        raise UnusableInputError(
            f"family {name}: {error}.",
            file=rows[0].file,
            line=rows[0].line,
            field="person",
            expected="a valid pedigree with at least one missing person",
        ) from error
