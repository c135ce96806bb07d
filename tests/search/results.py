"""The files of a search, to be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

RESULTS = ("hits.parquet", "best_of_remains.parquet", "best_of_missing.parquet")


def digests(folder: Path) -> list[str]:
    """Return the SHA-256 of each file of results."""
    return digests_of(folder, RESULTS)


def digests_of(folder: Path, names: Sequence[str]) -> list[str]:
    """Return the SHA-256 of some files."""
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names]
