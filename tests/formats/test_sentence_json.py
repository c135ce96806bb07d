"""Sentences as stored values: what comes back is what was given, or an error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from tests.formats.invented_problems import sentences

from forename.formats.sentence_json import sentence_of_value, sentence_value
from forename.genetics.sentences import say


def test_sentence_value__names_template_and_values():
    said = say("{a:and} are {kin}.", a=("R1", "R2"), kin=say("sisters"))
    assert sentence_value(said) == {
        "template": "{a:and} are {kin}.",
        "values": {"a": ["R1", "R2"], "kin": {"template": "sisters", "values": {}}},
    }


@given(sentences)
def test_sentence_of_value__gives_any_sentence_back(said):
    again = sentence_of_value(json.loads(json.dumps(sentence_value(said))))
    assert again == said
    assert str(again) == str(said)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "text",
        [],
        {},
        {"template": "a"},
        {"template": 1, "values": {}},
        {"template": "a", "values": []},
        {"template": "a", "values": {}, "more": 1},
        {"template": "{a}", "values": {}},
        {"template": "{a}", "values": {"a": None}},
        {"template": "{a}", "values": {"a": True}},
        {"template": "{a}", "values": {"a": [{"template": "b"}]}},
        {"template": "{a", "values": {"a": 1}},
    ],
)
def test_sentence_of_value__refuses_anything_else(stored):
    with pytest.raises(ValueError, match=r"sentence|values|'}'|expected"):
        sentence_of_value(stored)
