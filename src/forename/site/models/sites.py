"""Sites: places that may be graves."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import MEMBERS
from forename.audit.models import Record
from forename.notation.folding import search_key
from forename.site.rules import PROTECTED_READERS, Rung


class SiteType(models.TextChoices):
    """How a site came to hold people."""

    UNKNOWN = "unknown", _("not known yet")
    PRIMARY = "primary", _("primary grave")
    SECONDARY = "secondary", _("secondary grave")
    SURFACE = "surface", _("remains on the surface")
    CEMETERY = "cemetery", _("graves in a cemetery")
    PILED = "piled", _("piled remains")
    IMPROVISED = "improvised", _("improvised burials")


class Sensitivity(models.TextChoices):
    """Who of the operation may know of a site."""

    ORDINARY = "ordinary", _("open to the members of the operation")
    PROTECTED = "protected", _("open to coordination, inquiry and site lead only")


class Site(Record):
    """A place that may hold graves.

    ``status`` is the rung of the latest step on the ladder, written together with it;
    ``accepted_position`` the one position claim that a person accepted. ``shown_latitude`` and
    ``shown_longitude`` (WGS 84, degrees) are where maps show the site: at the accepted position,
    else at the latest; they follow from the positions and are no part of a version.
    """

    code = models.CharField(_("code"), max_length=20, editable=False)
    name = models.CharField(_("name"), max_length=200)
    name_ar = models.CharField(_("name in Arabic"), max_length=200, blank=True)
    other_names = models.TextField(_("other names and spellings"), blank=True)
    site_type = models.CharField(
        _("type"), max_length=20, choices=SiteType.choices, default=SiteType.UNKNOWN
    )
    governorate = models.CharField(_("governorate"), max_length=120, blank=True)
    district = models.CharField(_("district"), max_length=120, blank=True)
    locality = models.CharField(_("town or village"), max_length=120, blank=True)
    sensitivity = models.CharField(
        _("sensitivity"), max_length=20, choices=Sensitivity.choices, default=Sensitivity.ORDINARY
    )
    description = models.TextField(_("description"), blank=True)
    status = models.CharField(
        _("status"), max_length=20, choices=Rung.choices, default=Rung.REPORTED, editable=False
    )
    accepted_position = models.ForeignKey(
        "site.PositionClaim", models.PROTECT, null=True, blank=True, editable=False,
        related_name="+", verbose_name=_("accepted position"),
    )  # fmt: skip
    shown_latitude = models.FloatField(null=True, editable=False)
    shown_longitude = models.FloatField(null=True, editable=False)

    derived = Record.derived | {"shown_latitude", "shown_longitude"}
    readable_by = MEMBERS
    searched = ("code", "name", "name_ar", "other_names", "governorate", "district", "locality")

    class Meta:
        """A code is never used again."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="site_code_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at", "id"], name="site_latest_first"),
            models.Index(fields=["operation", "status", "sensitivity"], name="site_by_status"),
            models.Index(fields=["operation", "name", "id"], name="site_by_name"),
            # Holds what the map asks of every site, so that it answers alone.
            models.Index(
                fields=["operation", "shown_latitude", "shown_longitude", "sensitivity", "id"],
                name="site_by_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title()}"

    def title(self) -> str:
        """Return the name in the reader's language where there is one."""
        arabic = (get_language() or "").startswith("ar")
        return self.name_ar if arabic and self.name_ar else self.name

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide protected sites from everybody but those who need them."""
        if actor.may(PROTECTED_READERS):
            return models.Q(pk__in=[])
        return models.Q(sensitivity=Sensitivity.PROTECTED)


class OfSite(Record):
    """A record that belongs to a site and is as hidden as the site is."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+", verbose_name=_("site"))

    readable_by = MEMBERS

    class Meta:
        """Shared columns."""

        abstract = True

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide what belongs to a protected site."""
        if actor.may(PROTECTED_READERS):
            return models.Q(pk__in=[])
        # A set that is made once, instead of a look at the site of every row.
        protected = Site.objects.filter(
            operation=actor.operation, sensitivity=Sensitivity.PROTECTED
        )
        return models.Q(site__in=protected.values("pk"))

    def prepare(self) -> dict[str, Any]:
        """Return the search key, with the site's code and names."""
        words = [str(getattr(self, name) or "") for name in self.searched]
        return {
            "search_key": search_key([*words, self.site.code, self.site.name, self.site.name_ar])
        }
