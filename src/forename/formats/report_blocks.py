"""The parts a report is built of: one content, laid out twice, as a page and as a PDF.

A `Text` is a sequence of runs. Plain strings are worded sentences in the report's language;
`Isolated` values (codes, numbers, formulas) are kept apart from them so that a right-to-left
sentence cannot reorder them; an `Original` is a sentence kept in the language it was written in.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias

from forename.formats.report_drawing import Drawing


@dataclass(frozen=True, slots=True)
class Isolated:
    """A code, number or formula, always set from left to right."""

    value: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A value that carries the line: isolated, and set in bold."""

    value: str


@dataclass(frozen=True, slots=True)
class Original:
    """A sentence in another language than the report's."""

    sentence: str
    language: str


@dataclass(frozen=True, slots=True)
class Link:
    """A value that leads to the part of the report with the id ``target``."""

    value: str
    target: str


Run: TypeAlias = str | Isolated | Strong | Original | Link
Text: TypeAlias = tuple[Run, ...]


def run_text(run: Run) -> str:
    """Return the plain text of a run."""
    match run:
        case str():
            return run
        case Original():
            return run.sentence
        case _:
            return run.value


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``style`` is ``body``, ``small`` (a definition or source) or ``lead``."""

    text: Text
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence that must not be overlooked; ``style`` is ``simulated`` or ``contradiction``."""

    text: Text
    style: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list without order."""

    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one pair a line."""

    items: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A count with its unit and its definition."""

    value: str
    unit: Text
    definition: Text


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures that tell the state at a glance."""

    items: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; ``below`` are sentences set under it over the whole width."""

    cells: tuple[Text, ...]
    below: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; ``widths`` are relative, ``ends`` the columns of numbers."""

    caption: Text
    headings: tuple[Text, ...]
    rows: tuple[Row, ...]
    widths: tuple[int, ...]
    ends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with a caption; ``description`` says in words what it shows."""

    drawing: Drawing
    description: str
    caption: Text


@dataclass(frozen=True, slots=True)
class Columns:
    """Blocks side by side where there is room, below each other where there is not."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Blocks that a page shows on demand. A PDF shows ``printed`` in their place."""

    summary: Text
    blocks: tuple[Block, ...]
    printed: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One subject with a heading of its own, kept together where it fits on a sheet."""

    id: str
    heading: Text
    blocks: tuple[Block, ...]


Block: TypeAlias = (
    Paragraph | Notice | Bullets | Facts | Numbers | Table | Figure | Columns | Details | Card
)


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the report."""

    id: str
    heading: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report; ``phrases`` are the words of the frame around it (page, contents).

    ``issued`` is the date of issue as ``YYYY-MM-DD``, empty where none was given.
    """

    title: Text
    plain_title: str
    language: str
    direction: str
    code: str
    issued: str
    notices: tuple[Notice, ...]
    sections: tuple[Section, ...]
    phrases: dict[str, str]


def as_data(value: object) -> object:
    """Return a document, or a part of it, as lists, strings and dictionaries for JSON.

    Every part becomes a dictionary whose ``kind`` is its class in lower case. Of `Details` only
    what is printed is kept.
    """
    if isinstance(value, str | int | float) or value is None:
        return value
    if isinstance(value, tuple | list):
        return [as_data(item) for item in value]
    if isinstance(value, Drawing):
        return value.as_data()
    if isinstance(value, dict):
        return {key: as_data(item) for key, item in value.items()}
    data: dict[str, object] = {"kind": type(value).__name__.lower()}
    for field in fields(value):  # type: ignore[arg-type]  # every other value is a part above
        if field.name != "blocks" or not isinstance(value, Details):
            data[field.name] = as_data(getattr(value, field.name))
    return data
