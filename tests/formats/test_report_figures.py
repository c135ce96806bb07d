"""Drawings of numbers, measured mark by mark."""

from __future__ import annotations

import math

import pytest
from tests.formats.invented_analysis import FAMILIES

from forename.formats.report_drawing import ACCENT, AGAINST, Box, Disc, Label, Shape, mirrored
from forename.formats.report_figures import (
    BarWords,
    Cell,
    Step,
    draw_marker_bars,
    draw_matrix,
    draw_steps,
    matrix_panels,
    shade,
)
from forename.formats.report_pedigree import PedigreeWords, draw_pedigree
from forename.genetics.profiles import Sex

WORDS = BarWords("against", "for", "Sum", "impossible")


def labels(drawing):
    return [mark.text for mark in drawing.marks if isinstance(mark, Label)]


def test_draw_marker_bars__length_is_proportional_and_side_is_the_sign():
    drawing = draw_marker_bars({"TH01": 1.0, "FGA": 2.0, "VWA": -1.0}, {"Sex": 0.5}, 2.5, WORDS)
    bars = {round(m.y): m for m in drawing.marks if isinstance(m, Box)}
    th01, fga, vwa, sex = (bars[y] for y in sorted(bars))
    assert fga.width == pytest.approx(2 * th01.width)
    assert vwa.width == pytest.approx(th01.width)
    assert sex.width == pytest.approx(th01.width / 2)
    assert vwa.x + vwa.width == pytest.approx(th01.x)  # they meet at zero
    assert (th01.fill, vwa.fill) == (ACCENT, "#ffffff")
    assert vwa.colour == AGAINST
    assert labels(drawing)[-1] == "+2.50" or "+2.50" in labels(drawing)


def test_draw_marker_bars__an_impossible_marker_is_said_and_drawn():
    drawing = draw_marker_bars({"TH01": -math.inf, "FGA": 1.0}, {}, -math.inf, WORDS)
    assert "impossible" in labels(drawing)
    assert any(isinstance(mark, Shape) for mark in drawing.marks)
    assert all(math.isfinite(m.x + m.width) for m in drawing.marks if isinstance(m, Box))


def test_draw_marker_bars__no_markers_at_all():
    assert "0.00" in labels(draw_marker_bars({}, {}, 0.0, WORDS))


def test_draw_steps__a_step_begins_where_the_last_one_ended():
    steps = [
        Step("a", 0, -2, whole=True),
        Step("b", -2, 6, whole=False),
        Step("c", 0, 6, whole=True),
    ]
    first, second, third = (m for m in draw_steps(steps).marks if isinstance(m, Box))
    assert second.x == pytest.approx(first.x)
    assert second.x + second.width == pytest.approx(third.x + third.width)
    assert third.x == pytest.approx(first.x + first.width)


def test_matrix_panels__keep_competitors_together_and_lose_no_cell():
    cells = [Cell(f"R{i}", f"M{i + j}", 0.3, 2.0) for i in range(0, 60, 2) for j in (0, 1)]
    cells += [Cell("R0", "*", 0.4, None)]
    panels = matrix_panels(cells, [(frozenset({"R2", "R4"}), frozenset({"M2", "M4"}))])
    assert sorted(c.row + c.column for p in panels for c in p.cells) == sorted(
        c.row + c.column for c in cells
    )
    for panel in panels:
        assert len(panel.rows) <= 12
        assert len([c for c in panel.columns if c != "*"]) <= 12
        assert ("R2" in panel.rows) == ("R4" in panel.rows)
    assert panels[0].columns[-1] == "*"


def test_matrix_panels__one_large_part_is_cut_without_loss():
    cells = [Cell(f"R{i}", f"M{j}", 0.1, 1.0) for i in range(20) for j in range(30)]
    panels = matrix_panels(cells, [])
    assert sum(len(panel.cells) for panel in panels) == 600
    assert all(len(panel.rows) <= 12 and len(panel.columns) <= 12 for panel in panels)


def test_draw_matrix__darker_is_likelier_and_larger_is_stronger():
    cells = (Cell("A", "X", 0.9, 10.0), Cell("A", "Y", 0.1, 2.0), Cell("A", "*", 0.001, None))
    (panel,) = matrix_panels(cells, [])
    drawing = draw_matrix(panel, {"*": "none of them"})
    strong, weak = (mark for mark in drawing.marks if isinstance(mark, Disc))
    assert strong.radius > weak.radius
    assert brightness(strong.fill) < brightness(weak.fill)
    assert "none of them" in labels(drawing)


def brightness(colour: str) -> int:
    return sum(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def test_shade__runs_from_white_to_the_accent():
    shades = [brightness(shade(p)) for p in (0.0, 0.02, 0.2, 0.5, 0.8, 1.0)]
    assert shades == sorted(shades, reverse=True)
    assert shade(0.0) == "#ffffff"
    assert shade(1.0) == ACCENT


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.id)
def test_draw_pedigree__everyone_is_labelled_inside_the_sheet(family):
    words = PedigreeWords("not related", "H1", "H2", str)
    focus = family.missing[0]
    drawing = draw_pedigree(family, {focus: "BS1"}, focus, Sex.MALE, words)
    shown = labels(drawing)
    assert shown.count("BS1") == 2  # under either hypothesis
    for member in family.pedigree.order:
        name = family.label(member) if member in family.missing else member
        assert name.removeprefix(f"{family.id}:") in shown
    for mark in drawing.marks:
        if isinstance(mark, Label | Disc | Box):
            assert 0 <= mark.x <= drawing.width
            assert 0 <= mark.y <= drawing.height


def test_mirrored__twice_is_the_drawing_itself_and_texts_stay():
    words = PedigreeWords("not related", "H1", "H2", str)
    drawing = draw_pedigree(FAMILIES[3], {"F4": "BS1"}, "F4", Sex.MALE, words)
    other = mirrored(drawing)
    assert sorted(labels(other)) == sorted(labels(drawing))
    again = mirrored(other)
    for one, two in zip(drawing.marks, again.marks, strict=True):
        assert type(one) is type(two)
        if isinstance(one, Label | Disc | Box):
            assert two.x == pytest.approx(one.x)
    first = next(m for m in drawing.marks if isinstance(m, Box))
    moved = next(m for m in other.marks if isinstance(m, Box))
    assert moved.x + moved.width == pytest.approx(drawing.width - first.x)
