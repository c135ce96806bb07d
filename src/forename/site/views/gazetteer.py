"""The gazetteer: the operation's own places and the shipped ones, searched together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from forename.accounts.access import Actor
from forename.records.kinds import Column, Kind, Step
from forename.records.views import offered_steps, page
from forename.site import gazetteer
from forename.site.actions import add_place, correct_place
from forename.site.exchange import READERS
from forename.site.forms import PlaceCorrectionForm, PlaceForm, PlaceRowForm
from forename.site.models import NamedPlace
from forename.site.queries import in_arabic, own_places

SHOWN = 100
SHOWN_ALIASES = 8


def _degrees(place: Any) -> str:
    return f"{place.latitude:.5f}, {place.longitude:.5f}"


PLACES = Kind(
    NamedPlace,
    "places",
    _("place of the gazetteer"),
    _("places added to the gazetteer"),
    empty=_("Add the places that the shipped gazetteer lacks, one by one or from a file."),
    columns=(
        Column("name", _("name"), "name"),
        Column("name_ar", _("name in Arabic"), "name_ar"),
        Column("aliases", _("other names and spellings"), "aliases"),
        Column("position", _("position"), _degrees, "latitude", ltr=True),
        Column("governorate", _("governorate"), "governorate"),
        Column("district", _("district"), "district"),
        Column("subdistrict", _("subdistrict"), "subdistrict"),
        Column("position_source", _("source of the position"), "position_source"),
        Column("note", _("note"), "note", exported_only=True),
        Column("recorded", _("recorded"), "created_at"),
    ),
    facts=(
        Column("name", _("name"), "name"),
        Column("name_ar", _("name in Arabic"), "name_ar"),
        Column("aliases", _("other names and spellings"), "aliases"),
        Column("position", _("position"), _degrees, "latitude", ltr=True),
        Column("position_source", _("source of the position"), "position_source"),
        Column("governorate", _("governorate"), "governorate"),
        Column("district", _("district"), "district"),
        Column("subdistrict", _("subdistrict"), "subdistrict"),
        Column("note", _("note"), "note"),
        Column("recorded", _("recorded"), "created_at"),
        Column("recorded_by", _("recorded by"), "created_by"),
    ),
    order=("name",),
    rows=lambda rows: rows.select_related("operation", "created_by"),
    steps=(
        Step("add", _("Add a place"), add_place, PlaceForm, creates=True),
        Step("correct", _("Correct"), correct_place, PlaceCorrectionForm),
    ),
    geometry=lambda place: {"type": "Point", "coordinates": [place.longitude, place.latitude]},
    in_menu=False,
    imported_by=Step("take", _("Add a place"), add_place, PlaceRowForm, creates=True),
    readers=READERS,
    beside=(("site-gazetteer", _("Whole gazetteer")),),
)


@dataclass(frozen=True)
class Shown:
    """A line of the gazetteer's page; ``address`` is '' for a shipped place.

    ``names`` are those in Latin and in Arabic letters, the reader's script first.
    """

    names: tuple[str, str]
    others: str
    parts: str
    position: str
    address: str


@page(NamedPlace.readable_by)
def gazetteer_view(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the places that a name finds, the operation's own first."""
    query = request.GET.get("q", "")
    own = own_places(actor, query)
    shipped = gazetteer.search(query, arabic=in_arabic())
    count = own.count() + len(shipped)
    lines = [_own(place) for place in own[:SHOWN]]
    lines += [_shipped(place) for place in shipped[: SHOWN - len(lines)]]
    context = {
        "kind": PLACES,
        "steps": offered_steps(PLACES, actor, None),
        "query": query,
        "lines": lines,
        "count": count,
        "left": count - len(lines),
        "credits": gazetteer.CREDITS,
        "may_import": actor.may(add_place.allowed),
    }
    return render(request, "site/gazetteer.html", context)


def _own(place: NamedPlace) -> Shown:
    others = str(_(", ")).join(place.aliases.splitlines()[:SHOWN_ALIASES])
    names = _in_order(place.name, place.name_ar)
    return Shown(names, others, place.parts(), _degrees(place), PLACES.address(place))


def _shipped(place: gazetteer.Place) -> Shown:
    arabic = in_arabic()
    of_reader = [name for name in place.aliases if ("\u0600" <= name[:1] <= "\u06ff") is arabic]
    others = str(_(", ")).join(of_reader[:SHOWN_ALIASES])
    names = _in_order(place.name, place.name_ar)
    return Shown(names, others, place.area(arabic=arabic), _degrees(place), "")


def _in_order(name: str, name_ar: str) -> tuple[str, str]:
    return (name_ar, name) if in_arabic() else (name, name_ar)
