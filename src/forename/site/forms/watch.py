"""Forms about the log and the pictures of a site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forename.accounts.access import Actor
from forename.records.forms import FilesField, StepForm
from forename.records.said_dates import SaidDateField
from forename.site.models import ImageKind, LogKind, SiteLogEntry

_AREA = {"rows": 3, "dir": "auto"}


class LogForm(StepForm):
    """A line of the log."""

    kind = forms.ChoiceField(label=pgettext_lazy("log entry", "about"), choices=LogKind.choices)
    happened = forms.DateTimeField(
        label=_("time"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    people = forms.CharField(
        label=_("who was there"), required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    words = forms.CharField(label=_("what was seen"), widget=forms.Textarea(attrs=_AREA))
    corrects = forms.ModelChoiceField(
        SiteLogEntry.objects.none(), label=_("corrects"), required=False, widget=forms.HiddenInput
    )
    documents = FilesField(label=_("files"), required=False)

    def fit(self, actor: Actor, record: Any) -> None:
        """Say which line of this site's log is corrected, where one is."""
        super().fit(actor, record)
        field: Any = self.fields["corrects"]
        rows = SiteLogEntry.objects.visible_to(actor)
        field.queryset = rows.filter(site=record) if record is not None else rows
        try:
            wrong = field.clean(self["corrects"].value())
        except ValidationError:
            return  # told when the form is read
        if wrong is not None:
            self.fields["words"].help_text = _now("This corrects the line “%(line)s”.") % {
                "line": wrong
            }


class ImageForm(StepForm):
    """A dated picture."""

    kind = forms.ChoiceField(label=_("picture"), choices=ImageKind.choices)
    file = forms.ImageField(
        label=_("file"),
        help_text=_(
            "It is kept as it is. Pages show a smaller copy without the camera's location data."
        ),
    )
    taken = SaidDateField(label=_("taken"))
    words = forms.CharField(
        label=_("what it shows"), widget=forms.Textarea(attrs=_AREA),
        help_text=_("From where, towards where, what can be seen."),
    )  # fmt: skip
    source = forms.CharField(label=_("source and licence"), max_length=300)

    def clean_file(self) -> Any:
        """Return the upload from its beginning."""
        file = self.cleaned_data["file"]
        file.seek(0)
        return file
