"""What jobs of the report room do: lines of large victim lists taken over, editions compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.records.actions import Prepared
from forename.records.files import write_blob
from forename.records.jobs import counted, work
from forename.records.models import ImportBatch, Job
from forename.records.works import ask_to_take, needs_job, take_batch
from forename.report.actions.lists import take_list_over
from forename.report.comparison_files import comparison_file, comparison_name
from forename.report.comparisons import (
    FILE_WORK,
    WORK,
    basis_of,
    is_large,
    keep_comparison,
    kept_or_asked,
    lines_of,
    tally_of,
)
from forename.report.list_queries import entry_of
from forename.report.list_rules import Compared, Entry, compare_editions
from forename.report.models import Comparison, VictimEntry, VictimList


@work("victim-list")
def take_lines_over(job: Job, actor: Actor) -> dict[str, Any]:
    """Make the entries of a staged list; taken over already, there is nothing left to do."""

    def take(batch: ImportBatch, seen_version: int, lines: Iterator[Any]) -> None:
        lists = VictimList.objects.visible_to(actor)
        victim_list = lists.filter(pk=batch.file.record_id).first()
        if victim_list is None:
            raise ValidationError(_("The staged table is not there."))
        take_list_over(actor, victim_list, batch, seen_version, lines)

    return take_batch(job, VictimEntry, take)


@Prepared
def take_list_over_or_ask(
    by: Actor, victim_list: VictimList, batch: ImportBatch, seen_version: int
) -> Callable[[], VictimList | Job]:
    """Take a staged list over, or ask for the job that does where it is large."""
    if needs_job(batch):
        return lambda: ask_to_take(by, "victim-list", batch, seen_version)
    write: Callable[[], VictimList] = take_list_over.prepare(by, victim_list, batch, seen_version)
    return write


@dataclass(frozen=True)
class Editions:
    """Two editions compared, as stored or, where they are small, just now."""

    actor: Actor
    found: Comparison | list[Compared]

    def tally(self) -> Mapping[str, int]:
        """Return how many lines have each state."""
        if isinstance(self.found, Comparison):
            return tally_of(self.found)
        return Counter(line.state for line in self.found)

    def lines(
        self, state: str = "all", most: int | None = None, start: int = 0
    ) -> Iterator[Compared]:
        """Yield all lines, or those of a state ('' for all that differ); at most so many."""
        end = None if most is None else start + most
        if isinstance(self.found, list):
            answering = (
                line
                for line in self.found
                if state in ("all", line.state) or (not state and line.state != "same")
            )
            return islice(answering, start, end)
        lines = self.found.lines.order_by("place")
        if state != "all":
            lines = lines.filter(state=state) if state else lines.exclude(state="same")
        return lines_of(self.actor, lines[start:end])


def editions_of(actor: Actor, later: VictimList, earlier: VictimList) -> Editions | Job:
    """Return two editions compared, or the job that is comparing them where they are large."""
    if not is_large(later, earlier):
        return Editions(actor, _compared(actor, later, earlier))
    found = kept_or_asked(actor, later, earlier)
    return found if isinstance(found, Job) else Editions(actor, found)


@work(WORK)
def compare_lists(job: Job, actor: Actor) -> dict[str, Any]:
    """Compare two editions and keep what is found; kept already, there is nothing left to do."""
    later, earlier = _lists_of(job, actor)
    _keep(job, actor, later, earlier, basis_of(later, earlier))
    address = reverse("report-lists-compare", args=[job.operation.slug, later.pk])
    return {"page": f"{address}?with={earlier.code}"}


@work(FILE_WORK)
def write_comparison(job: Job, actor: Actor) -> dict[str, Any]:
    """Write a comparison as a file, comparing first where none is kept that is up to date."""
    later, earlier = _lists_of(job, actor)
    basis, form = basis_of(later, earlier), job.asked["form"]
    _keep(job, actor, later, earlier, basis)
    kept = Comparison.objects.get(later=later, earlier=earlier)
    lines = counted(job, Editions(actor, kept).lines(), sum(tally_of(kept).values()))
    sha256, size = write_blob(comparison_file(actor, lines, form))
    return {
        "sha256": sha256,
        "size_bytes": size,
        "name": comparison_name(later, earlier, form),
        "roles": job.asked["roles"],
        "basis": basis,
    }


def _lists_of(job: Job, actor: Actor) -> tuple[VictimList, VictimList]:
    seen = VictimList.objects.visible_to(actor)
    later = seen.filter(pk=job.asked["later"]).first()
    earlier = seen.filter(pk=job.asked["earlier"]).first()
    if later is None or earlier is None:
        raise ValidationError(_("The lists are not open to you any more."))
    return later, earlier


def _keep(job: Job, actor: Actor, later: VictimList, earlier: VictimList, basis: str) -> None:
    if not Comparison.objects.filter(later=later, earlier=earlier, basis=basis).exists():
        keep_comparison(later, earlier, basis, _compared(actor, later, earlier, job))


def _compared(
    actor: Actor, later: VictimList, earlier: VictimList, job: Job | None = None
) -> list[Compared]:
    rows = VictimEntry.objects.visible_to(actor).order_by("victim_list", "line")
    both: Any = rows.filter(victim_list__in=(earlier, later))
    if job is not None:
        both = counted(job, both, earlier.entries_count + later.entries_count)
    read: dict[Any, list[Entry]] = {earlier.pk: [], later.pk: []}
    for entry in both:
        read[entry.victim_list_id].append(entry_of(entry))
    return compare_editions(read[earlier.pk], read[later.pk])
