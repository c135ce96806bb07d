"""JSON files as plain values, with errors that name the file and the field."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from forename.exceptions import UnusableInputError
from forename.formats.numbers import LEAST_FREQUENCY
from forename.formats.source import read_source
from forename.formats.text import SourceText, decode

MAX_FLOAT = sys.float_info.max
JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


class JsonField:
    """A value of a JSON file that knows its place, such as ``proposals[3].posterior``.

    Every accessor raises `UnusableInputError` with file and field when the value is of another
    kind than asked for.
    """

    def __init__(self, value: JsonValue, file: str, path: str = "") -> None:
        self.value = value
        self.file = file
        self.path = path

    def error(self, problem: str, expected: str) -> UnusableInputError:
        """Return the error that says what is wrong at this place."""
        return UnusableInputError(
            problem, file=self.file, field=self.path or "the whole file", expected=expected
        )

    def fields(self) -> dict[str, JsonField]:
        """Return the members of an object."""
        if not isinstance(self.value, dict):
            raise self.error(f"{_kind(self.value)} stands here.", "an object in braces")
        before = f"{self.path}." if self.path else ""
        return {
            key: JsonField(value, self.file, f"{before}{key}") for key, value in self.value.items()
        }

    def field(self, name: str) -> JsonField:
        """Return one member of an object, which must be there."""
        fields = self.fields()
        if name not in fields:
            raise self.error(f"the field {name!r} is missing.", f"the field {name!r}")
        return fields[name]

    def items(self) -> list[JsonField]:
        """Return the elements of a list."""
        if not isinstance(self.value, list):
            raise self.error(f"{_kind(self.value)} stands here.", "a list in brackets")
        return [
            JsonField(value, self.file, f"{self.path}[{i}]") for i, value in enumerate(self.value)
        ]

    def text(self) -> str:
        """Return a string."""
        if not isinstance(self.value, str):
            raise self.error(f"{_kind(self.value)} stands here.", "a text in quotes")
        return self.value

    def texts(self) -> tuple[str, ...]:
        """Return a list of strings."""
        return tuple(item.text() for item in self.items())

    def probability(self) -> float:
        """Return a number in [0, 1]."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise self.error(f"{_kind(value)} stands here.", "a number from 0 to 1")
        return float(value)

    def frequency(self) -> float:
        """Return the frequency of an allele, 0 or a number of a sensible size up to 1."""
        value = self.probability()
        if 0 < value < LEAST_FREQUENCY:
            raise self.error(
                f"the number {value:g} stands here, too small for a frequency.",
                f"0, or a number from {LEAST_FREQUENCY:g} to 1",
            )
        return value

    def number(self) -> float:
        """Return a finite number."""
        value = self.value
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > MAX_FLOAT:
            raise self.error(f"{_kind(value)} stands here.", "a finite number")
        return float(value)


def read_json(path: str | Path) -> JsonField:
    """Return the value of a JSON file; errors name file, line and column."""
    return json_of_text(decode(read_source(path)))


def json_of_text(source: SourceText) -> JsonField:
    """Return the value of a JSON text; errors name file, line and column."""
    try:
        value = json.loads(
            source.text, parse_constant=_refuse_constant, object_pairs_hook=_each_once
        )
        # A lone half of a pair of \\u escapes is no character and cannot be written again.
        json.dumps(value, ensure_ascii=False).encode()
        for text in _texts(value):
            if "\0" in text:
                raise ValueError("a text holds the character U+0000")
        return JsonField(value, source.file)
    except UnicodeEncodeError as error:
        raise UnusableInputError(
            "a text holds an escape that is no character.",
            file=source.file,
            expected="\\ud800 to \\udfff in pairs only",
        ) from error
    except json.JSONDecodeError as error:
        raise UnusableInputError(
            f"this is not JSON: {error.msg}.",
            file=source.file,
            line=error.lineno,
            column=error.colno,
            expected="a JSON file",
        ) from error
    except RecursionError as error:
        raise UnusableInputError(
            "the values are nested too deeply.", file=source.file, expected="a JSON file"
        ) from error
    except ValueError as error:
        raise UnusableInputError(
            f"{error}.", file=source.file, expected="finite numbers, each field once, no U+0000"
        ) from error


def _texts(value: JsonValue) -> Iterator[str]:
    """Yield every text of a value, names of fields too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _texts(each)


def _each_once(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice[:40]!r} stands twice in one object")
    return fields


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} stands where a number is needed")


def _kind(value: JsonValue) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    return "a list" if isinstance(value, list) else "an object"
