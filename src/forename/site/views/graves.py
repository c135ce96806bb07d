"""The kinds of graves, contexts and relations."""

from __future__ import annotations

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import ReasonForm
from forename.records.kinds import Column, Kind, Step, choice_filter
from forename.records.said_dates import date_cell
from forename.records.withdrawing import STANDING, WITHDRAWN, stands
from forename.site.actions import (
    correct_context,
    correct_grave,
    record_context,
    record_grave,
    record_relation,
    relate_context,
    withdraw_context,
    withdraw_relation,
)
from forename.site.forms import (
    ContextCorrectionForm,
    ContextForm,
    GraveCorrectionForm,
    GraveForm,
    RelateForm,
    RelationForm,
)
from forename.site.grave_queries import (
    contexts_of,
    nearest,
    relations_of,
    relations_with,
    sequence_of,
)
from forename.site.models import Context, ContextRelation, Grave
from forename.site.outline_files import read_local_geojson
from forename.site.outlines import area_m2, on_the_globe, write_outline
from forename.site.rules import EXCAVATORS
from forename.site.views.grave_drawings import (
    contradictions_in_words,
    plan_of,
    plan_svg,
    relation_in_words,
    sequence_svg,
)

SHOWN_ROWS = 200
MOST_DRAWN = 150  # contexts of the diagram on a grave's page; a larger one has its own page
MOST_NEAR = 150  # contexts around the one whose page it is
MOST_OUTLINED = 500  # contexts of a grave whose plan is on its page; a larger one has its own page


def _grave_context(actor: Actor, grave: Any) -> dict[str, Any]:
    contexts = contexts_of(grave)
    relations = relations_of(grave, contexts)
    found = sequence_of(contexts, relations)
    apart = len(contexts) > MOST_OUTLINED
    plan = None if apart else plan_of(grave, contexts)
    small = 0 < len(contexts) <= MOST_DRAWN
    return {
        "contexts": contexts[:SHOWN_ROWS],
        "context_count": len(contexts),
        "relations": [(r, relation_in_words(r)) for r in relations[:SHOWN_ROWS]],
        "relation_count": len(relations),
        "contradictions": contradictions_in_words(found, contexts, relations),
        "diagram": sequence_svg(grave, contexts, found, linked=True) if small else "",
        "drawing": plan_svg(grave, plan, linked=True) if plan else "",
        "plan_apart": apart and any(context.outline for context in contexts),
        "may_record": actor.may(EXCAVATORS),
    }


def _context_context(actor: Actor, context: Any) -> dict[str, Any]:
    grave = context.grave
    contexts = contexts_of(grave)
    relations = relations_of(grave, contexts)
    found = sequence_of(contexts, relations)
    near = nearest(contexts, context, MOST_NEAR) if context.outline else []
    plan = plan_of(grave, near, context)
    return {
        "grave": grave,
        "relations": [(r, relation_in_words(r)) for r in relations_with(context)],
        "contradictions": [
            each
            for each in contradictions_in_words(found, contexts, relations)
            if context in each.contexts
        ],
        "drawing": plan_svg(grave, plan, linked=True) if plan else "",
        "drawn": len(near),
        "outlined": sum(1 for each in contexts if each.outline),
        "may_record": actor.may(EXCAVATORS),
    }


def _metres(name: str) -> Any:
    def value(record: Any) -> str | None:
        metres = getattr(record, name)
        if metres is None:
            return None
        return _now("%(number)s m") % {"number": number_format(metres, decimal_pos=2)}

    return value


def _degrees(name: str) -> Any:
    def value(record: Any) -> str | None:
        degrees = getattr(record, name)
        return None if degrees is None else f"{degrees:g}°"

    return value


def _area(context: Any) -> str | None:
    if not context.outline:
        return None
    return _now("%(number)s m²") % {
        "number": number_format(area_m2(context.outline), decimal_pos=2)
    }


def _origin(grave: Any) -> str | None:
    return None if grave.origin is None else "{:.7f}, {:.7f}".format(*grave.origin)


def _origin_point(grave: Any) -> dict[str, Any] | None:
    if grave.origin is None:
        return None
    return {"type": "Point", "coordinates": [grave.origin_longitude, grave.origin_latitude]}


def _context_geometry(context: Any) -> dict[str, Any] | None:
    grave = context.grave
    if not context.outline or grave.origin is None or grave.grid_bearing_deg is None:
        return None
    return on_the_globe(context.outline, grave.origin, grave.grid_bearing_deg)


GRAVES = Kind(
    Grave,
    "graves",
    _("grave"),
    _("graves"),
    empty=_(
        "Graves are recorded on the page of their site, under “Graves”, by a site lead or a "
        "recovery recorder."
    ),
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("name", _("name on the ground"), "name"),
        Column("site", _("site"), "site"),
        Column("kind", _("type of grave"), "kind"),
        Column("how_dug", _("how it was dug"), "how_dug"),
        Column("length", _("length"), _metres("length_m"), "length_m"),
        Column("width", _("width"), _metres("width_m"), "width_m"),
        Column("depth", _("depth"), _metres("depth_m"), "depth_m"),
        Column("observed", _("observed"), date_cell("observed"), "observed"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    facts=(
        Column("name", _("name on the ground"), "name"),
        Column("site", _("site"), "site"),
        Column("kind", _("type of grave"), "kind"),
        Column("how_dug", _("how it was dug"), "how_dug"),
        Column("observed", _("observed"), date_cell("observed"), "observed"),
        Column("length", _("length"), _metres("length_m"), "length_m"),
        Column("width", _("width"), _metres("width_m"), "width_m"),
        Column("depth", _("depth"), _metres("depth_m"), "depth_m"),
        Column(
            "orientation",
            _("bearing of the long axis"),
            _degrees("orientation_deg"),
            "orientation_deg",
            ltr=True,
        ),
        Column("origin", _("origin of the grid"), _origin, "origin_latitude", ltr=True),
        Column("origin_words", _("where the origin is marked"), "origin_words"),
        Column(
            "grid_bearing",
            _("bearing of the grid's y axis"),
            _degrees("grid_bearing_deg"),
            "grid_bearing_deg",
            ltr=True,
        ),
        Column("datum", _("datum of depths"), "datum"),
        Column("notes", _("notes"), "notes"),
        Column("recorded", _("recorded"), "created_at"),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    filters=(choice_filter(Grave, "kind"), choice_filter(Grave, "how_dug")),
    rows=lambda rows: rows.select_related("operation", "created_by", "site__operation"),
    steps=(
        Step("record", _("Record a grave"), record_grave, GraveForm, creates=True),
        Step("correct", _("Correct"), correct_grave, GraveCorrectionForm),
    ),
    template="site/grave.html",
    context=_grave_context,
    geometry=_origin_point,
    imported_by="record",
)
CONTEXTS = Kind(
    Context,
    "contexts",
    _("context"),
    _("contexts"),
    empty=_("Contexts are recorded on the page of their grave, under “Contexts”."),
    worded={"outline": write_outline},
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("number", _("number on the ground"), "number", ltr=True),
        Column("grave", _("grave"), "grave"),
        Column("kind", _("type of context"), "kind"),
        Column("top", _("top below datum"), _metres("top_m"), "top_m"),
        Column("bottom", _("bottom below datum"), _metres("bottom_m"), "bottom_m"),
        Column("description", _("description"), "description"),
        Column("soil", _("soil"), "soil", exported_only=True),
        Column("colour", _("colour"), "colour", exported_only=True),
        Column("inclusions", _("inclusions"), "inclusions", exported_only=True),
        Column(
            "outline",
            _("outline in local metres"),
            lambda c: write_outline(c.outline).replace("\n", "; "),
            "outline",
            exported_only=True,
        ),
        WITHDRAWN,
        Column("recorded", _("recorded"), "created_at"),
    ),
    facts=(
        Column("number", _("number on the ground"), "number", ltr=True),
        Column("grave", _("grave"), "grave"),
        Column("kind", _("type of context"), "kind"),
        Column("description", _("description"), "description"),
        Column("soil", _("soil"), "soil"),
        Column("colour", _("colour"), "colour"),
        Column("inclusions", _("inclusions"), "inclusions"),
        Column("top", _("top below datum"), _metres("top_m"), "top_m"),
        Column("bottom", _("bottom below datum"), _metres("bottom_m"), "bottom_m"),
        Column("area", _("area of the outline"), _area, "outline"),
        Column("observed", _("observed"), date_cell("observed"), "observed"),
        Column("recorder", _("recorded on the ground by"), "recorder"),
        WITHDRAWN,
        Column("recorded", _("recorded"), "created_at"),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    filters=(choice_filter(Context, "kind"), STANDING),
    rows=lambda rows: rows.select_related(
        "operation", "created_by", "grave__operation", "grave__site"
    ),
    steps=(
        Step("record", _("Record a context"), record_context, ContextForm, creates=True),
        Step(
            "relate",
            _("Relate to another context"),
            relate_context,
            RelateForm,
            when=stands,
            prefilled=("relation", "second"),
        ),
        Step("correct", _("Correct"), correct_context, ContextCorrectionForm, when=stands),
        Step("withdraw", _("Withdraw"), withdraw_context, ReasonForm, when=stands),
    ),
    template="site/context.html",
    context=_context_context,
    geometry=_context_geometry,
    in_menu=False,
    imported_by="record",
    readers={"geojson": read_local_geojson, "json": read_local_geojson},
)
RELATIONS = Kind(
    ContextRelation,
    "relations",
    _("relation of contexts"),
    _("relations of contexts"),
    empty=_("Relations of contexts are recorded on the page of a context."),
    columns=(
        Column("said", _("relation"), relation_in_words, "relation"),
        Column("first", _("context"), "first"),
        Column("second", _("other context"), "second"),
        Column("grave", _("grave"), "grave"),
        Column("grounds", _("how it was seen"), "grounds"),
        WITHDRAWN,
        Column("recorded_by", _("recorded by"), "created_by"),
        Column("recorded", _("recorded"), "created_at"),
    ),
    filters=(choice_filter(ContextRelation, "relation"), STANDING),
    rows=lambda rows: rows.select_related(
        "operation", "created_by", "grave__operation", "grave__site", "first__operation",
        "second__operation",
    ),
    steps=(
        Step("record", _("Record a relation"), record_relation, RelationForm, creates=True),
        Step("withdraw", _("Withdraw"), withdraw_relation, ReasonForm, when=stands),
    ),
    title=relation_in_words,
    in_menu=False,
    imported_by="record",
)  # fmt: skip
