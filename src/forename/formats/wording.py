"""Every sentence that a report shows, in the languages it can be written in.

A catalogue maps keys to templates with ``{named}`` places. Values are set into them as isolated
runs, so that a code or a number keeps its order inside a right-to-left sentence. What the core
says (reasons, findings, advice) comes with its values; its English template is the key under which
another language keeps its own. A text without one, such as a remark that somebody typed into a
case folder, is marked as quoted in its original language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from string import Formatter

from forename.exceptions import InvalidSettingError
from forename.formats.arabic_kinship import ARABIC_LETTER, arabic_kinship, kinship_as_written
from forename.formats.report_blocks import Isolated, Original, Run, Text, run_text
from forename.formats.sentence_catalogue import sentence_templates
from forename.formats.wording_arabic import ARABIC, ARABIC_JOINTS
from forename.formats.wording_english import ENGLISH
from forename.genetics.sentences import KINSHIP, Sentence, Value, pieces

LANGUAGES = ("en", "ar")


@dataclass(frozen=True, slots=True)
class Wording:
    """A language: its code, direction (``ltr`` or ``rtl``), sentences and kinship words.

    ``kinship`` gives the word of this language for one as a families' table writes it.
    ``templates`` maps the English templates of the core to those of this language, in which what
    stands between backticks is isolated like a value; ``joints`` says what stands between the
    items of a list, and before the last one, by the form of the list.
    """

    language: str
    direction: str
    catalogue: Mapping[str, str]
    kinship: Callable[[str], str]
    templates: Mapping[str, str] = field(default_factory=dict)
    joints: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def say(self, key: str, **values: str | int | Run | Text) -> Text:
        """Return a sentence with its values set in; an unknown key is a programming error."""
        runs: list[Run] = []
        for literal, name in _pieces(self.catalogue[key]):
            if literal:
                runs.append(literal)
            if name is None:
                continue
            value = values[name]
            if isinstance(value, tuple):
                runs.extend(value)
            elif isinstance(value, str | int):
                runs.append(Isolated(str(value)))
            else:
                runs.append(value)
        return tuple(runs)

    def plain(self, key: str, **values: str | int) -> str:
        """Return a sentence as one string, for drawings and titles."""
        return self.catalogue[key].format(**values)

    def sentence(self, said: Sentence) -> Text:
        """Return what the core said; without a template it is marked as quoted from English."""
        if self.language == "en":
            return (str(said),)
        template = self.templates.get(said.template)
        if template is None:
            return (Original(str(said), "en"),)
        values = dict(said.values)
        runs: list[Run] = []
        for literal, name, form in pieces(template):
            runs.extend(_marked(literal))
            if name is not None:
                runs.extend(self._value(values[name], form))
        return tuple(runs)

    def _value(self, value: Value, form: str) -> Text:
        match value:
            case Sentence():
                return self.sentence(value)
            case tuple():
                between, last = self.joints[form]
                runs: list[Run] = []
                for number, item in enumerate(value, 1):
                    if number > 1:
                        runs.append(last if number == len(value) else between)
                    runs.extend(self._value(item, ""))
                return tuple(runs)
            case str():
                word = self.kinship(value) if form == KINSHIP else ""
                return (word,) if ARABIC_LETTER.search(word) else (Isolated(word or value),)
            case _:
                return (Isolated(format(value, form)),)

    def named(self, prefix: str, name: str) -> Text:
        """Return the worded name of a code, or the code itself where no word is known.

        The codes of findings are English words: in English they are their own name.
        """
        known = self.catalogue.get(f"{prefix}.{name}")
        if known is None and prefix == "finding" and self.language == "en":
            known = name.replace("_", " ").capitalize()
        return (known,) if known is not None else (Isolated(name),)


def wording_for(language: str) -> Wording:
    """Return the wording of ``en`` or ``ar``; raise `InvalidSettingError` for another code."""
    if language == "en":
        return Wording("en", "ltr", ENGLISH, kinship_as_written)
    if language == "ar":
        templates = sentence_templates("ar")
        return Wording("ar", "rtl", ARABIC, arabic_kinship, templates, ARABIC_JOINTS)
    raise InvalidSettingError(
        f"there is no report in the language '{language}'; accepted: {', '.join(LANGUAGES)}"
    )


def in_arabic(said: Sentence) -> str:
    """Return what the core said as one Arabic string, values isolated by Unicode's own marks.

    For pages and messages that are no report; nothing is marked up.
    """
    runs = wording_for("ar").sentence(said)
    return "".join(run if isinstance(run, str) else f"\u2066{run_text(run)}\u2069" for run in runs)


def _marked(literal: str) -> Text:
    """Return a piece of a template, what stands between backticks isolated."""
    parts = literal.split("`")
    return tuple(Isolated(part) if at % 2 else part for at, part in enumerate(parts) if part)


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(template))
