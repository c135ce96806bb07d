"""STRidER allele frequencies: ``<frequencies><marker><name/><origin><frequency allele="12">``."""

from __future__ import annotations

from forename.exceptions import UnusableInputError
from forename.formats.calls import Notes
from forename.formats.frequencies import FrequencyRows
from forename.formats.source import Reading, Source
from forename.formats.xml_tree import Element, read_tree
from forename.genetics.findings import Finding, Location, Severity
from forename.genetics.problem import FrequencyTable
from forename.genetics.sentences import say


def read_strider(source: Source, origin: str = "") -> Reading[FrequencyTable]:
    """Return the frequencies of one origin (population) in a STRidER XML file.

    ``origin`` names the population; without it every marker takes the entire database's
    (``Entire Database`` or ``ALL``) where the file has it, or its only origin. A file that offers
    several origins and no such total is an error that lists them. Raises `UnusableInputError`.
    """
    root = read_tree(source)
    if root.name != "frequencies":
        raise root.error(
            f"the XML's root is <{root.name}>: this is not a STRidER frequency file.",
            "<frequencies> with <marker> elements",
        )
    rows = FrequencyRows(Notes(source.file))
    chosen: dict[str, None] = {}
    for element in root.children:
        if element.name != "marker":
            raise element.error(f"<{element.name}> does not belong here.", "<marker>")
        names = element.named("name")
        if len(names) != 1 or not names[0].text:
            raise element.error("the marker has no name.", "one <name> in each <marker>")
        marker = rows.start(names[0].text, element.location)
        picked = _origin(element, origin)
        chosen[picked.attributes.get("name", "")] = None
        for entry in picked.children:
            _add(rows, marker, entry)
    if chosen != {"": None}:
        rows.notes.findings.append(
            Finding(
                "population_used",
                Severity.WARNING if len(chosen) > 1 else Severity.INFO,
                (source.file,),
                say(
                    "{file}: the frequencies of {populations} are used.",
                    file=source.file,
                    populations=tuple(map(repr, chosen)),
                ),
                locations=(Location(source.file, 1),),
            )
        )
    return rows.finished(source.file, source.digest, ())


def _origin(marker: Element, wanted: str) -> Element:
    origins = marker.named("origin")
    names = [origin.attributes.get("name", "") for origin in origins]
    if wanted:
        picked = [o for o, name in zip(origins, names, strict=True) if name == wanted]
    else:
        totals = ("entire database", "all", "total")
        picked = [o for o, name in zip(origins, names, strict=True) if name.lower() in totals]
        picked = picked or (origins if len(origins) == 1 else [])
    if len(picked) != 1:
        raise marker.error(
            f"the marker offers {len(origins)} origins ({', '.join(names)[:200]}).",
            f"one <origin> {wanted!r}" if wanted else "one <origin>, or one 'Entire Database'",
        )
    return picked[0]


def _add(rows: FrequencyRows, marker: str, entry: Element) -> None:
    if entry.name != "frequency":
        raise entry.error(f"<{entry.name}> does not belong here.", '<frequency allele="12">')
    text = entry.attributes.get("allele", "")
    place = entry.location
    if not text:
        raise UnusableInputError(
            "the frequency names no allele.",
            file=place.file,
            line=place.line,
            column=place.column,
            field=marker,
            expected='<frequency allele="12">',
        )
    rows.add(
        marker, rows.allele(text, marker, place), rows.frequency(entry.text, marker, place), place
    )
