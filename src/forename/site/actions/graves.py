"""Recording graves and their contexts."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.audit.recording import create, revise
from forename.records.actions import action
from forename.records.codes import next_code
from forename.records.withdrawing import withdraw
from forename.site.models import Context, ContextRelation, Grave, Site
from forename.site.outlines import checked_outline
from forename.site.places import LatLon
from forename.site.rules import EXCAVATORS


@action(EXCAVATORS)
def record_grave(by: Actor, *, site: Site, origin: LatLon | None = None, **values: Any) -> Grave:
    """Record a grave of a site, with its own grid and datum."""
    grave = Grave(
        operation=by.operation,
        site=site,
        code=next_code(by.operation, "G"),
        **values,
        **_origin(origin),
    )
    return create(grave, by=by, action=record_grave.name)


@action(EXCAVATORS)
def correct_grave(
    by: Actor,
    grave: Grave,
    seen_version: int,
    *,
    reason: str,
    origin: LatLon | None = None,
    **values: Any,
) -> Grave:
    """Correct what was recorded about a grave."""
    return revise(
        grave,
        {**values, **_origin(origin)},
        by=by,
        action=correct_grave.name,
        seen_version=seen_version,
        reason=reason,
    )


@action(EXCAVATORS)
def record_context(by: Actor, *, grave: Grave, **values: Any) -> Context:
    """Record a cut, fill, layer or anything else in a grave.

    Raises ValidationError where the outline bounds no area, the bottom lies above the top, or
    another context of the grave has the number.
    """
    checked = _checked(grave, None, values)
    context = Context(
        operation=by.operation, grave=grave, code=next_code(by.operation, "K"), **checked
    )
    return create(context, by=by, action=record_context.name)


@action(EXCAVATORS)
def correct_context(
    by: Actor, context: Context, seen_version: int, *, reason: str, **values: Any
) -> Context:
    """Correct what was recorded about a context; the same errors as `record_context`."""
    _refuse_withdrawn(context)
    return revise(
        context,
        _checked(context.grave, context, values),
        by=by,
        action=correct_context.name,
        seen_version=seen_version,
        reason=reason,
    )


@action(EXCAVATORS)
def withdraw_context(by: Actor, context: Context, seen_version: int, *, reason: str) -> Context:
    """Withdraw a context that turned out to be none; its relations have to be withdrawn first."""
    _refuse_withdrawn(context)
    # Whoever relates it to another one at this moment takes turns.
    Grave.objects.select_for_update().get(pk=context.grave_id)
    standing = ContextRelation.objects.filter(
        Q(first=context) | Q(second=context), withdrawn_at__isnull=True
    )
    count = standing.count()
    if count:
        raise ValidationError(
            _("Relations with other contexts stand: %(count)s. Withdraw them first.")
            % {"count": count}
        )
    return withdraw(
        context,
        by=by,
        action=withdraw_context.name,
        seen_version=seen_version,
        reason=reason,
    )


def _origin(origin: LatLon | None) -> dict[str, float | None]:
    latitude, longitude = origin or (None, None)
    return {"origin_latitude": latitude, "origin_longitude": longitude}


def _refuse_withdrawn(context: Context) -> None:
    if context.withdrawn_at is not None:
        raise ValidationError(_("%(code)s was withdrawn; record it anew.") % {"code": context.code})


def _checked(grave: Grave, context: Context | None, values: dict[str, Any]) -> dict[str, Any]:
    """Return a context's values with its outline as lists; raise ValidationError by field."""
    top, bottom = values.get("top_m"), values.get("bottom_m")
    if top is not None and bottom is not None and bottom < top:
        raise ValidationError(
            {
                "bottom_m": _(
                    "The bottom (%(bottom)s m) lies above the top (%(top)s m). Depths are metres "
                    "below datum and grow downwards."
                )
                % {"bottom": f"{bottom:g}", "top": f"{top:g}"}
            }
        )
    try:
        outline = checked_outline([(x, y) for x, y in values.get("outline") or ()])
    except ValidationError as refusal:
        raise ValidationError({"outline": refusal.messages}) from refusal
    number = str(values.get("number", "")).strip()
    same = Context.objects.filter(grave=grave, number=number, withdrawn_at__isnull=True)
    if context is not None:
        same = same.exclude(pk=context.pk)
    taken = same.first() if number else None
    if taken is not None:
        raise ValidationError(
            {"number": _("%(code)s has this number already in this grave.") % {"code": taken.code}}
        )
    return {**values, "number": number, "outline": [list(corner) for corner in outline]}
