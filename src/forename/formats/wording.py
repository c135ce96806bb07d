"""Every sentence that a report shows, in the languages it can be written in.

A catalogue maps keys to templates with ``{named}`` places. Values are set into them as isolated
runs, so that a code or a number keeps its order inside a right-to-left sentence. Sentences that
the core wrote (reasons, findings, advice) are English; in another language they are marked as
quoted in their original language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from forename.exceptions import InvalidSettingError
from forename.formats.report_blocks import Isolated, Original, Run, Text
from forename.formats.wording_arabic import ARABIC, ARABIC_KINSHIP
from forename.formats.wording_english import ENGLISH

LANGUAGES = ("en", "ar")


@dataclass(frozen=True, slots=True)
class Wording:
    """A language: its code, direction (``ltr`` or ``rtl``), sentences and kinship words."""

    language: str
    direction: str
    catalogue: Mapping[str, str]
    kinship: Mapping[str, str]

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

    def quote(self, sentence: str) -> Text:
        """Return a sentence of the core, marked where the report's language is another one."""
        if self.language == "en":
            return (sentence,)
        return (Original(sentence, "en"),)

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
        return Wording("en", "ltr", ENGLISH, {})
    if language == "ar":
        return Wording("ar", "rtl", ARABIC, ARABIC_KINSHIP)
    raise InvalidSettingError(
        f"there is no report in the language '{language}'; accepted: {', '.join(LANGUAGES)}"
    )


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[tuple[str, str | None], ...]:
    return tuple((literal, name) for literal, name, _, _ in Formatter().parse(template))
