"""Recording how contexts of a grave lie to each other."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.audit.recording import create
from forename.records.actions import action
from forename.records.withdrawing import withdraw
from forename.site.models import Context, ContextRelation, Grave
from forename.site.rules import EXCAVATORS
from forename.site.sequence import Relation, Wording, later_first


@action(EXCAVATORS)
def relate_context(
    by: Actor,
    context: Context,
    _seen_version: int,
    *,
    relation: str,
    second: Context,
    grounds: str = "",
) -> ContextRelation:
    """Record how a context lies to another one of its grave.

    A relation that contradicts others is kept all the same: which of them is wrong, people find
    out. Raises ValidationError for a relation of a context to itself, across graves, with a
    withdrawn context, or that stands already.
    """
    return _related(by, context, Wording(relation), second, grounds, relate_context.name)


@action(EXCAVATORS)
def record_relation(
    by: Actor,
    *,
    first: Context,
    relation: str,
    second: Context,
    grounds: str = "",
    grave: Grave | None = None,
) -> ContextRelation:
    """Record how two contexts lie to each other, as `relate_context`; for tables.

    ``grave``, where it is stated, is the grave of both.
    """
    if grave is not None and first.grave_id != grave.pk:
        raise ValidationError(_across(first, second))
    return _related(by, first, Wording(relation), second, grounds, record_relation.name)


@action(EXCAVATORS)
def withdraw_relation(
    by: Actor, relation: ContextRelation, seen_version: int, *, reason: str
) -> ContextRelation:
    """Withdraw a relation that does not hold; it stays on record."""
    if relation.withdrawn_at is not None:
        raise ValidationError(_("This relation was withdrawn already."))
    return withdraw(
        relation,
        by=by,
        action=withdraw_relation.name,
        seen_version=seen_version,
        reason=reason,
    )


def _related(
    by: Actor, first: Context, wording: Wording, second: Context, grounds: str, name: str
) -> ContextRelation:
    if first.pk == second.pk:
        raise ValidationError(
            {"second": _("%(code)s cannot lie so to itself; name another context.")
             % {"code": first.code}}
        )  # fmt: skip
    if first.grave_id != second.grave_id:
        raise ValidationError({"second": _across(first, second)})
    # Two people who record the same at once take turns.
    Grave.objects.select_for_update().get(pk=first.grave_id)
    for each in Context.objects.filter(pk__in=(first.pk, second.pk)):
        if each.withdrawn_at is not None:
            raise ValidationError(
                _("%(code)s was withdrawn; relations join standing contexts.") % {"code": each.code}
            )
    later, relation, earlier = later_first(first, wording, second)
    same = Q(first=later, second=earlier)
    if relation is Relation.SAME:
        same |= Q(first=earlier, second=later)
    rows = ContextRelation.objects.filter(same, relation=relation, withdrawn_at__isnull=True)
    if rows.exists():
        raise ValidationError(
            {"second": _("This relation of %(first)s and %(second)s stands already.")
             % {"first": first.code, "second": second.code}}
        )  # fmt: skip
    made = ContextRelation(
        operation=by.operation, grave=first.grave, first=later, relation=relation,
        second=earlier, grounds=grounds,
    )  # fmt: skip
    return create(made, by=by, action=name)


def _across(first: Context, second: Context) -> str:
    return _(
        "%(first)s belongs to grave %(grave)s and %(second)s to another one; relations join "
        "contexts of one grave."
    ) % {"first": first.code, "grave": first.grave.code, "second": second.code}
