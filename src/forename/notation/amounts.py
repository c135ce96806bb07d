"""How many of what, as people say it: a value or a range, its unit, the words kept.

Units are never converted into each other, and what was counted is never guessed: "115 sets of
remains" may be bodies, parts or bags, so its unit is unknown until a person chooses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from forename.notation.numbers import Number, find_numbers
from forename.notation.remarks import Remark, remark

UNITS = (
    "bodies", "parts", "bags", "cases", "minimum number", "identified", "missing", "unknown",
)  # fmt: skip

# unit: what is written after the number (English), or after it in Arabic; the first that fits
_AFTER = {
    "minimum number": r"mni|minimum number",
    "bags": r"(?:body[- ]?)?bags?|sacks?|أكياس|اكياس|كيسا?|كيس جثث",
    "parts": r"(?:body )?parts?|body fragments?|fragments?|bones?|limbs?|skulls?|"
    r"أجزاء|اجزاء|أشلاء|اشلاء|جزءا?|عظمة|عظام|جمجمة|جماجم|قطعة عظم|قطع عظمية",
    "cases": r"(?:forensic |dna )?cases?|حالات|حالة|قضية|قضايا",
    "identified": r"(?:(?:bodies|people|persons|victims|remains|of them) )?"
    r"(?:(?:have been|has been|had been|were|was|are) )?identified|identifications?|"
    r"(?:(?:جثة|جثث|ضحية|شخصا?|أشخاص) )?(?:تم التعرف|جرى التعرف|معروف(?:ة|ي)? الهوية|"
    r"محدد(?:ة|ي) الهوية)",
    "missing": r"missing (?:people|persons)|(?:(?:people|persons|men|women|residents|civilians) )?"
    r"(?:(?:are|were|remain|still) )*(?:missing|disappeared|unaccounted for)|"
    r"(?:شخصا? )?(?:مفقود(?:ا|ين|ون|ة)?|مختف(?:ي|ين|ون)|"
    r"مختفيا?(?: قسريا)?|مغيب(?:ا|ين)?)",
    "bodies": r"(?:\w+ )?(?:dead )?(?:bodies|body|corpses?|cadavers?)|جثث|جثة|جثامين|جثمانا?|جثمان",
    "unknown": r"(?:sets? of )?(?:human )?remains|skeletons?|victims?|dead|people|persons|men|"
    r"women|children|civilians|graves?|samples?|رفات|هيكلا? عظميا?|هياكل|ضحية|ضحايا|قتيلا?|قتلى|"
    r"شهيدا?|شهداء|شخصا?|أشخاص|مدنيا?|مدنيين|عينة|عينات|قبرا?|قبور",
}
# what is written before the number
_BEFORE = {
    "minimum number": r"(?:mni|minimum number of individuals)(?: \(mni\))?(?: (?:of|is|was))?|"
    r"الحد الأدنى لعدد الأفراد(?: هو)?",
    "identified": r"(?:identified|identification of)(?: the bodies of| bodies of)?|"
    r"(?:تم|جرى) التعرف على|التعرف على|تحديد هوية",
    "missing": r"missing[:,]?|عدد المفقودين(?: هو)?",
    "bodies": r"bodies[:,]|عدد الجثث(?: هو)?",
}
_DUALS = {
    "bodies": r"جثتان|جثتين|جثمانان|جثمانين", "bags": r"كيسان|كيسين",
    "parts": r"جزءان|جزأين|جزأان|عظمتان|عظمتين", "cases": r"حالتان|حالتين",
    "missing": r"مفقودان|مفقودين اثنين", "unknown": r"ضحيتان|ضحيتين|قتيلان|قتيلين|شخصان|شخصين",
}  # fmt: skip
_VAGUE = {
    r"dozens|عشرات": 20, r"scores": 40, r"hundreds|مئات": 200, r"thousands|آلاف|الاف": 2000,
    r"several|a few|عدة|بضع|بضعة": 3,
}  # fmt: skip
_ABOUT = (
    r"about|around|some|roughly|approximately|approx\.?|nearly|almost|an estimated|estimated|~|"
    r"حوالي|حوالى|نحو|قرابة|زهاء|ما يقارب|ما يقرب من|يقدر بـ ?|تقدر بـ ?"
)
_LEAST = (
    r"at least|no fewer than|no less than|not less than|a minimum of|minimum of|"
    r"ما لا يقل عن|لا يقل عن|على الأقل|لا تقل عن"
)
_MORE = (
    r"more than|over|upwards? of|in excess of|"
    r"أكثر من|اكثر من|ما يزيد على|ما يزيد عن|يزيد عن|تزيد على"
)
_MOST = (
    r"up to|at most|no more than|not more than|as many as|"
    r"ما يصل إلى|ما يصل الى|ما لا يزيد عن|حتى|على الأكثر|لا يزيد عن"
)
_FEWER = r"fewer than|less than|under|أقل من|اقل من"
_SO_FAR = r"so far|to date|until now|as of now|حتى الآن|حتى الان|إلى الآن|لغاية الآن"
_LOOKED_BACK = 80  # signs before a number that may say how it is meant
_ADDED = r"another|an additional|additional|further|more|إضافية|اضافية|أخرى|اخرى|إضافيا"


@dataclass(frozen=True)
class Amount:
    """An amount as it was said.

    ``value`` is the number said, None for a range or a vague word; ``low`` and ``high`` bound it
    as far as the words do (None where open). ``unit`` is one of `UNITS`. ``words`` is what was
    read and ``start``, ``end`` where it stands in the text.
    """

    words: str
    value: int | None
    low: int | None
    high: int | None
    unit: str = "unknown"
    approximate: bool = False
    start: int = 0
    end: int = 0
    remarks: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.unit!r} is no unit; use one of {', '.join(UNITS)}.")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.low} to {self.high} ends below its beginning.")

    def to_json(self) -> dict[str, Any]:
        """Return the amount as JSON values."""
        return {**vars(self), "remarks": [each.to_json() for each in self.remarks]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Amount:
        """Return an amount from its JSON values; TypeError or ValueError where they are none."""
        remarks = tuple(Remark.from_json(each) for each in stored.get("remarks", []))
        return cls(**{**stored, "remarks": remarks})


@dataclass(frozen=True)
class AmountReading:
    """The amount that words say, or why none was read."""

    said: str
    amount: Amount | None = None
    problem: Remark | None = None


def read_amount(said: str) -> AmountReading:
    """Return the first amount of some words, whatever its unit."""
    found = every_amount(said)
    if not found:
        return AmountReading(said, None, remark("amount-none"))
    return AmountReading(said, found[0])


def says_what(amount: Amount) -> bool:
    """Tell whether an amount's words say what was counted."""
    counted = _whole(f"(?:ال)?(?:{_AFTER['unknown']})")
    return amount.unit != "unknown" or bool(re.search(counted, amount.words, re.IGNORECASE))


def _whole(pattern: str) -> str:
    return rf"(?<!\w)(?:{pattern})(?!\w)"


def every_amount(said: str) -> list[Amount]:
    """Return the amounts of a text, also those that do not say what was counted, and years."""
    text = re.sub("[\u064b-\u0652]", "\u00ad", said)  # vowel signs; positions stay
    numbers = [each for each in find_numbers(text) if each.whole is not None]
    found: list[Amount] = []
    place = 0
    while place < len(numbers):
        ranged = _range(text, numbers, place)
        if ranged is not None:
            found.append(ranged)
            place += 2
            continue
        found.append(_single(text, numbers[place]))
        place += 1
    taken = [(each.start, each.end) for each in found]
    found += [
        each
        for each in (*_duals(text), *_vague(text))
        if not any(start < each.end and each.start < end for start, end in taken)
    ]
    found = [replace(each, words=said[each.start : each.end]) for each in found]
    return sorted(found, key=lambda each: each.start)


def _said_before(pattern: str, text: str, place: int) -> int | None:
    """Return where words that stand just before a place begin, None where they do not."""
    start = max(0, place - _LOOKED_BACK)
    match = re.compile(rf"{_whole(pattern)}\s*(?:\ba\s+)?$", re.IGNORECASE).search(
        text[start:place]
    )
    return None if match is None else start + match.start()


def _range(text: str, numbers: list[Number], place: int) -> Amount | None:
    """Return "between 20 and 30", "20-30" or "20 to 30 bodies" as one amount."""
    if place + 1 >= len(numbers):
        return None
    one, other = numbers[place], numbers[place + 1]
    joint = text[one.end : other.start]
    before = _said_before(r"between|from|ما بين|بين|من", text, one.start)
    pattern = r"\s*(?:-|–|—|to|إلى|الى|or|أو)\s*"
    if before is not None:
        pattern = r"\s*(?:-|–|—|to|and|إلى|الى|و)\s*"
    if not re.fullmatch(pattern, joint, re.IGNORECASE) or other.value < one.value:
        return None
    start = one.start if before is None else before
    base = Amount("", None, int(one.value), int(other.value), "unknown", False, start, other.end)
    return _finished(text, base)


def _single(text: str, number: Number) -> Amount:
    value = int(number.value)
    base = Amount("", value, value, value, "unknown", False, number.start, number.end)
    return _finished(text, _limited(text, base))


def _limited(text: str, base: Amount) -> Amount:
    """Return an amount with the limits that the words before it set."""
    value = base.value
    assert value is not None
    limits: tuple[tuple[str, dict[str, Any]], ...] = (
        (_LEAST, {"low": value, "high": None}),
        (_MORE, {"value": None, "low": value + 1, "high": None}),
        (_MOST, {"low": None, "high": value}),
        (_FEWER, {"value": None, "low": None, "high": max(0, value - 1)}),
        (_ABOUT, {"low": None, "high": None, "approximate": True}),
    )
    for pattern, change in limits:
        start = _said_before(pattern, text, base.start)
        if start is not None:
            return replace(base, start=start, **change)
    after = re.match(
        r"\s*(?:\w+\s+)?" + _whole("على الأقل|at least|at a minimum"), text[base.end :]
    )
    if after:
        return replace(base, high=None)
    if re.match(r"\s*(?:\w+\s+)?" + _whole("تقريبا|approximately|or so"), text[base.end :]):
        return replace(base, low=None, high=None, approximate=True)
    return base


def _finished(text: str, base: Amount) -> Amount:
    """Return an amount with its unit, and remarks on what the words around it say."""
    unit, start, end = "unknown", base.start, base.end
    named = _named(text, base.end)
    if named is not None:
        unit, end = named
    for name, pattern in _BEFORE.items():
        found = _said_before(pattern, text, base.start)
        if found is not None and (unit in {"unknown", "bodies"} or name == "minimum number"):
            unit, start = name, found
            break
    remarks: list[Remark] = []
    if unit == "unknown":
        remarks.append(remark("amount-unit"))
    sentence = re.split(r"[.!?؟\n]", text[end : end + 500], maxsplit=1)[0]
    if re.search(_whole(_SO_FAR), sentence, re.IGNORECASE):
        remarks.append(remark("amount-so-far"))
    if _said_before(_ADDED, text, base.start) is not None or re.match(
        r"\s*" + _whole(_ADDED), text[end:], re.IGNORECASE
    ):
        remarks.append(remark("amount-added"))
    return replace(base, unit=unit, start=start, end=end, remarks=(*base.remarks, *remarks))


def _named(text: str, end: int) -> tuple[str, int] | None:
    """Return the unit that the words after a number name, and where they end; None for none."""
    after = text[end : end + 200]
    for unit, pattern in _AFTER.items():
        between = r"(?:\s+|-)(?:(?:of|other|more|new|unidentified|complete|decomposed|من)\s+){0,2}"
        match = re.match(rf"{between}(?:the\s+|ال)?(?:{pattern})(?!\w)", after, re.IGNORECASE)
        if match:
            return unit, end + match.end()
    return None


def _duals(text: str) -> list[Amount]:
    """Return the Arabic duals of a text: جثتان is two bodies."""
    return [
        Amount("", 2, 2, 2, unit, False, match.start(), match.end())
        for unit, pattern in _DUALS.items()
        for match in re.finditer(_whole(pattern), text)
    ]


def _vague(text: str) -> list[Amount]:
    """Return words of size without a number ("dozens of bodies"): only a lower limit."""
    found = []
    for pattern, low in _VAGUE.items():
        for match in re.finditer(_whole(pattern), text, re.IGNORECASE):
            base = Amount(
                "", None, low, None, "unknown", False, match.start(), match.end(),
                (remark("amount-vague"),),
            )  # fmt: skip
            found.append(_finished(text, base))
    return found
