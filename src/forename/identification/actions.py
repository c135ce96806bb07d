"""Recording what an analysis found."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.accounts.rules import Role
from forename.audit.recording import create
from forename.exceptions import UnusableInputError
from forename.formats.json_fields import JsonField, json_of_text
from forename.formats.source import Source
from forename.formats.text import decode
from forename.identification.models import Analysis, Proposal
from forename.records.actions import action
from forename.records.codes import next_code
from forename.records.files import keep_file
from forename.records.readings import unread_in_words

SCHEMA_VERSION = 1
LONGEST_NAME = 200
LARGEST_BYTES = 50 * 2**20


@action(frozenset({Role.COORDINATOR, Role.LABORATORY}))
def record_analysis(by: Actor, *, results: Any, report: Any = None) -> Analysis:
    """Record the ``results.json`` of an analysis, with its report, and its proposals one by one.

    Raises ValidationError for a file that is not such results, is too large, or was recorded
    already; and for simulated results, which belong into a simulated operation.
    """
    for name, upload in (("results", results), ("report", report)):
        if upload is not None and upload.size > LARGEST_BYTES:
            raise ValidationError({name: _("The file is larger than 50 MB.")})
    data = results.read()
    results.seek(0)
    digest = hashlib.sha256(data).hexdigest()
    value = _read_results(results.name, data, digest)
    if value["simulated"] and not by.operation.simulated:
        raise ValidationError(
            {"results": _("These results are simulated; record them in a simulated operation.")}
        )
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
            Proposal(operation=by.operation, analysis=analysis, **each),
            by=by,
            action=record_analysis.name,
        )
    return analysis


def _read_results(name: str, data: bytes, digest: str) -> dict[str, Any]:
    """Return what is kept of a ``results.json``; ValidationError names the field at fault."""
    try:
        root = json_of_text(decode(Source(name, data, digest)))
        version = root.field("schema_version")
        if version.value != SCHEMA_VERSION:
            raise version.error("this version of the results is not known.", str(SCHEMA_VERSION))
        root.field("counts").fields()
        root.field("findings").items()
        root.field("provenance").fields()
        return {
            "title": _short(root.field("title")),
            "simulated": root.field("simulated").value is not False,
            "counts": root.field("counts").value,
            "findings": root.field("findings").value,
            "provenance": root.field("provenance").value,
            "proposals": [_read_proposal(each) for each in root.field("proposals").items()],
        }
    except UnusableInputError as error:
        raise ValidationError({"results": unread_in_words(error)}) from error


def _short(field: JsonField) -> str:
    text = field.text()
    if len(text) > LONGEST_NAME:
        raise field.error("this text is too long.", f"at most {LONGEST_NAME} characters")
    return text


def _read_proposal(proposal: JsonField) -> dict[str, Any]:
    return {
        "remains": list(proposal.field("remains").texts()),
        "missing_person": _short(proposal.field("missing_person")),
        "posterior": proposal.field("posterior").probability(),
        "log10_lr": proposal.field("log10_lr").number(),
        "reasons": list(proposal.field("reasons").texts()),
        "rivals": [
            {
                "missing_person": rival.field("missing_person").text(),
                "posterior": rival.field("posterior").probability(),
            }
            for rival in proposal.field("rivals").items()
        ],
    }
