"""Templates of other languages, by the English templates of the core, from gettext's text files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).parent / "templates"


@cache
def sentence_templates(language: str) -> Mapping[str, str]:
    """Return English template -> template of ``language``, such as ``ar``; every one is filled.

    Raises `ValueError`, naming the line, where the file is not as it has to be.
    """
    path = _FOLDER / f"sentences.{language}.po"
    return MappingProxyType(templates_of_po(path.read_text(encoding="utf-8")))


def templates_of_po(text: str) -> dict[str, str]:
    """Return msgid -> msgstr of a ``.po`` text without plural forms; a long text may be wrapped."""
    entries: list[tuple[str, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        keyword, _, rest = line.strip().partition(" ")
        if keyword in ("msgid", "msgstr"):
            entries.append((keyword, [json.loads(rest)]))
        elif keyword.startswith('"') and entries:
            entries[-1][1].append(json.loads(line))
        elif keyword and not keyword.startswith("#"):
            raise ValueError(f"line {number} is neither msgid, msgstr nor a comment: {line}")
    english, other = entries[::2], entries[1::2]
    templates = {
        "".join(a): "".join(b)
        for (one, a), (two, b) in zip(english, other, strict=True)
        if (one, two) == ("msgid", "msgstr") and "".join(b)
    }
    if len(templates) != len(english):
        raise ValueError("a msgid stands twice, or without a msgstr of its own")
    return templates
