"""The kind of sites, and what a site's page shows beside its facts."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forename.accounts.access import Actor
from forename.records.kinds import Column, Filter, Kind, Step, choice_filter
from forename.report.models import Report
from forename.site.actions import (
    accept_position,
    add_image,
    add_log_entry,
    add_position,
    confirm_assessment,
    correct_site,
    move_site,
    record_condition,
    record_site,
    take_place,
)
from forename.site.exchange import READERS
from forename.site.forms import (
    AcceptForm,
    ConditionForm,
    ConfirmationForm,
    ImageForm,
    LogForm,
    MoveForm,
    PositionForm,
    SiteCorrectionForm,
    SiteForm,
    SiteRowForm,
)
from forename.site.models import Grave, PositionClaim, Site, SiteImage, SiteLogEntry
from forename.site.queries import (
    checklist,
    confirmations_of,
    facts_of,
    lacking,
    last_assessment,
    missing_while_digging,
    steps_of,
)
from forename.site.rules import (
    BEFORE_DIGGING,
    EXCAVATORS,
    MOVERS,
    ConditionKind,
    Rung,
    earlier_rungs,
    next_rungs,
)
from forename.site.views.documents import documents_of
from forename.site.views.drawing import length_in_words, map_context, notations_of
from forename.site.views.ladder import ahead_of, item_of, line_of
from forename.site.views.positions import POSITIONS

SHOWN_LINES = 10


def _site_context(actor: Actor, site: Any) -> dict[str, Any]:
    claims = list(
        PositionClaim.objects.visible_to(actor)
        .filter(site=site)
        .select_related("operation", "created_by")
        .order_by("created_at")
    )
    accepted = next((c for c in claims if c.pk == site.accepted_position_id), None)
    reports = Report.objects.visible_to(actor).in_bulk(
        [c.report_id for c in claims if c.report_id is not None]
    )
    steps = steps_of(site)
    papers = documents_of(steps)
    entries = SiteLogEntry.objects.visible_to(actor).filter(site=site)
    log = list(
        entries.select_related("created_by", "operation", "corrects").order_by("-happened")[
            :SHOWN_LINES
        ]
    )
    images = SiteImage.objects.visible_to(actor).filter(site=site).select_related("operation")
    met = checklist(site, BEFORE_DIGGING, timezone.localdate())
    return {
        "line": line_of(site, steps),
        "ladder_steps": [(step, papers.get(step.pk, [])) for step in steps],
        "overrides": [s for s in steps if s.overridden],
        "ahead": ahead_of(actor, site),
        "lacking": missing_while_digging(site, facts_of(site)),
        "confirmations": confirmations_of(last_assessment(site)),
        "conditions": [item_of(actor, site, each) for each in met],
        "positions": [
            {
                "claim": c,
                "address": POSITIONS.address(c),
                "uncertainty": length_in_words(c.uncertainty_m),
                "accepted": c.pk == site.accepted_position_id,
                "report": reports.get(c.report_id),
            }
            for c in claims
        ],
        "notations": notations_of(accepted) if accepted else [],
        "accepted_uncertainty": length_in_words(accepted.uncertainty_m) if accepted else "",
        "graves": list(Grave.objects.visible_to(actor).filter(site=site).order_by("code")),
        "records_graves": actor.may(EXCAVATORS),
        "log": log,
        "log_files": documents_of(log),
        "log_count": entries.count(),
        "images": list(images.order_by("taken_from")),
        **map_context(
            {n: c for n, c in enumerate(claims, 1) if c.withdrawn_at is None},
            site.accepted_position_id,
        ),
    }


def _may_move(actor: Actor, site: Any) -> bool:
    now = Rung(site.status)
    return any(actor.may(MOVERS[r]) for r in (*next_rungs(now), *earlier_rungs(now)))


def _may_confirm(actor: Actor, site: Any) -> bool:
    return (
        site.status == Rung.ASSESSED
        and actor.user is not None
        and site.created_by_id != actor.user.pk
    )


def _placed(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(accepted_position__isnull=value == "no")


def _lacks(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return lacking(rows, BEFORE_DIGGING if value == "any" else [ConditionKind(value)])


def _of_accepted(name: str, digits: int) -> Any:
    def value(site: Any) -> Any:
        position = site.accepted_position
        return None if position is None else round(getattr(position, name), digits)

    return value


SITES = Kind(
    Site,
    "sites",
    _("site"),
    _("sites"),
    empty=_("Sites are recorded here one by one, or taken from a table, GeoJSON, KML or GPX file."),
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("name", _("name"), lambda s: s.title(), "name"),
        Column("status", _("status"), "status"),
        Column("type", _("type"), "site_type"),
        Column("governorate", _("governorate"), "governorate"),
        Column("locality", _("town or village"), "locality"),
        Column(
            "uncertainty",
            _("position within"),
            lambda s: (
                length_in_words(s.accepted_position.uncertainty_m) if s.accepted_position else None
            ),
            "accepted_position",
        ),
        Column("name_ar", _("name in Arabic"), "name_ar", exported_only=True),
        Column(
            "latitude",
            _("latitude"),
            _of_accepted("latitude", 6),
            "accepted_position",
            exported_only=True,
        ),
        Column(
            "longitude",
            _("longitude"),
            _of_accepted("longitude", 6),
            "accepted_position",
            exported_only=True,
        ),
        Column(
            "uncertainty_m",
            _("uncertainty in metres"),
            _of_accepted("uncertainty_m", 1),
            "accepted_position",
            exported_only=True,
        ),
        Column("recorded", _("recorded"), "created_at"),
    ),
    facts=(
        Column("name", _("name"), "name"),
        Column("name_ar", _("name in Arabic"), "name_ar"),
        Column("other_names", _("other names and spellings"), "other_names"),
        Column("type", _("type"), "site_type"),
        Column("governorate", _("governorate"), "governorate"),
        Column("district", _("district"), "district"),
        Column("locality", _("town or village"), "locality"),
        Column("sensitivity", _("sensitivity"), "sensitivity"),
        Column("description", _("description"), "description"),
        Column("recorded", _("recorded"), "created_at"),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    filters=(
        choice_filter(Site, "status"),
        choice_filter(Site, "site_type"),
        Filter(
            "placed",
            _("position"),
            lambda _actor: [
                ("yes", pgettext_lazy("position", "accepted")),
                ("no", _("none accepted")),
            ],
            _placed,
        ),
        Filter(
            "lacks",
            _("condition that is missing"),
            lambda _actor: [("any", _("one or more")), *ConditionKind.choices],
            _lacks,
        ),
    ),
    imported_by=Step("take", _("Take over"), take_place, SiteRowForm, creates=True),
    readers=READERS,
    beside=(("site-map", _("Map")), ("site-gazetteer", _("Gazetteer"))),
    rows=lambda rows: rows.select_related("operation", "created_by", "accepted_position"),
    steps=(
        Step("record", _("Record a site"), record_site, SiteForm, creates=True),
        Step(
            "move",
            _("Move on the ladder"),
            move_site,
            MoveForm,
            when=_may_move,
            prefilled=("to_rung",),
        ),
        Step(
            "confirm",
            _("Confirm the assessment"),
            confirm_assessment,
            ConfirmationForm,
            when=_may_confirm,
        ),
        Step(
            "add-position",
            _("Add a position"),
            add_position,
            PositionForm,
            prefilled=("words", "source", "report"),
        ),
        Step(
            "accept-position",
            _("Accept a position"),
            accept_position,
            AcceptForm,
            when=lambda _actor, site: PositionClaim.objects.filter(
                site=site, withdrawn_at__isnull=True
            ).exists(),
            prefilled=("position",),
        ),
        Step(
            "condition",
            _("Record a condition"),
            record_condition,
            ConditionForm,
            prefilled=("kind",),
        ),
        Step("log", _("Add to the log"), add_log_entry, LogForm, prefilled=("kind", "corrects")),
        Step("image", _("Add a picture"), add_image, ImageForm),
        Step("correct", _("Correct"), correct_site, SiteCorrectionForm),
    ),
    template="site/site.html",
    context=_site_context,
    geometry=lambda site: site.accepted_position.geometry if site.accepted_position else None,
)
