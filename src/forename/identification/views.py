"""What the identification room shows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.formats.report_numbers import percent
from forename.identification.actions import record_analysis
from forename.identification.forms import AnalysisForm
from forename.identification.models import Analysis, Proposal
from forename.records.files import files_of
from forename.records.kinds import Column, Kind, Step


def _analysis_context(actor: Actor, analysis: Any) -> dict[str, Any]:
    proposals = Proposal.objects.visible_to(actor).filter(analysis=analysis)
    return {
        "proposals": [
            (p, PROPOSALS.address(p))
            for p in proposals.select_related("operation").order_by("-posterior", "missing_person")
        ],
        "files": files_of(analysis),
    }


ANALYSES = Kind(
    Analysis,
    "analyses",
    _("analysis"),
    _("analyses"),
    empty=_(
        "Analyses are taken over with “Record an analysis”, from a folder of results that "
        "“forename identify” wrote."
    ),
    columns=(
        Column("code", _("code"), "code", ltr=True),
        Column("title", _("title"), "title"),
        Column("remains", _("remains"), lambda a: a.counts.get("remains")),
        Column("families", _("families"), lambda a: a.counts.get("families")),
        Column("recorded", _("recorded"), "created_at"),
    ),
    rows=lambda rows: rows.select_related("operation"),
    steps=(Step("record", _("Record an analysis"), record_analysis, AnalysisForm, creates=True),),
    template="identification/analysis.html",
    context=_analysis_context,
    files_for=Analysis.readable_by,
)
_PROPOSAL = (
    Column("missing_person", _("missing person"), "missing_person", ltr=True),
    Column("remains", _("remains"), lambda p: ", ".join(p.remains), "remains", ltr=True),
    Column("posterior", _("posterior"), lambda p: percent(p.posterior), "posterior", ltr=True),
    Column("log10_lr", _("log10 LR"), lambda p: round(p.log10_lr, 2), "log10_lr"),
    Column("analysis", _("analysis"), "analysis"),
)
PROPOSALS = Kind(
    Proposal,
    "proposals",
    _("proposal"),
    _("proposals"),
    empty=_("Proposals come with an analysis: open “Analyses” to record one."),
    columns=(
        *_PROPOSAL,
        Column("probability", _("posterior as a number"), "posterior", exported_only=True),
    ),
    facts=_PROPOSAL,
    order=("-posterior", "missing_person"),
    rows=lambda rows: rows.select_related("operation", "analysis__operation"),
    template="identification/proposal.html",
)
