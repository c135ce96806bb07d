"""The catalogues: complete in every language, with the same places for values."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from forename.exceptions import InvalidSettingError
from forename.formats import wording as module
from forename.formats.report_blocks import Isolated, Original
from forename.formats.wording import wording_for
from forename.formats.wording_arabic import ARABIC
from forename.formats.wording_english import ENGLISH

SOURCES = Path(module.__file__).parent


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def shared_keys() -> set[str]:
    # English codes of findings are their own names; only other languages list them.
    return {key for key in ARABIC if not key.startswith("finding.")}


def test_catalogues__hold_the_same_keys():
    assert set(ENGLISH) == shared_keys()


@pytest.mark.parametrize("key", sorted(ENGLISH))
def test_catalogues__give_values_the_same_places(key):
    assert places(ENGLISH[key]) == places(ARABIC[key])


@pytest.mark.parametrize("key", sorted(ARABIC))
def test_catalogues__arabic_is_arabic(key):
    if key.startswith("hypothesis.") and key.endswith(".short"):
        return  # H1 and H2 are marks in the drawings, isolated
    assert re.search("[\u0600-\u06ff]", ARABIC[key])


def test_catalogues__hold_every_key_that_the_report_asks_for():
    asked = set()
    for source in SOURCES.glob("report*.py"):
        text = source.read_text(encoding="utf-8")
        asked |= set(re.findall(r'(?:say|plain)\(\s*"([a-z0-9_.]+)"', text))
    assert asked
    assert asked <= set(ENGLISH)


def test_say__isolates_values_and_keeps_sentences():
    text = wording_for("ar").say("remains.group", label="BS1", samples=(Isolated("BS16"),))
    assert Isolated("BS1") in text
    assert Isolated("BS16") in text


def test_quote__marks_the_language_of_the_core():
    assert wording_for("en").quote("One sentence.") == ("One sentence.",)
    assert wording_for("ar").quote("One sentence.") == (Original("One sentence.", "en"),)


def test_named__unknown_codes_stand_for_themselves():
    assert wording_for("en").named("finding", "sex_against_amelogenin") == (
        "Sex against amelogenin",
    )
    assert wording_for("ar").named("finding", "no_such_code") == (Isolated("no_such_code"),)


def test_wording_for__names_the_languages_there_are():
    with pytest.raises(InvalidSettingError, match="accepted: en, ar"):
        wording_for("de")
