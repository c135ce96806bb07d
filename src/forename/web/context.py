"""What every template knows: the operation, the actor, the rooms to go to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from forename.records.kinds import registered


def operation(request: HttpRequest) -> dict[str, Any]:
    """Return the operation and actor of this request, and the lists the actor may open."""
    actor = getattr(request, "actor", None)
    rtl = str(getattr(request, "LANGUAGE_CODE", "en")).startswith("ar")
    in_other_language = request.GET.copy()
    in_other_language["lang"] = "en" if rtl else "ar"
    known: dict[str, Any] = {"rtl": rtl, "in_other_language": f"?{in_other_language.urlencode()}"}
    if actor is None or actor.operation is None or not actor.roles:
        return known
    rooms: dict[str, list[Any]] = {}
    for kind in registered():
        if actor.may(kind.model.readable_by):
            rooms.setdefault(kind.room, []).append(kind)
    return known | {"operation": actor.operation, "actor": actor, "rooms": rooms}
