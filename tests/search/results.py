"""The files of a search, to be compared."""

from __future__ import annotations

import hashlib
from pathlib import Path

RESULTS = ("hits.parquet", "best_of_remains.parquet", "best_of_missing.parquet")


def digests(folder: Path) -> list[str]:
    """Return the SHA-256 of each file of results."""
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in RESULTS]
