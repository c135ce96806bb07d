"""Columns of persons whose samples are replicates, against the observation model itself."""

from __future__ import annotations

import numpy as np
import pytest

from forename.genetics.markers import Marker
from forename.genetics.observation import ErrorRates, diploid_weights
from forename.genetics.profiles import Call, Sex
from forename.search.columns import Samples, columns_of, columns_of_persons

_MARKERS = (Marker("M1", ("10", "11", "12"), np.array([0.2, 0.3, 0.5])),)


def _samples() -> Samples:
    calls = [(0, 1), (0, 0), (-1, -1), (1, 2)]
    return Samples(
        np.array(calls, np.int16).reshape(4, 1, 2),
        np.array([[False], [True], [False], [False]]),
        np.array([(0.1, 0.0), (0.3, 0.0), (0.1, 0.0), (0.0, 0.0)]),
        np.zeros(4, np.int8),
    )


@pytest.mark.parametrize("rows", [(0, 1), (1, 0), (0, 1, 2), (1, 2)])
def test_replicates_multiply_as_in_the_observation_model(rows: tuple[int, ...]) -> None:
    columns = columns_of(_samples(), _MARKERS)
    persons = columns_of_persons(columns, [rows, (3,)], [Sex.UNKNOWN, Sex.UNKNOWN])
    cells, weights = persons.entries(0, _MARKERS[0], Sex.MALE).of(int(persons.of[0, 0]))
    calls = [
        (Call(("10", "11")), ErrorRates(0.1, 0.0)),
        (Call(("10",), partial=True), ErrorRates(0.3, 0.0)),
    ]
    own = diploid_weights([calls[n] for n in rows if n < 2], _MARKERS[0]).ravel()
    p = np.outer(_MARKERS[0].frequencies, _MARKERS[0].frequencies).ravel()
    expected = own / (own * p).sum()
    found = np.zeros(9)
    found[cells] = weights
    assert found == pytest.approx(expected, abs=1e-14)


def test_a_person_of_one_sample_keeps_its_column_and_of_none_has_none() -> None:
    columns = columns_of(_samples(), _MARKERS)
    persons = columns_of_persons(columns, [(3,), (2,), (0,)], [Sex.UNKNOWN] * 3)
    assert persons.of[:, 0].tolist() == columns.of[[3, 2, 0], 0].tolist()
    assert persons.of[1, 0] == 0
    assert persons.shown.sum() == 3
