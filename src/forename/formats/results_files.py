"""The files of results, each written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from forename.formats.results_json import results_json
from forename.formats.results_tables import matches_csv, results_workbook
from forename.genetics.results import Analysis

RESULTS_JSON, MATCHES_CSV, RESULTS_XLSX = "results.json", "matches.csv", "results.xlsx"


def write_results(analysis: Analysis, folder: str | Path) -> tuple[Path, ...]:
    """Write ``results.json``, ``matches.csv`` and ``results.xlsx``; return their paths.

    The folder is made when absent; existing results are replaced. All texts are made before the
    first file is touched. Raises `OSError` when a file cannot be written.
    """
    folder = Path(folder)
    content = {
        RESULTS_JSON: results_json(analysis).encode(),
        MATCHES_CSV: matches_csv(analysis).encode(),
        RESULTS_XLSX: results_workbook(analysis),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        write_whole(folder / name, data)
    return tuple(folder / name for name in content)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name and rename it, so that nobody sees half of it."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
