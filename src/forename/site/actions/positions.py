"""Recording, grading and accepting positions of a site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from forename.accounts.access import Actor
from forename.audit.gathering import once_written
from forename.audit.recording import create, revise
from forename.records.actions import action
from forename.records.withdrawing import withdraw
from forename.report.models import Report
from forename.site.models import PositionClaim, Sensitivity, Site
from forename.site.place_wording import unread_in_words
from forename.site.places import Anchor, LatLon, UnreadPlace, read_place
from forename.site.queries import area_of, find_anchors
from forename.site.rules import LOCATORS

PLACED_AT_ONCE = 500  # sites in one statement


@action(LOCATORS)
def add_position(
    by: Actor,
    site: Site,
    _seen_version: int,
    *,
    words: str,
    read_as: str = "",
    anchor_at: LatLon | None = None,
    uncertainty_m: float | None = None,
    source: str = "",
    report: Report | None = None,
) -> PositionClaim:
    """Record where a site is said to be, beside what others say.

    ``words`` are coordinates in any notation, the corners of an outline line by line, or a place
    relative to another, which is looked up unless ``anchor_at`` says where it is; where the words
    cannot be read, ``read_as`` says the same in words that can. A stated
    uncertainty widens what the words leave open and never narrows it. Raises ValidationError with
    what is to be said more exactly.
    """
    if not words.strip():
        raise ValidationError({"words": _("Write where it is said to be.")})
    open_only = site.sensitivity != Sensitivity.PROTECTED

    def find(name: str) -> Sequence[Anchor]:
        return find_anchors(by, name, open_only=open_only)

    try:
        place = read_place(read_as or words, find, area_of(by.operation), anchor_at)
    except UnreadPlace as unread:
        messages = unread_in_words(unread)
        if read_as and "words" in messages:
            messages["read_as"] = messages.pop("words")
        raise ValidationError(messages) from unread
    claim = PositionClaim(
        operation=by.operation,
        site=site,
        how=place.how,
        words=words.strip(),
        read_as=read_as.strip(),
        notation=place.notation,
        latitude=place.latitude,
        longitude=place.longitude,
        uncertainty_m=max(place.uncertainty_m, uncertainty_m or 0.0),
        geometry=place.geometry,
        relative=place.relative,
        source=source,
        report=report,
    )
    claim = create(claim, by=by, action=add_position.name)
    once_written(place_sites, site.pk)
    return claim


@action(LOCATORS)
def accept_position(
    by: Actor, site: Site, seen_version: int, *, position: PositionClaim, reason: str
) -> Site:
    """Accept one of a site's positions as the one that holds; the others stay beside it."""
    if position.site_id != site.pk:
        raise ValidationError({"position": _("This position belongs to another site.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why this position holds.")})
    Site.objects.select_for_update().get(pk=site.pk)
    if not PositionClaim.objects.filter(pk=position.pk, withdrawn_at__isnull=True).exists():
        raise ValidationError({"position": _("This position was withdrawn already.")})
    revised = revise(
        site,
        {"accepted_position": position},
        by=by,
        action=accept_position.name,
        seen_version=seen_version,
        reason=reason,
    )
    place_sites([site.pk])
    return revised


def place_sites(keys: Sequence[Any]) -> None:
    """Note where sites are shown: at the accepted position, else at the latest that was given."""
    accepted = PositionClaim.objects.filter(pk=OuterRef("accepted_position_id"))
    said = PositionClaim.objects.filter(site=OuterRef("pk"), withdrawn_at__isnull=True)
    latest = said.order_by("-created_at", "-pk")[:1]
    for start in range(0, len(keys), PLACED_AT_ONCE):
        sites = Site.objects.filter(pk__in=keys[start : start + PLACED_AT_ONCE]).order_by("pk")
        # Held first: what another has just added or accepted is read after waiting for it.
        list(sites.select_for_update().values_list("pk"))
        sites.order_by().update(
            shown_latitude=Coalesce(
                Subquery(accepted.values("latitude")), Subquery(latest.values("latitude"))
            ),
            shown_longitude=Coalesce(
                Subquery(accepted.values("longitude")), Subquery(latest.values("longitude"))
            ),
        )


@action(LOCATORS)
def withdraw_position(
    by: Actor, position: PositionClaim, seen_version: int, *, reason: str
) -> PositionClaim:
    """Withdraw a position that was recorded by mistake; it stays on record, and on no map.

    The accepted one is not withdrawn: another has to be accepted first. Raises ValidationError.
    """
    site = Site.objects.select_for_update().get(pk=position.site_id)
    if site.accepted_position_id == position.pk:
        raise ValidationError(
            _("This is the accepted position of the site. Accept another one first.")
        )
    if position.withdrawn_at is not None:
        raise ValidationError(_("This position was withdrawn already."))
    revised = withdraw(
        position,
        by=by,
        action=withdraw_position.name,
        seen_version=seen_version,
        reason=reason,
    )
    place_sites([site.pk])
    return revised


@action(LOCATORS)
def grade_position(
    by: Actor,
    position: PositionClaim,
    seen_version: int,
    *,
    reliability: str,
    credibility: str,
    graded_reason: str,
) -> PositionClaim:
    """Grade a position's source and information; nobody grades what they recorded."""
    if by.user is not None and position.created_by_id == by.user.pk:
        raise ValidationError(_("You recorded this position; somebody else has to grade it."))
    values: dict[str, Any] = {
        "reliability": reliability,
        "credibility": credibility,
        "graded_reason": graded_reason,
    }
    return revise(
        position,
        values,
        by=by,
        action=grade_position.name,
        seen_version=seen_version,
        reason=graded_reason,
    )
