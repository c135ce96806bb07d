"""The kind of position claims."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.forms import ReasonForm
from forename.records.kinds import Column, Kind, Step, choice_filter
from forename.records.withdrawing import WITHDRAWN
from forename.report.models import Report
from forename.site.actions import accept_position, grade_position, withdraw_position
from forename.site.forms import GradeForm
from forename.site.models import PositionClaim
from forename.site.views.drawing import (
    length_in_words,
    map_context,
    notations_of,
    relative_in_words,
)


def _position_context(actor: Actor, claim: Any) -> dict[str, Any]:
    site = claim.site
    report = None
    if claim.report_id is not None:
        report = Report.objects.visible_to(actor).filter(pk=claim.report_id).first()
    return {
        "site": site,
        "accepted": site.accepted_position_id == claim.pk,
        "notations": notations_of(claim),
        "report": report,
        "may_accept": actor.may(accept_position.allowed) and claim.withdrawn_at is None,
        **map_context({1: claim}, site.accepted_position_id),
    }


def _may_withdraw(_actor: Actor, claim: Any) -> bool:
    return claim.withdrawn_at is None and claim.site.accepted_position_id != claim.pk


def _may_grade(actor: Actor, claim: Any) -> bool:
    return actor.user is None or claim.created_by_id != actor.user.pk


POSITIONS = Kind(
    PositionClaim,
    "positions",
    _("position"),
    _("positions"),
    empty=_("Positions are added on the page of a site."),
    columns=(
        Column("words", _("words or coordinates"), "words"),
        Column("site", _("site"), "site"),
        Column("how", _("form"), "how"),
        Column("latitude", _("latitude"), lambda p: round(p.latitude, 6), "latitude", ltr=True),
        Column("longitude", _("longitude"), lambda p: round(p.longitude, 6), "longitude", ltr=True),
        Column(
            "uncertainty_m",
            _("uncertainty in metres"),
            lambda p: round(p.uncertainty_m, 1),
            "uncertainty_m",
            ltr=True,
        ),
        Column("source", _("source"), "source"),
        Column("grade", _("grade"), lambda p: p.grade(), "reliability", ltr=True),
        Column("recorded", _("recorded"), "created_at"),
        WITHDRAWN,
    ),
    facts=(
        Column("words", _("words or coordinates"), "words"),
        Column("read_as", _("understood as"), "read_as"),
        Column("site", _("site"), "site"),
        Column("how", _("form"), "how"),
        Column("read", _("read as"), relative_in_words, "relative"),
        Column(
            "uncertainty",
            _("uncertainty"),
            lambda p: length_in_words(p.uncertainty_m),
            "uncertainty_m",
        ),
        Column("source", _("source"), "source"),
        Column("reliability", _("grade of the source"), "reliability"),
        Column("credibility", _("grade of the information"), "credibility"),
        Column("graded_reason", _("why this grade"), "graded_reason"),
        Column("recorded", _("recorded"), "created_at"),
        Column("recorded_by", _("recorded by"), "created_by"),
        WITHDRAWN,
    ),
    filters=(choice_filter(PositionClaim, "how"),),
    rows=lambda rows: rows.select_related("operation", "created_by", "site__operation"),
    steps=(
        Step("grade", _("Grade"), grade_position, GradeForm, when=_may_grade),
        Step("withdraw", _("Withdraw"), withdraw_position, ReasonForm, when=_may_withdraw),
    ),
    template="site/position.html",
    context=_position_context,
    geometry=lambda claim: claim.geometry,
    in_menu=False,
)
