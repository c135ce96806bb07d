"""Every way of refusing pairs leaves exactly those that brute force finds."""

from __future__ import annotations

import numpy as np
import pytest

from forename.search.classes import aligned
from forename.search.instructions import (
    Avx2,
    Avx512,
    Instructions,
    Plain,
    best_instructions,
    code_of,
)
from forename.search.screen import TILE, find_pairs, write_costs, write_logs


def _runs_here(instructions: Instructions) -> bool:
    fastest = best_instructions()
    return isinstance(instructions, (Plain, type(fastest))) or isinstance(fastest, Avx512)


WAYS = [
    pytest.param(
        way,
        id=type(way).__name__,
        marks=pytest.mark.skipif(not _runs_here(way), reason="not on this processor"),
    )
    for way in (Avx512(), Avx2(), Plain())
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("level", [4.0, 0.0, -3.0])
@pytest.mark.parametrize("markers", [1, 5, 24])
def test_find_pairs__finds_what_brute_force_finds(
    way: Instructions, level: float, markers: int
) -> None:
    rng = np.random.default_rng([markers, int(level) + 9])
    families, remains = 37, TILE + 77  # neither fills its last group
    sizes = rng.integers(2, 200, markers)
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    ratios = np.exp(rng.normal(0.5 / markers, 3 / np.sqrt(markers), (families, bounds[-1])))
    ratios[rng.random(ratios.shape) < 0.02] = 0.0
    ratios[3] = 0.0  # a family that nobody fits
    columns = (rng.random((remains, markers)) * sizes).astype(np.uint16)
    totals = np.zeros((families, remains))
    with np.errstate(divide="ignore"):
        for m in range(markers):
            totals += np.log10(ratios[:, bounds[m] + columns[:, m]])
    # Any gathering of columns into classes has to do, a bad one too.
    class_of = rng.integers(0, way.classes, bounds[-1])
    tiles = aligned((2, markers, TILE))
    for m in range(markers):
        codes = np.zeros(2 * TILE, np.uint8)
        codes[:remains] = code_of(class_of[bounds[m] + columns[:, m]], way)
        tiles[:, m] = codes.reshape(2, TILE)
    logs = np.empty(ratios.shape, np.float32)
    write_logs(ratios, logs)
    costs = aligned((families, markers, way.classes))
    reach = write_costs(logs, bounds[:-1], bounds[1:], class_of, level, costs)
    found, values, opened = find_pairs(way, tiles, costs, reach, ratios, bounds, columns, level)
    expected = {(int(f), int(r)) for f, r in np.argwhere(totals >= level)}
    assert len(expected) > 10
    assert sorted(map(tuple, found.tolist())) == sorted(expected)
    assert opened >= len(found)
    np.testing.assert_allclose(values, totals[tuple(found.T)], atol=1e-12)


def test_write_logs__are_right_to_a_millionth_and_never_too_small_at_zero() -> None:
    rng = np.random.default_rng(1)
    ratios = np.concatenate([10 ** rng.uniform(-280, 280, 20_000), rng.uniform(0.5, 2, 5_000)])
    logs = np.empty((1, len(ratios)), np.float32)
    write_logs(ratios[None], logs)
    near = np.abs(np.log10(ratios)) < 30
    assert np.abs(logs[0, near] - np.log10(ratios[near])).max() < 3e-6
    write_logs(np.zeros((1, 3)), logs[:, :3])
    assert (logs[0, :3] < -300).all()


def test_find_pairs__a_product_beyond_the_range_of_numbers_is_summed_in_logarithms() -> None:
    markers = 4
    bounds = np.arange(markers + 1) * 2
    ratios = np.array([[1e-200, 1, 1e-200, 1, 1e200, 1, 1e205, 1]])
    columns = np.zeros((1, markers), np.uint16)
    logs = np.empty(ratios.shape, np.float32)
    write_logs(ratios, logs)
    way = best_instructions()
    costs = aligned((1, markers, way.classes))
    class_of = np.tile([0, 1], markers)
    reach = write_costs(logs, bounds[:-1], bounds[1:], class_of, 4.0, costs)
    tiles = aligned((1, markers, TILE))
    found, values, _ = find_pairs(way, tiles, costs, reach, ratios, bounds, columns, 4.0)
    assert found.tolist() == [[0, 0]]
    assert values[0] == pytest.approx(5.0, abs=1e-9)
