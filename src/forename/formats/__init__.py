"""Readers of laboratories' files and writers of results; the only part that opens files."""

from forename.formats.problem_files import (
    read_evidence,
    read_families,
    read_frequencies,
    read_problem,
    read_profiles,
    read_relatives,
)
from forename.formats.source import Reading

__all__ = [
    "Reading",
    "read_evidence",
    "read_families",
    "read_frequencies",
    "read_problem",
    "read_profiles",
    "read_relatives",
]
