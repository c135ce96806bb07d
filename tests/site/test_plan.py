"""The plan of a grave: the smallest scale that fits, true lengths on paper, order and labels."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.site.plan import (
    FRAME_HIGH_MM,
    LABEL_MM,
    LETTER_MM,
    WIDTH_MM,
    Outlined,
    lay_out_plan,
)
from forename.site.plan_drawing import PlanWords, draw_plan

WORDS = PlanWords("Plan", ["<one> line"], "N", "not measured", "1 m", "0 m", "2 m", "none", "depth")


def _box(code: str, x: float, y: float, wide: float, high: float, top: float | None = None) -> (
    Outlined
):  # fmt: skip
    corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
    return Outlined(code, code, "layer", corners, top)


@pytest.mark.parametrize(
    ("wide", "high", "scale"),
    [
        (2.8, 1, 20), (2.9, 1, 50), (7.0, 3, 50), (7.1, 3, 100), (1, 3.6, 20), (1, 3.7, 50),
        (14, 1, 100), (28, 1, 200), (70, 2, 500), (2000, 2000, 20_000), (0.02, 0.01, 20),
    ],
)  # fmt: skip
def test_plan__takes_the_largest_drawing_that_fits_the_sheet(
    wide: float, high: float, scale: int
) -> None:
    plan = lay_out_plan([_box("K-1", 5, -3, wide, high)])
    assert plan is not None
    assert plan.scale == scale
    assert plan.width <= WIDTH_MM
    assert plan.height <= FRAME_HIGH_MM


def test_plan__lengths_on_paper_are_true() -> None:
    plan = lay_out_plan([_box("K-1", 0, 0, 2, 1)])
    assert plan is not None
    (shape,) = plan.shapes
    (x0, y0), (x1, _), (_, y2), _ = shape.corners
    assert x1 - x0 == pytest.approx(100)  # 2 m at 1:20
    assert y0 - y2 == pytest.approx(50)  # up on the ground is up on the sheet
    assert plan.bar_mm == pytest.approx(plan.bar_m * 50)
    places = {metres: x for x, metres in plan.across}
    assert places[1.0] - places[0.0] == pytest.approx(50)
    drawn = draw_plan(plan, WORDS, None, linked=False)
    assert f'width="{WIDTH_MM:g}mm"' in drawn
    assert "&lt;one&gt; line" in drawn
    assert "not measured" in drawn
    assert "href" not in drawn
    assert "style=" not in drawn


def test_plan__deepest_first_and_darkest_and_without_depth_last() -> None:
    plan = lay_out_plan(
        [_box("K-1", 0, 0, 1, 1, 0.5), _box("K-2", 0, 0, 1, 1, 2.5), _box("K-3", 0, 0, 1, 1),
         _box("K-4", 0, 0, 1, 1, 1.5), Outlined("K-5", "K-5", "cut", ())]
    )  # fmt: skip
    assert plan is not None
    assert [s.of.code for s in plan.shapes] == ["K-2", "K-4", "K-1", "K-3"]
    assert [s.lightness for s in plan.shapes] == [0.0, 0.5, 1.0, None]
    assert plan.depths == (0.5, 2.5)


def test_plan__north_turns_against_the_bearing_of_the_grid() -> None:
    plan = lay_out_plan([_box("K-1", 0, 0, 2, 1)])
    assert plan is not None
    assert "rotate(-24)" in draw_plan(plan, WORDS, 24.0, linked=False)


def test_plan__nothing_to_draw_is_none() -> None:
    assert lay_out_plan([]) is None
    assert lay_out_plan([Outlined("K-1", "K-1", "cut", ())]) is None


@given(st.lists(st.tuples(st.floats(0, 6), st.floats(0, 4), st.floats(0.3, 2)), max_size=9))
def test_plan__labels_do_not_cover_each_other(boxes: list[tuple[float, float, float]]) -> None:
    plan = lay_out_plan(
        [_box(f"{i}", x, y, size, size, i / 4) for i, (x, y, size) in enumerate(boxes)]
    )
    if plan is None:
        return
    labels = [(s.label.x, s.label.y) for s in plan.shapes]
    for i, (x, y) in enumerate(labels):
        for other_x, other_y in labels[i + 1 :]:
            assert abs(x - other_x) >= 2 * LETTER_MM - 1e-6 or abs(y - other_y) >= LABEL_MM - 1e-6


def test_plan__outlines_and_labels_lead_to_pages() -> None:
    plan = lay_out_plan([Outlined("K-1", "7", "fill", ((0, 0), (1, 0), (0, 1)), 1.0, None, "/x/")])
    assert plan is not None
    drawn = draw_plan(plan, WORDS, 0.0, linked=True)
    assert re.findall(r'href="([^"]+)"', drawn) == ["/x/", "/x/"]
