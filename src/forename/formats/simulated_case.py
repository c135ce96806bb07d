"""A simulated case as a folder: the case and its truth, written together."""

from __future__ import annotations

from pathlib import Path

from forename.exceptions import UnusableInputError
from forename.formats.case import case_texts
from forename.formats.truth import TRUTH_FILE, truth_json
from forename.genetics.simulation import Simulation
from forename.written_whole import folder_written_whole, write_texts


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
    texts = {**case_texts(simulation.problem), TRUTH_FILE: truth_json(simulation.truth)}
    with folder_written_whole(folder, "the case") as made:
        write_texts(made, texts)
