"""The catalogues: complete in every language, with the same places for values."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from forename.exceptions import InvalidSettingError
from forename.formats import wording as module
from forename.formats.report_blocks import Isolated, Original, run_text
from forename.formats.wording import in_arabic, wording_for
from forename.formats.wording_arabic import ARABIC
from forename.formats.wording_english import ENGLISH
from forename.genetics.sentences import quoted, say

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


def test_sentence__is_its_own_text_in_english():
    said = say("A mutation is needed at {markers}.", markers=("FGA", "TH01"))
    assert wording_for("en").sentence(said) == ("A mutation is needed at FGA, TH01.",)


def test_sentence__sets_values_into_the_arabic_template():
    said = say("A mutation is needed at {markers}.", markers=("FGA", "TH01"))
    assert wording_for("ar").sentence(said) == (
        "يتطلب ذلك طفرة عند ",
        Isolated("FGA"),
        "، ",
        Isolated("TH01"),
        ".",
    )


def test_sentence__words_phrases_lists_and_kinship_within_it():
    wording = wording_for("ar")
    relatives = (say("the mother"), say("the father"), say("a child"))
    said = say("{standing} A sample of {relatives:or} would do most to decide it.",
               standing=say("siblings"), relatives=relatives)  # fmt: skip
    assert "".join(map(run_text, wording.sentence(said))).endswith(
        "عيّنة من الأم أو الأب أو أحد الأبناء أو البنات."
    )
    named = [
        wording.sentence(say("{sample} ({kinship:kinship})", sample="A1", kinship=word))
        for word in ("[Mother]", "neighbour")
    ]
    assert named[0] == (Isolated("A1"), " (", "الأم", ")")
    assert named[1] == (Isolated("A1"), " (", Isolated("neighbour"), ")")


def test_sentence__isolates_what_stands_between_backticks():
    text = wording_for("ar").sentence(
        say("Give the pedigree explicitly (a .ped or .fam file) where this is not so.")
    )
    assert Isolated(".ped") in text
    assert "`" not in "".join(map(run_text, text))


def test_sentence__marks_what_has_no_arabic():
    assert wording_for("ar").sentence(quoted("One sentence.")) == (Original("One sentence.", "en"),)


def test_in_arabic__isolates_values_by_marks_of_unicode():
    said = say("{marker} (a mutation)", marker="D21S11")
    assert in_arabic(said) == "\u2066D21S11\u2069 (طفرة)"


def test_in_arabic__a_number_keeps_the_digits_of_the_english_text():
    said = say("The sexes differ (log10 LR {log10_lr:+.2f}).", log10_lr=-2.5)
    assert "-2.50" in str(said)
    assert "\u2066-2.50\u2069" in in_arabic(said)


def test_named__unknown_codes_stand_for_themselves():
    assert wording_for("en").named("finding", "sex_against_amelogenin") == (
        "Sex against amelogenin",
    )
    assert wording_for("ar").named("finding", "no_such_code") == (Isolated("no_such_code"),)


def test_wording_for__names_the_languages_there_are():
    with pytest.raises(InvalidSettingError, match="accepted: en, ar"):
        wording_for("de")
