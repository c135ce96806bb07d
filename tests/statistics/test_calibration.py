"""Calibration against closed forms."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from forename.statistics.calibration import (
    announced_errors,
    chance_of_at_least,
    reliability_table,
    wilson_interval,
)


def test_reliability_table__sorts_statements_into_classes() -> None:
    stated = np.array([0.05, 0.05, 0.95, 0.97, 1.0, 0.9])
    happened = np.array([False, True, True, True, True, False])
    low, high, top = reliability_table(stated, happened, (0.0, 0.5, 0.99, 1.0))
    assert (low.statements, low.true, low.expected) == (2, 1, pytest.approx(0.1))
    assert (high.statements, high.true) == (3, 2)
    assert high.stated == pytest.approx(2.82 / 3)
    assert high.share == pytest.approx(2 / 3)
    assert (top.statements, top.true) == (1, 1)
    assert low.deviation == pytest.approx(math.sqrt(2 * 0.05 * 0.95))


def test_reliability_table__is_empty_without_statements() -> None:
    assert reliability_table(np.zeros(0), np.zeros(0, bool)) == ()


@pytest.mark.parametrize(("happened", "cases"), [(3, 10), (81, 263), (1, 1000)])
def test_wilson_interval__its_ends_are_just_not_rejected(happened: int, cases: int) -> None:
    # The score test's statistic at each end of the interval is the normal quantile.
    for end in wilson_interval(happened, cases, 0.95):
        score = (happened / cases - end) / math.sqrt(end * (1 - end) / cases)
        assert abs(score) == pytest.approx(1.959963984540054)


def test_wilson_interval__at_the_ends() -> None:
    z2 = 1.959963984540054**2
    assert wilson_interval(0, 20) == (0.0, pytest.approx(z2 / (20 + z2)))
    assert wilson_interval(20, 20) == (pytest.approx(20 / (20 + z2)), 1.0)
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_chance_of_at_least__equals_the_binomial_law() -> None:
    for count in range(9):
        tail = sum(math.comb(8, k) * 0.3**k * 0.7 ** (8 - k) for k in range(count, 9))
        assert chance_of_at_least(count, np.full(8, 0.3)) == pytest.approx(tail, rel=1e-13)
    assert chance_of_at_least(9, np.full(8, 0.3)) == 0


def test_chance_of_at_least__equals_enumeration() -> None:
    probabilities = np.array([0.9, 0.5, 1e-6, 0.03, 0.2])
    for count in range(6):
        tail = 0.0
        for outcome in itertools.product((0, 1), repeat=5):
            if sum(outcome) >= count:
                tail += math.prod(
                    p if happens else 1 - p
                    for p, happens in zip(probabilities, outcome, strict=True)
                )
        assert chance_of_at_least(count, probabilities) == pytest.approx(tail, rel=1e-12)


def test_chance_of_at_least__keeps_tiny_tails() -> None:
    assert chance_of_at_least(3, np.full(3, 1e-9)) == pytest.approx(1e-27, rel=1e-12)


def test_announced_errors__compares_wrong_with_expected() -> None:
    found = announced_errors(np.array([0.9, 0.8, 1.0]), np.array([True, False, True]))
    assert (found.proposals, found.wrong) == (3, 1)
    assert found.expected == pytest.approx(0.3)
    assert found.chance == pytest.approx(1 - 0.9 * 0.8)


def test_announced_errors__no_proposals() -> None:
    found = announced_errors(np.zeros(0), np.zeros(0, bool))
    assert (found.proposals, found.expected, found.wrong, found.chance) == (0, 0.0, 0, 1.0)
