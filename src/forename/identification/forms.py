"""Forms of the identification room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from forename.records.forms import StepForm


class AnalysisForm(StepForm):
    """The files that ``forename identify --out`` wrote."""

    results = forms.FileField(label=_("results.json"))
    report = forms.FileField(label=_("report (PDF or HTML)"), required=False)
