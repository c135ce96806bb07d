"""What the report room stores."""

from forename.report.models.claims import (
    PROTECTED,
    Asked,
    Claim,
    ClaimRelation,
    Credibility,
    Grade,
    Relation,
    Reliability,
    Source,
    SourceKind,
    Stance,
)
from forename.report.models.questions import Bearing, Establishment, Question
from forename.report.models.reports import (
    AddedWords,
    Channel,
    ContactRule,
    Language,
    Progress,
    PublicUse,
    Report,
)

__all__ = [
    "PROTECTED",
    "AddedWords",
    "Asked",
    "Bearing",
    "Channel",
    "Claim",
    "ClaimRelation",
    "ContactRule",
    "Credibility",
    "Establishment",
    "Grade",
    "Language",
    "Progress",
    "PublicUse",
    "Question",
    "Relation",
    "Reliability",
    "Report",
    "Source",
    "SourceKind",
    "Stance",
]
