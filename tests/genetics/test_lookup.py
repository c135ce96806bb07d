from __future__ import annotations

import numpy as np

from forename.genetics.lookup import observe
from forename.genetics.markers import Chromosome, Marker
from forename.genetics.observation import ErrorRates
from forename.genetics.profiles import Call, Profile, Sex

_P = np.array([0.1, 0.2, 0.7])
_AUTOSOMAL = Marker("M", ("A", "B", "C"), _P)
_LINKED = Marker("X", ("A", "B", "C"), _P, Chromosome.X)
# P(paternal allele, maternal allele): nothing symmetric, so that a wrong place shows.
_TABLE = np.array([[0.02, 0.03, 0.05], [0.07, 0.11, 0.13], [0.17, 0.19, 0.23]])


def _person(sample: str, **calls: str) -> tuple[Profile, ...]:
    return (Profile(sample, {name: Call(tuple(alleles)) for name, alleles in calls.items()}),)


def test_observed__looks_up_every_genotype_of_a_call() -> None:
    remains = [_person("v", M="AB"), _person("w", M="CC"), _person("nothing")]
    seen = observe(remains, [Sex.UNKNOWN] * 3, [_AUTOSOMAL], ErrorRates())[Sex.FEMALE]
    # AB: (T(A,B) + T(B,A)) / 2 p_A p_B; CC: T(C,C) / p_C^2.
    expected = np.log10([(0.03 + 0.07) / (2 * 0.1 * 0.2), 0.23 / 0.49, 1.0])
    np.testing.assert_allclose(seen.log10_lr({0: _TABLE})[:, 0], expected, atol=1e-14)
    assert seen.called[:, 0].tolist() == [True, True, False]


def test_observed__of_a_mans_x_looks_up_alleles() -> None:
    remains = [_person("v", M="AA", X="B"), _person("w", M="AA", X="BB")]
    seen = observe(remains, [Sex.MALE, Sex.FEMALE], [_AUTOSOMAL, _LINKED], ErrorRates())
    alleles = np.array([0.5, 0.3, 0.2])
    both = np.log10(0.02 / 0.01)
    # The woman has no call as a man, the man none as a woman; the autosomal marker is for both.
    np.testing.assert_allclose(
        seen[Sex.MALE].log10_lr({0: _TABLE, 1: alleles}),
        [[both, np.log10(0.3 / 0.2)], [both, 0.0]],
        atol=1e-14,
    )
    np.testing.assert_allclose(
        seen[Sex.FEMALE].log10_lr({0: _TABLE, 1: _TABLE}),
        [[both, 0.0], [both, np.log10(0.11 / 0.04)]],
        atol=1e-14,
    )


def test_observed__weighs_drop_out() -> None:
    seen = observe([_person("v", M="A")], [Sex.UNKNOWN], [_AUTOSOMAL], ErrorRates(drop_out=0.1))
    # A is seen of AA with 1 - d^2; of A with another allele when that one drops out: (1 - d) d.
    whole, part = 1 - 0.1**2, 0.9 * 0.1
    above = whole * 0.02 + part * (0.03 + 0.05 + 0.07 + 0.17)
    below = whole * 0.01 + part * 2 * 0.1 * 0.9
    lr = seen[Sex.MALE].log10_lr({0: _TABLE})
    np.testing.assert_allclose(lr, [[np.log10(above / below)]], atol=1e-14)


def test_observe__of_nobody_and_of_nothing_is_empty() -> None:
    nobody = observe([], [], [_AUTOSOMAL], ErrorRates())[Sex.MALE]
    assert nobody.log10_lr({0: _TABLE}).shape == (0, 1)
    nothing = observe([_person("v", M="A")], [Sex.MALE], [], ErrorRates())[Sex.MALE]
    assert nothing.log10_lr({}).shape == (1, 0)
