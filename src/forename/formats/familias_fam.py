"""Familias ``.fam`` files, first part: persons, known relations, pedigrees and the loci."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from forename.exceptions import UnusableInputError
from forename.formats.calls import Notes, is_x_linked
from forename.formats.familias_dvi import DviPart, read_dvi_part
from forename.formats.familias_lines import FamiliasLines
from forename.formats.frequencies import without_y_markers
from forename.formats.numbers import read_integer, read_number
from forename.formats.pedigree_parts import Link, pedigree_of_links
from forename.formats.source import Reading, Source
from forename.formats.text import decode
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import AMELOGENIN, Chromosome
from forename.genetics.pedigrees import Pedigree
from forename.genetics.problem import FrequencyTable
from forename.genetics.profiles import Call, Profile, Sex, sex_from_amelogenin
from forename.genetics.sentences import say

SILENT = "silent"

_FIRST_LINE = re.compile(r"output from familias", re.IGNORECASE)
_THETA = re.compile(r"Theta/Kinship/Fst:\s*([^\s)]+)")
_DROP_OUT = re.compile(r"Dropout probability\s*=\s*([^\s,)]+)")
_FLOOR = re.compile(r"Minor allele frequency\s*=\s*([^\s,)]+)")
_DIRECT = re.compile(r"(\d+)\W*direct\W*", re.IGNORECASE)
_MAX_PERSONS, _MAX_LOCI, _MAX_ALLELES = 100_000, 10_000, 5_000


@dataclass(frozen=True, slots=True)
class NamedPedigree:
    """One alternative of a ``.fam`` file: its name and the pedigree of all persons in it."""

    name: str
    pedigree: Pedigree


@dataclass(frozen=True, slots=True)
class FamiliasFile:
    """All that a ``.fam`` file says.

    ``profiles`` are the typed persons of the first part, ``known_relations`` the pedigree of the
    relations that hold in every alternative (absent without persons), ``pedigrees`` the
    alternatives, ``theta`` the file's own co-ancestry. ``dvi`` holds the unidentified persons
    and the reference families, or ``None`` when the file has no such part.
    """

    version: str
    profiles: tuple[Profile, ...]
    known_relations: Pedigree | None
    pedigrees: tuple[NamedPedigree, ...]
    frequencies: FrequencyTable
    theta: float
    dvi: DviPart | None


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    sex: Sex
    considers_drop_out: bool
    genotypes: tuple[tuple[int, int, int, int], ...]  # allele, allele, locus (0-based), line
    line: int


@dataclass(frozen=True, slots=True)
class _Locus:
    name: str
    alleles: tuple[str, ...]
    frequencies: tuple[float, ...]
    mutation: tuple[str, str]  # male, female
    silent_frequency: float | None
    drop_out: float
    floor: float
    line: int


def looks_like_familias(head: bytes) -> bool:
    """Tell whether a file begins as Familias' own files do."""
    return b"output from familias" in head[:400].replace(b"\x00", b"").lower()


def read_familias(source: Source) -> Reading[FamiliasFile]:
    """Return everything in a ``.fam`` file of Familias 3.

    Indices in the file are 0-based; female rates and models stand before male ones. Raises
    `UnusableInputError` with the line, also where a stated count does not fit what follows.
    """
    text = decode(source)
    lines = FamiliasLines(text.file, text.text.split("\n"))
    notes = Notes(text.file)
    first = lines.take("the first line", "'Output from Familias, version …'")
    if not _FIRST_LINE.search(first):
        raise lines.error("this is not a Familias file.", "'Output from Familias, version …'")
    lines.take("the second line", "any text")
    version = lines.take("the version", "a version such as 3.4")
    if lines.peek() == "":
        lines.take("a blank line", "a blank line")
    persons = _persons(lines)
    known, pedigrees = _relations(lines, persons)
    theta, loci = _database(lines)
    table = _frequency_table(loci, notes, text.file)
    profiles = tuple(_profile(p, loci, notes, text.file) for p in persons if p.genotypes)
    dvi = read_dvi_part(lines, notes)
    _tell_settings(text.file, theta, dvi, notes)
    value = FamiliasFile(version, profiles, known, pedigrees, table, theta, dvi)
    findings = (*text.findings, *notes.finished())
    return Reading(value, text.file, text.digest, findings, notes.frozen_spellings())


def read_familias_frequencies(source: Source) -> Reading[FrequencyTable]:
    """Return the loci of a ``.fam`` file: frequencies, silent alleles, mutation models.

    ``FrequencyTable.mutation`` carries each locus' own models (male, female).
    """
    reading = read_familias(source)
    return Reading(
        reading.value.frequencies,
        reading.file,
        reading.digest,
        reading.findings,
        reading.spellings,
    )


def _persons(lines: FamiliasLines) -> tuple[_Person, ...]:
    count = lines.integer("the number of persons", high=_MAX_PERSONS)
    persons: dict[str, _Person] = {}
    for number in range(1, count + 1):
        what = f"person {number} of {count}"
        name = lines.take(f"the name of {what}", "a name")
        line = lines.number
        if not name:
            raise lines.error(f"the name of {what} is blank.", "a name")
        if name in persons:
            raise lines.error(f"person {name!r} is listed twice.", "each name once")
        lines.flag(f"a flag of {what}")
        birth = lines.take(f"the year of birth of {what}", "a year or -1")
        lines.flag(f"a flag of {what}")
        male = lines.flag(f"the sex of {what} (#TRUE# is male)")
        genotypes = []
        for _ in range(lines.integer(f"the number of genotypes of {what}", high=_MAX_LOCI)):
            first = lines.integer(f"an allele index of {what}", low=-1, high=_MAX_ALLELES)
            second = lines.integer(f"an allele index of {what}", low=-1, high=_MAX_ALLELES)
            locus = lines.integer(f"a locus index of {what}", high=_MAX_LOCI)
            genotypes.append((first, second, locus, lines.number))
        sex = Sex.MALE if male else Sex.FEMALE
        drop_out = "consider dropout" in birth.lower()
        persons[name] = _Person(name, sex, drop_out, tuple(genotypes), line)
    return tuple(persons.values())


def _relations(
    lines: FamiliasLines, persons: Sequence[_Person]
) -> tuple[Pedigree | None, tuple[NamedPedigree, ...]]:
    if lines.take("the known relations", "'Known relations'").lower() != "known relations":
        raise lines.error("the persons should end here.", "'Known relations'")
    named = [(person.name, person.sex) for person in persons]
    known_people, known_links = _links(lines, named, "the known relations")
    base = _pedigree(lines, known_people, known_links)
    pedigrees = []
    for number in range(1, lines.integer("the number of pedigrees", high=10_000) + 1):
        what = f"pedigree {number}"
        lines.integer(f"the index of {what}")
        name = lines.take(f"the name of {what}", "a name")
        people, links = _links(lines, known_people, what)
        pedigree = _pedigree(lines, people, [*known_links, *links])
        if pedigree is not None:
            pedigrees.append(NamedPedigree(name, pedigree))
    return base, tuple(pedigrees)


def _links(
    lines: FamiliasLines, people: Sequence[tuple[str, Sex]], what: str
) -> tuple[list[tuple[str, Sex]], list[Link]]:
    """Return the people with the extras of this block added, and its parent-child links."""
    members = list(people)
    for sex, word in ((Sex.FEMALE, "female"), (Sex.MALE, "male")):
        taken = {name for name, _ in members}
        number = 0
        for _ in range(lines.integer(f"the number of extra {word}s of {what}", high=500)):
            number += 1
            while f"extra {word} {number}" in taken:
                number += 1
            members.append((f"extra {word} {number}", sex))
    links = []
    for _ in range(lines.integer(f"the number of relations of {what}", high=10 * _MAX_PERSONS)):
        stated = lines.take(f"a parent's index in {what}", "a person's index")
        direct = _DIRECT.fullmatch(stated.strip())
        place = Location(lines.file, lines.number)
        expected = f"a person's index from 0 to {len(members) - 1}"
        parent = read_integer(
            direct[1] if direct else stated,
            place,
            field=what,
            expected=expected,
            high=len(members) - 1,
        )
        child = lines.integer(f"a child's index in {what}", high=len(members) - 1)
        links.append(
            Link(members[parent][0], members[child][0], twins=direct is not None, location=place)
        )
    return members, links


def _pedigree(
    lines: FamiliasLines, people: Sequence[tuple[str, Sex]], links: Sequence[Link]
) -> Pedigree | None:
    if not people:
        return None
    return pedigree_of_links(dict(people), links, Location(lines.file, lines.number))


def _database(lines: FamiliasLines) -> tuple[float, tuple[_Locus, ...]]:
    head = lines.take("the database line", "'#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0 )'")
    if head.startswith("#TRUE#"):
        raise lines.error(
            "the file holds precomputed probabilities, which hide its data.",
            "a file saved without results (#FALSE# on this line)",
        )
    if not head.startswith("#FALSE#"):
        raise lines.error("the pedigrees should end here.", "a line that begins with #FALSE#")
    found = _THETA.search(head)
    theta = 0.0
    if found:
        theta = read_number(
            found[1], lines.place, field="Theta", expected="a number from 0 to 1", low=0, high=1
        )
    count = lines.integer("the number of loci", high=_MAX_LOCI)
    if lines.flag("whether the database has a name"):
        lines.take("the database's name", "a name")
    return theta, tuple(_locus(lines, n, count) for n in range(1, count + 1))


def _locus(lines: FamiliasLines, number: int, count: int) -> _Locus:
    name = lines.take(f"the name of locus {number} of {count}", "a locus name")
    line = lines.number
    if not name or name.startswith("["):
        raise lines.error(f"locus {number} of {count} should begin here.", "a locus name")
    rates = [lines.real(f"{name}: the {sex} mutation rate", 0, 1) for sex in ("female", "male")]
    models = [
        lines.integer(f"{name}: the {sex} mutation model (0 to 4)", high=4)
        for sex in ("female", "male")
    ]
    size = lines.integer(f"{name}: the number of alleles", low=1, high=_MAX_ALLELES)
    ranges = [lines.real(f"{name}: the {sex} mutation range", 0, 1) for sex in ("female", "male")]
    seconds = [lines.real(f"{name}: the {sex} second rate", 0, 1) for sex in ("female", "male")]
    mutation = [
        _model_text(lines, name, *parts)
        for parts in zip(models, rates, ranges, seconds, strict=True)
    ]
    silent = lines.flag(f"{name}: whether there is a silent allele")
    silent_frequency = lines.frequency(f"{name}: the silent allele's frequency")
    info = lines.take(
        f"{name}: the number of alleles and the database size",
        "a number, a tab, (DatabaseSize = …, Dropout probability = …, Minor allele frequency = …)",
    )
    place = lines.place
    listed = read_integer(
        info.split("(")[0], place, field=name, expected="the number of listed alleles", low=1
    )
    if listed != size - silent:
        raise lines.error(
            f"{name}: {listed} alleles are listed, {size} were announced"
            f"{', the silent one included' if silent else ''}.",
            f"{size - silent}",
        )
    drop_out, floor = (
        read_number(found[1], place, field=name, expected="a number from 0 to 1", low=0, high=1)
        if (found := pattern.search(info))
        else 0.0
        for pattern in (_DROP_OUT, _FLOOR)
    )
    alleles: list[str] = []
    frequencies: list[float] = []
    for position in range(1, listed + 1):
        allele = lines.take(f"{name}: allele {position} of {listed}", "an allele name")
        if not allele or allele.startswith(("[", "#")) or "\t" in allele:
            raise lines.error(
                f"{name}: allele {position} of {listed} is missing.", "an allele name"
            )
        allele = plain_label(allele)
        if allele in alleles:
            raise lines.error(f"{name}: allele {allele} is listed twice.", "each allele once")
        alleles.append(allele)
        frequencies.append(lines.frequency(f"{name}: the frequency of allele {allele}"))
    return _Locus(
        name,
        tuple(alleles),
        tuple(frequencies),
        (mutation[1], mutation[0]),
        silent_frequency if silent else None,
        drop_out,
        floor,
        line,
    )


def plain_label(label: str) -> str:
    """Return an allele label with one spelling for a repeat number, any other text as it is."""
    text = label.strip()
    return format(float(text), "g") if re.fullmatch(r"\d{1,3}\.\d{1,2}", text) else text


def _model_text(
    lines: FamiliasLines, locus: str, model: int, rate: float, spread: float, rate2: float
) -> str:
    """Return the mutation model in the syntax of `forename.genetics.mutation.parse_mutation`.

    Familias' models 2 and 3 count steps by position in the sorted allele list; 4 by repeats.
    """
    if rate == 0 and (model != 4 or rate2 == 0):
        return "none"
    if model == 0:
        return f"equal:rate={rate!r}"
    if model == 1:
        return f"proportional:rate={rate!r}"
    if spread == 0:
        raise lines.error(
            f"locus {locus} has a stepwise mutation model with range 0.",
            "a range above 0 and at most 1",
        )
    if model == 4:
        return f"stepwise:rate={rate!r},rate2={rate2!r},range={spread!r}"
    name = "dawid" if model == 3 else "stepwise-position"
    return f"{name}:rate={rate!r},range={spread!r}"


def _frequency_table(loci: Sequence[_Locus], notes: Notes, file: str) -> FrequencyTable:
    frequencies: dict[str, dict[str, float]] = {}
    silent: dict[str, str] = {}
    floors: dict[str, float] = {}
    mutation: dict[str, tuple[str, str]] = {}
    locations: dict[str, Location] = {}
    zeros: list[str] = []
    for locus in loci:
        marker = notes.marker(locus.name)
        place = Location(file, locus.line)
        if marker in frequencies:
            raise UnusableInputError(
                f"locus {locus.name} stands in the file twice (also at {locations[marker]}).",
                file=file,
                line=locus.line,
                field=locus.name,
                expected="each locus once",
            )
        pairs = dict(zip(locus.alleles, locus.frequencies, strict=True))
        zeros += [f"{locus.name} {allele}" for allele, value in pairs.items() if value == 0]
        frequencies[marker] = {allele: value for allele, value in pairs.items() if value > 0}
        if not frequencies[marker]:
            raise UnusableInputError(
                f"locus {locus.name} has no allele with a frequency.",
                file=file,
                line=locus.line,
                field=locus.name,
                expected="at least one allele with a frequency above 0",
            )
        if locus.silent_frequency:
            silent[marker] = SILENT
            frequencies[marker][SILENT] = locus.silent_frequency
        if locus.floor:
            floors[marker] = locus.floor
        mutation[marker] = locus.mutation
        locations[marker] = place
    if zeros:
        notes.findings.append(
            Finding(
                "zero_frequency",
                Severity.INFO,
                (file,),
                say(
                    "{file}: alleles with the frequency 0, which count as not listed: {count} "
                    "({alleles}).",
                    file=file,
                    count=len(zeros),
                    alleles=tuple(zeros[:8]),
                ),
                say("An allele that is seen all the same gets the minimum frequency."),
            )
        )
    notes.findings.extend(without_y_markers(file, frequencies, locations))
    for mapping in (silent, floors, mutation):
        for marker in set(mapping) - set(frequencies):
            del mapping[marker]
    chromosomes = {marker: Chromosome.X for marker in frequencies if is_x_linked(marker)}
    return FrequencyTable(frequencies, chromosomes, silent, floors, mutation, locations)


def _profile(person: _Person, loci: Sequence[_Locus], notes: Notes, file: str) -> Profile:
    calls: dict[str, Call] = {}
    rates = set()
    for first, second, position, line in person.genotypes:
        if position >= len(loci):
            raise UnusableInputError(
                f"person {person.name} has a genotype at locus index {position}, but there are "
                f"{len(loci)} loci.",
                file=file,
                line=line,
                expected=f"an index from 0 to {len(loci) - 1}",
            )
        locus = loci[position]
        known = [index for index in (first, second) if index >= 0]
        if any(index >= len(locus.alleles) for index in known):
            raise UnusableInputError(
                f"person {person.name}, locus {locus.name}: an allele index is too large.",
                file=file,
                line=line - 1,
                field=locus.name,
                expected=f"indices from 0 to {len(locus.alleles) - 1}",
            )
        marker = notes.marker(locus.name)
        if marker in calls:
            raise UnusableInputError(
                f"person {person.name} has two genotypes at locus {locus.name}.",
                file=file,
                line=line,
                field=locus.name,
                expected="one genotype a locus",
            )
        if known:
            alleles = tuple(locus.alleles[index] for index in known)
            calls[marker] = Call(alleles, len(known) == 1, Location(file, line))
            rates.add(locus.drop_out)
    sex_marker = calls.pop(AMELOGENIN, None)
    # A lone X says nothing: everyone has one.
    half = sex_marker is not None and sex_marker.partial and sex_marker.alleles == ("X",)
    amelogenin = () if sex_marker is None or half else sex_marker.alleles
    if len(rates) > 1 and person.considers_drop_out:
        notes.findings.append(
            Finding(
                "drop_out_differs_by_marker",
                Severity.WARNING,
                (person.name,),
                say(
                    "{sample}: the file gives markers different drop-out probabilities; the "
                    "largest, {rate:g}, is used for the whole sample.",
                    sample=person.name,
                    rate=max(rates),
                ),
                say("State one drop-out probability for the sample."),
                (Location(file, person.line),),
            )
        )
    return Profile(
        person.name,
        calls,
        sex=person.sex if person.sex != Sex.UNKNOWN else sex_from_amelogenin(amelogenin),
        amelogenin=amelogenin,
        drop_out=(max(rates, default=0.0) or None) if person.considers_drop_out else None,
        location=Location(file, person.line),
    )


def _tell_settings(file: str, theta: float, dvi: DviPart | None, notes: Notes) -> None:
    """Tell settings in the file that differ from nothing: they are not applied by themselves."""
    stated = {"theta": theta, **(dvi.error_rates if dvi else {})}
    shown = tuple(f"{name} {value:g}" for name, value in stated.items() if value)
    if shown:
        notes.findings.append(
            Finding(
                "file_settings_not_applied",
                Severity.WARNING,
                (file,),
                say(
                    "{file} states {settings}; settings are taken from the command or the case, "
                    "not from this file.",
                    file=file,
                    settings=shown,
                ),
                say("Give the same values as settings if they are wanted."),
                (Location(file, 1),),
            )
        )
