"""Which column of a victim list means what, by its header in English or Arabic. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from forename.notation.folding import fold
from forename.notation.names import PersonName, parse_name

PARTS = ("given", "father", "grandfather", "family", "mother", "kunya", "nom_de_guerre")
LONGEST = {"number": 60, "name": 300, "age": 60, "sex": 60, "born": 100, "origin": 200}
OLDEST = 130
HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("number", "no", "no.", "nr", "#", "serial", "id", "رقم", "الرقم", "الرقم التسلسلي",
               "التسلسل", "م", "ت"),
    "name": ("name", "full name", "name as written", "victim", "victim name", "name of victim",
             "الاسم", "الاسم الكامل", "الاسم الثلاثي", "الاسم الرباعي", "اسم الضحية", "اسم الشهيد",
             "الضحية", "الاسم والشهرة"),
    "given": ("given", "given name", "first name", "forename", "الاسم الأول", "الأول",
              "اسم"),
    "father": ("father", "father name", "father's name", "fathers name", "name of father",
               "اسم الأب", "الأب", "اسم الوالد"),
    "grandfather": ("grandfather", "grandfather name", "grandfather's name", "اسم الجد", "الجد"),
    "family": ("family", "family name", "surname", "last name", "الكنية", "العائلة",
               "اسم العائلة", "الشهرة", "النسبة", "اللقب"),
    "mother": ("mother", "mother name", "mother's name", "mothers name", "name of mother",
               "اسم الأم", "الأم", "اسم الوالدة"),
    "kunya": ("kunya", "teknonym", "كنيته", "أبو"),
    "nom_de_guerre": ("nom de guerre", "alias", "known as", "الاسم الحركي", "معروف ب"),
    "age": ("age", "age in years", "العمر", "عمره", "السن"),
    "sex": ("sex", "gender", "الجنس", "النوع"),
    "born": ("born", "date of birth", "birth date", "year of birth", "تاريخ الولادة",
             "سنة الولادة", "تاريخ الميلاد", "المواليد", "مواليد", "تولد"),
    "origin": ("origin", "place of origin", "from", "home", "town", "village", "المنشأ",
               "البلدة", "القرية", "المدينة", "من", "مكان الأصل", "الأصل"),
    "note": ("note", "notes", "remarks", "comment", "comments", "ملاحظات", "ملاحظة"),
}  # fmt: skip
_BY_HEADER = {fold(header): name for name, headers in HEADERS.items() for header in headers}


@dataclass(frozen=True)
class ListProblem:
    """What is wrong in a cell: line and column (1-based, 0 for the whole row), which rule.

    ``rule`` is ``twice``, ``no_name_column``, ``no_name``, ``too_long`` or ``age``.
    """

    line: int
    column: int
    header: str
    rule: str


@dataclass(frozen=True)
class ListRow:
    """A line as an entry would hold it."""

    line: int
    values: Mapping[str, str]
    parts: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)


def fields_of(headers: Sequence[str]) -> list[str]:
    """Return what each column means, '' where its header is not known; it is then kept as it is."""
    return [_BY_HEADER.get(fold(header), "") for header in headers]


HEADING_ROWS = 15  # a title, a date and a note may stand above the row that names the columns


def heading(rows: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    """Return the last row of a table's heading, and what it calls each column.

    Titles above it are passed over. Where a merged heading has a second row (Name: first, father,
    family), the second row's words stand for the columns that it names.
    """
    for place, row in enumerate(rows[:HEADING_ROWS]):
        if not _names_people(row):
            continue
        headers = list(row)
        below = rows[place + 1] if place + 1 < len(rows) else ()
        named = [cell for cell in below if cell]
        if len(named) > 1 and all(fields_of(named)):
            pairs = zip_longest(below, headers, fillvalue="")
            return place + 1, [lower or upper for lower, upper in pairs]
        return place, headers
    return 0, list(rows[0]) if rows else []


def _names_people(row: Sequence[str]) -> bool:
    return bool({"name", "given", "family"} & set(fields_of(row)))


def read_rows(
    header_line: int, headers: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]
) -> tuple[list[ListRow], list[ListProblem]]:
    """Return a table's rows as entries, and everything that is wrong with its place."""
    fields = fields_of(headers)
    problems = [
        ListProblem(header_line, column + 1, headers[column], "twice")
        for column, name in enumerate(fields)
        if name and name in fields[:column]
    ]
    if not {"name", "given", "family"} & set(fields):
        problems.append(ListProblem(header_line, 0, "", "no_name_column"))
        return [], problems
    read = []
    for line, cells in rows:
        row, wrong = _row(line, headers, fields, cells)
        read.append(row)
        problems += wrong
    return read, problems


def _row(
    line: int, headers: Sequence[str], fields: Sequence[str], cells: Sequence[str]
) -> tuple[ListRow, list[ListProblem]]:
    values: dict[str, str] = {}
    parts: dict[str, str] = {}
    others: dict[str, str] = {}
    wrong = []
    for column, (header, name, cell) in enumerate(zip(headers, fields, cells, strict=True)):
        if not cell:
            continue
        target = parts if name in PARTS else values if name else others
        target.setdefault(name or header or str(column + 1), cell)
        if len(cell) > LONGEST.get(name, 5000):
            wrong.append(ListProblem(line, column + 1, header, "too_long"))
        if name == "age" and _no_age(cell):
            wrong.append(ListProblem(line, column + 1, header, "age"))
    shown = ("kunya", "given", "father", "grandfather", "family")
    if "name" not in values:
        values["name"] = " ".join(parts[part] for part in shown if part in parts)[:300]
    if not values["name"]:
        wrong.append(ListProblem(line, 0, "", "no_name"))
    return ListRow(line, values, name_parts(values["name"], parts), others), wrong


def name_parts(written: str, columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the parts of a name: as the columns say, the others as the written name is read."""
    if "given" in columns or "family" in columns:
        read = PersonName(written)
    else:
        read = parse_name(written)
    told: dict[str, Any] = {part: (value,) for part, value in columns.items()}
    return replace(read, **told).to_json()


def _no_age(cell: str) -> bool:
    """Tell whether a cell that is a number cannot be an age in years; words are kept as words."""
    folded = fold(cell)
    if not re.fullmatch(r"-?\d+", folded):
        return False
    return len(folded) > LONGEST["age"] or not 0 <= int(folded) <= OLDEST
