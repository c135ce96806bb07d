"""Forms of perpetrators' media."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import ReasonForm, StepForm
from forename.records.said_dates import SaidDateField
from forename.report.forms.claims import CodeField
from forename.report.models import Incident, Report


class _Facts(StepForm):
    """What is recorded about an item."""

    title = forms.CharField(
        label=_("what it is, without detail"),
        help_text=_("Lists show this: “film, 2 minutes”, “photograph of a road”."),
        max_length=200,
    )
    source = forms.CharField(
        label=_("where it came from"),
        help_text=_("Who gave it, or the address and when it was taken from there."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    made = SaidDateField(label=_("made"), required=False)
    description = forms.CharField(
        label=_("what it shows"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        required=False,
    )
    incident = CodeField(Incident, label=_("incident"), required=False)
    report = CodeField(Report, label=_("report"), required=False)

    def fit(self, actor: Actor, record: Any) -> None:
        """Take incidents and reports that the actor sees."""
        super().fit(actor, record)
        fields: Any = self.fields
        for name in ("incident", "report"):
            fields[name].actor = actor
            if record is not None:
                stored = getattr(record, name)
                self.initial[name] = stored.code if stored is not None else ""


class MediaForm(_Facts):
    """A picture or film."""

    file = forms.FileField(
        label=_("file"),
        help_text=_("It is kept as it is. It is shown blurred, and to the inquiry only."),
    )
    field_order = ("file",)


class MediaCorrectionForm(_Facts, ReasonForm):
    """A correction of what is recorded about an item."""
