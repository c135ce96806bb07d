"""Incidents, what claims say about them, and who is alleged to have done it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import INQUIRY, MEMBERS
from forename.audit.models import Record
from forename.report.models.claims import Claim, hidden_with


class Aspect(models.TextChoices):
    """What of an incident a claim speaks of."""

    TIME = "time", _("time")
    PLACE = "place", _("place")
    COURSE = "course", _("what happened")
    WEAPON = "weapon", _("weapon")
    VICTIMS = "victims", _("who the victims were")
    ACTOR = "actor", _("alleged actors")
    OTHER = "other", _("other")


class Incident(Record):
    """Something that happened, as far as it is known; what claims say differs, and stays so."""

    code = models.CharField(_("code"), max_length=20, editable=False)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what is meant by it"), blank=True)

    readable_by = MEMBERS
    searched = ("code", "title", "description")

    class Meta:
        """A code is never used again."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="incident_code_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at", "id"], name="incident_latest_first"),
            models.Index(fields=["operation", "title", "id"], name="incident_by_title"),
        ]

    def __str__(self) -> str:
        return self.title


class IncidentClaim(Record):
    """One alternative: what a claim says of one aspect of an incident. None replaces another."""

    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="alternatives", verbose_name=_("incident")
    )
    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="incidents", verbose_name=_("claim")
    )
    aspect = models.CharField(_("what it speaks of"), max_length=20, choices=Aspect.choices)
    answer = models.CharField(_("what it says, in short"), max_length=300)
    when = models.JSONField(_("time"), null=True, blank=True)
    reason = models.TextField(_("why it belongs here"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    readable_by = MEMBERS
    searched = ("answer", "reason")

    class Meta:
        """A claim stands once under an aspect of an incident."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "claim", "aspect"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_alternative_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return self.answer

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide with the claim, and what is said of actors from everybody outside the inquiry."""
        if actor.may(INQUIRY):
            return models.Q(pk__in=[])
        return models.Q(aspect=Aspect.ACTOR) | hidden_with("claim", actor)


class AllegedActor(Record):
    """A person, unit or group of whom a claim says that they took part; open to the inquiry."""

    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="alleged_actors", verbose_name=_("incident")
    )
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="+", verbose_name=_("claim"))
    name = models.CharField(_("name"), max_length=300)
    part = models.CharField(_("what they are alleged to have done"), max_length=300)
    reason = models.TextField(_("note"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    readable_by = INQUIRY
    searched = ("name", "part", "reason")

    def __str__(self) -> str:
        return self.name
