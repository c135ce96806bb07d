"""Claims marked in reports, their sources, grades, relations, and the questions they answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import INQUIRY, MEMBERS
from forename.audit.models import Record
from forename.report.models.reports import Report

# Sources whose names are known to the inquiry only.
PROTECTED = ("witness", "relative")


class SourceKind(models.TextChoices):
    """What a source is."""

    OUTLET = "outlet", _("news outlet")
    AGENCY = "agency", _("news agency")
    OFFICIAL = "official", _("official")
    COMMANDER = "commander", _("commander")
    WITNESS = "witness", _("witness")
    RELATIVE = "relative", _("relative")
    ORGANISATION = "organisation", _("organisation")
    UNNAMED = "unnamed", _("unnamed source")
    OTHER = "other", _("not said yet")


class Asked(models.TextChoices):
    """What a claim or a question is about."""

    HOW_MANY = "how_many", _("how many?")
    WHO = "who", _("who?")
    WHEN = "when", _("when?")
    WHERE = "where", _("where?")
    BY_WHOM = "by_whom", _("by whom?")
    OTHER = "other", _("other")


class Reliability(models.TextChoices):
    """Grade of a source."""

    A = "A", _("A – completely reliable")
    B = "B", _("B – usually reliable")
    C = "C", _("C – fairly reliable")
    D = "D", _("D – not usually reliable")
    E = "E", _("E – unreliable")
    F = "F", _("F – cannot be judged")


class Credibility(models.TextChoices):
    """Grade of an information."""

    ONE = "1", _("1 – confirmed by other sources")
    TWO = "2", _("2 – probably true")
    THREE = "3", _("3 – possibly true")
    FOUR = "4", _("4 – doubtful")
    FIVE = "5", _("5 – improbable")
    SIX = "6", _("6 – cannot be judged")


class Relation(models.TextChoices):
    """What one claim does to another."""

    SUPPORTS = "supports", _("supports")
    CONTRADICTS = "contradicts", _("contradicts")
    SUPERSEDES = "supersedes", _("supersedes")


class Stance(models.TextChoices):
    """What a claim does to the answer under test."""

    FOR = "for", _("for")
    AGAINST = "against", _("against")
    OPEN = "open", _("neither")


class Source(Record):
    """Who says something: an outlet, an agency, a person, or somebody who was not named.

    ``within`` is the organisation a person speaks for, or who cites an unnamed source;
    ``same_as`` the source that this one turned out to be. A person whom only a statement names is
    ``confidential`` until somebody says else.
    """

    name = models.CharField(_("name"), max_length=200)
    name_ar = models.CharField(_("name in Arabic"), max_length=200, blank=True)
    kind = models.CharField(
        _("what it is"), max_length=20, choices=SourceKind.choices, default=SourceKind.OTHER
    )
    within = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("speaks for, or is cited by"),
    )  # fmt: skip
    same_as = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("is the same as"),
    )  # fmt: skip
    confidential = models.BooleanField(_("named to the inquiry only"), default=False)
    description = models.TextField(_("what is known about it"), blank=True)

    readable_by = MEMBERS
    searched = ("name", "name_ar")

    class Meta:
        """Listed by name."""

        indexes: ClassVar = [models.Index(fields=["operation", "name"], name="source_by_name")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide witnesses and relatives from everybody outside of the inquiry."""
        if actor.may(INQUIRY):
            return models.Q(pk__in=[])
        return models.Q(kind__in=PROTECTED) | models.Q(confidential=True)

    @property
    def protected(self) -> bool:
        """Tell whether it is named to the inquiry only."""
        return self.confidential or self.kind in PROTECTED


class Claim(Record):
    """What somebody says, as marked in a report; it is not a fact.

    ``start`` and ``end`` count characters of the report's text; ``chain`` holds the ids of the
    sources cited, from the one that ``asserted_by`` cites to the last, ``cited_as`` their names
    when the claim was marked; ``said``, ``published``,
    ``observed`` are `SaidDate` as JSON. ``confidential`` follows the report and the sources.
    """

    code = models.CharField(_("code"), max_length=20, editable=False)
    report = models.ForeignKey(
        Report, models.PROTECT, related_name="claims", verbose_name=_("report")
    )
    start = models.PositiveIntegerField(_("first character"))
    end = models.PositiveIntegerField(_("after the last character"))
    words = models.TextField(_("words"))
    asked = models.CharField(_("about"), max_length=20, choices=Asked.choices, default=Asked.OTHER)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    value = models.CharField(_("what is claimed"), max_length=300, blank=True)
    low = models.FloatField(_("number, or at least"), null=True, blank=True)
    high = models.FloatField(_("at most"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    place = models.CharField(_("place, in the words"), max_length=300, blank=True)
    said = models.JSONField(_("said"), null=True, blank=True)
    published = models.JSONField(_("published"), null=True, blank=True)
    observed = models.JSONField(_("happened or observed"), null=True, blank=True)
    asserted_by = models.ForeignKey(
        Source, models.PROTECT, related_name="+", verbose_name=_("who says it")
    )
    chain = models.JSONField(_("whom they cite, in order"), default=list, blank=True)
    cited_as = models.TextField(_("who says it, and whom they cite"), blank=True, editable=False)
    confidential = models.BooleanField(_("rests on a witness"), default=False, editable=False)

    readable_by = MEMBERS
    searched = ("code", "words", "subject", "value", "place", "cited_as")

    class Meta:
        """A code is never used again; the words have a beginning and an end."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="claim_code_once"),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")), name="claim_has_words"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at", "id"], name="claim_latest_first"),
            models.Index(fields=["operation", "asked", "-created_at"], name="claim_by_question"),
            models.Index(fields=["operation", "asked", "id"], name="claim_by_asked"),
            models.Index(fields=["operation", "low", "id"], name="claim_by_number"),
            models.Index(fields=["operation", "report", "id"], name="claim_by_report"),
            models.Index(fields=["operation", "report", "start"], name="claim_in_report"),
            models.Index(
                fields=["operation", "place"],
                condition=~models.Q(place=""),
                name="claim_with_place",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide witnesses and alleged actors from everybody outside of the inquiry."""
        return _closed(actor, "")


def hidden_with(claim: str, actor: Any) -> models.Q:
    """Return which rows hang on a claim that this actor may not see."""
    return _closed(actor, f"{claim}__")


def _closed(actor: Any, claim: str) -> models.Q:
    """Return which rows rest on a witness, by the path to their claim, or name alleged actors.

    Reports and sources are looked up as sets: of many rows, that takes half as long as joins.
    """
    if actor.may(INQUIRY):
        return models.Q(pk__in=[])
    within = models.Q(operation=actor.operation)
    reports = Report._base_manager.filter(within & Report.hidden_from(actor))
    sources = Source._base_manager.filter(within & Source.hidden_from(actor))
    return (
        models.Q(**{f"{claim}confidential": True})
        | models.Q(**{f"{claim}asked": Asked.BY_WHOM})
        | models.Q(**{f"{claim}report__in": reports})
        | models.Q(**{f"{claim}asserted_by__in": sources})
    )


class Grade(Record):
    """What somebody other than who entered a claim thinks of its source and its information."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="grades", verbose_name=_("claim"))
    claim_version = models.PositiveIntegerField(_("version of the claim"), editable=False)
    reliability = models.CharField(_("source"), max_length=1, choices=Reliability.choices)
    credibility = models.CharField(_("information"), max_length=1, choices=Credibility.choices)
    rationale = models.TextField(_("why"))

    readable_by = MEMBERS
    searched = ("rationale",)

    class Meta:
        """Looked up by version of a claim, listed latest first."""

        indexes: ClassVar = [
            models.Index(fields=["claim", "claim_version"], name="grade_of_version"),
            models.Index(fields=["operation", "-created_at", "id"], name="grade_latest_first"),
            models.Index(fields=["operation", "claim", "id"], name="grade_by_claim"),
            models.Index(fields=["operation", "reliability", "id"], name="grade_by_source"),
            models.Index(fields=["operation", "credibility", "id"], name="grade_by_information"),
            models.Index(fields=["operation", "created_by", "id"], name="grade_by_person"),
            models.Index(fields=["operation", "claim_version", "id"], name="grade_by_version"),
        ]

    def __str__(self) -> str:
        return f"{self.reliability}{self.credibility}"

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide with the claim."""
        return hidden_with("claim", actor)


class ClaimRelation(Record):
    """One claim supports, contradicts or supersedes another."""

    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="relations", verbose_name=_("claim")
    )
    relation = models.CharField(_("relation"), max_length=20, choices=Relation.choices)
    other = models.ForeignKey(
        Claim, models.PROTECT, related_name="related", verbose_name=_("the other claim")
    )
    reason = models.TextField(_("why"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    readable_by = MEMBERS
    searched = ("reason",)

    class Meta:
        """A relation is stated once at a time, between two claims."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["claim", "relation", "other"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_relation_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(claim=models.F("other")), name="relation_of_two_claims"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "-created_at", "id"], name="relation_latest_first")
        ]

    def __str__(self) -> str:
        return f"{self.claim} {self.get_relation_display()} {self.other}"

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide with either claim."""
        return hidden_with("claim", actor) | hidden_with("other", actor)
