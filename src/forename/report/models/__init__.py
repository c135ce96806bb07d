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
from forename.report.models.comparisons import ComparedLine, Comparison
from forename.report.models.counts import Count, Counting, CountUnit
from forename.report.models.incidents import AllegedActor, Aspect, Incident, IncidentClaim
from forename.report.models.lists import (
    Membership,
    MembershipStance,
    SamePerson,
    SameVerdict,
    VictimEntry,
    VictimList,
    VictimNameKey,
)
from forename.report.models.media import MediaItem
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
    "AllegedActor",
    "Asked",
    "Aspect",
    "Bearing",
    "Channel",
    "Claim",
    "ClaimRelation",
    "ComparedLine",
    "Comparison",
    "ContactRule",
    "Count",
    "CountUnit",
    "Counting",
    "Credibility",
    "Establishment",
    "Grade",
    "Incident",
    "IncidentClaim",
    "Language",
    "MediaItem",
    "Membership",
    "MembershipStance",
    "Progress",
    "PublicUse",
    "Question",
    "Relation",
    "Reliability",
    "Report",
    "SamePerson",
    "SameVerdict",
    "Source",
    "SourceKind",
    "Stance",
    "VictimEntry",
    "VictimList",
    "VictimNameKey",
]
