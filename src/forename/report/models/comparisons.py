"""Comparisons of large editions, kept: derived from entries, made anew when these change."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from forename.report.models.lists import VictimEntry, VictimList


class Comparison(models.Model):
    """Two editions of a list, compared.

    ``basis`` is the digest of the rule and of the entries that it was made from, '' before it is.
    """

    operation = models.ForeignKey("accounts.Operation", models.PROTECT, related_name="+")
    later = models.ForeignKey(VictimList, models.PROTECT, related_name="+")
    earlier = models.ForeignKey(VictimList, models.PROTECT, related_name="+")
    basis = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        """One comparison of two lists."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["later", "earlier"], name="one_comparison_of_two")
        ]

    def __str__(self) -> str:
        return f"{self.later_id} · {self.earlier_id}"


class ComparedLine(models.Model):
    """A line of a comparison: its entry in either edition, None where there is none."""

    comparison = models.ForeignKey(Comparison, models.CASCADE, related_name="lines")
    place = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    before = models.ForeignKey(VictimEntry, models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(VictimEntry, models.PROTECT, null=True, related_name="+")
    moved_too = models.BooleanField(default=False)

    class Meta:
        """Read by place, and by state."""

        indexes: ClassVar = [
            models.Index(fields=["comparison", "place", "state"], name="compared_by_place"),
            models.Index(fields=["comparison", "state", "place"], name="compared_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.state}"
