"""Numbers in a report: never rounded up to certainty, never down to nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.formats.report_numbers import (
    decimal,
    log10_odds,
    percent,
    power_text,
    short_percent,
    signed,
)


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (1.0, "> 99.999999 %"),
        (0.9999, "99.990 %"),
        (0.99996, "99.9960 %"),
        (0.99995713, "99.9957 %"),
        (0.62, "62 %"),
        (0.5, "50 %"),
        (0.012, "1.2 %"),
        (0.001, "0.10 %"),
        (3.1e-6, "3.1 × 10⁻⁴ %"),
        (0.0, "0 %"),
    ],
)
def test_percent__known_values(probability, text):
    assert percent(probability) == text


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_percent__is_never_0_or_100_for_what_is_neither(probability):
    text = percent(probability)
    assert text.removesuffix(" %").strip("0.") != ""
    if not text.startswith(">") and "×" not in text:
        assert 0 < float(text.removesuffix(" %")) < 100


@given(st.floats(0.99, 1, exclude_max=True))
def test_percent__near_one_is_cut_not_rounded_up(probability):
    text = percent(probability)
    if not text.startswith(">"):
        assert float(text.removesuffix(" %")) <= probability * 100 + 1e-8


def test_short_percent__fits_a_cell():
    assert [short_percent(p) for p in (0.0005, 0.012, 0.5, 0.9999)] == [
        "<0.1",
        "1.2",
        "50",
        "99.99",
    ]


def test_power_text__plain_below_ten_thousand_and_powers_above():
    assert power_text(math.log10(320)) == "320"
    assert power_text(0) == "1.00"
    assert power_text(8.07) == "1.1 × 10⁸"
    assert power_text(-7.5) == "3.1 × 10⁻⁸"
    assert power_text(-math.inf) == "0"


def test_signed__typographic_minus_and_plain_zero():
    assert [signed(x, 1) for x in (1.25, -0.4, 0.01, -math.inf)] == ["+1.2", "−0.4", "0.0", "−∞"]
    assert decimal(-0.001) == "0.00"


@given(st.floats(1e-12, 1 - 1e-12))
def test_log10_odds__inverts(probability):
    odds = 10 ** log10_odds(probability)
    assert odds / (1 + odds) == pytest.approx(probability, rel=1e-6)
