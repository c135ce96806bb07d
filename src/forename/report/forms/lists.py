"""Forms of victim lists and their entries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import ReasonForm, StepForm
from forename.records.said_dates import SaidDateField
from forename.report.forms.claims import CodeField
from forename.report.forms.incidents import OfClaimForm
from forename.report.models import Incident, MembershipStance, SameVerdict, VictimEntry, VictimList


class VictimListForm(StepForm):
    """An edition of a victim list."""

    title = forms.CharField(label=_("title"), max_length=200)
    source = forms.CharField(
        label=_("source"), help_text=_("Who made the list, and from whom it came."), max_length=300
    )
    edition = forms.CharField(
        label=_("edition"),
        help_text=_("As it calls itself, or its date: “second list”, “March 2018”."),
        max_length=100,
    )
    received = SaidDateField(label=_("received"))
    incident = CodeField(
        Incident,
        label=_("incident"),
        help_text=_("The list claims that its people are victims of it."),
        required=False,
    )
    edition_of = CodeField(VictimList, label=_("edition before"), required=False)

    def fit(self, actor: Actor, record: Any) -> None:
        """Take incidents and lists that the actor sees."""
        super().fit(actor, record)
        fields: Any = self.fields
        for name in ("incident", "edition_of"):
            fields[name].actor = actor
            if record is not None:
                stored = getattr(record, name)
                self.initial[name] = stored.code if stored is not None else ""

    def clean_edition_of(self) -> Any:
        """Refuse a list as the edition before itself."""
        earlier = self.cleaned_data["edition_of"]
        if earlier is not None and self.record is not None and earlier.pk == self.record.pk:
            raise ValidationError(_now("This is the list itself."))
        return earlier


class VictimListCorrectionForm(VictimListForm, ReasonForm):
    """A correction of what is recorded about a list."""


class ListFileForm(forms.Form):
    """The file of a list."""

    table = forms.FileField(
        label=_("table"),
        help_text=_("CSV or XLSX; a row names the columns, titles above it do no harm."),
    )
    sheet = forms.CharField(
        label=_("sheet"),
        help_text=_("Its name, where a workbook has several with data."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )


class NamePartsForm(ReasonForm):
    """How a name is read in parts."""

    given = forms.CharField(label=_("given name"), max_length=100, required=False)
    father = forms.CharField(label=_("father"), max_length=100, required=False)
    grandfather = forms.CharField(label=_("grandfather"), max_length=100, required=False)
    family = forms.CharField(label=_("family"), max_length=100, required=False)
    kunya = forms.CharField(label=_("kunya"), max_length=100, required=False)
    nom_de_guerre = forms.CharField(label=_("nom de guerre"), max_length=100, required=False)
    mother = forms.CharField(label=_("mother"), max_length=100, required=False)
    field_order = ("given", "father", "grandfather", "family", "kunya", "nom_de_guerre", "mother")

    def fit(self, actor: Actor, record: Any) -> None:
        """Fill in the parts as they are read now."""
        super().fit(actor, record)
        for name in self.fields:
            values = record.parts.get(name) if record is not None else None
            if values:
                self.initial[name] = " ".join(values)


class MembershipForm(OfClaimForm):
    """What a claim says of an entry's person."""

    incident = CodeField(Incident, label=_("incident"))
    stance = forms.ChoiceField(label=_("what is said"), choices=MembershipStance.choices)
    reason = forms.CharField(
        label=_("why"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}), required=False
    )

    def fit(self, actor: Actor, record: Any) -> None:
        """Take incidents that the actor sees."""
        super().fit(actor, record)
        fields: Any = self.fields
        fields["incident"].actor = actor


class SameForm(ReasonForm):
    """A first view on an entry and another; ``entries`` are what the page shows."""

    other = forms.ModelChoiceField(
        VictimEntry.objects.none(), label=_("the other entry"), widget=forms.HiddenInput
    )
    verdict = forms.ChoiceField(
        label=_("view"),
        help_text=_("Both entries stay as they are, and the view can be revised."),
        choices=SameVerdict.choices[:2],
        widget=forms.RadioSelect,
    )
    field_order = ("other", "verdict", "reason")

    def fit(self, actor: Actor, record: Any) -> None:
        """Take entries that the actor sees."""
        super().fit(actor, record)
        field: Any = self.fields["other"]
        field.queryset = VictimEntry.objects.visible_to(actor)
        given = self.data.get("other") if self.is_bound else self.initial.get("other")
        try:
            other = field.queryset.select_related("victim_list").filter(pk=given).first()
        except ValidationError:
            other = None
        self.entries = [each for each in (record, other) if each is not None]


class SameRevisionForm(ReasonForm):
    """A revised view on two entries."""

    verdict = forms.ChoiceField(
        label=_("view"), choices=SameVerdict.choices, widget=forms.RadioSelect
    )
    field_order = ("verdict", "reason")
