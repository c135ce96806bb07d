"""What the core says in words: a template with named places, and the values that stand there.

English is the language of the core: ``str(sentence)`` is the English text. Another language looks
its own template up by the English one and sets the same values into it, see
`forename.formats.wording`. Every template is written out in a call of `say`, so that a test can
collect them all.

A place is ``{name}`` or ``{name:form}``. A form of a number is Python's (``.2f``); of a tuple it
is what joins it: nothing (commas), ``and``, ``or``, ``;``. The form ``kinship`` says that a text
is a kinship word as a families' table writes it, which other languages translate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from typing import TypeAlias, Union

Value: TypeAlias = Union[str, int, float, "Sentence", tuple["Value", ...]]

KINSHIP = "kinship"
_FORM = re.compile(r"|and|or|;|kinship|\+?(?:\.\d{1,2})?[fg]")
# What stands between the items of a list, and before the last one.
_JOINTS = {"": (", ", ", "), "and": (", ", " and "), "or": (", ", " or "), ";": ("; ", "; ")}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, or a phrase in one: an English template and the values of its places.

    Texts among the values are codes, names or formulas and are never translated; a phrase that
    has to be is a `Sentence` itself. Raises `ValueError` where places and values differ, and for
    an unknown form.
    """

    template: str
    values: tuple[tuple[str, Value], ...] = ()

    def __post_init__(self) -> None:
        places = [(name, form) for _, name, form in pieces(self.template) if name is not None]
        # A stored sentence may come from anywhere: a form with a width could fill the memory.
        unknown = [form for _, form in places if not _FORM.fullmatch(form)]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no form of a place in {self.template!r}")
        named = {name for name, _ in places}
        if named != {name for name, _ in self.values}:
            raise ValueError(f"the values of {self.template!r} are not those of its places")

    def __str__(self) -> str:
        said = dict(self.values)
        return "".join(
            literal if name is None else literal + _english(said[name], form)
            for literal, name, form in pieces(self.template)
        )


def say(template: str, /, **values: Value) -> Sentence:
    """Return the sentence of a template; write the template out where you call this."""
    return Sentence(template, tuple(values.items()))


def quoted(text: str) -> Sentence:
    """Return a text that came from elsewhere as a sentence; it has no other language."""
    return Sentence("{text}", (("text", text),))


@lru_cache(maxsize=1024)
def pieces(template: str) -> tuple[tuple[str, str | None, str], ...]:
    """Return (text before it, name, form) of each place; the text at the end has no name.

    Raises `ValueError` for braces that do not match.
    """
    return tuple(
        (literal, name, form or "") for literal, name, form, _ in Formatter().parse(template)
    )


def _english(value: Value, form: str) -> str:
    match value:
        case Sentence():
            return str(value)
        case tuple():
            between, last = _JOINTS[form]
            items = [_english(item, "") for item in value]
            return last.join([*([between.join(items[:-1])] if items[1:] else []), *items[-1:]])
        case str():
            return value
        case _:
            return format(value, form)
