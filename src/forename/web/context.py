"""What every template knows: the operation, the actor, the rooms to go to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from forename.records.kinds import registered


def operation(request: HttpRequest) -> dict[str, Any]:
    """Return the operation and actor of this request, and the lists the actor may open."""
    actor = getattr(request, "actor", None)
    rtl = str(getattr(request, "LANGUAGE_CODE", "en")).startswith("ar")
    if actor is None or actor.operation is None or not actor.roles:
        return {"rtl": rtl}
    rooms: dict[str, list[Any]] = {}
    for kind in registered():
        if actor.may(kind.model.readable_by):
            rooms.setdefault(kind.room, []).append(kind)
    return {"rtl": rtl, "operation": actor.operation, "actor": actor, "rooms": rooms}
