"""The folder of an answer: results and report, all of them written or none."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
from pathlib import Path

from forename.exceptions import UnusableInputError
from forename.formats.report import HTML_NAME, write_report
from forename.formats.results_files import write_results
from forename.genetics.results import Analysis


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

    Everything is made in a temporary folder beside it first. Then a new folder appears at once; in
    one that exists, an earlier answer is replaced file by file, and other files stay. Raises
    `UnusableInputError` where nothing can be written, `InvalidSettingError` for the language.
    """
    folder = check_folder(folder)
    temporary: Path | None = None
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(
            tempfile.mkdtemp(prefix=f".{folder.absolute().name}.", dir=folder.absolute().parent)
        )
        write_results(analysis, temporary)
        write_report(analysis, temporary, language=language, issued=issued)
        temporary.chmod(0o755)
        if folder.exists():
            files = sorted(temporary.iterdir())
            for path in files:
                if (folder / path.name).is_dir():
                    raise UnusableInputError(
                        f"it holds a folder called {path.name}; nothing was written.",
                        file=folder.name,
                        expected="a folder for results and report",
                    )
            for path in files:
                path.replace(folder / path.name)
        else:
            temporary.rename(folder)
    except OSError as error:
        raise UnusableInputError(
            f"the answer cannot be written ({error.strerror or error}).",
            file=folder.name,
            expected="a folder that you may write to, with room",
        ) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return folder / HTML_NAME
