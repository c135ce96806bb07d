"""What a search finds of a planted truth, against what was foretold."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.planted import PRESENT, planted


@pytest.mark.parametrize(
    ("families", "seed", "log10_lr"), [(100, 3, 4.0), (100, 4, 8.0), (1000, 5, 4.0)]
)
def test_search__finds_as_many_as_foretold(
    tmp_path: Path, families: int, seed: int, log10_lr: float
) -> None:
    """True pairs as `power` says, false hits as the chance matches, within four errors."""
    true, false = planted(tmp_path, families, seed, log10_lr)
    assert 0.3 * PRESENT * families < true.found < PRESENT * families * 1.3
    assert abs(true.errors_apart) < 4, true
    assert true.error < 0.1 * families
    assert abs(false.errors_apart) < 4, false
    assert families < 1000 or false.found > 20, false
