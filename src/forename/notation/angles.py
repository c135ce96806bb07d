"""Latitude and longitude in degrees, minutes and seconds, read piece by piece."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from forename.notation.positions import Position, Unreadable, radius
from forename.notation.remarks import remark

_TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)|(?P<degree>°|\*|deg(?:rees?)?|d)|(?P<minute>'(?!')|min(?:utes?)?|m)"
    r"|(?P<second>\"|''|sec(?:onds?)?|s(?=[\s,;/|NSEWnew]|$))|(?P<letter>[NSEWnew](?![A-Za-z]))"
    r"|(?P<sign>[+-])|(?P<colon>:)|(?P<break>[,;/|])|(?P<space>[\s()\[\]]+|\.\s*$)|(?P<other>\S+)"
)
_LABELS = re.compile(
    r"(?i)\b(?:geo:|lat(?:itude)?\b[.:=]?|long?(?:itude)?\b[.:=]?)|خط (?:ال)?(?:عرض|طول):?"
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class _Angle:
    degrees: float
    half_step: float  # half the unit of the last digit, in degrees
    letter: str
    sexagesimal: bool
    place: dict[str, Any]


def read_degrees(text: str) -> Position | None:
    """Return the position that two angles say, None where the words are something else.

    ``text`` has plain digits and signs. Raises `Unreadable` with the piece that is wrong.
    """
    tokens = _tokens(_decimal_commas(_LABELS.sub(lambda m: " " * len(m.group()), text)))
    if sum(token.kind == "number" for token in tokens) < 2:
        if not tokens or tokens[0].kind == "other":
            return None
        raise Unreadable(remark("place-two-needed"))
    first, second = (_angle(part, text) for part in _two_parts(tokens, text))
    letters = first.letter + second.letter
    whole = _place(tokens, text)
    if letters and not (len(letters) == 2 and {*letters} & {*"NS"} and {*letters} & {*"EW"}):
        raise Unreadable(remark("place-hemisphere", **whole))
    if letters and letters[0] in "EW":
        first, second = second, first
    if not letters and abs(first.degrees) > 90 >= abs(second.degrees) and abs(first.degrees) <= 180:
        around = radius(second.degrees, second.half_step, first.half_step)
        offered = Position(second.degrees, first.degrees, around)
        where = {"start": whole["start"], "end": whole["end"]}
        raise Unreadable(remark("place-swapped", **where), (offered,))
    for angle, most, code in ((first, 90, "place-latitude"), (second, 180, "place-longitude")):
        if abs(angle.degrees) > most:
            raise Unreadable(remark(code, **angle.place))
    around = radius(first.degrees, first.half_step, second.half_step)
    notation = "dms" if first.sexagesimal or second.sexagesimal else "decimal"
    return Position(first.degrees, second.degrees, around, notation)


def _tokens(text: str) -> list[_Token]:
    """Return numbers, units, letters and signs; raises at the first piece that is none of them."""
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(_Token(kind, match.group(), match.start(), match.end()))
    numbers = [token for token in found if token.kind == "number"]
    wrong = next((token for token in found if token.kind == "other"), None)
    if wrong is not None and numbers:
        raise Unreadable(
            remark("place-not-read", start=wrong.start, end=wrong.end, part=wrong.text)
        )
    return found


def _place(tokens: list[_Token], text: str) -> dict[str, Any]:
    """Return the place of some pieces in the text, as a remark wants it."""
    start, end = tokens[0].start, tokens[-1].end
    return {"start": start, "end": end, "part": text[start:end].strip()}


def _decimal_commas(text: str) -> str:
    """Return a text with points for decimal commas; raises where commas are ambiguous."""
    commas = re.findall(r"(?<=\d),(?=\d)", text)
    if not commas or "." in text:
        return text
    if len(commas) == 1:
        # 36,37 is two whole numbers; a comma within one of several numbers is a decimal comma.
        return text if len(re.findall(r"\d+", text)) == 2 else re.sub(r"(\d),(\d)", r"\1.\2", text)
    if len(commas) == 2:
        return re.sub(r"(?<=\d),(?=\d)", ".", text)
    raise Unreadable(remark("place-comma", start=0, end=len(text)))


def _two_parts(tokens: list[_Token], text: str) -> tuple[list[_Token], list[_Token]]:
    """Return the pieces of the one angle and of the other."""
    kinds = [token.kind for token in tokens]
    while kinds[-1] == "break":
        tokens, kinds = tokens[:-1], kinds[:-1]
    letters = [place for place, kind in enumerate(kinds) if kind == "letter"]
    signs = [place for place, kind in enumerate(kinds) if kind == "sign" and place]
    numbers = [place for place, kind in enumerate(kinds) if kind == "number"]
    degrees = [place for place, kind in enumerate(kinds) if kind == "degree"]
    if kinds.count("break") == 1:
        at = kinds.index("break")
        return tokens[:at], tokens[at + 1 :]
    at = 0
    if "break" not in kinds:
        if len(letters) == 2:
            at = letters[1] if letters[0] == 0 else letters[0] + 1
        elif signs:
            at = signs[-1]
        elif len(degrees) == 2:
            at = degrees[1] - 1
        elif len(numbers) in {2, 4, 6}:
            at = numbers[len(numbers) // 2]
    if not at:
        raise Unreadable(remark("place-not-read", **_place(tokens, text)))
    return tokens[:at], tokens[at:]


def _angle(tokens: list[_Token], text: str) -> _Angle:
    """Return an angle from its pieces; raises where they contradict each other."""
    if not any(token.kind == "number" for token in tokens):
        raise Unreadable(remark("place-two-needed"))
    place = _place(tokens, text)
    shape = "".join(
        {"letter": "l", "sign": "s", "number": "n"}.get(t.kind, t.kind[0]) for t in tokens
    )
    shape = "".join("x" if t.kind == "sign" else c for t, c in zip(tokens, shape, strict=True))
    if not re.fullmatch(r"l?x?n(d?|[dc]?n(m?|[mc]?ns?))l?", shape):
        raise Unreadable(remark("place-not-read", **place))
    letter = "".join(token.text.upper() for token in tokens if token.kind == "letter")
    if len(letter) > 1:
        raise Unreadable(remark("place-hemisphere", **place))
    negative = any(token.text == "-" for token in tokens)
    if negative and letter:
        raise Unreadable(remark("place-sign", **place))
    parts = [token.text for token in tokens if token.kind == "number"]
    if any("." in part for part in parts[:-1]):
        raise Unreadable(remark("place-fraction", **place))
    values = [float(part) for part in parts]
    if any(value >= 60 for value in values[1:]):
        raise Unreadable(remark("place-minutes", **place))
    degrees = sum(value / 60**power for power, value in enumerate(values))
    decimals = len(parts[-1].partition(".")[2])
    half_step = 0.5 * 10.0**-decimals / 60 ** (len(parts) - 1)
    sign = -1 if negative or letter in {"S", "W"} else 1
    return _Angle(sign * degrees, half_step, letter, len(parts) > 1, place)
