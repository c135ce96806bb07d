"""Readers of laboratories' files and writers of results; the only part that opens files.

Every reader raises `forename.exceptions.UnusableInputError` with file, line and column, and
returns all or nothing.
"""

from forename.formats.case import is_case, read_case, write_case
from forename.formats.likelihood_cases import (
    IdentificationCase,
    LikelihoodCase,
    read_identification_case,
    read_likelihood_cases,
)
from forename.formats.problem_files import (
    read_evidence,
    read_families,
    read_frequencies,
    read_parts,
    read_problem,
    read_profiles,
    read_relatives,
)
from forename.formats.results_files import write_results
from forename.formats.source import Reading

__all__ = [
    "IdentificationCase",
    "LikelihoodCase",
    "Reading",
    "is_case",
    "read_case",
    "read_evidence",
    "read_families",
    "read_frequencies",
    "read_identification_case",
    "read_likelihood_cases",
    "read_parts",
    "read_problem",
    "read_profiles",
    "read_relatives",
    "write_case",
    "write_results",
]
