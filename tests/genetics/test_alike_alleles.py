from __future__ import annotations

import numpy as np
import pytest
from tests.genetics.enumeration import enumerated_log_likelihood

from forename.genetics.alike_alleles import alike_alleles, merge_states
from forename.genetics.descent import COUNT, FATHER, FIRST, KIND, MOTHER, STATES, Descent
from forename.genetics.encoding import call_states
from forename.genetics.likelihood import Hypothesis, Theta, log_likelihoods
from forename.genetics.markers import Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.pedigrees import Pedigree, Person
from forename.genetics.profiles import Call, Profile, Sex

MARKER = Marker("M", tuple("ABCDE"), np.array([0.1, 0.15, 0.2, 0.25, 0.3]))
A, B = 0, 1


def _descent(*persons: list[tuple[int, int, float]]) -> Descent:
    """Unrelated persons with these states."""
    of = np.zeros((6, len(persons)), np.int64)
    of[FATHER] = of[MOTHER] = -1
    of[KIND] = STATES
    of[COUNT] = [len(states) for states in persons]
    of[FIRST] = np.cumsum([0, *of[COUNT]])[:-1]
    flat = [state for states in persons for state in states]
    alleles = np.array([[s[0] for s in flat], [s[1] for s in flat]], np.int64)
    return Descent(of, np.zeros(len(persons)), alleles, np.array([s[2] for s in flat]))


def _states(call: Call, rates: ErrorRates) -> list[tuple[int, int, float]]:
    profile = Profile("s", {"M": call})
    return call_states([(call, rates.of(profile))], MARKER, False, "s")


def test_alike_alleles__are_those_that_no_call_mentions() -> None:
    descent = _descent([(A, A, 1.0)], [(A, B, 1.0), (B, A, 1.0)])
    assert alike_alleles(descent, 5).tolist() == [False, False, True, True, True]


def test_alike_alleles__behind_a_call_that_may_have_lost_one_are_all_the_others() -> None:
    lossy = _states(Call(("A",)), ErrorRates(0.3, 0.0))
    assert {a for s in lossy for a in s[:2]} == set(range(5))
    assert alike_alleles(_descent(lossy), 5).tolist() == [False, True, True, True, True]
    both = _descent(lossy, [(B, B, 1.0)])
    assert alike_alleles(both, 5).tolist() == [False, False, True, True, True]


def test_alike_alleles__that_any_weight_tells_apart_are_kept() -> None:
    lossy = _states(Call(("A",)), ErrorRates(0.3, 0.0))
    a, b, weight = lossy[-1]
    uneven = [*lossy[:-1], (a, b, weight * 1.5)]
    assert not alike_alleles(_descent(uneven), 5).any()


def test_merge_states__keeps_one_state_for_all_that_are_alike() -> None:
    descent = _descent(_states(Call(("A",)), ErrorRates(0.3, 0.0)), [(B, B, 1.0)])
    alike = alike_alleles(descent, 5)
    merged = merge_states(descent, np.array([0, 1, 2, 2, 2]), alike)
    assert merged.of[COUNT].tolist() == [5, 1]
    states = list(zip(*merged.alleles.tolist(), strict=True))
    assert states == [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (1, 1)]
    # A homozygote shows its allele with 1 - d^2, a heterozygote with (1 - d) d.
    np.testing.assert_allclose(merged.weight, [0.91, 0.21, 0.21, 0.21, 0.21, 1.0], rtol=1e-14)


@pytest.mark.parametrize("theta", [0.0, 0.05])
@pytest.mark.parametrize("drop_in", [0.0, 0.05])
@pytest.mark.parametrize("mutates", [False, True])
def test_log_likelihoods__of_calls_that_may_have_lost_alleles(
    theta: float, drop_in: float, mutates: bool
) -> None:
    equal = np.full((5, 5), 0.01) + 0.95 * np.eye(5)
    marker = Marker(
        "M", MARKER.alleles, MARKER.frequencies, **({"mutation_male": equal} if mutates else {})
    )
    pedigree = Pedigree(
        [Person("f", sex=Sex.MALE), Person("m", sex=Sex.FEMALE), Person("k", "f", "m")]
    )
    profiles = {
        "f": (Profile("f", {"M": Call(("A",))}),),
        "k": (Profile("k", {"M": Call(("B",))}),),
    }
    rates = ErrorRates(0.3, drop_in)
    found = log_likelihoods(
        Hypothesis(pedigree, profiles), [marker], rates=rates, theta=Theta(theta)
    )[0]
    expected = enumerated_log_likelihood(
        pedigree, profiles, marker, theta=theta, drop_out=0.3, drop_in=drop_in
    )
    assert found == pytest.approx(expected, rel=1e-12)
