"""A comparison of two editions in words, and as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.exports import EXPORT_TYPES, csv_lines, xlsx_bytes
from forename.records.kinds import Column
from forename.report.list_rules import Compared
from forename.report.models import VictimList

COMPARISON_TYPES = {form: EXPORT_TYPES[form] for form in ("csv", "xlsx")}
STATES = {
    "added": _("added"),
    "gone": _("gone"),
    "changed": _("changed"),
    "moved": _("moved"),
    "same": _("as before"),
}
COMPARED_LABELS = {
    "number": _("number on the list"),
    "name": _("name as written"),
    "age": _("age"),
    "sex": _("sex"),
    "born": _("born"),
    "origin": _("origin"),
    "note": _("note"),
}


def changes_in_words(line: Compared) -> list[tuple[Any, str, str]]:
    """Return the cells that differ: label, before, after."""
    return [(COMPARED_LABELS.get(c.field, c.field), c.before, c.after) for c in line.changes]


def comparison_name(later: VictimList, earlier: VictimList, form: str) -> str:
    """Return the name of a comparison's file; that of a simulated operation says so."""
    marked = _mark(later.operation)
    return f"{marked}{later.operation.slug}-{earlier.code}-{later.code}.{form}"


def comparison_file(actor: Actor, lines: Iterable[Compared], form: str) -> Iterator[bytes]:
    """Yield the bytes of a comparison as a file."""
    rows = ([column.cell(line) for column in _COLUMNS] for line in lines)
    if form == "csv":
        for text in csv_lines(_COLUMNS, rows, actor.operation):
            yield text.encode()
    else:
        yield xlsx_bytes("lists", _COLUMNS, rows, actor.operation)


def _mark(operation: Any) -> str:
    return "SIMULATED-" if operation.simulated else ""


def _written(side: str, field: str) -> Callable[[Any], str]:
    def cell(line: Any) -> str:
        entry = getattr(line, side)
        return entry.values.get(field, "") if entry is not None else ""

    return cell


def _changes_text(line: Any) -> str:
    return "\n".join(f"{label}: {one} → {other}" for label, one, other in changes_in_words(line))


_COLUMNS = [
    Column("state", _("state"), lambda line: STATES[line.state]),
    Column("before_number", _("number, before"), _written("before", "number")),
    Column("before_name", _("name as written, before"), _written("before", "name")),
    Column("after_number", _("number, after"), _written("after", "number")),
    Column("after_name", _("name as written, after"), _written("after", "name")),
    Column("changes", _("changes"), _changes_text),
]
