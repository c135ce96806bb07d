"""Familias ``.fam`` files, second part: unidentified persons, reference families, settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from forename.exceptions import UnusableInputError
from forename.formats.calls import Notes, profile_of, read_allele
from forename.formats.familias_lines import FamiliasLines
from forename.formats.numbers import read_integer, read_number
from forename.formats.pedigree_parts import Link, pedigree_of_links
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.markers import AMELOGENIN
from forename.genetics.pedigrees import Pedigree
from forename.genetics.problem import Family
from forename.genetics.profiles import Profile, Sex
from forename.genetics.sentences import say

# No spaces apart from the name: several runs of them could be told apart in too many ways.
_HEADING = re.compile(r"(\[+)([^\[\]]*)(\]+)")
_MISSING = re.compile(r"missing person", re.IGNORECASE)
_REFERENCE = "reference pedigree"
_SEXES = {"male": Sex.MALE, "m": Sex.MALE, "female": Sex.FEMALE, "f": Sex.FEMALE}
_UNKNOWN_SEXES = {"", "unknown", "undefined", "not specified", "u"}
_RATES = {"dropin": "drop-in", "dropout": "drop-out", "error": "typing error"}
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class DviPart:
    """The DVI part of a ``.fam`` file.

    ``error_rates`` are the file's own drop-in, drop-out and typing error; ``prior`` its prior
    settings as written. They are told, not applied.
    """

    remains: tuple[Profile, ...]
    families: tuple[Family, ...]
    error_rates: Mapping[str, float]
    prior: Mapping[str, str]


@dataclass(slots=True)
class _Section:
    """A bracketed heading with the ``key= value`` lines and the sections under it."""

    name: str
    line: int
    entries: list[tuple[str, str, int]] = field(default_factory=list)
    sections: list[_Section] = field(default_factory=list)


def read_dvi_part(lines: FamiliasLines, notes: Notes) -> DviPart | None:
    """Return the sections after the loci, or ``None`` when nothing follows.

    Raises `UnusableInputError` with the line where a heading, a count or a value does not fit.
    """
    root = _sections(lines)
    dvi = _child(root, "DVI")
    advanced = _child(root, "Advanced")
    rates = {}
    direct = _child(advanced, "Direct/Identity") if advanced else None
    for key, value, line in direct.entries if direct else ():
        if key.lower() in _RATES:
            place = Location(lines.file, line)
            rates[_RATES[key.lower()]] = read_number(
                value, place, field=key, expected="a number from 0 to 1", low=0, high=1
            )
    if dvi is None:
        return DviPart((), (), rates, {}) if rates else None
    prior = _child(root, "Prior")
    if prior is None and advanced is None:
        raise lines.error(
            "the file ends in its DVI part; it is not complete.",
            "the sections [Prior] and [Advanced], with which Familias ends such a file",
        )
    people = _child(dvi, "Unidentified persons")
    remains = _people(lines.file, people, notes) if people else ()
    references = _child(dvi, "Reference Families")
    families: dict[str, Family] = {}
    if references is not None:
        _check_count(lines.file, references, "nFamilies", len(references.sections))
        for section in references.sections:
            family = _family(lines.file, section, notes)
            if family.id in families:
                raise _error(lines.file, section, f"family {family.id} is listed twice.", "once")
            families[family.id] = family
    stated = {key: value for key, value, _ in prior.entries} if prior else {}
    return DviPart(
        tuple(p for p, _ in remains),
        tuple(families.values()),
        rates,
        stated,
    )


def _sections(lines: FamiliasLines) -> _Section:
    """Return the tree of headings; depth is the number of brackets."""
    root = _Section("", lines.number)
    path = [root]
    while lines.peek() is not None:
        text = lines.take("a heading", "a heading in brackets")
        if not text:
            continue
        heading = _HEADING.fullmatch(text)
        if path[-1].name.lower() == "notes" and not (heading and len(heading[1]) <= len(path)):
            continue  # free text
        if heading is None:
            key, equals, value = text.partition("=")
            if not equals or len(path) == 1 or text.startswith("["):
                raise lines.error(
                    f"{text[:40]!r} does not belong here.", "a heading in brackets or 'Key= value'"
                )
            path[-1].entries.append((key.strip(), value.strip(), lines.number))
            continue
        depth = len(heading[1])
        if depth != len(heading[3]) or depth > len(path) or depth > _MAX_DEPTH:
            raise lines.error(
                f"the heading {text[:40]!r} has {depth} opening and {len(heading[3])} closing "
                "brackets here.",
                f"at most {len(path)} of each, as many closing as opening",
            )
        section = _Section(heading[2].strip(), lines.number)
        del path[depth:]
        path[-1].sections.append(section)
        path.append(section)
    return root


def _child(section: _Section | None, name: str) -> _Section | None:
    found = [s for s in section.sections if s.name.lower() == name.lower()] if section else []
    return found[0] if found else None


def _entry(file: str, section: _Section, key: str, expected: str) -> tuple[str, int]:
    for name, value, line in section.entries:
        if name.lower() == key.lower():
            return value, line
    raise _error(file, section, f"[{section.name}] has no line '{key}='.", expected)


def _check_count(file: str, section: _Section, key: str, found: int) -> None:
    text, line = _entry(file, section, key, f"a line '{key}= {found}'")
    place = Location(file, line)
    stated = read_integer(text, place, field=key, expected="a whole number")
    if stated != found:
        raise UnusableInputError(
            f"[{section.name}] announces {stated} and holds {found}; the file is not complete.",
            file=file,
            line=line,
            field=key,
            expected=f"{stated} sections or entries under this heading",
        )


def _people(file: str, section: _Section, notes: Notes) -> tuple[tuple[Profile, Location], ...]:
    _check_count(file, section, "nPersons", len(section.sections))
    return tuple((_person(file, s, notes), Location(file, s.line)) for s in section.sections)


def _person(file: str, section: _Section, notes: Notes) -> Profile:
    name, line = _entry(file, section, "Name", "a line 'Name= …'")
    if not name:
        raise UnusableInputError(
            "the name is blank.", file=file, line=line, field="Name", expected="a name"
        )
    gender, line = _entry(file, section, "Gender", "a line 'Gender= Male' or 'Gender= Female'")
    if gender.lower() not in _SEXES and gender.lower() not in _UNKNOWN_SEXES:
        raise UnusableInputError(
            f"{gender[:40]!r} is not a sex.",
            file=file,
            line=line,
            field="Gender",
            expected="Male, Female or Unknown",
        )
    for key, _, line in section.entries:
        if key.lower() in ("nsystems", "systemname", "allele1", "allele2"):
            raise UnusableInputError(
                f"{key}= of {name[:40]!r} stands outside the DNA data.",
                file=file,
                line=line,
                field=key,
                expected="a heading [DNA data] in brackets before it",
            )
    data = _child(section, "DNA data")
    seen = _genotypes(file, data, notes) if data else {}
    return profile_of(
        name,
        seen,
        notes,
        sex=_SEXES.get(gender.lower(), Sex.UNKNOWN),
        location=Location(file, section.line),
    )


def _genotypes(
    file: str, data: _Section, notes: Notes
) -> dict[str, tuple[tuple[str, ...], int, Location]]:
    systems = sum(key.lower() == "systemname" for key, _, _ in data.entries)
    _check_count(file, data, "nSystems", systems)
    seen: dict[str, tuple[tuple[str, ...], int, Location]] = {}
    marker = ""
    cells = 0
    for key, value, line in data.entries:
        place = Location(file, line)
        name = key.lower()
        if name == "systemname":
            if marker and cells != 2:
                raise _incomplete(file, line, marker)
            marker = notes.marker(value)
            cells = 0
            if not value or marker in seen:
                raise UnusableInputError(
                    f"system {value!r} is blank or stands twice for one person.",
                    file=file,
                    line=line,
                    field=key,
                    expected="each system once a person",
                )
            seen[marker] = ((), 2, place)
        elif name in ("allele1", "allele2"):
            cells += 1
            if not marker or name != f"allele{cells}":
                raise _incomplete(file, line, marker or "?")
            label = _allele(value, marker, place, notes)
            alleles = seen[marker][0]
            seen[marker] = ((*alleles, label) if label else alleles, 2, seen[marker][2])
        elif name != "nsystems":
            notes.findings.append(
                Finding(
                    "line_not_used",
                    Severity.WARNING,
                    (marker,) if marker else (),
                    say(
                        "{file}: the line '{line}' of a genotype is not understood.",
                        file=file,
                        line=f"{key[:40]}=",
                    ),
                    say("Check what it says; SystemName, Allele1 and Allele2 were read."),
                    (place,),
                )
            )
    if marker and cells != 2:
        raise _incomplete(file, data.entries[-1][2], marker)
    return seen


def _allele(value: str, marker: str, place: Location, notes: Notes) -> str | None:
    """Return an allele label: repeat numbers in one spelling, a file's own names as they are."""
    if marker != AMELOGENIN and re.search("[A-Za-z]", value) and len(value) <= 20:
        return value if value.upper() not in ("NA", "N/A") else None
    return read_allele(value, marker, place, notes)


def _incomplete(file: str, line: int, marker: str) -> UnusableInputError:
    return UnusableInputError(
        f"system {marker} does not have its two alleles in order.",
        file=file,
        line=line,
        field=marker,
        expected="SystemName=, then Allele1=, then Allele2=",
    )


def _family(file: str, section: _Section, notes: Notes) -> Family:
    name, line = _entry(file, section, "Name", "a line 'Name= …'")
    if not name:
        raise UnusableInputError(
            "the family's name is blank.", file=file, line=line, field="Name", expected="a name"
        )
    persons = _child(section, "Persons")
    people = _people(file, persons, notes) if persons else ()
    sexes: dict[str, Sex] = {}
    for profile, place in people:
        if profile.sample in sexes:
            raise UnusableInputError(
                f"family {name} has two persons {profile.sample!r}.",
                file=file,
                line=place.line,
                expected="each name once in a family",
            )
        sexes[profile.sample] = profile.sex
    pedigrees = _child(section, "Pedigrees")
    if pedigrees is None:
        raise _error(file, section, f"family {name} has no pedigree.", "[[[[Pedigrees]]]]")
    _check_count(file, pedigrees, "nPedigrees", len(pedigrees.sections))
    pedigree, missing = _pedigree(file, name, pedigrees, sexes, notes)
    typed = {p.sample: (p,) for p, _ in people if p.calls or p.amelogenin}
    both = [member for member in missing if member in typed]
    if both:
        raise _error(
            file, section, f"family {name}: {both[0]} is missing and typed.", "one of them"
        )
    return Family(name, pedigree, missing, typed)


def _pedigree(
    file: str, family: str, section: _Section, sexes: Mapping[str, Sex], notes: Notes
) -> tuple[Pedigree, tuple[str, ...]]:
    """Return the pedigree with the missing person, and the missing members' ids."""
    candidates: list[tuple[str, list[Link], _Section]] = []
    for part in section.sections:
        name, _ = _entry(file, part, "Name", "a line 'Name= …'")
        links = _links(file, part)
        if any(_MISSING.match(person) for k in links for person in (k.parent, k.child)):
            candidates.append((name, links, part))
    # Familias stores the reference pedigree beside the one that is searched with.
    own = [c for c in candidates if c[0].lower() != _REFERENCE] or candidates
    if not own:
        raise _error(
            file, section, f"family {family} has no pedigree with a 'Missing person'.",
            "a relation of a person called 'Missing person'",
        )  # fmt: skip
    _, links, part = own[0]
    pairs = [{(k.parent, k.child) for k in other} for _, other, _ in own]
    if any(other != pairs[0] for other in pairs[1:]):
        notes.findings.append(
            Finding(
                "several_pedigrees",
                Severity.WARNING,
                (family,),
                say(
                    "family {family} has {count} different pedigrees with a missing person; the "
                    "first, {first}, is used.",
                    family=family,
                    count=len(own),
                    first=repr(own[0][0]),
                ),
                say("Register alternatives as families of their own."),
                tuple(Location(file, p.line) for _, _, p in own),
            )
        )
    members = dict(sexes)
    for link in links:
        for person in (link.parent, link.child):
            members.setdefault(person, Sex.UNKNOWN)
    missing = tuple(person for person in members if _MISSING.match(person))
    pedigree = pedigree_of_links(members, links, Location(file, part.line))
    return pedigree, missing


def _links(file: str, section: _Section) -> list[Link]:
    links: list[Link] = []
    parent = ""
    for key, value, line in section.entries:
        name = key.lower()
        if name == "parent" and not parent:
            parent = value
        elif name == "child" and parent and value:
            links.append(Link(parent, value, twins=False, location=Location(file, line)))
            parent = ""
        elif name not in ("name", "nrelations"):
            raise UnusableInputError(
                f"{key[:40]}= does not belong here.",
                file=file,
                line=line,
                field=key,
                expected="pairs of lines 'Parent= …' and 'Child= …'",
            )
    if parent:
        raise _error(file, section, f"parent {parent!r} has no 'Child=' line.", "'Child= …'")
    _check_count(file, section, "nRelations", len(links))
    return links


def _error(file: str, section: _Section, problem: str, expected: str) -> UnusableInputError:
    return UnusableInputError(
        problem, file=file, line=section.line, field=section.name, expected=expected
    )
