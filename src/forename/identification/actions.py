"""Recording what an analysis found."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.accounts.rules import Role
from forename.audit.recording import create
from forename.identification.models import Analysis, Proposal
from forename.records.actions import action
from forename.records.codes import next_code
from forename.records.files import keep_file

SCHEMA_VERSION = 1


@action(frozenset({Role.COORDINATOR, Role.LABORATORY}))
def record_analysis(by: Actor, *, results: Any, report: Any = None) -> Analysis:
    """Record the ``results.json`` of an analysis, with its report, and its proposals one by one.

    Raises ValidationError for a file that is not such results, or was recorded already.
    """
    data = results.read()
    results.seek(0)
    value = _read_results(data)
    digest = hashlib.sha256(data).hexdigest()
    if Analysis.objects.filter(operation=by.operation, results_sha256=digest).exists():
        raise ValidationError({"results": _("These results are recorded already.")})
    analysis = create(
        Analysis(
            operation=by.operation,
            code=next_code(by.operation, "A"),
            title=value["title"] or _("Analysis"),
            simulated=value["simulated"],
            results_sha256=digest,
            counts=value["counts"],
            findings=value["findings"],
            provenance=value["provenance"],
        ),
        by=by,
        action=record_analysis.name,
    )
    for upload in (results, report):
        if upload is not None:
            keep_file(by, upload, source=_("analysis"), of=analysis)
    for each in value["proposals"]:
        create(
            Proposal(
                operation=by.operation,
                analysis=analysis,
                remains=each["remains"],
                missing_person=each["missing_person"],
                posterior=each["posterior"],
                log10_lr=each["log10_lr"],
                reasons=each["reasons"],
                rivals=each["rivals"],
            ),
            by=by,
            action=record_analysis.name,
        )
    return analysis


def _read_results(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise ValidationError(
            {"results": _("This is not JSON: %(error)s") % {"error": error}}
        ) from error
    if not isinstance(value, dict) or value.get("schema_version") != SCHEMA_VERSION:
        raise ValidationError(
            {"results": _("This is not a results.json of schema version 1 of forename identify.")}
        )
    needed = {"title", "simulated", "counts", "findings", "provenance", "proposals"}
    if needed - value.keys():
        missing = ", ".join(sorted(needed - value.keys()))
        raise ValidationError({"results": _("The file lacks: %(missing)s") % {"missing": missing}})
    return value
