"""A simulated case as a folder: the case and its truth, written together."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from forename.exceptions import UnusableInputError
from forename.formats.case import write_case
from forename.formats.truth import write_truth
from forename.genetics.simulation import Simulation

TRUTH_FILE = "truth.json"


def write_simulation(simulation: Simulation, folder: str | Path) -> None:
    """Write a simulated problem and its truth into a new (or empty) folder, whole or not at all.

    Raises `UnusableInputError` when the folder holds anything or cannot be written.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UnusableInputError(
            "it holds something already; nothing was written.",
            file=folder.name,
            expected="a new or an empty folder",
        )
    temporary: Path | None = None
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(
            tempfile.mkdtemp(prefix=f".{folder.absolute().name}.", dir=folder.absolute().parent)
        )
        write_case(simulation.problem, temporary / "case")
        write_truth(simulation.truth, temporary / "case" / TRUTH_FILE)
        (temporary / "case").rename(folder)
    except OSError as error:
        raise UnusableInputError(
            f"the case cannot be written ({error.strerror or error}).",
            file=folder.name,
            expected="a folder that you may write to, with room",
        ) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
