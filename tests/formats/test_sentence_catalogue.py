"""Everything that the core can say has an Arabic template, and every one of them is used."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import forename
from forename.formats.sentence_catalogue import sentence_templates, templates_of_po
from forename.formats.wording_arabic import ARABIC as CATALOGUE
from forename.genetics.sentences import Sentence, pieces

SOURCES = Path(forename.__file__).parent
WRITER = SOURCES / "genetics" / "sentences.py"
READER = SOURCES / "formats" / "sentence_json.py"
ARABIC = sentence_templates("ar")


def calls(name: str) -> list[tuple[str, ast.Call]]:
    """Return every call of a function by its bare name, with the place it stands at."""
    return [
        (f"{path.relative_to(SOURCES)}:{node.lineno}", node)
        for path in sorted(SOURCES.rglob("*.py"))
        if path not in (WRITER, READER)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def written_out(call: ast.Call) -> str | None:
    """Return the template of a call of `say`, nothing where it is not a plain string."""
    first = call.args[0] if len(call.args) == 1 else None
    return first.value if isinstance(first, ast.Constant) and type(first.value) is str else None


SAID = {template: place for place, call in calls("say") if (template := written_out(call))}


def places(template: str) -> set[tuple[str, str]]:
    return {(name, form) for _, name, form in pieces(template) if name is not None}


def test_say__is_called_with_the_template_written_out():
    hidden = [place for place, call in calls("say") if written_out(call) is None]
    assert hidden == []
    assert len(SAID) > 150


def test_sentence__is_made_by_say_alone():
    assert [place for place, _ in calls("Sentence")] == []


@pytest.mark.parametrize("template", sorted(SAID))
def test_say__is_called_with_places_of_known_forms(template):
    assert Sentence(template, tuple((name, "x") for name, _ in places(template)))


def test_sentence_templates__hold_what_is_said_and_nothing_else():
    assert {t: SAID[t] for t in SAID if t not in ARABIC} == {}
    assert set(ARABIC) - set(SAID) == set()


@pytest.mark.parametrize("template", sorted(set(SAID) & set(ARABIC)))
def test_sentence_templates__arabic_has_the_same_places_and_no_english(template):
    arabic = ARABIC[template]
    assert places(arabic) == places(template)
    outside = "".join(literal for literal, _, _ in pieces(arabic))
    assert outside.count("`") % 2 == 0
    # Outside isolation stand only letters that name chromosomes and the likelihood ratio.
    words = set(re.findall("[A-Za-z]+", "".join(outside.split("`")[::2])))
    assert words <= {"LR", "X", "Y"}


def codes() -> set[str]:
    """Return the codes of findings that the sources write out."""
    found = {"assumed_paternal_side", "assumed_maternal_side"}  # put together from the side
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="Finding"), keywords=keywords, args=args):
                    written = [k.value for k in keywords if k.arg == "code"] or args[:1]
                case ast.Call(func=ast.Attribute(attr="note" | "rewrote"), args=args):
                    written = args[:1]
                case ast.Assign(targets=[ast.Name(id="code")], value=value):
                    written = [value]
                case _:
                    continue
            found |= {code.value for code in written if isinstance(code, ast.Constant)}
    return found


def test_findings__have_an_arabic_name_each():
    named = {key.removeprefix("finding.") for key in CATALOGUE if key.startswith("finding.")}
    assert codes() - named == set()
    assert named - codes() == set()


def test_templates_of_po__reads_wrapped_texts_and_comments():
    text = '# note\nmsgid "a {x}"\nmsgstr ""\n"b "\n"{x}\\""\n\nmsgid "c"\nmsgstr "d"\n'
    assert templates_of_po(text) == {"a {x}": 'b {x}"', "c": "d"}


@pytest.mark.parametrize(
    "text",
    [
        'msgid "a"\n',
        'msgid "a"\nmsgstr ""\n',
        'msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"\n',
        'msgstr "a"\nmsgid "b"\n',
        'msgid "a"\nmsgstr "b"\nmsgctxt "c"\n',
        'msgid a\nmsgstr "b"\n',
    ],
)
def test_templates_of_po__refuses_what_is_not_complete(text):
    with pytest.raises(ValueError, match=r"msgid|shorter|longer|Expecting|neither"):
        templates_of_po(text)
