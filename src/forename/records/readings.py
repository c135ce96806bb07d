"""What a reader makes of an uploaded file: a table, and what it noticed, with the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forename.formats.source import Source
from forename.formats.tables import Table


@dataclass(frozen=True)
class Located:
    """Something noticed in a file: its line, the field it is about ('' for none), the words."""

    line: int
    field: str
    text: str


@dataclass(frozen=True)
class ReadFile:
    """A file as a table. ``problems`` stand in the way; ``remarks`` are shown beside the row."""

    table: Table
    problems: tuple[Located, ...] = ()
    remarks: tuple[Located, ...] = ()


# Reads a file; the second value maps the folded names that a file may use to fields.
Reader = Callable[[Source, Mapping[str, str]], ReadFile]
