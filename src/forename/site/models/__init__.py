"""What the site room stores."""

from forename.site.models.gazetteer import NamedPlace
from forename.site.models.graves import (
    Context,
    ContextKind,
    ContextRelation,
    Dug,
    Grave,
    GraveKind,
    OfGrave,
)
from forename.site.models.ladder import Condition, Confirmation, SiteStep
from forename.site.models.positions import How, PositionClaim
from forename.site.models.sites import OfSite, Sensitivity, Site, SiteType
from forename.site.models.watch import ImageKind, LogKind, SiteImage, SiteLogEntry

__all__ = [
    "Condition",
    "Confirmation",
    "Context",
    "ContextKind",
    "ContextRelation",
    "Dug",
    "Grave",
    "GraveKind",
    "How",
    "ImageKind",
    "LogKind",
    "NamedPlace",
    "OfGrave",
    "OfSite",
    "PositionClaim",
    "Sensitivity",
    "Site",
    "SiteImage",
    "SiteLogEntry",
    "SiteStep",
    "SiteType",
]
