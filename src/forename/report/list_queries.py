"""Reads of victim lists: entries as the rules take them, entries that may mean one person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Greatest

from forename.accounts.access import Actor
from forename.report.list_rules import COMPARED, Entry, Grounds, grounds_for
from forename.report.models import SamePerson, VictimEntry, VictimList, VictimNameKey

MOST_LOOKED_AT = 60  # candidates by shared names that are compared for one entry
MOST_PROPOSED = 8  # shown for one entry


def entry_of(stored: VictimEntry) -> Entry:
    """Return a stored entry as the rules take it."""
    values = {name: getattr(stored, name) for name in COMPARED}
    return Entry(stored.pk, values, stored.person_name(), stored.others)


@dataclass(frozen=True)
class Proposal:
    """An entry of another list that may mean the person of ``one``, and why; a view if given."""

    one: VictimEntry
    other: VictimEntry
    grounds: Grounds
    view: SamePerson | None


def editions_with(victim_list: VictimList) -> set[Any]:
    """Return the keys of all editions of a list: lines of theirs are compared, not proposed."""
    links = VictimList._base_manager.filter(operation=victim_list.operation_id)
    pairs = links.exclude(edition_of=None).values_list("pk", "edition_of_id")
    near: dict[Any, set[Any]] = defaultdict(set)
    for later, earlier in pairs:
        near[later].add(earlier)
        near[earlier].add(later)
    found, waiting = {victim_list.pk}, [victim_list.pk]
    while waiting:
        new = near[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def proposals(
    actor: Actor, victim_list: VictimList, entries: Sequence[VictimEntry]
) -> list[Proposal]:
    """Return, for some entries of a list, entries of other lists that may mean one person.

    Ranked by `Grounds.order`. Entries meet where two of their names agree (one, where there is
    only one).
    """
    candidates = _candidates(actor, victim_list, entries)
    wanted = {pk for found in candidates.values() for pk in found}
    rows = VictimEntry.objects.visible_to(actor).filter(pk__in=wanted)
    others = {e.pk: e for e in rows.select_related("operation", "victim_list__operation")}
    views = views_of(actor, [entry.pk for entry in entries])
    found = []
    for entry in entries:
        mine = []
        ours = entry_of(entry)
        for pk in candidates[entry.pk]:
            grounds = grounds_for(ours, entry_of(others[pk])) if pk in others else None
            if grounds is not None:
                view = views.get(frozenset((entry.pk, pk)))
                mine.append(Proposal(entry, others[pk], grounds, view))
        mine.sort(key=lambda each: (each.grounds.order, str(each.other.pk)))
        found += mine[:MOST_PROPOSED]
    return sorted(found, key=lambda each: (each.grounds.order, each.one.line))


def views_of(actor: Actor, entries: Iterable[Any]) -> dict[frozenset[Any], SamePerson]:
    """Return the views on pairs that one of some entries is in, by the keys of both."""
    keys = list(entries)
    pairs = (
        SamePerson.objects.visible_to(actor)
        .filter(Q(one__in=keys) | Q(other__in=keys))
        .select_related("operation", "created_by", "one__operation", "other__operation",
                        "one__victim_list", "other__victim_list")
    )  # fmt: skip
    return {frozenset((pair.one_id, pair.other_id)): pair for pair in pairs}


def _candidates(
    actor: Actor, victim_list: VictimList, entries: Sequence[VictimEntry]
) -> dict[Any, list[Any]]:
    """Return, for each entry, the keys of entries of other lists that share most names with it."""
    others = VictimNameKey.objects.filter(operation=actor.operation).exclude(
        victim_list__in=editions_with(victim_list)
    )
    consonants = Q(key__startswith="~")
    found = {}
    for entry in entries:
        keys = entry.name_keys()
        meeting = (
            others.filter(key__in=keys)
            .values("entry")
            .annotate(
                shared=Greatest(Count("key", filter=~consonants), Count("key", filter=consonants))
            )
            .filter(shared__gte=min(2, sum(not key.startswith("~") for key in keys)))
            .order_by("-shared", "entry")
        )
        found[entry.pk] = list(meeting.values_list("entry", flat=True)[:MOST_LOOKED_AT])
    return found
