"""Forms about the ladder of a site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import FilesField, StepForm
from forename.site.forms.fields import DayField
from forename.site.rules import (
    MEETERS,
    MOVERS,
    OVERRIDERS,
    ConditionKind,
    Rung,
    earlier_rungs,
    next_rungs,
)

_AREA = {"rows": 3, "dir": "auto"}


class MoveForm(StepForm):
    """A move on the ladder."""

    to_rung = forms.ChoiceField(label=_("move to"), choices=Rung.choices)
    happened_on = DayField(
        label=_("day"), required=False, help_text=_("Today where it is left empty.")
    )
    why = forms.CharField(label=_("why"), widget=forms.Textarea(attrs=_AREA))
    documents = FilesField(label=_("documents"), required=False)
    override_reason = forms.CharField(
        label=_("reason for going on without what is missing"),
        required=False,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("For a coordinator only. It stays on the page of the site for ever."),
    )

    def fit(self, actor: Actor, record: Any) -> None:
        """Offer the rungs that may follow and that this actor may move to."""
        super().fit(actor, record)
        if record is not None:
            now = Rung(record.status)
            field: Any = self.fields["to_rung"]
            forwards = [r for r in next_rungs(now) if actor.may(MOVERS[r])]
            back = [r for r in earlier_rungs(now) if actor.may(MOVERS[r])]
            field.choices = [
                (_("forwards"), [(r.value, r.label) for r in forwards]),
                (_("back"), [(r.value, r.label) for r in back]),
            ]
        self.initial.setdefault("happened_on", timezone.localdate())
        if not actor.may(OVERRIDERS):
            del self.fields["override_reason"]


class ConfirmationForm(StepForm):
    """One's own confirmation of an assessment."""

    grounds = forms.CharField(
        label=_("what your confirmation rests on"),
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("What you saw or checked yourself, apart from the other person."),
    )


class ConditionForm(StepForm):
    """A condition of digging that is met."""

    kind = forms.ChoiceField(label=_("condition"), choices=ConditionKind.choices)
    statement = forms.CharField(
        label=_("what was stated"), widget=forms.Textarea(attrs=_AREA),
        help_text=_("For storage and laboratory: how many, of what, until when."),
    )  # fmt: skip
    given_by = forms.CharField(
        label=_("given by"), max_length=300, help_text=_("The authority, team or person.")
    )
    given_on = DayField(label=_("holds from"))
    until = DayField(
        label=_("holds until"), required=False, help_text=_("Empty where no end was stated.")
    )
    document = forms.CharField(label=_("number of the document"), max_length=200, required=False)
    documents = FilesField(label=_("files of the document"), required=False)

    def fit(self, actor: Actor, record: Any) -> None:
        """Offer the conditions that this actor can meet."""
        super().fit(actor, record)
        field: Any = self.fields["kind"]
        field.choices = [(k.value, k.label) for k in ConditionKind if actor.may(MEETERS[k])]
        self.initial.setdefault("given_on", timezone.localdate())
