"""Analyses as they were computed, and the names they propose."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import Role
from forename.audit.models import Record

READERS = frozenset(
    {
        Role.COORDINATOR,
        Role.EXAMINER,
        Role.LABORATORY,
        Role.FAMILY_LIAISON,
        Role.BOARD_MEMBER,
        Role.PROSECUTOR,
    }
)


class Analysis(Record):
    """One run of the identification engine: its results file whole, and what it counted."""

    code = models.CharField(_("code"), max_length=20, editable=False)
    title = models.CharField(_("title"), max_length=200)
    simulated = models.BooleanField(_("simulated"), default=False)
    results_sha256 = models.CharField(_("SHA-256 of the results"), max_length=64)
    counts = models.JSONField(_("counts"), default=dict)
    findings = models.JSONField(_("findings"), default=list)
    provenance = models.JSONField(_("how it was computed"), default=dict)

    readable_by = READERS
    searched = ("code", "title")

    class Meta:
        """The same results are recorded once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="analysis_code_once"),
            models.UniqueConstraint(
                fields=["operation", "results_sha256"], name="results_recorded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Proposal(Record):
    """That certain remains may be a missing person: a proposal of the program, never a decision."""

    analysis = models.ForeignKey(
        Analysis, models.PROTECT, related_name="proposals", verbose_name=_("analysis")
    )
    remains = models.JSONField(_("remains"), default=list)
    missing_person = models.CharField(_("missing person"), max_length=200)
    posterior = models.FloatField(_("posterior"))
    log10_lr = models.FloatField(_("log10 LR"))
    reasons = models.JSONField(_("reasons"), default=list)
    rivals = models.JSONField(_("rivals"), default=list)

    readable_by = READERS
    searched = ("missing_person", "remains")

    def __str__(self) -> str:
        return f"{' + '.join(self.remains)} → {self.missing_person}"
