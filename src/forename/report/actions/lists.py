"""Victim lists: receiving an edition, taking its lines over, what is said of entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.accounts.rules import INQUIRY, Role
from forename.audit.gathering import gathering
from forename.audit.recording import create, revise
from forename.exceptions import UnusableInputError
from forename.formats.rows import Row, SourceRows
from forename.formats.tables import Table, table_of_rows
from forename.formats.tables import read_rows as read_source_rows
from forename.records.actions import action, long_action
from forename.records.codes import next_code
from forename.records.files import keep_file
from forename.records.imports import MOST_ROWS, source_of_upload, taken_before
from forename.records.models import ImportBatch
from forename.records.readings import unread_in_words
from forename.records.withdrawing import withdraw
from forename.report.actions.claims import as_seen
from forename.report.list_columns import ListProblem, ListRow, heading, read_rows
from forename.report.list_queries import entry_of
from forename.report.list_rules import Grounds, grounds_for
from forename.report.models import (
    Claim,
    Incident,
    Membership,
    SamePerson,
    SameVerdict,
    VictimEntry,
    VictimList,
    VictimNameKey,
)

KEEPERS = INQUIRY | {Role.FAMILY_LIAISON}


@action(INQUIRY)
def receive_list(by: Actor, **values: Any) -> VictimList:
    """Record that an edition of a victim list was received; its lines follow by import."""
    made = VictimList(operation=by.operation, code=next_code(by.operation, "L"), **values)
    return create(made, by=by, action=receive_list.name)


@action(INQUIRY)
def correct_list(
    by: Actor, victim_list: VictimList, seen_version: int, *, reason: str, **values: Any
) -> VictimList:
    """Correct what is recorded about a list; ValidationError where editions would form a ring."""
    earlier = values.get("edition_of")
    while earlier is not None:
        if earlier.pk == victim_list.pk:
            text = _("These lists follow each other the other way round already.")
            raise ValidationError({"edition_of": text})
        earlier = earlier.edition_of
    return revise(
        victim_list,
        values,
        by=by,
        action=correct_list.name,
        seen_version=seen_version,
        reason=reason,
    )


@long_action(INQUIRY)
def stage_list(
    by: Actor, victim_list: VictimList, upload: Any, sheet: str = ""
) -> Callable[[], ImportBatch]:
    """Keep the file of a list and read it; return the batch with rows and located problems.

    ``sheet`` names the sheet of a workbook; needed where several hold data.

    A file that was taken over before is returned as that batch: the same file twice changes
    nothing. Raises ValidationError where the list has its lines, or the file is no table.
    """
    try:
        table = _table(read_source_rows(source_of_upload(upload), sheet))
    except UnusableInputError as error:
        raise ValidationError(unread_in_words(error)) from error
    if len(table.rows) > MOST_ROWS:
        raise ValidationError(_("The table has more than 20,000 rows; split it."))
    rows, problems = read_rows(
        table.header.line, table.header.cells, [(row.line, row.cells) for row in table.rows]
    )
    return lambda: _staged(by, victim_list, upload, rows, problems)


@transaction.atomic
def _staged(
    by: Actor,
    victim_list: VictimList,
    upload: Any,
    rows: list[ListRow],
    problems: list[ListProblem],
) -> ImportBatch:
    stored = keep_file(by, upload, source=victim_list.source, of=victim_list)
    batch = ImportBatch(
        operation=by.operation,
        kind=VictimEntry.type_name(),
        file=stored,
        rows=[_stored_row(row) for row in rows],
        problems=[_stored_problem(each) for each in problems],
    )
    earlier = taken_before(batch)
    if earlier is not None:
        return earlier
    if victim_list.entries_count:
        text = _("This edition has its lines. Record another file as a new edition.")
        raise ValidationError(text)
    return create(batch, by=by, action=stage_list.name)


@long_action(INQUIRY)
def take_list_over(
    by: Actor,
    victim_list: VictimList,
    batch: ImportBatch,
    seen: int,
    rows: Iterable[dict[str, Any]] | None = None,
) -> Callable[[], VictimList]:
    """Make an entry of every line of a staged list, whole or not at all; return the list.

    ``rows`` are the batch's rows, told as they are done. Raises ValidationError while there are
    problems, and StaleEdit when it was taken over meanwhile.
    """
    if batch.problems:
        raise ValidationError(_("Correct the problems in the file and stage it again."))
    if batch.taken_at is not None:
        raise ValidationError(_("This file was taken over already."))
    importer = Actor(by.user, by.operation, by.roles, "import")
    keys: list[VictimNameKey] = []
    with gathering() as gathered:
        for row in batch.rows if rows is None else rows:
            entry = VictimEntry(
                operation=by.operation,
                victim_list=victim_list,
                line=row["line"],
                parts=row["parts"],
                others=row["others"],
                **row["values"],
            )
            create(entry, by=importer, action=take_list_over.name)
            keys += _keys_of(entry)
    made = [str(pk) for pk in gathered.records]

    @transaction.atomic
    def write() -> VictimList:
        current = VictimList._base_manager.select_for_update().get(pk=victim_list.pk)
        if current.entries_count:
            raise ValidationError(_("This edition has its lines already."))
        revise(
            batch,
            {"taken_at": timezone.now(), "records": made},
            by=importer,
            action=take_list_over.name,
            seen_version=seen,
        )
        gathered.write()
        VictimNameKey.objects.bulk_create(keys, batch_size=500)
        return revise(
            current,
            {"entries_count": len(made), "file": batch.file},
            by=importer,
            action=take_list_over.name,
            seen_version=current.version,
        )

    return write


@action(INQUIRY)
def read_name(
    by: Actor, entry: VictimEntry, seen_version: int, *, reason: str, **parts: str
) -> VictimEntry:
    """Correct how the name of an entry is read in parts; the name as written stays."""
    values = {part: [value] for part, value in parts.items() if value}
    revised = revise(
        entry,
        {"parts": {"said": entry.name, **values}},
        by=by,
        action=read_name.name,
        seen_version=seen_version,
        reason=reason,
    )
    VictimNameKey.objects.filter(entry=revised).delete()
    VictimNameKey.objects.bulk_create(_keys_of(revised))
    return revised


@action(INQUIRY)
def claim_membership(
    by: Actor,
    entry: VictimEntry,
    seen_version: int,
    *,
    incident: Incident,
    claim: Claim,
    stance: str,
    reason: str = "",
) -> Membership:
    """Record that a claim says of an entry's person to be, or not to be, a victim."""
    made = Membership(
        operation=by.operation,
        entry=as_seen(entry, seen_version),
        incident=incident,
        claim=claim,
        stance=stance,
        reason=reason,
    )
    return create(made, by=by, action=claim_membership.name)


@action(INQUIRY)
def withdraw_membership(
    by: Actor, membership: Membership, seen_version: int, *, reason: str
) -> Membership:
    """Withdraw a claim of membership from now on."""
    return withdraw(
        membership,
        by=by,
        action=withdraw_membership.name,
        seen_version=seen_version,
        reason=reason,
    )


@action(KEEPERS)
def judge_pair(
    by: Actor, entry: VictimEntry, seen_version: int, *, other: VictimEntry, verdict: str,
    reason: str,
) -> SamePerson:  # fmt: skip
    """Record a first view on whether two entries mean one person; both stay as they are.

    Raises ValidationError for one and the same entry, or where a view is recorded already.
    """
    entry = as_seen(entry, seen_version)
    if entry.pk == other.pk:
        raise ValidationError({"other": _("This is one entry.")})
    first, second = sorted((entry, other), key=lambda each: str(each.pk))
    if SamePerson.objects.filter(one=first, other=second).exists():
        raise ValidationError({"other": _("A view is recorded already; revise it.")})
    grounds = grounds_for(entry_of(entry), entry_of(other))
    made = SamePerson(
        operation=by.operation,
        one=first,
        other=second,
        verdict=verdict,
        reason=reason,
        grounds={} if grounds is None else _stored_grounds(grounds),
    )
    return create(made, by=by, action=judge_pair.name)


@action(KEEPERS)
def revise_pair(
    by: Actor, pair: SamePerson, seen_version: int, *, verdict: str, reason: str
) -> SamePerson:
    """Revise a view: accept, reject, or open it again."""
    return revise(
        pair,
        {"verdict": SameVerdict(verdict).value, "reason": reason},
        by=by,
        action=revise_pair.name,
        seen_version=seen_version,
        reason=reason,
    )


def _keys_of(entry: VictimEntry) -> list[VictimNameKey]:
    return [
        VictimNameKey(
            operation_id=entry.operation_id,
            entry=entry,
            victim_list_id=entry.victim_list_id,
            key=key,
        )
        for key in sorted(entry.name_keys())
    ]


def _table(rows: SourceRows) -> Table:
    """Return the table below its heading; ValidationError where it is not clear which sheet."""
    if any(finding.code == "other_sheets_not_read" for finding in rows.findings):
        text = _("Several sheets of this workbook hold data. Write the name of the one to read.")
        raise ValidationError(text)
    kept = [row for row in rows.rows if not row.blank]
    if not kept:
        return table_of_rows(rows)
    last, headers = heading([row.cells for row in kept])
    header = Row(kept[last].line, tuple(headers))
    return table_of_rows(replace(rows, rows=(header, *kept[last + 1 :])))


def _stored_row(row: ListRow) -> dict[str, Any]:
    return {
        "line": row.line,
        "values": dict(row.values),
        "parts": dict(row.parts),
        "others": dict(row.others),
    }


def _stored_problem(problem: ListProblem) -> dict[str, Any]:
    texts = {
        "twice": _("Another column means the same; give one of them another header."),
        "no_name_column": _("No column is a name: “name”, “given name”, “الاسم” …"),
        "no_name": _("The line has no name."),
        "too_long": _("The text is too long for this column."),
        "age": _("An age in years is between 0 and 130."),
    }
    return {
        "line": problem.line,
        "column": problem.column,
        "field": problem.header,
        "text": texts[problem.rule],
    }


def _stored_grounds(grounds: Grounds) -> dict[str, Any]:
    return {
        "likeness": grounds.likeness,
        "agrees": list(grounds.agrees),
        "differs": list(grounds.differs),
    }
