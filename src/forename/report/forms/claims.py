"""Forms of claims, sources, grades and questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import ReasonForm, StepForm, whole_number
from forename.records.said_dates import SaidDateField
from forename.report.marking import filled_in, propose
from forename.report.models import (
    Asked,
    Channel,
    Claim,
    Credibility,
    Relation,
    Reliability,
    Report,
    Source,
    SourceKind,
    Stance,
)
from forename.report.queries import chain_lines, place_names, source_line


class CodeField(forms.CharField):
    """A record named by its code, among those that the actor sees; `fit` says who that is."""

    def __init__(self, model: Any, **values: Any) -> None:
        values.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}))
        super().__init__(max_length=60, **values)
        self.model = model
        self.actor: Actor | None = None

    def clean(self, value: Any) -> Any:
        """Return the record; raise ValidationError where none that the actor sees has the code."""
        code = super().clean(value).upper()
        if not code:
            return None
        found = None
        if self.actor is not None:
            found = self.model.objects.visible_to(self.actor).filter(code=code).first()
        if found is None:
            raise ValidationError(_now("There is no record with the code “%s” here.") % code)
        return found


class _Facts(StepForm):
    """What a claim says, beside its words."""

    asked = forms.ChoiceField(label=_("about"), choices=Asked.choices)
    subject = forms.CharField(
        label=_("subject"),
        help_text=_("Who or what the claim is about."),
        max_length=300,
        required=False,
    )
    value = forms.CharField(label=_("what is claimed"), max_length=300, required=False)
    low = forms.FloatField(label=_("number, or at least"), required=False)
    high = forms.FloatField(label=_("at most"), required=False)
    unit = forms.CharField(
        label=_("unit"),
        help_text=_("As said: bodies, parts, bags, people, km."),
        max_length=60,
        required=False,
    )
    place = forms.CharField(label=_("place, in the words"), max_length=300, required=False)
    observed = SaidDateField(label=_("happened or observed"), required=False)
    said = SaidDateField(label=_("said"), required=False)
    published = SaidDateField(label=_("published"), required=False)
    asserted_by = forms.CharField(
        label=_("who says it"),
        help_text=_("A name; what it is may follow in brackets: Dawn Post (news outlet)."),
        max_length=240,
    )
    chain = forms.CharField(
        label=_("whom they cite, in order"),
        help_text=_("One a line: whom they cite, then whom those cite. “unnamed source” will do."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        required=False,
        max_length=3000,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends below its beginning."""
        values = super().clean() or self.cleaned_data
        low, high = values.get("low"), values.get("high")
        if low is not None and high is not None and low > high:
            self.add_error("high", ValidationError(_now("“At most” is below “at least”.")))
        for name in ("low", "high"):
            number = values.get(name)
            if number is not None and abs(number) > 1e12:
                self.add_error(name, ValidationError(_now("This number is too large to be meant.")))
        return values


class ClaimForm(_Facts):
    """A claim marked in a report."""

    report = CodeField(Report, label=_("report"))
    words = forms.CharField(
        label=_("words of the report"),
        help_text=_("Marked in the report, or copied from it sign for sign."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    start = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    end = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    field_order = ("report", "words", "start", "end", "asserted_by", "chain")

    def fit(self, actor: Actor, record: Any) -> None:
        """Take a report that the actor sees; hide its code where the page named it."""
        super().fit(actor, record)
        field: Any = self.fields["report"]
        field.actor = actor
        if self.initial.get("report"):
            field.widget = forms.HiddenInput()
        if not self.is_bound:
            self._propose(actor)

    def _propose(self, actor: Actor) -> None:
        """Fill in what the rules propose for the words that the address names."""
        code = str(self.initial.get("report", ""))
        report = Report.objects.visible_to(actor).filter(code=code).first() if code else None
        if report is None:
            return
        # Who told it publicly has no name, and is nobody else who did: the code stands for them.
        source = report.code if report.channel == Channel.PUBLIC_FORM else report.source
        self.initial.setdefault("asserted_by", source)
        start, end = (whole_number(str(self.initial.get(name, ""))) for name in ("start", "end"))
        if start is None or end is None:
            return
        self.initial["words"] = report.text[start:end].strip()
        proposals = propose(report.text, place_names(actor.operation))
        filled = filled_in(proposals, start, end)
        cited = filled.pop("cited", "")
        if cited and not source:
            self.initial["asserted_by"] = cited
        elif cited:
            filled["chain"] = cited
        for name, value in filled.items():
            self.initial.setdefault(name, value)


class ClaimCorrectionForm(_Facts, ReasonForm):
    """A correction of a claim; its words stay."""

    def fit(self, actor: Actor, record: Any) -> None:
        """Show the sources by name."""
        super().fit(actor, record)
        if record is not None:
            self.initial["asserted_by"] = source_line(record.asserted_by)
            self.initial["chain"] = chain_lines(record)


class GradeForm(StepForm):
    """Grades of source and information."""

    reliability = forms.ChoiceField(
        label=_("source"), choices=Reliability.choices, widget=forms.RadioSelect
    )
    credibility = forms.ChoiceField(
        label=_("information"), choices=Credibility.choices, widget=forms.RadioSelect
    )
    rationale = forms.CharField(
        label=_("why"), widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )


class RelationForm(StepForm):
    """What a claim does to another."""

    relation = forms.ChoiceField(label=_("relation"), choices=Relation.choices)
    other = CodeField(Claim, label=_("the other claim"), help_text=_("Its code: C-00012-K."))
    reason = forms.CharField(label=_("why"), widget=forms.Textarea(attrs={"rows": 2}))

    def fit(self, actor: Actor, record: Any) -> None:
        """Take a claim that the actor sees."""
        super().fit(actor, record)
        field: Any = self.fields["other"]
        field.actor = actor


class SourceForm(StepForm):
    """A source."""

    name = forms.CharField(label=_("name"), max_length=200)
    name_ar = forms.CharField(label=_("name in Arabic"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("what it is"), choices=SourceKind.choices)
    within = forms.ModelChoiceField(
        Source.objects.none(), label=_("speaks for, or is cited by"), required=False
    )
    confidential = forms.BooleanField(label=_("named to the inquiry only"), required=False)
    description = forms.CharField(
        label=_("what is known about it"),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        required=False,
    )

    def fit(self, actor: Actor, record: Any) -> None:
        """Offer the sources that the actor sees."""
        super().fit(actor, record)
        for name in ("within", "same_as"):
            if name in self.fields:
                others = Source.objects.visible_to(actor).order_by("name")
                if record is not None:
                    others = others.exclude(pk=record.pk)
                self.fields[name].queryset = others  # type: ignore[attr-defined]


class SourceCorrectionForm(SourceForm, ReasonForm):
    """A correction of a source, or that it is the same as another."""

    same_as = forms.ModelChoiceField(
        Source.objects.none(),
        label=_("is the same as"),
        help_text=_("Their claims then go back to one origin."),
        required=False,
    )
    field_order = ("name", "name_ar", "kind", "within", "same_as")


class QuestionForm(StepForm):
    """A question and its bounds."""

    text = forms.CharField(label=_("question"), max_length=300)
    kind = forms.ChoiceField(label=_("kind"), choices=Asked.choices)
    scope = forms.CharField(
        label=_("what it covers"),
        help_text=_("Which place, which time, who counts: “this pit, not the cemetery beside it”."),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    answer_tested = forms.CharField(
        label=_("answer under test"),
        help_text=_("Claims are placed for it or against it."),
        max_length=300,
        required=False,
    )


class QuestionCorrectionForm(QuestionForm, ReasonForm):
    """A correction of a question."""


class PlaceClaimForm(StepForm):
    """A claim on a question."""

    claim = CodeField(Claim, label=_("claim"), help_text=_("Its code: C-00012-K."))
    stance = forms.ChoiceField(
        label=_("for or against the answer under test"),
        choices=Stance.choices,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("why"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )

    def fit(self, actor: Actor, record: Any) -> None:
        """Take a claim that the actor sees."""
        super().fit(actor, record)
        field: Any = self.fields["claim"]
        field.actor = actor


class EstablishmentForm(StepForm):
    """What the operation itself has established."""

    value = forms.CharField(
        label=_("what is established"),
        help_text=_("With its unit: 115 bodies, minimum number."),
        max_length=300,
    )
    definition = forms.CharField(
        label=_("how it was established, and what it means"),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )
    as_of = SaidDateField(label=_("as of"))
