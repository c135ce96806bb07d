"""What every template knows: the operation, the actor, the rooms to go to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from forename.accounts.rules import FIGURE_READERS
from forename.records.kinds import Kind, registered

# The rooms of the menu, in the order of the work.
ROOMS = {
    "report": _("Reports"),
    "site": _("Sites"),
    "identification": _("Identification"),
    "accounts": _("People"),
}


@dataclass(frozen=True)
class Room:
    """A menu: a room's name and the lists in it that the actor may open."""

    label: Any
    kinds: list[Kind] = field(default_factory=list)


def operation(request: HttpRequest) -> dict[str, Any]:
    """Return the operation and actor of this request, and the lists the actor may open."""
    actor = getattr(request, "actor", None)
    rtl = str(getattr(request, "LANGUAGE_CODE", "en")).startswith("ar")
    in_other_language = request.GET.copy()
    in_other_language["lang"] = "en" if rtl else "ar"
    known: dict[str, Any] = {"rtl": rtl, "in_other_language": f"?{in_other_language.urlencode()}"}
    if actor is None or actor.operation is None or not actor.roles:
        return known
    rooms = {name: Room(label) for name, label in ROOMS.items()}
    for kind in registered():
        if kind.in_menu and actor.may(kind.model.readable_by):
            rooms[kind.room].kinds.append(kind)
    opened = [room for room in rooms.values() if room.kinds]
    return known | {
        "operation": actor.operation,
        "actor": actor,
        "rooms": opened,
        "reads_figures": actor.may(FIGURE_READERS),
    }
