"""Reads of graves: their contexts, how these lie to each other, and what that amounts to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import hypot

from django.db.models import Q

from forename.accounts.models import User
from forename.site.models import Context, ContextRelation, Grave
from forename.site.sequence import Relation, Said, sequence
from forename.site.sequence import Sequence as Stratified


def contexts_of(grave: Grave) -> list[Context]:
    """Return the contexts of a grave that were not withdrawn, by code."""
    rows = Context.objects.filter(grave=grave, withdrawn_at__isnull=True)
    found = list(rows.order_by("code"))
    for context in found:  # one operation, not one more for every context
        context.operation = grave.operation
    return found


def relations_of(grave: Grave, contexts: Sequence[Context]) -> list[ContextRelation]:
    """Return the relations of a grave that were not withdrawn, by code of the later context.

    ``contexts`` are those of the grave, just read: a relation with another one is newer than these.
    """
    by_key = {context.pk: context for context in contexts}
    rows = ContextRelation.objects.filter(grave=grave, withdrawn_at__isnull=True)
    found = [each for each in rows if {each.first_id, each.second_id} <= by_key.keys()]
    people = User.objects.in_bulk({each.created_by_id for each in found} - {None})
    for each in found:
        each.operation = grave.operation
        each.first, each.second = by_key[each.first_id], by_key[each.second_id]
        each.created_by = people.get(each.created_by_id)
    return sorted(found, key=lambda each: (each.first.code, each.second.code, each.created_at))


def relations_with(context: Context) -> list[ContextRelation]:
    """Return the relations of one context, withdrawn ones last."""
    rows = ContextRelation.objects.filter(Q(first=context) | Q(second=context))
    found = rows.select_related(
        "operation", "first__operation", "second__operation", "created_by"
    ).order_by("first__code", "second__code", "created_at")
    return sorted(found, key=lambda each: each.withdrawn_at is not None)


def find_context(grave: Grave, called: str) -> Context | None:
    """Return the standing context of a grave with this code or number on the ground."""
    rows = Context.objects.filter(grave=grave, withdrawn_at__isnull=True)
    found: Context | None = (
        rows.filter(code=called.upper()).first() or rows.filter(number=called).first()
    )
    return found


def nearest(contexts: Iterable[Context], to: Context, most: int) -> list[Context]:
    """Return the contexts with an outline that lie nearest to one with an outline, by code.

    How far apart two lie is told by the boxes around their outlines; none lies nearer than itself.
    """
    west, south, east, north = _box(to)

    def apart(other: Context) -> tuple[bool, float]:
        w, s, e, n = _box(other)
        across, along = max(w - east, west - e, 0.0), max(s - north, south - n, 0.0)
        return other != to, hypot(across, along)

    found = sorted((each for each in contexts if each.outline), key=apart)[:most]
    return sorted(found, key=lambda each: each.code)


def _box(context: Context) -> tuple[float, float, float, float]:
    across, along = zip(*context.outline, strict=True)
    return min(across), min(along), max(across), max(along)


def said_of(relations: Iterable[ContextRelation]) -> list[Said]:
    """Return recorded relations as the sequence takes them: contexts by code, records by key."""
    return [
        Said(str(each.pk), each.first.code, Relation(each.relation), each.second.code)
        for each in relations
    ]


def sequence_of(contexts: Iterable[Context], relations: Iterable[ContextRelation]) -> Stratified:
    """Return the sequence of a grave's contexts."""
    return sequence([context.code for context in contexts], said_of(relations))
