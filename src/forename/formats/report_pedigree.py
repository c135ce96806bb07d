"""A family's pedigree drawn for one pairing: who is typed, who is missing, where remains would fit.

Squares are male, circles female, diamonds of unknown sex. A filled symbol has a DNA profile, an
open one has none; a missing person has a double outline and a question mark.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forename.formats.pedigree_layout import Couple, Layout, lay_out
from forename.formats.report_drawing import (
    ACCENT,
    INK,
    PAPER,
    QUIET,
    RULE,
    Box,
    Disc,
    Drawing,
    Label,
    Line,
    Mark,
    Shape,
)
from forename.genetics.problem import Family
from forename.genetics.profiles import Sex

LARGEST_DRAWN = 60

_HALF = 12.0  # half a symbol
_TAG = 18.0
_GAP = 34.0  # from the lowest caption of a row to the next row
_MARGIN = 14.0
_LETTER = 6.0  # width of a letter of a label
_LONGEST = 16


@dataclass(frozen=True, slots=True)
class PedigreeWords:
    """The words inside a pedigree drawing, in the report's language.

    ``one`` and ``other`` name the two hypotheses; ``kinship`` words what a person is, such as
    ``mother``.
    """

    unrelated: str
    one: str
    other: str
    kinship: Callable[[str], str]


def draw_pedigree(
    family: Family,
    remains: Mapping[str, str],
    focus: str,
    remains_sex: Sex,
    wording: PedigreeWords,
    layout: Layout | None = None,
) -> Drawing:
    """Return the pedigree with the label of the remains proposed for each missing member.

    ``remains`` maps missing members to labels; ``focus`` is the member in question. The same
    remains, of ``remains_sex``, stand once more beside the pedigree, as an unrelated person: the
    other hypothesis.
    """
    places = layout or lay_out(family.pedigree)
    captions = {
        member: _captions(family, member, wording.kinship) for member in family.pedigree.order
    }
    longest = max(len(line) for lines in captions.values() for line in lines)
    tag = max((_tag_width(label) for label in remains.values()), default=0.0)
    step = max(min(118.0, max(58.0, longest * _LETTER + 8)), tag + 4)
    edge = _MARGIN + step / 2
    levels = [_MARGIN + _HALF + 6]
    for row in range(places.rows):
        levels.append(levels[-1] + _row_height(places, row, captions, remains))
    points = [(edge + place.x * step, levels[place.row]) for place in places.places]
    marks: list[Mark] = []
    marks.extend(_couple_lines(family, places, points))
    marks.extend(_copy_links(places, points))
    for place, (x, y) in zip(places.places, points, strict=True):
        marks.extend(_symbol(family, place.person, x, y, focus))
        marks.extend(_caption(family, place.person, captions[place.person], x, y))
        if place.copy == 0 and place.person in remains:
            below = y + _HALF + 18 + 12 * (len(captions[place.person]) - 1) + 14
            label = remains[place.person]
            marks.extend(_tag(label, x, below, wording.one, emphasised=place.person == focus))
    width = 2 * edge + places.width * step
    height = levels[-1] - _GAP
    aside = 2 * max(28.0, len(_short(remains.get(focus, ""))) * 3.6 + 8, len(wording.unrelated) * 3)
    x = width + aside / 2 + 4
    y = points[_first(places, focus)][1]
    marks.append(Line(width, _MARGIN, width, height - 4, RULE, 1.2, dashed=True))
    marks.extend(_outline(remains_sex, x, y, PAPER, INK, 1.2))
    marks.append(Label(x, y + _HALF + 16, wording.unrelated, 10, colour=QUIET))
    if focus in remains:
        marks.extend(_tag(remains[focus], x, y + _HALF + 32, wording.other, emphasised=False))
    return Drawing(width + aside + 8, height, tuple(marks))


def _row_height(
    layout: Layout, row: int, captions: Mapping[str, tuple[str, ...]], remains: Mapping[str, str]
) -> float:
    """Return the distance to the next row: a symbol, its captions, its tag, and room for lines."""
    persons = [place.person for place in layout.places if place.row == row]
    lines = max((len(captions[person]) for person in persons), default=1)
    tag = 34 if any(person in remains for person in persons) else 0
    return 2 * _HALF + 8 + 12 * lines + tag + _GAP


def _sex(family: Family, person: str) -> Sex:
    return family.pedigree[person].sex


def _first(layout: Layout, person: str) -> int:
    return next(i for i, place in enumerate(layout.places) if place.person == person)


def _captions(family: Family, person: str, worded: Callable[[str], str]) -> tuple[str, ...]:
    """Return the lines under a symbol: its label, then its kinship word or its samples."""
    if person in family.missing:
        return (_short(family.label(person)),)
    samples = [profile.sample for profile in family.profiles.get(person, ())]
    role = person.removeprefix(f"{family.id}:")
    lines = [_short(person)] if role == person else _folded(worded(role))
    kinship = family.kinship.get(person, "")
    if kinship:
        lines.extend(_folded(worded(kinship)))
    elif samples and samples != [person]:
        more = "" if len(samples) == 1 else f" +{len(samples) - 1}"
        lines.append(_short(samples[0] + more))
    return tuple(lines)


def _folded(words: str) -> list[str]:
    """Return the words on one line, or on two where one would be long."""
    if len(words) <= 10 or " " not in words:
        return [_short(words)]
    gaps = [i for i, letter in enumerate(words) if letter == " "]
    middle = min(gaps, key=lambda i: abs(i - len(words) / 2))
    return [_short(words[:middle]), _short(words[middle + 1 :])]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _symbol(family: Family, person: str, x: float, y: float, focus: str) -> list[Mark]:
    sex = _sex(family, person)
    if person in family.missing:
        width = 2.4 if person == focus else 1.2
        marks = _outline(sex, x, y, PAPER, ACCENT, width, grow=4)
        marks.extend(_outline(sex, x, y, PAPER, ACCENT, width))
        marks.append(Label(x, y + 5, "?", 14, colour=ACCENT, bold=True))
        return marks
    return _outline(sex, x, y, INK if person in family.profiles else PAPER, INK, 1.2)


def _outline(
    sex: Sex, x: float, y: float, fill: str, colour: str, line: float, grow: float = 0
) -> list[Mark]:
    half = _HALF + grow
    if sex == Sex.MALE:
        side = half * 1.8
        return [Box(x - side / 2, y - side / 2, side, side, fill, colour, line)]
    if sex == Sex.FEMALE:
        return [Disc(x, y, half, fill, colour, line)]
    tip = half * 1.15
    points = ((x, y - tip), (x + tip, y), (x, y + tip), (x - tip, y))
    return [Shape(points, fill, colour, line)]


def _caption(family: Family, person: str, lines: tuple[str, ...], x: float, y: float) -> list[Mark]:
    missing = person in family.missing
    typed = person in family.profiles
    colour = ACCENT if missing else INK if typed else QUIET
    marks: list[Mark] = [Label(x, y + _HALF + 16, lines[0], 11, colour=colour, bold=missing)]
    marks.extend(
        Label(x, y + _HALF + 16 + 12 * number, line, 10, colour=QUIET)
        for number, line in enumerate(lines[1:], 1)
    )
    return marks


def _tag(text: str, x: float, y: float, hypothesis: str, *, emphasised: bool) -> list[Mark]:
    shown = _short(text)
    width = _tag_width(text)
    fill, colour = (ACCENT, PAPER) if emphasised else (PAPER, ACCENT)
    return [
        Box(x - width / 2, y - 9, width, _TAG, fill, ACCENT, 1.2, 3),
        Label(x, y + 4, shown, 11, colour=colour, bold=True),
        Label(x, y + 20, hypothesis, 10, colour=QUIET),
    ]


def _tag_width(text: str) -> float:
    return max(34.0, len(_short(text)) * 6.6 + 12)


def _couple_lines(family: Family, layout: Layout, points: list[tuple[float, float]]) -> list[Mark]:
    marks: list[Mark] = []
    lanes = _lanes(layout, points)
    for couple, lane in zip(layout.couples, lanes, strict=True):
        (x1, y1), (x2, y2) = points[couple.father], points[couple.mother]
        middle = (x1 + x2) / 2
        marks.append(Line(x1, y1, x2, y2))
        if _related(family, layout, couple):
            marks.append(Line(x1, y1 + 3.5, x2, y2 + 3.5))
        tops = [points[child] for child in couple.children]
        bar = min(y for _, y in tops) - _HALF - 12 - lane * 5
        marks.append(Line(middle, y1, middle, bar))
        groups = _twins(family, layout, couple)
        feet = [sum(points[i][0] for i in group) / len(group) for group in groups]
        marks.append(Line(min(middle, *feet), bar, max(middle, *feet), bar))
        for group, foot in zip(groups, feet, strict=True):
            for child in group:
                x, y = points[child]
                marks.append(Line(foot, bar, x, y))
            if len(group) > 1:
                share = 0.45
                ends = [foot + (points[i][0] - foot) * share for i in (group[0], group[-1])]
                level = bar + (points[group[0]][1] - bar) * share
                marks.append(Line(ends[0], level, ends[1], level))
    return marks


def _related(family: Family, layout: Layout, couple: Couple) -> bool:
    """Tell whether partners share an ancestor: they are joined by a double line."""
    pedigree = family.pedigree

    def lineage(person: str) -> set[str]:
        found, waiting = set(), [person]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found.add(current)
                member = pedigree[current]
                waiting.extend(i for i in (member.father, member.mother) if i is not None)
        return found

    father, mother = (layout.places[i].person for i in (couple.father, couple.mother))
    if pedigree.is_founder(father) or pedigree.is_founder(mother):
        return father in lineage(mother) or mother in lineage(father)
    return bool(lineage(father) & lineage(mother))


def _twins(family: Family, layout: Layout, couple: Couple) -> list[list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for child in couple.children:
        person = family.pedigree[layout.places[child].person]
        groups[person.twin_of or person.id].append(child)
    return list(groups.values())


def _lanes(layout: Layout, points: list[tuple[float, float]]) -> list[int]:
    """Return a height for each couple's sibship line so that no two run over each other."""
    taken: dict[int, list[list[tuple[float, float]]]] = defaultdict(list)
    lanes = []
    for couple in layout.couples:
        row = layout.places[couple.children[0]].row
        xs = [points[child][0] for child in couple.children]
        xs.append((points[couple.father][0] + points[couple.mother][0]) / 2)
        low, high = min(xs), max(xs)
        lane = 0
        while lane < len(taken[row]) and any(
            low < other_high + 2 and other_low < high + 2
            for other_low, other_high in taken[row][lane]
        ):
            lane += 1
        if lane == len(taken[row]):
            taken[row].append([])
        taken[row][lane].append((low, high))
        lanes.append(lane)
    return lanes


def _copy_links(layout: Layout, points: list[tuple[float, float]]) -> list[Mark]:
    marks: list[Mark] = []
    for one, other in layout.links:
        (x1, y1), (x2, y2) = points[one], points[other]
        if y1 == y2:
            level = y1 - _HALF - 8
            marks.append(Line(x1, y1, x1, level, QUIET, 1, dashed=True))
            marks.append(Line(x1, level, x2, level, QUIET, 1, dashed=True))
            marks.append(Line(x2, level, x2, y2, QUIET, 1, dashed=True))
        else:
            marks.append(Line(x1, y1, x2, y2, QUIET, 1, dashed=True))
    return marks
