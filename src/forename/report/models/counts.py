"""Counts: what a claim or the operation itself says how many there are, in one unit."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import INQUIRY, MEMBERS
from forename.audit.models import Record
from forename.notation.dates import SaidDate
from forename.report.count_rules import in_figures
from forename.report.models.claims import Claim, hidden_with
from forename.report.models.incidents import Incident


class CountUnit(models.TextChoices):
    """What is counted. One unit is never turned into another, nor added to it."""

    BODIES = "bodies", _("bodies")
    PARTS = "parts", _("body parts")
    BAGS = "bags", _("body bags")
    CASES = "cases", _("cases")
    MINIMUM = "minimum", _("minimum number of people")
    IDENTIFIED = "identified", _("people identified")
    MISSING = "missing", _("people missing")


class Counting(models.TextChoices):
    """Whether a number takes in everything up to its date."""

    CUMULATIVE = "cumulative", _("everything up to the date")
    ADDED = "added", _("added since the count before")


class Count(Record):
    """A number or a range in one unit; without a claim it is the operation's own count.

    ``low`` alone means at least, ``high`` alone at most, both the same an exact number;
    ``as_of`` is a `SaidDate` as JSON, ``as_of_first`` and ``as_of_last`` its bounds as days.
    """

    code = models.CharField(_("code"), max_length=20, editable=False)
    claim = models.ForeignKey(
        Claim, models.PROTECT, null=True, blank=True, related_name="counts",
        verbose_name=_("claim"),
    )  # fmt: skip
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="counts",
        verbose_name=_("incident"),
    )  # fmt: skip
    unit = models.CharField(_("unit"), max_length=20, choices=CountUnit.choices)
    low = models.PositiveIntegerField(_("at least"), null=True, blank=True)
    high = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    scope = models.CharField(_("what it covers"), max_length=300)
    so_far = models.BooleanField(_("“so far”"), default=False)
    counting = models.CharField(
        _("counting"), max_length=20, choices=Counting.choices, default=Counting.CUMULATIVE
    )
    as_of = models.JSONField(_("as of"), null=True, blank=True)
    as_of_first = models.DateField(_("as of, first day"), null=True, editable=False)
    as_of_last = models.DateField(_("as of, last day"), null=True, editable=False)
    definition = models.TextField(_("how it was counted"), blank=True)

    readable_by = MEMBERS
    searched = ("code", "scope", "definition")

    class Meta:
        """A number is there, its ends in order; the operation's own count has a definition."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="count_code_once"),
            models.CheckConstraint(
                condition=models.Q(low__isnull=False) | models.Q(high__isnull=False),
                name="count_has_a_number",
            ),
            models.CheckConstraint(
                condition=models.Q(low__isnull=True)
                | models.Q(high__isnull=True)
                | models.Q(high__gte=models.F("low")),
                name="count_ends_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(claim__isnull=False) | ~models.Q(definition=""),
                name="own_count_is_defined",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["operation", "unit", "as_of_first", "code"], name="count_by_unit_and_day"
            ),
            models.Index(
                fields=["operation", "-as_of_first", "-created_at", "id"], name="count_latest_first"
            ),
            models.Index(fields=["operation", "as_of_first", "id"], name="count_by_day"),
            models.Index(fields=["operation", "unit", "id"], name="count_by_unit"),
            models.Index(fields=["operation", "low", "id"], name="count_by_number"),
            models.Index(fields=["operation", "scope", "id"], name="count_by_scope"),
            models.Index(fields=["operation", "so_far", "id"], name="count_by_so_far"),
            models.Index(fields=["operation", "counting", "id"], name="count_by_counting"),
            models.Index(fields=["operation", "claim", "id"], name="count_by_claim"),
        ]

    def __str__(self) -> str:
        return self.code

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide with the claim; the operation's own counts have none."""
        if actor.may(INQUIRY):
            return models.Q(pk__in=[])
        return models.Q(claim__isnull=False) & hidden_with("claim", actor)

    @property
    def figures(self) -> str:
        """Return the number or range in signs."""
        return in_figures(self.low, self.high)

    def prepare(self) -> dict[str, Any]:
        """Return the search key and the bounds of the date as days."""
        said = SaidDate.from_json(self.as_of) if self.as_of else None
        return {
            **super().prepare(),
            "as_of_first": said.earliest if said else None,
            "as_of_last": said.latest if said else None,
        }
