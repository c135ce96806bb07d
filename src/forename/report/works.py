"""What jobs of the report room do: the lines of a large victim list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.audit.recording import StaleEdit
from forename.records.actions import Prepared
from forename.records.jobs import IMPORTED_AT_ONCE, ask_for, counted, work
from forename.records.models import ImportBatch, Job
from forename.report.actions.lists import take_list_over
from forename.report.models import VictimEntry, VictimList


@work("victim-list")
def take_lines_over(job: Job, actor: Actor) -> dict[str, Any]:
    """Make the entries of a staged list; taken over already, there is nothing left to do."""
    batch: Any = ImportBatch.objects.filter(
        pk=job.asked["batch"], operation=job.operation, kind=VictimEntry.type_name()
    ).first()
    rows = VictimList.objects.visible_to(actor)
    victim_list = rows.filter(pk=batch.file.record_id).first() if batch is not None else None
    if victim_list is None:
        raise ValidationError(_("The staged table is not there."))
    if batch.taken_at is None:
        lines = counted(job, batch.rows, len(batch.rows))
        try:
            take_list_over(actor, victim_list, batch, job.asked["seen_version"], lines)
        except StaleEdit as stale:
            raise ValidationError(_("Somebody has taken this file over meanwhile.")) from stale
    return {"records": len(batch.rows)}


@Prepared
def take_list_over_or_ask(
    by: Actor, victim_list: VictimList, batch: ImportBatch, seen_version: int
) -> Callable[[], VictimList | Job]:
    """Take a staged list over, or ask for the job that does where it is large."""
    if len(batch.rows) > IMPORTED_AT_ONCE and batch.taken_at is None and not batch.problems:
        asked = {
            "kind": VictimEntry.type_name(),
            "batch": str(batch.pk),
            "seen_version": seen_version,
        }
        return lambda: ask_for(by, "victim-list", batch.file.name, asked)
    write: Callable[[], VictimList] = take_list_over.prepare(by, victim_list, batch, seen_version)
    return write
