"""What moves a site along its ladder: steps, confirmations, conditions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.site.models.sites import OfSite
from forename.site.rules import ConditionKind, Rung


class SiteStep(OfSite):
    """One move on the ladder: from where to where, on which day, why.

    Its documents are the files that belong to it. ``overridden`` names the requirements that
    were not met when a coordinator went on all the same, ``override_reason`` says why.
    """

    from_rung = models.CharField(
        _("from"), max_length=20, choices=Rung.choices, blank=True, editable=False
    )
    to_rung = models.CharField(_("to"), max_length=20, choices=Rung.choices)
    happened_on = models.DateField(_("day"))
    why = models.TextField(_("why"))
    overridden = models.JSONField(_("went on without"), default=list, editable=False)
    override_reason = models.TextField(_("reason for going on without"), blank=True)

    searched = ("why", "override_reason")

    class Meta:
        """Read in the order in which they were recorded."""

        indexes: ClassVar = [
            models.Index(fields=["site", "created_at"], name="step_of_site"),
            models.Index(fields=["operation", "-created_at", "id"], name="step_latest_first"),
        ]

    def __str__(self) -> str:
        return str(self.get_to_rung_display())

    def overridden_labels(self) -> list[Any]:
        """Return the names of what was not met."""
        return [ConditionKind(name).label for name in self.overridden]


class Confirmation(OfSite):
    """One person's own confirmation of an assessment; it is not passed on to a later one."""

    assessment = models.ForeignKey(
        SiteStep, models.PROTECT, related_name="+", verbose_name=_("assessment")
    )
    grounds = models.TextField(_("what it rests on"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    searched = ("grounds",)

    class Meta:
        """A person confirms an assessment once."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "created_by"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_confirmation_a_person",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["operation", "-created_at", "id"], name="confirmation_latest_first"
            )
        ]

    def __str__(self) -> str:
        return f"{self.created_by}"


class Condition(OfSite):
    """Something that has to hold before anybody digs: from a day, until a day, or withdrawn.

    ``given_by`` is the person or authority outside the program that stated it; ``document`` the
    number of the paper, whose file belongs to the record where there is one.
    """

    kind = models.CharField(_("condition"), max_length=20, choices=ConditionKind.choices)
    statement = models.TextField(_("what was stated"))
    given_by = models.CharField(_("given by"), max_length=300)
    given_on = models.DateField(_("holds from"))
    until = models.DateField(_("holds until"), null=True, blank=True)
    document = models.CharField(_("number of the document"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    searched = ("statement", "given_by", "document")

    class Meta:
        """Found by site."""

        indexes: ClassVar = [
            models.Index(fields=["site", "kind"], name="condition_of_site"),
            models.Index(fields=["operation", "-created_at", "id"], name="condition_latest_first"),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())
