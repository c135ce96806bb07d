"""Reads of graves: their contexts, how these lie to each other, and what that amounts to."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from forename.site.models import Context, ContextRelation, Grave
from forename.site.sequence import Relation, Said, Sequence, sequence


def contexts_of(grave: Grave) -> list[Context]:
    """Return the contexts of a grave that were not withdrawn, by code."""
    rows = Context.objects.filter(grave=grave, withdrawn_at__isnull=True)
    return list(rows.select_related("operation").order_by("code"))


def relations_of(grave: Grave) -> list[ContextRelation]:
    """Return the relations of a grave that were not withdrawn, by code of the later context."""
    rows = ContextRelation.objects.filter(grave=grave, withdrawn_at__isnull=True)
    return list(
        rows.select_related("operation", "first", "second", "created_by").order_by(
            "first__code", "second__code", "created_at"
        )
    )


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


def said_of(relations: Iterable[ContextRelation]) -> list[Said]:
    """Return recorded relations as the sequence takes them: contexts by code, records by key."""
    return [
        Said(str(each.pk), each.first.code, Relation(each.relation), each.second.code)
        for each in relations
    ]


def sequence_of(contexts: Iterable[Context], relations: Iterable[ContextRelation]) -> Sequence:
    """Return the sequence of a grave's contexts."""
    return sequence([context.code for context in contexts], said_of(relations))
