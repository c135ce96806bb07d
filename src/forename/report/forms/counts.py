"""Forms of counts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import ReasonForm, StepForm
from forename.records.said_dates import SaidDateField
from forename.report.forms.claims import CodeField
from forename.report.models import Claim, Counting, CountUnit, Incident

MOST = 2_000_000_000
# What a claim's unit is called in reports.
UNIT_WORDS = {
    CountUnit.BODIES: ("bodies", "body", "corpses", "جثة", "جثث", "جثه", "جثمان"),
    CountUnit.PARTS: ("parts", "body parts", "أشلاء", "أجزاء"),
    CountUnit.BAGS: ("bags", "body bags", "أكياس", "كيس"),
    CountUnit.CASES: ("cases", "حالات", "حالة"),
    CountUnit.IDENTIFIED: ("identified",),
    CountUnit.MISSING: ("missing", "مفقود", "مفقودين", "مفقودا"),
}


class CountForm(StepForm):
    """A count of a claim, or without one of the operation."""

    claim = CodeField(
        Claim,
        label=_("claim"),
        help_text=_("Its code: C-00012-K. Empty for the operation's own count."),
        required=False,
    )
    unit = forms.ChoiceField(
        label=_("unit"),
        help_text=_("One unit is never turned into another."),
        choices=CountUnit.choices,
    )
    low = forms.IntegerField(
        label=_("at least"),
        help_text=_("An exact number stands in both fields."),
        min_value=0,
        max_value=MOST,
        required=False,
    )
    high = forms.IntegerField(label=_("at most"), min_value=0, max_value=MOST, required=False)
    scope = forms.CharField(
        label=_("what it covers"),
        help_text=_("Which place, which time: “pits 1 to 3, until the end of the first week”."),
        max_length=300,
    )
    so_far = forms.BooleanField(
        label=_("said to be “so far”"),
        help_text=_("The number was still rising: it is no total."),
        required=False,
    )
    counting = forms.ChoiceField(
        label=_("counting"), choices=Counting.choices, initial=Counting.CUMULATIVE
    )
    as_of = SaidDateField(label=_("as of"), required=False)
    definition = forms.CharField(
        label=_("how it was counted"),
        help_text=_("Needed for the operation's own count: what one of them is, and who counted."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        required=False,
    )
    incident = CodeField(Incident, label=_("incident"), required=False)

    def fit(self, actor: Actor, record: Any) -> None:
        """Take claims and incidents that the actor sees; fill in what a named claim says."""
        super().fit(actor, record)
        fields: Any = self.fields
        fields["claim"].actor = fields["incident"].actor = actor
        if record is not None:
            for name in ("claim", "incident"):
                stored = getattr(record, name)
                self.initial[name] = stored.code if stored is not None else ""
        elif not self.is_bound and self.initial.get("claim"):
            self._from_claim(actor, str(self.initial["claim"]))

    def _from_claim(self, actor: Actor, code: str) -> None:
        claim = Claim.objects.visible_to(actor).filter(code=code.upper()).first()
        if claim is None:
            return
        for name in ("low", "high"):
            number = getattr(claim, name)
            if number is not None and 0 <= number <= MOST and number == int(number):
                self.initial.setdefault(name, int(number))
        word = claim.unit.strip().lower()
        for unit, words in UNIT_WORDS.items():
            if word in words:
                self.initial.setdefault("unit", unit.value)
        self.initial.setdefault("scope", claim.subject)
        self.initial.setdefault("as_of", claim.observed or claim.said or claim.published)

    def clean(self) -> dict[str, Any]:
        """Refuse a count without a number, ends out of order, an own count without definition."""
        values = super().clean() or self.cleaned_data
        low, high = values.get("low"), values.get("high")
        if low is None and high is None and not {"low", "high"} & set(self.errors):
            self.add_error("low", ValidationError(_now("A count has a number.")))
        if low is not None and high is not None and low > high:
            self.add_error("high", ValidationError(_now("“At most” is below “at least”.")))
        if "claim" not in self.errors and not values.get("claim"):
            if not values.get("definition"):
                text = _now("The operation's own count needs a definition.")
                self.add_error("definition", ValidationError(text))
            if not values.get("as_of") and "as_of" not in self.errors:
                text = _now("The operation's own count needs a date.")
                self.add_error("as_of", ValidationError(text))
        return values


class CountCorrectionForm(CountForm, ReasonForm):
    """A correction of a count."""
