"""Large editions compared by a job and kept; made anew when an entry or the rule has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.records.jobs import as_asked, ask_for
from forename.records.models import Job
from forename.report.list_queries import entry_of
from forename.report.list_rules import RULES, Compared, Entry, changes_of
from forename.report.models import ComparedLine, Comparison, VictimEntry, VictimList

COMPARED_AT_ONCE = 1000  # entries: more are compared by a job
WORK, FILE_WORK = "compare-lists", "compare-lists-file"
CHUNK = 500


def basis_of(later: VictimList, earlier: VictimList) -> str:
    """Return a digest of the rule and of every entry that a comparison rests on.

    Entries are never taken away and their versions only grow, so their number and the sum of
    their versions tell of every change.
    """
    entries = VictimEntry._base_manager.filter(
        operation=later.operation_id, victim_list__in=(later.pk, earlier.pk)
    )
    told = entries.order_by().values_list("victim_list").annotate(Count("pk"), Sum("version"))
    text = f"{RULES} {sorted(map(str, told))}"
    return hashlib.sha256(text.encode()).hexdigest()


def is_large(later: VictimList, earlier: VictimList) -> bool:
    """Tell whether two lists have so many entries that a job has to compare them."""
    return later.entries_count + earlier.entries_count > COMPARED_AT_ONCE


def kept_or_asked(actor: Actor, later: VictimList, earlier: VictimList) -> Comparison | Job:
    """Return the stored comparison where it is up to date, else the job that is making it."""
    stored = Comparison.objects.filter(later=later, earlier=earlier).first()
    if stored is not None and stored.basis == basis_of(later, earlier):
        return stored
    asked = {"later": str(later.pk), "earlier": str(earlier.pk)}
    title = _title(later, earlier)
    if stored is not None:
        title = _("%(title)s, anew: entries changed since") % {"title": title}
    return ask_for(actor, WORK, title, asked)


def file_job(actor: Actor, later: VictimList, earlier: VictimList, form: str) -> Job:
    """Return the person's job whose file holds the comparison as it is now, else ask for one.

    It may still be under way. A file is in the language that it was asked for in, and of the
    person who asked: nobody else's job is offered.
    """
    asked = {
        "kind": VictimList.type_name(),
        "later": str(later.pk),
        "earlier": str(earlier.pk),
        "form": form,
    }
    basis, with_roles = basis_of(later, earlier), as_asked(actor, asked)
    made = Job.objects.filter(
        operation=actor.operation,
        user=actor.user,
        kind=FILE_WORK,
        language=get_language() or "en",
        state=Job.State.DONE,
    )
    for job in made.order_by("-asked_at"):
        if job.asked == with_roles and job.result["basis"] == basis:
            return job
    return ask_for(actor, FILE_WORK, f"{_title(later, earlier)} · {form.upper()}", asked)


def _title(later: VictimList, earlier: VictimList) -> str:
    return _("%(one)s compared with %(other)s") % {"one": later.code, "other": earlier.code}


@transaction.atomic
def keep_comparison(
    later: VictimList, earlier: VictimList, basis: str, lines: Iterable[Compared]
) -> None:
    """Put a comparison into the place of the one before."""
    kept, _made = Comparison.objects.get_or_create(
        operation_id=later.operation_id, later=later, earlier=earlier
    )
    Comparison.objects.select_for_update().get(pk=kept.pk)
    kept.lines.all().delete()
    ComparedLine.objects.bulk_create(
        (
            ComparedLine(
                comparison=kept,
                place=place,
                state=line.state,
                before_id=_key(line.before),
                after_id=_key(line.after),
                moved_too=line.moved_too,
            )
            for place, line in enumerate(lines)
        ),
        batch_size=CHUNK,
    )
    kept.basis, kept.made_at = basis, timezone.now()
    kept.save()


def _key(entry: Entry | None) -> Any:
    return entry.key if entry is not None else None


def tally_of(comparison: Comparison) -> Mapping[str, int]:
    """Return how many lines of a comparison have each state."""
    rows = comparison.lines.order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)


def lines_of(actor: Actor, lines: Any) -> Iterator[Compared]:
    """Yield stored lines of a comparison with their entries, those that the actor may see."""
    rows = list(lines.values_list("state", "before_id", "after_id", "moved_too"))
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        wanted = {pk for _state, *keys, _moved in chunk for pk in keys if pk}
        seen = VictimEntry.objects.visible_to(actor).in_bulk(wanted)
        for state, one, other, moved in chunk:
            before = entry_of(seen[one]) if one in seen else None
            after = entry_of(seen[other]) if other in seen else None
            if (one is None or before is not None) and (other is None or after is not None):
                changes = changes_of(before, after) if before and after else ()
                yield Compared(state, before, after, changes, moved)
