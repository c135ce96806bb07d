"""Sentences as plain JSON values, so that what is stored can be shown in another language."""

from __future__ import annotations

from forename.formats.json_fields import JsonValue
from forename.genetics.sentences import Sentence, Value


def sentence_value(sentence: Sentence) -> JsonValue:
    """Return a sentence as ``{"template": …, "values": {name: value}}``.

    A list stands for a tuple and an object for a phrase in the sentence.
    """
    values = {name: _value(value) for name, value in sentence.values}
    return {"template": sentence.template, "values": values}


def sentence_of_value(stored: JsonValue) -> Sentence:
    """Return what `sentence_value` was given; raise `ValueError` for anything else."""
    match stored:
        case {"template": str(template), "values": dict(values), **others} if not others:
            return Sentence(template, tuple((name, _of(value)) for name, value in values.items()))
    raise ValueError("this is no sentence with its values")


def _value(value: Value) -> JsonValue:
    match value:
        case Sentence():
            return sentence_value(value)
        case tuple():
            return [_value(item) for item in value]
        case _:
            return value


def _of(stored: JsonValue) -> Value:
    match stored:
        case dict():
            return sentence_of_value(stored)
        case list():
            return tuple(_of(item) for item in stored)
        case None | bool():
            raise ValueError(f"a sentence holds no value {stored}")
        case _:
            return stored
