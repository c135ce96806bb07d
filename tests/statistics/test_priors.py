"""Priors against their definitions and against drawing every urn."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from forename.exceptions import InvalidSettingError
from forename.statistics.priors import (
    Prior,
    PriorKind,
    default_prior,
    parse_prior,
    prior_weights,
)


@pytest.mark.parametrize(
    "text",
    [
        "flat",
        "odds:0.001",
        "missing-total:193",
        "missing-total:136.5",
        "victims:400",
        "strata:north=120,south=40,leak=0.05",
        "strata:only=120,leak=0",
    ],
)
def test_parse_prior__reads_its_own_text(text: str) -> None:
    assert parse_prior(text).text == text
    assert parse_prior(parse_prior(text).text) == parse_prior(text)


def test_parse_prior__accepts_spaces_and_capitals() -> None:
    assert parse_prior(" Missing-Total : 193 ") == Prior(PriorKind.MISSING_TOTAL, 193.0)
    assert parse_prior("strata: north = 120, south=40").leak == 0.05


@pytest.mark.parametrize(
    "text",
    [
        "",
        "uniform",
        "flat:3",
        "odds",
        "odds:0",
        "odds:-1",
        "odds:nan",
        "odds:many",
        "missing-total:1",
        "missing-total:inf",
        "victims:2.5",
        "victims:0",
        "strata:",
        "strata:120",
        "strata:a=1,b=9",
        "strata:a=10,a=20",
        "strata:a=10,leak=0.1",
        "strata:a=10,b=20,leak=1",
        "strata:a=10,b=20,leak=-0.1",
    ],
)
def test_parse_prior__refuses_and_says_what_is_accepted(text: str) -> None:
    with pytest.raises(InvalidSettingError, match="prior"):
        parse_prior(text)


def test_prior_weights__odds_of_one_among_n() -> None:
    log_odds = prior_weights(parse_prior("missing-total:193"), 2, 3).log_odds
    assert log_odds.shape == (2, 3)
    np.testing.assert_allclose(np.exp(log_odds), (1 / 193) / (192 / 193))


def test_default_prior__expects_one_more_than_can_be_seen() -> None:
    assert default_prior(76, 119).text == "missing-total:120"
    assert default_prior(0, 0).text == "missing-total:2"


@pytest.mark.parametrize(
    ("victims", "rows", "columns"), [(6, 3, 2), (5, 3, 4), (4, 4, 4), (7, 2, 0)]
)
def test_prior_weights__urn_equals_counting_every_draw(
    victims: int, rows: int, columns: int
) -> None:
    # Persons 0..columns-1 are the registered missing; every ordered draw is equally likely.
    drawn: dict[tuple[int, ...], int] = {}
    for draw in itertools.permutations(range(victims), rows):
        named = tuple(person if person < columns else -1 for person in draw)
        drawn[named] = drawn.get(named, 0) + 1
    total = math.perm(victims, rows)
    weights = prior_weights(parse_prior(f"victims:{victims}"), rows, columns)
    assert not weights.log_odds.any()
    assert weights.log_counts is not None
    assert len(weights.log_counts) == min(rows, columns) + 1
    for named, count in drawn.items():
        matched = sum(person >= 0 for person in named)
        assert math.exp(weights.log_counts[matched]) == pytest.approx(count / total, rel=1e-12)
    seen = {sum(person >= 0 for person in named) for named in drawn}
    unseen = set(range(len(weights.log_counts))) - seen
    assert all(weights.log_counts[k] == -math.inf for k in unseen)


@pytest.mark.parametrize(("rows", "columns"), [(11, 3), (3, 11)])
def test_prior_weights__urn_must_hold_everybody(rows: int, columns: int) -> None:
    with pytest.raises(InvalidSettingError, match="victims:10"):
        prior_weights(parse_prior("victims:10"), rows, columns)


def test_prior_weights__strata() -> None:
    prior = parse_prior("strata:a=5,b=9,leak=0.1")
    weights = prior_weights(prior, 3, 3, ("a", "b", ""), ("a", "b", ""))
    probability = np.array(
        [
            [0.9 / 5, 0.1 / 9, 1 / 14],
            [0.1 / 5, 0.9 / 9, 1 / 14],
            [1 / 14, 1 / 14, 1 / 14],
        ]
    )
    np.testing.assert_allclose(np.exp(weights.log_odds), probability / (1 - probability))
    # Everybody together, each stratum's persons counted: the remains are somebody.
    totals = np.array([5, 9])
    np.testing.assert_allclose(probability[:2, :2] @ totals, 1)


def test_prior_weights__one_stratum_is_the_total() -> None:
    one = prior_weights(parse_prior("strata:a=50"), 2, 2, ("a", "a"), ("a", "a"))
    total = prior_weights(parse_prior("missing-total:50"), 2, 2)
    np.testing.assert_allclose(one.log_odds, total.log_odds, rtol=1e-14)


def test_prior_weights__closed_strata_exclude() -> None:
    weights = prior_weights(parse_prior("strata:a=5,b=9,leak=0"), 1, 2, ("a",), ("a", "b"))
    assert weights.log_odds[0, 1] == -np.inf


def test_prior_weights__strata_without_labels_know_nothing() -> None:
    weights = prior_weights(parse_prior("strata:a=5,b=9"), 1, 1)
    assert math.exp(weights.log_odds[0, 0]) == pytest.approx(1 / 13)


@pytest.mark.parametrize(("rows", "columns"), [(("c",), ("a",)), (("a", "a"), ("a",))])
def test_prior_weights__strata_need_matching_labels(
    rows: tuple[str, ...], columns: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidSettingError, match="strata"):
        prior_weights(parse_prior("strata:a=5,b=9"), 1, 1, rows, columns)
