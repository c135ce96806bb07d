"""Sentences: a template and its values, joined as English joins them."""

from __future__ import annotations

import pytest

from forename.genetics.sentences import Sentence, quoted, say


def test_say__sets_values_into_the_template():
    said = say("{a} of {b}, {c:.2f} and {d:+.1f}.", a="R1", b=3, c=1.005e2, d=2.0)
    assert str(said) == "R1 of 3, 100.50 and +2.0."


@pytest.mark.parametrize(
    ("items", "commas", "last_and", "last_or", "semicolons"),
    [
        ((), "", "", "", ""),
        (("a",), "a", "a", "a", "a"),
        (("a", "b"), "a, b", "a and b", "a or b", "a; b"),
        (("a", "b", "c"), "a, b, c", "a, b and c", "a, b or c", "a; b; c"),
    ],
)
def test_say__joins_lists_by_their_form(items, commas, last_and, last_or, semicolons):
    assert str(say("{x}", x=items)) == commas
    assert str(say("{x:and}", x=items)) == last_and
    assert str(say("{x:or}", x=items)) == last_or
    assert str(say("{x:;}", x=items)) == semicolons


def test_say__sets_phrases_into_sentences():
    phrases = (say("one of {n}", n=2), "B")
    assert str(say("{x:and} are {kin}.", x=phrases, kin=say("sisters"))) == (
        "one of 2 and B are sisters."
    )


def test_say__values_are_never_read_as_templates():
    assert str(say("{x}", x="{y} {x.__class__}")) == "{y} {x.__class__}"
    assert str(quoted("{braces}")) == "{braces}"


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("{a}", ()),
        ("no place", (("a", 1),)),
        ("{a} {b}", (("a", 1),)),
        ("{}", (("", 1), ("a", 2))),
        ("{a", (("a", 1),)),
        ("a}", ()),
        ("{a:999999999}", (("a", 1),)),
        ("{a:>9.2f}", (("a", 1.0),)),
    ],
)
def test_sentence__refuses_values_that_are_not_those_of_its_places(template, values):
    with pytest.raises(ValueError, match=r"place|'}'|'{'"):
        Sentence(template, values)


def test_sentence__is_a_value():
    assert say("{a}", a=(1, "x")) == say("{a}", a=(1, "x"))
    assert len({say("a"), say("a"), say("b")}) == 2
