"""The folder of an answer: results and report, all of them written or none."""

from __future__ import annotations

import datetime
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from forename.exceptions import UnusableInputError
from forename.formats.report import HTML_NAME, write_report
from forename.formats.results_files import write_results
from forename.genetics.results import Analysis
from forename.written_whole import folder_written_whole


def check_folder(folder: str | Path) -> Path:
    """Return the folder as a path if an answer can be written there.

    Raises `UnusableInputError` when the path is a file or lies where nothing may be written.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise UnusableInputError(
            "this is a file; nothing was written.", file=folder.name, expected="a folder"
        )
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise UnusableInputError(
            f"{existing} cannot be written to; nothing was written.",
            file=folder.name,
            expected="a folder that you may write to",
        )
    return folder


def write_answer(
    analysis: Analysis, folder: str | Path, *, language: str, issued: datetime.date | None
) -> Path:
    """Write results and report into a folder and return the path of the HTML report.

    A new folder appears at once; in one that exists, an earlier answer is replaced and other files
    stay. Raises `UnusableInputError` where nothing can be written, `InvalidSettingError` for the
    language.
    """
    folder = check_folder(folder)
    with folder_written_whole(folder, "the answer") as made, ThreadPoolExecutor(1) as beside:
        # Typst leaves the interpreter free while it sets the report.
        report = beside.submit(write_report, analysis, made, language=language, issued=issued)
        write_results(analysis, made)
        report.result()
    return folder / HTML_NAME
