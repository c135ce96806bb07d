"""Forms about a site itself."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from forename.records.forms import ReasonForm, StepForm
from forename.site.models import Sensitivity, SiteType


def _words(label: object, rows: int = 2, **values: object) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, widget=widget, **values)  # type: ignore[arg-type]


class SiteForm(StepForm):
    """A place that may hold graves."""

    name = forms.CharField(
        label=_("name"), max_length=200, widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_("What the place is called by those who report it."),
    )  # fmt: skip
    name_ar = forms.CharField(
        label=_("name in Arabic"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"dir": "rtl", "lang": "ar"}),
    )  # fmt: skip
    other_names = _words(_("other names and spellings"), required=False)
    site_type = forms.ChoiceField(label=_("type"), choices=SiteType.choices)
    governorate = forms.CharField(label=_("governorate"), max_length=120, required=False)
    district = forms.CharField(label=_("district"), max_length=120, required=False)
    locality = forms.CharField(label=_("town or village"), max_length=120, required=False)
    sensitivity = forms.ChoiceField(label=_("sensitivity"), choices=Sensitivity.choices)
    description = _words(_("description"), rows=4, required=False)


class SiteCorrectionForm(SiteForm, ReasonForm):
    """A correction, with its reason."""
