from __future__ import annotations

import numpy as np
import pytest

from forename.genetics.markers import Marker
from forename.genetics.merging import jump_of
from forename.genetics.mutation import mutation_matrix, parse_mutation

ALLELES = ("8", "9", "9.3", "10", "11")
P = np.array([0.1, 0.2, 0.3, 0.15, 0.25])


def _matrix(text: str, silent: str | None = None) -> np.ndarray | None:
    return mutation_matrix(parse_mutation(text), ALLELES, P, silent_allele=silent)


def _marker(fathers: str, mothers: str, silent: str | None = None) -> Marker:
    return Marker(
        "M",
        ALLELES,
        P,
        mutation_male=_matrix(fathers, silent),
        mutation_female=_matrix(mothers, silent),
        silent_allele=silent,
    )


def test_jump_of__no_mutation_has_one_class() -> None:
    jump = jump_of(_marker("none", "none"))
    assert jump.merges
    np.testing.assert_array_equal(jump.directions, [P])
    assert not jump.male.any()
    assert not jump.female.any()


def test_jump_of__equal_jumps_to_all_alike() -> None:
    jump = jump_of(_marker("equal:0.004", "equal:0.001"))
    assert jump.merges
    np.testing.assert_allclose(jump.male, np.full(5, 0.001), rtol=1e-15)
    np.testing.assert_allclose(jump.stay, [1 - 0.005, 1 - 0.00125], rtol=1e-15)
    # Fathers and mothers jump in one direction, p is the other.
    assert len(jump.directions) == 2
    assert (jump.male_class, jump.female_class) == (1, 1)


def test_jump_of__proportional_jumps_follow_the_population() -> None:
    jump = jump_of(_marker("proportional:0.002", "none"))
    assert jump.merges
    assert len(jump.directions) == 1
    rate = 0.002 / (1 - P @ P)
    np.testing.assert_allclose(jump.male, rate * P, rtol=1e-14)
    np.testing.assert_allclose(jump.stay, [1 - rate, 1], rtol=1e-14)


def test_jump_of__a_silent_allele_stays_apart() -> None:
    jump = jump_of(_marker("equal:0.003", "none", silent="10"))
    assert jump.merges
    assert jump.apart == 3
    np.testing.assert_allclose(jump.male, [0.001, 0.001, 0.001, 0, 0.001], rtol=1e-15)


@pytest.mark.parametrize("text", ["stepwise:rate=0.001,rate2=1e-6,range=0.1", "onestep:0.001"])
def test_jump_of__steps_depend_on_where_they_start(text: str) -> None:
    assert not jump_of(_marker(text, "none")).merges
    assert not jump_of(_marker("none", text)).merges


def test_jump_of__tiny_differences_count_where_all_rates_are_tiny() -> None:
    # Threefold probabilities are no rounding, however small: they are threefold LRs.
    matrix = np.eye(5)
    matrix[0, 1] = 1e-16
    matrix[2:, 1] = 3e-16
    assert not jump_of(Marker("M", ALLELES, P, mutation_male=matrix)).merges


def test_jump_of__alleles_that_mutate_more_often_are_not_alike() -> None:
    # Columns are constant off the diagonal, but allele 0 never moves.
    matrix = np.full((5, 5), 0.01)
    np.fill_diagonal(matrix, 0.96)
    matrix[0] = np.eye(5)[0]
    assert not jump_of(Marker("M", ALLELES, P, mutation_female=matrix)).merges
