"""Forms of reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from forename.records.forms import FilesField, ReasonForm, StepForm
from forename.records.said_dates import SaidDateField
from forename.report.models import Channel, ContactRule, Language, Progress

LARGEST_BYTES = 25 * 2**20


class _Facts(StepForm):
    """What is recorded about a report."""

    channel = forms.ChoiceField(label=_("how it arrived"), choices=Channel.choices)
    language = forms.ChoiceField(label=_("language"), choices=Language.choices)
    title = forms.CharField(label=_("subject"), max_length=300, required=False)
    text = forms.CharField(
        label=_("words"),
        help_text=_("Word for word, as they were said or written."),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 12}),
        max_length=200_000,
    )
    source = forms.CharField(label=_("source"), max_length=300, required=False)
    sent = SaidDateField(label=_("said or sent"), required=False)
    confidential = forms.BooleanField(
        label=_("statement of a witness"),
        help_text=_(
            "Only coordinators, investigators and prosecutors read it. Interviews and what comes "
            "by the public form are kept so in any case."
        ),
        required=False,
    )
    contact_rule = forms.ChoiceField(
        label=_("contact"), choices=ContactRule.choices, required=False
    )
    contact = forms.CharField(
        label=_("safe contact"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    def clean_contact_rule(self) -> str:
        """Return the rule; not asked unless said."""
        return self.cleaned_data["contact_rule"] or ContactRule.UNKNOWN


class ReportForm(_Facts):
    """A report, word for word."""

    attachments = FilesField(label=_("files"), required=False, most=10, largest_bytes=LARGEST_BYTES)


class ReportCorrectionForm(_Facts, ReasonForm):
    """A correction, with its reason."""

    text = forms.CharField(
        label=_("words"), widget=forms.Textarea(attrs={"dir": "auto", "rows": 12}), required=False
    )


class UploadForm(StepForm):
    """A report that came as a file."""

    file = forms.FileField(
        label=_("file"),
        help_text=_("An e-mail (.eml) or a text (.txt) is read; any other file is kept as it is."),
        widget=forms.ClearableFileInput(attrs={"accept": ".eml,.txt,.pdf,image/*,audio/*,video/*"}),
    )
    text = forms.CharField(
        label=_("words"),
        help_text=_(
            "What the file says, where it cannot be read here. Otherwise leave this empty."
        ),
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 6}),
        required=False,
        max_length=200_000,
    )
    source = forms.CharField(label=_("source"), max_length=300, required=False)
    confidential = forms.BooleanField(label=_("statement of a witness"), required=False)


class AnswerForm(StepForm):
    """How far the operation is, in words for the person who reported."""

    progress = forms.ChoiceField(label=_("progress"), choices=Progress.choices)
    answer = forms.CharField(
        label=_("answer to the person who reported"),
        help_text=_("Whoever has the code reads this. Name nobody."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        required=False,
        max_length=4000,
    )


class PublicReportForm(forms.Form):
    """What anybody may tell, without an account."""

    text = forms.CharField(
        label=_("What do you want to tell?"),
        help_text=_("Write what you saw, heard or know, in your own words."),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        max_length=20_000,
    )
    where_words = forms.CharField(
        label=_("Where is it, or where did it happen?"),
        help_text=_("A village, a road, a distance from something: as you would tell a driver."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        required=False,
        max_length=2000,
    )
    when_words = forms.CharField(
        label=_("When was it?"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        required=False,
        max_length=500,
    )
    attachments = FilesField(
        label=_("Pictures or documents"),
        help_text=_("At most 5 files of 20 MB each."),
        required=False,
        most=5,
        largest_bytes=20 * 2**20,
    )
    contact_rule = forms.ChoiceField(
        label=_("May we contact you?"),
        widget=forms.RadioSelect,
        choices=[
            (ContactRule.NEVER, _("No, do not contact me")),
            (ContactRule.BY_CODE, _("Only here: I will come back with a code")),
            (ContactRule.THIS_WAY, _("Yes, in the way that I write below")),
        ],
    )
    contact = forms.CharField(
        label=_("How can we reach you safely?"),
        help_text=_("Also who must not know, and when we must not call."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        required=False,
        max_length=2000,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the way where contact is wanted."""
        values = super().clean() or self.cleaned_data
        if values.get("contact_rule") == ContactRule.THIS_WAY and not values.get("contact"):
            self.add_error("contact", ValidationError(_("Write how we can reach you safely.")))
        return values


class PublicCodeForm(forms.Form):
    """The code to come back with, and words to add."""

    code = forms.CharField(
        label=_("Your code"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
        max_length=60,
    )
    words = forms.CharField(
        label=_("Words to add"),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        required=False,
        max_length=20_000,
    )
