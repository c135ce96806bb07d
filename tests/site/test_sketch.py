"""The sketch of positions: to scale, north up, everything inside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.site.sketch import HEIGHT, WIDTH, Drawn, round_length, sketch


def _point(latitude: float, longitude: float, uncertainty_m: float, number: int = 1) -> Drawn:
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return Drawn(number, "invented", "point", geometry, latitude, longitude, uncertainty_m)


def test_sketch__nothing_is_drawn_of_nothing() -> None:
    assert sketch([]) is None


def test_sketch__north_is_up_and_east_is_right() -> None:
    made = sketch([_point(36.0, 39.0, 5), _point(36.01, 39.02, 5, 2)])
    assert made is not None
    first, second = made.marks
    assert second.y < first.y
    assert second.x > first.x


def test_sketch__radius_and_bar_share_one_scale() -> None:
    made = sketch([_point(36.0, 39.0, 1000)])
    assert made is not None
    (mark,) = made.marks
    assert mark.radius / 1000 == pytest.approx(made.bar_px / made.bar_m, rel=0.01)


@given(
    st.lists(
        st.tuples(st.floats(30, 38), st.floats(35, 42), st.floats(0, 50_000)),
        min_size=1,
        max_size=6,
    )
)
def test_sketch__every_mark_lies_inside(places: list[tuple[float, float, float]]) -> None:
    made = sketch([_point(*place) for place in places])
    assert made is not None
    for mark in made.marks:
        assert mark.x - mark.radius >= 0
        assert mark.x + mark.radius <= WIDTH
        assert mark.y - mark.radius >= 0
        assert mark.y + mark.radius <= HEIGHT


@pytest.mark.parametrize(
    ("most", "length"), [(1, 1), (1.9, 1), (2, 2), (4.99, 2), (5, 5), (9, 5), (10, 10), (730, 500)]
)
def test_round_length__is_one_two_or_five(most: float, length: float) -> None:
    assert round_length(most) == pytest.approx(length)
