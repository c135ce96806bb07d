"""Victim lists in their editions, their entries as written, and what is said of the entries."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import MEMBERS
from forename.audit.models import Record
from forename.notation.name_words import name_words
from forename.notation.names import PersonName
from forename.records.models import StoredFile
from forename.report.models.claims import Claim, hidden_with
from forename.report.models.incidents import Incident


class VictimList(Record):
    """An edition of somebody's list of victims; that they are victims is what the list claims.

    ``edition_of`` is the edition before; ``received`` is a `SaidDate` as JSON.
    """

    code = models.CharField(_("code"), max_length=20, editable=False)
    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=300)
    edition = models.CharField(_("edition"), max_length=100)
    received = models.JSONField(_("received"))
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, blank=True, related_name="victim_lists",
        verbose_name=_("incident"),
    )  # fmt: skip
    edition_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later_editions",
        verbose_name=_("edition before"),
    )  # fmt: skip
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name=_("file"),
    )  # fmt: skip
    entries_count = models.PositiveIntegerField(_("entries"), default=0, editable=False)

    readable_by = MEMBERS
    searched = ("code", "title", "source", "edition")

    class Meta:
        """A code is never used again."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operation", "code"], name="victim_list_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.edition}"


class VictimEntry(Record):
    """One line of a list, as written. ``parts`` is a `PersonName` as JSON, a reading of the name.

    ``others`` maps headers of further columns to their cells; ``line`` is the line of the file.
    """

    victim_list = models.ForeignKey(
        VictimList, models.PROTECT, related_name="entries", verbose_name=_("list")
    )
    line = models.PositiveIntegerField(_("line"))
    number = models.CharField(_("number on the list"), max_length=60, blank=True)
    name = models.CharField(_("name as written"), max_length=300)
    parts = models.JSONField(_("parts of the name"), default=dict, blank=True)
    age = models.CharField(_("age"), max_length=60, blank=True)
    sex = models.CharField(_("sex"), max_length=60, blank=True)
    born = models.CharField(_("born"), max_length=100, blank=True)
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    others = models.JSONField(_("further columns"), default=dict, blank=True)

    readable_by = MEMBERS
    searched = ("number", "name", "origin", "note")

    class Meta:
        """A line is taken over once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["victim_list", "line"], name="one_entry_a_line")
        ]
        indexes: ClassVar = [
            models.Index(fields=["operation", "created_at", "id"], name="entry_in_order"),
            models.Index(fields=["operation", "victim_list", "version"], name="entry_versions"),
        ]

    def __str__(self) -> str:
        return self.name

    def person_name(self) -> PersonName:
        """Return the name in parts."""
        return PersonName.from_json(self.parts) if self.parts else PersonName(self.name)

    def name_keys(self) -> set[str]:
        """Return the keys of the names in it, and after ``~`` their consonants."""
        words = [word for word in name_words(self.person_name().full) if word.kind != "bin"]
        bones = {f"~{word.skeleton}" for word in words if word.skeleton}
        return {key[:60] for key in {word.key for word in words if word.key} | bones}


class VictimNameKey(models.Model):
    """A key of an entry's name, by which proposals find entries; derived, never shown.

    The entry's list stands here too, so that the index alone answers: some names are in every
    third entry.
    """

    operation = models.ForeignKey("accounts.Operation", models.PROTECT, related_name="+")
    entry = models.ForeignKey(VictimEntry, models.PROTECT, related_name="keys")
    victim_list = models.ForeignKey(VictimList, models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)

    class Meta:
        """Looked up by key."""

        indexes: ClassVar = [
            models.Index(
                fields=["operation", "key", "victim_list", "entry"], name="victims_of_name_key"
            )
        ]

    def __str__(self) -> str:
        return self.key


class MembershipStance(models.TextChoices):
    """Whether somebody says that a person is a victim of an incident."""

    YES = "yes", _("is a victim of it")
    NO = "no", _("is not a victim of it")


class Membership(Record):
    """A claim that the person of an entry is, or is not, a victim of an incident.

    Besides these, a list itself says so of each of its entries.
    """

    entry = models.ForeignKey(
        VictimEntry, models.PROTECT, related_name="memberships", verbose_name=_("entry")
    )
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="+", verbose_name=_("incident")
    )
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="+", verbose_name=_("claim"))
    stance = models.CharField(_("what is said"), max_length=10, choices=MembershipStance.choices)
    reason = models.TextField(_("why"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    readable_by = MEMBERS
    searched = ("reason",)

    def __str__(self) -> str:
        return f"{self.entry} · {self.get_stance_display()}"

    @classmethod
    def hidden_from(cls, actor: Any) -> models.Q:
        """Hide with the claim."""
        return hidden_with("claim", actor)


class SameVerdict(models.TextChoices):
    """What a person thinks of two entries that are alike."""

    ACCEPTED = "accepted", _("the same person")
    REJECTED = "rejected", _("not the same person")
    WITHDRAWN = "withdrawn", _("open again")


class SamePerson(Record):
    """A person's view on whether two entries mean one person; both entries stay as they are."""

    one = models.ForeignKey(
        VictimEntry, models.PROTECT, related_name="same_as_one", verbose_name=_("entry")
    )
    other = models.ForeignKey(
        VictimEntry, models.PROTECT, related_name="same_as_other", verbose_name=_("other entry")
    )
    verdict = models.CharField(_("view"), max_length=10, choices=SameVerdict.choices)
    grounds = models.JSONField(_("why it was proposed"), default=dict, editable=False)
    reason = models.TextField(_("why"))

    readable_by = MEMBERS
    searched = ("reason",)

    class Meta:
        """Two entries have one view, which may be revised."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="one_view_of_two_entries"),
            models.CheckConstraint(
                condition=~models.Q(one=models.F("other")), name="view_of_two_entries"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} · {self.other}: {self.get_verdict_display()}"
