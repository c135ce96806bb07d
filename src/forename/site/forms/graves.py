"""Forms about graves, contexts and their relations."""

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
from forename.site.forms.fields import CoordinatesField
from forename.site.grave_queries import find_context
from forename.site.models import Context, ContextKind, Dug, Grave, GraveKind, Site
from forename.site.outlines import read_outline, write_outline
from forename.site.sequence import Wording

DEEPEST_M = 200.0  # wells and shafts
HIGHEST_M = -20.0  # above datum: piles and structures


def _text(label: Any, limit: int, **values: Any) -> forms.CharField:
    values.setdefault("widget", forms.TextInput(attrs={"dir": "auto"}))
    return forms.CharField(label=label, max_length=limit, required=False, **values)


def _area(label: Any, rows: int = 2, **values: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "dir": "auto"})
    return forms.CharField(label=label, required=False, widget=widget, **values)


def _metres(label: Any, least: float, most: float, **values: Any) -> forms.FloatField:
    return forms.FloatField(label=label, required=False, min_value=least, max_value=most, **values)


def _degrees(label: Any, **values: Any) -> forms.FloatField:
    return forms.FloatField(label=label, required=False, min_value=0, max_value=360, **values)


class OutlineField(forms.CharField):
    """An outline typed corner by corner; the cleaned value is a tuple of pairs in metres."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("widget", forms.Textarea(attrs={"rows": 5, "dir": "ltr"}))
        super().__init__(required=False, max_length=60_000, **values)

    def clean(self, value: Any) -> Any:
        """Return the corners; raise ValidationError with the line that is wrong."""
        return read_outline(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Return corners as they are typed."""
        return value if isinstance(value, str) else write_outline(value)


class ContextField(forms.CharField):
    """A context by its code, or by its number on the ground within ``grave``; `fit` sets both."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("widget", forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}))
        super().__init__(max_length=60, **values)
        self.actor: Actor | None = None
        self.grave: Grave | None = None

    def clean(self, value: Any) -> Any:
        """Return the context that the actor sees, else raise ValidationError."""
        called = super().clean(value)
        found = find_context(self.grave, called) if self.grave is not None else None
        if found is None and self.actor is not None:
            rows = Context.objects.visible_to(self.actor)
            found = rows.filter(code=called.upper()).first()
        if found is None:
            raise ValidationError(_now("There is no context “%s” here.") % called)
        return found


class _GraveFacts(StepForm):
    """What is recorded about a grave."""

    name = _text(_("name on the ground"), 100)
    kind = forms.ChoiceField(label=_("type of grave"), choices=GraveKind.choices)
    how_dug = forms.ChoiceField(label=_("how it was dug"), choices=Dug.choices)
    observed = SaidDateField(label=_("observed"), required=False)
    length_m = _metres(_("length in metres"), 0, 1000)
    width_m = _metres(_("width in metres"), 0, 1000)
    depth_m = _metres(_("depth in metres"), 0, DEEPEST_M)
    orientation_deg = _degrees(
        _("bearing of the long axis in degrees"),
        help_text=_("Clockwise from north, 0 to 360."),
    )
    origin = CoordinatesField(
        label=_("coordinates of the grid's origin"),
        required=False,
        help_text=_("Where x and y are 0, in any notation of coordinates."),
    )
    origin_words = _text(_("where the origin is marked"), 300)
    grid_bearing_deg = _degrees(
        _("bearing of the grid's y axis in degrees"),
        help_text=_("Clockwise from true north; 0 where y runs north. Empty where not measured."),
    )
    datum = _text(
        _("datum of depths"), 200, help_text=_("What the depth 0 is: a nail, a bench mark.")
    )
    notes = _area(_("notes"), 4)

    def fit(self, actor: Actor, record: Any) -> None:
        """Show the origin as decimal degrees."""
        super().fit(actor, record)
        if isinstance(record, Grave) and record.origin is not None:
            self.initial["origin"] = "{:.7f}, {:.7f}".format(*record.origin)


class GraveForm(_GraveFacts):
    """A grave of a site."""

    site = CodeField(Site, label=_("code of the site"))
    field_order = ("site",)

    def fit(self, actor: Actor, record: Any) -> None:
        """Take a site that the actor sees."""
        super().fit(actor, record)
        field: Any = self.fields["site"]
        field.actor = actor


class GraveCorrectionForm(_GraveFacts, ReasonForm):
    """A correction of a grave."""


class _ContextFacts(StepForm):
    """What is recorded about a context."""

    number = _text(
        _("number on the ground"), 20, widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("What the team calls it; the code is given by the program."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("type of context"), choices=ContextKind.choices)
    description = _area(_("description"), 3)
    soil = _text(_("soil"), 200)
    colour = _text(_("colour"), 100)
    inclusions = _area(_("inclusions"))
    top_m = _metres(_("top, metres below datum"), HIGHEST_M, DEEPEST_M)
    bottom_m = _metres(_("bottom, metres below datum"), HIGHEST_M, DEEPEST_M)
    outline = OutlineField(
        label=_("outline in local metres"),
        help_text=_("One corner a line, x and y in metres, walked around: 1.25 0.80"),
    )
    observed = SaidDateField(label=_("observed"), required=False)
    recorder = _text(_("recorded on the ground by"), 200)


class ContextForm(_ContextFacts):
    """A context of a grave."""

    grave = CodeField(Grave, label=_("code of the grave"))
    field_order = ("grave",)

    def fit(self, actor: Actor, record: Any) -> None:
        """Take a grave that the actor sees."""
        super().fit(actor, record)
        field: Any = self.fields["grave"]
        field.actor = actor


class ContextCorrectionForm(_ContextFacts, ReasonForm):
    """A correction of a context."""


class RelateForm(StepForm):
    """How a context lies to another."""

    relation = forms.ChoiceField(label=_("this context"), choices=Wording.choices)
    second = ContextField(
        label=_("the other context"), help_text=_("Its number on the ground, or its code.")
    )
    grounds = _area(_("how it was seen"))

    def fit(self, actor: Actor, record: Any) -> None:
        """Look for the other one in the grave of this one."""
        super().fit(actor, record)
        field: Any = self.fields["second"]
        field.actor = actor
        field.grave = record.grave if record is not None else None


class RelationForm(StepForm):
    """Two contexts and how they lie to each other: a row of a table."""

    grave = CodeField(
        Grave, label=_("code of the grave"), required=False,
        help_text=_("Only where contexts are named by their numbers on the ground."),
    )  # fmt: skip
    first = ContextField(label=_("context"))
    relation = forms.ChoiceField(label=_("relation"), choices=Wording.choices)
    second = ContextField(label=_("other context"))
    grounds = _area(_("how it was seen"))

    def fit(self, actor: Actor, record: Any) -> None:
        """Look for contexts that the actor sees, by number within the grave that is stated."""
        super().fit(actor, record)
        for name in ("grave", "first", "second"):
            field: Any = self.fields[name]
            field.actor = actor
        grave: Any = self.fields["grave"]
        try:
            found = grave.clean(str(self["grave"].value() or ""))
        except ValidationError:
            found = None  # told when the field itself is read
        for name in ("first", "second"):
            field = self.fields[name]
            field.grave = found
