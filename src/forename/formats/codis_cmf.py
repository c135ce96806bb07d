"""CODIS CMF 3.2 import messages, checked against the order and limits of their schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forename.formats.calls import Notes, profile_of, read_allele
from forename.formats.source import Reading, Source
from forename.formats.xml_tree import Element, looks_like_xml, read_tree
from forename.genetics.findings import Finding, Severity
from forename.genetics.markers import AMELOGENIN
from forename.genetics.problem import Relative
from forename.genetics.profiles import Profile
from forename.genetics.sentences import say

__all__ = ["looks_like_xml", "read_cmf", "read_cmf_relatives", "read_cmf_remains"]

NAMESPACE = "urn:CODISImportFile-schema"

# Categories of the schema; "Deduced Missing Person" was added in 2017.
CATEGORIES = frozenset(
    (
        "Convicted Offender|Forensic, Unknown|Population|Suspect, Known|Unidentified Person|"
        "Victim, Known|Elimination, Known|Biological Mother|Biological Father|Biological Sibling|"
        "Alleged Mother|Alleged Father|Biological Child|Proficiency|Other|Missing Person|"
        "Forensic Mixture|Maternal Relative|Paternal Relative|Deduced Victim Known|Arrestee|"
        "Deceased|Deduced Suspect|Staff|Juvenile|CO Duplicate|Volunteer|Spouse|Legal|"
        "Deduced Missing Person"
    ).split("|")
)
# Categories of relatives, as kinship words; "Maternal Relative" says too little for a pedigree.
KINSHIP_OF_CATEGORY = {
    "Biological Mother": "mother",
    "Biological Father": "father",
    "Alleged Mother": "mother",
    "Alleged Father": "father",
    "Biological Sibling": "sibling",
    "Biological Child": "child",
    "Spouse": "spouse",
    "Missing Person": "self",
    "Deduced Missing Person": "self",
}
_REMAINS = frozenset({"Unidentified Person", "Deceased", "Forensic, Unknown"})
_STAFF = frozenset({"Staff", "Elimination, Known"})

_DATE_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?")


@dataclass(frozen=True, slots=True)
class Specimen:
    """One specimen of a message: its category, case and profile.

    ``mixture`` tells that it is a mixture of persons; ``partial`` is the message's own word.
    """

    id: str
    category: str
    case: str
    comment: str
    partial: bool
    profile: Profile
    element_line: int


def read_cmf(source: Source) -> Reading[tuple[Specimen, ...]]:
    """Return all specimens of a CMF 3.2 message.

    A single ``ALLELE`` at a locus is a homozygote, as CODIS defines it. Element order, lengths,
    categories and uniqueness follow the schema; loci that it does not list are read all the same
    and told. Raises `UnusableInputError` with line and column of the element.
    """
    root = read_tree(source)
    if root.name != "CODISImportFile":
        raise root.error(
            f"the XML's root is <{root.name}>: this is not a CODIS import message.",
            f'<CODISImportFile xmlns="{NAMESPACE}">',
        )
    _check_namespace(root)
    head = root.children[
        : next((i for i, e in enumerate(root.children) if e.name == "SPECIMEN"), len(root.children))
    ]
    _check_sequence(root, head, _HEADER)
    specimens = root.children[len(head) :]
    if not specimens:
        raise root.error("the message holds no specimen.", "at least one <SPECIMEN>")
    notes = Notes(source.file)
    read: list[Specimen] = []
    seen: dict[str, int] = {}
    for element in specimens:
        if element.name != "SPECIMEN":
            raise element.error(f"<{element.name}> does not belong here.", "<SPECIMEN>")
        specimen = _specimen(element, notes)
        if specimen.id in seen:
            raise element.error(
                f"specimen {specimen.id!r} stands twice (first at line {seen[specimen.id]}).",
                "each SPECIMENID once in a message",
            )
        seen[specimen.id] = specimen.element_line
        read.append(specimen)
    return Reading(
        tuple(read), source.file, source.digest, notes.finished(), notes.frozen_spellings()
    )


def read_cmf_remains(source: Source) -> Reading[tuple[Profile, ...]]:
    """Return the profiles of unidentified persons in a message, or of its staff and elimination
    specimens when it holds nothing but those; other categories are told and left out.
    """
    reading = read_cmf(source)
    wanted = _REMAINS
    if all(specimen.category in _STAFF for specimen in reading.value):
        wanted = _STAFF
    kept = tuple(s.profile for s in reading.value if s.category in wanted)
    if not kept:
        raise _nothing(source, reading.value, "'Unidentified Person'")
    left = [s for s in reading.value if s.category not in wanted]
    return Reading(
        kept,
        reading.file,
        reading.digest,
        (*reading.findings, *_left_out(source.file, left)),
        reading.spellings,
    )


def read_cmf_relatives(source: Source) -> Reading[tuple[Relative, ...]]:
    """Return the relatives in a message: CASEID is the family, the category the kinship.

    Categories without a kinship that a pedigree can hold are told and left out. Raises
    `UnusableInputError` where a relative has no CASEID.
    """
    reading = read_cmf(source)
    relatives = []
    left = []
    for specimen in reading.value:
        kinship = KINSHIP_OF_CATEGORY.get(specimen.category)
        if kinship is None:
            left.append(specimen)
            continue
        location = specimen.profile.location
        assert location is not None
        if not specimen.case:
            raise Element("SPECIMEN", "", {}, location).error(
                f"specimen {specimen.id!r} ({specimen.category}) has no CASEID, so its family is "
                "not known.",
                "the family in the attribute CASEID",
            )
        relatives.append(Relative(specimen.case, kinship, specimen.profile, location))
    if not relatives:
        raise _nothing(source, reading.value, "'Biological Mother', 'Biological Sibling', …")
    return Reading(
        tuple(relatives),
        reading.file,
        reading.digest,
        (*reading.findings, *_left_out(source.file, left)),
        reading.spellings,
    )


@dataclass(frozen=True, slots=True)
class _Rule:
    """One element of a sequence: how often it may stand and what its text must be."""

    name: str
    check: Callable[[Element], None]
    least: int = 1
    most: int = 1


def _text(longest: int, shortest: int = 1) -> Callable[[Element], None]:
    def check(element: Element) -> None:
        if not shortest <= len(element.text) <= longest:
            raise element.error(
                f"<{element.name}> has {len(element.text)} characters.",
                f"{shortest} to {longest} characters",
            )

    return check


def _identity(element: Element) -> None:
    _text(24)(element)
    if "\n" in element.text or "\t" in element.text:
        raise element.error(f"<{element.name}> holds several lines or a tab.", "one line")


def _date_time(element: Element) -> None:
    found = _DATE_TIME.fullmatch(element.text)
    if not found or not (
        1900 <= int(found[1]) <= 2079 and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31
    ):
        raise element.error(
            f"{element.text[:40]!r} is not a date and time.",
            "such as 2002-02-14T21:51:44, from 1900 to 2079",
        )


def _version(element: Element) -> None:
    if not re.fullmatch(r"\d(\.\d)?", element.text):
        raise element.error(f"{element.text[:40]!r} is not a version.", "3.2")


def _import(element: Element) -> None:
    if element.text != "Import":
        raise element.error(f"the message type is {element.text[:40]!r}.", "'Import'")


def _category(element: Element) -> None:
    if element.text not in CATEGORIES:
        raise element.error(
            f"{element.text[:60]!r} is not a specimen category.",
            "a category of CMF 3.2, such as 'Unidentified Person' or 'Biological Mother'",
        )


def _anything(element: Element) -> None:
    """Accept the element: its content is checked where it is read."""


_HEADER = (
    _Rule("HEADERVERSION", _version),
    _Rule("MESSAGETYPE", _import),
    _Rule("DESTINATIONORI", _text(10)),
    _Rule("SOURCELAB", _text(10)),
    _Rule("SUBMITBYUSERID", _text(20)),
    _Rule("SUBMITDATETIME", _date_time),
    _Rule("BATCHID", _text(32, 0), least=0),
    _Rule("KIT", _text(32, 0), least=0),
)
_SPECIMEN = (
    _Rule("SPECIMENID", _identity),
    _Rule("SPECIMENCATEGORY", _category),
    _Rule("SPECIMENCOMMENT", _text(255, 0), least=0),
    _Rule("LOCUS", _anything, most=32),
)
_LOCUS = (
    _Rule("LOCUSNAME", _text(10)),
    _Rule("READINGBY", _text(20)),
    _Rule("READINGDATETIME", _date_time),
    _Rule("ALLELE", _anything, most=8),
)
_ALLELE = (_Rule("ALLELEVALUE", _text(10)),)


def _check_sequence(parent: Element, children: Sequence[Element], rules: Sequence[_Rule]) -> None:
    """Check that children stand in the order, number and form that the schema states."""
    position = 0
    for rule in rules:
        count = 0
        while position < len(children) and children[position].name == rule.name:
            rule.check(children[position])
            count += 1
            position += 1
        if count > rule.most:
            raise children[position - 1].error(
                f"<{parent.name}> has {count} <{rule.name}>.", f"at most {rule.most}"
            )
        if count < rule.least:
            where = children[position] if position < len(children) else parent
            found = f"<{where.name}> stands" if where is not parent else "the element ends"
            raise where.error(
                f"{found} where <{rule.name}> should stand.",
                " ".join(f"<{r.name}>" for r in rules) + f" in this order in <{parent.name}>",
            )
    if position < len(children):
        extra = children[position]
        raise extra.error(
            f"<{extra.name}> does not belong here.",
            " ".join(f"<{r.name}>" for r in rules) + f" in this order in <{parent.name}>",
        )


def _check_namespace(root: Element) -> None:
    pending = [root]
    while pending:
        element = pending.pop()
        if element.namespace != NAMESPACE:
            raise element.error(
                f"<{element.name}> is in the namespace {element.namespace!r}.", f"{NAMESPACE!r}"
            )
        pending.extend(reversed(element.children))


def _boolean(element: Element, name: str) -> bool:
    text = element.attributes.get(name, "false")
    if text not in ("true", "false", "1", "0"):
        raise element.error(f"the attribute {name} is {text[:20]!r}.", "true or false")
    return text in ("true", "1")


def _specimen(element: Element, notes: Notes) -> Specimen:
    _check_sequence(element, element.children, _SPECIMEN)
    case = element.attributes.get("CASEID", "").strip()
    if len(case) > 32:
        raise element.error(f"CASEID has {len(case)} characters.", "at most 32")
    if element.attributes.get("SOURCEID", "Yes") not in ("Yes", "No", "N/A"):
        raise element.error("SOURCEID is not understood.", "Yes, No or N/A")
    partial = _boolean(element, "PARTIAL")
    sample = element.named("SPECIMENID")[0].text
    category = element.named("SPECIMENCATEGORY")[0].text
    comments = element.named("SPECIMENCOMMENT")
    seen = {}
    for locus in element.named("LOCUS"):
        _check_sequence(locus, locus.children, _LOCUS)
        written = locus.named("LOCUSNAME")[0]
        # The schema lists the spelling "TP0X", with a zero, beside TPOX.
        marker = notes.marker("TPOX" if written.text == "TP0X" else written.text)
        if marker in seen:
            raise written.error(
                f"locus {written.text} stands twice in this specimen.", "each locus once"
            )
        alleles = []
        for entry in locus.named("ALLELE"):
            _check_sequence(entry, entry.children, _ALLELE)
            _boolean(entry, "ALLELEREQUIRED")
            value = entry.children[0]
            allele = read_allele(value.text, marker, value.location, notes)
            if allele is None:
                raise value.error("the allele is blank.", "a value such as 12 or 9.3")
            alleles.append(allele)
        # One value is both copies; the observation keeps it twice, so that it is complete.
        doubled = tuple(alleles * 2 if len(alleles) == 1 else alleles)
        seen[marker] = (doubled, len(doubled), locus.location)
    if AMELOGENIN in seen and seen[AMELOGENIN][0] == ("Y", "Y"):
        # A lone Y is a male whose X was not seen, not a homozygote.
        seen[AMELOGENIN] = (("Y",), 2, seen[AMELOGENIN][2])
    profile = profile_of(sample, seen, notes, location=element.location)
    line = element.location.line or 0
    comment = comments[0].text if comments else ""
    if category == "Forensic Mixture":
        notes.findings.append(
            Finding(
                "mixture_of_persons",
                Severity.WARNING,
                (sample,),
                say(
                    "{sample}: the message calls this specimen a mixture of persons.", sample=sample
                ),
                say("Use the profile of one person."),
                (element.location,),
            )
        )
    return Specimen(sample, category, case, comment, partial, profile, line)


def _left_out(file: str, specimens: Sequence[Specimen]) -> tuple[Finding, ...]:
    if not specimens:
        return ()
    return (
        Finding(
            "specimens_not_used",
            Severity.WARNING,
            tuple(s.id for s in specimens),
            say(
                "{file}: specimens of categories that are not used here: {count} ({specimens}).",
                file=file,
                count=len(specimens),
                specimens=tuple(f"{s.id} ({s.category})" for s in specimens[:10]),
            ),
            say("Send them in a file of their own if they are remains, relatives or staff."),
            tuple(s.profile.location for s in specimens if s.profile.location),
        ),
    )


def _nothing(source: Source, specimens: Sequence[Specimen], wanted: str) -> Exception:
    found = ", ".join(sorted({s.category for s in specimens}))
    place = specimens[0].profile.location
    assert place is not None
    return Element("SPECIMENCATEGORY", "", {}, place).error(
        f"no specimen of {source.file} has a category that is wanted here (found: {found}).",
        f"the category {wanted}",
    )
