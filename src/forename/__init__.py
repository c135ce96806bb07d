"""Forename: names for the dead of mass graves, from DNA, exactly and explained.

The usual way through it: `read_problem` or `read_case`, `analyse`, `write_results`,
`write_report`. Names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from forename.version import __version__

if TYPE_CHECKING:
    from forename.formats import read_case, read_problem, write_case, write_results
    from forename.formats.report import write_report
    from forename.genetics.analysis import analyse
    from forename.genetics.problem import Problem, Settings
    from forename.genetics.results import Analysis

_HOMES = {
    "Analysis": "forename.genetics.results",
    "Problem": "forename.genetics.problem",
    "Settings": "forename.genetics.problem",
    "analyse": "forename.genetics.analysis",
    "read_case": "forename.formats",
    "read_problem": "forename.formats",
    "write_case": "forename.formats",
    "write_report": "forename.formats.report",
    "write_results": "forename.formats",
}

__all__ = [
    "Analysis",
    "Problem",
    "Settings",
    "__version__",
    "analyse",
    "read_case",
    "read_problem",
    "write_case",
    "write_report",
    "write_results",
]


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
