"""What a reader makes of an uploaded file: a table, and what it noticed, with the place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from forename.exceptions import UnusableInputError
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


def unread_in_words(error: UnusableInputError) -> str:
    """Return in the reader's language that a file cannot be read; where and why, in English."""
    return _("The file cannot be read: %(why)s") % {"why": error}
