from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.genetics.enumeration import call_probability

from forename.exceptions import InvalidProfileError
from forename.genetics.markers import Marker
from forename.genetics.observation import ErrorRates, diploid_weights, haploid_weights
from forename.genetics.profiles import Call, Profile

P = np.array([0.1, 0.2, 0.3, 0.4])
MARKER = Marker("M", ("A", "B", "C", "S"), P)
SILENT = Marker("M", ("A", "B", "C", "S"), P, silent_allele="S")
A, B, C, S = range(4)
D, I = 0.1, 0.05  # drop-out and drop-in  # noqa: E741
RATES = ErrorRates(D, I)
EXACT = ErrorRates()


def _one(call: Call, rates: ErrorRates = EXACT, marker: Marker = MARKER) -> np.ndarray:
    return diploid_weights([(call, rates)], marker)


def test_diploid_weights__no_call_says_nothing() -> None:
    np.testing.assert_array_equal(diploid_weights([], MARKER), np.ones((4, 4)))
    np.testing.assert_array_equal(haploid_weights([], MARKER), np.ones(4))


def test_diploid_weights__complete_call_is_its_genotype_and_no_other() -> None:
    expected = np.zeros((4, 4))
    expected[A, B] = expected[B, A] = 1
    np.testing.assert_array_equal(_one(Call(("A", "B"))), expected)
    expected = np.zeros((4, 4))
    expected[A, A] = 1
    np.testing.assert_array_equal(_one(Call(("A", "A"))), expected)
    np.testing.assert_array_equal(_one(Call(("A",))), expected)


def test_diploid_weights__partial_call_is_every_genotype_with_the_allele() -> None:
    expected = np.zeros((4, 4))
    expected[A, :] = expected[:, A] = 1
    np.testing.assert_array_equal(_one(Call(("A",), partial=True)), expected)


def test_diploid_weights__single_peak_may_hide_a_silent_allele() -> None:
    expected = np.zeros((4, 4))
    expected[A, A] = expected[A, S] = expected[S, A] = 1
    np.testing.assert_array_equal(_one(Call(("A",)), marker=SILENT), expected)


def test_diploid_weights__three_alleles_without_drop_in_fit_nobody() -> None:
    assert not _one(Call(("A", "B", "C"))).any()


def test_diploid_weights__drop_out_and_drop_in_by_hand() -> None:
    seen_a = _one(Call(("A",)), RATES)
    assert seen_a[A, A] == pytest.approx((1 - D**2) * (1 - I))
    assert seen_a[A, B] == pytest.approx((1 - D) * D * (1 - I))
    assert seen_a[B, C] == pytest.approx(D * D * I * P[A])
    assert seen_a[B, B] == pytest.approx(D**2 * I * P[A])
    seen_ab = _one(Call(("A", "B")), RATES)
    assert seen_ab[A, B] == pytest.approx((1 - D) ** 2 * (1 - I))
    assert seen_ab[A, A] == pytest.approx((1 - D**2) * I * P[B])
    assert seen_ab[C, C] == pytest.approx(D**2 * I**2 * P[A] * P[B])
    assert _one(Call(("A", "B", "C")), RATES)[A, B] == pytest.approx((1 - D) ** 2 * I * P[C])
    silent = _one(Call(("A",)), RATES, SILENT)
    assert silent[A, S] == pytest.approx((1 - D) * (1 - I))
    assert silent[S, S] == pytest.approx(I * P[A])


def test_haploid_weights__one_copy_by_hand() -> None:
    seen = haploid_weights([(Call(("A",)), RATES)], MARKER)
    assert seen[A] == pytest.approx((1 - D) * (1 - I))
    assert seen[B] == pytest.approx(D * I * P[A])
    assert not haploid_weights([(Call(("A", "B")), EXACT)], MARKER).any()


@pytest.mark.parametrize("genotype", [(A, A), (A, B), (B, C)])
def test_diploid_weights__probabilities_of_all_calls_sum_to_one(genotype: tuple[int, int]) -> None:
    # Without drop-in a call is a set of own alleles; the empty set is a missing call.
    own = sorted({MARKER.alleles[a] for a in genotype})
    calls = [Call(c) for n in range(1, 3) for c in combinations(own, n)]
    total = sum(_one(call, ErrorRates(D))[genotype] for call in calls)
    assert total + D**2 == pytest.approx(1)


def test_diploid_weights__replicates_multiply() -> None:
    one, two = (Call(("A",)), RATES), (Call(("A", "B")), ErrorRates(0.3))
    both = diploid_weights([one, two], MARKER)
    np.testing.assert_allclose(both, _one(*one) * _one(*two))
    np.testing.assert_array_equal(both, diploid_weights([two, one], MARKER))


@pytest.mark.parametrize("label", ["X", "S"])
def test_diploid_weights__allele_that_cannot_be_seen_is_refused_by_name(label: str) -> None:
    with pytest.raises(
        InvalidProfileError, match=f"bone 7: marker M has no visible allele {label}"
    ):
        diploid_weights([(Call(("A", label)), EXACT)], SILENT, "bone 7")


def test_error_rates__a_profile_overrides_what_it_states() -> None:
    assert RATES.of(Profile("s", {})) == RATES
    assert RATES.of(Profile("s", {}, drop_out=0.0)) == ErrorRates(0.0, I)
    assert RATES.of(Profile("s", {}, drop_in=0.2)) == ErrorRates(D, 0.2)


@given(
    seen=st.lists(st.sampled_from("ABC"), min_size=1, max_size=4),
    partial=st.booleans(),
    drop_out=st.sampled_from([0.0, 0.2, 0.9]),
    drop_in=st.sampled_from([0.0, 0.05]),
    silent=st.booleans(),
)
def test_weights__agree_with_the_formula_written_anew(
    seen: list[str], partial: bool, drop_out: float, drop_in: float, silent: bool
) -> None:
    call = Call(tuple(seen), partial=partial)
    marker = SILENT if silent else MARKER
    rates = ErrorRates(drop_out, drop_in)
    diploid = diploid_weights([(call, rates)], marker)
    haploid = haploid_weights([(call, rates)], marker)
    for a, label in enumerate(marker.alleles):
        expected = call_probability(call, drop_out, drop_in, [label], marker)
        assert haploid[a] == pytest.approx(expected, abs=1e-15)
        for b, other in enumerate(marker.alleles):
            expected = call_probability(call, drop_out, drop_in, [label, other], marker)
            assert diploid[a, b] == pytest.approx(expected, abs=1e-15)
