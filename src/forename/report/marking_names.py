"""Which words of a text name a place, or a public body or organisation. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from forename.notation.calendar_words import WEEKDAYS
from forename.notation.name_words import is_arabic, latin_key
from forename.report import marking_words as words
from forename.report.marking_text import Found, Plain, plain

_ARTICLES = frozenset("al el ar ash ath adh az ul ez".split())
_PREFIXES = ("و", "ف", "ب", "ل", "وب", "ول")
_NAME = r"(?:(?:[Aa]l|[Ee]l|[Aa]sh?|[Aa]r|[Ee]z)-)?[A-Z][\w'’-]*"


def places_in(text: str, seen: Plain, gazetteer: Iterable[str]) -> Iterator[Found]:
    """Yield the names of a gazetteer, then what the words before it say is a place."""
    yield from _of_gazetteer(text, seen, gazetteer)
    lead = rf"(?:{words.ENGLISH_PLACE_LEADS})"
    article = r"(?:(?:[Aa]l|[Ee]l|[Aa]sh?|[Aa]r|[Ee]z)[- ])?"
    not_a_body = rf"(?! (?:{words.ENGLISH_BODIES})\b)"
    for match in re.finditer(
        rf"(?i:(?<!\w){lead}) (?:the (?:village|town|city) of )?"
        rf"({article}{_NAME}(?: {article}{_NAME})?)(?!\w){not_a_body}",
        text,
    ):
        yield ("place", "named as a place", *match.span(1), "")
    first = re.match(r"[A-Z][A-Z'’ -]{3,30}(?=,? (?:\(|\w+\.? \d)| [-–—])", text)
    if first is not None:
        yield ("place", "dateline", *first.span(), "")
    heads = rf"(?:(?:{words.ARABIC_PLACE_HEADS}) (?!(?:{_stop()})(?!\w))\w{{2,}})"
    leads = words.ARABIC_PLACE_LEADS
    known = rf"(?:{words.ARABIC_NO_PLACES})(?!\w)"
    for match in re.finditer(
        rf"(?<!\w)(?:[وفبل]|وب|ول)?(?:{leads}) ({heads}|(?!{known})ال\w{{2,}})(?!\w)", seen.text
    ):
        yield ("place", "named as a place", *seen.span(*match.span(1)), "")


def _stop() -> str:
    return r"في|من|الي|علي|عن|ان|التي|الذي|قرب|و\w+|لم|لا|قد|كان|كانت|بعد|قبل|ما|هو|هي|منذ|حتي|او"


def _of_gazetteer(text: str, seen: Plain, gazetteer: Iterable[str]) -> Iterator[Found]:
    known: dict[str, set[tuple[str, ...]]] = {}
    for name in gazetteer:
        parts = tuple(_key(word) for word in _words(plain(name).text))
        if parts and len("".join(parts)) > 2:
            known.setdefault(parts[0], set()).add(parts)
    found = [m for m in re.finditer(r"\w+", seen.text) if m.group() not in _ARTICLES]
    keys = [_key(word.group()) for word in found]
    for place, word in enumerate(found):
        if not is_arabic(word.group()) and not text[seen.places[word.start()]].isupper():
            continue
        for first, start in _without_prefix(word):
            names = sorted(known.get(first, ()), key=lambda n: (len(n), n), reverse=True)
            fitting = next((n for n in names if _stands(n, keys, place)), None)
            if fitting is not None:
                end = found[place + len(fitting) - 1].end()
                yield ("place", "gazetteer", *seen.span(_with_article(seen.text, start), end), "")
                break


def _words(name: str) -> list[str]:
    return [word for word in re.findall(r"\w+", name) if word not in _ARTICLES]


def _key(word: str) -> str:
    """Return a word of a place's name without article and without what spellings differ in."""
    if is_arabic(word):
        return word[2:] if word.startswith("ال") and len(word) > 4 else word
    return re.sub(r"h$", "", latin_key(word))


def _with_article(text: str, start: int) -> int:
    """Return where a Latin name begins with the article before it: al-Zayt."""
    article = re.search(r"(?<!\w)(?:al|el|ar|ash|ath|adh|az|ul|ez)[- ]$", text[:start])
    return article.start() if article else start


def _without_prefix(word: re.Match[str]) -> Iterator[tuple[str, int]]:
    """Yield the key of a word and, for Arabic, of the word without what is written before it."""
    text = word.group()
    yield _key(text), word.start()
    for prefix in _PREFIXES:
        if text.startswith(prefix) and len(text) > len(prefix) + 1:
            yield _key(text[len(prefix) :]), word.start() + len(prefix)
    if text.startswith("لل") and len(text) > 4:
        yield text[2:], word.start() + 2


def _stands(name: Sequence[str], keys: Sequence[str], place: int) -> bool:
    return tuple(keys[place + 1 : place + len(name)]) == tuple(name[1:])


def organisations_in(text: str, seen: Plain, places: Sequence[Found]) -> Iterator[Found]:
    """Yield public bodies and organisations, by the word that says what they are.

    A place that is a part of an Arabic body's name belongs to it: مشفى عين زهرة.
    """
    yield from _english(text, seen)
    spans = sorted((start, end) for _kind, _rule, start, end, _meaning in places)
    for kind, rule, start, end, meaning in _arabic(text, seen):
        at = bisect_left(spans, (end, 0))
        after = spans[at] if at < len(spans) else (len(text), len(text))
        inside = spans[at - 1] if at else (0, 0)
        if inside[0] > start and inside[1] > end:
            end = inside[1]
        elif re.fullmatch(r" (?:في )?", text[end : after[0]]) and is_arabic(text[start:end]):
            end = after[1]
        yield (kind, rule, start, end, meaning)


def _english(text: str, seen: Plain) -> Iterator[Found]:
    body, name = words.ENGLISH_BODIES, rf"{_NAME}|\d+(?:st|nd|rd|th)"
    more = rf"(?: (?:of|for|and)(?: the)?(?: (?:{name}))+)*"
    full = rf"(?:(?:[Tt]he )?(?:(?:{name}) )*(?:{body})(?: {_NAME})*{more})(?!\w)"
    named = rf"(?:[Tt]he )?(?:{words.ENGLISH_NAMED_BODIES})(?!\w)"
    for pattern in (named, full):
        for match in re.finditer(rf"(?<!\w){pattern}", text):
            yield ("organisation", "public body", *match.span(), "")
    small = words.ENGLISH_SMALL_BODIES
    joins = r"(?:of|in|at|to|for|and|by|from|on|with|that|which|who|was|were|is|are|had|has|said)\b"
    between = rf"(?:(?!{joins})[\w'-]+ ){{0,3}}?"
    for match in re.finditer(rf"(?<!\w)the {between}(?:{small})(?!\w)", seen.text):
        yield ("organisation", "public body, in small letters", *seen.span(*match.span()), "")
    first_line = re.match(r"[^\n]{0,60}?(?:-|–|—|\))", text)
    begin = first_line.end() if first_line is not None else 0
    for match in re.finditer(r"(?<![\w-])(?:[Tt]he )?([A-Z]{2,6})(?![\w-])", text):
        if match[1] not in words.NO_BODIES and match.start() >= begin:
            yield ("organisation", "capitals", *match.span(), "")


def _arabic(text: str, seen: Plain) -> Iterator[Found]:
    days = "|".join(weekdays())
    own = rf"(?! (?:{days}|{words.ARABIC_NO_NAMES})(?!\w))"
    more = rf"(?:{own} (?:ال|لل)\w+){{0,2}}(?: ل\w+ ال\w+)?(?: وال\w+(?= |$))?"
    bodies = words.ARABIC_BODIES
    patterns = {
        "named body": rf"(?:{words.ARABIC_NAMED_BODIES})",
        "public body": rf"(?:{bodies}){own} (?!(?:{_stop()})(?!\w))\w+(?!\w){more}",
        "public body, named before": rf"ال(?:{bodies})(?:{own} ال\w+)?(?: ل\w+ ال\w+)?",
    }
    for rule, pattern in patterns.items():
        for match in re.finditer(rf"(?<!\w)(?:[وفبل])?({pattern})(?!\w)", seen.text):
            start, end = seen.span(*match.span(1))
            if not _is_own(text, seen, match):
                yield ("organisation", rule, start, end, "")


def _is_own(text: str, seen: Plain, match: re.Match[str]) -> bool:
    """Tell whether the first word ends in "his" (فرقه) and not in ta marbuta (فرقة)."""
    word = match[1].split(" ")[0]
    last = text[seen.places[match.start(1) + len(word) - 1]]
    return word.endswith("ه") and last == "ه"


def weekdays() -> list[str]:
    """Return the names of the days of the week that are long enough to be no other word."""
    names = [name for each in WEEKDAYS.values() for name in each.split("|") if len(name) > 4]
    return sorted(set(names), key=len, reverse=True)
