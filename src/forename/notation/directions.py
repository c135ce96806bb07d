"""Places said by another place: "25 km south of X", "between A and B", "قرب الرقة".

The words become an anchor, a distance and a bearing, each with its tolerance; with the anchor's
position they become an area. The tolerances are stated in docs/methods/relative-places.md: they
are a convention about how people speak, wide on purpose, and never a position.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forename.notation.numbers import Number, find_numbers
from forename.notation.positions import geod
from forename.notation.remarks import Remark, remark

NEAR_KM = 5.0  # "near X": up to here
UNSAID_KM = 30.0  # "south of X" without a distance: drawn up to here
LOOSE = 0.20  # of a distance, either way
ABOUT = 0.35  # of a distance said with "about"
CARDINAL_DEG = 30.0  # either side of north, east, south, west
BETWEEN_DEG = 22.5  # either side of north-east and its like
EXACT_DEG = 15.0  # either side of "due south"
MOST_KM = 1000.0  # nobody means a place so far away by its distance from another
ROAD = 0.6  # the straight line is at least this part of a distance said along a road

# bearing: names in both languages, north-east before north
_EIGHT = {
    45: "north[- ]?east(?:ern|erly)?|(?:ال)?شمال(?:ي)?[ -](?:ال)?شرق(?:ي)?",
    315: "north[- ]?west(?:ern|erly)?|(?:ال)?شمال(?:ي)?[ -](?:ال)?غرب(?:ي)?",
    135: "south[- ]?east(?:ern|erly)?|(?:ال)?جنوب(?:ي)?[ -](?:ال)?شرق(?:ي)?",
    225: "south[- ]?west(?:ern|erly)?|(?:ال)?جنوب(?:ي)?[ -](?:ال)?غرب(?:ي)?",
    0: "north(?:ern|erly|wards?)?|(?:ال)?شمال(?:ي|ا)?",
    180: "south(?:ern|erly|wards?)?|(?:ال)?جنوب(?:ي|ا)?",
    90: "east(?:ern|erly|wards?)?|(?:ال)?شرق(?:ي|ا)?",
    270: "west(?:ern|erly|wards?)?|(?:ال)?غرب(?:ي|ا)?",
}
_EIGHT_LETTERS = {
    45: r"n\.?e\.?", 315: r"n\.?w\.?", 135: r"s\.?e\.?", 225: r"s\.?w\.?",
    0: "n", 180: "s", 90: "e", 270: "w",
}  # fmt: skip
# south-south-west lies between south and south-west, and is looked for before both
_BETWEEN_EIGHT = {
    22.5: (0, 45), 67.5: (90, 45), 112.5: (90, 135), 157.5: (180, 135),
    202.5: (180, 225), 247.5: (270, 225), 292.5: (270, 315), 337.5: (0, 315),
}  # fmt: skip
_BEARINGS: dict[float, str] = {
    degrees: f"(?:{_EIGHT[one]})[ -](?:{_EIGHT[other]})"
    for degrees, (one, other) in _BETWEEN_EIGHT.items()
} | _EIGHT
_LETTERS: dict[float, str] = {
    degrees: rf"{_EIGHT_LETTERS[one]}\.?{_EIGHT_LETTERS[other]}"
    for degrees, (one, other) in _BETWEEN_EIGHT.items()
} | _EIGHT_LETTERS
_UNITS = (
    (1.0, r"kilomet(?:er|re)s?|kms?|كيلو ?مترات|كيلو ?مترا?|كيلو|كلم|كم"),
    (0.001, r"met(?:er|re)s?|m|أمتار|امتار|مترا?|م"),
    (1.609344, r"miles?|mi|أميال|اميال|ميلا?"),
)
_ANY_UNIT = "|".join(pattern for _, pattern in _UNITS)
_ABOUT = (
    r"about|around|some|roughly|approximately|approx\.?|nearly|almost|~|"
    r"حوالي|حوالى|نحو|تقريبا|قرابة|زهاء"
)
# A sign before a number is no dash between words: nothing but a space stands before it.
_SIGN = re.compile(
    r"(?:(?:^|(?<=[\s(،,:;\u200e\u200f\u2066-\u2069]))[-−–]|(?<!\w)(?:minus|ناقص|سالب)\s+)"
    r"[\u200e\u200f]?$",
    re.IGNORECASE,
)
_DUE = r"due|directly|exactly|straight|تماما|مباشرة"
_NEAR = (
    r"near(?:by)?|close to|next to|beside|by|in the vicinity of|in the area of|around|outside|"
    r"on the outskirts of|on the edge of|"
    r"قرب|بالقرب من|بجانب|بجوار|في محيط|محيط|في ضواحي|ضواحي|عند أطراف|أطراف|على مشارف"
)
_BETWEEN = (
    r"(?:half-?way |midway |on the road |somewhere |in )*between|"
    r"(?:في منتصف الطريق |على الطريق |في )*(?:ما )?بين"
)
_TOWARDS = r"(?:on|along) the road (?:to|towards?)|in the direction of|towards?|على طريق|باتجاه|نحو"
_TRAVEL = (
    r"hours?|minutes?|days?|ساعات|ساعة|ساعتين|دقائق|دقيقة|أيام|ايام|"
    r"(?:drive|walk)(?= )"
)


@dataclass(frozen=True)
class RelativePlace:
    """A place as it was said from one or two others.

    ``kind`` is ``bearing`` (distance and direction), ``distance`` (only a distance), ``near``,
    ``between`` or ``towards`` (from the anchor towards ``other``). ``anchor`` and ``other`` are
    the words of the places. Distances are in kilometres, bearings in degrees from north.
    """

    said: str
    kind: str
    anchor: str
    other: str = ""
    distance_km: float | None = None
    nearest_km: float = 0.0
    farthest_km: float = NEAR_KM
    bearing_deg: float | None = None
    tolerance_deg: float = 180.0
    remarks: tuple[Remark, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the place as JSON values."""
        return {**vars(self), "remarks": [each.to_json() for each in self.remarks]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> RelativePlace:
        """Return a place from its JSON values; KeyError or TypeError where they are none."""
        remarks = tuple(Remark.from_json(each) for each in stored.get("remarks", []))
        return cls(**{**stored, "remarks": remarks})


@dataclass(frozen=True)
class RelativeReading:
    """The place that words say, or why none was read."""

    said: str
    place: RelativePlace | None = None
    problem: Remark | None = None


def read_relative(said: str) -> RelativeReading:
    """Return the place that words say by another place, in English or Arabic."""
    text = re.sub("[\u064b-\u0652ـ]", "", said)  # vowel signs and tatweel
    between = re.search(
        rf"(?<!\w)(?:{_BETWEEN})\s+(.+?)\s+(?:and\s+|و\s?)(.+)", text, re.IGNORECASE
    )
    if between and not find_numbers(text[between.start() : between.end(1)]):
        one, other = (_anchor(text, *between.span(g)) for g in (1, 2))
        if not (one and other):
            return RelativeReading(said, None, remark("relative-no-anchor"))
        return RelativeReading(said, RelativePlace(said, "between", one, other, None, 0, 0))
    low, high, distance, used = _distance(text)
    sign = _SIGN.search(text[: used[0]]) if distance is not None else None
    if sign:
        part = text[sign.start() : used[1]].strip()
        return RelativeReading(said, None, remark("relative-sign", part=part))
    if distance is not None and not 0 < distance <= MOST_KM:
        return RelativeReading(said, None, remark("relative-distance", km=f"{distance:g}"))
    bearing, tolerance, where = _bearing(text, used)
    if distance is None and re.search(
        rf"\d\s*(?:{_TRAVEL})|(?<!\w)(?:{_TRAVEL})(?!\w)", text, re.IGNORECASE
    ):
        return RelativeReading(said, None, remark("relative-time"))
    if bearing is None and distance is None:
        return _read_near(said, text)
    end = max(used[1], where[1])
    towards = re.search(rf"(?<!\w)(?:{_TOWARDS})(?!\w)\s+", text[end:], re.IGNORECASE)
    other = ""
    stop = len(text)
    if towards and bearing is None:
        other = _anchor(text, end + towards.end(), len(text))
        stop = end + towards.start()
    spans = sorted(span for span in (used, where) if span[1])
    gaps = [(end, stop), (spans[0][1], spans[-1][0]), (0, spans[0][0])]
    anchor = next(filter(None, (_anchor(text, *gap) for gap in gaps if gap[0] < gap[1])), "")
    if not anchor:
        return RelativeReading(said, None, remark("relative-no-anchor"))
    remarks: tuple[Remark, ...] = ()
    if distance is None:
        low, high = 0.0, UNSAID_KM
        remarks = (remark("relative-no-distance", km=f"{UNSAID_KM:g}"),)
    elif re.search(r"(?<!\w)(?:road|drive|الطريق|طريق)(?!\w)", text, re.IGNORECASE):
        low, remarks = low * ROAD, (remark("relative-road"),)
    kind = "towards" if other else "bearing" if bearing is not None else "distance"
    if kind == "towards":
        tolerance = CARDINAL_DEG
    return RelativeReading(
        said,
        RelativePlace(
            said, kind, anchor, other, distance, low, high, bearing, tolerance, remarks
        ),
    )  # fmt: skip


def _read_near(said: str, text: str) -> RelativeReading:
    near = re.search(rf"(?<!\w)(?:{_NEAR})(?!\w)\s+", text, re.IGNORECASE)
    if not near:
        return RelativeReading(said, None, remark("relative-none"))
    anchor = _anchor(text, near.end(), len(text))
    if not anchor:
        return RelativeReading(said, None, remark("relative-no-anchor"))
    return RelativeReading(said, RelativePlace(said, "near", anchor))


def _distance(text: str) -> tuple[float, float, float | None, tuple[int, int]]:
    """Return nearest and farthest km, the distance said, and where its words stand.

    A range is taken as said; one number gets a tolerance: 20 %, or half the unit of its last
    digit that is not 0 where that is more (10 km), 35 % at most and always with "about".
    """
    pattern = rf"\s*-?\s*({_ANY_UNIT})(?!\w)\.?"
    numbers = find_numbers(text)
    for place, number in enumerate(numbers):
        unit = re.match(pattern, text[number.end :], re.IGNORECASE)
        if not unit:
            continue
        factor = next(f for f, p in _UNITS if re.fullmatch(p, unit.group(1), re.IGNORECASE))
        end = number.end + unit.end()
        before = numbers[place - 1] if place else None
        if before is not None and _joins(text, before, number):
            low, high = sorted((before.value * factor, number.value * factor))
            return low, high, (low + high) / 2, (before.start, end)
        value = number.value * factor
        about = re.search(
            rf"(?<!\w)(?:{_ABOUT})\s*$", text[: number.start], re.IGNORECASE
        ) or re.match(r"\s*(?:تقريبا|or so|approximately)", text[end:], re.IGNORECASE)
        margin = min(max(value * LOOSE, _half_step(number) * factor), value * ABOUT)
        margin = value * ABOUT if about else margin
        start = about.start() if about and about.string != text[end:] else number.start
        return max(0.0, value - margin), value + margin, value, (start, end)
    dual = re.search(r"(?<!\w)(كيلومترين|كيلو مترين|ميلين)(?!\w)", text)
    if dual:
        value = 2 * (1.609344 if dual.group(1) == "ميلين" else 1.0)
        return value * (1 - LOOSE), value * (1 + LOOSE), value, dual.span()
    return 0.0, 0.0, None, (0, 0)


def _joins(text: str, one: Number, other: Number) -> bool:
    """Tell whether two numbers are the ends of one range."""
    between = text[one.end : other.start]
    return bool(re.fullmatch(r"\s*(?:-|–|to|and|or|إلى|الى|و|أو|او)\s*", between, re.IGNORECASE))


def _half_step(number: Number) -> float:
    """Return half the unit of a number's last digit that is not 0: 0.5 for 23, 5 for 20."""
    value = number.value
    if value == 0 or math.isinf(value):
        return 0.0
    shown = f"{value:.6f}".rstrip("0")
    decimals = len(shown.partition(".")[2])
    if decimals:
        return 0.5 * 10.0**-decimals
    whole = str(int(value))
    return 0.5 * 10.0 ** (len(whole) - len(whole.rstrip("0")))


def _bearing(text: str, used: tuple[int, int]) -> tuple[float | None, float, tuple[int, int]]:
    """Return the bearing said, its tolerance, and where its words stand."""
    rest = text[: used[0]] + " " * (used[1] - used[0]) + text[used[1] :]
    for degrees, names in _BEARINGS.items():
        # A single letter is a direction only beside a distance: "5 km N of"
        options = f"{names}|{_LETTERS[degrees]}" if used[1] else names
        for match in re.finditer(
            rf"(?<![\w\-])(?:to the |إلى ال|الى ال)?(?:{options})(?![\w\-])", rest, re.IGNORECASE
        ):
            if not _is_direction(rest, match, bool(used[1])):
                continue
            due = re.search(
                rf"(?<!\w)(?:{_DUE})\s*$", rest[: match.start()], re.IGNORECASE
            ) or re.match(r"\s*(?:تماما|مباشرة)", rest[match.end() :])
            tolerance = EXACT_DEG if due else BETWEEN_DEG if degrees % 90 else CARDINAL_DEG
            return float(degrees), tolerance, match.span()
    return None, 180.0, (0, 0)


def _is_direction(text: str, match: re.Match[str], has_distance: bool) -> bool:
    """Tell whether a word is a direction and not part of a name (North Street, الحي الشرقي)."""
    after = text[match.end() :]
    if re.match(r"\s*(?:of|from|من)(?!\w)", after, re.IGNORECASE):
        return True
    arabic = "\u0600" <= match.group().strip()[0] <= "\u06ff"
    if arabic:
        definite = match.group().startswith("ال")
        return has_distance or (not definite and bool(re.match(r"\s+\w", after)))
    return has_distance


_LEAD = re.compile(
    r"^(?:[\s,،.:;()\-]|(?:away|from|of|to|the|town|city|village|district|in|at|which|is|lies|due|directly|exactly|straight)\b|"
    r"(?:من|عن|مدينة|بلدة|قرية|ناحية|في|تقع|يقع|على|بعد|مسافة|تقريبا|تقريبًا|"
    r"مباشرة|تماما|إلى|الى)(?!\w))+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,،.:;()\-]|\b(?:lies|is|at|by|about|around|some|a|the|on)|"
    r"(?<!\w)(?:على|بعد|مسافة|حوالي|نحو|بحوالي|بنحو|بمسافة|بعد|تقع|يقع))+$",
    re.IGNORECASE,
)


def _anchor(text: str, start: int, end: int) -> str:
    """Return the words of a place without what leads to them, up to the end of the phrase."""
    words = re.split(r"[.;؛\n]|,\s|،|\s\(", _LEAD.sub("", text[start:end]))[0]
    return _TAIL.sub("", words).strip(" \"'«»“”")


Ring = list[list[float]]


def area(
    place: RelativePlace,
    anchor: tuple[float, float],
    other: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """Return a GeoJSON polygon (longitude first) of all that a relative place can mean.

    ``anchor`` and ``other`` are latitude and longitude of the places named; ValueError where
    ``between`` or ``towards`` lacks the second.
    """
    if place.kind in {"between", "towards"} and other is None:
        raise ValueError(f"“{place.said}” needs the positions of both places.")
    if place.kind == "between":
        assert other is not None
        return _polygon(_corridor(anchor, other))
    bearing = place.bearing_deg
    if place.kind == "towards" and other is not None:
        bearing = float(geod().inv(anchor[1], anchor[0], other[1], other[0])[0]) % 360
    return sector(
        *anchor, place.nearest_km, place.farthest_km, bearing,
        place.tolerance_deg if bearing is not None else 180.0,
    )  # fmt: skip


def sector(
    latitude: float,
    longitude: float,
    nearest_km: float,
    farthest_km: float,
    bearing_deg: float | None = None,
    tolerance_deg: float = 180.0,
) -> dict[str, Any]:
    """Return the part of a ring around a position as a GeoJSON polygon on the ellipsoid.

    Without a bearing, or with a tolerance of 180 degrees, the whole ring, with a hole where
    ``nearest_km`` is above 0. Rings turn as GeoJSON asks: the outer against the clock.
    """
    if not 0 <= nearest_km <= farthest_km or farthest_km == 0:
        raise ValueError(f"{nearest_km} to {farthest_km} km is no distance.")
    if bearing_deg is None or tolerance_deg >= 180:
        outer = _arc(latitude, longitude, farthest_km, 0.0, -360.0)
        if nearest_km == 0:
            return _polygon(outer)
        return _polygon(outer, _arc(latitude, longitude, nearest_km, 0.0, 360.0))
    begins, ends = bearing_deg - tolerance_deg, bearing_deg + tolerance_deg
    outer = _arc(latitude, longitude, farthest_km, ends, begins)
    if nearest_km == 0:
        return _polygon([*outer, [longitude, latitude], outer[0]])
    inner = _arc(latitude, longitude, nearest_km, begins, ends)
    return _polygon([*outer, *inner, outer[0]])


def _arc(latitude: float, longitude: float, km: float, begins: float, ends: float) -> Ring:
    """Return points on an arc, at most five degrees apart; a full turn ends where it began."""
    steps = max(2, math.ceil(abs(ends - begins) / 5))
    bearings = [begins + (ends - begins) * step / steps for step in range(steps + 1)]
    count = len(bearings)
    east, north, _ = geod().fwd(
        [longitude] * count, [latitude] * count, bearings, [km * 1000] * count
    )
    ring = [[float(x), float(y)] for x, y in zip(east, north, strict=True)]
    if abs(ends - begins) == 360:
        ring[-1] = ring[0]
    return ring


def _corridor(one: tuple[float, float], other: tuple[float, float]) -> Ring:
    """Return the lens-free corridor between two places: a fifth of its length wide either way.

    Half-round ends are left out: "between" ends at the places.
    """
    forward, _, metres = geod().inv(one[1], one[0], other[1], other[0])
    half = max(1000.0, metres / 5)
    stations = [metres * step / 12 for step in range(13)]
    left: Ring = []
    right: Ring = []
    for along in stations:
        x, y, back = geod().fwd(one[1], one[0], forward, along)
        ahead = (back + 180) % 360 if along else forward
        for side, ring in ((-90, left), (90, right)):
            east, north, _ = geod().fwd(x, y, ahead + side, half)
            ring.append([float(east), float(north)])
    return [*right, *reversed(left), right[0]]


def _polygon(*rings: Ring) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}
