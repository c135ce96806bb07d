"""One spelling for words that people spell in many ways, so that search finds them.

A record's search key holds its texts folded and, after them, the keys of the names in them in
angle brackets: ``hosayn al-khalaf <husayn> <khalaf>``. A search looks for each word of the query
in either shape, so that Hussein, Hosayn, Husayn and حسين find each other while codes, numbers and
parts of words are found as they stand. Abd- and Abu- are joined to the name after them and stay
apart: ``<abd rahman>``, ``<abu ahmad>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from forename.notation.name_variants import ABU, BIN, UMM
from forename.notation.name_words import NameWord, fold, is_arabic, name_words

LONGEST_QUERY = 20  # words; what is pasted beyond them narrows nothing and costs time

__all__ = ["fold", "search_key", "search_words"]


def search_key(texts: Iterable[str]) -> str:
    """Return what a record's search looks through: its texts folded, then the keys of names."""
    texts = [text for text in texts if text]
    keys: dict[str, None] = {}  # a set that keeps the order
    for text in texts:
        # In prose that has capitals, Latin words without one are no names.
        prose = any(c.isupper() for c in text)
        for word in name_words(text):
            if word.kind != "bin" and (word.known or word.arabic or not prose or _capital(word)):
                keys.update(dict.fromkeys(_stored(word)))
    return " ".join(filter(None, [*map(fold, texts), *keys]))


def search_words(query: str) -> list[list[str]]:
    """Return, for each word of a query, the strings of which a search key must contain one.

    Words of one name (Abu Ahmad, Abd al-Rahman) count as one; bin and ibn between names are left
    out, since many leave them out. An empty query gives an empty list; words past the twentieth
    are not looked at.
    """
    # No database keeps a NUL, and PostgreSQL refuses to be asked for one.
    chunks = query.replace("\0", " ").split()[:LONGEST_QUERY]
    found: list[list[str]] = []
    place = 0
    while place < len(chunks):
        chunk = chunks[place]
        if _is_name(chunk):
            word, used = _joined(chunks[place : place + 4])
            between = place > 0 and place + 1 < len(chunks) and _is_name(chunks[place + 1])
            if not (word.kind == "bin" and between and _is_name(chunks[place - 1])):
                found.append(_asked(fold(" ".join(chunks[place : place + used])), word))
            place += used
        else:
            folded = fold(chunk)
            if folded:
                found.append([folded])
            place += 1
    return found


def _capital(word: NameWord) -> bool:
    return any(c.isupper() for c in word.text)


def _is_name(chunk: str) -> bool:
    """Tell whether a piece of a query is one word of letters, hyphens within it allowed."""
    return bool(re.fullmatch(r"[^\W\d_]+(?:['’‘`ʿʾʼ\-\u064b-\u0652\u0640][^\W\d_]*)*", chunk)) and (
        len(name_words(chunk)) == 1
    )


def _joined(chunks: list[str]) -> tuple[NameWord, int]:
    """Return the first name of some pieces and how many of them it takes."""
    used = 1
    for end in range(2, len(chunks) + 1):
        if not all(map(_is_name, chunks[1:end])):
            break
        if len(name_words(" ".join(chunks[:end]))) == 1:
            used = end
    return name_words(" ".join(chunks[:used]))[0], used


def _stored(word: NameWord) -> list[str]:
    keys = [f"<{word.key}>", *(f"<{part}>" for part in word.parts)]
    if word.skeleton:
        keys.append(f"<{'a' if word.arabic else 'l'}~{word.skeleton}>")
    return keys


def _asked(folded: str, word: NameWord) -> list[str]:
    if folded in BIN:
        return [folded]
    if folded in ABU or folded in UMM:  # alone: of whatever child
        return [folded, "<abu " if folded in ABU else "<umm "]
    keys = [folded, f"<{word.key}>"]
    if word.skeleton:  # a name outside the list, written in the other script
        keys.append(f"<{'l' if word.arabic else 'a'}~{word.skeleton}>")
    if is_arabic(folded) and " " not in folded and word.key != folded and not word.known:
        keys.append(word.key)
    return keys
