"""What the report room shows."""

from forename.report.views.claims import CLAIMS, GRADES, RELATIONS, SOURCES
from forename.report.views.questions import BEARINGS, ESTABLISHMENTS, QUESTIONS
from forename.report.views.reports import ADDED, REPORTS

__all__ = [
    "ADDED",
    "BEARINGS",
    "CLAIMS",
    "ESTABLISHMENTS",
    "GRADES",
    "QUESTIONS",
    "RELATIONS",
    "REPORTS",
    "SOURCES",
]
