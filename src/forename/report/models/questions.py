"""Questions, the claims that bear on them, and what the operation itself has established."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import MEMBERS
from forename.audit.models import Record
from forename.report.models.claims import Asked, Claim, Stance, hidden_with


class Question(Record):
    """Something the operation wants to know, and within which bounds.

    ``answer_tested`` is the answer that claims speak for or against.
    """

    code = models.CharField(_("code"), max_length=20, editable=False)
    text = models.CharField(_("question"), max_length=300)
    kind = models.CharField(_("kind"), max_length=20, choices=Asked.choices)
    scope = models.TextField(_("what it covers"))
    answer_tested = models.CharField(_("answer under test"), max_length=300, blank=True)

    readable_by = MEMBERS
    searched = ("code", "text", "scope", "answer_tested")

    class Meta:
        """A code is never used again."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="question_code_once")
        ]

    def __str__(self) -> str:
        return self.text


class Bearing(Record):
    """A claim bears on a question: for the answer under test, against it, or neither."""

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="bearings", verbose_name=_("question")
    )
    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="bearings", verbose_name=_("claim")
    )
    stance = models.CharField(_("stance"), max_length=10, choices=Stance.choices)
    reason = models.TextField(_("why"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    readable_by = MEMBERS
    searched = ("reason",)

    class Meta:
        """A claim stands once on a question."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["question", "claim"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_bearing_at_a_time",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at", "id"], name="bearing_latest_first")
        ]

    def __str__(self) -> str:
        return f"{self.claim} · {self.get_stance_display()}"

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide with the claim."""
        return hidden_with("claim", actor)


class Establishment(Record):
    """What the operation itself has established on a question: the value and its definition.

    A later one on the same question takes the place of an earlier one; both stay.
    """

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="establishments", verbose_name=_("question")
    )
    value = models.CharField(_("what is established"), max_length=300)
    definition = models.TextField(_("how it was established, and what it means"))
    as_of = models.JSONField(_("as of"))

    readable_by = MEMBERS
    searched = ("value", "definition")

    def __str__(self) -> str:
        return self.value
