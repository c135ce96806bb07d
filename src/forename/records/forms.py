"""Forms of steps: they know who fills them in and for which record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor


def whole_number(sent: str) -> int | None:
    """Return a number that was sent in digits, None for anything else or too long to be meant."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else None


class StepForm(forms.Form):
    """A form of a step; `fit` is called with actor and record before it is shown or read."""

    required_css_class = "required"

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for field in self.fields.values():
            # Words stand in the direction of their own script, whatever that of the page is.
            if isinstance(field.widget, (forms.Textarea, forms.TextInput)) and (
                getattr(field.widget, "input_type", "text") == "text"
            ):
                field.widget.attrs.setdefault("dir", "auto")

    def fit(self, actor: Actor, record: Any) -> None:
        """Fill the fields from the record and narrow choices to what the actor may see."""
        self.actor = actor
        self.record = record
        if record is not None:
            for name in self.fields:
                if hasattr(record, name):
                    self.initial.setdefault(name, getattr(record, name))

    def remarks(self) -> list[str]:
        """Return what to look at before a row of a table with these values is taken over."""
        return []


class ReasonForm(StepForm):
    """A form that only asks why."""

    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 2}))

    def fit(self, actor: Actor, record: Any) -> None:
        """Leave the reason to be written: one that the record has was given for something else."""
        asked = self.initial.get("reason")
        super().fit(actor, record)
        self.initial["reason"] = asked


class _ManyFiles(forms.ClearableFileInput):
    """A control that takes several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Return every file of this name, also where only a mapping came."""
        del data
        getlist = getattr(files, "getlist", None)
        return getlist(name) if getlist is not None else [f for f in [files.get(name)] if f]


class FilesField(forms.FileField):
    """Several files; the cleaned value is a list. Limits on number and size are said in words."""

    widget = _ManyFiles

    def __init__(self, *, most: int = 10, largest_bytes: int = 25 * 2**20, **values: Any) -> None:
        super().__init__(**values)
        self.most = most
        self.largest_bytes = largest_bytes

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files; raise ValidationError where there are too many or one is too large."""
        uploads = [each for each in (data or []) if each]
        if not uploads:
            super().clean(None, initial)
            return []
        if len(uploads) > self.most:
            raise ValidationError(
                _now("Send at most %(most)s files; the rest can follow.") % {"most": self.most}
            )
        for each in uploads:
            if each.size > self.largest_bytes:
                raise ValidationError(
                    _now("“%(name)s” is larger than %(limit)s MB.")
                    % {"name": each.name, "limit": self.largest_bytes // 2**20}
                )
        return [super(FilesField, self).clean(each, initial) for each in uploads]
