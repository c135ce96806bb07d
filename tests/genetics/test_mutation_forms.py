"""Stationary and reversible forms: closed forms, and the properties that define them."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forename.exceptions import InvalidMarkerError
from forename.genetics.mutation import (
    MutationModel,
    expected_rate,
    mutation_matrix,
    parse_mutation,
)
from forename.genetics.mutation_forms import FORMS

REVERSIBLE = [name for name in FORMS if name.startswith("reversible")]
LABELS = ("8", "9", "9.3", "10", "10.3", "11", "12", "OL")


@st.composite
def transformed(draw: st.DrawFn, forms: list[str]):
    """A model, its form, labels, frequencies, and both matrices where the form exists."""
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=2, max_size=8, unique=True))
    weights = draw(st.lists(st.floats(0.05, 1), min_size=len(labels), max_size=len(labels)))
    frequencies = np.array(weights) / sum(weights)
    text = draw(
        st.sampled_from(
            (
                "equal:0.01",
                "onestep:0.01",
                "stepwise:rate=0.01,rate2=1e-6,range=0.3",
                "stepwise:rate=0.01,rate2=0,range=0.3",
                "stepwise-position:rate=0.01,range=0.1",
                "dawid:rate=0.01,range=0.5",
                "proportional:0.01",
            )
        )
    )
    form = draw(st.sampled_from(forms))
    plain = mutation_matrix(parse_mutation(text), labels, frequencies)
    return (
        plain,
        mutation_matrix(parse_mutation(f"{text},form={form}"), labels, frequencies),
        (frequencies),
    )


def custom(off: list[list[float]], form: str) -> MutationModel:
    matrix = np.array(off)
    np.fill_diagonal(matrix, 1 - matrix.sum(axis=1))
    alleles = tuple(str(10 + i) for i in range(len(off)))
    rows = tuple(tuple(row) for row in matrix.tolist())
    return MutationModel("custom", form=form, alleles=alleles, matrix=rows)


def off_diagonal_of(model: MutationModel, frequencies: list[float]) -> np.ndarray:
    matrix = mutation_matrix(model, model.alleles, np.array(frequencies), marker="FGA")
    return matrix - np.diag(np.diagonal(matrix))


@pytest.mark.parametrize("form", list(FORMS))
def test_forms__two_alleles_share_one_closed_form(form: str) -> None:
    # With two alleles stationary means reversible: either flow is half the rate p0 a + p1 b.
    a, b, p0, p1 = 0.02, 0.05, 0.3, 0.7
    rate = p0 * a + p1 * b
    found = off_diagonal_of(custom([[0, a], [b, 0]], form), [p0, p1])
    np.testing.assert_allclose(
        found, [[0, rate / 2 / p0], [rate / 2 / p1, 0]], rtol=1e-13, atol=1e-16
    )


# Flows p_i M_ij: 0.01 and 0.03 between the first two, 0.02 both ways, 0.04 both ways; in all 0.16.
FREQUENCIES = [0.2, 0.3, 0.5]
OFF = [[0, 0.05, 0.1], [0.1, 0, 0.04 / 0.3], [0.04, 0.08, 0]]


@pytest.mark.parametrize(
    ("form", "flows"),
    [
        ("reversible-MH", np.array([0.01, 0.02, 0.04]) * 0.16 / 0.14),
        ("reversible-BA", np.array([0.0075, 0.01, 0.02]) * 0.16 / 0.075),
        ("reversible-PR", np.array([0.02, 0.02, 0.04])),
    ],
)
def test_forms__reversible_by_hand(form: str, flows: np.ndarray) -> None:
    between01, between02, between12 = flows
    symmetric = np.array(
        [[0, between01, between02], [between01, 0, between12], [between02, between12, 0]]
    )
    expected = symmetric / np.array(FREQUENCIES)[:, None]
    np.testing.assert_allclose(
        off_diagonal_of(custom(OFF, form), FREQUENCIES), expected, rtol=1e-13, atol=1e-16
    )


def test_stationary__cycle_by_hand() -> None:
    # One way round three alleles: stationary when the three flows are equal, a third of the rate.
    a, b, c = 0.01, 0.02, 0.06
    p = np.array([0.2, 0.3, 0.5])
    rate = p @ [a, b, c]
    found = off_diagonal_of(custom([[0, a, 0], [0, 0, b], [c, 0, 0]], "stationary"), p.tolist())
    expected = np.zeros((3, 3))
    expected[[0, 1, 2], [1, 2, 0]] = rate / 3 / p
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-16)


@given(
    weights=st.lists(st.floats(0.1, 1), min_size=2, max_size=9),
    form=st.sampled_from(("stationary", "reversible-PR", "reversible-MH", "reversible-BA")),
)
def test_stationary__stepwise_by_position_is_dawid(weights: list[float], form: str) -> None:
    # The row sums W of range**d make W_i M_ij symmetric, so v = W and the flows are range**d.
    frequencies = np.array(weights) / sum(weights)
    labels = [str(10 + 2 * i) for i in range(len(weights))]
    found = mutation_matrix(
        parse_mutation("stepwise-position:rate=0.01,range=0.4,form=stationary"), labels, frequencies
    )
    expected = mutation_matrix(
        parse_mutation(f"dawid:rate=0.01,range=0.4,form={form}"), labels, frequencies
    )
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-15)


@given(case=transformed(list(FORMS)))
def test_forms__keep_frequencies_rate_and_possible_mutations(case) -> None:
    plain, matrix, frequencies = case
    assert np.all(matrix >= 0)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-14)
    np.testing.assert_allclose(frequencies @ matrix, frequencies, atol=1e-15)
    assert expected_rate(matrix, frequencies) == pytest.approx(
        expected_rate(plain, frequencies), rel=1e-12
    )
    np.testing.assert_array_equal(matrix > 0, plain > 0)


@given(case=transformed(REVERSIBLE))
def test_forms__reversible_means_detailed_balance(case) -> None:
    _, matrix, frequencies = case
    flow = frequencies[:, None] * matrix
    np.testing.assert_allclose(flow, flow.T, rtol=1e-12, atol=0)


@given(weights=st.lists(st.floats(0.1, 1), min_size=2, max_size=6), form=st.sampled_from([*FORMS]))
def test_forms__leave_a_reversible_model_as_it_is(weights: list[float], form: str) -> None:
    frequencies = np.array(weights) / sum(weights)
    labels = [str(10 + i) for i in range(len(weights))]
    for text in ("proportional:0.01", "dawid:rate=0.01,range=0.4"):
        plain = mutation_matrix(parse_mutation(text), labels, frequencies)
        same = mutation_matrix(parse_mutation(f"{text},form={form}"), labels, frequencies)
        np.testing.assert_allclose(same, plain, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("form", list(FORMS))
def test_forms__leave_the_silent_allele_alone(form: str) -> None:
    frequencies = np.array([0.3, 0.5, 0.15, 0.05])
    text = f"stepwise:rate=0.01,rate2=0.001,range=0.5,form={form}"
    matrix = mutation_matrix(
        parse_mutation(text), ("10", "11", "12.3", "null"), frequencies, "null"
    )
    np.testing.assert_array_equal(matrix[3], [0, 0, 0, 1])
    np.testing.assert_array_equal(matrix[:, 3], [0, 0, 0, 1])
    np.testing.assert_allclose(frequencies @ matrix, frequencies, atol=1e-15)


@pytest.mark.parametrize("form", list(FORMS))
def test_forms__refuse_a_frequency_too_small_for_the_rate(form: str) -> None:
    with pytest.raises(InvalidMarkerError, match=r"marker D8S1179, allele 10: .*too small"):
        mutation_matrix(
            parse_mutation(f"equal:0.01,form={form}"),
            ("9", "10"),
            np.array([0.999, 0.001]),
            marker="D8S1179",
        )


def test_forms__refuse_what_does_not_exist() -> None:
    one_way = [[0, 0.1, 0], [0, 0, 0.1], [0.1, 0, 0]]
    for form in ("reversible-MH", "reversible-BA"):
        with pytest.raises(InvalidMarkerError, match="marker FGA"):
            off_diagonal_of(custom(one_way, form), [0.2, 0.3, 0.5])
    for dead_end in ([[0, 0.1], [0, 0]], [[0, 0], [0.1, 0]]):
        with pytest.raises(InvalidMarkerError, match="marker FGA"):
            off_diagonal_of(custom(dead_end, "stationary"), [0.4, 0.6])


@given(st.lists(st.floats(1e-9, 1), min_size=2, max_size=7), st.integers(0, 9))
def test_stationary__rates_of_very_different_size(weights: list[float], seed: int) -> None:
    random = np.random.default_rng(seed)
    size = len(weights)
    off = 10.0 ** random.uniform(-12, -3, (size, size))
    np.fill_diagonal(off, 0)
    p = np.full(size, 1 / size)
    try:
        found = off_diagonal_of(custom(off.tolist(), "stationary"), p.tolist())
    except InvalidMarkerError:
        assume(False)
    inflow, outflow = p @ found, p * found.sum(axis=1)
    np.testing.assert_allclose(inflow, outflow, rtol=1e-9, atol=1e-300)
