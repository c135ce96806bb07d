"""The files of results, each written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from forename.formats.results_json import results_json
from forename.formats.results_tables import matches_csv, results_workbook
from forename.genetics.results import Analysis
from forename.written_whole import write_whole

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
