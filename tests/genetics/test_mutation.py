"""Mutation matrices against hand-derived values, other programs' output and invariances."""

import contextlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forename.exceptions import InvalidMarkerError, InvalidSettingError
from forename.genetics.mutation import (
    MODELS,
    MutationModel,
    expected_rate,
    mutation_matrix,
    parse_mutation,
)

ORACLE = Path(__file__).parents[3] / "shared" / "oracle" / "likelihood_cases_a.json"

ALL_TEXTS = (
    "equal:0.01",
    "proportional:rate=0.01",
    "stepwise:rate=0.01,rate2=0.002,range=0.3",
    "stepwise-position:rate=0.01,range=0.3",
    "onestep:0.01",
    "dawid:rate=0.01,range=0.3",
)
LABELS = (*tuple(f"{n}{d}" for n in range(6, 13) for d in ("", ".2", ".3")), "OL", ">20")


@st.composite
def ladders(draw: st.DrawFn) -> tuple[tuple[str, ...], np.ndarray]:
    """Distinct labels in any order with frequencies that sum to 1 and are at least 0.01."""
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=9, unique=True))
    weights = draw(
        st.lists(st.floats(0.1, 1), min_size=len(labels), max_size=len(labels)).map(np.array)
    )
    return tuple(labels), weights / weights.sum()


def matrix_of(text: str, alleles: str, frequencies: object = None, silent: str | None = None):
    labels = tuple(alleles.split())
    if frequencies is None:
        frequencies = np.full(len(labels), 1 / len(labels))
    matrix = mutation_matrix(parse_mutation(text), labels, np.array(frequencies), silent)
    assert matrix is not None
    return matrix


def test_mutation_matrix__none_and_rate_zero_give_no_matrix() -> None:
    for text in ("none", "equal:0", "stepwise:rate=0,rate2=0,range=0.5"):
        assert mutation_matrix(parse_mutation(text), ("9", "10"), np.array([0.5, 0.5])) is None


def test_mutation_matrix__equal_divides_the_rate() -> None:
    expected = np.full((4, 4), 0.001)
    np.fill_diagonal(expected, 0.997)
    np.testing.assert_allclose(matrix_of("equal:0.003", "7 8 9 9.3"), expected, atol=1e-16)


def test_mutation_matrix__equal_leaves_the_silent_allele_alone() -> None:
    expected = [[0.97, 0.03, 0], [0.03, 0.97, 0], [0, 0, 1]]
    np.testing.assert_allclose(
        matrix_of("equal:0.03", "12 13 silent", silent="silent"), expected, atol=1e-16
    )


def test_mutation_matrix__proportional_by_hand() -> None:
    # sum p (1 - p) = 0.21 + 0.16 + 0.09 = 0.46
    a = 0.1 / 0.46
    p = np.array([0.7, 0.2, 0.1])
    expected = (1 - a) * np.eye(3) + a * p
    matrix = matrix_of("proportional:0.1", "1 2 3", p)
    np.testing.assert_allclose(matrix, expected, atol=1e-15)
    # pedmut's README prints the same model.
    np.testing.assert_allclose(matrix[0], [0.93478261, 0.04347826, 0.02173913], atol=5e-9)


def test_mutation_matrix__proportional_refuses_a_rate_the_frequencies_do_not_admit() -> None:
    with pytest.raises(InvalidMarkerError, match="D1S1, allele 13"):
        mutation_matrix(
            parse_mutation("proportional:0.2"), ("12", "13"), np.array([0.99, 0.01]), marker="D1S1"
        )


def test_mutation_matrix__extended_stepwise_by_hand() -> None:
    expected = [
        [0.9969, 0.002, 0.0001, 0.001],
        [0.0015, 0.9969, 0.0001, 0.0015],
        [1e-4 / 3, 1e-4 / 3, 0.9999, 1e-4 / 3],
        [0.001, 0.002, 0.0001, 0.9969],
    ]
    matrix = matrix_of("stepwise:rate=0.003,rate2=1e-4,range=0.5", "14 15 15.3 16")
    np.testing.assert_allclose(matrix, expected, atol=1e-15)


def test_mutation_matrix__extended_stepwise_as_published() -> None:
    # Simonsson and Mostad (2016), section 2.1.3, also printed by pedmut's README.
    third = 0.001 / 3
    expected = [
        [0.996, 0.002, 0.001, 0.0005, 0.0005],
        [0.0015, 0.996, 0.0015, 0.0005, 0.0005],
        [0.001, 0.002, 0.996, 0.0005, 0.0005],
        [third, third, third, 0.996, 0.003],
        [third, third, third, 0.003, 0.996],
    ]
    matrix = matrix_of("stepwise:rate=0.003,rate2=0.001,range=0.5", "16 17 18 16.1 17.1")
    np.testing.assert_allclose(matrix, expected, atol=1e-15)


def test_mutation_matrix__stepwise_counts_missing_repeats() -> None:
    # From 10: one step to 11, three to 13, weights 0.5 and 0.125.
    matrix = matrix_of("stepwise:rate=0.005,rate2=0,range=0.5", "10 11 13")
    np.testing.assert_allclose(matrix[0], [0.995, 0.004, 0.001], atol=1e-15)


def test_mutation_matrix__microvariants_below_and_above_a_repeat_are_different_groups() -> None:
    # 9.7 is 0.3 below 10, 10.3 is 0.3 above it.
    matrix = matrix_of("stepwise:rate=0.01,rate2=0.002,range=0.5", "9.7 10.3 11.3")
    np.testing.assert_allclose(matrix[0], [0.998, 0.001, 0.001], atol=1e-15)
    np.testing.assert_allclose(matrix[1], [0.002, 0.988, 0.01], atol=1e-15)


def test_mutation_matrix__lone_far_allele_takes_the_whole_rate() -> None:
    # range**400 underflows; with one possible target the share is 1 whatever the distance.
    matrix = matrix_of("stepwise:rate=0.01,rate2=0,range=0.1", "10 410")
    np.testing.assert_allclose(matrix, [[0.99, 0.01], [0.01, 0.99]], atol=1e-16)


def test_mutation_matrix__stepwise_position_ignores_gaps() -> None:
    matrix = matrix_of("stepwise-position:rate=0.003,range=0.5", "10 11 13")
    expected = [[0.997, 0.002, 0.001], [0.0015, 0.997, 0.0015], [0.001, 0.002, 0.997]]
    np.testing.assert_allclose(matrix, expected, atol=1e-15)


def test_mutation_matrix__onestep_splits_over_existing_neighbours() -> None:
    expected = [
        [0.96, 0.04, 0, 0, 0],
        [0.02, 0.96, 0.02, 0, 0],
        [0, 0.04, 0.96, 0, 0],
        [0, 0, 0, 1, 0],  # 20 has no neighbour
        [0, 0, 0, 0, 1],  # 16.2 neither
    ]
    matrix = matrix_of("onestep:0.04", "16 17 18 20 16.2")
    np.testing.assert_allclose(matrix, expected, atol=1e-16)


def test_mutation_matrix__onestep_joins_microvariants_one_repeat_apart() -> None:
    # 10.3 - 9.3 is not 1 in floating point.
    np.testing.assert_allclose(
        matrix_of("onestep:0.01", "9.3 10.3"), [[0.99, 0.01], [0.01, 0.99]], atol=1e-16
    )


def test_mutation_matrix__dawid_by_hand() -> None:
    # Positions 0, 1, 2; weights 0.5, 0.25, 0.5 each way, S = 2.5; M_ij = 0.012 w / (2.5 p_i).
    expected = [
        [1 - 0.018, 0.012, 0.006],
        [0.008, 1 - 0.016, 0.008],
        [0.0024, 0.0048, 1 - 0.0072],
    ]
    matrix = matrix_of("dawid:rate=0.012,range=0.5", "10 11 13", [0.2, 0.3, 0.5])
    np.testing.assert_allclose(matrix, expected, atol=1e-16)


def test_mutation_matrix__dawid_refuses_a_frequency_that_is_too_small() -> None:
    with pytest.raises(InvalidMarkerError, match=r"SE33, allele 9.*above 1"):
        mutation_matrix(
            parse_mutation("dawid:rate=0.01,range=0.5"),
            ("9", "10"),
            np.array([0.001, 0.999]),
            marker="SE33",
        )


def test_mutation_matrix__labels_without_size() -> None:
    # In the stepwise model OL is a group of its own; in onestep it has no neighbour.
    stepwise = matrix_of("stepwise:rate=0.01,rate2=0.002,range=0.5", "10 11 OL")
    expected = [[0.988, 0.01, 0.002], [0.01, 0.988, 0.002], [0.001, 0.001, 0.998]]
    np.testing.assert_allclose(stepwise, expected, atol=1e-15)
    np.testing.assert_array_equal(matrix_of("onestep:0.01", "10 11 OL")[2], [0, 0, 1])
    two = matrix_of("stepwise:rate=0.01,rate2=0.002,range=0.5", "10 OL >20")
    np.testing.assert_allclose(two[1], [0.001, 0.998, 0.001], atol=1e-15)


def test_mutation_matrix__custom_is_placed_by_label() -> None:
    matrix = matrix_of("custom:alleles=13 12,matrix=0.9 0.1;0.2 0.8", "12 13 14")
    np.testing.assert_array_equal(matrix, [[0.8, 0.2, 0], [0.1, 0.9, 0], [0, 0, 1]])


def test_mutation_matrix__custom_may_let_the_silent_allele_mutate() -> None:
    matrix = matrix_of("custom:alleles=12 S,matrix=0.9 0.1;0 1", "12 S", silent="S")
    np.testing.assert_array_equal(matrix, [[0.9, 0.1], [0, 1]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("custom:alleles=12 13,matrix=1.1 -0.1;0 1", "TH01, allele 12.*-0.1"),
        ("custom:alleles=12 13,matrix=1 0;0.5 0.4", "TH01, allele 13.*sums to 0.9"),
        ("custom:alleles=12 13,matrix=nan 0;0 1", "TH01, allele 12"),
        ("custom:alleles=12 99,matrix=1 0;0 1", "TH01.*allele 99, which has no frequency"),
    ],
)
def test_mutation_matrix__refuses_an_unusable_custom_matrix(text: str, said: str) -> None:
    with pytest.raises(InvalidMarkerError, match=said):
        mutation_matrix(parse_mutation(text), ("12", "13"), np.array([0.5, 0.5]), marker="TH01")


@given(ladder=ladders(), text=st.sampled_from(ALL_TEXTS))
def test_mutation_matrix__is_a_transmission_matrix(ladder, text: str) -> None:
    alleles, frequencies = ladder
    matrix = mutation_matrix(parse_mutation(text), alleles, frequencies)
    assert matrix is not None
    assert np.all(matrix >= 0)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-14)


@given(ladder=ladders(), text=st.sampled_from(ALL_TEXTS), seed=st.integers(0, 99))
def test_mutation_matrix__does_not_depend_on_the_order_of_alleles(ladder, text, seed) -> None:
    alleles, frequencies = ladder
    order = np.random.default_rng(seed).permutation(len(alleles))
    model = parse_mutation(text)
    straight = mutation_matrix(model, alleles, frequencies)
    shuffled = mutation_matrix(model, [alleles[i] for i in order], frequencies[order])
    np.testing.assert_allclose(shuffled, straight[np.ix_(order, order)], atol=1e-15)


@given(ladder=ladders(), text=st.sampled_from(("equal:0.01", "proportional:0.01", ALL_TEXTS[-1])))
def test_mutation_matrix__expected_rate_is_the_rate_stated(ladder, text: str) -> None:
    alleles, frequencies = ladder
    matrix = mutation_matrix(parse_mutation(text), alleles, frequencies)
    stated = 0.01 if len(alleles) > 1 else 0
    assert expected_rate(matrix, frequencies) == pytest.approx(stated, rel=1e-12)


@given(ladder=ladders(), text=st.sampled_from(("proportional:0.01", ALL_TEXTS[-1])))
def test_mutation_matrix__silent_allele_counts_in_the_expected_rate(ladder, text: str) -> None:
    alleles, frequencies = ladder
    if len(alleles) < 2:
        return
    with_silent = np.append(frequencies * 0.95, 0.05)
    matrix = mutation_matrix(parse_mutation(text), (*alleles, "null"), with_silent, "null")
    assert expected_rate(matrix, with_silent) == pytest.approx(0.01, rel=1e-12)
    np.testing.assert_array_equal(matrix[-1], np.eye(len(alleles) + 1)[-1])
    np.testing.assert_array_equal(matrix[:, -1], np.eye(len(alleles) + 1)[-1])


@given(ladder=ladders(), text=st.sampled_from((ALL_TEXTS[0], *ALL_TEXTS[2:5])))
def test_mutation_matrix__silent_allele_changes_nothing_else(ladder, text: str) -> None:
    alleles, frequencies = ladder
    model = parse_mutation(text)
    with_silent = mutation_matrix(
        model, ("null", *alleles), np.append(0.1, frequencies * 0.9), "null"
    )
    without = mutation_matrix(model, alleles, frequencies)
    np.testing.assert_array_equal(with_silent[1:, 1:], without)


def test_parse_mutation__reads_every_model() -> None:
    assert parse_mutation("none") == MutationModel()
    assert parse_mutation(" Equal: 0.001 ") == MutationModel("equal", rate=0.001)
    assert parse_mutation("stepwise:0.003,rate2=1e-4,range=0.5,form=PM") == MutationModel(
        "stepwise", rate=0.003, rate2=1e-4, range=0.5, form="stationary"
    )
    assert parse_mutation("dawid:range=0.1,rate=0.002").range == 0.1
    assert parse_mutation("onestep:0.002,form=reversible-mh").form == "reversible-MH"


@pytest.mark.parametrize(
    "text",
    [
        *ALL_TEXTS,
        "none",
        "equal:rate=0.001,form=reversible-BA",
        "custom:alleles=12 13,matrix=0.9 0.1;0.2 0.8,form=stationary",
    ],
)
def test_parse_mutation__reads_what_a_model_writes(text: str) -> None:
    model = parse_mutation(text)
    assert parse_mutation(str(model)) == model


@pytest.mark.parametrize(
    "text",
    [
        "",
        "equal",
        "equals:0.001",
        "equal:",
        "equal:0,001",
        "equal:0.001,rate2=0.1",
        "equal:0.001,rate=0.1",
        "equal:1.5",
        "equal:-0.1",
        "equal:nan",
        "equal:many",
        "none:0.1",
        "stepwise:0.003",
        "stepwise:rate=0.7,rate2=0.7,range=0.5",
        "stepwise:rate=0.003,rate2=0,range=0",
        "dawid:rate=0.003,range=2",
        "equal:0.001,form=",
        "equal:0.001,form=reversible-PM",
        "custom:alleles=12 13,matrix=1 0",
        "custom:alleles=12 12,matrix=1 0;0 1",
        "custom:alleles=,matrix=",
        "custom:0.1",
    ],
)
def test_parse_mutation__refuses_and_says_what_is_accepted(text: str) -> None:
    with pytest.raises(InvalidSettingError) as caught:
        parse_mutation(text)
    assert (
        "accepted" in str(caught.value)
        or "must" in str(caught.value)
        or "need" in str(caught.value)
    )


@given(st.text(max_size=40))
def test_parse_mutation__any_text_is_a_model_or_a_named_error(text: str) -> None:
    for candidate in (text, f"stepwise:{text}", f"custom:alleles={text},matrix={text}"):
        with contextlib.suppress(InvalidSettingError):
            assert parse_mutation(candidate).name in MODELS


@pytest.mark.skipif(not ORACLE.exists(), reason="reference cases are not part of the project")
def test_mutation_matrix__reproduces_every_reference_matrix() -> None:
    compared = 0
    for case in json.loads(ORACLE.read_text(encoding="utf-8"))["cases"]:
        for marker in case["markers"]:
            for stated in (marker["mutation"] or {}).values():
                reference = np.array(stated["matrix"])
                np.testing.assert_allclose(
                    _reference_model(marker, stated), reference, rtol=0, atol=1e-14
                )
                compared += 1
    assert compared > 800


def _reference_model(marker: dict, stated: dict) -> np.ndarray:
    alleles, frequencies = marker["alleles"], np.array(marker["freqs"])
    if stated["model"] == "random":
        rows = tuple(tuple(row) for row in stated["matrix"])
        model = MutationModel("custom", alleles=tuple(alleles), matrix=rows)
        return mutation_matrix(model, alleles, frequencies)
    model = MutationModel(
        stated["model"],
        rate=stated["rate"],
        rate2=stated["rate2"] or 0,
        range=stated["range"] or 1,
    )
    if "lump" not in alleles:
        return mutation_matrix(model, alleles, frequencies, marker.get("silent_allele"))
    # Merged by the other program: the equal model of the n alleles before merging, n - k + 1 of
    # which became one. n follows from the chance that a merged allele becomes a kept one.
    kept = len(alleles) - 1
    size = round(stated["rate"] / stated["matrix"][kept][0]) + 1
    full = mutation_matrix(model, [str(n) for n in range(size)], np.full(size, 1 / size))
    return np.column_stack([full[: kept + 1, :kept], full[: kept + 1, kept:].sum(axis=1)])
