"""The shipped places of Syria, found by any of their names in either script."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from forename.notation.name_words import fold, is_arabic, latin_key
from forename.site.places import Anchor

CREDIT = "GeoNames, CC BY 4.0"
LONGEST_NAME = 100  # characters; no place has a longer one
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

    def anchor(self) -> Anchor:
        """Return the place as one that words start from."""
        return Anchor(self.name, self.latitude, self.longitude, self.governorate)


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


def find(name: str) -> tuple[Anchor, ...]:
    """Return the places of a name, whichever spelling or script; none where it is not known."""
    if len(name) > LONGEST_NAME:
        return ()
    return tuple(place.anchor() for place in _by_name().get(_spelling(name), ()))


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
        return re.sub(r"\bال(?=\w{2})", "", folded)
    words = re.findall(r"\w+", _ARTICLE.sub("", folded.replace("'", "")))
    return " ".join(filter(None, (re.sub(r"h$", "", latin_key(word)) for word in words)))
