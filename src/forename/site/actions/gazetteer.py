"""Adding places that the shipped gazetteer lacks."""

from __future__ import annotations

from typing import Any

from forename.accounts.access import Actor
from forename.audit.recording import create, revise
from forename.records.actions import action
from forename.site.models import NamedPlace
from forename.site.places import LatLon
from forename.site.rules import LOCATORS


@action(LOCATORS)
def add_place(by: Actor, *, position: LatLon, **values: Any) -> NamedPlace:
    """Add a place to the operation's gazetteer."""
    latitude, longitude = position
    place = NamedPlace(operation=by.operation, latitude=latitude, longitude=longitude, **values)
    return create(place, by=by, action=add_place.name)


@action(LOCATORS)
def correct_place(
    by: Actor,
    place: NamedPlace,
    seen_version: int,
    *,
    position: LatLon,
    reason: str,
    **values: Any,
) -> NamedPlace:
    """Correct a place of the operation's gazetteer; what was read from it before stays."""
    latitude, longitude = position
    return revise(
        place,
        {"latitude": latitude, "longitude": longitude, **values},
        by=by,
        action=correct_place.name,
        seen_version=seen_version,
        reason=reason,
    )
