"""Forms of the report room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from forename.records.forms import ReasonForm, StepForm
from forename.report.models import Channel


class ReportForm(StepForm):
    """A report, word for word."""

    channel = forms.ChoiceField(label=_("how it arrived"), choices=Channel.choices)
    language = forms.ChoiceField(
        label=_("language"),
        choices=[("ar", _("Arabic")), ("en", _("English")), ("und", _("other"))],
    )
    text = forms.CharField(label=_("words"), widget=forms.Textarea(attrs={"dir": "auto"}))
    source = forms.CharField(label=_("source"), max_length=300, required=False)
    contact = forms.CharField(
        label=_("safe contact"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )


class ReportCorrectionForm(ReportForm, ReasonForm):
    """A correction, with its reason."""
