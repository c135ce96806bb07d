"""Forms about the positions of a site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import ReasonForm, StepForm
from forename.report.models import Credibility, Reliability, Report
from forename.site.forms.fields import CandidatesInput, CoordinatesField
from forename.site.models import PositionClaim
from forename.site.queries import candidates


class PositionForm(StepForm):
    """Where a site is said to be."""

    words = forms.CharField(
        label=_("where it is said to be"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_(
            "Coordinates in any notation (decimal, degrees and minutes, UTM, MGRS, Plus code), "
            "the corners of an outline line by line, or words such as “25 km south of Suluk”."
        ),
    )
    read_as = forms.CharField(
        label=_("understood as"),
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"dir": "auto"}),
        help_text=_(
            "Only where the words above cannot be read: the same as coordinates, or as a distance "
            "and a direction from a place. The words are kept as they came."
        ),
    )
    anchor_at = CoordinatesField(
        label=_("coordinates of the place that the words start from"),
        required=False,
        widget=CandidatesInput,
        help_text=_("Only where the gazetteer lacks the place or has several of the name."),
    )
    uncertainty_m = forms.FloatField(
        label=_("uncertainty in metres"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        help_text=_("Only where it is larger than the coordinates themselves leave open."),
    )
    source = forms.CharField(label=_("source"), max_length=300, required=False)
    report = forms.CharField(
        label=_("code of the report"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("Such as R-00042-K, where a report says so."),
    )

    def clean(self) -> dict[str, Any]:
        """Offer the places of a name that several have; the action asks for a choice."""
        values = super().clean() or self.cleaned_data
        words = values.get("read_as") or values.get("words", "")
        if words and not values.get("anchor_at"):
            widget: Any = self.fields["anchor_at"].widget
            widget.candidates = candidates(self.actor, words)
        return values

    def clean_report(self) -> Any:
        """Return the report of this code among those that the actor may see, None for no code."""
        code = str(self.cleaned_data["report"]).upper()
        if not code:
            return None
        found = Report.objects.visible_to(self.actor).filter(code=code).first()
        if found is None:
            raise ValidationError(_("No report with the code %(code)s is open to you; check it.")
                                  % {"code": code})  # fmt: skip
        return found


class _PositionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Return the position's words apart from the direction of the page."""
        return format_html("<bdi>{}</bdi> · {}", obj, obj.get_how_display())


class AcceptForm(ReasonForm):
    """Which position holds, and why."""

    position = _PositionChoice(
        PositionClaim.objects.none(), label=_("position that holds"), widget=forms.RadioSelect,
        empty_label=None,
    )  # fmt: skip
    field_order = ("position", "reason")

    def fit(self, actor: Actor, record: Any) -> None:
        """Offer the positions of the site."""
        super().fit(actor, record)
        field: Any = self.fields["position"]
        rows = PositionClaim.objects.visible_to(actor).filter(withdrawn_at__isnull=True)
        if record is not None:
            rows = rows.filter(site=record)
            self.initial["position"] = record.accepted_position_id
        field.queryset = rows.order_by("-created_at")


class GradeForm(StepForm):
    """The grade of a position's source and information."""

    reliability = forms.ChoiceField(label=_("grade of the source"), choices=Reliability.choices)
    credibility = forms.ChoiceField(
        label=_("grade of the information"), choices=Credibility.choices
    )
    graded_reason = forms.CharField(
        label=_("why this grade"), widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
