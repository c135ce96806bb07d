"""Forms of steps: they know who fills them in and for which record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor


class StepForm(forms.Form):
    """A form of a step; `fit` is called with actor and record before it is shown or read."""

    required_css_class = "required"

    def fit(self, actor: Actor, record: Any) -> None:
        """Fill the fields from the record and narrow choices to what the actor may see."""
        self.actor = actor
        self.record = record
        if record is not None:
            for name in self.fields:
                if hasattr(record, name):
                    self.initial.setdefault(name, getattr(record, name))


class ReasonForm(StepForm):
    """A form that only asks why."""

    reason = forms.CharField(label=_("reason"), widget=forms.Textarea(attrs={"rows": 2}))
