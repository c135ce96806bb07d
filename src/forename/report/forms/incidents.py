"""Forms of incidents, alternatives and alleged actors."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import ReasonForm, StepForm
from forename.records.said_dates import SaidDateField
from forename.report.forms.claims import CodeField
from forename.report.models import Aspect, Claim


class IncidentForm(StepForm):
    """An incident."""

    title = forms.CharField(
        label=_("title"),
        help_text=_("What it is called here; time and place are said by claims."),
        max_length=200,
    )
    description = forms.CharField(
        label=_("what is meant by it"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        required=False,
    )


class IncidentCorrectionForm(IncidentForm, ReasonForm):
    """A correction of an incident."""


class OfClaimForm(StepForm):
    """A form that rests on a claim which the actor sees."""

    claim = CodeField(Claim, label=_("claim"), help_text=_("Its code: C-00012-K."))

    def fit(self, actor: Actor, record: Any) -> None:
        """Take claims that the actor sees."""
        super().fit(actor, record)
        field: Any = self.fields["claim"]
        field.actor = actor


class AlternativeForm(OfClaimForm):
    """What a claim says of an aspect of an incident."""

    aspect = forms.ChoiceField(
        label=_("what it speaks of"),
        help_text=_("What is said of alleged actors is open to the inquiry only."),
        choices=Aspect.choices,
    )
    answer = forms.CharField(
        label=_("what it says, in short"),
        help_text=_("One answer: “the night of 11 October”, “the quarry east of the road”."),
        max_length=300,
    )
    when = SaidDateField(label=_("time, where it is one"), required=False)
    reason = forms.CharField(
        label=_("why it belongs here"),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        required=False,
    )


class AllegedActorForm(OfClaimForm):
    """Who is alleged to have taken part."""

    name = forms.CharField(label=_("person, unit or group"), max_length=300)
    part = forms.CharField(label=_("what they are alleged to have done"), max_length=300)
    reason = forms.CharField(
        label=_("note"),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        required=False,
    )
