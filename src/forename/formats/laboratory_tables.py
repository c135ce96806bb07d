"""Tables as laboratories send them, written: Familias remains, relatives and frequencies, ``.ped``.

They carry what those layouts can say and no more; `forename.formats.case` writes a whole problem.
`InvalidProfileError` is raised for a call of three alleles, which two columns cannot hold.
Cells are separated by tabs, lines end in LF, a homozygote is written twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from forename.exceptions import InvalidPedigreeError, InvalidProfileError
from forename.genetics.problem import Family
from forename.genetics.profiles import Call, Profile, Sex

_AMELOGENIN = "AMEL"
_PED_SEX = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNKNOWN: "0"}


def remains_table(profiles: Sequence[Profile], markers: Sequence[str]) -> str:
    """Return the table of remains or staff: ``Sample``, grave and drop-out where any is stated."""
    graves = any(profile.stratum for profile in profiles)
    rates = any(profile.drop_out is not None for profile in profiles)
    header = ["Sample", *(["Grave"] if graves else []), *(["Drop-out"] if rates else [])]
    rows = []
    for profile in profiles:
        row = [profile.sample]
        if graves:
            row.append(profile.stratum)
        if rates:
            row.append("" if profile.drop_out is None else repr(profile.drop_out))
        rows.append([*row, *_cells(profile, markers)])
    return _table([*header, *_marker_headers(markers)], rows)


def relatives_table(families: Sequence[Family], markers: Sequence[str]) -> str:
    """Return the "multiple families" table of families that kinship words describe.

    Raises `InvalidPedigreeError` for a typed relative without a kinship word.
    """
    rows: list[list[str]] = []
    for family in families:
        for member, profiles in family.profiles.items():
            word = family.kinship.get(member)
            if word is None:
                raise InvalidPedigreeError(
                    f"family {family.id}: {member} has no kinship word; write it as a pedigree"
                )
            rows.extend(
                [family.id, f"[{word}]", profile.sample, *_cells(profile, markers)]
                for profile in profiles
            )
    return _table(["Family ID", "Kinship", "Sample ID", *_marker_headers(markers)], rows)


def pedigrees_table(families: Sequence[Family], markers: Sequence[str]) -> str:
    """Return families as pedtools ``.ped``: one row a person, missing persons called ``MP…``.

    Raises `InvalidPedigreeError` for replicates, twins and inbred founders, which have no place
    there, and for missing persons of other names.
    """
    rows = []
    for family in families:
        for person in family.pedigree.persons.values():
            profiles = family.profiles.get(person.id, ())
            if len(profiles) > 1 or person.twin_of or person.inbreeding:
                raise InvalidPedigreeError(
                    f"family {family.id}: a .ped file cannot hold {person.id}'s replicates, twin "
                    "or inbreeding"
                )
            if (person.id in family.missing) != person.id.startswith("MP"):
                raise InvalidPedigreeError(
                    f"family {family.id}: a .ped file calls missing persons MP, others not"
                )
            calls = profiles[0].calls if profiles else {}
            rows.append(
                [
                    family.id,
                    person.id,
                    person.father or "0",
                    person.mother or "0",
                    _PED_SEX[person.sex],
                    *("/".join(_pair(calls.get(marker))) for marker in markers),
                ]
            )
    return _table(["famid", "id", "fid", "mid", "sex", *markers], rows)


def frequencies_text(frequencies: Mapping[str, Mapping[str, float]]) -> str:
    """Return frequencies as Familias exports them: marker line, allele lines, blank line."""
    blocks = (
        "\n".join([marker, *(f"{allele}\t{value!r}" for allele, value in table.items())]) + "\n"
        for marker, table in frequencies.items()
    )
    return "\n".join(blocks)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in [header, *rows])


def _marker_headers(markers: Sequence[str]) -> list[str]:
    return [f"{name} {number}" for name in (*markers, _AMELOGENIN) for number in (1, 2)]


def _cells(profile: Profile, markers: Sequence[str]) -> list[str]:
    cells = [cell for marker in markers for cell in _pair(profile.calls.get(marker), "")]
    return [*cells, *(profile.amelogenin or ("", ""))]


def _pair(call: Call | None, blank: str = "-") -> tuple[str, str]:
    if call is None:
        return blank, blank
    if len(call.alleles) > 2:
        raise InvalidProfileError(
            f"a call of {len(call.alleles)} alleles ({', '.join(call.alleles)}) does not fit two "
            "columns; write the case with forename.formats.case"
        )
    if call.partial:
        return call.alleles[0], blank
    return call.alleles[0], call.alleles[-1]
